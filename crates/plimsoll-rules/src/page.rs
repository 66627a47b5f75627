//! A rule's page.

use std::fmt::Write as _;

use crate::{Rule, doc};

/// Returns the Markdown page of a rule: its facts, then its text without the marker lines and
/// info strings that only tests read.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let mut page = format!("# {}\n\n", rule.slug);
    let guidelines = match rule.guidelines {
        [] => "none".to_owned(),
        some => some.join(", "),
    };
    let Rule { level, since, .. } = rule;
    let fix = rule.fix.word();
    // Writing to a string cannot fail.
    let _ =
        writeln!(page, "level: {level} · fix: {fix} · guidelines: {guidelines} · since: {since}");
    for section in doc::sections(&rule.text()) {
        let _ = write!(page, "\n## {}\n\n{}", section.heading, body(&section.body));
    }
    page
}

/// Returns what a rule finds, in one sentence: the first of its text.
#[must_use]
pub fn summary(rule: &Rule) -> String {
    let sections = doc::sections(&rule.text());
    let what = sections.iter().find(|section| section.heading == "What");
    let what = what.map(|section| section.body.split_whitespace().collect::<Vec<_>>().join(" "));
    let what = what.unwrap_or_default();
    let end = what.find(". ").map_or(what.len(), |at| at + 1);
    what[..end].to_owned()
}

fn body(text: &str) -> String {
    let mut body = String::new();
    let mut fenced = false;
    for line in text.lines() {
        if let Some(info) = line.strip_prefix("```") {
            fenced = !fenced;
            if fenced {
                if !(body.is_empty() || body.ends_with("\n\n")) {
                    body.push('\n');
                }
                body.push_str(&lead(info));
                body.push_str("```yaml\n");
                continue;
            }
        }
        if !(fenced && doc::is_marker(line)) {
            body.push_str(line);
            body.push('\n');
        }
    }
    body
}

/// Returns the sentence that stands before an example in place of its info string.
fn lead(info: &str) -> String {
    let mut words = info.split_whitespace().skip(1);
    let verdict = match words.next() {
        Some("bad") => "Bad",
        _ => "Good",
    };
    match words.next() {
        Some("again") => "The same chart, rendered again:\n\n".to_owned(),
        Some("template") => {
            let values: Vec<_> = words.map(|word| format!("`{word}`")).collect();
            match values.as_slice() {
                [] => format!("{verdict}, a template:\n\n"),
                some => format!("{verdict}, a template with {}:\n\n", some.join(", ")),
            }
        }
        _ => format!("{verdict}:\n\n"),
    }
}
