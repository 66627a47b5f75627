//! Writes YAML with the bytes of go-yaml v3.0.4 at an indentation of two, as snapshots hold it.

use plimsoll_yaml::escape;

use super::{Kind, Scalar, Value, resolve};

/// Longer keys, in bytes, are written after a `?`.
const LONGEST_SIMPLE_KEY: usize = 128;

/// Returns `value` as YAML, with a line break at the end.
pub(crate) fn to_yaml(value: &Value) -> String {
    let mut out = String::new();
    node(&mut out, value, 0, Place::Root);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Where a node is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    /// After `- `, `? ` or `: ` at a line's start: a collection goes on in the same line.
    Inline,
    /// After a simple key's colon.
    Value,
}

/// Writes a node that belongs into a collection of `indent` columns, or at the root.
fn node(out: &mut String, value: &Value, indent: usize, place: Place) {
    let inner = if place == Place::Root { 0 } else { indent + 2 };
    match &value.kind {
        Kind::Seq(items) if items.is_empty() => {
            space(out, place);
            out.push_str("[]");
        }
        Kind::Map(entries) if entries.is_empty() => {
            space(out, place);
            out.push_str("{}");
        }
        Kind::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                line(out, inner, place, index);
                out.push('-');
                node(out, item, inner, Place::Inline);
            }
        }
        Kind::Map(entries) => {
            for (index, (key, value)) in entries.iter().enumerate() {
                line(out, inner, place, index);
                entry(out, key, value, inner);
            }
        }
        _ => {
            space(out, place);
            scalar(out, value, indent + 2, false);
        }
    }
}

fn entry(out: &mut String, key: &Value, value: &Value, indent: usize) {
    let text = key.scalar_text().unwrap_or_default();
    if text.len() <= LONGEST_SIMPLE_KEY && !text.contains(is_break) {
        scalar(out, key, indent, true);
        out.push(':');
        node(out, value, indent, Place::Value);
    } else {
        out.push_str("? ");
        scalar(out, key, indent + 2, false);
        new_line(out, indent);
        out.push(':');
        node(out, value, indent, Place::Inline);
    }
}

fn space(out: &mut String, place: Place) {
    if place != Place::Root {
        out.push(' ');
    }
}

/// Goes to where an element or entry starts.
fn line(out: &mut String, indent: usize, place: Place, index: usize) {
    match place {
        Place::Inline if index == 0 => out.push(' '),
        Place::Root if index == 0 => {}
        _ => new_line(out, indent),
    }
}

fn new_line(out: &mut String, indent: usize) {
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out.extend(std::iter::repeat_n(' ', indent));
}

fn scalar(out: &mut String, value: &Value, indent: usize, is_key: bool) {
    let text = value.scalar_text().unwrap_or_default();
    let Kind::Str(_) = value.kind else {
        let special = match &*text {
            "+Inf" => ".inf",
            "-Inf" => "-.inf",
            "NaN" => ".nan",
            text => text,
        };
        out.push_str(special);
        return;
    };
    let traits = Traits::of(&text);
    if text.contains('\n') {
        if traits.literal && !is_key { literal(out, &text, indent) } else { double(out, &text) }
    } else if !reads_as_text(&text) {
        double(out, &text);
    } else if traits.plain {
        out.push_str(&text);
    } else if traits.single {
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        out.push('\'');
    } else {
        double(out, &text);
    }
}

fn literal(out: &mut String, text: &str, indent: usize) {
    out.push('|');
    if text.starts_with(|c| c == ' ' || is_break(c)) {
        out.push('2');
    }
    let mut backwards = text.chars().rev();
    match (backwards.next().is_some_and(is_break), backwards.next()) {
        (false, _) => out.push('-'),
        (true, None) => out.push('+'),
        (true, Some(c)) if is_break(c) => out.push('+'),
        (true, Some(_)) => {}
    }
    out.push('\n');
    let mut starts = true;
    for c in text.chars() {
        if is_break(c) {
            starts = true;
        } else if starts {
            out.extend(std::iter::repeat_n(' ', indent));
            starts = false;
        }
        out.push(c);
    }
}

fn double(out: &mut String, text: &str) {
    out.push('"');
    let marked = text.starts_with('\u{feff}');
    for c in text.chars() {
        if marked || !is_printable(c) || is_break(c) || matches!(c, '"' | '\\') {
            out.push_str(&escape(c));
        } else {
            out.push(c);
        }
    }
    out.push('"');
}

/// Tells whether a plain scalar of this text is text to readers of YAML 1.2 and 1.1.
fn reads_as_text(text: &str) -> bool {
    let old_bool = matches!(
        text,
        "y" | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "on"
            | "On"
            | "ON"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "off"
            | "Off"
            | "OFF"
    );
    resolve(text) == Scalar::Text && !old_bool && !is_base60(text)
}

/// Tells whether the text is a YAML 1.1 number of base 60, such as `190:20:30`.
fn is_base60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit()) || !unsigned.contains(':') {
        return false;
    }
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or("");
    number(first)
        && number(fraction)
        && parts.all(|part| match part.as_bytes() {
            [digit] => digit.is_ascii_digit(),
            [tens, digit] => matches!(tens, b'0'..=b'5') && digit.is_ascii_digit(),
            _ => false,
        })
}

const fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

const fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// In which styles a text can be written.
#[derive(Clone, Copy, Debug)]
struct Traits {
    plain: bool,
    single: bool,
    literal: bool,
}

impl Traits {
    fn of(text: &str) -> Self {
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut special, mut tabs, mut multiline) = (false, false, false);
        let (mut break_space, mut space_break) = (false, false);
        let (mut after_space, mut after_break, mut after_white) = (false, false, true);
        let mut chars = text.chars().peekable();
        let mut first = true;
        while let Some(c) = chars.next() {
            let before_white = chars.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
            indicators |= match c {
                '#' => after_white,
                ':' => before_white,
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                | '@' | '`' => first,
                '?' | '-' => first && before_white,
                _ => false,
            };
            tabs |= c == '\t';
            special |= c != '\t' && !is_printable(c);
            if c == ' ' {
                break_space |= after_break;
            } else if is_break(c) {
                multiline = true;
                space_break |= after_space;
            }
            after_space = c == ' ';
            after_break = is_break(c);
            after_white = matches!(c, ' ' | '\t') || is_break(c);
            first = false;
        }
        let edge = |c: char| c == ' ' || is_break(c);
        let bare_edges = !text.starts_with(edge) && !text.ends_with(edge);
        let single = !break_space && !space_break && !tabs && !special && !multiline;
        Self {
            plain: bare_edges && single && !indicators && !text.is_empty(),
            single,
            literal: !text.is_empty() && !text.ends_with(' ') && !space_break && !special,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let root = plimsoll_yaml::parse_one(text).unwrap().root;
        assert_eq!(to_yaml(&Value::read(&root, text)), expected);
    }

    #[test]
    fn collections_are_indented_below_their_keys() {
        check(
            "{b: [1, [2, 3], {c: d, e: []}], a: {}, 10: x, 9: {z: null}}",
            "9:\n  z: null\n10: x\na: {}\nb:\n  - 1\n  - - 2\n    - 3\n  - c: d\n    e: []\n",
        );
        check("[]", "[]\n");
        check("a", "a\n");
    }

    #[test]
    fn texts_take_the_style_that_go_yaml_gives_them() {
        check(
            r#"{a: "yes", b: '1', c: "x\ty", d: ' x', e: "a: b", f: "1:20", g: "", h: "-", i: "é😀"}"#,
            "a: \"yes\"\nb: \"1\"\nc: \"x\\ty\"\nd: ' x'\ne: 'a: b'\nf: \"1:20\"\ng: \"\"\nh: '-'\ni: \"é\\U0001F600\"\n",
        );
        check(
            r#"{a: "x\n\ty\n", b: "x\n\n", c: " x\ny", d: "x \ny", e: ["l\nm"], f: "\n"}"#,
            "a: |\n  x\n  \ty\nb: |+\n  x\n\nc: |2-\n   x\n  y\nd: \"x \\ny\"\ne:\n  - |-\n    l\n    m\nf: |2+\n\n",
        );
        check("\"a\\nb\"", "|-\n  a\n  b\n");
        let long = "k".repeat(129);
        check(&format!("{{{long}: 1}}"), &format!("? {long}\n: 1\n"));
    }
}
