//! Kubernetes objects: what every kind has in common.

use std::sync::Arc;

use plimsoll_yaml::Document;

use crate::read::Cursor;
use crate::{Field, ObjectId, Spot};

/// A key and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The key; its spot covers the key's bytes and has the value's path.
    pub key: Field<String>,
    /// The text under the key.
    pub value: Field<String>,
}

/// Labels, annotations, or any mapping of strings, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(pub Vec<Pair>);

impl Labels {
    /// Returns the text under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Field<String>> {
        self.0.iter().find(|pair| pair.key.value == key).map(|pair| &pair.value)
    }

    /// Returns the pairs.
    pub fn iter(&self) -> std::slice::Iter<'_, Pair> {
        self.0.iter()
    }

    /// Tells whether there is no pair.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Labels {
    type Item = &'a Pair;
    type IntoIter = std::slice::Iter<'a, Pair>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// Whose hook an annotation declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HookFamily {
    /// `helm.sh/hook`.
    Helm,
    /// `argocd.argoproj.io/hook`.
    ArgoCd,
}

/// An annotation that takes an object out of the ordinary install.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Whose hook it is.
    pub family: HookFamily,
    /// When it runs, such as `pre-install` or `PreSync`, in the order of the text.
    pub events: Vec<String>,
    /// Its weight (Helm) or wave (Argo CD); 0 by default.
    pub weight: i64,
    /// When it is deleted, such as `before-hook-creation`.
    pub delete_policies: Vec<String>,
    /// The annotation that names the events.
    pub at: Spot,
}

/// One object of the release.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its own number.
    pub id: ObjectId,
    /// The document that holds it.
    pub document: Arc<Document>,
    /// The object's node: the root of the document, or an item of a `List`.
    pub at: Spot,
    /// Group and version, such as `apps/v1`; empty where the document has none.
    pub api_version: Field<String>,
    /// The kind; empty where the document has none.
    pub kind: Field<String>,
    /// The name; absent with `generateName`, or where the document has none.
    pub name: Option<Field<String>>,
    /// The namespace, where the manifest states one.
    pub namespace: Option<Field<String>>,
    /// Labels of the object itself.
    pub labels: Labels,
    /// Annotations of the object itself.
    pub annotations: Labels,
    /// The hooks it declares: none for an ordinary object, two where both families are used.
    pub hooks: Vec<Hook>,
}

impl Object {
    /// Reads what all kinds have in common, at the object's node.
    pub(crate) fn read(document: &Arc<Document>, root: &Cursor<'_>) -> Self {
        let mut object = Self {
            id: root.object(),
            document: Arc::clone(document),
            at: root.spot(),
            api_version: root.text_or("apiVersion", ""),
            kind: root.text_or("kind", ""),
            name: None,
            namespace: None,
            labels: Labels::default(),
            annotations: Labels::default(),
            hooks: Vec::new(),
        };
        if let Some(metadata) = root.map("metadata") {
            object.name = metadata.text("name").filter(|name| !name.value.is_empty());
            object.namespace = metadata.text("namespace").filter(|name| !name.value.is_empty());
            object.labels = metadata.labels("labels");
            object.annotations = metadata.labels("annotations");
            object.hooks = hooks(&object.annotations);
        }
        object
    }

    /// Returns the API group: `apps` of `apps/v1`, empty for the core group.
    #[must_use]
    pub fn group(&self) -> &str {
        self.api_version.value.split_once('/').map_or("", |(group, _)| group)
    }

    /// Returns the API version without its group: `v1` of `apps/v1`.
    #[must_use]
    pub fn version(&self) -> &str {
        self.api_version.value.rsplit('/').next().unwrap_or("")
    }

    /// Returns the name, empty where there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_ref().map_or("", |name| &name.value)
    }

    /// Returns what people call it: `Deployment/ollama`.
    #[must_use]
    pub fn title(&self) -> String {
        let kind = if self.kind.value.is_empty() { "?" } else { &self.kind.value };
        let name = if self.name().is_empty() { "?" } else { self.name() };
        format!("{kind}/{name}")
    }

    /// Tells whether it is one of Helm's tests, which runs only when somebody asks for it.
    #[must_use]
    pub fn is_test(&self) -> bool {
        let events = self.hooks.iter().filter(|hook| hook.family == HookFamily::Helm);
        let mut events = events.flat_map(|hook| &hook.events).peekable();
        events.peek().is_some() && events.all(|event| event.starts_with("test"))
    }

    /// Tells whether the two can be in one namespace: the same, or at least one states none.
    #[must_use]
    pub fn may_share_namespace(&self, other: &Self) -> bool {
        match (&self.namespace, &other.namespace) {
            (Some(a), Some(b)) => a.value == b.value,
            _ => true,
        }
    }
}

fn hooks(annotations: &Labels) -> Vec<Hook> {
    let families = [
        (HookFamily::Helm, "helm.sh/hook", "helm.sh/hook-weight"),
        (HookFamily::ArgoCd, "argocd.argoproj.io/hook", "argocd.argoproj.io/sync-wave"),
    ];
    let hooks = families.into_iter().filter_map(|(family, key, weight)| {
        let events = annotations.get(key)?;
        let deletion = annotations.get(&format!("{key}-delete-policy"));
        let weight = annotations.get(weight).and_then(|text| text.value.trim().parse().ok());
        Some(Hook {
            family,
            events: words(&events.value),
            weight: weight.unwrap_or(0),
            delete_policies: deletion.map_or_else(Vec::new, |text| words(&text.value)),
            at: events.at.clone(),
        })
    });
    hooks.collect()
}

fn words(list: &str) -> Vec<String> {
    let words = list.split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Tells whether `text` can be the name of an object: DNS labels in lower case, joined by dots.
///
/// Source: k8s.io/apimachinery, pkg/util/validation (`IsDNS1123Subdomain`), v0.36.
#[must_use]
pub fn is_object_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(is_plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{app, app_with_problems};

    #[test]
    fn hooks_of_both_families_are_read() {
        let app = app(
            "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: j\n  annotations:\n    \
             helm.sh/hook: pre-install, post-upgrade\n    helm.sh/hook-weight: '-5'\n    \
             helm.sh/hook-delete-policy: before-hook-creation\n    argocd.argoproj.io/hook: PreSync\n\
             spec: {template: {spec: {containers: []}}}",
        );
        let [helm, argo] = &app.objects[0].hooks[..] else { panic!("two hooks are declared") };
        assert_eq!((helm.family, helm.weight), (HookFamily::Helm, -5));
        assert_eq!(helm.events, ["pre-install", "post-upgrade"]);
        assert!(!app.objects[0].is_test());
        let test = "apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n\
                    spec: {containers: []}";
        assert!(crate::testing::app(test).objects[0].is_test());
        assert_eq!(helm.delete_policies, ["before-hook-creation"]);
        assert_eq!((argo.family, argo.weight), (HookFamily::ArgoCd, 0));
    }

    #[test]
    fn groups_versions_and_namespaces_are_told() {
        let app = app(
            "apiVersion: apps.openshift.io/v1\nkind: X\nmetadata: {name: a, namespace: north}\n---\n\
             apiVersion: v1\nkind: X\nmetadata: {generateName: b-}\n---\n\
             apiVersion: v1\nkind: X\nmetadata: {name: c, namespace: south}",
        );
        let [a, b, c] = &app.objects[..] else { panic!("there are three objects") };
        assert_eq!(
            (a.group(), a.version(), b.group(), b.version()),
            ("apps.openshift.io", "v1", "", "v1")
        );
        assert_eq!(b.title(), "X/?");
        assert!(a.may_share_namespace(b) && !a.may_share_namespace(c));
    }

    #[test]
    fn a_labels_key_and_value_have_their_own_places() {
        let app = app("apiVersion: v1\nkind: X\nmetadata:\n  name: a\n  labels:\n    \"k/x\": 'v'");
        let pair = &app.objects[0].labels.0[0];
        assert!(app.covers(&pair.key, "\"k/x\"") && app.covers(&pair.value, "'v'"));
        assert_eq!(pair.key.at.path, pair.value.at.path);
        assert_eq!(app.key_span(&pair.value.at), Some(pair.key.at.span));
    }

    #[test]
    fn labels_of_the_wrong_type_are_problems_and_are_read_as_written() {
        let app = app_with_problems(
            "apiVersion: v1\nkind: X\nmetadata:\n  labels: {a: yes, b: 1, c: []}",
        );
        assert_eq!(app.objects[0].labels.get("b").unwrap().value, "1");
        assert_eq!(app.objects[0].labels.get("a").unwrap().value, "yes");
        assert!(app.objects[0].labels.get("c").is_none());
        assert_eq!(app.problems.len(), 3);
    }
}
