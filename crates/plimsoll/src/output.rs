//! What people and machines read: reports on standard output, trouble on the other.

pub(crate) mod compare;
pub(crate) mod deps;
pub(crate) mod json;
pub(crate) mod short;
pub(crate) mod source;
mod style;
pub(crate) mod suites;
pub(crate) mod summary;
pub(crate) mod test_xml;

pub(crate) mod text;
mod trouble;
mod wrap;

use std::borrow::Cow;
use std::io::Write;

pub(crate) use style::{Stream, Style};
pub(crate) use trouble::report as trouble;
pub(crate) use wrap::wrap;

/// Writes a line of trouble to standard error.
pub(crate) fn error(message: &str) {
    line(&format!("Error: {message}"));
}

/// Writes a line to standard error. A closed standard error leaves nobody to tell.
pub(crate) fn line(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{}", harmless(text)));
}

/// Returns the text without control characters, which could repaint a terminal: they are shown as
/// escapes. Colours and line breaks stay.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmful = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = colour(rest).unwrap_or(0);
        if length > 0 {
            out.push_str(&rest[..length]);
        } else if is_harmful(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        rest = &rest[length.max(c.len_utf8())..];
    }
    Cow::Owned(out)
}

/// The length of the code for a colour at the start of the text.
fn colour(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\x1b[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    parameters[end..].starts_with('m').then_some("\x1b[".len() + end + 1)
}

#[cfg(test)]
mod lines {
    use super::*;

    #[test]
    fn only_colours_pass() {
        assert_eq!(harmless("a\n\tb é"), "a\n\tb é");
        assert_eq!(harmless("\x1b[1;31ma\x1b[0m"), "\x1b[1;31ma\x1b[0m");
        assert_eq!(
            harmless("\x1b[2Ja\x1b]0;b\x07\u{9b}c\r\x1b["),
            "\\u{1b}[2Ja\\u{1b}]0;b\\u{7}\\u{9b}c\\r\\u{1b}["
        );
    }
}
