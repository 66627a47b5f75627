//! Scans anchors, aliases, tags and directives.

use super::character::{at, is_blank, is_blank_or_end, is_word};
use super::problem::Problem;
use super::scanner::Scanner;
use super::token::{TagParts, TokenKind};
use crate::Error;

type Result<T> = std::result::Result<T, Error>;

impl<'t> Scanner<'t> {
    pub(super) fn scan_anchor(&mut self) -> Result<()> {
        let start = self.pos;
        let alias = self.bytes[start] == b'*';
        self.pos += 1;
        let name = self.scan_word();
        let ended = is_blank_or_end(self.bytes, self.pos)
            || matches!(
                at(self.bytes, self.pos),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if name.is_empty() || !ended {
            return Err(self.trouble(Problem::AnchorName, self.pos));
        }
        let kind = if alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) };
        self.push(kind, start, self.pos);
        Ok(())
    }

    fn scan_word(&mut self) -> &'t str {
        let start = self.pos;
        while is_word(at(self.bytes, self.pos)) {
            self.pos += 1;
        }
        &self.text[start..self.pos]
    }

    pub(super) fn scan_tag(&mut self) -> Result<()> {
        let start = self.pos;
        let parts = if at(self.bytes, start + 1) == b'<' {
            self.pos += 2;
            let rest = self.scan_uri(String::new(), false)?;
            if at(self.bytes, self.pos) != b'>' {
                return Err(self.trouble(Problem::TagAngle, self.pos));
            }
            self.pos += 1;
            TagParts { handle: "", rest }
        } else {
            let handle = self.scan_tag_handle(false)?;
            if handle.len() > 1 && handle.ends_with('!') {
                TagParts { handle, rest: self.scan_uri(String::new(), false)? }
            } else {
                let rest = self.scan_uri(handle[1..].to_owned(), true)?;
                if rest.is_empty() {
                    TagParts { handle: "", rest: "!".to_owned() }
                } else {
                    TagParts { handle: "!", rest }
                }
            }
        };
        if !is_blank_or_end(self.bytes, self.pos) {
            return Err(self.trouble(Problem::TagEnd, self.pos));
        }
        self.push(TokenKind::Tag(Box::new(parts)), start, self.pos);
        Ok(())
    }

    fn scan_tag_handle(&mut self, directive: bool) -> Result<&'t str> {
        let start = self.pos;
        if at(self.bytes, start) != b'!' {
            return Err(self.trouble(Problem::TagBang, start));
        }
        self.pos += 1;
        let name = self.scan_word();
        if at(self.bytes, self.pos) == b'!' {
            self.pos += 1;
        } else if directive && !name.is_empty() {
            return Err(self.trouble(Problem::TagBang, self.pos));
        }
        Ok(&self.text[start..self.pos])
    }

    /// Scans a tag's name after `head`; it may be empty only where `may_be_empty`.
    fn scan_uri(&mut self, head: String, may_be_empty: bool) -> Result<String> {
        let mut bytes = head.into_bytes();
        let before = self.pos;
        loop {
            match at(self.bytes, self.pos) {
                b'%' => self.scan_uri_escape(&mut bytes)?,
                byte if is_word(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte) => {
                    bytes.push(byte);
                    self.pos += 1;
                }
                _ => break,
            }
        }
        if self.pos == before && !may_be_empty {
            return Err(self.trouble(Problem::TagUri, self.pos));
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Scans the `%XX` escapes of one character.
    fn scan_uri_escape(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let mut left = None;
        while left != Some(0) {
            let digit = |i| char::from(at(self.bytes, i)).to_digit(16);
            let octet = match (at(self.bytes, self.pos), digit(self.pos + 1), digit(self.pos + 2)) {
                (b'%', Some(high), Some(low)) => u8::try_from(high << 4 | low).unwrap_or(0),
                _ => return Err(self.trouble(Problem::TagEscape, self.pos)),
            };
            let width = match left {
                Some(width) if octet & 0xC0 == 0x80 => width,
                Some(_) => return Err(self.trouble(Problem::TagEscapeTrail, self.pos)),
                None => match octet {
                    0..0x80 => 1,
                    0xC0..0xE0 => 2,
                    0xE0..0xF0 => 3,
                    0xF0..0xF8 => 4,
                    _ => return Err(self.trouble(Problem::TagEscapeLead, self.pos)),
                },
            };
            out.push(octet);
            self.pos += 3;
            left = Some(width - 1);
        }
        Ok(())
    }

    pub(super) fn scan_directive(&mut self) -> Result<()> {
        let start = self.pos;
        self.pos += 1;
        let name = self.scan_word();
        if name.is_empty() {
            return Err(self.trouble(Problem::DirectiveName, self.pos));
        }
        if !is_blank_or_end(self.bytes, self.pos) {
            return Err(self.trouble(Problem::DirectiveNameEnd, self.pos));
        }
        let kind = match name {
            "YAML" => self.scan_version()?,
            "TAG" => self.scan_tag_directive()?,
            _ => return Err(self.trouble(Problem::DirectiveUnknown, self.pos)),
        };
        let end = self.pos;
        self.finish_line(Problem::DirectiveTail)?;
        self.push(kind, start, end);
        Ok(())
    }

    fn scan_version(&mut self) -> Result<TokenKind<'t>> {
        self.skip_blanks();
        let major = self.scan_version_number()?;
        if at(self.bytes, self.pos) != b'.' {
            return Err(self.trouble(Problem::VersionDot, self.pos));
        }
        self.pos += 1;
        let minor = self.scan_version_number()?;
        Ok(TokenKind::Version { major, minor })
    }

    fn scan_version_number(&mut self) -> Result<u8> {
        let start = self.pos;
        let mut number = 0;
        while at(self.bytes, self.pos).is_ascii_digit() {
            if self.pos - start == 2 {
                return Err(self.trouble(Problem::VersionLong, self.pos));
            }
            number = number * 10 + (self.bytes[self.pos] - b'0');
            self.pos += 1;
        }
        if self.pos == start {
            return Err(self.trouble(Problem::VersionNumber, self.pos));
        }
        Ok(number)
    }

    fn scan_tag_directive(&mut self) -> Result<TokenKind<'t>> {
        self.skip_blanks();
        let handle = self.scan_tag_handle(true)?;
        if !is_blank(self.bytes, self.pos) {
            return Err(self.trouble(Problem::TagSpace, self.pos));
        }
        self.skip_blanks();
        let rest = self.scan_uri(String::new(), false)?;
        if !is_blank_or_end(self.bytes, self.pos) {
            return Err(self.trouble(Problem::TagLineEnd, self.pos));
        }
        Ok(TokenKind::TagDirective(Box::new(TagParts { handle, rest })))
    }

    fn skip_blanks(&mut self) {
        while is_blank(self.bytes, self.pos) {
            self.pos += 1;
        }
    }
}
