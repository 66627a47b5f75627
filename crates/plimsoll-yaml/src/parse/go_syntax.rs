//! Values as Go's `%#v` prints those that go-yaml decodes, which its messages quote.

use std::fmt::Write as _;

use crate::go_float::format_g;
use crate::{Content, Number};

/// Returns the value in Go syntax.
pub(super) fn go_syntax(content: &Content, outermost: bool) -> String {
    let mut out = String::new();
    write_value(&mut out, content, outermost);
    out
}

fn write_value(out: &mut String, content: &Content, outermost: bool) {
    match content {
        Content::Null => out.push_str(if outermost { "<nil>" } else { "interface {}(nil)" }),
        Content::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Content::Number(Number::Int(int)) => {
            let _ = write!(out, "{int}");
        }
        Content::Number(Number::Uint(uint)) => {
            let _ = write!(out, "{uint:#x}");
        }
        Content::Number(Number::Float(float)) => out.push_str(&format_g(*float)),
        Content::String(text) => write_quoted(out, text),
        Content::Sequence(items) => {
            out.push_str("[]interface {}{");
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                write_value(out, &item.content, false);
            }
            out.push('}');
        }
        Content::Mapping(entries) => {
            out.push_str("map[interface {}]interface {}{");
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key));
            for (i, entry) in sorted.into_iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                // The kind of a key that is no string is not kept.
                if &*entry.key == "\0" {
                    out.push_str("interface {}(nil)");
                } else {
                    write_quoted(out, &entry.key);
                }
                out.push(':');
                write_value(out, &entry.value.content, false);
            }
            out.push('}');
        }
    }
}

/// Writes a string as Go's `strconv.Quote` does.
fn write_quoted(out: &mut String, text: &str) {
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

#[cfg(test)]
mod tests {
    use crate::parse_one;

    #[test]
    fn an_unrendered_action_reads_as_in_helm() {
        let error = parse_one("{{ .Values.x }}: 1").unwrap_err();
        assert_eq!(
            error.upstream(),
            "yaml: invalid map key: map[interface {}]interface {}{\".Values.x\":interface {}(nil)}"
        );
    }
}
