//! Splits files into suites, and templates' output into documents, where helm-unittest does.

use std::sync::Arc;

use plimsoll_yaml::{Parsed, Span};

use super::Suite;
use super::read;
use crate::problem::{Problem, Source};

/// How many suites one file may hold.
pub const MAX_SUITES: usize = 10_000;

/// How a file of suites is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reading {
    strict: bool,
    /// The text came out of a template: suites need names, and get numbers for their snapshots.
    rendered: bool,
}

impl Suite {
    /// Reads the suites of a file.
    ///
    /// With `strict`, keys that mean nothing are errors.
    ///
    /// # Errors
    ///
    /// The first trouble of the file, with its place.
    pub fn parse(file: &str, text: &str, strict: bool) -> Result<Vec<Self>, Problem> {
        parse(file, text, Reading { strict, rendered: false })
    }

    /// Reads the suites that a template of a chart of tests wrote.
    ///
    /// # Errors
    ///
    /// As for [`Self::parse`]; also a suite without a name, or no suite at all.
    pub fn parse_rendered(file: &str, text: &str, strict: bool) -> Result<Vec<Self>, Problem> {
        let suites = parse(file, text, Reading { strict, rendered: true })?;
        if suites.is_empty() {
            return Err(Problem::new(format!("{file} writes no suite of tests")));
        }
        Ok(suites)
    }
}

fn parse(file: &str, text: &str, reading: Reading) -> Result<Vec<Suite>, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = Source { file: Arc::from(file), text: Arc::from(text) };
    let mut suites = Vec::new();
    for part in parts(text) {
        if part.of(text).trim().is_empty() {
            continue;
        }
        if suites.len() == MAX_SUITES {
            let message = format!("the file holds more than {MAX_SUITES} suites");
            return Err(source.problem(part, message));
        }
        let Some((parsed, source)) = document(&source, part)? else { continue };
        let mut suite = read::suite(&parsed, &source, reading.strict)?;
        if reading.rendered && suite.name.is_empty() {
            return Err(
                source.problem(part, "a suite that a template writes needs the key `suite`")
            );
        }
        if reading.rendered && suite.snapshot_id.is_empty() {
            suite.snapshot_id = suites.len().to_string();
        }
        suites.push(suite);
    }
    Ok(suites)
}

/// Reads the first document of a part; nothing where it is empty.
///
/// Where a backslash in double quotes escapes nothing, upstream takes all backslashes of the suite
/// for themselves.
fn document(source: &Source, part: Span) -> Result<Option<(Parsed, Source)>, Problem> {
    let mut source = source.clone();
    let parsed = match plimsoll_yaml::parse_part(&source.text, part) {
        Err(error) if error.upstream().contains("unknown escape character") => {
            let doubled = with_paired_backslashes(part.of(&source.text));
            let end = part.start + doubled.len();
            let (before, after) = (&source.text[..part.start], &source.text[part.end..]);
            let text: Arc<str> = Arc::from(format!("{before}{doubled}{after}"));
            let parsed = plimsoll_yaml::parse_part(&text, Span::new(part.start, end))
                .map_err(|_| source.no_yaml(&error))?;
            source.text = text;
            parsed
        }
        other => other.map_err(|error| source.no_yaml(&error))?,
    };
    Ok((!parsed.root.is_null()).then_some((parsed, source)))
}

/// Makes each run of backslashes one of even length.
fn with_paired_backslashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut run = 0;
    for c in text.chars() {
        if c == '\\' {
            run += 1;
        } else if run % 2 == 1 {
            out.push('\\');
            run = 0;
        } else {
            run = 0;
        }
        out.push(c);
    }
    if run % 2 == 1 {
        out.push('\\');
    }
    out
}

/// Splits at `---`, together with the white space before and after it, which is what
/// helm-unittest's pattern `(?:^|\s*\n)---\s*` does.
pub(crate) fn parts(text: &str) -> Vec<Span> {
    let is_space = |c: char| matches!(c, '\t' | '\n' | '\u{c}' | '\r' | ' ');
    let mut parts = Vec::new();
    let mut start = 0;
    let mut search = 0;
    while let Some(found) = text[search..].find("---").map(|at| at + search) {
        // The line break before it must not belong to the separator before.
        let at_line = found == 0 || (found > start && text[..found].ends_with('\n'));
        if !at_line {
            search = found + 3;
            continue;
        }
        let end = text[start..found].trim_end_matches(is_space).len() + start;
        parts.push(Span::new(start, end));
        let rest = &text[found + 3..];
        start = text.len() - rest.trim_start_matches(is_space).len();
        search = start;
    }
    parts.push(Span::new(start, text.len()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        parts(text).into_iter().map(|part| part.of(text)).collect()
    }

    #[test]
    fn parts_end_where_dashes_start_a_line() {
        assert_eq!(split("a: 1\n---\nb: 1\n"), ["a: 1", "b: 1\n"]);
        assert_eq!(split("---\na: 1\n\n--- \n  b: 1"), ["", "a: 1", "b: 1"]);
        assert_eq!(split("a: x---y\n ---\n"), ["a: x---y\n ---\n"]);
        assert_eq!(split("---\n---\na"), ["", "---\na"]);
        assert_eq!(split(""), [""]);
    }

    #[test]
    fn lone_backslashes_are_doubled_only_where_yaml_refuses_them() {
        let text = "suite: \"a\\d\"\ntests:\n- it: b\n  asserts:\n  - isKind: {of: c}\n";
        assert_eq!(Suite::parse("f", text, false).unwrap()[0].name, "a\\d");
        let text = text.replace("\\d", "\\t");
        assert_eq!(Suite::parse("f", &text, false).unwrap()[0].name, "a\t");
    }
}
