//! `toYamlPretty`: YAML as go.yaml.in/yaml/v3 3.0.4 writes Go values, with an indentation of two.
//!
//! Unlike `toYaml` it does not go by way of JSON: floats are written as Go prints them, lists are
//! indented under their key, and text is never folded.

mod order;
mod plain;
mod scalar;

use std::sync::Arc;

use scalar::Style;

use crate::functions::dates;
use crate::functions::{Env, Failure, Outcome};
use crate::go::duration::format_duration;
use crate::go::float::format_float;
use crate::trace::OriginId;
use crate::value::{Data, IntKind, Text, TextBuilder, Value};

/// How deep written values may nest.
const MOST_DEPTH: usize = 512;

/// Keys longer than this are not written on one line with their value.
const LONGEST_SIMPLE_KEY: usize = 128;

/// Writes `value`, without the newline at the end.
pub(super) fn write(value: &Value, env: &mut Env) -> Outcome {
    let mut writer =
        Writer { out: TextBuilder::new(), env, column: 0, whitespace: true, indention: true };
    writer.node(value, None, 0)?;
    writer.indent(0, OriginId::NONE)?;
    let Writer { out, env, .. } = writer;
    let text = env.finish(out);
    let length = text.as_text().map_or("", Text::as_str).strip_suffix('\n').map(str::len);
    match length {
        Some(length) => env.cut(&text, 0, length as i64),
        None => Ok(text),
    }
}

/// The emitter's state, named as in libyaml.
struct Writer<'e> {
    out: TextBuilder,
    env: &'e mut Env,
    /// In characters.
    column: usize,
    /// The last character was a blank, or a line starts.
    whitespace: bool,
    /// Only indentation and indicators such as `- ` stand on the line so far.
    indention: bool,
}

impl Writer<'_> {
    /// Writes a value inside a collection of indentation `outer`.
    fn node(&mut self, value: &Value, outer: Option<usize>, depth: usize) -> Result<(), Failure> {
        if depth > MOST_DEPTH {
            return Err(Failure::error(format!(
                "the value nests deeper than {MOST_DEPTH} levels, or holds itself"
            )));
        }
        let indent = outer.map_or(2, |outer| outer + 2);
        match &value.data {
            Data::Nil | Data::Invalid => self.word("null", value, indent),
            Data::Bool(true) => self.word("true", value, indent),
            Data::Bool(false) => self.word("false", value, indent),
            Data::Int(nanoseconds, IntKind::Duration) => {
                self.word(&format_duration(*nanoseconds), value, indent)
            }
            Data::Int(int, _) => self.word(&int.to_string(), value, indent),
            Data::Uint(int) => self.word(&int.to_string(), value, indent),
            Data::Float(float) => self.word(&float_text(*float), value, indent),
            Data::Str(text) => self.string(text.as_str(), value, indent),
            Data::Octets(_) => Err(Failure::not_text()),
            Data::Bytes(bytes) => {
                let items = bytes.iter().map(|byte| {
                    Value::of(Data::Int(i64::from(*byte), IntKind::Uint8), value.origin)
                });
                self.sequence(value, items.collect(), outer, depth)
            }
            Data::List(list) => self.sequence(value, list.items().to_vec(), outer, depth),
            Data::Map(map) => self.mapping(value, map.snapshot(), outer, depth),
            Data::Host(host) => {
                let plain = Value::of(host.plain().data, value.origin);
                match plain.as_text() {
                    Some(text) if host.type_name() == "time.Time" => {
                        self.word(text.as_str(), value, indent)
                    }
                    _ => self.node(&plain, outer, depth + 1),
                }
            }
        }
    }

    fn sequence(
        &mut self,
        holder: &Value,
        items: Vec<Value>,
        outer: Option<usize>,
        depth: usize,
    ) -> Result<(), Failure> {
        if items.is_empty() {
            return self.indicator("[]", true, false, holder.origin);
        }
        let indent = outer.map_or(0, |outer| outer + 2);
        for item in items {
            let origin = self.origin(&item);
            self.indent(indent, origin)?;
            self.indicator("-", true, true, origin)?;
            self.node(&item, Some(indent), depth + 1)?;
        }
        Ok(())
    }

    fn mapping(
        &mut self,
        holder: &Value,
        mut entries: Vec<(Arc<str>, Value)>,
        outer: Option<usize>,
        depth: usize,
    ) -> Result<(), Failure> {
        if entries.is_empty() {
            return self.indicator("{}", true, false, holder.origin);
        }
        let indent = outer.map_or(0, |outer| outer + 2);
        order::sort(&mut entries);
        for (key, value) in entries {
            let origin = self.origin(&value);
            self.indent(indent, origin)?;
            let text = Value::of(Data::Str(Text::plain(Arc::clone(&key))), origin);
            if key.len() <= LONGEST_SIMPLE_KEY && !scalar::has_break(&key) {
                self.scalar(&text, Style::of_key(&key), indent + 2)?;
                self.indicator(":", false, false, origin)?;
            } else {
                self.indicator("?", true, true, origin)?;
                self.scalar(&text, Style::of(&key), indent + 2)?;
                self.indent(indent, origin)?;
                self.indicator(":", true, true, origin)?;
            }
            self.node(&value, Some(indent), depth + 1)?;
        }
        Ok(())
    }

    fn string(&mut self, text: &str, value: &Value, indent: usize) -> Result<(), Failure> {
        self.scalar(value, Style::of(text), indent)
    }

    /// Writes a scalar that is no string as it is.
    fn word(&mut self, text: &str, value: &Value, indent: usize) -> Result<(), Failure> {
        let text = Value::of(Data::Str(Text::plain(text)), value.origin);
        self.scalar(&text, Style::Plain, indent)
    }

    fn origin(&mut self, value: &Value) -> OriginId {
        match value.as_text() {
            Some(text) if !text.is_empty() => self.env.slice_origin(value, 0),
            _ => value.origin,
        }
    }

    /// Goes to column `indent` of a fresh line, unless that is where the output stands.
    fn indent(&mut self, indent: usize, origin: OriginId) -> Result<(), Failure> {
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.line_break(origin)?;
        }
        let fill = indent.saturating_sub(self.column);
        self.put(&" ".repeat(fill), origin)?;
        self.whitespace = true;
        Ok(())
    }

    fn line_break(&mut self, origin: OriginId) -> Result<(), Failure> {
        self.put("\n", origin)?;
        self.column = 0;
        self.indention = true;
        Ok(())
    }

    /// Writes an indicator, after a space if `spaced` and one is due.
    fn indicator(
        &mut self,
        text: &str,
        spaced: bool,
        indention: bool,
        origin: OriginId,
    ) -> Result<(), Failure> {
        if spaced && !self.whitespace {
            self.put(" ", origin)?;
        }
        self.put(text, origin)?;
        self.whitespace = false;
        self.indention &= indention;
        Ok(())
    }

    fn put(&mut self, text: &str, origin: OriginId) -> Result<(), Failure> {
        self.env.spend(text.len())?;
        self.column += text.chars().count();
        self.out.push(text, if origin == OriginId::UNSET { OriginId::NONE } else { origin });
        Ok(())
    }
}

fn float_text(float: f64) -> String {
    if float.is_nan() {
        return ".nan".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    format_float(float, 'g', None)
}

/// Layouts of the texts that go-yaml takes for points in time.
const TIMESTAMPS: &[&str] = &[
    "2006-1-2T15:4:5.999999999Z07:00",
    "2006-1-2t15:4:5.999999999Z07:00",
    "2006-1-2 15:4:5.999999999",
    "2006-1-2",
];

fn is_timestamp(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4
        && text.as_bytes().get(4) == Some(&b'-')
        && TIMESTAMPS.iter().any(|layout| dates::reads_as(layout, text))
}
