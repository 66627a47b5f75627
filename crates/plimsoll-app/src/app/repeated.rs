//! Keys that stand in their mapping more than once.

use std::collections::HashMap;

use plimsoll_yaml::{Node, Span};

use crate::{App, NodePath, Object, Spot};

/// A key of an object that is there more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedKey {
    /// The key.
    pub key: String,
    /// Where it stands last; what was read is the value there.
    pub last: Spot,
    /// Where it stands first.
    pub first: Spot,
}

impl App {
    /// Returns the keys that stand in their mapping more than once, each once, in the order of the
    /// objects and of their text.
    #[must_use]
    pub fn repeated_keys(&self) -> Vec<RepeatedKey> {
        let mut found = Vec::new();
        for object in self.objects.iter().filter(|object| !object.document.repeated.is_empty()) {
            let repeated = &object.document.repeated;
            let firsts = repeated.iter().map(|one| (one.key, one.first)).collect();
            let root = object.document.root.find(&object.at.path.to_field_path());
            if let Some(root) = root {
                Search { object, firsts, found: &mut found }.walk(root, &object.at.path);
            }
        }
        found
    }
}

struct Search<'a> {
    object: &'a Object,
    /// For each key that is there again, where it stands first.
    firsts: HashMap<Span, Span>,
    found: &'a mut Vec<RepeatedKey>,
}

impl Search<'_> {
    fn walk(&mut self, node: &Node, path: &NodePath) {
        for entry in node.entries() {
            let path = path.key(entry.key.clone());
            if let Some(first) = self.firsts.get(&entry.key_span) {
                let at = |span| Spot { object: self.object.id, span, path: path.clone() };
                self.found.push(RepeatedKey {
                    key: entry.key.to_string(),
                    last: at(entry.key_span),
                    first: at(*first),
                });
            }
            self.walk(&entry.value, &path);
        }
        for (index, item) in node.items().iter().enumerate() {
            self.walk(item, &path.index(index));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::app;

    #[test]
    fn the_last_is_told_with_the_first() {
        let app = app("apiVersion: v1\nkind: List\nitems:\n\
                       - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: a, k: b, k: c}}\n\
                       - {apiVersion: v1, kind: ConfigMap, metadata: {name: b, name: c}}\n");
        let found = app.repeated_keys();
        let told: Vec<(&str, String)> =
            found.iter().map(|one| (&*one.key, one.last.path.to_string())).collect();
        let expected =
            [("k", "items[0].data.k".to_owned()), ("name", "items[1].metadata.name".to_owned())];
        assert_eq!(told, expected);
        let k = &found[0];
        assert_eq!((app.text(&k.last), app.text(&k.first)), ("k", "k"));
        let distance = k.last.span.start - k.first.span.start;
        assert_eq!(distance, "k: a, k: b, ".len());
    }
}
