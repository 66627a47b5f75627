//! Cuts rendered files into documents as Helm's `SplitManifests` does, which is not as YAML does.

use std::sync::LazyLock;

use plimsoll_yaml::Span;
use regex::Regex;

use crate::Profile;

/// Helm 3.21 `pkg/releaseutil/manifest.go`: the white space around a separator belongs to it.
static SEPARATOR_3: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[\t\n\x0C\r ]*\n)---[\t\n\x0C\r ]*").ok());

/// Helm 4.2 `pkg/release/v1/util/manifest.go`, `(?m)^---[ \t]*`: any line that starts with three
/// dashes.
fn separators_4(body: &str) -> Vec<Span> {
    let bytes = body.as_bytes();
    let first = bytes.starts_with(b"---").then_some(0);
    let after_breaks = memchr::memmem::find_iter(bytes, "\n---").map(|at| at + 1);
    first
        .into_iter()
        .chain(after_breaks)
        .map(|start| {
            let blank = bytes[start + 3..].iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
            Span::new(start, start + 3 + blank.count())
        })
        .collect()
}

fn separators_3(body: &str) -> Vec<Span> {
    let found = SEPARATOR_3.iter().flat_map(|regex| regex.find_iter(body));
    found.map(|found| Span::new(found.start(), found.end())).collect()
}

/// Returns the bytes of each document that is not blank, in order.
pub(super) fn parts(text: &str, profile: Profile) -> Vec<Span> {
    let keeps_space = profile.keeps_trailing_space();
    let start = text.len() - text.trim_start().len();
    let end = if keeps_space { text.len() } else { text.trim_end().len().max(start) };
    let body = &text[start..end];
    let mut spans = Vec::new();
    let mut from = 0;
    for found in if profile.separates_by_line() { separators_4(body) } else { separators_3(body) } {
        spans.push(Span::new(from, found.start));
        from = found.end;
    }
    spans.push(Span::new(from, body.len()));
    spans
        .into_iter()
        .map(|span| trimmed(body, span, profile).shifted(start))
        .filter(|span| !span.is_empty())
        .collect()
}

/// Helm 3 trims documents on both sides, Helm 4 only before; blank ones vanish in both.
fn trimmed(body: &str, span: Span, profile: Profile) -> Span {
    let text = span.of(body);
    let before = text.len() - text.trim_start().len();
    let after = if profile.keeps_trailing_space() && !text.trim().is_empty() {
        0
    } else {
        text.len() - text.trim_end().len()
    };
    Span::new(span.start + before, (span.end - after).max(span.start + before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, profile: Profile) -> Vec<&str> {
        parts(text, profile).into_iter().map(|span| span.of(text)).collect()
    }

    #[test]
    fn separators_follow_each_version() {
        let text = "\n---\na: 1\n\n---  \n# c\nb: 2\n---\n\n--- d: 3\n";
        assert_eq!(split(text, Profile::Helm3), ["a: 1", "# c\nb: 2", "--- d: 3"]);
        assert_eq!(split(text, Profile::Helm4), ["a: 1\n\n", "# c\nb: 2\n", "d: 3\n"]);
    }

    #[test]
    fn blank_texts_have_no_documents() {
        for text in ["", "\n \n", "---", "---\n---\n"] {
            assert!(split(text, Profile::Helm4).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn dashes_inside_lines_separate_nothing() {
        assert_eq!(split("a: --- b\nc: d", Profile::Helm4), ["a: --- b\nc: d"]);
    }
}
