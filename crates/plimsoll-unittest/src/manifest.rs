//! Documents that templates wrote, as assertions see them.

use std::sync::Arc;

use plimsoll_yaml::{Origin, Provenance, Span};

use crate::path::{Path, PathError};
use crate::suite::parts;
use crate::value::{Value, to_yaml};

/// The key under which text that is no YAML is kept.
pub(crate) const RAW: &str = "raw";

/// A document.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(crate) value: Value,
    /// Who knows where the text comes from, and where in their text this document's starts.
    provenance: Option<(Arc<dyn Provenance>, usize)>,
}

impl Manifest {
    /// Reads the documents of a text, without those that hold nothing.
    ///
    /// # Errors
    ///
    /// Why the text is no YAML, or holds a document that is no mapping, or a key twice, with the
    /// bytes in the text.
    pub(crate) fn read(
        text: &str,
        provenance: Option<&Arc<dyn Provenance>>,
    ) -> Result<Vec<Self>, (String, Span)> {
        let mut found = Vec::new();
        for part in parts(text) {
            let own = part.of(text);
            for parsed in plimsoll_yaml::documents(own) {
                let parsed = parsed
                    .map_err(|error| (error.to_string(), error.span().shifted(part.start)))?;
                if let Some(plimsoll_yaml::Repeated { key: span, .. }) = parsed.repeated.first() {
                    let message = format!("the key `{}` is there twice", span.of(own));
                    return Err((message, span.shifted(part.start)));
                }
                let value = Value::read(&parsed.root, own).with_text_keys(own);
                if value.is_null() {
                    continue;
                }
                if !matches!(value.kind, crate::value::Kind::Map(_)) {
                    let message =
                        format!("a document must be a mapping, not {}", crate::suite::kind(&value));
                    return Err((message, value.span.shifted(part.start)));
                }
                if value.entries().is_empty() {
                    continue;
                }
                let provenance = provenance.map(|known| (Arc::clone(known), part.start));
                found.push(Self { value, provenance });
            }
        }
        Ok(found)
    }

    /// Returns a document that holds a text and nothing else.
    pub(crate) fn raw(text: &str, provenance: Option<Arc<dyn Provenance>>) -> Self {
        let mut value = Value::text(text);
        value.span = Span::new(0, text.len());
        let value = Value::map(vec![(Value::text(RAW), value)]);
        Self { value, provenance: provenance.map(|known| (known, 0)) }
    }

    /// Returns the text of a raw document as Go prints it, in the form in which helm-unittest
    /// compares texts.
    pub(crate) fn raw_text(&self) -> String {
        let raw = self.value.get(RAW).map_or_else(|| "<nil>".to_owned(), Value::go_print);
        uniform(&raw)
    }

    /// Returns what a path leads to; the empty path leads to the whole document.
    pub(crate) fn at(&self, path: &str) -> Result<Vec<Value>, PathError> {
        if path.is_empty() {
            return Ok(vec![self.value.clone()]);
        }
        let found = Path::parse(path)?.find(&self.value)?;
        Ok(found.into_iter().map(Value::read_back).collect())
    }

    /// Returns where a part of the document comes from.
    pub(crate) fn origin(&self, span: Span) -> Option<Origin> {
        let (provenance, start) = self.provenance.as_ref()?;
        Some(provenance.origin(span.shifted(*start)))
    }

    pub(crate) fn kind(&self) -> Option<&str> {
        self.value.get("kind").and_then(Value::as_str)
    }
}

/// Returns a text without blanks before line breaks and without line breaks at its start.
pub(crate) fn uniform(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.strip_suffix('\n') {
            Some(body) => {
                let bare = body.strip_suffix('\r').unwrap_or(body);
                let trimmed = bare.trim_end_matches(' ');
                // A carriage return goes only together with blanks before it.
                out.push_str(if trimmed.len() == bare.len() { body } else { trimmed });
                out.push('\n');
            }
            None => out.push_str(line),
        }
    }
    out.trim_start_matches('\n').to_owned()
}

/// Returns a value as YAML for reports and snapshots.
pub(crate) fn shown(value: &Value) -> String {
    to_yaml(&value.without_leading_breaks())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_blanks_before_breaks() {
        assert_eq!(uniform("\n\na  \nb \r\nc\r\n  d "), "a\nb\nc\r\n  d ");
    }

    #[test]
    fn documents_that_hold_nothing_are_none() {
        let read = |text| Manifest::read(text, None);
        assert_eq!(read("---\n# x\n---\na: 1\n---\n\n---\n{}\n---\nb: 1").unwrap().len(), 2);
        assert_eq!(
            read("a: 1\n---\n- x").unwrap_err().0,
            "a document must be a mapping, not a list"
        );
        assert_eq!(read("a: 1\n---\nb: 1\nb: 2").unwrap_err().1, Span::new(14, 15));
    }
}
