//! Which object a user means.

use plimsoll_yaml::{Document, Node};

use crate::suggest;

/// What a name leads to.
#[derive(Debug)]
pub(super) enum Match<'d> {
    One(&'d Document),
    Several(Vec<&'d Document>),
    None,
}

/// The short names that `kubectl` knows for kinds of AI charts.
const SHORT: [(&str, &str); 20] = [
    ("cj", "cronjob"),
    ("cm", "configmap"),
    ("crd", "customresourcedefinition"),
    ("deploy", "deployment"),
    ("ds", "daemonset"),
    ("es", "externalsecret"),
    ("hpa", "horizontalpodautoscaler"),
    ("ing", "ingress"),
    ("isvc", "inferenceservice"),
    ("ksvc", "service"),
    ("netpol", "networkpolicy"),
    ("ns", "namespace"),
    ("pdb", "poddisruptionbudget"),
    ("po", "pod"),
    ("pv", "persistentvolume"),
    ("pvc", "persistentvolumeclaim"),
    ("rs", "replicaset"),
    ("sa", "serviceaccount"),
    ("sts", "statefulset"),
    ("svc", "service"),
];

/// Returns what people call an object: `Deployment/ollama`.
pub(super) fn title(document: &Document) -> String {
    format!("{}/{}", text(document, &["kind"]), text(document, &["metadata", "name"]))
}

fn text<'d>(document: &'d Document, keys: &[&str]) -> &'d str {
    document.root.dig(keys).and_then(Node::as_str).unwrap_or("?")
}

/// Finds the object that `wanted` names as `KIND/NAME`, `KIND` or `NAME`. The name may lack the
/// release's, or whatever else stands before it, as long as one object alone has such a name.
pub(super) fn find<'d>(documents: &'d [Document], wanted: &str, release: &str) -> Match<'d> {
    let (kind, name) = match wanted.split_once('/') {
        Some((kind, name)) => (Some(kind), Some(name)),
        None if documents.iter().any(|document| is_kind(document, wanted)) => (Some(wanted), None),
        None => (None, Some(wanted)),
    };
    let of_kind: Vec<&Document> = documents
        .iter()
        .filter(|document| kind.is_none_or(|kind| is_kind(document, kind)))
        .collect();
    let Some(name) = name else { return Match::of(of_kind) };
    let called = |test: &dyn Fn(&str) -> bool| -> Vec<&Document> {
        let called = |document: &&&Document| test(text(document, &["metadata", "name"]));
        of_kind.iter().filter(called).copied().collect()
    };
    let full = format!("{release}-{name}");
    let end = format!("-{name}");
    for found in
        [called(&|own| own == name), called(&|own| own == full), called(&|own| own.ends_with(&end))]
    {
        if !found.is_empty() {
            return Match::of(found);
        }
    }
    Match::None
}

/// Returns the object whose title or name is closest to what a user wrote.
pub(super) fn closest<'d>(
    documents: &'d [Document],
    wanted: &str,
    release: &str,
) -> Option<&'d Document> {
    let known_kind = wanted
        .split_once('/')
        .filter(|(kind, _)| documents.iter().any(|document| is_kind(document, kind)));
    let (kind, wanted) = known_kind.map_or((None, wanted), |(kind, name)| (Some(kind), name));
    let prefix = format!("{release}-");
    let mut names = Vec::new();
    for document in documents {
        if kind.is_some_and(|kind| !is_kind(document, kind)) {
            continue;
        }
        let name = text(document, &["metadata", "name"]);
        names.push((title(document), document));
        names.push((name.to_owned(), document));
        names.extend(name.strip_prefix(&prefix).map(|short| (short.to_owned(), document)));
    }
    let close = suggest::closest(wanted, names.iter().map(|(name, _)| name.as_str()))?;
    names.iter().find(|(name, _)| name == close).map(|(_, document)| *document)
}

impl<'d> Match<'d> {
    fn of(found: Vec<&'d Document>) -> Self {
        match found.as_slice() {
            [] => Self::None,
            [one] => Self::One(one),
            _ => Self::Several(found),
        }
    }
}

/// Tells whether an object is of a kind, named as `kubectl` would take it.
fn is_kind(document: &Document, wanted: &str) -> bool {
    let kind = text(document, &["kind"]).to_lowercase();
    let wanted = wanted.to_lowercase();
    let full = SHORT.iter().find(|(short, _)| *short == wanted).map(|(_, full)| *full);
    let plurals = [format!("{kind}s"), format!("{kind}es")];
    kind == wanted
        || full == Some(&kind)
        || plurals.contains(&wanted)
        || kind.strip_suffix('y').is_some_and(|stem| wanted == format!("{stem}ies"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use plimsoll_yaml::{Origin, Provenance, Span};

    use super::*;

    #[derive(Debug)]
    struct Nobody;

    impl Provenance for Nobody {
        fn origin(&self, _: Span) -> Origin {
            Origin::unknown()
        }
    }

    fn documents(titles: &[&str]) -> Vec<Document> {
        let document = |title: &&str| {
            let (kind, name) = title.split_once('/').unwrap();
            let text = format!("kind: {kind}\nmetadata:\n  name: {name}\n");
            let root = plimsoll_yaml::parse_one(&text).unwrap().root;
            let provenance = Arc::new(Nobody);
            Document {
                name: "t".into(),
                text: text.into(),
                root,
                comments: vec![],
                repeated: vec![],
                provenance,
            }
        };
        titles.iter().map(document).collect()
    }

    fn found(wanted: &str) -> Vec<String> {
        let documents = documents(&[
            "Deployment/rel-ollama",
            "Service/rel-ollama",
            "Service/rel-ollama-metrics",
            "NetworkPolicy/other",
            "ConfigMap/rel-a-config",
            "ConfigMap/rel-b-config",
        ]);
        match find(&documents, wanted, "rel") {
            Match::None => vec![],
            Match::One(one) => vec![title(one)],
            Match::Several(several) => several.iter().map(|one| title(one)).collect(),
        }
    }

    #[test]
    fn names_may_be_short_where_one_object_has_them() {
        for (wanted, title) in [
            ("Deployment/rel-ollama", "Deployment/rel-ollama"),
            ("deploy/ollama", "Deployment/rel-ollama"),
            ("svc/metrics", "Service/rel-ollama-metrics"),
            ("services/ollama", "Service/rel-ollama"),
            ("networkpolicies", "NetworkPolicy/other"),
            ("other", "NetworkPolicy/other"),
            ("cm/a-config", "ConfigMap/rel-a-config"),
        ] {
            assert_eq!(found(wanted), [title], "{wanted}");
        }
        assert_eq!(found("Service").len(), 2);
        assert_eq!(found("cm/config").len(), 2);
        assert_eq!(found("rel-ollama").len(), 2);
        for wanted in ["Pod", "svc/llama", "Deployment/", ""] {
            assert_eq!(found(wanted), [""; 0], "{wanted}");
        }
    }
}
