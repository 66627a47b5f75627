//! The character classes of YAML 1.1, on bytes of UTF-8.

/// Returns the byte at `i`, or 0 past the end. No readable text holds a zero byte.
#[inline]
pub(super) fn at(bytes: &[u8], i: usize) -> u8 {
    bytes.get(i).copied().unwrap_or(0)
}

/// Tells whether a space or a tab stands at `i`.
#[inline]
pub(super) fn is_blank(bytes: &[u8], i: usize) -> bool {
    matches!(at(bytes, i), b' ' | b'\t')
}

/// Returns the length of the line break at `i`; 0 where none is.
#[inline]
pub(super) fn break_len(bytes: &[u8], i: usize) -> usize {
    match at(bytes, i) {
        b'\n' => 1,
        b'\r' => 1 + usize::from(at(bytes, i + 1) == b'\n'),
        0xC2 if at(bytes, i + 1) == 0x85 => 2,
        0xE2 if at(bytes, i + 1) == 0x80 && matches!(at(bytes, i + 2), 0xA8 | 0xA9) => 3,
        _ => 0,
    }
}

/// Tells whether a blank, a line break or the end stands at `i`.
#[inline]
pub(super) fn is_blank_or_end(bytes: &[u8], i: usize) -> bool {
    matches!(at(bytes, i), b' ' | b'\t' | b'\n' | b'\r' | 0) || break_len(bytes, i) > 0
}

/// Tells whether a line break or the end stands at `i`.
#[inline]
pub(super) fn is_line_end(bytes: &[u8], i: usize) -> bool {
    at(bytes, i) == 0 || break_len(bytes, i) > 0
}

/// Returns where the line that `i` stands in ends, before its break.
#[inline]
pub(super) fn line_end(bytes: &[u8], mut i: usize) -> usize {
    let rest = bytes.get(i..).unwrap_or_default();
    let feed = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    if memchr::memchr3(b'\r', 0xC2, 0xE2, &rest[..feed]).is_none() {
        return i + feed;
    }
    loop {
        match bytes.get(i) {
            None => return bytes.len(),
            Some(b'\n' | b'\r') => return i,
            Some(0xC2 | 0xE2) if break_len(bytes, i) > 0 => return i,
            Some(_) => i += 1,
        }
    }
}

/// Tells whether the byte may stand in an anchor's name.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Appends the line break at `i`, normalized as YAML 1.1 says, and returns its length.
pub(super) fn push_break(out: &mut String, text: &str, i: usize) -> usize {
    let len = break_len(text.as_bytes(), i);
    if len == 3 {
        out.push_str(&text[i..i + 3]);
    } else if len > 0 {
        out.push('\n');
    }
    len
}

/// Counts the line breaks before `end`.
pub(super) fn count_breaks(bytes: &[u8], end: usize) -> usize {
    let bytes = &bytes[..end.min(bytes.len())];
    let (mut i, mut breaks) = (0, 0);
    while i < bytes.len() {
        let len = break_len(bytes, i);
        breaks += usize::from(len > 0);
        i += len.max(1);
    }
    breaks
}

/// Returns the last place up to `offset` where a character starts, or the text's end.
pub(super) fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Returns the offset of the first character that no YAML text may hold.
pub(super) fn forbidden(bytes: &[u8]) -> Option<usize> {
    const BLOCK: usize = 64;
    for (index, block) in bytes.chunks(BLOCK).enumerate() {
        // Passes without branches, which the compiler turns into vector code; most blocks need one.
        if block.iter().fold(false, |any, byte| any | is_unusual(*byte))
            && block.iter().fold(false, |any, byte| any | is_suspicious(*byte))
        {
            let start = index * BLOCK;
            let found = (start..start + block.len()).find(|i| is_forbidden(bytes, *i));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// Tells whether a byte is no ASCII character that can be seen, blank or line feed.
const fn is_unusual(byte: u8) -> bool {
    (byte < b' ') & (byte != b'\n') | (byte >= 0x7F)
}

const fn is_suspicious(byte: u8) -> bool {
    (byte < 0x20) & (byte != b'\t') & (byte != b'\n') & (byte != b'\r')
        | (byte == 0x7F)
        | (byte == 0xC2)
        | (byte == 0xEF)
}

fn is_forbidden(bytes: &[u8], i: usize) -> bool {
    match bytes[i] {
        b'\t' | b'\n' | b'\r' => false,
        0..0x20 | 0x7F => true,
        0xC2 => matches!(at(bytes, i + 1), 0x80..=0x84 | 0x86..=0x9F),
        0xEF => at(bytes, i + 1) == 0xBF && matches!(at(bytes, i + 2), 0xBE | 0xBF),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_characters_are_found() {
        assert_eq!(forbidden("plain é \u{85} \u{feff} \t\r\n".as_bytes()), None);
        for bad in ['\u{0}', '\u{1b}', '\u{7f}', '\u{80}', '\u{fffe}', '\u{ffff}'] {
            let text = format!("{}{bad}", "x".repeat(70));
            assert_eq!(forbidden(text.as_bytes()), Some(70), "{bad:?}");
        }
    }

    #[test]
    fn breaks_are_counted_as_yaml_does() {
        assert_eq!(count_breaks("a\r\nb\rc\nd\u{85}e\u{2028}f".as_bytes(), 99), 5);
    }
}
