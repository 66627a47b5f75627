//! Chooses how a scalar is written, and writes it.

use std::borrow::Cow;

use memchr::memchr_iter;

use super::{EmitError, Role, Sink, Writer};
use crate::scalar::{Scalar, resolve_fully};
use crate::{Content, json, parse_one};

/// Lines are folded at the first blank after this column.
const WIDTH: usize = 80;

/// Longer keys, in bytes, are written after a `?`.
const LONGEST_SIMPLE_KEY: usize = 128;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// A string and what can be said of it.
pub(super) struct Text<'a> {
    text: Cow<'a, str>,
    traits: Traits,
}

/// What decides on the styles that a string can be written in.
#[derive(Clone, Copy, Default)]
struct Traits {
    /// It is ASCII text of one line that can be written in any style, plain and unfolded too.
    harmless: bool,
    /// It is the text of a number, boolean or null.
    number: bool,
    multiline: bool,
    plain: bool,
    single: bool,
    literal: bool,
}

/// Fails where a key is too long, or has a line break that JSON does not escape, for its JSON to
/// be read as YAML.
pub(super) fn check_key(key: &str) -> Result<(), EmitError> {
    const REACH: usize = 1024;
    if key.len() <= REACH / 6 && key.is_ascii() {
        return Ok(());
    }
    let too_long = key.len() > REACH / 6 && json::quoted(key).chars().count() > REACH;
    if too_long || key.contains('\u{85}') {
        return Err(EmitError::new(
            "a key of several lines or more than 1024 characters cannot be written as YAML",
            "yaml: did not find expected ',' or '}'",
        ));
    }
    Ok(())
}

/// Returns the string as it comes back when its JSON is read as YAML.
///
/// JSON leaves a few control characters unescaped: YAML refuses most of them, and folds U+0085
/// like a line break.
pub(super) fn as_read_back(text: &str) -> Result<Text<'_>, EmitError> {
    if is_harmless(text.as_bytes()) {
        return Ok(Text { text: Cow::Borrowed(text), traits: HARMLESS });
    }
    let risky = |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
    if text.bytes().all(|byte| byte < 0x7f) || !text.contains(risky) {
        return Ok(Text::new(Cow::Borrowed(text)));
    }
    match parse_one(&json::quoted(text)) {
        Ok(parsed) => match parsed.root.content {
            Content::String(text) => Ok(Text::new(Cow::Owned(text.as_ref().to_owned()))),
            _ => Ok(Text::new(Cow::Borrowed(text))),
        },
        Err(error) => Err(EmitError::new(
            "a control character in a string cannot be written as YAML",
            error.upstream(),
        )),
    }
}

impl<'a> Text<'a> {
    fn new(text: Cow<'a, str>) -> Self {
        let traits = analyze(&text);
        Self { text, traits }
    }

    /// Returns the text of a number, boolean or null, which is always written plain.
    pub(super) fn literal(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), traits: Traits { number: true, ..Traits::default() } }
    }

    fn style(&self) -> Style {
        if self.traits.number {
            return Style::Plain;
        }
        if self.traits.harmless {
            return if reads_as_text(&self.text) { Style::Plain } else { Style::Double };
        }
        if self.text.contains('\n') {
            return if self.traits.literal { Style::Literal } else { Style::Double };
        }
        if !reads_as_text(&self.text) {
            return Style::Double;
        }
        if self.traits.plain {
            Style::Plain
        } else if self.traits.single {
            Style::Single
        } else {
            Style::Double
        }
    }

    pub(super) fn is_simple_key(&self) -> bool {
        !self.traits.multiline && self.text.len() <= LONGEST_SIMPLE_KEY
    }
}

/// Tells whether a plain scalar of this text is read as a string, here and by other readers that
/// know numbers of base 60.
fn reads_as_text(text: &str) -> bool {
    resolve_fully(text) == Scalar::Text && !is_base60(text)
}

/// Tells whether the text is a YAML 1.1 number of base 60, such as `190:20:30`.
fn is_base60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit()) || !unsigned.contains(':') {
        return false;
    }
    let (whole, fraction) =
        unsigned.split_once('.').map_or((unsigned, ""), |(whole, fraction)| (whole, fraction));
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or("");
    number(first)
        && number(fraction)
        && parts.all(|part| match part.as_bytes() {
            [digit] => digit.is_ascii_digit(),
            [tens, digit] => matches!(tens, b'0'..=b'5') && digit.is_ascii_digit(),
            _ => false,
        })
}

/// Tells whether libyaml takes the character for a line break.
const fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Tells whether libyaml writes the character as it is.
const fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// Those of most strings.
const HARMLESS: Traits = Traits {
    harmless: true,
    number: false,
    multiline: false,
    plain: true,
    single: true,
    literal: true,
};

fn analyze(text: &str) -> Traits {
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let (mut special, mut multiline) = (false, false);
    let (mut break_space, mut space_break) = (false, false);
    let (mut after_space, mut after_break) = (false, false);
    let mut after_white = true;
    let mut chars = text.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        let before_white = chars.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
        indicators |= match c {
            '#' => after_white,
            ':' => before_white,
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
            | '`' => first,
            '?' | '-' => first && before_white,
            _ => false,
        };
        special |= !is_printable(c);
        if c == ' ' {
            break_space |= after_break;
        } else if is_break(c) {
            multiline = true;
            space_break |= after_space;
        }
        after_space = c == ' ';
        after_break = is_break(c);
        after_white = matches!(c, ' ' | '\t') || is_break(c);
        first = false;
    }
    let edge = |c: char| c == ' ' || is_break(c);
    let bare_edges = !text.starts_with(edge) && !text.ends_with(edge);
    let single = !break_space && !space_break && !special;
    Traits {
        harmless: false,
        number: false,
        multiline,
        plain: bare_edges && single && !multiline && !indicators,
        single,
        literal: !text.is_empty() && !text.ends_with(' ') && !space_break && !special,
    }
}

/// Tells whether the text is one that most texts are like: nothing in it asks for a closer look.
fn is_harmless(bytes: &[u8]) -> bool {
    let begins_well = match bytes {
        [b'-', b'-', b'-', ..] | [b'-'] | [b'-', b' ', ..] => false,
        [b'/' | b'_' | b'$' | b'(' | b'-', ..] => true,
        [first, ..] => first.is_ascii_alphanumeric(),
        [] => false,
    };
    // All bytes are looked at, which takes less time than to look for the first that is not one.
    let is_fine = |byte: &u8| matches!(byte, b' '..=b'~') & (*byte != b'#');
    begins_well
        && bytes.iter().fold(true, |all, byte| all & is_fine(byte))
        && bytes.last() != Some(&b' ')
        && memchr_iter(b':', bytes).all(|at| bytes.get(at + 1).is_some_and(|next| *next != b' '))
}

/// A scalar being written: who for, from what string, and how.
struct Run<'w, 's, 'n, T, S> {
    writer: &'w mut Writer<'s, S>,
    node: &'n T,
    text: &'n str,
    indent: usize,
    role: Role,
    /// Where the characters that wait to be written start.
    from: usize,
}

impl<S> Writer<'_, S> {
    /// Writes a scalar; lines after the first are indented by `indent`, and long ones are folded
    /// where `fold`.
    pub(super) fn scalar<T>(
        &mut self,
        node: &T,
        text: &Text<'_>,
        indent: usize,
        role: Role,
        fold: bool,
    ) where
        S: Sink<T>,
    {
        let role = match role {
            Role::Scalar(Some(_)) if matches!(text.text, Cow::Owned(_)) => Role::Scalar(None),
            role => role,
        };
        if !self.whitespace {
            self.sink.write(" ", node, Role::Layout);
            self.column += 1;
        }
        let mut run = Run { writer: self, node, text: &text.text, indent, role, from: 0 };
        match text.style() {
            Style::Plain if text.traits.harmless && run.writer.column + run.text.len() <= WIDTH => {
                run.short();
            }
            Style::Plain => run.plain(fold),
            Style::Single => run.single(fold),
            Style::Double => run.double(fold),
            Style::Literal => return run.literal(),
        }
        self.whitespace = false;
        self.indention = false;
    }
}

impl<T, S: Sink<T>> Run<'_, '_, '_, T, S> {
    /// Writes the waiting characters up to `end`.
    fn flush(&mut self, end: usize) {
        if self.from < end {
            let role = match self.role {
                Role::Scalar(Some(_)) => Role::Scalar(Some(self.from)),
                role => role,
            };
            self.writer.sink.write(&self.text[self.from..end], self.node, role);
            self.from = end;
        }
    }

    /// Writes ASCII characters that the string does not hold.
    fn extra(&mut self, text: &str) {
        let role = if self.role == Role::Key { Role::Key } else { Role::Scalar(None) };
        self.writer.sink.write(text, self.node, role);
        self.writer.column += text.len();
    }

    fn line(&mut self) {
        self.writer.indent(self.node, self.indent);
    }

    /// Writes a line break of the string's.
    fn string_break(&mut self, at: usize, c: char) {
        self.flush(at + c.len_utf8());
        self.writer.column = 0;
        self.writer.indention = true;
    }

    /// Writes all of a string of ASCII characters that do not reach the width.
    fn short(&mut self) {
        self.writer.column += self.text.len();
        self.flush(self.text.len());
    }

    fn plain(&mut self, fold: bool) {
        let mut spaces = false;
        for (at, c) in self.text.char_indices() {
            if c == ' ' {
                if fold && !spaces && self.writer.column > WIDTH && !self.is_space(at + 1) {
                    self.flush(at);
                    self.line();
                    self.from = at + 1;
                } else {
                    self.writer.column += 1;
                }
                spaces = true;
            } else {
                self.writer.column += 1;
                self.writer.indention = false;
                spaces = false;
            }
        }
        self.flush(self.text.len());
    }

    fn single(&mut self, fold: bool) {
        self.extra("'");
        self.writer.whitespace = false;
        self.writer.indention = false;
        let last = self.text.len().saturating_sub(1);
        let (mut spaces, mut breaks) = (false, false);
        for (at, c) in self.text.char_indices() {
            if c == ' ' {
                let inside = at > 0 && at < last;
                if fold && !spaces && inside && self.writer.column > WIDTH && !self.is_space(at + 1)
                {
                    self.flush(at);
                    self.line();
                    self.from = at + 1;
                } else {
                    self.writer.column += 1;
                }
                spaces = true;
            } else if is_break(c) {
                self.string_break(at, c);
                breaks = true;
            } else {
                if breaks {
                    self.line();
                }
                if c == '\'' {
                    self.flush(at);
                    self.extra("'");
                }
                self.writer.column += 1;
                self.writer.indention = false;
                (spaces, breaks) = (false, false);
            }
        }
        self.flush(self.text.len());
        self.extra("'");
    }

    fn double(&mut self, fold: bool) {
        self.extra("\"");
        self.writer.whitespace = false;
        self.writer.indention = false;
        // libyaml looks for the mark at the string's start instead of at the character.
        let marked = self.text.starts_with('\u{feff}');
        let last = self.text.len().saturating_sub(1);
        let mut spaces = false;
        for (at, c) in self.text.char_indices() {
            if marked || !is_printable(c) || is_break(c) || c == '"' || c == '\\' {
                self.flush(at);
                self.escape(c);
                self.from = at + c.len_utf8();
                spaces = false;
            } else if c == ' ' {
                if fold && !spaces && at > 0 && at < last && self.writer.column > WIDTH {
                    self.flush(at);
                    self.line();
                    if self.is_space(at + 1) {
                        self.extra("\\");
                    }
                    self.from = at + 1;
                } else {
                    self.writer.column += 1;
                }
                spaces = true;
            } else {
                self.writer.column += 1;
                spaces = false;
            }
        }
        self.flush(self.text.len());
        self.extra("\"");
    }

    fn escape(&mut self, c: char) {
        self.extra(&escape(c));
    }

    fn literal(&mut self) {
        self.extra("|");
        self.writer.whitespace = false;
        self.writer.indention = false;
        if self.text.starts_with(|c| c == ' ' || is_break(c)) {
            self.extra("2");
        }
        let mut backwards = self.text.chars().rev();
        match (backwards.next().is_some_and(is_break), backwards.next()) {
            (false, _) => self.extra("-"),
            (true, None) => self.extra("+"),
            (true, Some(c)) if is_break(c) => self.extra("+"),
            (true, Some(_)) => {}
        }
        self.extra("\n");
        self.writer.column = 0;
        self.writer.indention = true;
        self.writer.whitespace = true;
        let mut breaks = true;
        for (at, c) in self.text.char_indices() {
            if is_break(c) {
                self.string_break(at, c);
                breaks = true;
            } else {
                if breaks {
                    self.line();
                }
                self.writer.column += 1;
                self.writer.indention = false;
                breaks = false;
            }
        }
        self.flush(self.text.len());
    }

    fn is_space(&self, at: usize) -> bool {
        self.text.as_bytes().get(at) == Some(&b' ')
    }
}

/// A character as it stands escaped in a double-quoted scalar (go-yaml `emitterc.go`,
/// `yaml_emitter_write_double_quoted_scalar`).
#[must_use]
pub fn escape(c: char) -> Cow<'static, str> {
    let code = u32::from(c);
    Cow::Borrowed(match c {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{a0}' => "\\_",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        _ if code <= 0xFF => return Cow::Owned(format!("\\x{code:02X}")),
        _ if code <= 0xFFFF => return Cow::Owned(format!("\\u{code:04X}")),
        _ => return Cow::Owned(format!("\\U{code:08X}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_base_60_are_recognized() {
        for text in ["1:20", "190:20:30", "-1:2.5", "+1_0:59", "1:2."] {
            assert!(is_base60(text), "{text}");
        }
        for text in ["1:60", "1:2:", ":1", "a:1", "1:2:3x", "1.5:2", "1:2.5:3", ""] {
            assert!(!is_base60(text), "{text}");
        }
    }
}
