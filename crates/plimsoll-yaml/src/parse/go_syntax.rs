//! Values as Go's `%#v` prints those that go-yaml decodes, which its messages quote.

use std::fmt::Write as _;

use crate::go_float::format_g;
use crate::go_quote::write_quoted;
use crate::{Content, Number};

/// Returns the value in Go syntax.
pub(super) fn go_syntax(content: &Content) -> String {
    let mut out = String::new();
    write_value(&mut out, content, true);
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
