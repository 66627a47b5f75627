//! Reads values into fields as go-yaml v3 reads them into structs, with places.

use plimsoll_yaml::Span;

use crate::problem::{Problem, Source};
use crate::value::{Kind, Value};

/// Reads one suite.
#[derive(Debug)]
pub(super) struct Decoder<'s> {
    pub(super) source: &'s Source,
    pub(super) strict: bool,
}

type Result<T> = std::result::Result<T, Problem>;

impl Decoder<'_> {
    /// Visits the fields of a mapping; null counts as an empty one. Unknown keys are errors where
    /// the reading is strict.
    pub(super) fn fields(
        &self,
        value: &Value,
        what: &str,
        known: &[&str],
        mut visit: impl FnMut(&str, &Value, Span) -> Result<()>,
    ) -> Result<()> {
        match &value.kind {
            Kind::Null => return Ok(()),
            Kind::Map(_) => {}
            _ => return self.fail(value, format!("{what} must be a mapping, not {}", kind(value))),
        }
        let mut entries: Vec<_> = value.entries().iter().collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        for (key, value) in entries {
            let name = key.scalar_text().unwrap_or_default();
            if known.contains(&&*name) {
                visit(&name, value, key.span)?;
            } else if self.strict {
                let known = known.join(", ");
                let message = format!("{what} has no key `{name}`; there are {known}");
                return Err(self.source.problem(key.span, message));
            }
        }
        Ok(())
    }

    pub(super) fn fail<T>(&self, value: &Value, message: impl Into<String>) -> Result<T> {
        Err(self.source.problem(value.span, message))
    }

    /// A scalar as it is written; null is empty.
    pub(super) fn text(&self, value: &Value, key: &str) -> Result<String> {
        match &value.kind {
            Kind::Null => Ok(String::new()),
            Kind::Str(text) => Ok(text.to_string()),
            Kind::Seq(_) | Kind::Map(_) => {
                self.fail(value, format!("`{key}` must be text, not {}", kind(value)))
            }
            _ => Ok(value.span.of(&self.source.text).to_owned()),
        }
    }

    pub(super) fn texts(&self, value: &Value, key: &str) -> Result<Vec<String>> {
        match &value.kind {
            Kind::Null => Ok(Vec::new()),
            Kind::Seq(items) => items.iter().map(|item| self.text(item, key)).collect(),
            _ => self.fail(value, format!("`{key}` must be a list of texts, not {}", kind(value))),
        }
    }

    pub(super) fn bool(&self, value: &Value, key: &str) -> Result<bool> {
        match &value.kind {
            Kind::Null => Ok(false),
            Kind::Bool(value) => Ok(*value),
            Kind::Str(text) => match &**text {
                "y" | "Y" | "yes" | "on" => Ok(true),
                "n" | "N" | "no" | "off" => Ok(false),
                _ => self.fail(value, format!("`{key}` must be true or false")),
            },
            _ => self.fail(value, format!("`{key}` must be true or false, not {}", kind(value))),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "Go's conversion cuts fractions off, too")]
    pub(super) fn int(&self, value: &Value, key: &str) -> Result<i64> {
        match &value.kind {
            Kind::Null => Ok(0),
            Kind::Int(int) => Ok(*int),
            Kind::Float(float) => Ok(*float as i64),
            _ => self.fail(value, format!("`{key}` must be a number, not {}", kind(value))),
        }
    }

    pub(super) fn items<'v>(&self, value: &'v Value, key: &str) -> Result<&'v [Value]> {
        match &value.kind {
            Kind::Null => Ok(&[]),
            Kind::Seq(items) => Ok(items),
            _ => self.fail(value, format!("`{key}` must be a list, not {}", kind(value))),
        }
    }
}

/// What a value is, for people.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value.kind {
        Kind::Null => "nothing",
        Kind::Bool(_) => "a boolean",
        Kind::Int(_) | Kind::Uint(_) | Kind::Float(_) => "a number",
        Kind::Str(_) => "text",
        Kind::Time(_) => "a date",
        Kind::Seq(_) => "a list",
        Kind::Map(_) => "a mapping",
    }
}
