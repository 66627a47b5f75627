//! Percent encoding.

use crate::go::quote::quote;

/// The part of a URL that a text stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Host,
    /// The zone of an IPv6 address.
    HostZone,
    User,
    Path,
    Fragment,
}

impl Place {
    /// Tells whether a byte stands there for itself.
    fn keeps(self, byte: u8) -> bool {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' => true,
            b'!' | b'\'' | b'(' | b')' | b'*' => {
                // A quote is escaped in fragments, although the rest of these is not.
                matches!(self, Self::Host | Self::HostZone)
                    || (self == Self::Fragment && byte != b'\'')
            }
            b'$' | b'&' | b'+' | b',' | b';' | b'=' => true,
            b':' => self != Self::User,
            b'/' | b'@' => matches!(self, Self::Path | Self::Fragment),
            b'?' => self == Self::Fragment,
            b'[' | b']' | b'<' | b'>' | b'"' => matches!(self, Self::Host | Self::HostZone),
            _ => false,
        }
    }
}

/// Encodes the bytes that do not stand for themselves.
pub(super) fn escape(text: &str, place: Place) -> String {
    let mut out = String::new();
    for (at, c) in text.char_indices() {
        let bytes = &text.as_bytes()[at..at + c.len_utf8()];
        if bytes.iter().all(|&byte| place.keeps(byte)) {
            out.push(c);
        } else {
            bytes.iter().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        }
    }
    out
}

/// Decodes; the error is worded as Go words it.
pub(super) fn unescape(text: &str, place: Place) -> Result<String, String> {
    let bytes = text.as_bytes();
    let is_host = matches!(place, Place::Host | Place::HostZone);
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'%' {
            if is_host && byte.is_ascii() && !place.keeps(byte) {
                let quoted = quote(&char::from(byte).to_string());
                return Err(format!("invalid character {quoted} in host name"));
            }
            out.push(byte);
            at += 1;
            continue;
        }
        let code = bytes.get(at..at + 3);
        let value = code.and_then(hex_value).ok_or_else(|| invalid(&bytes[at..]))?;
        let is_percent = value == b'%' && code == Some(b"%25".as_slice());
        let refused = match place {
            // Only what is not ASCII may be encoded in host names, and the percent sign.
            Place::Host => value.is_ascii() && !is_percent,
            Place::HostZone => !is_percent && value != b' ' && !Place::Host.keeps(value),
            _ => false,
        };
        if refused {
            return Err(invalid(&bytes[at..]));
        }
        out.push(value);
        at += 3;
    }
    String::from_utf8(out).map_err(|_| "the text decodes to bytes that are not UTF-8".to_owned())
}

fn hex_value(code: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*code.get(at)?).to_digit(16);
    u8::try_from(digit(1)? * 16 + digit(2)?).ok()
}

fn invalid(rest: &[u8]) -> String {
    let part = String::from_utf8_lossy(&rest[..rest.len().min(3)]);
    format!("invalid URL escape {}", quote(&part))
}
