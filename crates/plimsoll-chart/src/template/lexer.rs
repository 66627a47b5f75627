//! Splits a template into tokens by the rules of Go's `text/template/parse/lex.go` (Go 1.26).

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
    Space,
    Assign,
    Declare,
    Pipe,
    LeftParen,
    RightParen,
    /// A printable character without a meaning of its own, such as a comma.
    Char,
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
}

impl Kind {
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
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Token {
    pub(super) fn text<'s>(&self, source: &'s str) -> &'s str {
        self.bytes().of(source)
    }

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

/// What a byte can begin or go on with inside an action.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    /// A letter, digit or underscore of ASCII.
    Word,
    /// A byte of a longer character.
    Beyond,
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut index = 0;
    while index < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the index is below 256")]
        let byte = index as u8;
        classes[index] = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => Class::Space,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => Class::Word,
            0x80.. => Class::Beyond,
            _ => Class::Other,
        };
        index += 1;
    }
    classes
};

const fn class(byte: u8) -> Class {
    CLASSES[byte as usize]
}

/// Reads tokens one after another.
#[derive(Debug)]
pub(super) struct Lexer<'s> {
    source: &'s str,
    pos: usize,
    start: usize,
    in_action: bool,
    paren_depth: usize,
    /// The message of the error token, after which nothing more is read.
    pub(super) failure: Option<String>,
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

impl<'s> Lexer<'s> {
    pub(super) const fn new(source: &'s str) -> Self {
        Self { source, pos: 0, start: 0, in_action: false, paren_depth: 0, failure: None }
    }

    /// Returns the next token; `Eof` for ever once the source is used up.
    pub(super) fn next(&mut self) -> Token {
        if self.in_action {
            self.inside_action()
        } else if self.failure.is_some() {
            self.pos = self.start;
            self.emit(Kind::Eof)
        } else {
            self.text()
        }
    }

    fn rest(&self) -> &'s str {
        &self.source[self.pos..]
    }

    fn peek(&self) -> Option<char> {
        match self.peek_byte()? {
            byte @ 0..0x80 => Some(char::from(byte)),
            _ => self.rest().chars().next(),
        }
    }

    /// The next byte, which for ASCII is the next character.
    fn peek_byte(&self) -> Option<u8> {
        self.source.as_bytes().get(self.pos).copied()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    fn emit(&mut self, kind: Kind) -> Token {
        let token = Token { kind, start: offset(self.start), end: offset(self.pos) };
        self.start = self.pos;
        token
    }

    fn error(&mut self, message: impl Into<String>) -> Token {
        self.failure = Some(message.into());
        self.in_action = false;
        Token { kind: Kind::Error, start: offset(self.start), end: offset(self.pos) }
    }

    fn text(&mut self) -> Token {
        loop {
            let Some(offset) = find_left_delim(self.rest().as_bytes()) else {
                self.pos = self.source.len();
                let kind = if self.pos > self.start { Kind::Text } else { Kind::Eof };
                return self.emit(kind);
            };
            if offset > 0 {
                let delim = self.pos + offset;
                let text = &self.source[self.start..delim];
                let kept = if trims_left(&self.source[delim + 2..]) {
                    text.trim_end_matches(SPACE).len()
                } else {
                    text.len()
                };
                let end = self.start + kept;
                self.pos = end;
                let token = self.emit(Kind::Text);
                self.go_to(delim);
                if token.end > token.start {
                    return token;
                }
            }
            if let Some(token) = self.left_delim() {
                return token;
            }
        }
    }

    /// Reads `{{`; nothing when a comment was read instead.
    fn left_delim(&mut self) -> Option<Token> {
        let after = self.pos + 2;
        let inside = if trims_left(&self.source[after..]) { after + 2 } else { after };
        if self.source[inside..].starts_with("/*") {
            self.go_to(inside);
            return self.comment();
        }
        self.pos = after;
        let token = self.emit(Kind::LeftDelim);
        self.go_to(inside);
        self.in_action = true;
        self.paren_depth = 0;
        Some(token)
    }

    fn comment(&mut self) -> Option<Token> {
        let Some(offset) = self.source[self.pos + 2..].find("*/") else {
            return Some(self.error("unclosed comment"));
        };
        let end = self.pos + 2 + offset + 2;
        let Some((delim, trims)) = right_delim(&self.source[end..]) else {
            self.pos = end;
            return Some(self.error("comment ends before closing delimiter"));
        };
        self.skip_past_delim(end + delim, trims);
        None
    }

    /// Leaves an action: goes to `end`, and past the spaces after it when the marker says so.
    fn skip_past_delim(&mut self, end: usize, trims: bool) {
        let rest = &self.source[end..];
        let trimmed = if trims { rest.len() - rest.trim_start_matches(SPACE).len() } else { 0 };
        self.go_to(end + trimmed);
    }

    /// Goes on at `pos`, without a token of what lies before it.
    const fn go_to(&mut self, pos: usize) {
        self.pos = pos;
        self.start = pos;
    }

    fn inside_action(&mut self) -> Token {
        let Some(byte) = self.peek_byte() else { return self.error("unclosed action") };
        match class(byte) {
            Class::Space => self.space(),
            Class::Word if byte.is_ascii_digit() => self.number(),
            Class::Word => self.word(),
            Class::Beyond => match self.peek() {
                Some(c) if is_alphanumeric(c) => self.word(),
                c => {
                    self.bump();
                    let shown = c.map_or_else(String::new, code_point);
                    self.error(format!("unrecognized character in action: {shown}"))
                }
            },
            Class::Other => self.sign(byte),
        }
    }

    /// Reads what begins with a sign of ASCII.
    fn sign(&mut self, byte: u8) -> Token {
        let after = self.source.as_bytes().get(self.pos + 1).copied();
        if byte == b'}' && after == Some(b'}') {
            return self.close(2, false);
        }
        self.pos += 1;
        match byte {
            b'.' => match after {
                None | Some(b'0'..=b'9') => {
                    self.pos -= 1;
                    self.number()
                }
                _ => self.name(Kind::Field),
            },
            b'"' => self.quoted(b'"', Kind::String, "unterminated quoted string"),
            b'|' => self.emit(Kind::Pipe),
            b'$' => self.name(Kind::Variable),
            b'(' => {
                self.paren_depth += 1;
                self.emit(Kind::LeftParen)
            }
            b')' => {
                let Some(depth) = self.paren_depth.checked_sub(1) else {
                    return self.error("unexpected right paren");
                };
                self.paren_depth = depth;
                self.emit(Kind::RightParen)
            }
            b'=' => self.emit(Kind::Assign),
            b':' => {
                if self.bump() == Some('=') {
                    self.emit(Kind::Declare)
                } else {
                    self.error("expected :=")
                }
            }
            b'\'' => self.quoted(b'\'', Kind::CharConstant, "unterminated character constant"),
            b'`' => match memchr::memchr(b'`', self.rest().as_bytes()) {
                Some(offset) => {
                    self.pos += offset + 1;
                    self.emit(Kind::RawString)
                }
                None => self.error("unterminated raw quoted string"),
            },
            b'+' | b'-' => {
                self.pos -= 1;
                self.number()
            }
            byte if byte.is_ascii_graphic() => self.emit(Kind::Char),
            byte => {
                let shown = code_point(char::from(byte));
                self.error(format!("unrecognized character in action: {shown}"))
            }
        }
    }

    /// Ends the action, unless a parenthesis is open.
    fn close(&mut self, length: usize, trims: bool) -> Token {
        if self.paren_depth > 0 {
            return self.error("unclosed left paren");
        }
        self.right_delim(length, trims)
    }

    fn right_delim(&mut self, length: usize, trims: bool) -> Token {
        self.go_to(self.pos + length - 2);
        self.pos += 2;
        let token = self.emit(Kind::RightDelim);
        self.in_action = false;
        self.skip_past_delim(self.pos, trims);
        token
    }

    /// Reads a run of spaces, but leaves the one that belongs to ` -}}`.
    fn space(&mut self) -> Token {
        let bytes = self.source.as_bytes();
        let rest = &bytes[self.pos + 1..];
        let more = rest.iter().take_while(|byte| class(**byte) == Class::Space).count();
        if matches!(rest[more..], [b'-', b'}', b'}', ..]) {
            self.pos += more;
            if more == 0 {
                return self.close(4, true);
            }
            return self.emit(Kind::Space);
        }
        self.pos += 1 + more;
        self.emit(Kind::Space)
    }

    fn quoted(&mut self, end: u8, kind: Kind, unterminated: &str) -> Token {
        loop {
            // What ends or breaks the string is ASCII, and in no longer character's bytes.
            let rest = self.rest().as_bytes();
            let stop = memchr::memchr3(end, b'\\', b'\n', rest).unwrap_or(rest.len());
            self.pos += stop;
            match self.bump() {
                Some('\\') if !matches!(self.bump(), None | Some('\n')) => {}
                Some(c) if u32::from(c) == u32::from(end) => return self.emit(kind),
                _ => return self.error(unterminated),
            }
        }
    }

    /// Reads the name after `.` or `$`.
    fn name(&mut self, kind: Kind) -> Token {
        if self.at_terminator() {
            let bare = if kind == Kind::Field { Kind::Dot } else { Kind::Variable };
            return self.emit(bare);
        }
        self.absorb_name();
        if self.at_terminator() { self.emit(kind) } else { self.bad_character() }
    }

    fn word(&mut self) -> Token {
        self.absorb_name();
        if !self.at_terminator() {
            return self.bad_character();
        }
        let kind = match &self.source[self.start..self.pos] {
            "block" => Kind::Block,
            "break" => Kind::Break,
            "continue" => Kind::Continue,
            "define" => Kind::Define,
            "else" => Kind::Else,
            "end" => Kind::End,
            "if" => Kind::If,
            "range" => Kind::Range,
            "nil" => Kind::Nil,
            "template" => Kind::Template,
            "with" => Kind::With,
            "true" | "false" => Kind::Bool,
            _ => Kind::Identifier,
        };
        self.emit(kind)
    }

    fn absorb_name(&mut self) {
        let bytes = self.source.as_bytes();
        loop {
            let rest = &bytes[self.pos..];
            self.pos += rest.iter().take_while(|byte| class(**byte) == Class::Word).count();
            // Letters and digits beyond ASCII are rare.
            match self.peek().filter(|c| !c.is_ascii() && is_alphanumeric(*c)) {
                Some(c) => self.pos += c.len_utf8(),
                None => return,
            }
        }
    }

    fn bad_character(&mut self) -> Token {
        let shown = self.peek().map_or_else(|| "U+FFFFFFFFFFFFFFFF".to_owned(), code_point);
        self.error(format!("bad character {shown}"))
    }

    fn at_terminator(&self) -> bool {
        match self.peek_byte() {
            None | Some(b' ' | b'\t' | b'\r' | b'\n') => true,
            Some(b'.' | b',' | b'|' | b':' | b')' | b'(') => true,
            Some(b'}') => self.rest().starts_with("}}"),
            Some(_) => false,
        }
    }

    fn number(&mut self) -> Token {
        if !self.scan_number() {
            return self.bad_number();
        }
        if matches!(self.peek(), Some('+' | '-')) {
            if !self.scan_number() || !self.source[..self.pos].ends_with('i') {
                return self.bad_number();
            }
            return self.emit(Kind::Complex);
        }
        self.emit(Kind::Number)
    }

    fn bad_number(&mut self) -> Token {
        let text = quote(&self.source[self.start..self.pos]);
        self.error(format!("bad number syntax: {text}"))
    }

    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let mut digits = "0123456789_";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_run(digits);
        if self.accept(".") {
            self.accept_run(digits);
        }
        let exponent = match digits.len() {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        if self.accept(exponent) {
            self.accept("+-");
            self.accept_run("0123456789_");
        }
        self.accept("i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.bump();
            return false;
        }
        true
    }

    fn accept(&mut self, valid: &str) -> bool {
        let found = self.peek().is_some_and(|c| valid.contains(c));
        if found {
            self.bump();
        }
        found
    }

    fn accept_run(&mut self, valid: &str) {
        while self.accept(valid) {}
    }
}

/// Where the first `{{` is.
fn find_left_delim(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'{', text).find(|at| text.get(at + 1) == Some(&b'{'))
}

fn trims_left(after_delim: &str) -> bool {
    matches!(after_delim.as_bytes(), [b'-', b' ' | b'\t' | b'\r' | b'\n', ..])
}

/// The length of the right delimiter that `rest` starts with, and whether it trims.
fn right_delim(rest: &str) -> Option<(usize, bool)> {
    match rest.as_bytes() {
        [b'}', b'}', ..] => Some((2, false)),
        [b' ' | b'\t' | b'\r' | b'\n', b'-', b'}', b'}', ..] => Some((4, true)),
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
