//! An assertion's parameters, read as mapstructure 1.5 does: names in any case, types exact.

use std::cell::RefCell;

use plimsoll_yaml::Span;

use crate::problem::{Problem, Source};
use crate::suite::kind;
use crate::value::{Kind, Value};

type Result<T> = std::result::Result<T, Problem>;

pub(super) struct Parameters<'p> {
    assertion: &'p str,
    value: &'p Value,
    source: &'p Source,
    strict: bool,
    /// The names that the assertion asked for.
    asked: RefCell<Vec<&'static str>>,
}

impl<'p> Parameters<'p> {
    pub(super) fn new(
        assertion: &'p str,
        value: &'p Value,
        name: Span,
        source: &'p Source,
        strict: bool,
    ) -> Result<Self> {
        if !matches!(value.kind, Kind::Map(_) | Kind::Null) {
            let span = if value.span.is_empty() { name } else { value.span };
            let message =
                format!("`{assertion}` takes a mapping of parameters, not {}", kind(value));
            return Err(source.problem(span, message));
        }
        Ok(Self { assertion, value, source, strict, asked: RefCell::new(Vec::new()) })
    }

    /// The parameter; nothing where it is null or absent.
    fn get(&self, name: &'static str) -> Option<&'p Value> {
        self.asked.borrow_mut().push(name);
        let entries = self.value.entries();
        let matches = |ignore_case: bool| {
            entries.iter().find(|(key, _)| {
                key.as_str().is_some_and(|key| {
                    key == name || (ignore_case && key.eq_ignore_ascii_case(name))
                })
            })
        };
        matches(false).or_else(|| matches(true)).map(|(_, value)| value).filter(|v| !v.is_null())
    }

    fn wrong<T>(&self, name: &str, value: &Value, wanted: &str) -> Result<T> {
        let message =
            format!("`{name}` of `{}` must be {wanted}, not {}", self.assertion, kind(value));
        Err(self.source.problem(value.span, message))
    }

    pub(super) fn text(&self, name: &'static str) -> Result<String> {
        match self.get(name) {
            None => Ok(String::new()),
            Some(Value { kind: Kind::Str(text), .. }) => Ok(text.to_string()),
            Some(value) => self.wrong(name, value, "text"),
        }
    }

    pub(super) fn texts(&self, name: &'static str) -> Result<Vec<String>> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(value) => {
                let Kind::Seq(items) = &value.kind else {
                    return self.wrong(name, value, "a list of texts");
                };
                let text = |item: &Value| match item.as_str() {
                    Some(text) => Ok(text.to_owned()),
                    None => self.wrong(name, item, "a list of texts"),
                };
                items.iter().map(text).collect()
            }
        }
    }

    pub(super) fn bool(&self, name: &'static str) -> Result<bool> {
        match self.get(name) {
            None => Ok(false),
            Some(Value { kind: Kind::Bool(value), .. }) => Ok(*value),
            Some(value) => self.wrong(name, value, "true or false"),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "Go's conversion cuts fractions off, too")]
    pub(super) fn int(&self, name: &'static str) -> Result<Option<i64>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value { kind: Kind::Int(int), .. }) => Ok(Some(*int)),
            Some(Value { kind: Kind::Float(float), .. }) => Ok(Some(*float as i64)),
            Some(value) => self.wrong(name, value, "a whole number"),
        }
    }

    pub(super) fn any(&self, name: &'static str) -> Value {
        let null = || Value { kind: Kind::Null, span: self.value.span };
        self.get(name).cloned().unwrap_or_else(null)
    }

    /// The `pattern` in the mapping under `name`, without white space around it.
    pub(super) fn nested_pattern(&self, name: &'static str) -> Result<String> {
        let Some(value) = self.get(name) else { return Ok(String::new()) };
        let inner = Parameters::new(name, value, value.span, self.source, self.strict)?;
        let pattern = inner.text("pattern")?;
        inner.finish()?;
        Ok(pattern.trim().to_owned())
    }

    /// Refuses parameters that nobody asked for, where the reading is strict.
    pub(super) fn finish(&self) -> Result<()> {
        if !self.strict {
            return Ok(());
        }
        let asked = self.asked.borrow();
        for (key, _) in self.value.entries() {
            let name = key.scalar_text().unwrap_or_default();
            if !asked.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                let message = format!("`{}` has no parameter `{name}`", self.assertion);
                return Err(self.source.problem(key.span, message));
            }
        }
        Ok(())
    }
}
