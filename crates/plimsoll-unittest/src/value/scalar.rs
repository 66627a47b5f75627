//! What a plain scalar stands for in go-yaml v3.0.4 (`resolve.go`).

use plimsoll_yaml::Number;

/// What a scalar's text resolves to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    Null,
    Bool(bool),
    Number(Number),
    /// A time, as RFC 3339 writes it.
    Time(String),
    /// `<<`
    Merge,
    Text,
}

/// Resolves the text of a plain scalar. A text in quotes resolves to text, too.
pub(crate) fn resolve(text: &str) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "true" | "True" | "TRUE" => return Scalar::Bool(true),
        "false" | "False" | "FALSE" => return Scalar::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return float(f64::NEG_INFINITY),
        "<<" => return Scalar::Merge,
        _ => {}
    }
    match text.as_bytes().first() {
        Some(b'.') if is_float(text) => parse_float(text),
        Some(b'+' | b'-' | b'0'..=b'9') => number_or_time(text),
        _ => Scalar::Text,
    }
}

fn number_or_time(text: &str) -> Scalar {
    if let Some(time) = time(text) {
        return Scalar::Time(time);
    }
    let plain = text.replace('_', "");
    match integer(&plain) {
        Some(number) => Scalar::Number(number),
        None if is_float(&plain) => parse_float(&plain),
        None => Scalar::Text,
    }
}

/// Go's `ParseInt` and `ParseUint` with base 0.
fn integer(text: &str) -> Option<Number> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("+", &text[1..]),
        _ => ("", text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if !digits.bytes().next()?.is_ascii_alphanumeric() {
        return None;
    }
    if let Ok(int) = i64::from_str_radix(&format!("{}{digits}", sign.replace('+', "")), radix) {
        return Some(Number::Int(int));
    }
    if sign.is_empty() { u64::from_str_radix(digits, radix).ok().map(Number::Uint) } else { None }
}

fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) =
        text.split_once(['e', 'E']).map_or((text, None), |(left, right)| (left, Some(right)));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fits
}

fn parse_float(text: &str) -> Scalar {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => float(value),
        _ => Scalar::Text,
    }
}

const fn float(value: f64) -> Scalar {
    Scalar::Number(Number::Float(value))
}

/// Reads a date, or a date and a time, as Go's `time.Parse` does with go-yaml's layouts; returns it
/// as RFC 3339 writes it.
fn time(text: &str) -> Option<String> {
    if text.as_bytes().get(4) != Some(&b'-') || !text.is_ascii() {
        return None;
    }
    let (date, clock) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some((text.as_bytes()[at], &text[at + 1..]))),
        None => (text, None),
    };
    let [year, month, day] = numbers(date, '-')?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) || date[..4].bytes().any(|byte| !byte.is_ascii_digit()) {
        return None;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    let Some((separator, clock)) = clock else { return Some(format!("{date}T00:00:00Z")) };
    let (clock, zone) = if separator == b' ' {
        (clock, "Z")
    } else if let Some(clock) = clock.strip_suffix('Z') {
        (clock, "Z")
    } else {
        clock.split_at(clock.len().checked_sub(6)?)
    };
    let zone = match zone.as_bytes() {
        [b'Z'] | [b'+' | b'-', b'0', b'0', b':', b'0', b'0'] => "Z",
        [b'+' | b'-', a, b, b':', c, d] if [a, b, c, d].iter().all(|d| d.is_ascii_digit()) => zone,
        _ => return None,
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = numbers(clock, ':')?;
    let fraction_fits = !fraction.is_empty()
        && fraction.len() <= 9
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if hour > 23 || minute > 59 || second > 59 || !fraction_fits {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(format!("{date}T{hour:02}:{minute:02}:{second:02}{dot}{fraction}{zone}"))
}

/// Three numbers, the later two of one or two digits.
fn numbers(text: &str, separator: char) -> Option<[u32; 3]> {
    let mut found = [0; 3];
    let mut parts = text.split(separator);
    for (index, number) in found.iter_mut().enumerate() {
        let part = parts.next()?;
        let fits = !part.is_empty() && part.len() <= if index == 0 { 4 } else { 2 };
        if !fits || part.bytes().any(|byte| !byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_yaml_1_1_are_text() {
        for text in ["yes", "on", "y", "No", "OFF", "1.2.3", "0x", "1Gi", "\"1\"", "'1'", "+", "a"]
        {
            assert_eq!(resolve(text), Scalar::Text, "{text}");
        }
        for (text, int) in [("1", 1), ("0644", 420), ("0o17", 15), ("-0x1f", -31), ("1_000", 1000)]
        {
            assert_eq!(resolve(text), Scalar::Number(Number::Int(int)), "{text}");
        }
        for (text, value) in [("1.", 1.0), (".5", 0.5), ("1e3", 1000.0), ("08", 8.0)] {
            assert_eq!(resolve(text), float(value), "{text}");
        }
        assert_eq!(resolve("<<"), Scalar::Merge);
    }

    #[test]
    fn times_are_those_of_go() {
        for (text, time) in [
            ("2001-12-14", "2001-12-14T00:00:00Z"),
            ("2001-1-2", "2001-01-02T00:00:00Z"),
            ("2001-12-14T21:59:43.10-05:00", "2001-12-14T21:59:43.1-05:00"),
            ("2001-12-14t1:9:3Z", "2001-12-14T01:09:03Z"),
            ("2001-12-14 21:59:43.10", "2001-12-14T21:59:43.1Z"),
        ] {
            assert_eq!(resolve(text), Scalar::Time(time.to_owned()), "{text}");
        }
        for text in
            ["2001-13-14", "2001-02-29", "2001-12-14 21:59:43.10 -5", "2001-12", "2001-1-2T"]
        {
            assert_eq!(resolve(text), Scalar::Text, "{text}");
        }
    }
}
