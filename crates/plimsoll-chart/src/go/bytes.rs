//! Go strings that are no UTF-8, such as the text of a binary file.
//!
//! Strings here are UTF-8. Each byte that is none becomes one character of a range that Unicode
//! leaves to private use, and functions that encode or hash bytes turn it back. A rendering that
//! still holds such a character is refused, as what Helm renders then is no YAML either.

use std::borrow::Cow;

/// Stands for the byte 0; those for the other bytes follow it.
const FIRST: u32 = 0x10_FF00;

/// Bytes as a string, with every byte kept.
pub(crate) fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(
            chunk.invalid().iter().filter_map(|byte| char::from_u32(FIRST + u32::from(*byte))),
        );
    }
    text
}

/// The bytes that Go's string would hold.
pub(crate) fn of_text(text: &str) -> Cow<'_, [u8]> {
    if !holds_bytes(text) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match byte_of(c) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(bytes)
}

/// Tells whether the string stands for bytes that are no UTF-8.
pub(crate) fn holds_bytes(text: &str) -> bool {
    // All these characters start with the same two bytes.
    text.as_bytes().windows(2).any(|pair| pair == [0xF4, 0x8F])
        && text.chars().any(|c| byte_of(c).is_some())
}

fn byte_of(c: char) -> Option<u8> {
    u32::from(c).checked_sub(FIRST).and_then(|byte| u8::try_from(byte).ok()).filter(|b| *b >= 0x80)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let text = to_text(&bytes);
            prop_assert_eq!(holds_bytes(&text), std::str::from_utf8(&bytes).is_err());
            prop_assert_eq!(&*of_text(&text), &bytes[..]);
        }
    }
}
