//! Lines of the files that findings point at, fit to be shown.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use plimsoll_chart::MAX_FILE_BYTES;
use plimsoll_yaml::{LineIndex, Place, Span};

use crate::file;
use crate::secrecy::{self, Hidden, Known};

/// Reads files once and cuts out lines.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// Texts that are known already. Most are never shown, so nothing is looked for in them until
    /// one is.
    texts: HashMap<Arc<str>, Arc<str>>,
    sources: HashMap<Arc<str>, Option<Source>>,
}

/// A file's text and the secrets in it.
#[derive(Debug)]
struct Source {
    text: Arc<str>,
    lines: LineIndex,
    /// In order, none overlapping another.
    secrets: Vec<Span>,
}

/// A line of a file and the part of it that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The line without its line break; secrets are masked.
    pub(crate) line: String,
    /// The bytes of `line` that are meant, on character boundaries and never empty unless the
    /// line is.
    pub(crate) span: Span,
    /// What is meant goes on in the lines below.
    pub(crate) goes_on: bool,
}

/// Longer lines are not shown: nobody reads a minified file.
const MAX_LINE: usize = 2000;

impl Sources {
    /// Keeps a text under the name that places call it by, in place of what is on disk.
    pub(crate) fn add(&mut self, name: &Arc<str>, text: &Arc<str>) {
        self.sources.remove(name);
        self.texts.insert(Arc::clone(name), Arc::clone(text));
    }

    /// Keeps texts as [`Sources::add`] does.
    pub(crate) fn add_all(&mut self, texts: &[(Arc<str>, Arc<str>)]) {
        for (name, text) in texts {
            self.add(name, text);
        }
    }

    /// Finds the secrets in all texts kept so far.
    pub(crate) fn known(&self) -> Known {
        let mut texts: Vec<_> = self.texts.iter().collect();
        texts.sort();
        let mut known = Known::default();
        for (_, text) in texts {
            known.learn(text);
        }
        known
    }

    /// Keeps what stands at `place` from being shown.
    pub(crate) fn hide(&mut self, place: &Place) {
        if let Some(source) = self.source(&place.file) {
            source.hide(place.span);
        }
    }

    /// Returns the line at `place`; nothing when the file cannot be read, or the line not be shown
    /// with its columns kept.
    pub(crate) fn excerpt(&mut self, place: &Place) -> Option<Excerpt> {
        self.source(&place.file)?.excerpt(place)
    }

    fn source(&mut self, name: &Arc<str>) -> Option<&mut Source> {
        let read = || {
            if let Some(text) = self.texts.get(name) {
                return Some(Source::new(Arc::clone(text)));
            }
            let text = file::read_regular_text(Path::new(&**name), MAX_FILE_BYTES).ok()?;
            Some(Source::new(text.into()))
        };
        self.sources.entry(Arc::clone(name)).or_insert_with(read).as_mut()
    }
}

impl Source {
    fn new(text: Arc<str>) -> Self {
        let mut secrets = secrecy::spans(&text);
        // A template that happens to be YAML is as good as a values file here; of any other text
        // the lines alone tell.
        for parsed in plimsoll_yaml::documents(&text).map_while(Result::ok) {
            let hidden = Hidden::of(&parsed.root);
            secrets.extend(hidden.spans().iter().map(|span| without_quotes(&text, *span)));
        }
        let lines = LineIndex::new(&text);
        Self { lines, secrets: secrecy::merged(secrets), text }
    }

    /// Hides a stretch; of a template's action only the texts written in it.
    fn hide(&mut self, span: Span) {
        let mut secrets = std::mem::take(&mut self.secrets);
        if span.of(&self.text).contains("{{") {
            secrets.extend(secrecy::literals(&self.text, span));
        } else {
            secrets.push(without_quotes(&self.text, span));
        }
        self.secrets = secrecy::merged(secrets);
    }

    fn excerpt(&self, place: &Place) -> Option<Excerpt> {
        let Self { text, lines, secrets } = self;
        if lines.position(text, place.span.start) != place.position {
            // The file changed since it was read; a wrong line would mislead.
            return None;
        }
        let whole = lines.line_span(text, place.position.line);
        let line = whole.of(text).trim_end_matches('\r');
        if line.len() > MAX_LINE {
            return None;
        }
        let start = place.span.start - whole.start;
        let end = place.span.end.min(whole.end).max(place.span.start) - whole.start;
        let inside = secrets
            .iter()
            .filter(|secret| secret.start < whole.start + line.len() && secret.end > whole.start);
        let inside: Vec<Span> = inside
            .map(|secret| {
                Span::new(secret.start.max(whole.start) - whole.start, secret.end - whole.start)
            })
            .map(|secret| trimmed(line, secret))
            .collect();
        let meant = on_characters(line, Span::new(start, end));
        let (shown, span) = secrecy::mask(line, &inside, meant);
        let column = |text: &str, at: usize| text[..at].chars().count();
        if column(&shown, span.start) != column(line, meant.start) {
            return None;
        }
        let goes_on = place.span.of(text).trim_end().contains('\n');
        Some(Excerpt { line: shown, span, goes_on })
    }
}

/// The part of a stretch that lies in the line, without blanks around it: of a block of lines each
/// is masked by itself.
fn trimmed(line: &str, span: Span) -> Span {
    let span = Span::new(span.start.min(line.len()), span.end.min(line.len()));
    let text = span.of(line);
    let start = span.start + text.len() - text.trim_start().len();
    Span::new(start, (span.start + text.trim_end().len()).max(start))
}

fn without_quotes(text: &str, span: Span) -> Span {
    let is_quoted = |quote: char| {
        let inside = span.of(text);
        inside.len() >= 2 && inside.starts_with(quote) && inside.ends_with(quote)
    };
    if is_quoted('"') || is_quoted('\'') { Span::new(span.start + 1, span.end - 1) } else { span }
}

/// The nearest stretch that begins and ends between characters and covers at least one.
fn on_characters(line: &str, span: Span) -> Span {
    let boundary = |mut at: usize| {
        at = at.min(line.len());
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(span.start);
    let end = boundary(span.end).max(start);
    let next = line[start..].chars().next().map_or(end, |c| start + c.len_utf8());
    Span::new(start, if end == start { next } else { end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, span: Span, hide: Option<Span>) -> Option<Excerpt> {
        let mut sources = Sources::default();
        let file: Arc<str> = "values.yaml".into();
        sources.add(&file, &text.into());
        let position = LineIndex::new(text).position(text, span.start);
        if let Some(span) = hide {
            sources.hide(&Place { file: Arc::clone(&file), span, position });
        }
        sources.excerpt(&Place { file, span, position })
    }

    #[test]
    fn spans_land_on_characters() {
        let one = excerpt("ä: ü", Span::new(1, 1), None).unwrap();
        assert_eq!(one.span, Span::new(0, 2));
        let end = excerpt("ab", Span::new(2, 12), None).unwrap();
        assert_eq!(end.span, Span::new(2, 2));
    }

    #[test]
    fn braces_stay() {
        let line = "  name: {{ template \"ollama.fullname\" . }}";
        let one = excerpt(line, Span::new(8, line.len()), None).unwrap();
        assert_eq!(one.line, line);
        assert_eq!(one.span.of(&one.line), "{{ template \"ollama.fullname\" . }}");
    }

    #[test]
    fn secrets_are_masked_and_columns_stay() {
        let text = "a:\n  password: \"hunter2\" # x\r\n  keys:\n  - {apiKey: one, port: 80}\n";
        let at = text.find("\"hunter2").unwrap();
        let one = excerpt(text, Span::new(at, at + 9), None).unwrap();
        assert_eq!(one.line, "  password: \"********\" # x");
        assert_eq!(one.span.of(&one.line), "\"********\"");
        let port = text.find("80").unwrap();
        assert_eq!(excerpt(text, Span::new(port, port + 2), None), None);
    }

    #[test]
    fn lines_that_feed_a_secret_are_masked() {
        let text = "innocent: hunter2\n";
        let value = Span::new(10, 17);
        let one = excerpt(text, value, Some(value)).unwrap();
        assert_eq!(one.line, "innocent: ********");
        for (text, shown) in [
            ("innocent: {{ .Values.x }}", "innocent: {{ .Values.x }}"),
            ("a: x{{ .x | default \"hunter2\" }}", "a: ********{{ .x | default \"********\" }}"),
        ] {
            let action = Span::new(text.find(": ").unwrap() + 2, text.len());
            let one = excerpt(text, Span::new(0, 1), Some(action)).unwrap();
            assert_eq!(one.line, shown);
        }
    }
}
