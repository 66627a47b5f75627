//! Go's `strconv`: reading numbers from text, as Go 1.26 does.

/// What Go's parsers of numbers find wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberError {
    /// Not a number.
    Syntax,
    /// A number beyond the type; Go's parsers then also return the nearest value they can.
    Range(i64),
}

/// Reads an integer as `strconv.ParseInt(text, base, 64)` does.
///
/// Base 0 takes the base from a prefix and allows underscores between digits.
pub(super) fn parse_int(text: &str, base: u32) -> Result<i64, NumberError> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = parse_magnitude(digits, base)?;
    let limit = 1_u128 << 63;
    match (negative, magnitude) {
        (false, Some(value)) if value < limit => Ok(i64::try_from(value).unwrap_or(i64::MAX)),
        (true, Some(value)) if value <= limit => {
            Ok(i64::try_from(-i128::try_from(value).unwrap_or(i128::MAX)).unwrap_or(i64::MIN))
        }
        (false, _) => Err(NumberError::Range(i64::MAX)),
        (true, _) => Err(NumberError::Range(i64::MIN)),
    }
}

/// Reads the digits of `strconv.ParseUint`; nothing means that they exceed 64 bits.
fn parse_magnitude(text: &str, base: u32) -> Result<Option<u128>, NumberError> {
    let automatic = base == 0;
    let (base, digits) = if automatic { prefixed(text) } else { (base, text) };
    if digits.is_empty() {
        return Err(NumberError::Syntax);
    }
    let mut value = 0_u128;
    for c in digits.chars() {
        if c == '_' && automatic {
            continue;
        }
        let digit = c.to_digit(base).ok_or(NumberError::Syntax)?;
        value = value * u128::from(base) + u128::from(digit);
        if value > u128::from(u64::MAX) {
            // Go stops here, whatever follows.
            return Ok(None);
        }
    }
    if digits.contains('_') && !underscores_fit(text) {
        return Err(NumberError::Syntax);
    }
    Ok(Some(value))
}

/// Splits the base prefix off an integer of base 0.
fn prefixed(text: &str) -> (u32, &str) {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'0') {
        return (10, text);
    }
    match bytes.get(1).map(u8::to_ascii_lowercase) {
        Some(b'b') if bytes.len() >= 3 => (2, &text[2..]),
        Some(b'o') if bytes.len() >= 3 => (8, &text[2..]),
        Some(b'x') if bytes.len() >= 3 => (16, &text[2..]),
        None => (10, text),
        // An octal number; the leading zero stays behind as a digit of no value.
        Some(_) => (8, &text[1..]),
    }
}

/// Go's rule: an underscore stands between digits, or between a base prefix and a digit.
fn underscores_fit(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let bytes = text.as_bytes();
    // What came before: `^` at the start, `0` after a digit or a prefix, `_` after an underscore,
    // `!` after anything else.
    let mut before = b'^';
    let mut hex = false;
    let mut rest = bytes;
    if bytes.len() >= 2 && bytes[0] == b'0' {
        let letter = bytes[1].to_ascii_lowercase();
        if matches!(letter, b'b' | b'o' | b'x') {
            before = b'0';
            hex = letter == b'x';
            rest = &bytes[2..];
        }
    }
    for &byte in rest {
        if byte.is_ascii_digit() || (hex && byte.is_ascii_hexdigit()) {
            before = b'0';
        } else if byte == b'_' {
            if before != b'0' {
                return false;
            }
            before = b'_';
        } else {
            if before == b'_' {
                return false;
            }
            before = b'!';
        }
    }
    before != b'_'
}

/// Reads a float as `strconv.ParseFloat(text, 64)` does; nothing for a syntax or range error.
pub(super) fn parse_float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let negative = text.starts_with('-');
    let sign = |value: f64| if negative { -value } else { value };
    match unsigned.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => return Some(sign(f64::INFINITY)),
        "nan" if unsigned.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    if unsigned.contains('_') && !underscores_fit(unsigned) {
        return None;
    }
    let digits: String = unsigned.chars().filter(|&c| c != '_').collect();
    let value = match digits.get(..2) {
        Some("0x" | "0X") => parse_hex_float(&digits[2..])?,
        _ => {
            let decimal = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
            if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
                || !digits.chars().all(decimal)
            {
                return None;
            }
            digits.parse::<f64>().ok()?
        }
    };
    value.is_finite().then_some(sign(value))
}

/// Reads what follows `0x` in a hexadecimal float; the exponent is required.
fn parse_hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if exponent_digits.is_empty() || !exponent_digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Go too stops counting at an exponent that no float reaches.
    let mut scale: i64 = exponent_digits.parse().map_or(100_000, |e: i64| e.min(100_000));
    if exponent.starts_with('-') {
        scale = -scale;
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut bits = 0_u64;
    for (index, c) in whole.chars().chain(fraction.chars()).enumerate() {
        let digit = u64::from(c.to_digit(16)?);
        let in_fraction = index >= whole.len();
        if bits >> 58 == 0 {
            bits = bits << 4 | digit;
            scale -= if in_fraction { 4 } else { 0 };
        } else {
            // Beyond 58 bits only “was there anything” matters, for rounding half to even.
            bits |= u64::from(digit != 0);
            scale += if in_fraction { 0 } else { 4 };
        }
    }
    Some(scaled(bits, scale))
}

/// Returns `bits * 2^scale`, rounded once, half to even.
fn scaled(bits: u64, scale: i64) -> f64 {
    if bits == 0 {
        return 0.0;
    }
    let length = 64 - i64::from(bits.leading_zeros());
    let exponent = length - 1 + scale;
    if exponent > 1023 {
        return f64::INFINITY;
    }
    // The bits that a float of this size keeps: 53, fewer for subnormal numbers.
    let kept = if exponent < -1022 { 53 + exponent + 1022 } else { 53 };
    let drop = length - kept;
    if drop > 64 {
        return 0.0;
    }
    let (mut mantissa, scale) = if drop > 0 {
        let shifted = if drop == 64 { 0 } else { bits >> drop };
        let rest = u128::from(bits) - (u128::from(shifted) << drop);
        let half = 1_u128 << (drop - 1);
        let up = rest > half || (rest == half && shifted & 1 == 1);
        (shifted + u64::from(up), scale + drop)
    } else {
        (bits, scale)
    };
    // Multiplying by powers of two is exact as long as no step leaves the normal numbers; the
    // mantissa is shifted first where it has room.
    let mut scale = scale;
    while scale > 0 && mantissa >> 52 == 0 {
        mantissa <<= 1;
        scale -= 1;
    }
    let mut value = mantissa as f64;
    while scale > 0 {
        value *= 2.0;
        scale -= 1;
        if value.is_infinite() {
            return value;
        }
    }
    while scale < 0 {
        value /= 2.0;
        scale += 1;
    }
    value
}
