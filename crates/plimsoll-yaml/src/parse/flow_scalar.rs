//! Scans plain and quoted scalars, which may run over several lines.

use std::borrow::Cow;

use super::character::{at, break_len, is_blank, is_blank_or_end, push_break};
use super::problem::Problem;
use super::scanner::Scanner;
use super::token::TokenKind;
use crate::Error;

type Result<T> = std::result::Result<T, Error>;

/// A scalar's value so far: finished pieces, and a stretch of the text that follows them.
struct Value<'t> {
    text: &'t str,
    done: Option<String>,
    from: usize,
}

impl<'t> Value<'t> {
    const fn new(text: &'t str, from: usize) -> Self {
        Self { text, done: None, from }
    }

    /// Ends the current stretch at `end` and returns where further pieces go.
    fn cut(&mut self, end: usize) -> &mut String {
        let done = self.done.get_or_insert_default();
        done.push_str(&self.text[self.from..end]);
        self.from = end;
        done
    }

    fn finish(mut self, end: usize) -> Cow<'t, str> {
        if self.done.is_none() {
            return Cow::Borrowed(&self.text[self.from..end]);
        }
        Cow::Owned(std::mem::take(self.cut(end)))
    }
}

/// Bytes at which the scan of a plain scalar has to look closer.
const PLAIN_STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let list = b"\0 \t\n\r:,?[]{}\xC2\xE2";
    let mut i = 0;
    while i < list.len() {
        stops[list[i] as usize] = true;
        i += 1;
    }
    stops
};

impl<'t> Scanner<'t> {
    pub(super) fn scan_plain(&mut self) -> Result<()> {
        let start = self.pos;
        let mut end = start;
        let mut value = Value::new(self.text, start);
        let mut after_break = false;
        loop {
            if self.column() == 0 && self.is_document_marker() || at(self.bytes, self.pos) == b'#' {
                break;
            }
            let word = self.plain_word_end();
            if word > self.pos {
                if after_break {
                    value.cut(end);
                    self.fold_into(&mut value, end);
                    value.from = self.pos;
                    after_break = false;
                }
                self.pos = word;
                end = word;
            }
            if !self.skip_blanks_in_plain(&mut after_break)? {
                break;
            }
            if self.flow_level() == 0 && self.column() < self.inside {
                break;
            }
        }
        self.key_allowed = after_break;
        let value = value.finish(end);
        self.push_scalar(TokenKind::Scalar { value, plain: true }, start, end);
        Ok(())
    }

    /// Returns where the word that starts here ends.
    #[inline]
    fn plain_word_end(&self) -> usize {
        let bytes = self.bytes;
        let mut i = self.pos;
        loop {
            while let Some(byte) = bytes.get(i) {
                if PLAIN_STOPS[*byte as usize] {
                    break;
                }
                i += 1;
            }
            match at(bytes, i) {
                b':' if !is_blank_or_end(bytes, i + 1) => i += 1,
                b',' | b'?' | b'[' | b']' | b'{' | b'}' if self.flow_level() == 0 => i += 1,
                0xC2 | 0xE2 if break_len(bytes, i) == 0 => i += 1,
                _ => return i,
            }
        }
    }

    /// Skips blanks and line breaks after a word; returns whether there were any.
    #[inline]
    fn skip_blanks_in_plain(&mut self, after_break: &mut bool) -> Result<bool> {
        let before = self.pos;
        loop {
            match at(self.bytes, self.pos) {
                b'\t' if *after_break && self.column() < self.inside => {
                    return Err(self.trouble(Problem::PlainTab, self.pos));
                }
                b' ' | b'\t' => self.pos += 1,
                _ => {
                    let len = break_len(self.bytes, self.pos);
                    if len == 0 {
                        return Ok(self.pos > before);
                    }
                    self.pass_break(len);
                    *after_break = true;
                }
            }
        }
    }

    /// Appends what the blanks and line breaks between `from` and here fold into.
    fn fold_into(&self, value: &mut Value<'t>, from: usize) {
        fold(value.done.get_or_insert_default(), self.text, from, self.pos);
    }

    pub(super) fn scan_quoted(&mut self) -> Result<()> {
        let start = self.pos;
        let quote = self.bytes[start];
        self.pos += 1;
        let mut value = Value::new(self.text, self.pos);
        loop {
            if self.column() == 0 && self.is_document_marker() {
                return Err(self.trouble(Problem::QuotedIndicator, self.pos));
            }
            if self.pos >= self.bytes.len() {
                return Err(self.trouble(Problem::QuotedEnd, self.pos));
            }
            let escaped_break = self.scan_quoted_word(quote, &mut value)?;
            if at(self.bytes, self.pos) == quote {
                break;
            }
            self.skip_blanks_in_quoted(escaped_break, &mut value);
        }
        let value = value.finish(self.pos);
        self.pos += 1;
        self.push_scalar(TokenKind::Scalar { value, plain: false }, start, self.pos);
        Ok(())
    }

    /// Scans up to a blank, a line break or the closing quote.
    ///
    /// Returns whether an escaped line break ended the word; it is passed then.
    fn scan_quoted_word(&mut self, quote: u8, value: &mut Value<'t>) -> Result<bool> {
        let bytes = self.bytes;
        loop {
            match at(bytes, self.pos) {
                b' ' | b'\t' | b'\n' | b'\r' | 0 => return Ok(false),
                0xC2 | 0xE2 if break_len(bytes, self.pos) > 0 => return Ok(false),
                byte if byte == quote => {
                    if quote == b'"' || at(bytes, self.pos + 1) != quote {
                        return Ok(false);
                    }
                    value.cut(self.pos + 1);
                    self.pos += 2;
                    value.from = self.pos;
                }
                b'\\' if quote == b'"' => {
                    let len = break_len(bytes, self.pos + 1);
                    value.cut(self.pos);
                    if len > 0 {
                        self.pos += 1;
                        self.pass_break(len);
                        value.from = self.pos;
                        return Ok(true);
                    }
                    self.scan_escape(value)?;
                    value.from = self.pos;
                }
                _ => self.pos += 1,
            }
        }
    }

    /// Skips blanks and line breaks inside quotes, folding them unless they stand in one line.
    fn skip_blanks_in_quoted(&mut self, escaped_break: bool, value: &mut Value<'t>) {
        let from = self.pos;
        let mut broken = false;
        loop {
            if is_blank(self.bytes, self.pos) {
                self.pos += 1;
                continue;
            }
            let len = break_len(self.bytes, self.pos);
            if len == 0 {
                break;
            }
            self.pass_break(len);
            broken = true;
        }
        if escaped_break {
            value.from = from;
            let done = value.cut(from);
            let mut i = from;
            while i < self.pos {
                i += push_break(done, self.text, i).max(1);
            }
            value.from = self.pos;
        } else if broken {
            let done = value.cut(from);
            fold(done, self.text, from, self.pos);
            value.from = self.pos;
        }
    }

    /// Scans an escape in double quotes.
    fn scan_escape(&mut self, value: &mut Value<'t>) -> Result<()> {
        let simple = match at(self.bytes, self.pos + 1) {
            b'0' => '\0',
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\u{b}',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'e' => '\u{1b}',
            b' ' => ' ',
            b'"' => '"',
            b'\'' => '\'',
            b'\\' => '\\',
            b'N' => '\u{85}',
            b'_' => '\u{a0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => return self.scan_code(2, value),
            b'u' => return self.scan_code(4, value),
            b'U' => return self.scan_code(8, value),
            _ => return Err(self.trouble(Problem::EscapeUnknown, self.pos)),
        };
        self.pos += 2;
        value.done.get_or_insert_default().push(simple);
        Ok(())
    }

    /// Scans the `digits` hexadecimal digits of an escape.
    fn scan_code(&mut self, digits: usize, value: &mut Value<'t>) -> Result<()> {
        self.pos += 2;
        let mut code = 0_u32;
        for i in self.pos..self.pos + digits {
            let digit = char::from(at(self.bytes, i)).to_digit(16);
            let digit = digit.ok_or_else(|| self.trouble(Problem::EscapeHex, self.pos))?;
            code = code << 4 | digit;
        }
        let character =
            char::from_u32(code).ok_or_else(|| self.trouble(Problem::EscapeCode, self.pos))?;
        self.pos += digits;
        value.done.get_or_insert_default().push(character);
        Ok(())
    }
}

/// Appends what a run of blanks and line breaks folds into: one break is a space, more are one
/// break less.
fn fold(out: &mut String, text: &str, from: usize, to: usize) {
    let bytes = text.as_bytes();
    let mut i = from;
    let mut first = true;
    let mut only_one = false;
    while i < to {
        let len = break_len(bytes, i);
        if len == 0 {
            i += 1;
            continue;
        }
        // The line and paragraph separators of Unicode never fold away.
        if first && len < 3 {
            only_one = true;
        } else {
            push_break(out, text, i);
            only_one = false;
        }
        first = false;
        i += len;
    }
    if only_one {
        out.push(' ');
    }
}
