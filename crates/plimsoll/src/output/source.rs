//! Lines of the files that findings point at, fit to be shown.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use plimsoll_yaml::{LineIndex, Place, Span};

use crate::{chart_dir, secrecy};

/// Reads files once and cuts out lines.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    texts: HashMap<Arc<str>, Option<Arc<str>>>,
}

/// A line of a file and the part of it that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The line without its line break; what may be secret is masked.
    pub(crate) line: String,
    /// The bytes of `line` that are meant, on character boundaries and never empty unless the
    /// line is.
    pub(crate) span: Span,
}

/// Longer lines are cut: nobody reads them, and a minified file has only one.
const MAX_LINE: usize = 300;

impl Sources {
    /// Returns the line at `place`; nothing when the file cannot be read (one inside an archive).
    pub(crate) fn excerpt(&mut self, place: &Place, is_secret: bool) -> Option<Excerpt> {
        let text = self.text(&place.file)?;
        let index = LineIndex::new(&text);
        let position = index.position(&text, place.span.start);
        if position != place.position {
            // The file changed since it was read; a wrong line would mislead.
            return None;
        }
        let line = index.line_span(&text, position.line);
        let start = place.span.start - line.start;
        let end = place.span.end.min(line.end).max(place.span.start) - line.start;
        let shown = line.of(&text).trim_end_matches('\r');
        Some(excerpt(shown, Span::new(start, end), is_secret))
    }

    fn text(&mut self, file: &Arc<str>) -> Option<Arc<str>> {
        if let Some(known) = self.texts.get(file) {
            return known.clone();
        }
        let bytes = chart_dir::read_bounded(Path::new(&**file), plimsoll_chart::MAX_FILE_BYTES);
        let text = bytes.ok().map(|bytes| {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
            Arc::from(String::from_utf8_lossy(bytes))
        });
        self.texts.insert(Arc::clone(file), text.clone());
        text
    }
}

fn excerpt(line: &str, span: Span, is_secret: bool) -> Excerpt {
    let mut line = line.to_owned();
    if is_secret || names_secret(&line) {
        line = masked(&line);
    }
    let mut cut = line.len().min(MAX_LINE);
    while !line.is_char_boundary(cut) {
        cut -= 1;
    }
    line.truncate(cut);
    let boundary = |mut at: usize| {
        at = at.min(line.len());
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(span.start);
    let end = boundary(span.end).max(start);
    let end = if end == start {
        line[start..].chars().next().map_or(end, |c| start + c.len_utf8())
    } else {
        end
    };
    Excerpt { line, span: Span::new(start, end) }
}

fn names_secret(line: &str) -> bool {
    line.split_once([':', '=']).is_some_and(|(key, _)| secrecy::names_secret(key.trim()))
}

/// The line with every character of the value replaced, so that columns stay where they are.
/// Template actions and references stay readable: they hold no secret themselves.
fn masked(line: &str) -> String {
    let value = line
        .find([':', '='])
        .map_or_else(|| line.len() - line.trim_start_matches([' ', '-', '\t']).len(), |at| at + 1);
    let (key, value) = line.split_at(value);
    let is_harmless = value.contains("{{")
        || matches!(
            value.trim().trim_matches(['"', '\'']),
            "" | "true" | "false" | "null" | "{}" | "[]"
        );
    if is_harmless {
        return line.to_owned();
    }
    let comment = value.find(" #").unwrap_or(value.len());
    let (value, comment) = value.split_at(comment);
    let hidden: String = value
        .chars()
        .map(|c| {
            if c.is_whitespace() || "\"'".contains(c) {
                c.to_string()
            } else {
                "*".repeat(c.len_utf8())
            }
        })
        .collect();
    format!("{key}{hidden}{comment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secret_keys_are_masked_in_place() {
        for (line, shown) in [
            ("  apiKey: sk-äbc # mine", "  apiKey: ******* # mine"),
            ("  password: \"x y\"", "  password: \"* *\""),
            ("  token: {{ .Values.token }}", "  token: {{ .Values.token }}"),
            ("  secretName: ''", "  secretName: ''"),
            ("  image: ollama", "  image: ollama"),
        ] {
            assert_eq!(excerpt(line, Span::new(0, 1), false).line, shown);
        }
        assert_eq!(excerpt("  - hf_abc", Span::new(4, 10), true).line, "  - ******");
    }

    #[test]
    fn spans_land_on_characters() {
        let one = excerpt("ä: ü", Span::new(1, 1), false);
        assert_eq!(one.span, Span::new(0, 2));
        let beyond = excerpt("ab", Span::new(9, 12), false);
        assert_eq!(beyond.span, Span::new(2, 2));
    }
}
