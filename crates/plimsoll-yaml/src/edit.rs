//! Changes to a YAML text that leave all else as it is written: comments, order, quotes.

use std::fmt;

use crate::{Content, Entry, Node, Span, parse_one};

/// Why a text cannot be changed as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditError(String);

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EditError {}

/// Returns `text` with the value at `keys` set to `value`, which is YAML itself.
///
/// What is there is replaced; what is not is added below the deepest mapping that is, at its end.
/// A comment at the end of a replaced line stays. The result is read again, and must hold the value
/// there and nothing else that was not there before.
///
/// # Errors
/// If the text or the value is no YAML, a key on the way holds something else than a mapping, a
/// mapping in braces would have to grow, or the change cannot be written so that it reads back.
pub fn set(text: &str, keys: &[&str], value: &str) -> Result<String, EditError> {
    let path = keys.join(".");
    let before = parse_one(text).map_err(|error| EditError(format!("cannot be read: {error}")))?;
    let wanted = parse_one(value)
        .map_err(|error| EditError(format!("{path}: the new value cannot be read: {error}")))?;
    if keys.is_empty() {
        return Err(EditError("no key is named".to_owned()));
    }
    let mut node = &before.root;
    let mut depth = 0;
    let edited = loop {
        match node.entry(keys[depth]) {
            Some(entry) if depth + 1 == keys.len() => break replace(text, entry, value),
            Some(entry) if matches!(entry.value.content, Content::Mapping(_)) => {
                node = &entry.value;
                depth += 1;
            }
            Some(entry) if entry.value.is_null() => {
                let indent = column(text, entry.key_span.start) + 2;
                let block = block(&keys[depth + 1..], value, indent);
                break insert(text, entry.key_span.end + 1, &block);
            }
            Some(_) => {
                return Err(EditError(format!(
                    "{} is no mapping, so {path} has no place",
                    keys[..=depth].join(".")
                )));
            }
            None => break add(text, node, &keys[depth..], value, &path)?,
        }
    };
    let after = parse_one(&edited)
        .map_err(|error| EditError(format!("{path}: would not be read again: {error}")))?;
    if differs(&before.root, &after.root, keys, &wanted.root) {
        return Err(EditError(format!("{path}: cannot be written into this text")));
    }
    Ok(edited)
}

/// Writes `value` in the place of an entry's.
fn replace(text: &str, entry: &Entry, value: &str) -> String {
    let old = entry.value.span;
    let is_line = is_inline(value.trim_end());
    let was_line = !old.is_empty() && !old.of(text).contains('\n');
    if is_line && was_line && line_of(text, entry.key_span.start) == line_of(text, old.start) {
        return splice(text, old, value.trim_end());
    }
    let indent = column(text, entry.key_span.start);
    let new = after_key(value, indent);
    let end =
        if old.is_empty() { entry.key_span.end + 1 } else { old.end.max(entry.key_span.end + 1) };
    splice(text, Span::new(entry.key_span.end + 1, end), &new)
}

/// Adds an entry at the end of a mapping.
fn add(
    text: &str,
    mapping: &Node,
    keys: &[&str],
    value: &str,
    path: &str,
) -> Result<String, EditError> {
    let Some(last) = mapping.entries().last() else {
        if mapping.span.of(text).trim() == "{}" {
            let start = text[..mapping.span.start].rfind('\n').map_or(0, |at| at + 1);
            let indent = text[start..].len() - text[start..].trim_start().len() + 2;
            let new = format!("\n{}", block(keys, value, indent).trim_end());
            let from = text[..mapping.span.start].trim_end_matches(' ').len();
            return Ok(splice(text, Span::new(from, mapping.span.end), &new));
        }
        let separator = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return Ok(format!("{text}{separator}{}", block(keys, value, 0)));
    };
    if text[mapping.span.start..].starts_with('{') {
        return Err(EditError(format!("{path}: the mapping around it is written in braces")));
    }
    let indent = column(text, last.key_span.start);
    let end =
        mapping.entries().iter().map(|one| one.value.span.end.max(one.key_span.end + 1)).max();
    Ok(insert(text, end.unwrap_or(last.key_span.end), &block(keys, value, indent)))
}

/// `keys` as nested mappings around `value`, indented, with a line break at the end.
fn block(keys: &[&str], value: &str, indent: usize) -> String {
    let mut out = String::new();
    for (depth, key) in keys.iter().enumerate() {
        let pad = " ".repeat(indent + 2 * depth);
        out.push_str(&format!("{pad}{}:", quoted(key)));
        if depth + 1 < keys.len() {
            out.push('\n');
        } else {
            out.push_str(&after_key(value, indent + 2 * depth));
            out.push('\n');
        }
    }
    out
}

/// What stands behind a key's colon: a blank and the value, or its lines, indented.
fn after_key(value: &str, indent: usize) -> String {
    let value = value.trim_end();
    if is_inline(value) {
        return format!(" {value}");
    }
    let pad = " ".repeat(indent + 2);
    let line = |line: &str| {
        if line.is_empty() { "\n".to_owned() } else { format!("\n{pad}{line}") }
    };
    // The header of a block scalar stays on the key's line.
    match value.split_once('\n') {
        Some((header, rest)) if header.starts_with(['|', '>']) => {
            format!(" {header}{}", rest.lines().map(line).collect::<String>())
        }
        _ => value.lines().map(line).collect(),
    }
}

/// Whether a value can stand behind a key on its line.
fn is_inline(value: &str) -> bool {
    let is_block = || {
        !value.starts_with(['{', '[', '"', '\''])
            && parse_one(value).is_ok_and(|one| {
                matches!(one.root.content, Content::Mapping(_) | Content::Sequence(_))
            })
    };
    !value.contains('\n') && !is_block()
}

/// A key as YAML, in quotes where it would be read as something else.
fn quoted(key: &str) -> String {
    let is_plain = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte))
        && parse_one(key).is_ok_and(|one| matches!(one.root.content, Content::String(_)));
    if is_plain { key.to_owned() } else { format!("{key:?}") }
}

/// Puts lines below the line that `offset` lies in.
fn insert(text: &str, offset: usize, lines: &str) -> String {
    let offset = offset.min(text.len());
    // A block scalar's span may end behind its line break.
    let from = if offset > 0 && text[..offset].ends_with('\n') { offset - 1 } else { offset };
    match text[from..].find('\n') {
        Some(at) => splice(text, Span::new(from + at + 1, from + at + 1), lines),
        None => format!("{text}\n{lines}"),
    }
}

fn splice(text: &str, span: Span, new: &str) -> String {
    format!("{}{new}{}", &text[..span.start], &text[span.end..])
}

/// Columns before a byte, counted from 0.
fn column(text: &str, offset: usize) -> usize {
    offset - text[..offset].rfind('\n').map_or(0, |at| at + 1)
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].bytes().filter(|byte| *byte == b'\n').count()
}

/// Whether the trees differ elsewhere than at `keys`, or there from what is wanted.
fn differs(before: &Node, after: &Node, keys: &[&str], wanted: &Node) -> bool {
    let Some((key, rest)) = keys.split_first() else { return !is_same(after, wanted) };
    let Some(found) = after.get(key) else { return true };
    let others = |node: &Node| node.entries().iter().filter(|one| *one.key != **key).count();
    let kept = before.entries().iter().filter(|one| *one.key != **key);
    let is_kept = |one: &Entry| after.get(&one.key).is_some_and(|value| is_same(&one.value, value));
    if others(before) != others(after) || !kept.clone().all(is_kept) {
        return true;
    }
    match before.get(key) {
        Some(old) => differs(old, found, rest, wanted),
        None => {
            let alone = |node: &Node| node.entries().len() == 1;
            let mut node = found;
            for key in rest {
                match node.get(key) {
                    Some(next) if alone(node) => node = next,
                    _ => return true,
                }
            }
            !is_same(node, wanted)
        }
    }
}

/// Whether two nodes hold the same, wherever they stand.
fn is_same(one: &Node, other: &Node) -> bool {
    match (&one.content, &other.content) {
        (Content::Mapping(ours), Content::Mapping(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|entry| {
                    other.get(&entry.key).is_some_and(|value| is_same(&entry.value, value))
                })
        }
        (Content::Sequence(ours), Content::Sequence(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| is_same(a, b))
        }
        (ours, theirs) => ours == theirs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# top\nengine:\n  # how much\n  context: 8192  # tokens\n  cache: \"f16\"\nmodels: []\nempty:\nresources:\n  limits:\n    memory: 8Gi\n# end\n";

    #[test]
    fn a_scalar_is_replaced_and_its_comment_stays() {
        let edited = set(TEXT, &["engine", "context"], "4096").unwrap();
        assert_eq!(edited, TEXT.replace("8192", "4096"));
    }

    #[test]
    fn a_list_takes_the_place_of_an_empty_one() {
        let edited = set(TEXT, &["models"], "- name: a\n  file: b").unwrap();
        assert_eq!(edited, TEXT.replace("models: []", "models:\n  - name: a\n    file: b"));
    }

    #[test]
    fn what_is_missing_is_added_where_it_belongs() {
        let edited = set(TEXT, &["engine", "parallel"], "2").unwrap();
        assert_eq!(edited, TEXT.replace("\"f16\"\n", "\"f16\"\n  parallel: 2\n"));
        let edited = set(TEXT, &["empty", "a", "b"], "x").unwrap();
        assert_eq!(edited, TEXT.replace("empty:\n", "empty:\n  a:\n    b: x\n"));
        let edited = set(TEXT, &["gpu", "vendor"], "amd").unwrap();
        assert_eq!(edited, TEXT.replace("8Gi\n", "8Gi\ngpu:\n  vendor: amd\n"));
    }

    #[test]
    fn blocks_are_replaced_as_a_whole() {
        let edited = set(TEXT, &["resources"], "{}").unwrap();
        assert_eq!(edited, TEXT.replace("resources:\n  limits:\n    memory: 8Gi", "resources: {}"));
        let edited = set(TEXT, &["resources", "limits"], "cpu: \"1\"\nmemory: 4Gi").unwrap();
        let new = "limits:\n      cpu: \"1\"\n      memory: 4Gi".replace("      ", "    ");
        assert_eq!(edited, TEXT.replace("limits:\n    memory: 8Gi", &new));
    }

    #[test]
    fn an_empty_mapping_opens() {
        let edited = set("a: {}\nb: 1\n", &["a", "x"], "2").unwrap();
        assert_eq!(edited, "a:\n  x: 2\nb: 1\n");
        assert_eq!(set("", &["a", "b"], "c").unwrap(), "a:\n  b: c\n");
    }

    #[test]
    fn strange_keys_are_quoted() {
        let edited = set("a: 1\n", &["no", "nvidia.com/gpu"], "1").unwrap();
        assert_eq!(edited, "a: 1\n\"no\":\n  nvidia.com/gpu: 1\n");
    }

    #[test]
    fn what_has_no_place_is_refused() {
        let say = |text, keys: &[&str]| set(text, keys, "1").unwrap_err().to_string();
        assert_eq!(say("a: 1\n", &["a", "b"]), "a is no mapping, so a.b has no place");
        assert_eq!(
            say("a: {b: 1}\n", &["a", "c"]),
            "a.c: the mapping around it is written in braces"
        );
        assert!(say("a: [\n", &["a"]).starts_with("cannot be read"));
        assert!(set("a: 1\n", &["a"], "[").unwrap_err().to_string().contains("the new value"));
    }

    #[test]
    fn values_files_take_every_change() {
        let text = "# head\na:\n  - 1\n  - 2\n\n# about b\nb: |\n  text\n  more\n\n# about c\nc:\n  d: {e: 1}\n  # last\n";
        let keys: [&[&str]; 5] = [&["a"], &["b"], &["c"], &["c", "d"], &["c", "f"]];
        for keys in keys {
            for value in ["1", "x: 1", "- 1\n- 2", "|-\n  two\n  lines", "\"q\"", "{}"] {
                let edited = set(text, keys, value);
                assert!(edited.is_ok(), "{keys:?} {value:?}: {edited:?}");
                assert!(edited.unwrap().contains("# about c"));
            }
        }
        let edited = set(text, &["c", "d", "e"], "2").unwrap();
        assert_eq!(edited, text.replace("{e: 1}", "{e: 2}"));
        assert!(set(text, &["c", "d", "e"], "- 2").is_err(), "a block has no place in braces");
    }
}
