//! YAML as go-yaml v3 decodes it into `any`, which is what suites compare.
//!
//! Manifests, suites, values and snapshots all go through that decoder (v3.0.4): `yes` is text
//! there, a date is a time, and a key keeps its type.

mod emit;
mod order;
mod scalar;

use std::borrow::Cow;
use std::sync::Arc;

use plimsoll_yaml::{Content, Entry, Node, Number, Span, format_g};

pub(crate) use emit::to_yaml;
pub(crate) use order::sort;
pub(crate) use scalar::{Scalar, resolve};

/// A value and the bytes that it was read from.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// What a value is, by Go's types.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Str(Arc<str>),
    /// `time.Time`, as RFC 3339 writes it.
    Time(Arc<str>),
    Seq(Vec<Value>),
    /// Entries in the order in which go-yaml writes keys.
    Map(Vec<(Value, Value)>),
}

impl Value {
    /// Reads a node of `text`.
    pub(crate) fn read(node: &Node, text: &str) -> Self {
        let written = || node.span.of(text);
        let kind = match &node.content {
            Content::Null => Kind::Null,
            Content::Bool(value) => match resolve(written()) {
                Scalar::Text => Kind::Str(Arc::from(written())),
                _ => Kind::Bool(*value),
            },
            Content::Number(Number::Int(int)) => Kind::Int(*int),
            Content::Number(Number::Uint(uint)) => Kind::Uint(*uint),
            Content::Number(Number::Float(float)) => Kind::Float(*float),
            Content::String(value) => match resolve(written()) {
                Scalar::Time(time) => Kind::Time(Arc::from(time)),
                _ => Kind::Str(Arc::clone(value)),
            },
            Content::Sequence(items) => {
                Kind::Seq(items.iter().map(|item| Self::read(item, text)).collect())
            }
            Content::Mapping(entries) => {
                let mut pairs: Vec<(Self, Self)> = entries
                    .iter()
                    .map(|entry| (Self::key(entry, text), Self::read(&entry.value, text)))
                    .collect();
                sort(&mut pairs);
                Kind::Map(pairs)
            }
        };
        Self { kind, span: node.span }
    }

    fn key(entry: &Entry, text: &str) -> Self {
        let written = entry.key_span.of(text);
        let kind = match resolve(written) {
            Scalar::Null => Kind::Null,
            Scalar::Bool(value) => Kind::Bool(value),
            Scalar::Number(Number::Int(int)) => Kind::Int(int),
            Scalar::Number(Number::Uint(uint)) => Kind::Uint(uint),
            Scalar::Number(Number::Float(float)) => Kind::Float(float),
            Scalar::Time(time) => Kind::Time(Arc::from(time)),
            // What YAML 1.1 takes for a boolean is text here.
            _ if matches!(&*entry.key, "true" | "false") && !written.starts_with(['"', '\'']) => {
                Kind::Str(Arc::from(written))
            }
            _ => Kind::Str(Arc::clone(&entry.key)),
        };
        Self { kind, span: entry.key_span }
    }

    /// Returns a text that stands nowhere.
    pub(crate) fn text(text: impl Into<Arc<str>>) -> Self {
        Self { kind: Kind::Str(text.into()), span: Span::default() }
    }

    /// Returns a mapping of these entries, which come sorted.
    pub(crate) fn map(entries: Vec<(Self, Self)>) -> Self {
        Self { kind: Kind::Map(entries), span: Span::default() }
    }

    /// Returns the keys as text that a decoder into `map[string]any` sees at the top.
    pub(crate) fn with_text_keys(mut self, text: &str) -> Self {
        if let Kind::Map(entries) = &mut self.kind {
            for (key, _) in entries.iter_mut() {
                if !matches!(key.kind, Kind::Str(_)) {
                    key.kind = Kind::Str(Arc::from(key.span.of(text)));
                }
            }
            sort(entries);
        }
        self
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Kind::Str(text) = &self.kind { Some(text) } else { None }
    }

    pub(crate) fn entries(&self) -> &[(Self, Self)] {
        if let Kind::Map(entries) = &self.kind { entries } else { &[] }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// Returns the value under a key of text.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// Tells whether it is a `map[string]any`.
    pub(crate) fn is_string_map(&self) -> bool {
        matches!(&self.kind, Kind::Map(entries) if entries.iter().all(|(key, _)| key.as_str().is_some()))
    }

    /// Tells whether Go's zero value or an empty collection is meant.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.kind {
            Kind::Null => true,
            Kind::Bool(value) => !value,
            Kind::Int(int) => *int == 0,
            Kind::Uint(uint) => *uint == 0,
            Kind::Float(float) => *float == 0.0,
            Kind::Str(text) => text.is_empty(),
            Kind::Time(_) => false,
            Kind::Seq(items) => items.is_empty(),
            Kind::Map(entries) => entries.is_empty(),
        }
    }

    /// Returns the name of Go's type; empty for nil.
    pub(crate) fn type_name(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "",
            Kind::Bool(_) => "bool",
            Kind::Int(_) => "int",
            Kind::Uint(_) => "uint64",
            Kind::Float(_) => "float64",
            Kind::Str(_) => "string",
            Kind::Time(_) => "time.Time",
            Kind::Seq(_) => "[]interface {}",
            Kind::Map(_) if self.is_string_map() => "map[string]interface {}",
            Kind::Map(_) => "map[interface {}]interface {}",
        }
    }

    /// Returns the text of a scalar as go-yaml writes it; nothing for collections.
    pub(crate) fn scalar_text(&self) -> Option<Cow<'_, str>> {
        Some(match &self.kind {
            Kind::Null => Cow::Borrowed("null"),
            Kind::Bool(true) => Cow::Borrowed("true"),
            Kind::Bool(false) => Cow::Borrowed("false"),
            Kind::Int(int) => Cow::Owned(int.to_string()),
            Kind::Uint(uint) => Cow::Owned(uint.to_string()),
            Kind::Float(float) => Cow::Owned(format_g(*float)),
            Kind::Str(text) | Kind::Time(text) => Cow::Borrowed(text),
            Kind::Seq(_) | Kind::Map(_) => return None,
        })
    }

    /// Returns the value as it comes back when go-yaml writes it and reads it again: a float that
    /// is written like an integer becomes one.
    pub(crate) fn read_back(&self) -> Self {
        let kind = match &self.kind {
            Kind::Float(float) => match resolve(&format_g(*float)) {
                Scalar::Number(Number::Int(int)) => Kind::Int(int),
                Scalar::Number(Number::Uint(uint)) => Kind::Uint(uint),
                _ => Kind::Float(*float),
            },
            Kind::Seq(items) => Kind::Seq(items.iter().map(Self::read_back).collect()),
            Kind::Map(entries) => Kind::Map(
                entries.iter().map(|(key, value)| (key.clone(), value.read_back())).collect(),
            ),
            kind => kind.clone(),
        };
        Self { kind, span: self.span }
    }

    /// Returns the value without line breaks at the start of any text.
    pub(crate) fn without_leading_breaks(&self) -> Self {
        let kind = match &self.kind {
            Kind::Str(text) => Kind::Str(Arc::from(text.trim_start_matches('\n'))),
            Kind::Seq(items) => Kind::Seq(items.iter().map(Self::without_leading_breaks).collect()),
            Kind::Map(entries) if self.is_string_map() => Kind::Map(
                entries
                    .iter()
                    .map(|(key, value)| (key.clone(), value.without_leading_breaks()))
                    .collect(),
            ),
            kind => kind.clone(),
        };
        Self { kind, span: self.span }
    }

    /// Returns the value as Go's `%v` prints it.
    pub(crate) fn go_print(&self) -> String {
        match &self.kind {
            Kind::Null => "<nil>".to_owned(),
            Kind::Seq(items) => {
                let items: Vec<String> = items.iter().map(Self::go_print).collect();
                format!("[{}]", items.join(" "))
            }
            Kind::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("{}:{}", key.go_print(), value.go_print()))
                    .collect();
                format!("map[{}]", entries.join(" "))
            }
            _ => self.scalar_text().unwrap_or_default().into_owned(),
        }
    }

    /// Returns the value as a node of the text that it was read from, as templates are to see it;
    /// nothing where JSON has no such thing.
    pub(crate) fn to_node(&self) -> Option<Node> {
        let content = match &self.kind {
            Kind::Null => Content::Null,
            Kind::Bool(value) => Content::Bool(*value),
            Kind::Int(int) => Content::Number(Number::Int(*int)),
            Kind::Uint(uint) => Content::Number(Number::Uint(*uint)),
            Kind::Float(float) => Content::Number(Number::Float(*float)),
            Kind::Str(text) | Kind::Time(text) => Content::String(Arc::clone(text)),
            Kind::Seq(items) => {
                Content::Sequence(items.iter().map(Self::to_node).collect::<Option<_>>()?)
            }
            Kind::Map(entries) => {
                let mut made = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let Kind::Str(name) = &key.kind else { return None };
                    made.push(Entry {
                        key: Arc::clone(name),
                        key_span: key.span,
                        value: value.to_node()?,
                    });
                }
                Content::Mapping(made)
            }
        };
        Some(Node { content, span: self.span })
    }
}

/// Go's `reflect.DeepEqual`: types count, places do not.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Null, Kind::Null) => true,
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Int(a), Kind::Int(b)) => a == b,
            (Kind::Uint(a), Kind::Uint(b)) => a == b,
            (Kind::Float(a), Kind::Float(b)) => a == b,
            (Kind::Str(a), Kind::Str(b)) | (Kind::Time(a), Kind::Time(b)) => a == b,
            (Kind::Seq(a), Kind::Seq(b)) => a == b,
            (Kind::Map(a), Kind::Map(b)) => a == b,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Value {
        Value::read(&plimsoll_yaml::parse_one(text).unwrap().root, text)
    }

    #[test]
    fn scalars_have_the_types_of_go_yaml_3() {
        let value = read(
            "[1, 1.5, yes, true, '1', 2001-12-14, ~, 0644, !!str 12, 18446744073709551615, {a: b}, {1: b}]",
        );
        let Kind::Seq(items) = &value.kind else { panic!() };
        let types: Vec<&str> = items.iter().map(Value::type_name).collect();
        assert_eq!(
            types,
            [
                "int",
                "float64",
                "string",
                "bool",
                "string",
                "time.Time",
                "",
                "int",
                "string",
                "uint64",
                "map[string]interface {}",
                "map[interface {}]interface {}",
            ]
        );
        assert_eq!(items[2].as_str(), Some("yes"));
        assert_eq!(items[5].go_print(), "2001-12-14T00:00:00Z");
        assert_eq!(read("yes: 1").go_print(), "map[yes:1]");
    }

    #[test]
    fn equality_minds_types_and_not_places() {
        assert_eq!(read("{b: [1], a: x}"), read("a: x\nb:\n- 1\n"));
        assert_ne!(read("1"), read("1.0"));
        assert_eq!(read("1"), read("1.0").read_back());
        assert_eq!(read("1000000.0").read_back().type_name(), "float64");
    }
}
