//! The writer. Plain keys come before tables, tables are indented by their depth.

use std::sync::Arc;

use crate::functions::{Env, Failure};
use crate::go::duration::format_duration;
use crate::go::float::format_float;
use crate::trace::OriginId;
use crate::value::{Data, IntKind, TextBuilder, Value};

/// How deep nested values are followed; deeper ones are an error.
const MOST_DEPTH: usize = 500;

/// Why nothing was written.
#[derive(Debug)]
pub(super) enum Refusal {
    /// TOML cannot hold the value; `toToml` returns this as its text.
    Toml(String),
    /// The call fails.
    Call(Failure),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Toml(message) => Self::error(message),
            Refusal::Call(failure) => failure,
        }
    }
}

fn refuse<T>(message: &str) -> Result<T, Refusal> {
    Err(Refusal::Toml(message.to_owned()))
}

/// Writes a value as a document.
pub(super) fn write(value: &Value, env: &mut Env) -> Result<Value, Refusal> {
    if value.is_nil() {
        let message = "reflect: call of reflect.Value.Type on zero Value";
        return Err(Refusal::Call(Failure::error(message)));
    }
    let mut writer = Writer { out: TextBuilder::new(), env, key: Vec::new(), depth: 0 };
    writer.item(value)?;
    Ok(writer.env.finish(writer.out))
}

/// What TOML calls a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Nothing,
    Plain,
    Table,
    Tables,
}

struct Writer<'e> {
    out: TextBuilder,
    env: &'e mut Env,
    /// The keys that lead to the value at hand.
    key: Vec<Arc<str>>,
    depth: usize,
}

type Step = Result<(), Refusal>;

impl Writer<'_> {
    fn push(&mut self, text: &str, origin: OriginId) -> Step {
        self.env.spend(text.len()).map_err(Refusal::Call)?;
        let origin = if origin == OriginId::UNSET { OriginId::NONE } else { origin };
        self.out.push(text, origin);
        Ok(())
    }

    fn newline(&mut self) -> Step {
        if self.out.len() > 0 { self.push("\n", OriginId::NONE) } else { Ok(()) }
    }

    fn deeper(&mut self, inner: impl FnOnce(&mut Self) -> Step) -> Step {
        if self.depth >= MOST_DEPTH {
            return Err(Refusal::Call(Failure::error("the value nests too deeply for TOML")));
        }
        self.depth += 1;
        inner(self)?;
        self.depth -= 1;
        Ok(())
    }

    /// Writes a value under its key, or as the document.
    fn item(&mut self, value: &Value) -> Step {
        match self.shape(value, 0)? {
            Shape::Table => self.table(value),
            Shape::Tables => self.tables(value),
            Shape::Plain | Shape::Nothing => self.assignment(value, false),
        }
    }

    fn indent(&self) -> String {
        "  ".repeat(self.key.len().saturating_sub(1))
    }

    fn table(&mut self, value: &Value) -> Step {
        if self.key.len() == 1 {
            self.newline()?;
        }
        if !self.key.is_empty() {
            let heading = format!("{}[{}]\n", self.indent(), self.path());
            self.push(&heading, value.origin)?;
        }
        self.entries(value, false)
    }

    fn tables(&mut self, value: &Value) -> Step {
        if self.key.is_empty() {
            return refuse("toml: top-level values must be Go maps or structs");
        }
        let Data::List(list) = &value.data else { return Ok(()) };
        for item in list.items() {
            self.newline()?;
            let heading = format!("{}[[{}]]\n", self.indent(), self.path());
            self.push(&heading, item.origin)?;
            self.entries(item, false)?;
        }
        Ok(())
    }

    fn path(&self) -> String {
        let keys: Vec<String> = self.key.iter().map(|key| bare_or_quoted(key)).collect();
        keys.join(".")
    }

    /// Writes the entries of a map: first those that are no tables.
    fn entries(&mut self, value: &Value, inline: bool) -> Step {
        let plain;
        let value = match &value.data {
            Data::Host(host) => {
                plain = Value::of(host.plain().data, value.origin);
                &plain
            }
            _ => value,
        };
        let Data::Map(map) = &value.data else { return Ok(()) };
        let (mut direct, mut sub) = (Vec::new(), Vec::new());
        for (key, item) in map.snapshot() {
            let is_table = matches!(self.shape(&item, 0)?, Shape::Table | Shape::Tables);
            if is_table { &mut sub } else { &mut direct }.push((key, item));
        }
        if inline {
            self.push("{", value.origin)?;
        }
        let has_sub = !sub.is_empty();
        self.deeper(|writer| {
            writer.entry_list(direct, inline, has_sub)?;
            writer.entry_list(sub, inline, false)
        })?;
        if inline { self.push("}", value.origin) } else { Ok(()) }
    }

    fn entry_list(&mut self, entries: Vec<(Arc<str>, Value)>, inline: bool, more: bool) -> Step {
        let last = entries.len().saturating_sub(1);
        for (index, (key, item)) in entries.into_iter().enumerate() {
            if is_nil(&item) {
                continue;
            }
            if inline {
                let outer = std::mem::replace(&mut self.key, vec![key]);
                self.assignment(&item, true)?;
                self.key = outer;
                if more || index != last {
                    self.push(", ", OriginId::NONE)?;
                }
            } else {
                self.key.push(key);
                self.item(&item)?;
                self.key.pop();
            }
        }
        Ok(())
    }

    fn assignment(&mut self, value: &Value, inline: bool) -> Step {
        let Some(key) = self.key.last() else { return self.element(value) };
        let name = format!("{}{} = ", self.indent(), bare_or_quoted(key));
        self.push(&name, OriginId::NONE)?;
        self.element(value)?;
        if inline { Ok(()) } else { self.newline() }
    }

    /// Writes a value on one line.
    fn element(&mut self, value: &Value) -> Step {
        let text = match &value.data {
            Data::Str(text) => {
                let origin = self.env.origin_of(value);
                return self.push(&quoted(text.as_str()), origin);
            }
            Data::Bool(bool) => bool.to_string(),
            Data::Int(nanoseconds, IntKind::Duration) => quoted(&format_duration(*nanoseconds)),
            Data::Int(int, _) => int.to_string(),
            Data::Uint(int) => int.to_string(),
            Data::Float(float) => float_text(*float),
            Data::Bytes(bytes) => {
                let items: Vec<String> = bytes.iter().map(u8::to_string).collect();
                format!("[{}]", items.join(", "))
            }
            Data::List(list) => {
                let list = list.clone();
                self.push("[", value.origin)?;
                self.deeper(|writer| {
                    for (index, item) in list.items().iter().enumerate() {
                        if index > 0 {
                            writer.push(", ", OriginId::NONE)?;
                        }
                        writer.element(item)?;
                    }
                    Ok(())
                })?;
                return self.push("]", value.origin);
            }
            Data::Map(_) => return self.entries(value, true),
            Data::Host(host) => match crate::functions::dates::toml_text(host.as_ref()) {
                Some(text) => text,
                None => return self.element(&Value::of(host.plain().data, value.origin)),
            },
            Data::Octets(_) => return Err(Refusal::Call(Failure::not_text())),
            Data::Nil | Data::Invalid => return refuse("unexpected type: <nil>"),
        };
        self.push(&text, value.origin)
    }

    fn shape(&self, value: &Value, depth: usize) -> Result<Shape, Refusal> {
        if depth > MOST_DEPTH {
            return Err(Refusal::Call(Failure::error("the value nests too deeply for TOML")));
        }
        Ok(match &value.data {
            Data::Nil | Data::Invalid => Shape::Nothing,
            Data::Map(_) => Shape::Table,
            Data::Host(host) => match host.plain().data {
                Data::Map(_) => Shape::Table,
                _ => Shape::Plain,
            },
            Data::List(list) => {
                let mut all_tables = !list.is_empty();
                for item in list.items() {
                    match self.shape(item, depth + 1)? {
                        Shape::Nothing => {
                            return refuse("toml: cannot encode array with nil element");
                        }
                        Shape::Table => {}
                        Shape::Plain | Shape::Tables => all_tables = false,
                    }
                }
                if all_tables { Shape::Tables } else { Shape::Plain }
            }
            _ => Shape::Plain,
        })
    }
}

fn is_nil(value: &Value) -> bool {
    value.is_nil() || matches!(&value.data, Data::List(list) if list.is_nil())
}

/// Floats always show that they are some.
fn float_text(float: f64) -> String {
    if float.is_nan() {
        return if float.is_sign_negative() { "-nan" } else { "nan" }.to_owned();
    }
    if float.is_infinite() {
        return if float < 0.0 { "-inf" } else { "inf" }.to_owned();
    }
    let text = format_float(float, 'g', None);
    if text.contains(['e', '.']) { text } else { text + ".0" }
}

fn bare_or_quoted(key: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !key.is_empty() && key.bytes().all(bare) { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str(r#"\""#),
            '\\' => out.push_str(r"\\"),
            '\u{8}' => out.push_str(r"\b"),
            '\t' => out.push_str(r"\t"),
            '\n' => out.push_str(r"\n"),
            '\u{c}' => out.push_str(r"\f"),
            '\r' => out.push_str(r"\r"),
            '\0'..='\u{1f}' | '\u{7f}' => out.push_str(&format!(r"\u{:04x}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}
