//! The head of a manifest as Helm decodes it: kind, name and the annotations that make hooks.

use std::sync::Arc;

use plimsoll_yaml::{Content, Node, Number, Span};

use super::Hook;
use crate::Profile;

/// What Helm reads of each manifest (`SimpleHead` in `manifest.go`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) kind: Arc<str>,
    pub(super) name: Arc<str>,
    hook: Option<Arc<str>>,
    weight: Option<Arc<str>>,
}

/// A node of another type than the head has, in the words of Go's `encoding/json`.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) span: Span,
}

/// Hook events by the names that annotations use.
const EVENTS: [(&str, &str); 10] = [
    ("pre-install", "pre-install"),
    ("post-install", "post-install"),
    ("pre-delete", "pre-delete"),
    ("post-delete", "post-delete"),
    ("pre-upgrade", "pre-upgrade"),
    ("post-upgrade", "post-upgrade"),
    ("pre-rollback", "pre-rollback"),
    ("post-rollback", "post-rollback"),
    ("test", "test"),
    ("test-success", "test"),
];

const METADATA: &str = r#"struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" }"#;

/// The keys of the outermost mapping that the head looks at, and those below them.
pub(super) const KEYS: &[(&str, &[&str])] =
    &[("apiVersion", &[]), ("kind", &[]), ("metadata", &["annotations", "name"])];

impl Head {
    pub(super) fn read(root: &Node, profile: Profile) -> Result<Self, Wrong> {
        let mut head = Self::default();
        match &root.content {
            Content::Null => return Ok(head),
            Content::Mapping(_) => {}
            _ => {
                let package = if profile.speaks_helm_4() { "util" } else { "releaseutil" };
                let into = format!("Go value of type {package}.SimpleHead");
                return Err(wrong(root, &into));
            }
        }
        // Keys arrive sorted, so the first wrong one by name is the one that Helm reports.
        text(root, "apiVersion", "SimpleHead.")?;
        head.kind = text(root, "kind", "SimpleHead.")?.unwrap_or_default();
        let Some(metadata) = root.get("metadata").filter(|node| !node.is_null()) else {
            return Ok(head);
        };
        if !matches!(metadata.content, Content::Mapping(_)) {
            return Err(wrong(
                metadata,
                &format!("Go struct field SimpleHead.metadata of type {METADATA}"),
            ));
        }
        if let Some(annotations) = metadata.get("annotations").filter(|node| !node.is_null()) {
            head.read_annotations(annotations)?;
        }
        head.name = text(metadata, "name", ".metadata.")?.unwrap_or_default();
        Ok(head)
    }

    fn read_annotations(&mut self, annotations: &Node) -> Result<(), Wrong> {
        const FIELD: &str = "Go struct field .metadata.annotations of type";
        if !matches!(annotations.content, Content::Mapping(_)) {
            return Err(wrong(annotations, &format!("{FIELD} map[string]string")));
        }
        let mut entries: Vec<_> = annotations.entries().iter().collect();
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        for entry in entries {
            let value = scalar(&entry.value)
                .ok_or_else(|| wrong(&entry.value, &format!("{FIELD} string")))?;
            match &*entry.key {
                "helm.sh/hook" => self.hook = Some(value),
                "helm.sh/hook-weight" => self.weight = Some(value),
                _ => {}
            }
        }
        Ok(())
    }

    /// The hook that the annotations ask for: none, one, or one for an event that Helm does not
    /// know, which Helm leaves out.
    pub(super) fn hook(&self) -> Option<Result<Hook, String>> {
        let wanted = self.hook.as_ref()?;
        let mut events = Vec::new();
        for name in wanted.split(',') {
            let name = name.trim().to_lowercase();
            match EVENTS.iter().find(|(known, _)| *known == name) {
                Some((_, event)) => events.push(*event),
                None => return Some(Err(wanted.to_string())),
            }
        }
        let weight = self.weight.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0);
        Some(Ok(Hook { events, weight }))
    }
}

fn text(node: &Node, key: &str, within: &str) -> Result<Option<Arc<str>>, Wrong> {
    let Some(value) = node.get(key) else { return Ok(None) };
    let field = || format!("Go struct field {within}{key} of type string");
    scalar(value).map(Some).ok_or_else(|| wrong(value, &field()))
}

/// A scalar as a string, which is what YAML becomes when the target is one; null is empty.
fn scalar(node: &Node) -> Option<Arc<str>> {
    Some(match &node.content {
        Content::Null => Arc::default(),
        Content::String(text) => Arc::clone(text),
        Content::Bool(value) => Arc::from(value.to_string()),
        Content::Number(Number::Int(int)) => Arc::from(int.to_string()),
        Content::Number(Number::Uint(uint)) => Arc::from(uint.to_string()),
        Content::Number(Number::Float(float)) => Arc::from(plimsoll_yaml::format_g(*float)),
        Content::Sequence(_) | Content::Mapping(_) => return None,
    })
}

fn wrong(node: &Node, into: &str) -> Wrong {
    let found = match node.content {
        Content::Null => "null",
        Content::Bool(_) => "bool",
        Content::Number(_) => "number",
        Content::String(_) => "string",
        Content::Sequence(_) => "array",
        Content::Mapping(_) => "object",
    };
    Wrong { message: format!("cannot unmarshal {found} into {into}"), span: node.span }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Head, String> {
        let root = plimsoll_yaml::parse_one(text).unwrap().root;
        Head::read(&root, Profile::Helm4).map_err(|wrong| wrong.message)
    }

    #[test]
    fn scalars_become_strings_and_structures_are_refused() {
        assert_eq!(&*read("kind: 3").unwrap().kind, "3");
        assert_eq!(
            read("metadata: {annotations: {a: {}}}").unwrap_err(),
            "cannot unmarshal object into Go struct field .metadata.annotations of type string"
        );
        assert_eq!(
            read("hello").unwrap_err(),
            "cannot unmarshal string into Go value of type util.SimpleHead"
        );
        assert_eq!(
            read("kind: [1]\nmetadata: 3").unwrap_err(),
            "cannot unmarshal array into Go struct field SimpleHead.kind of type string"
        );
    }

    #[test]
    fn hooks_are_known_by_their_events() {
        let hook = |text: &str| read(text).unwrap().hook();
        let both = "metadata:\n  annotations:\n    helm.sh/hook: pre-install, Test\n    helm.sh/hook-weight: '-5'";
        let expected = Hook { events: vec!["pre-install", "test"], weight: -5 };
        assert_eq!(hook(both), Some(Ok(expected)));
        assert_eq!(
            hook("metadata: {annotations: {helm.sh/hook: nope}}"),
            Some(Err("nope".to_owned()))
        );
        assert_eq!(hook("metadata: {annotations: {a: b}}"), None);
    }
}
