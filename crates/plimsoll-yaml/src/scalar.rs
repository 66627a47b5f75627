//! What a plain scalar stands for in YAML 1.1, as go-yaml v2.4.3 resolves it.

use std::borrow::Cow;

use crate::Number;
use crate::timestamp::is_timestamp;

/// What a scalar's text resolves to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar {
    Null,
    Bool(bool),
    Number(Number),
    /// Text in the form of a date or a time, which stays text but is quoted when written.
    Timestamp,
    Text,
}

impl Scalar {
    /// Returns the short form of the tag, as go-yaml's messages name it.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool(_) => "!!bool",
            Self::Number(Number::Float(_)) => "!!float",
            Self::Number(_) => "!!int",
            Self::Timestamp => "!!timestamp",
            Self::Text => "!!str",
        }
    }
}

/// Resolves the text of a plain scalar without telling timestamps from other text.
#[inline]
pub(crate) fn resolve(text: &str) -> Scalar {
    let Some(first) = text.bytes().next() else { return Scalar::Null };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            resolve_word(text)
        }
        b'.' => resolve_dotted(text),
        b'+' | b'-' | b'0'..=b'9' => resolve_number(text),
        _ => Scalar::Text,
    }
}

/// Resolves the text of a plain scalar, timestamps included.
pub(crate) fn resolve_fully(text: &str) -> Scalar {
    match resolve(text) {
        Scalar::Text if is_timestamp(text) => Scalar::Timestamp,
        scalar => scalar,
    }
}

fn resolve_word(text: &str) -> Scalar {
    if text.len() > 5 {
        return Scalar::Text;
    }
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => Scalar::Text,
    }
}

fn resolve_dotted(text: &str) -> Scalar {
    match text {
        ".nan" | ".NaN" | ".NAN" => float(f64::NAN),
        ".inf" | ".Inf" | ".INF" => float(f64::INFINITY),
        _ if is_float(text) => parse_float(text),
        _ if has_go_underscores(text) => match text.replace('_', "") {
            plain if is_float(&plain) => parse_float(&plain),
            _ => Scalar::Text,
        },
        _ => Scalar::Text,
    }
}

/// Tells whether the text has underscores, and only between digits.
///
/// A float that starts with a dot goes to Go's `strconv.ParseFloat` as it is, which allows these.
fn has_go_underscores(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    bytes.contains(&b'_')
        && (0..bytes.len())
            .all(|i| bytes[i] != b'_' || (i > 0 && is_digit(i - 1) && is_digit(i + 1)))
}

fn resolve_number(text: &str) -> Scalar {
    match text {
        "+.inf" | "+.Inf" | "+.INF" => return float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return float(f64::NEG_INFINITY),
        _ => {}
    }
    let plain =
        if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    if let Some(number) = parse_int(&plain) {
        return Scalar::Number(number);
    }
    if is_float(&plain) {
        return parse_float(&plain);
    }
    // Go tries what follows `0b` once more as a signed number, so `0b-1` is a number.
    if let Some(signed) = plain.strip_prefix("0b").filter(|rest| rest.starts_with(['+', '-'])) {
        return i64::from_str_radix(signed, 2)
            .map_or(Scalar::Text, |int| Scalar::Number(Number::Int(int)));
    }
    Scalar::Text
}

/// Reads an integer as Go's `strconv.ParseInt` and `ParseUint` do with base 0.
fn parse_int(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    let (signed, negative) = match bytes.first()? {
        b'-' => (true, true),
        b'+' => (true, false),
        _ => (false, false),
    };
    let digits = &bytes[usize::from(signed)..];
    let (radix, digits) = match digits {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        _ => (10, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0_u64;
    for digit in digits {
        let digit = char::from(*digit).to_digit(radix)?;
        value = value.checked_mul(u64::from(radix))?.checked_add(u64::from(digit))?;
    }
    if negative {
        return 0_i64.checked_sub_unsigned(value).map(Number::Int);
    }
    match i64::try_from(value) {
        Ok(int) => Some(Number::Int(int)),
        Err(_) if signed => None,
        Err(_) => Some(Number::Uint(value)),
    }
}

/// Tells whether the text is a decimal float as go-yaml's pattern has it.
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) =
        text.split_once(['e', 'E']).map_or((text, None), |(left, right)| (left, Some(right)));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) =
        mantissa.split_once('.').map_or((mantissa, None), |(left, right)| (left, Some(right)));
    let mantissa_fits = all_digits(whole)
        && fraction.is_none_or(all_digits)
        && (!whole.is_empty() || fraction.is_some_and(|digits| !digits.is_empty()));
    mantissa_fits
        && exponent.is_none_or(|exponent| {
            let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !digits.is_empty() && all_digits(digits)
        })
}

/// Reads a float; one that is too large stays text, since Go calls that an error.
fn parse_float(text: &str) -> Scalar {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => float(value),
        _ => Scalar::Text,
    }
}

const fn float(value: f64) -> Scalar {
    Scalar::Number(Number::Float(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Scalar) {
        assert_eq!(format!("{:?}", resolve_fully(text)), format!("{expected:?}"), "{text:?}");
    }

    const fn int(value: i64) -> Scalar {
        Scalar::Number(Number::Int(value))
    }

    #[test]
    fn words_resolve_in_exact_case_only() {
        for text in ["y", "Y", "yes", "Yes", "YES", "on", "True"] {
            check(text, Scalar::Bool(true));
        }
        for text in ["n", "no", "off", "OFF", "FALSE"] {
            check(text, Scalar::Bool(false));
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            check(text, Scalar::Null);
        }
        for text in ["yEs", "nULL", "oN", "yess", "nope", "Normal", "~x", "tRUE"] {
            check(text, Scalar::Text);
        }
    }

    #[test]
    fn integers_resolve_as_go_reads_them() {
        for (text, value) in [
            ("0", 0),
            ("-0", 0),
            ("+7", 7),
            ("1_000", 1000),
            ("0644", 420),
            ("0o17", 15),
            ("0O17", 15),
            ("0x1F", 31),
            ("-0x1f", -31),
            ("0b101", 5),
            ("-0b101", -5),
            ("0b-1", -1),
            ("0b+11", 3),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
            ("1__2_", 12),
        ] {
            check(text, int(value));
        }
        check("9223372036854775808", Scalar::Number(Number::Uint(1 << 63)));
        check("0xFFFFFFFFFFFFFFFF", Scalar::Number(Number::Uint(u64::MAX)));
        for text in ["0x", "0b", "0b2", "0x1FFFFFFFFFFFFFFFF", "+", "-", "-_", "1Gi", "100m", "_1"]
        {
            check(text, Scalar::Text);
        }
    }

    #[test]
    fn floats_resolve_as_go_reads_them() {
        for (text, value) in [
            ("08", 8.0),
            ("1.", 1.0),
            (".5", 0.5),
            ("-.5", -0.5),
            ("1e3", 1000.0),
            ("1E+3", 1000.0),
            ("1_0.5", 10.5),
            (".5_0", 0.5),
            ("-9223372036854775809", -9_223_372_036_854_775_809.0),
            ("+9223372036854775808", 9_223_372_036_854_775_808.0),
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
            ("1e-400", 0.0),
            ("-.inf", f64::NEG_INFINITY),
            (".NaN", f64::NAN),
        ] {
            check(text, float(value));
        }
        for text in [
            "1e400",
            ".",
            ".e5",
            "1e",
            "1e+",
            "1.2.3",
            "10.0.0.1",
            "190:20:30",
            ".5__0",
            "._5",
            ".5_",
            "...",
        ] {
            check(text, Scalar::Text);
        }
    }

    #[test]
    fn dates_are_timestamps_and_stay_text() {
        check("2001-12-14", Scalar::Timestamp);
        check("2001-13-14", Scalar::Text);
    }
}
