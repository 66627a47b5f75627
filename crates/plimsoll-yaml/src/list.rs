//! A document's nodes in one list: takes less to make than a tree, and a node is known by a number.

use std::sync::Arc;

use crate::{Content, Node, Number, Span};

/// The nodes of a document in the order of the text, each before what it holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeList {
    pub(crate) nodes: Vec<ListedNode>,
}

/// A node of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedNode {
    /// The key that it stands under; absent for the root and in sequences.
    pub key: Option<Arc<str>>,
    /// What it holds.
    pub content: ListedContent,
    /// Its bytes, as [`Node::span`] has them.
    pub span: Span,
    /// The number of the first node after it that it does not hold.
    pub(crate) after: usize,
    /// A null stands in it or in the mappings below it; those in sequences do not count.
    pub(crate) holds_null: bool,
}

/// What a node of the list holds, without the nodes below it.
#[derive(Clone, Debug, PartialEq)]
pub enum ListedContent {
    /// As [`Content::Null`].
    Null,
    /// As [`Content::Bool`].
    Bool(bool),
    /// As [`Content::Number`].
    Number(Number),
    /// As [`Content::String`].
    String(Arc<str>),
    /// As [`Content::Sequence`].
    Sequence,
    /// As [`Content::Mapping`].
    Mapping,
}

impl ListedNode {
    /// Tells whether null stands in this mapping or in the mappings below it, not counting what
    /// stands in sequences.
    #[must_use]
    pub const fn holds_null(&self) -> bool {
        self.holds_null
    }
}

impl NodeList {
    /// Lists the nodes of a tree.
    #[must_use]
    pub fn of(root: &Node) -> Self {
        let mut list = Self::default();
        list.add(None, root);
        list
    }

    fn add(&mut self, key: Option<Arc<str>>, node: &Node) -> bool {
        let number = self.nodes.len();
        let content = match &node.content {
            Content::Null => ListedContent::Null,
            Content::Bool(value) => ListedContent::Bool(*value),
            Content::Number(number) => ListedContent::Number(*number),
            Content::String(text) => ListedContent::String(Arc::clone(text)),
            Content::Sequence(_) => ListedContent::Sequence,
            Content::Mapping(_) => ListedContent::Mapping,
        };
        let (span, after) = (node.span, 0);
        self.nodes.push(ListedNode { key, content, span, after, holds_null: false });
        for item in node.items() {
            self.add(None, item);
        }
        let mut holds_null = false;
        for entry in node.entries() {
            holds_null |= self.add(Some(Arc::clone(&entry.key)), &entry.value);
        }
        let after = self.nodes.len();
        let listed = &mut self.nodes[number];
        listed.after = after;
        listed.holds_null = holds_null;
        holds_null || node.is_null()
    }

    /// Returns how many nodes there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Tells whether there is no node.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Returns the node of that number; the root has number 0.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&ListedNode> {
        self.nodes.get(number)
    }

    /// Returns what the node of that number holds, each with its number.
    pub fn below(&self, number: usize) -> impl Iterator<Item = (usize, &ListedNode)> {
        let end = self.nodes.get(number).map_or(0, |node| node.after);
        let mut next = number + 1;
        std::iter::from_fn(move || {
            let number = next;
            let node = self.nodes.get(..end)?.get(number)?;
            next = node.after;
            Some((number, node))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parse_list, parse_one};

    #[test]
    fn lists_hold_what_trees_hold() {
        for text in [
            "",
            "a",
            "- 1\n- [a, {b: c}]\n-\n  - x\n",
            "a: 1\nb:\n  c: ~\n  d: {e: [1, 2.5], f: }\ng: |\n  x\n# end\n",
            "a: &a {b: 1}\nc: {<<: *a, d: *a}\n",
            "a: 1\nb: 2\na: 3\n",
            "1: one\ntrue: two\n",
            "---\na:\n- b: 1\n  c:\n- d\n---\ne: 1\n",
            "a: 'it''s'\n\"b c\": \"\\t\"\n? d\n: e\n",
        ] {
            let tree = parse_one(text).unwrap().root;
            let list = parse_list(text, Span::new(0, text.len())).unwrap();
            assert_eq!(list, NodeList::of(&tree), "{text:?}");
            assert_eq!(list.len(), tree.count());
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_in_the_same_words() {
        for text in ["a: [", "a: .inf\n", "a: b: c\n", "a: \u{1}\n", "~: 1\n", "a: *b\n"] {
            let error = parse_list(text, Span::new(0, text.len())).unwrap_err();
            assert_eq!(error.to_string(), parse_one(text).unwrap_err().to_string(), "{text:?}");
        }
    }

    #[test]
    fn nodes_know_what_they_hold() {
        let text = "a: {b: {c: ~}, d: [~], e: [{f: 1}]}\ng: 1\n";
        let list = parse_list(text, Span::new(0, text.len())).unwrap();
        let below = |number: usize| -> Vec<(usize, Option<&str>)> {
            list.below(number).map(|(number, node)| (number, node.key.as_deref())).collect()
        };
        assert_eq!(below(0), [(1, Some("a")), (9, Some("g"))]);
        assert_eq!(below(1), [(2, Some("b")), (4, Some("d")), (6, Some("e"))]);
        assert_eq!(below(4), [(5, None)]);
        assert_eq!(below(9), []);
        assert_eq!(below(99), []);
        let nulls: Vec<bool> =
            (0..10).map(|number| list.get(number).unwrap().holds_null()).collect();
        assert_eq!(nulls, [true, true, true, false, false, false, false, false, false, false]);
    }
}
