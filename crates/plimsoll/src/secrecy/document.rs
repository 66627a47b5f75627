//! Which scalars of a YAML document are secrets.

use plimsoll_yaml::{Content, Entry, Node, Span};

use super::{is_reference, names_secret};

/// The scalars of a document that are never shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hidden {
    /// In order.
    spans: Vec<Span>,
}

/// What the enclosing nodes say about a scalar.
#[derive(Clone, Copy, Debug, Default)]
struct Inside {
    /// Its name, or that of what holds it, is a secret's.
    secret: bool,
    /// It stands in an ExternalSecret, where `secretKey` names a key and holds none.
    external: bool,
}

impl Hidden {
    /// Looks through the document whose root is `root`: an object, values, or anything else.
    pub(crate) fn of(root: &Node) -> Self {
        let mut hidden = Self::default();
        hidden.node(root, Inside::default());
        hidden.spans.sort_unstable();
        hidden.spans.dedup();
        hidden
    }

    /// Tells whether `node`, a scalar of the document, is a secret.
    pub(crate) fn holds(&self, node: &Node) -> bool {
        self.spans.binary_search(&node.span).is_ok()
    }

    /// Returns the bytes of all secrets, in order.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    fn node(&mut self, node: &Node, inside: Inside) {
        match &node.content {
            Content::Mapping(entries) => self.mapping(node, entries, inside),
            Content::Sequence(items) => self.sequence(items, inside),
            _ if inside.secret && may_be_secret(node) => self.spans.push(node.span),
            _ => {}
        }
    }

    fn mapping(&mut self, node: &Node, entries: &[Entry], inside: Inside) {
        let kind = node.get("kind").and_then(Node::as_str).unwrap_or_default();
        let external = inside.external || kind == "ExternalSecret";
        // A variable and its like: the sibling says what the value is.
        let says_secret =
            |key: &str| node.get(key).and_then(Node::as_str).is_some_and(names_secret);
        let is_named = says_secret("name") || says_secret("key");
        for entry in entries {
            let key = &*entry.key;
            let holds_secrets = kind == "Secret" && matches!(key, "data" | "stringData");
            let is_reference = external && key == "secretKey";
            let is_secret = (names_secret(key) && !is_reference) || (is_named && key == "value");
            let value = &entry.value;
            if holds_secrets {
                value.walk(&mut |_, inner| {
                    if is_scalar(inner) && may_be_secret(inner) {
                        self.spans.push(inner.span);
                    }
                });
            } else {
                // The name of a mapping says little of what is in it: `auth.secret.name`.
                let secret = is_secret && value.entries().is_empty();
                self.node(value, Inside { secret, external });
            }
        }
    }

    /// Looks at a list; the argument after `--api-key` is a secret, too.
    fn sequence(&mut self, items: &[Node], inside: Inside) {
        let mut follows_flag = false;
        for item in items {
            let secret = inside.secret || follows_flag;
            self.node(item, Inside { secret, ..inside });
            let text = item.as_str().unwrap_or_default();
            follows_flag = text.starts_with('-') && !text.contains('=') && names_secret(text);
        }
    }
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.content, Content::Mapping(_) | Content::Sequence(_))
}

fn may_be_secret(node: &Node) -> bool {
    match &node.content {
        Content::String(text) => !text.is_empty() && !is_reference(text),
        Content::Number(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<&str> {
        let root = plimsoll_yaml::parse_one(text).unwrap().root;
        Hidden::of(&root).spans().iter().map(|span| span.of(text)).collect()
    }

    #[test]
    fn what_is_called_a_secret_is_hidden() {
        assert_eq!(hidden("apiKey: a\nkeys:\n  apiKeys: [b, c]\nport: 80\n"), ["a", "b", "c"]);
        assert_eq!(hidden("env:\n- name: API_KEY\n  value: x\n- {name: A, value: y}\n"), ["x"]);
        assert_eq!(hidden("args: [--api-key, x, --port, '80', --token=y]\n"), ["x"]);
        assert_eq!(hidden("password: 1234\ntoken: true\nsecret: ''\n"), ["1234"]);
    }

    #[test]
    fn a_secret_object_shows_nothing() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  a: Yg==\n";
        assert_eq!(hidden(text), ["Yg=="]);
        let list = "kind: List\nitems:\n- kind: Secret\n  stringData: {a: b}\n";
        assert_eq!(hidden(list), ["b"]);
    }

    #[test]
    fn references_are_shown() {
        let external = "kind: ExternalSecret\nspec:\n  data:\n  - secretKey: token\n    remoteRef: \
                        {key: llm}\n";
        for text in [
            external,
            "auth:\n  secretName: a\n  secret: {name: b}\n",
            "valueFrom: {secretKeyRef: {name: a, key: token}}\n",
            "env:\n- name: DB_PASSWORD\n  value: $(OTHER)\n",
            "master_key: os.environ/MASTER_KEY\n",
            "imagePullSecrets:\n- name: pull\n",
        ] {
            assert_eq!(hidden(text), [""; 0], "{text}");
        }
    }
}
