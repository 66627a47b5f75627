//! Writes and reads JSON as Go's `encoding/json` (Go 1.26) does.

mod decode;

pub use decode::{JsonError, parse_json};

use std::sync::Arc;

use crate::go_float::{format_g, format_json};
use crate::{Emit, EmitError, MAX_EMIT_DEPTH, Role, Shape, Sink};

/// How JSON is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonStyle {
    /// Escape `<`, `>` and `&`, as Go does unless told otherwise.
    pub escape_html: bool,
    /// Spaces for each level; absent for everything in one line.
    pub indent: Option<usize>,
}

impl JsonStyle {
    /// The style of `json.Marshal`.
    pub const COMPACT: Self = Self { escape_html: true, indent: None };
    /// The style of `json.MarshalIndent` with two spaces, as `toPrettyJson` uses it.
    pub const PRETTY: Self = Self { escape_html: true, indent: Some(2) };
    /// The style of an encoder that does not escape HTML, as `toRawJson` uses it.
    pub const RAW: Self = Self { escape_html: false, indent: None };
}

/// Writes `value` as JSON into `sink`, keys in byte order, without a line break at the end.
///
/// # Errors
///
/// A float that is not finite, or nesting beyond [`MAX_EMIT_DEPTH`]. The sink has then taken part
/// of the output.
pub fn emit_json<T: Emit>(
    value: &T,
    style: JsonStyle,
    sink: &mut impl Sink<T>,
) -> Result<(), EmitError> {
    Writer { sink, style }.node(value, 0)
}

/// Returns `value` as `json.Marshal` writes it.
///
/// # Errors
///
/// As for [`emit_json`].
pub fn to_json<T: Emit>(value: &T) -> Result<String, EmitError> {
    let mut out = String::new();
    emit_json(value, JsonStyle::COMPACT, &mut out)?;
    Ok(out)
}

/// Returns `value` as `json.MarshalIndent` writes it with two spaces.
///
/// # Errors
///
/// As for [`emit_json`].
pub fn to_json_pretty<T: Emit>(value: &T) -> Result<String, EmitError> {
    let mut out = String::new();
    emit_json(value, JsonStyle::PRETTY, &mut out)?;
    Ok(out)
}

/// Returns the string in quotes as `json.Marshal` writes it.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    write_escaped(text, true, |piece, _| out.push_str(piece));
    out.push('"');
    out
}

struct Writer<'s, S> {
    sink: &'s mut S,
    style: JsonStyle,
}

impl<S> Writer<'_, S> {
    fn node<T: Emit>(&mut self, value: &T, depth: usize) -> Result<(), EmitError>
    where
        S: Sink<T>,
    {
        if depth > MAX_EMIT_DEPTH {
            return Err(EmitError::new(
                format!("the value nests deeper than {MAX_EMIT_DEPTH} levels, or holds itself"),
                "json: unsupported value: encountered a cycle via map[string]interface {}",
            ));
        }
        let scalar = Role::Scalar(None);
        match value.shape() {
            Shape::Null => self.sink.write("null", value, scalar),
            Shape::Bool(true) => self.sink.write("true", value, scalar),
            Shape::Bool(false) => self.sink.write("false", value, scalar),
            Shape::Int(int) => self.sink.write(&int.to_string(), value, scalar),
            Shape::Uint(uint) => self.sink.write(&uint.to_string(), value, scalar),
            Shape::Float(float) => {
                let text = format_json(float).ok_or_else(|| not_finite(float))?;
                self.sink.write(&text, value, scalar);
            }
            Shape::Str(text) => {
                self.sink.write("\"", value, scalar);
                write_escaped(text, self.style.escape_html, |piece, from| {
                    self.sink.write(piece, value, Role::Scalar(from));
                });
                self.sink.write("\"", value, scalar);
            }
            Shape::Seq(items) if items.is_empty() => self.sink.write("[]", value, Role::Layout),
            Shape::Map(entries) if entries.is_empty() => {
                self.sink.write("{}", value, Role::Layout);
            }
            Shape::Seq(items) => self.sequence(value, &items, depth)?,
            Shape::Map(entries) => self.mapping(value, entries, depth)?,
        }
        Ok(())
    }

    fn sequence<T: Emit>(&mut self, value: &T, items: &[T], depth: usize) -> Result<(), EmitError>
    where
        S: Sink<T>,
    {
        self.sink.write("[", value, Role::Layout);
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.sink.write(",", item, Role::Layout);
            }
            self.line(item, depth + 1);
            self.node(item, depth + 1)?;
        }
        self.line(value, depth);
        self.sink.write("]", value, Role::Layout);
        Ok(())
    }

    fn mapping<T: Emit>(
        &mut self,
        value: &T,
        mut entries: Vec<(Arc<str>, T)>,
        depth: usize,
    ) -> Result<(), EmitError>
    where
        S: Sink<T>,
    {
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        self.sink.write("{", value, Role::Layout);
        for (i, (key, below)) in entries.iter().enumerate() {
            if i > 0 {
                self.sink.write(",", below, Role::Layout);
            }
            self.line(below, depth + 1);
            self.sink.write("\"", below, Role::Key);
            write_escaped(key, self.style.escape_html, |piece, _| {
                self.sink.write(piece, below, Role::Key);
            });
            self.sink.write("\"", below, Role::Key);
            let colon = if self.style.indent.is_some() { ": " } else { ":" };
            self.sink.write(colon, below, Role::Layout);
            self.node(below, depth + 1)?;
        }
        self.line(value, depth);
        self.sink.write("}", value, Role::Layout);
        Ok(())
    }

    fn line<T>(&mut self, node: &T, depth: usize)
    where
        S: Sink<T>,
    {
        if let Some(indent) = self.style.indent {
            self.sink.write("\n", node, Role::Layout);
            self.sink.write(&" ".repeat(indent * depth), node, Role::Layout);
        }
    }
}

fn not_finite(float: f64) -> EmitError {
    let name = format_g(float);
    EmitError::new(
        format!("{name} cannot be written as JSON"),
        format!("json: unsupported value: {name}"),
    )
}

/// Hands out the string in pieces: its own stretches with their offset, and escapes without.
fn write_escaped(text: &str, html: bool, mut write: impl FnMut(&str, Option<usize>)) {
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let escape = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '<' if html => "\\u003c",
            '>' if html => "\\u003e",
            '&' if html => "\\u0026",
            '\u{2028}' => "\\u2028",
            '\u{2029}' => "\\u2029",
            '\0'..' ' => "",
            _ => continue,
        };
        if from < at {
            write(&text[from..at], Some(from));
        }
        if escape.is_empty() {
            write(&format!("\\u{:04x}", u32::from(c)), None);
        } else {
            write(escape, None);
        }
        from = at + c.len_utf8();
    }
    if from < text.len() {
        write(&text[from..], Some(from));
    }
}
