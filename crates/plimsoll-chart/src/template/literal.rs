//! Go's literals: quoted strings, characters and numbers (`strconv`, Go 1.26).

/// Go's `strconv.Quote`.
pub(super) fn quote(text: &str) -> String {
    crate::go::quote::quote(text)
}

/// Go's `strconv.Unquote` for strings in double quotes or backquotes.
pub(super) fn unquote(literal: &str) -> Option<Vec<u8>> {
    if let Some(raw) = literal.strip_prefix('`') {
        return Some(raw.strip_suffix('`')?.replace('\r', "").into_bytes());
    }
    let inside = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside;
    loop {
        let plain = memchr::memchr3(b'\\', b'"', b'\n', rest.as_bytes());
        let (plain, special) = rest.split_at(plain.unwrap_or(rest.len()));
        bytes.extend_from_slice(plain.as_bytes());
        if special.is_empty() {
            return Some(bytes);
        }
        let (unit, after) = unquote_unit(special, '"')?;
        match unit {
            Unit::Char(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Unit::Byte(byte) => bytes.push(byte),
        }
        rest = after;
    }
}

/// What one escape or character stands for.
enum Unit {
    Char(char),
    /// A byte by its number, which need not be valid UTF-8 alone.
    Byte(u8),
}

fn unquote_unit(text: &str, delimiter: char) -> Option<(Unit, &str)> {
    let mut chars = text.chars();
    match chars.next()? {
        c if c == delimiter || c == '\n' => None,
        '\\' => unquote_escape(chars.as_str(), delimiter),
        c => Some((Unit::Char(c), chars.as_str())),
    }
}

fn unquote_escape(text: &str, delimiter: char) -> Option<(Unit, &str)> {
    let mut chars = text.chars();
    let c = chars.next()?;
    let rest = chars.as_str();
    let simple = |c| Some((Unit::Char(c), rest));
    match c {
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'f' => simple('\x0c'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\x0b'),
        '\\' => simple('\\'),
        '\'' | '"' if c == delimiter => simple(c),
        'x' => {
            let (byte, rest) = digits(rest, 2, 16)?;
            Some((Unit::Byte(u8::try_from(byte).ok()?), rest))
        }
        'u' | 'U' => {
            let (code, rest) = digits(rest, if c == 'u' { 4 } else { 8 }, 16)?;
            Some((Unit::Char(char::from_u32(code)?), rest))
        }
        '0'..='7' => {
            let (byte, rest) = digits(text, 3, 8)?;
            Some((Unit::Byte(u8::try_from(byte).ok()?), rest))
        }
        _ => None,
    }
}

fn digits(text: &str, count: usize, radix: u32) -> Option<(u32, &str)> {
    let digits = text.get(..count)?;
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    Some((u32::from_str_radix(digits, radix).ok()?, &text[count..]))
}

/// The value of a character constant such as `'a'`, as Go's `strconv.UnquoteChar` reads it.
pub(super) fn unquote_char(literal: &str) -> Result<u32, String> {
    let inside = literal.strip_prefix('\'').unwrap_or(literal);
    let (unit, rest) = unquote_unit(inside, '\'').ok_or("invalid syntax")?;
    if rest != "'" {
        return Err(format!("malformed character constant: {literal}"));
    }
    Ok(match unit {
        Unit::Char(c) => u32::from(c),
        Unit::Byte(byte) => u32::from(byte),
    })
}

/// One more than the largest signed integer.
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// A number under every type that can represent it: Go's ideal constants.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Number {
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    /// Written with a point or exponent (and not as a hexadecimal integer).
    pub(crate) looks_float: bool,
    /// A complex number with an imaginary part, which templates can print but not use.
    pub(crate) complex: Option<(f64, f64)>,
}

/// Reads a number token (`newNumber` in `text/template/parse/node.go`).
#[expect(clippy::cast_precision_loss, reason = "Go's conversion rounds likewise")]
pub(super) fn number(text: &str) -> Result<Number, String> {
    if let Some(small) = small(text) {
        return Ok(small);
    }
    let mut number = Number { looks_float: looks_float(text), ..Number::default() };
    if let Some(imaginary) = text.strip_suffix('i').and_then(parse_float) {
        return Ok(complex(0.0, imaginary));
    }
    let (sign, magnitude) = match text.as_bytes().first() {
        Some(b'-') => (-1_i128, &text[1..]),
        Some(b'+') => (1, &text[1..]),
        _ => (1, text),
    };
    if let Some(magnitude) = parse_magnitude(magnitude) {
        let value = sign * i128::from(magnitude);
        number.int = i64::try_from(value).ok();
        let unsigned = sign > 0 && !text.starts_with('+') || value == 0;
        number.uint = unsigned.then_some(magnitude);
    }
    if let Some(int) = number.int {
        number.float = Some(int as f64);
    } else if let Some(uint) = number.uint {
        number.float = Some(uint as f64);
    } else if let Some(float) = parse_float(text) {
        if !text.contains(['.', 'e', 'E', 'p', 'P']) {
            return Err(format!("integer overflow: {}", quote(text)));
        }
        number.float = Some(float);
        number.int = whole(float, -TWO_TO_63, TWO_TO_63);
        number.uint = whole_unsigned(float);
    }
    if number.float.is_none() {
        return Err(format!("illegal number syntax: {}", quote(text)));
    }
    Ok(number)
}

/// Reads the decimal digits of a number that is small and begins with no zero: most are.
fn small(text: &str) -> Option<Number> {
    if text.len() > 9 || (text.starts_with('0') && text.len() > 1) {
        return None;
    }
    let mut value = 0_u32;
    for byte in text.bytes() {
        value = value * 10 + u32::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    Some(Number {
        int: Some(value.into()),
        uint: Some(value.into()),
        float: Some(value.into()),
        ..Number::default()
    })
}

/// Reads a complex token such as `1+2i`.
pub(super) fn complex_number(text: &str) -> Result<Number, String> {
    let body = text.strip_suffix('i').unwrap_or(text);
    let split = body.rfind(['+', '-']).filter(|at| *at > 0);
    let parts = split.and_then(|at| Some((parse_float(&body[..at])?, parse_float(&body[at..])?)));
    parts
        .map(|(real, imaginary)| complex(real, imaginary))
        .ok_or_else(|| format!("illegal number syntax: {}", quote(text)))
}

fn complex(real: f64, imaginary: f64) -> Number {
    let mut number = Number { complex: Some((real, imaginary)), ..Number::default() };
    if imaginary == 0.0 {
        number.float = Some(real);
        number.int = whole(real, -TWO_TO_63, TWO_TO_63);
        number.uint = whole_unsigned(real);
    }
    number
}

fn looks_float(text: &str) -> bool {
    let hex = text.len() > 2 && (text.starts_with("0x") || text.starts_with("0X"));
    if hex { text.contains(['p', 'P']) } else { text.contains(['.', 'e', 'E', 'p', 'P']) }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked before the cast")]
fn whole(float: f64, low: f64, high: f64) -> Option<i64> {
    (float.fract() == 0.0 && float >= low && float < high).then_some(float as i64)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked before the cast"
)]
fn whole_unsigned(float: f64) -> Option<u64> {
    (float.fract() == 0.0 && (0.0..2.0 * TWO_TO_63).contains(&float)).then_some(float as u64)
}

/// Go's `strconv.ParseUint(text, 0, 64)`.
fn parse_magnitude(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    if !underscores_are_fine(&lower) {
        return None;
    }
    let plain = digits.replace('_', "");
    if plain.is_empty() || !plain.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    u64::from_str_radix(&plain, radix).ok()
}

/// Go's `underscoreOK`: `_` stands only between digits, or between the base prefix and a digit.
fn underscores_are_fine(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text).to_ascii_lowercase();
    let has_prefix = ["0b", "0o", "0x"].iter().any(|prefix| text.starts_with(prefix));
    let is_hex = text.starts_with("0x");
    let mut before = if has_prefix { '0' } else { '^' };
    for c in text[if has_prefix { 2 } else { 0 }..].chars() {
        before = match c {
            '0'..='9' => '0',
            'a'..='f' if is_hex => '0',
            '_' if before == '0' => '_',
            _ if c == '_' || before == '_' => return false,
            _ => '!',
        };
    }
    before != '_'
}

/// Go's `strconv.ParseFloat(text, 64)`, without `inf` and `nan`, which no number token spells.
fn parse_float(text: &str) -> Option<f64> {
    if !underscores_are_fine(text) {
        return None;
    }
    let text = &*text.replace('_', "");
    let unsigned = text.trim_start_matches(['+', '-']);
    if unsigned.starts_with("0x") || unsigned.starts_with("0X") {
        return parse_hex_float(text, unsigned);
    }
    let float: f64 = text.parse().ok()?;
    float.is_finite().then_some(float)
}

fn parse_hex_float(text: &str, unsigned: &str) -> Option<f64> {
    let (mantissa, exponent) = unsigned[2..].split_once(['p', 'P'])?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut value = 0.0_f64;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value.mul_add(16.0, f64::from(digit.to_digit(16)?));
    }
    let shift = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    let exponent = exponent.checked_sub(shift)?;
    // In two steps, because the power alone may be too small for a float.
    let half = exponent / 2;
    let value = value * 2.0_f64.powi(half) * 2.0_f64.powi(exponent - half);
    let value = if text.starts_with('-') { -value } else { value };
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_every_type_that_holds_them() {
        assert_eq!(number("10").unwrap().int, Some(10));
        assert_eq!(number("0x1F").unwrap().int, Some(31));
        assert_eq!(number("0b11").unwrap().int, Some(3));
        assert_eq!(number("017").unwrap().int, Some(15));
        assert_eq!(number("1_000").unwrap().int, Some(1000));
        assert_eq!(number("1e3").unwrap().int, Some(1000));
        assert_eq!(number("1e19").unwrap().uint, Some(10_000_000_000_000_000_000));
        assert_eq!(number("1e19").unwrap().int, None);
        assert_eq!(number("-1e3").unwrap().uint, None);
        assert_eq!(complex_number("13+0i").unwrap().uint, Some(13));
        assert_eq!(complex_number("-12+0i").unwrap().uint, None);
        assert!(number("1e3").unwrap().looks_float);
        assert_eq!(number("1.5").unwrap().int, None);
        assert_eq!(number("1_0.2_5").unwrap().float, Some(10.25));
        assert_eq!(number("0x_1_0").unwrap().int, Some(16));
        assert_eq!(number("1_.5").unwrap_err(), "illegal number syntax: \"1_.5\"");
        assert_eq!(number("0x1p4").unwrap().float, Some(16.0));
        assert_eq!(number("089").unwrap_err(), "integer overflow: \"089\"");
        assert_eq!(number("1__0").unwrap_err(), "illegal number syntax: \"1__0\"");
    }

    #[test]
    fn strings_unquote_as_in_go() {
        assert_eq!(unquote(r#""a\tb\x41\u00e9\101""#).unwrap(), "a\tbAéA".as_bytes());
        assert_eq!(unquote(r#""\xff""#).unwrap(), [0xff]);
        assert_eq!(unquote("`a\\t\r\n`").unwrap(), b"a\\t\n");
        assert_eq!(unquote(r#""\q""#), None);
        assert_eq!(unquote(r#""\'""#), None);
        assert_eq!(unquote_char("'a'").unwrap(), 97);
        assert_eq!(unquote_char(r"'\n'").unwrap(), 10);
        assert!(unquote_char("'ab'").is_err());
    }
}
