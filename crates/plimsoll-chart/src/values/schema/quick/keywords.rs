//! What the meta-schemas ask of keywords that hold no schemas.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{Count, Types, equality};

/// The drafts of JSON Schema, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Draft {
    V4,
    V6,
    V7,
    V2019,
    V2020,
}

impl Draft {
    /// The draft that `$schema` names; a schema that names none is one of the latest.
    pub(super) fn of(schema: &Json) -> Option<Self> {
        match schema.get("$schema") {
            None => Some(Self::V2020),
            Some(url) => Self::named(url.as_str()?),
        }
    }

    pub(super) fn named(url: &str) -> Option<Self> {
        let url = url.strip_suffix('#').unwrap_or(url);
        let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
        Some(match rest.strip_prefix("json-schema.org/")? {
            "draft-04/schema" => Self::V4,
            "draft-06/schema" => Self::V6,
            "draft-07/schema" => Self::V7,
            "draft/2019-09/schema" => Self::V2019,
            "draft/2020-12/schema" | "schema" => Self::V2020,
            _ => return None,
        })
    }
}

/// Tells whether a format is one that is checked where formats are asserted.
pub(super) fn is_asserted(format: &str) -> bool {
    matches!(
        format,
        "regex"
            | "ipv4"
            | "ipv6"
            | "hostname"
            | "idn-hostname"
            | "email"
            | "idn-email"
            | "date"
            | "time"
            | "date-time"
            | "duration"
            | "period"
            | "json-pointer"
            | "relative-json-pointer"
            | "uuid"
            | "uri"
            | "iri"
            | "uri-reference"
            | "iri-reference"
            | "uri-template"
    )
}

pub(super) fn text(json: Json) -> Option<String> {
    if let Json::String(text) = json { Some(text) } else { None }
}

pub(super) fn list(json: Json) -> Option<Vec<Json>> {
    if let Json::Array(list) = json { Some(list) } else { None }
}

/// The value of a `type` keyword.
pub(super) fn types(json: &Json) -> Option<Types> {
    if let Json::String(name) = json {
        return Types::named(name);
    }
    let names = json.as_array().filter(|names| !names.is_empty())?;
    let mut all = Types::default();
    for name in names {
        let one = Types::named(name.as_str()?)?;
        if all.meets(one) {
            return None;
        }
        all = all.and(one);
    }
    Some(all)
}

/// The value of an `enum` keyword, which earlier drafts want without repetitions.
pub(super) fn choices(json: Json, draft: Draft) -> Option<Vec<Json>> {
    let choices = list(json).filter(|choices| !choices.is_empty())?;
    (draft >= Draft::V2019 || equality::is_unique(&choices)?).then_some(choices)
}

/// The value of a `required` keyword.
pub(super) fn names(json: Json, draft: Draft) -> Option<Vec<String>> {
    let names: Vec<String> = list(json)?.into_iter().map(text).collect::<Option<_>>()?;
    if names.is_empty() && draft == Draft::V4 {
        return None;
    }
    let different: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    (different.len() == names.len()).then_some(names)
}

/// A number of things; `2.0` is left to others.
pub(super) fn at_least(json: &Json) -> Option<Count> {
    json.as_u64().map(Count::AtLeast)
}

pub(super) fn at_most(json: &Json) -> Option<Count> {
    json.as_u64().map(Count::AtMost)
}

/// Tells whether an address names the schema as a whole and says nothing that needs more thought:
/// references within the schema go on to mean what they would without it.
pub(super) fn is_plain_address(id: &str) -> bool {
    let id = id.strip_suffix('#').unwrap_or(id);
    let rest = id.strip_prefix("https://").or_else(|| id.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty()
            && label.bytes().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
            && !label.contains("--")
    };
    let top = host.rsplit('.').next().unwrap_or_default();
    host.split('.').all(label)
        && host.len() < 200
        && top.bytes().all(|byte| byte.is_ascii_lowercase())
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~/-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are() {
        for id in
            ["http://example.com/example.json", "https://a-b.example.io", "http://x/y/z.json#"]
        {
            assert!(is_plain_address(id), "{id}");
        }
        for id in [
            "",
            "#a",
            "values.schema.json",
            "file:///values.schema.json",
            "urn:x",
            "http://",
            "http://1.2.3.4/x",
            "http://example.com:80/",
            "http://a..b/",
            "http://xn--a.com/",
            "http://example.com/a#b",
            "http://example.com/a b",
            "http://user@example.com/",
            "http://example.com/%zz",
        ] {
            assert!(!is_plain_address(id), "{id}");
        }
    }
}
