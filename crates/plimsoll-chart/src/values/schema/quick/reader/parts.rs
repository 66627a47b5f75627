//! The keywords of one schema, put together once all are read.

use serde_json::Value as Json;

use super::super::keywords::Draft;
use super::super::{Bound, Check, Node, NodeId, Properties};

/// Keywords that mean something only together.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) node: Node,
    pub(super) reference: Option<String>,
    pub(super) has_const: bool,
    pub(super) properties: Option<Properties>,
    pub(super) items: Option<Items>,
    pub(super) additional_items: Option<NodeId>,
    pub(super) first_items: Vec<NodeId>,
    pub(super) condition: Option<NodeId>,
    pub(super) then: Option<NodeId>,
    pub(super) otherwise: Option<NodeId>,
    pub(super) least: Limit,
    pub(super) most: Limit,
}

pub(super) enum Items {
    Each(NodeId),
    InTurn(Vec<NodeId>),
}

/// `minimum` or `maximum`, and what excludes the limit itself: a number of its own since draft 6.
#[derive(Default)]
pub(super) struct Limit {
    pub(super) inclusive: Option<f64>,
    pub(super) exclusive: Option<Json>,
}

impl Limit {
    fn checks(self, draft: Draft, kinds: [Bound; 2]) -> Option<Vec<Check>> {
        let [inclusive, exclusive] = kinds;
        let mut checks = Vec::new();
        match (self.exclusive, self.inclusive) {
            (Some(Json::Bool(excluded)), Some(limit)) if draft == Draft::V4 => {
                checks.push(Check::Bound(if excluded { exclusive } else { inclusive }, limit));
            }
            (Some(Json::Number(limit)), other) if draft >= Draft::V6 => {
                checks.push(Check::Bound(exclusive, limit.as_f64()?));
                checks.extend(other.map(|other| Check::Bound(inclusive, other)));
            }
            (Some(_), _) => return None,
            (None, limit) => checks.extend(limit.map(|limit| Check::Bound(inclusive, limit))),
        }
        Some(checks)
    }
}

impl Parts {
    pub(super) fn finish(mut self, draft: Draft) -> Option<Node> {
        let mut checks = std::mem::take(&mut self.node.checks);
        checks.extend(self.least.checks(draft, [Bound::Least, Bound::Above])?);
        checks.extend(self.most.checks(draft, [Bound::Most, Bound::Below])?);
        if self.reference.is_some() && draft < Draft::V2019 {
            // All else is ignored beside a reference, except that `boon` does heed `const`.
            return (!self.has_const).then(Node::default);
        }
        if let Some(mut properties) = self.properties {
            properties.named.sort_by(|(a, _), (b, _)| a.cmp(b));
            checks.push(Check::Properties(properties));
        }
        let (first, rest) = match self.items {
            Some(Items::InTurn(first)) => (first, self.additional_items),
            Some(Items::Each(rest)) => (self.first_items, Some(rest)),
            None => (self.first_items, None),
        };
        if !first.is_empty() || rest.is_some() {
            checks.push(Check::Items { first, rest });
        }
        if let Some(condition) = self.condition {
            checks.push(Check::If { condition, then: self.then, otherwise: self.otherwise });
        }
        Some(Node { types: self.node.types, checks })
    }
}
