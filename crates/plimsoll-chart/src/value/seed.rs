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
        let below = self.nodes.below(self.node as usize);
        let entry = |(number, node): (usize, &ListedNode)| {
            let key = node.key.as_ref().map(Arc::clone)?;
            Some((key, self.value(number, node)))
        };
        below.filter_map(entry).collect()
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
