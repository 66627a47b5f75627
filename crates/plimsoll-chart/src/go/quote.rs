//! Text made safe for other languages: Go's quoting, and `text/template`'s escaping.

use std::fmt::Write;

use super::unicode::is_print;

/// Writes the inside of Go's `strconv.Quote`: `text` escaped, without the quotes.
pub(crate) fn push_quoted(out: &mut String, text: &str, ascii_only: bool) {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        return out.push_str(text);
    }
    for c in text.chars() {
        push_escaped(out, c, '"', ascii_only);
    }
}

/// Returns Go's `strconv.Quote`.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    push_quoted(&mut out, text, false);
    out.push('"');
    out
}

/// Returns Go's `strconv.QuoteRune`, or its `ToASCII` variant.
pub(crate) fn quote_char(c: char, ascii_only: bool) -> String {
    let mut out = String::from("'");
    push_escaped(&mut out, c, '\'', ascii_only);
    out.push('\'');
    out
}

/// Tells whether Go can write `text` between back quotes (`strconv.CanBackquote`).
pub(crate) fn can_backquote(text: &str) -> bool {
    text.chars().all(|c| c != '\u{feff}' && c != '`' && c != '\u{7f}' && (c >= ' ' || c == '\t'))
}

fn push_escaped(out: &mut String, c: char, quote: char, ascii_only: bool) {
    match c {
        '\\' => out.push_str("\\\\"),
        _ if c == quote => {
            out.push('\\');
            out.push(c);
        }
        ' '..='~' => out.push(c),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        _ if !ascii_only && is_print(c) => out.push(c),
        _ => {
            let code = u32::from(c);
            let written = match code {
                0..0x20 | 0x7f => write!(out, "\\x{code:02x}"),
                0..0x1_0000 => write!(out, "\\u{code:04x}"),
                _ => write!(out, "\\U{code:08x}"),
            };
            debug_assert!(written.is_ok(), "a string takes all that is written to it");
        }
    }
}

/// Writes `text/template`'s `HTMLEscapeString`.
pub(crate) fn push_html(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(c),
        }
    }
}

/// Writes `text/template`'s `JSEscapeString`.
pub(crate) fn push_js(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '"' => out.push_str("\\\""),
            '<' | '>' | '&' | '=' | '\0'..' ' => push_code(out, c),
            _ if c.is_ascii() || is_print(c) => out.push(c),
            _ => push_code(out, c),
        }
    }
}

fn push_code(out: &mut String, c: char) {
    let written = write!(out, "\\u{:04X}", u32::from(c));
    debug_assert!(written.is_ok(), "a string takes all that is written to it");
}

/// Writes Go's `url.QueryEscape`.
pub(crate) fn push_url_query(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => {
                let written = write!(out, "%{byte:02X}");
                debug_assert!(written.is_ok(), "a string takes all that is written to it");
            }
        }
    }
}
