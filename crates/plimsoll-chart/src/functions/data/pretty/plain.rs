//! What a text without quotes would be taken for (go.yaml.in/yaml/v3 `resolve`).

use super::is_timestamp;
use crate::functions::strconv::{NumberError, parse_float, parse_int};

/// Tells whether `text` without quotes is still a string, also for readers of YAML 1.1.
pub(super) fn stays_string(text: &str) -> bool {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return false,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => return false,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return false,
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return false,
        _ => {}
    }
    match text.as_bytes().first() {
        Some(b'.') => !is_special_float(text) && parse_float(text).is_none(),
        Some(b'+' | b'-' | b'0'..=b'9') => {
            !is_special_float(text)
                && !is_timestamp(text)
                && !is_number(&text.replace('_', ""))
                && !is_base_60(text)
        }
        _ => true,
    }
}

fn is_special_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

fn is_number(text: &str) -> bool {
    match parse_int(text, 0) {
        Ok(_) => return true,
        Err(NumberError::Range(_)) if fits_unsigned(text) => return true,
        Err(_) => {}
    }
    looks_like_float(text) && parse_float(text).is_some()
}

/// Tells whether a number too large for a signed integer fits an unsigned one.
fn fits_unsigned(text: &str) -> bool {
    let (radix, digits) = match text.get(..2) {
        Some("0x" | "0X") => (16, &text[2..]),
        Some("0b" | "0B") => (2, &text[2..]),
        Some("0o" | "0O") => (8, &text[2..]),
        Some(start) if start.starts_with('0') => (8, &text[1..]),
        _ => (10, text),
    };
    !text.starts_with(['+', '-']) && u64::from_str_radix(digits, radix).is_ok()
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn looks_like_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let some_digits = |text: &str| !text.is_empty() && all_digits(text);
    let is_mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => some_digits(fraction),
        Some((whole, fraction)) => some_digits(whole) && all_digits(fraction),
        None => some_digits(mantissa),
    };
    let is_exponent = |text: &str| some_digits(text.strip_prefix(['+', '-']).unwrap_or(text));
    is_mantissa && exponent.is_none_or(is_exponent)
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let (sixties, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = sixties.split(':');
    let first = parts.next().unwrap_or("");
    let mut count = 0;
    for part in parts {
        count += 1;
        let fits = match part.as_bytes() {
            [only] => only.is_ascii_digit(),
            [b'0'..=b'5', second] => second.is_ascii_digit(),
            _ => false,
        };
        if !fits {
            return false;
        }
    }
    count > 0
        && first.starts_with(|c: char| c.is_ascii_digit())
        && digits(first)
        && digits(fraction)
}
