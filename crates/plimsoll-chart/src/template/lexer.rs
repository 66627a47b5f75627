//! Splits a template into tokens by the rules of Go's `text/template/parse/lex.go` (Go 1.26).

mod number;

use super::ast::{Bytes, offset};
use super::literal::quote;
use crate::go::unicode;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something that no token starts with; [`Lexer::failure`] says what is wrong.
    Error,
    Eof,
    /// Text outside actions, trimmed by neighbouring trim markers.
    Text,
    LeftDelim,
    RightDelim,
    /// Spaces, which the lexer only counts to the token after them.
    Space,
    Assign,
    Declare,
    Pipe,
    RightParen,
    /// A printable character without a meaning of its own, such as a comma.
    Char,
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Range,
    Template,
    With,
    // From here on: what a word of a command may begin with.
    LeftParen,
    Bool,
    /// `'x'`
    CharConstant,
    Complex,
    Number,
    String,
    RawString,
    /// `.Name`
    Field,
    Identifier,
    /// `$` or `$name`
    Variable,
    Dot,
    Nil,
}

impl Kind {
    /// Tells whether a word of a command may begin with it.
    #[inline]
    pub(super) const fn begins_word(self) -> bool {
        self as u8 >= Self::LeftParen as u8
    }

    const fn is_keyword(self) -> bool {
        matches!(
            self,
            Self::Dot
                | Self::Nil
                | Self::Block
                | Self::Break
                | Self::Continue
                | Self::Define
                | Self::Else
                | Self::End
                | Self::If
                | Self::Range
                | Self::Template
                | Self::With
        )
    }
}

/// A token: its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Whether spaces stand before it, which keep it from belonging to the token there.
    pub(super) spaced: bool,
    /// Whether it is a string that means just what stands between its quotes.
    pub(super) verbatim: bool,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Token {
    /// The end of the source.
    pub(super) fn eof(at: usize) -> Self {
        Self::new(Kind::Eof, at, at)
    }

    #[inline]
    fn new(kind: Kind, start: usize, end: usize) -> Self {
        let (start, end) = (offset(start), offset(end));
        Self { kind, spaced: false, verbatim: false, start, end }
    }

    /// The spaces between `end`, where the token before this one ends, and this one.
    pub(super) fn space_after(&self, end: u32, source: &str) -> Option<Self> {
        let between = Bytes { start: end, end: self.start }.of(source);
        // One space is a part of ` -}}`.
        let space = between.strip_suffix('-').map_or(between, |space| &space[1..]);
        let start = end as usize;
        self.spaced.then(|| Self::new(Kind::Space, start, start + space.len()))
    }

    #[inline]
    pub(super) fn text<'s>(&self, source: &'s str) -> &'s str {
        self.bytes().of(source)
    }

    #[inline]
    pub(super) const fn bytes(&self) -> Bytes {
        Bytes { start: self.start, end: self.end }
    }

    /// The line on which the token starts, from 1.
    pub(super) fn line(&self, source: &str) -> usize {
        let before = source.as_bytes().get(..self.start as usize).unwrap_or_default();
        1 + memchr::memchr_iter(b'\n', before).count()
    }

    /// The token as parse errors show it.
    pub(super) fn shown(&self, lexer: &Lexer<'_>) -> String {
        let source = lexer.source;
        match self.kind {
            Kind::Error => lexer.failure.clone().unwrap_or_default(),
            Kind::Eof => "EOF".to_owned(),
            kind if kind.is_keyword() => format!("<{}>", self.text(source)),
            _ => {
                let text = self.text(source);
                if text.len() > 10 {
                    format!("{}...", quote(&text.chars().take(10).collect::<String>()))
                } else {
                    quote(text)
                }
            }
        }
    }
}

const SPACE: u8 = 1;
const LETTER: u8 = 2;
const DIGIT: u8 = 4;
/// A byte of a character beyond ASCII.
const BEYOND: u8 = 8;
/// What may follow a word.
const TERMINATOR: u8 = 16;

/// What may end or break a string.
const STRING_END: u8 = 32;

const NAME: u8 = LETTER | DIGIT;

/// What a byte can be inside an action.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut index = 0;
    while index < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the index is below 256")]
        let byte = index as u8;
        classes[index] = match byte {
            b' ' | b'\t' | b'\r' => SPACE | TERMINATOR,
            b'\n' => SPACE | TERMINATOR | STRING_END,
            b'"' | b'\'' | b'\\' => STRING_END,
            b'.' | b',' | b'|' | b':' | b')' | b'(' => TERMINATOR,
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => LETTER,
            b'0'..=b'9' => DIGIT,
            0x80.. => BEYOND,
            _ => 0,
        };
        index += 1;
    }
    classes
};

#[inline]
const fn is(byte: u8, classes: u8) -> bool {
    CLASSES[byte as usize] & classes != 0
}

/// How many of the bytes from the first one on are of the classes.
#[inline]
fn run(bytes: &[u8], classes: u8) -> usize {
    bytes.iter().position(|byte| !is(*byte, classes)).unwrap_or(bytes.len())
}

/// Reads tokens one after another.
#[derive(Debug)]
pub(super) struct Lexer<'s> {
    source: &'s str,
    pos: usize,
    in_action: bool,
    /// Whether `pos` is known to be at a left delimiter.
    at_delim: bool,
    paren_depth: usize,
    /// The message of the error token, after which nothing more is read.
    pub(super) failure: Option<String>,
}

impl<'s> Lexer<'s> {
    pub(super) const fn new(source: &'s str) -> Self {
        let (in_action, at_delim) = (false, false);
        Self { source, pos: 0, in_action, at_delim, paren_depth: 0, failure: None }
    }

    /// Returns the next token; `Eof` for ever once the source is used up.
    #[inline]
    pub(super) fn next(&mut self) -> Token {
        if self.in_action {
            self.inside_action()
        } else if std::mem::take(&mut self.at_delim) {
            self.left_delim().unwrap_or_else(|| self.outside())
        } else {
            self.outside()
        }
    }

    /// Reads all the fields, such as `.a.b`, that follow the last token at once.
    #[inline]
    pub(super) fn fields(&mut self, fields: &mut Vec<Bytes>) {
        while self.bytes().get(self.pos) == Some(&b'.') && self.field(fields) {}
    }

    /// Reads the field after a point; nothing unless a plain name stands there.
    fn field(&mut self, fields: &mut Vec<Bytes>) -> bool {
        let bytes = self.bytes();
        let start = self.pos + 1;
        let length = run(&bytes[start..], NAME);
        let end = start + length;
        let is_field = length > 0 && !is(bytes[start], DIGIT) && self.ends_word(end);
        if is_field {
            fields.push(Bytes { start: offset(start), end: offset(end) });
            self.pos = end;
        }
        is_field
    }

    #[inline]
    const fn bytes(&self) -> &'s [u8] {
        self.source.as_bytes()
    }

    fn char_at(&self, pos: usize) -> Option<char> {
        self.source.get(pos..)?.chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.char_at(self.pos)?;
        self.pos += c.len_utf8();
        Some(c)
    }

    /// The token from `start` to `end`, where reading goes on.
    fn token(&mut self, kind: Kind, start: usize, end: usize) -> Token {
        self.pos = end;
        Token::new(kind, start, end)
    }

    /// What stands between `start` and here is no token.
    #[cold]
    fn error(&mut self, start: usize, message: impl Into<String>) -> Token {
        self.failure = Some(message.into());
        self.in_action = false;
        let token = Token::new(Kind::Error, start, self.pos);
        self.pos = start;
        token
    }

    /// Reads text up to an action, or the beginning of the action.
    fn outside(&mut self) -> Token {
        let bytes = self.bytes();
        if self.failure.is_some() {
            return Token::eof(self.pos);
        }
        loop {
            let start = self.pos;
            let Some(length) = find_pair(&bytes[start..], *b"{{") else {
                let kind = if start < bytes.len() { Kind::Text } else { Kind::Eof };
                return self.token(kind, start, bytes.len());
            };
            self.pos += length;
            let mut end = self.pos;
            if trims_left(&bytes[end + 2..]) {
                let kept = bytes[start..end].iter().rposition(|byte| !is(*byte, SPACE));
                end = start + kept.map_or(0, |last| last + 1);
            }
            if end > start {
                self.at_delim = true;
                return Token::new(Kind::Text, start, end);
            }
            if let Some(token) = self.left_delim() {
                return token;
            }
        }
    }

    /// Reads `{{`; nothing when a comment was read instead.
    fn left_delim(&mut self) -> Option<Token> {
        let bytes = self.bytes();
        let start = self.pos;
        let after = start + 2;
        self.pos = if trims_left(&bytes[after..]) { after + 2 } else { after };
        if matches!(&bytes[self.pos..], [b'/', b'*', ..]) {
            return self.comment();
        }
        self.in_action = true;
        self.paren_depth = 0;
        Some(Token::new(Kind::LeftDelim, start, after))
    }

    fn comment(&mut self) -> Option<Token> {
        let start = self.pos;
        let bytes = self.bytes();
        let Some(length) = find_pair(&bytes[start + 2..], *b"*/") else {
            return Some(self.error(start, "unclosed comment"));
        };
        self.pos = start + 2 + length + 2;
        let Some((delim, trims)) = right_delim(&bytes[self.pos..]) else {
            return Some(self.error(start, "comment ends before closing delimiter"));
        };
        self.leave_action(self.pos + delim, trims);
        None
    }

    /// Goes on behind an action, and behind the spaces after it when the marker says so.
    fn leave_action(&mut self, end: usize, trims: bool) {
        self.in_action = false;
        self.pos = end + if trims { run(&self.bytes()[end..], SPACE) } else { 0 };
    }

    fn inside_action(&mut self) -> Token {
        let bytes = self.bytes();
        let first = self.pos;
        let mut start = first;
        while bytes.get(start).is_some_and(|byte| is(*byte, SPACE)) {
            start += 1;
        }
        self.pos = start;
        let Some(byte) = bytes.get(start).copied() else {
            return self.error(start, "unclosed action");
        };
        let spaced = start > first;
        let token = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => self.word(start),
            b'-' if spaced && matches!(&bytes[start..], [_, b'}', b'}', ..]) => {
                // The last space belongs to the delimiter.
                self.pos = start - 1;
                let token = self.close(start + 1, true);
                return Token { spaced: start > first + 1, ..token };
            }
            _ => self.sign(start, byte),
        };
        Token { spaced, ..token }
    }

    /// Reads what begins with a character beyond ASCII.
    #[cold]
    fn beyond(&mut self, start: usize) -> Token {
        match self.char_at(start) {
            Some(c) if is_alphanumeric(c) => self.word(start),
            c => {
                self.bump();
                let shown = c.map_or_else(String::new, code_point);
                self.error(start, format!("unrecognized character in action: {shown}"))
            }
        }
    }

    /// Reads what does not begin with a letter of ASCII.
    fn sign(&mut self, start: usize, byte: u8) -> Token {
        let after = self.bytes().get(start + 1).copied();
        self.pos = start + 1;
        match byte {
            b'.' if after.is_none_or(|byte| is(byte, DIGIT)) => self.number(start),
            b'.' => self.name(start, Kind::Field),
            b'"' => self.quoted(start, b'"', Kind::String, "unterminated quoted string"),
            b'}' if after == Some(b'}') => {
                self.pos = start;
                self.close(start, false)
            }
            b'|' => Token::new(Kind::Pipe, start, start + 1),
            b'$' => self.name(start, Kind::Variable),
            b'(' => {
                self.paren_depth += 1;
                Token::new(Kind::LeftParen, start, start + 1)
            }
            b')' => {
                let Some(depth) = self.paren_depth.checked_sub(1) else {
                    return self.error(start, "unexpected right paren");
                };
                self.paren_depth = depth;
                Token::new(Kind::RightParen, start, start + 1)
            }
            b'0'..=b'9' | b'+' | b'-' => self.number(start),
            b'=' => Token::new(Kind::Assign, start, start + 1),
            b':' => {
                if self.bump() == Some('=') {
                    Token::new(Kind::Declare, start, start + 2)
                } else {
                    self.error(start, "expected :=")
                }
            }
            b'\'' => {
                self.quoted(start, b'\'', Kind::CharConstant, "unterminated character constant")
            }
            b'`' => self.raw_string(start),
            0x80.. => {
                self.pos = start;
                self.beyond(start)
            }
            byte if byte.is_ascii_graphic() => Token::new(Kind::Char, start, start + 1),
            byte => {
                let shown = code_point(char::from(byte));
                self.error(start, format!("unrecognized character in action: {shown}"))
            }
        }
    }

    /// Ends the action at the `}}` at `delim`, unless a parenthesis is open.
    fn close(&mut self, delim: usize, trims: bool) -> Token {
        if self.paren_depth > 0 {
            return self.error(self.pos, "unclosed left paren");
        }
        self.leave_action(delim + 2, trims);
        Token::new(Kind::RightDelim, delim, delim + 2)
    }

    fn quoted(&mut self, start: usize, end: u8, kind: Kind, unterminated: &str) -> Token {
        let bytes = self.bytes();
        let mut verbatim = true;
        loop {
            // Most strings are too short for a search by vectors.
            let stop = bytes[self.pos..].iter().position(|byte| is(*byte, STRING_END));
            self.pos += stop.unwrap_or(bytes.len() - self.pos);
            match bytes.get(self.pos) {
                Some(byte) if *byte == end => {
                    let token = self.token(kind, start, self.pos + 1);
                    return Token { verbatim, ..token };
                }
                Some(b'"' | b'\'') => self.pos += 1,
                _ => {
                    if self.bump() != Some('\\') || matches!(self.bump(), None | Some('\n')) {
                        return self.error(start, unterminated);
                    }
                    verbatim = false;
                }
            }
        }
    }

    fn raw_string(&mut self, start: usize) -> Token {
        let rest = &self.bytes()[start + 1..];
        let Some(length) = memchr::memchr(b'`', rest) else {
            return self.error(start, "unterminated raw quoted string");
        };
        let verbatim = memchr::memchr(b'\r', &rest[..length]).is_none();
        Token { verbatim, ..self.token(Kind::RawString, start, start + length + 2) }
    }

    /// Reads the name after `.` or `$`.
    fn name(&mut self, start: usize, kind: Kind) -> Token {
        let end = self.name_end(start + 1);
        if !self.ends_word(end) {
            return self.bad_character(start, end);
        }
        let kind = if kind == Kind::Field && end == start + 1 { Kind::Dot } else { kind };
        self.token(kind, start, end)
    }

    fn word(&mut self, start: usize) -> Token {
        let bytes = self.bytes();
        let end = self.name_end(start);
        if !self.ends_word(end) {
            return self.bad_character(start, end);
        }
        let kind = match &bytes[start..end] {
            b"block" => Kind::Block,
            b"break" => Kind::Break,
            b"continue" => Kind::Continue,
            b"define" => Kind::Define,
            b"else" => Kind::Else,
            b"end" => Kind::End,
            b"if" => Kind::If,
            b"range" => Kind::Range,
            b"nil" => Kind::Nil,
            b"template" => Kind::Template,
            b"with" => Kind::With,
            b"true" | b"false" => Kind::Bool,
            _ => Kind::Identifier,
        };
        self.token(kind, start, end)
    }

    /// Where the letters and digits from `start` on end.
    #[inline]
    fn name_end(&self, start: usize) -> usize {
        let bytes = self.bytes();
        let end = start + run(&bytes[start..], NAME);
        match bytes.get(end) {
            Some(byte) if is(*byte, BEYOND) => self.name_end_beyond(end),
            _ => end,
        }
    }

    /// The same from a character on that is none of ASCII.
    #[cold]
    fn name_end_beyond(&self, start: usize) -> usize {
        let rest = &self.source[start..];
        start + rest.find(|c| !is_alphanumeric(c)).unwrap_or(rest.len())
    }

    fn bad_character(&mut self, start: usize, at: usize) -> Token {
        self.pos = at;
        let shown = self.char_at(at).map_or_else(|| "U+FFFFFFFFFFFFFFFF".to_owned(), code_point);
        self.error(start, format!("bad character {shown}"))
    }

    /// Tells whether a word may end at `pos`.
    #[inline]
    fn ends_word(&self, pos: usize) -> bool {
        match self.bytes().get(pos) {
            None => true,
            Some(b'}') => self.bytes().get(pos + 1) == Some(&b'}'),
            Some(byte) => is(*byte, TERMINATOR),
        }
    }

    /// Reads the number at `start`.
    fn number(&mut self, start: usize) -> Token {
        let bytes = self.bytes();
        let end = start + run(&bytes[start..], DIGIT);
        // Most are whole numbers of a few digits.
        if end > start && bytes.get(end) != Some(&b'.') && self.ends_word(end) {
            return self.token(Kind::Number, start, end);
        }
        match number::scan(&self.source[start..]) {
            (length, Some(kind)) => self.token(kind, start, start + length),
            (length, None) => {
                self.pos = start + length;
                let text = quote(&self.source[start..self.pos]);
                self.error(start, format!("bad number syntax: {text}"))
            }
        }
    }
}

/// Where the first such pair of bytes is.
fn find_pair(text: &[u8], [first, second]: [u8; 2]) -> Option<usize> {
    memchr::memchr_iter(first, text).find(|at| text.get(at + 1) == Some(&second))
}

fn trims_left(after_delim: &[u8]) -> bool {
    matches!(after_delim, [b'-', space, ..] if is(*space, SPACE))
}

/// The length of the right delimiter that `rest` starts with, and whether it trims.
fn right_delim(rest: &[u8]) -> Option<(usize, bool)> {
    match rest {
        [b'}', b'}', ..] => Some((2, false)),
        [space, b'-', b'}', b'}', ..] if is(*space, SPACE) => Some((4, true)),
        _ => None,
    }
}

fn is_alphanumeric(c: char) -> bool {
    c == '_'
        || c.is_ascii_alphanumeric()
        || (!c.is_ascii() && (unicode::is_letter(c) || unicode::is_digit(c)))
}

/// Go's `%#U`.
fn code_point(c: char) -> String {
    let code = u32::from(c);
    if c.is_control() { format!("U+{code:04X}") } else { format!("U+{code:04X} '{c}'") }
}

#[cfg(test)]
mod tests;
