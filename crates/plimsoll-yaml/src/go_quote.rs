//! Strings quoted as Go's messages quote them.

use std::fmt::Write as _;

/// Writes a string as Go's `strconv.Quote` does.
pub(crate) fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        let _ = match character {
            '"' => out.write_str("\\\""),
            '\\' => out.write_str("\\\\"),
            '\u{7}' => out.write_str("\\a"),
            '\u{8}' => out.write_str("\\b"),
            '\u{c}' => out.write_str("\\f"),
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            '\u{b}' => out.write_str("\\v"),
            '\0'..' ' | '\u{7f}' => write!(out, "\\x{:02x}", character as u32),
            '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                write!(out, "\\u{:04x}", character as u32)
            }
            _ => out.write_char(character),
        };
    }
    out.push('"');
}
