//! Reads JSON with Go's leniency and Go's messages.

use std::fmt;
use std::sync::Arc;

use crate::go_quote::write_quoted;
use crate::{Content, Entry, LineIndex, MAX_DEPTH, MAX_NODES, Node, Number, Position, Span};

/// A text that is not JSON, or holds a number that no float can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    offset: usize,
    position: Position,
    upstream: String,
}

impl JsonError {
    /// Returns the byte where the trouble is.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Returns where the trouble is.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// Returns the message of Go's `json.Unmarshal` for the same text.
    #[must_use]
    pub fn upstream(&self) -> &str {
        &self.upstream
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.upstream)
    }
}

impl std::error::Error for JsonError {}

/// Reads a JSON text, all of it, as `json.Unmarshal` into an `interface{}` does.
///
/// Every number is a float, the last of duplicate keys wins, and halves of surrogate pairs become
/// replacement characters.
///
/// # Errors
///
/// What Go refuses, nesting beyond [`MAX_DEPTH`], and more than [`MAX_NODES`] values.
pub fn parse_json(text: &str) -> Result<Node, JsonError> {
    let mut reader = Reader { text, bytes: text.as_bytes(), pos: 0, nodes: 0, out_of_range: None };
    let root = reader.value(0)?;
    reader.skip_space();
    if reader.pos < reader.bytes.len() {
        return Err(reader.unexpected("after top-level value"));
    }
    // Go checks the whole text before it looks at any number.
    reader.out_of_range.map_or(Ok(root), Err)
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    pos: usize,
    nodes: usize,
    out_of_range: Option<JsonError>,
}

type Result<T, E = JsonError> = std::result::Result<T, E>;

impl Reader<'_> {
    /// Returns the byte here; Go's scanner sees a blank after the end.
    fn byte(&self) -> u8 {
        self.bytes.get(self.pos).copied().unwrap_or(b' ')
    }

    fn skip_space(&mut self) {
        while matches!(self.bytes.get(self.pos), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.pos += 1;
        }
    }

    fn error(&self, offset: usize, upstream: String) -> JsonError {
        let position = LineIndex::new(self.text).position(self.text, offset);
        JsonError { offset, position, upstream }
    }

    /// Makes the error of a byte that cannot stand here.
    fn unexpected(&self, context: &str) -> JsonError {
        let quoted = match self.byte() {
            b'\'' => "'\\''".to_owned(),
            b'"' => "'\"'".to_owned(),
            byte => {
                // Go takes the byte for a character.
                let mut quoted = String::new();
                write_quoted(&mut quoted, char::from(byte).encode_utf8(&mut [0; 4]));
                format!("'{}'", &quoted[1..quoted.len() - 1])
            }
        };
        self.error(self.pos, format!("invalid character {quoted} {context}"))
    }

    /// Skips blanks; fails with Go's message at the end of the text.
    fn skip_to_token(&mut self) -> Result<()> {
        self.skip_space();
        if self.pos < self.bytes.len() {
            return Ok(());
        }
        Err(self.error(self.pos, "unexpected end of JSON input".to_owned()))
    }

    fn value(&mut self, depth: usize) -> Result<Node> {
        self.skip_to_token()?;
        let start = self.pos;
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(self.unexpected("exceeded max values"));
        }
        let content = match self.byte() {
            b'{' | b'[' if depth >= MAX_DEPTH => return Err(self.unexpected("exceeded max depth")),
            b'{' => self.object(depth)?,
            b'[' => self.array(depth)?,
            b'"' => Content::String(self.string()?),
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.literal("true", Content::Bool(true))?,
            b'f' => self.literal("false", Content::Bool(false))?,
            b'n' => self.literal("null", Content::Null)?,
            _ => return Err(self.unexpected("looking for beginning of value")),
        };
        Ok(Node { content, span: Span::new(start, self.pos) })
    }

    fn literal(&mut self, word: &str, content: Content) -> Result<Content> {
        for expected in word.bytes() {
            if self.byte() != expected {
                let expected = char::from(expected);
                return Err(self.unexpected(&format!("in literal {word} (expecting '{expected}')")));
            }
            self.pos += 1;
        }
        Ok(content)
    }

    fn array(&mut self, depth: usize) -> Result<Content> {
        self.pos += 1;
        let mut items = Vec::new();
        self.skip_to_token()?;
        if self.byte() == b']' {
            self.pos += 1;
            return Ok(Content::Sequence(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_to_token()?;
            match self.byte() {
                b',' => self.pos += 1,
                b']' => {
                    self.pos += 1;
                    return Ok(Content::Sequence(items));
                }
                _ => return Err(self.unexpected("after array element")),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Content> {
        self.pos += 1;
        let mut entries: Vec<Entry> = Vec::new();
        self.skip_to_token()?;
        if self.byte() == b'}' {
            self.pos += 1;
            return Ok(Content::Mapping(entries));
        }
        loop {
            self.skip_to_token()?;
            if self.byte() != b'"' {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let start = self.pos;
            let key = self.string()?;
            let key_span = Span::new(start, self.pos);
            self.skip_to_token()?;
            if self.byte() != b':' {
                return Err(self.unexpected("after object key"));
            }
            self.pos += 1;
            let value = self.value(depth + 1)?;
            entries.push(Entry { key, key_span, value });
            self.skip_to_token()?;
            match self.byte() {
                b',' => self.pos += 1,
                b'}' => {
                    self.pos += 1;
                    crate::tree::drop_duplicates(&mut entries);
                    return Ok(Content::Mapping(entries));
                }
                _ => return Err(self.unexpected("after object key:value pair")),
            }
        }
    }

    fn string(&mut self) -> Result<Arc<str>> {
        self.pos += 1;
        let mut out = String::new();
        let mut from = self.pos;
        loop {
            match self.bytes.get(self.pos) {
                None => {
                    let message = "unexpected end of JSON input";
                    return Err(self.error(self.pos, message.to_owned()));
                }
                Some(b'"') => {
                    out.push_str(&self.text[from..self.pos]);
                    self.pos += 1;
                    return Ok(Arc::from(out));
                }
                Some(b'\\') => {
                    out.push_str(&self.text[from..self.pos]);
                    self.pos += 1;
                    out.push(self.escape()?);
                    from = self.pos;
                }
                Some(0..0x20) => return Err(self.unexpected("in string literal")),
                Some(_) => self.pos += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        let character = match self.byte() {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            byte @ (b'\\' | b'/' | b'"') => char::from(byte),
            b'u' => {
                self.pos += 1;
                return self.unicode_escape();
            }
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.pos += 1;
        Ok(character)
    }

    /// Reads the digits of a `\u`, and the second half of a surrogate pair if one follows.
    fn unicode_escape(&mut self) -> Result<char> {
        let first = self.four_digits()?;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let after_first = self.pos;
        if first < 0xDC00 && self.bytes[self.pos..].starts_with(b"\\u") {
            self.pos += 2;
            let second = self.four_digits()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        self.pos = after_first;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn four_digits(&mut self) -> Result<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.byte()).to_digit(16) else {
                return Err(self.unexpected("in \\u hexadecimal character escape"));
            };
            code = code << 4 | digit;
            self.pos += 1;
        }
        Ok(code)
    }

    fn number(&mut self) -> Result<Content> {
        let start = self.pos;
        if self.byte() == b'-' {
            self.pos += 1;
        }
        if self.byte() == b'0' {
            self.pos += 1;
        } else {
            self.digits("in numeric literal")?;
        }
        if self.byte() == b'.' {
            self.pos += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.pos += 1;
            if matches!(self.byte(), b'+' | b'-') {
                self.pos += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        let text = &self.text[start..self.pos];
        let float: f64 = text.parse().unwrap_or(f64::INFINITY);
        if float.is_infinite() && self.out_of_range.is_none() {
            let message =
                format!("json: cannot unmarshal number {text} into Go value of type float64");
            self.out_of_range = Some(self.error(start, message));
        }
        Ok(Content::Number(Number::Float(float)))
    }

    fn digits(&mut self, context: &str) -> Result<()> {
        if !self.byte().is_ascii_digit() {
            return Err(self.unexpected(context));
        }
        while self.byte().is_ascii_digit() {
            self.pos += 1;
        }
        Ok(())
    }
}
