//! Comments that allow a finding: `# plimsoll: allow <rule>[, <rule>] -- reason [until=YYYY-MM-DD]`.

use std::sync::Arc;

use plimsoll_yaml::{LineIndex, Place, Span};

use crate::Date;

/// What begins such a comment, after the mark that makes it a comment.
const MARK: &str = "plimsoll:";

/// A comment that allows findings of some rules on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Where it stands, from `plimsoll:` to its end.
    pub place: Place,
    /// The line that it is about, from 1: its own if something else stands there, else the next
    /// that holds something.
    pub line: usize,
    /// What it says, or why it says nothing.
    pub grant: Result<Grant, &'static str>,
}

/// What a readable suppression says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The slugs that it allows, each with its place; never empty.
    pub rules: Vec<(String, Place)>,
    /// Why they are allowed; never empty.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
}

/// Returns the suppressions in `text`, the YAML file or template `file`, in the order of the text.
///
/// Both `# …` and `{{/* … */}}` count as comments; a `#` within a word does not begin one.
#[must_use]
pub fn suppressions(file: &Arc<str>, text: &str) -> Vec<Suppression> {
    let mut found = Vec::new();
    let lines = LineIndex::new(text);
    let place =
        |span: Span| Place { file: file.clone(), span, position: lines.position(text, span.start) };
    let mut offset = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if let Some((before, body)) = comment(line) {
            let alone = matches!(line[..before].trim(), "" | "{{" | "{{-");
            let target = if alone { next_line(text, index + 1) } else { index + 1 };
            found.push(Suppression {
                place: place(body.shifted(offset)),
                line: target,
                grant: grant(body.of(line), body.start + offset, &place),
            });
        }
        offset += line.len();
    }
    found
}

/// Finds the suppression in a line: where its comment mark starts, and the bytes from `plimsoll:`.
fn comment(line: &str) -> Option<(usize, Span)> {
    line.match_indices(MARK).find_map(|(at, _)| {
        let lead = line[..at].trim_end();
        if let Some(before) = lead.strip_suffix("/*") {
            let end = line[at..].find("*/").map_or(line.len(), |close| at + close);
            return Some((before.len(), Span::new(at, at + line[at..end].trim_end().len())));
        }
        let before = lead.strip_suffix('#')?;
        let begins = before.is_empty() || before.ends_with([' ', '\t']);
        begins.then(|| (before.len(), Span::new(at, at + line[at..].trim_end().len())))
    })
}

/// Returns the first line after line `line` (from 1) that is neither empty nor a comment.
fn next_line(text: &str, line: usize) -> usize {
    let holds = |line: &str| {
        let line = line.trim_start();
        let line = line
            .strip_prefix("{{")
            .map_or(line, |inside| inside.strip_prefix('-').unwrap_or(inside).trim_start());
        !(line.is_empty() || line.starts_with('#') || line.starts_with("/*"))
    };
    let found = text.lines().enumerate().skip(line).find(|(_, text)| holds(text));
    found.map_or(line, |(index, _)| index + 1)
}

/// Reads what follows the comment mark; `base` is where `body` starts in the file.
fn grant(body: &str, base: usize, place: &dyn Fn(Span) -> Place) -> Result<Grant, &'static str> {
    let said = body[MARK.len()..].trim_start();
    let list = said
        .strip_prefix("allow")
        .filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        .ok_or("only allow can follow plimsoll:")?;
    let (list, reason) = list.split_once("--").unwrap_or((list, ""));
    let mut at = base + body.len() - said.len() + "allow".len();
    let mut rules = Vec::new();
    for item in list.split(',') {
        let slug = item.trim();
        let start = at + item.len() - item.trim_start().len();
        if slug.is_empty() || slug.contains(char::is_whitespace) {
            return Err("rules are named one by one, with commas between them");
        }
        rules.push((slug.to_owned(), place(Span::new(start, start + slug.len()))));
        at += item.len() + 1;
    }
    let mut until = None;
    let mut words = Vec::new();
    for word in reason.split_whitespace() {
        match word.strip_prefix("until=") {
            Some(day) => until = Some(day.parse().map_err(|_| "until= takes a day as YYYY-MM-DD")?),
            None => words.push(word),
        }
    }
    if words.is_empty() {
        return Err("a reason is missing: -- and why this is allowed here");
    }
    Ok(Grant { rules, reason: words.join(" "), until })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Suppression {
        let mut found = suppressions(&"values.yaml".into(), text);
        assert_eq!(found.len(), 1, "{text}");
        found.remove(0)
    }

    #[test]
    fn a_comment_behind_a_field_is_about_its_line() {
        let text = "a: 1\nb: 2 # plimsoll: allow x-y, z -- known to fit until=2026-10-01\n";
        let one = only(text);
        assert_eq!(one.line, 2);
        let grant = one.grant.unwrap();
        assert_eq!(grant.reason, "known to fit");
        assert_eq!(grant.until, Date::new(2026, 10, 1));
        let spans: Vec<_> = grant.rules.iter().map(|(_, place)| place.span.of(text)).collect();
        assert_eq!(spans, ["x-y", "z"]);
        assert!(one.place.span.of(text).ends_with("2026-10-01"));
    }

    #[test]
    fn a_comment_alone_is_about_the_next_line_that_holds_something() {
        assert_eq!(only("# plimsoll: allow x -- r\na: 1\n").line, 2);
        assert_eq!(only("# plimsoll: allow x -- r\n# note\n\n  {{- /* y */}}\na: 1\n").line, 5);
        assert_eq!(only("a: 1\n  {{- /* plimsoll: allow x -- r */ -}}\n  b: 1\n").line, 3);
        assert_eq!(only("a: 1\n# plimsoll: allow x -- r").line, 2);
    }

    #[test]
    fn template_comments_end_where_go_ends_them() {
        let text = "b: 1 {{/* plimsoll: allow x -- fine here */}} # more";
        let one = only(text);
        assert_eq!(one.line, 1);
        assert_eq!(one.grant.unwrap().reason, "fine here");
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (text, why) in [
            ("# plimsoll: allow x", "a reason"),
            ("# plimsoll: allow x --", "a reason"),
            ("# plimsoll: allow x -- until=2026-01-01", "a reason"),
            ("# plimsoll: allow -- r", "rules are named"),
            ("# plimsoll: allow x y -- r", "rules are named"),
            ("# plimsoll: allow x, -- r", "rules are named"),
            ("# plimsoll: ignore x -- r", "only allow"),
            ("# plimsoll: allowed x -- r", "only allow"),
            ("# plimsoll:", "only allow"),
            ("# plimsoll: allow x -- r until=soon", "until="),
        ] {
            let said = only(text).grant.unwrap_err();
            assert!(said.starts_with(why), "{text}: {said}");
        }
    }

    #[test]
    fn other_text_is_no_suppression() {
        for text in ["a: plimsoll: allow x", "a: b#plimsoll: allow x -- r", "# plimsoll is nice"] {
            assert_eq!(suppressions(&"x".into(), text), [], "{text}");
        }
    }
}
