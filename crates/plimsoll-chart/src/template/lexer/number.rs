//! How far a number reaches.

use super::{Kind, is_alphanumeric};

/// The length of the number that `text` starts with, and whether it is a plain or a complex one;
/// or the length of what is none.
pub(super) fn scan(text: &str) -> (usize, Option<Kind>) {
    let mut scan = Scan { text, pos: 0 };
    if !scan.number() {
        return (scan.pos, None);
    }
    if !matches!(scan.peek(), Some('+' | '-')) {
        return (scan.pos, Some(Kind::Number));
    }
    let is_complex = scan.number() && text[..scan.pos].ends_with('i');
    (scan.pos, is_complex.then_some(Kind::Complex))
}

struct Scan<'s> {
    text: &'s str,
    pos: usize,
}

impl Scan<'_> {
    fn number(&mut self) -> bool {
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
        if let Some(c) = self.peek().filter(|c| is_alphanumeric(*c)) {
            self.pos += c.len_utf8();
            return false;
        }
        true
    }

    fn peek(&self) -> Option<char> {
        self.text[self.pos..].chars().next()
    }

    fn accept(&mut self, valid: &str) -> bool {
        let found = self.peek().filter(|c| valid.contains(*c));
        self.pos += found.map_or(0, char::len_utf8);
        found.is_some()
    }

    fn accept_run(&mut self, valid: &str) {
        while self.accept(valid) {}
    }
}
