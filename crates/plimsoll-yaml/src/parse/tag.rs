//! Scalars under an explicit tag.

use crate::Number;
use crate::scalar::{Scalar, resolve_fully};

/// What a scalar under a tag stands for.
#[derive(Debug, PartialEq)]
pub(super) enum Tagged {
    Scalar(Scalar),
    /// The text that a `!!binary` scalar encodes; bytes that are no UTF-8 are replaced as Go's
    /// `encoding/json` replaces them.
    Binary(String),
}

/// Resolves `text` under `tag`; the error is go-yaml's message.
pub(super) fn resolve_tagged(tag: &str, text: &str) -> Result<Tagged, String> {
    let Some(name) = tag.strip_prefix("tag:yaml.org,2002:") else {
        return Ok(Tagged::Scalar(Scalar::Text));
    };
    match name {
        "binary" => decode_base64(text.as_bytes())
            .map(|bytes| Tagged::Binary(lossy(&bytes)))
            .ok_or_else(|| "!!binary value contains invalid base64 data".to_owned()),
        "bool" | "int" | "float" | "null" | "timestamp" => {
            let scalar = match resolve_fully(text) {
                // Only the timestamp tag makes go-yaml look for timestamps here.
                Scalar::Timestamp if name != "timestamp" => Scalar::Text,
                scalar => scalar,
            };
            if scalar.tag().strip_prefix("!!") == Some(name) {
                return Ok(Tagged::Scalar(scalar));
            }
            if let (Scalar::Number(Number::Int(_)), "float") = (scalar, name)
                && let Scalar::Number(number) = scalar
            {
                return Ok(Tagged::Scalar(Scalar::Number(Number::Float(number.as_f64()))));
            }
            Err(format!("cannot decode {} `{text}` as a !!{name}", scalar.tag()))
        }
        _ => Ok(Tagged::Scalar(Scalar::Text)),
    }
}

/// Decodes padded base64, ignoring line breaks.
fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> =
        text.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let padding = text.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
    let digits = &text[..text.len() - padding];
    let mut out = Vec::with_capacity(digits.len());
    for group in digits.chunks(4) {
        let mut bits = 0_u32;
        for byte in group {
            bits = bits << 6 | u32::from(base64_digit(*byte)?);
        }
        bits <<= 6 * (4 - group.len());
        let bytes = bits.to_be_bytes();
        out.extend_from_slice(&bytes[1..group.len()]);
    }
    Some(out)
}

const fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Reads bytes as UTF-8 with one replacement character for each byte that does not fit.
fn lossy(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(tag: &str, text: &str) -> Result<Tagged, String> {
        resolve_tagged(&format!("tag:yaml.org,2002:{tag}"), text)
    }

    #[test]
    fn tags_decide_what_text_is() {
        assert_eq!(text("str", "12"), Ok(Tagged::Scalar(Scalar::Text)));
        assert_eq!(text("float", "12"), Ok(Tagged::Scalar(Scalar::Number(Number::Float(12.0)))));
        assert_eq!(text("int", "x"), Err("cannot decode !!str `x` as a !!int".to_owned()));
        assert_eq!(text("null", ""), Ok(Tagged::Scalar(Scalar::Null)));
        assert_eq!(text("timestamp", "2001-1-1"), Ok(Tagged::Scalar(Scalar::Timestamp)));
        assert!(text("bool", "2001-1-1").is_err());
        assert_eq!(resolve_tagged("!x", "1"), Ok(Tagged::Scalar(Scalar::Text)));
    }

    #[test]
    fn binary_is_decoded() {
        for (encoded, plain) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v\nYmFy", "foobar"),
            ("/w==", "\u{fffd}"),
        ] {
            assert_eq!(text("binary", encoded), Ok(Tagged::Binary(plain.to_owned())));
        }
        for wrong in ["Zg=", "Zg", "Z===", "Zm8*", "====", "Zg==Zg=="] {
            assert!(text("binary", wrong).is_err(), "{wrong}");
        }
    }
}
