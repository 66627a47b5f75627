//! Keys and values that YAML knows and JSON does not.

use std::borrow::Cow;

use crate::go_float::{format_g32, name_special};
use crate::{Content, Entry, Node, Number};

/// Returns a scalar key as the string that `sigs.k8s.io/yaml` makes of it; nothing where it
/// refuses the key.
pub(super) fn key_text(content: &Content) -> Option<Cow<'_, str>> {
    Some(match content {
        Content::String(text) => Cow::Borrowed(text),
        Content::Bool(true) => Cow::Borrowed("true"),
        Content::Bool(false) => Cow::Borrowed("false"),
        Content::Number(Number::Int(int)) => Cow::Owned(int.to_string()),
        Content::Number(Number::Float(float)) => Cow::Owned(name_special(format_g32(*float))),
        Content::Number(Number::Uint(_))
        | Content::Null
        | Content::Sequence(_)
        | Content::Mapping(_) => return None,
    })
}

/// Returns the first entry whose key starts at one of the places.
pub(super) fn search_bad_key<'n>(node: &'n Node, places: &[usize]) -> Option<&'n Entry> {
    node.items().iter().find_map(|item| search_bad_key(item, places)).or_else(|| {
        node.entries().iter().find_map(|entry| {
            if &*entry.key == "\0" && places.contains(&entry.key_span.start) {
                return Some(entry);
            }
            search_bad_key(&entry.value, places)
        })
    })
}

/// Returns the first value that is no finite number, with Go's name for it.
pub(super) fn search_non_finite(node: &Node) -> Option<(&Node, &'static str)> {
    match &node.content {
        Content::Number(Number::Float(float)) if float.is_nan() => Some((node, "NaN")),
        Content::Number(Number::Float(float)) if float.is_infinite() => {
            Some((node, if *float > 0.0 { "+Inf" } else { "-Inf" }))
        }
        Content::Sequence(items) => items.iter().find_map(search_non_finite),
        Content::Mapping(entries) => {
            entries.iter().find_map(|entry| search_non_finite(&entry.value))
        }
        _ => None,
    }
}
