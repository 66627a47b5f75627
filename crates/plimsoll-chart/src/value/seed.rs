//! Maps that a values file holds, which become real when somebody looks into them.

use std::sync::Arc;

use plimsoll_yaml::{ListedContent, ListedNode, NodeList};

use super::{Data, Entries, List, Map, Text, Value};
use crate::trace::OriginId;

/// A node of a values file.
#[derive(Clone, Debug)]
pub(crate) struct Seed {
    nodes: Arc<NodeList>,
    /// The origin of the file's first node; those of the others follow it.
    first: OriginId,
    node: u32,
}

impl Seed {
    /// The value of a file's root; its nodes have the origins from `first` on.
    pub(crate) fn root(nodes: &Arc<NodeList>, first: OriginId) -> Option<Value> {
        let root = nodes.get(0)?;
        Some(Self { nodes: Arc::clone(nodes), first, node: 0 }.value(0, root))
    }

    /// Tells whether the mapping has no entries.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.below(self.node as usize).next().is_none()
    }

    /// Tells whether null stands in the mapping, or in the mappings below it.
    pub(super) fn holds_null(&self) -> bool {
        self.nodes.get(self.node as usize).is_some_and(ListedNode::holds_null)
    }

    /// Tells whether both are the same node of the same file.
    pub(super) fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.nodes, &other.nodes)
            && self.first == other.first
            && self.node == other.node
    }

    /// The entries of the mapping.
    pub(super) fn entries(&self) -> Entries {
        let below = self.nodes.by_key(self.node as usize);
        let mut entries = Vec::with_capacity(below.len());
        for (number, node) in below {
            if let Some(key) = &node.key {
                entries.push((Arc::clone(key), self.value(number, node)));
            }
        }
        Entries::sorted(entries)
    }

    fn value(&self, number: usize, node: &ListedNode) -> Value {
        // A list has fewer nodes than its text has bytes.
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let data = match &node.content {
            ListedContent::Null => Data::Nil,
            ListedContent::Bool(value) => Data::Bool(*value),
            ListedContent::Number(number) => Data::Float(number.as_f64()),
            ListedContent::String(text) => Data::Str(Text::plain(Arc::clone(text))),
            ListedContent::Sequence => {
                let below = self.nodes.below(number as usize);
                let items = below.map(|(number, node)| self.value(number, node)).collect();
                Data::List(List::new(items))
            }
            ListedContent::Mapping => Data::Map(Map::of_seed(Self {
                nodes: Arc::clone(&self.nodes),
                first: self.first,
                node: number,
            })),
        };
        Value::of(data, self.first.after(number))
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_yaml::{Span, parse_list};

    use super::*;

    fn planted(text: &str) -> Map {
        let nodes = parse_list(text, Span::new(0, text.len())).unwrap();
        match Seed::root(&Arc::new(nodes), OriginId::NONE).unwrap().data {
            Data::Map(map) => map,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn copies_of_untouched_maps_are_maps_of_their_own() {
        let map = planted("b: {c: 1}\na: []\n");
        let copy = map.untouched_copy().unwrap();
        assert!(copy.is_untouched_like(&map) && !copy.same(&map) && !map.is_empty());
        copy.insert("d", Value::bool(true));
        assert_eq!([copy.len(), map.len()], [3, 2]);
        assert!(map.untouched_copy().is_none() && !copy.is_untouched_like(&map));
        assert_eq!(copy.borrow().keys().map(|key| &**key).collect::<Vec<_>>(), ["a", "b", "d"]);
        let alias = map.clone();
        alias.remove("b");
        assert!(map.get("b").is_none() && copy.get("b").is_some());
    }

    #[test]
    fn nulls_are_known_before_anybody_looks() {
        assert!(planted("a: {b: 1}\n").is_untouched_without_nulls());
        assert!(planted("a: [~]\n").is_untouched_without_nulls());
        assert!(!planted("a: {b: ~}\n").is_untouched_without_nulls());
    }
}
