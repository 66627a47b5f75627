//! A cluster that a suite plays: what `lookup` finds in it.

use std::sync::Arc;

use plimsoll_chart::{Instant, World};
use plimsoll_yaml::{Content, Entry, Node, Span};

use crate::suite::{Cluster, ClusterKind};
use crate::value::Value;

/// A world with a cluster of its own.
#[derive(Debug)]
pub(crate) struct WithCluster {
    pub(crate) world: Arc<dyn World + Send + Sync>,
    pub(crate) cluster: Cluster,
}

impl World for WithCluster {
    fn now(&self) -> Instant {
        self.world.now()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.world.fill_random(bytes);
    }

    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<Node> {
        let wanted = format!("{api_version}/{kind}");
        let known = self.cluster.kinds.iter().find(|one| one.name == wanted)?;
        let namespace = if known.namespaced { namespace } else { "" };
        let mut found = self.cluster.objects.iter().filter(|object| known.holds(object));
        let meta = |object: &Value, key: &str| {
            let meta = object.get("metadata").and_then(|meta| meta.get(key));
            meta.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        if !name.is_empty() {
            // An object is kept under its namespace, and asked for under the one given.
            let object = found.find(|object| {
                meta(object, "name") == name && meta(object, "namespace") == namespace
            })?;
            return object.to_node();
        }
        let items: Option<Vec<Node>> = found
            .filter(|object| namespace.is_empty() || meta(object, "namespace") == namespace)
            .map(Value::to_node)
            .collect();
        Some(list(api_version, kind, items?))
    }
}

impl ClusterKind {
    /// Tells whether an object is one of these: the fake cluster guesses a kind's resource.
    fn holds(&self, object: &Value) -> bool {
        let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
        let (group, version) =
            text("apiVersion").split_once('/').unwrap_or(("", text("apiVersion")));
        group == self.group && version == self.version && plural(text("kind")) == self.resource
    }
}

/// Guesses the resource of a kind (`UnsafeGuessKindToResource` of apimachinery 0.35).
fn plural(kind: &str) -> String {
    let singular = kind.to_lowercase();
    if singular == "endpoints" {
        singular
    } else if singular.ends_with('s') {
        format!("{singular}es")
    } else if let Some(stem) = singular.strip_suffix('y') {
        format!("{stem}ies")
    } else {
        format!("{singular}s")
    }
}

fn list(api_version: &str, kind: &str, items: Vec<Node>) -> Node {
    let node = |content| Node { content, span: Span::default() };
    let entry = |key: &str, value| Entry { key: Arc::from(key), key_span: Span::default(), value };
    let text = |text: &str| node(Content::String(Arc::from(text)));
    node(Content::Mapping(vec![
        entry("apiVersion", text(api_version)),
        entry("items", node(Content::Sequence(items))),
        entry("kind", text(&format!("{kind}List"))),
        entry(
            "metadata",
            node(Content::Mapping(vec![
                entry("continue", text("")),
                entry("resourceVersion", text("")),
            ])),
        ),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_guessed_from_kinds() {
        for (kind, resource) in [
            ("Pod", "pods"),
            ("Endpoints", "endpoints"),
            ("Ingress", "ingresses"),
            ("NetworkPolicy", "networkpolicies"),
        ] {
            assert_eq!(plural(kind), resource);
        }
    }
}
