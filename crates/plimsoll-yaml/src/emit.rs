//! Writes YAML with the bytes of `sigs.k8s.io/yaml.Marshal` (v1.6.0), which is Helm's `toYaml`.
//!
//! That function writes JSON, reads it as YAML and writes that as YAML, so its output depends on
//! all three steps: floats take JSON's format first, and a few characters that JSON does not
//! escape make it fail.

mod order;
mod scalar;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::go_float::{format_g, format_json};
use crate::scalar::{Scalar, resolve};
use crate::{Content, Node, Number, parse_one, to_json};
use order::sort_naturally;
pub use scalar::escape;
use scalar::{Text, as_read_back};

/// How deep written values may nest. A map that holds itself ends here.
pub const MAX_EMIT_DEPTH: usize = 512;

/// A value that can be written, seen from above: children are handles that own or borrow.
pub trait Emit: Sized {
    /// Returns what the value is.
    fn shape(&self) -> Shape<'_, Self>;
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Shape<'a, T> {
    /// Go's nil.
    Null,
    /// A boolean.
    Bool(bool),
    /// Any signed integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// A float; one that is whole is written like an integer.
    Float(f64),
    /// A string.
    Str(&'a str),
    /// A list.
    Seq(Vec<T>),
    /// A map with distinct keys, in any order.
    Map(Vec<(Arc<str>, T)>),
}

/// What a piece of output is to the node that it is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Indentation, line breaks, dashes, colons and brackets.
    Layout,
    /// Text of the key under which the node stands.
    Key,
    /// Text of the node, which is a scalar. For a string, the offset in it where the piece stands
    /// just so; absent for quotes, escapes and whatever else the string does not hold.
    Scalar(Option<usize>),
}

/// Takes output piece by piece.
pub trait Sink<T> {
    /// Takes the next piece, which is written for `node`.
    ///
    /// An entry's indentation, key and colon are written for the entry's value, and an element's
    /// indentation and dash for the element, so that all of a line has the origin of the value
    /// that it shows.
    fn write(&mut self, text: &str, node: &T, role: Role);
}

impl<T> Sink<T> for String {
    fn write(&mut self, text: &str, _: &T, _: Role) {
        self.push_str(text);
    }
}

/// A value that Go's libraries refuse to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmitError {
    message: String,
    upstream: String,
}

impl EmitError {
    pub(crate) fn new(message: impl Into<String>, upstream: impl Into<String>) -> Self {
        Self { message: message.into(), upstream: upstream.into() }
    }

    /// Returns the message of the Go function for the same value.
    #[must_use]
    pub fn upstream(&self) -> &str {
        &self.upstream
    }
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EmitError {}

/// Writes `value` as YAML into `sink`, with a line break at the end.
///
/// # Errors
///
/// A float that is not finite, nesting beyond [`MAX_EMIT_DEPTH`], a control character that JSON
/// does not escape and YAML does not allow, or a key of more than 1024 characters. The sink has
/// then taken part of the output.
pub fn emit<T: Emit>(value: &T, sink: &mut impl Sink<T>) -> Result<(), EmitError> {
    let mut writer = Writer { sink, column: 0, whitespace: true, indention: true };
    writer.node(value, Place::Root, None, 0).map_err(|error| with_line(error, value))?;
    writer.indent(value, 0);
    Ok(())
}

/// Completes the message of an error that go-yaml finds in the value's JSON, since that names a
/// line of it.
fn with_line<T: Emit>(error: EmitError, value: &T) -> EmitError {
    if !error.upstream.starts_with("yaml: ") {
        return error;
    }
    match to_json(value).map(|json| parse_one(&json)) {
        Ok(Err(found)) => EmitError::new(error.message, found.upstream()),
        _ => error,
    }
}

/// Returns `value` as YAML, with a line break at the end.
///
/// # Errors
///
/// As for [`emit`].
pub fn to_yaml<T: Emit>(value: &T) -> Result<String, EmitError> {
    let mut out = String::new();
    emit(value, &mut out)?;
    Ok(out)
}

impl Emit for &Node {
    fn shape(&self) -> Shape<'_, Self> {
        match &self.content {
            Content::Null => Shape::Null,
            Content::Bool(value) => Shape::Bool(*value),
            Content::Number(Number::Int(int)) => Shape::Int(*int),
            Content::Number(Number::Uint(uint)) => Shape::Uint(*uint),
            Content::Number(Number::Float(float)) => Shape::Float(*float),
            Content::String(text) => Shape::Str(text),
            Content::Sequence(items) => Shape::Seq(items.iter().collect()),
            Content::Mapping(entries) => Shape::Map(
                entries.iter().map(|entry| (Arc::clone(&entry.key), &entry.value)).collect(),
            ),
        }
    }
}

/// Where a node is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Item,
    Value,
}

/// The emitter's state, named as in libyaml.
struct Writer<'s, S> {
    sink: &'s mut S,
    /// In characters.
    column: usize,
    /// The last character was a blank, or a line starts.
    whitespace: bool,
    /// Only indentation and indicators such as `- ` stand on the line so far.
    indention: bool,
}

impl<S> Writer<'_, S> {
    /// Writes `value` inside a collection of indentation `outer`.
    fn node<T: Emit>(
        &mut self,
        value: &T,
        place: Place,
        outer: Option<usize>,
        depth: usize,
    ) -> Result<(), EmitError>
    where
        S: Sink<T>,
    {
        if depth > MAX_EMIT_DEPTH {
            return Err(EmitError::new(
                format!("the value nests deeper than {MAX_EMIT_DEPTH} levels, or holds itself"),
                "error marshaling into JSON: json: unsupported value: encountered a cycle via map[string]interface {}",
            ));
        }
        let indent = outer.map_or(2, |outer| outer + 2);
        let number = |number: Cow<'_, str>, writer: &mut Self| {
            writer.scalar(value, &Text::literal(&number), indent, Role::Scalar(None), true);
            Ok(())
        };
        match value.shape() {
            Shape::Null => number(Cow::Borrowed("null"), self),
            Shape::Bool(true) => number(Cow::Borrowed("true"), self),
            Shape::Bool(false) => number(Cow::Borrowed("false"), self),
            Shape::Int(int) => number(Cow::Owned(int.to_string()), self),
            Shape::Uint(uint) => number(Cow::Owned(uint.to_string()), self),
            Shape::Float(float) => number(Cow::Owned(float_text(float)?), self),
            Shape::Str(text) => {
                self.scalar(value, &as_read_back(text)?, indent, Role::Scalar(Some(0)), true);
                Ok(())
            }
            Shape::Seq(items) if items.is_empty() => {
                self.indicator(value, "[]", true, false);
                Ok(())
            }
            Shape::Map(entries) if entries.is_empty() => {
                self.indicator(value, "{}", true, false);
                Ok(())
            }
            Shape::Seq(items) => self.sequence(&items, place, outer, depth),
            Shape::Map(entries) => self.mapping(entries, outer, depth),
        }
    }

    fn sequence<T: Emit>(
        &mut self,
        items: &[T],
        place: Place,
        outer: Option<usize>,
        depth: usize,
    ) -> Result<(), EmitError>
    where
        S: Sink<T>,
    {
        let flush = place == Place::Value && !self.indention;
        let indent = outer.map_or(0, |outer| if flush { outer } else { outer + 2 });
        for item in items {
            self.indent(item, indent);
            self.indicator(item, "-", true, true);
            self.node(item, Place::Item, Some(indent), depth + 1)?;
        }
        Ok(())
    }

    fn mapping<T: Emit>(
        &mut self,
        mut entries: Vec<(Arc<str>, T)>,
        outer: Option<usize>,
        depth: usize,
    ) -> Result<(), EmitError>
    where
        S: Sink<T>,
    {
        let indent = outer.map_or(0, |outer| outer + 2);
        sort_naturally(&mut entries);
        for (key, value) in &entries {
            scalar::check_key(key)?;
            let text = as_read_back(key)?;
            self.indent(value, indent);
            if text.is_simple_key() {
                self.scalar(value, &text, indent + 2, Role::Key, false);
                self.indicator(value, ":", false, false);
            } else {
                self.indicator(value, "?", true, true);
                self.scalar(value, &text, indent + 2, Role::Key, true);
                self.indent(value, indent);
                self.indicator(value, ":", true, true);
            }
            self.node(value, Place::Value, Some(indent), depth + 1)?;
        }
        Ok(())
    }

    /// Goes to column `indent` of a fresh line, unless that is where the output stands.
    fn indent<T>(&mut self, node: &T, indent: usize)
    where
        S: Sink<T>,
    {
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.sink.write("\n", node, Role::Layout);
            self.column = 0;
        }
        self.spaces(node, indent);
        self.whitespace = true;
        self.indention = true;
    }

    fn spaces<T>(&mut self, node: &T, up_to: usize)
    where
        S: Sink<T>,
    {
        const SPACES: &str = "                                                                ";
        while self.column < up_to {
            let len = (up_to - self.column).min(SPACES.len());
            self.sink.write(&SPACES[..len], node, Role::Layout);
            self.column += len;
        }
    }

    /// Writes an ASCII indicator, after a space if `spaced` and one is due.
    fn indicator<T>(&mut self, node: &T, text: &str, spaced: bool, indention: bool)
    where
        S: Sink<T>,
    {
        if spaced && !self.whitespace {
            self.sink.write(" ", node, Role::Layout);
            self.column += 1;
        }
        self.sink.write(text, node, Role::Layout);
        self.column += text.len();
        self.whitespace = false;
        self.indention &= indention;
    }
}

/// Returns a float as go-yaml writes it after it went through JSON.
fn float_text(float: f64) -> Result<String, EmitError> {
    // Whole numbers that a float holds exactly, as most are.
    if float.fract() == 0.0 && float.abs() < 1e15 && (float != 0.0 || float.is_sign_positive()) {
        return Ok((float as i64).to_string());
    }
    let Some(json) = format_json(float) else {
        let name = format_g(float);
        return Err(EmitError::new(
            format!("{name} cannot be written as JSON or YAML"),
            format!("error marshaling into JSON: json: unsupported value: {name}"),
        ));
    };
    Ok(match resolve(&json) {
        Scalar::Number(Number::Int(int)) => int.to_string(),
        Scalar::Number(Number::Uint(uint)) => uint.to_string(),
        _ => format_g(float),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let parsed = parse_one(text).unwrap();
        assert_eq!(to_yaml(&&parsed.root).unwrap(), expected);
    }

    #[test]
    fn collections_are_laid_out_as_go_does() {
        check(
            "{b: [1, [2, 3], {c: d, e: []}], a: {}, a10: x, a9: {z: null}}",
            "a: {}\na9:\n  z: null\na10: x\nb:\n- 1\n- - 2\n  - 3\n- c: d\n  e: []\n",
        );
    }

    #[test]
    fn pieces_name_their_node_and_place() {
        struct Log(Vec<String>);
        impl Sink<&Node> for Log {
            fn write(&mut self, text: &str, node: &&Node, role: Role) {
                self.0.push(format!("{text:?} {role:?} {}", node.span.start));
            }
        }
        let parsed = parse_one("k: \"a'b: c\"").unwrap();
        let mut log = Log(Vec::new());
        emit(&&parsed.root, &mut log).unwrap();
        assert_eq!(
            log.0,
            [
                "\"k\" Key 3",
                "\":\" Layout 3",
                "\" \" Layout 3",
                "\"'\" Scalar(None) 3",
                "\"a\" Scalar(Some(0)) 3",
                "\"'\" Scalar(None) 3",
                "\"'b: c\" Scalar(Some(1)) 3",
                "\"'\" Scalar(None) 3",
                "\"\\n\" Layout 0",
            ]
        );
    }

    #[test]
    fn what_go_refuses_is_refused() {
        let float = Node {
            content: Content::Number(Number::Float(f64::NAN)),
            span: crate::Span::default(),
        };
        assert_eq!(
            to_yaml(&&float).unwrap_err().upstream(),
            "error marshaling into JSON: json: unsupported value: NaN"
        );
        let mut deep = float;
        for _ in 0..MAX_EMIT_DEPTH + 1 {
            deep = Node { content: Content::Sequence(vec![deep]), span: crate::Span::default() };
        }
        assert!(to_yaml(&&deep).is_err());
    }
}
