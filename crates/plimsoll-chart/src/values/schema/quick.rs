//! Tells of most values in good time that they meet their schema.
//!
//! Reading a schema with `boon` means to compile the meta-schemas of all drafts first, which takes
//! as long as all the rest of rendering a chart. What is here knows the keywords that charts use.
//! It answers "surely valid" or "do not know", never "invalid": where a schema holds anything else,
//! is malformed in any way, or does not fit, `boon` decides and words the error. "Surely valid"
//! means that `boon` compiles the schema without complaint and that the values meet it; the limit
//! on comparisons alone is another one, since the branches that decide nothing are not visited.

mod equality;
mod holding;
mod keywords;
mod pattern;
mod reader;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use crate::value::Value;
use pattern::Pattern;

/// A schema of which every part, used or not, is well formed and understood.
#[derive(Debug)]
pub(super) struct Plan {
    nodes: Vec<Node>,
    root: NodeId,
}

impl Plan {
    /// Reads a schema; nothing where any part of it is not surely understood.
    pub(super) fn read(schema: &[u8]) -> Option<Self> {
        reader::read(serde_json::from_slice(schema).ok()?)
    }

    /// Tells whether values surely meet the schema.
    pub(super) fn surely_holds(&self, values: &Value) -> bool {
        holding::hold(self, values) == Some(true)
    }
}

/// The place of a schema among all schemas of a plan.
type NodeId = usize;

/// A schema: all checks must pass.
#[derive(Debug, Default)]
struct Node {
    /// The types allowed; empty where any is.
    types: Types,
    checks: Vec<Check>,
}

/// One or more keywords of a schema that belong together.
#[derive(Debug)]
enum Check {
    /// The schema `false`
    Never,
    Reference(NodeId),
    Enum(Vec<Json>),
    Bound(Bound, f64),
    MultipleOf(f64),
    /// In Unicode code points.
    Length(Count),
    Pattern(Pattern),
    /// A format that is asserted. Strings are left to others.
    Format,
    ItemCount(Count),
    UniqueItems,
    Items {
        first: Vec<NodeId>,
        rest: Option<NodeId>,
    },
    PropertyCount(Count),
    Required(Vec<String>),
    Properties(Properties),
    PropertyNames(NodeId),
    All(Vec<NodeId>),
    Any(Vec<NodeId>),
    One(Vec<NodeId>),
    Not(NodeId),
    If {
        condition: NodeId,
        then: Option<NodeId>,
        otherwise: Option<NodeId>,
    },
}

#[derive(Debug, Default)]
struct Properties {
    /// In the order of names.
    named: Vec<(String, NodeId)>,
    matching: Vec<(Pattern, NodeId)>,
    /// For those that have no name above and match no pattern.
    others: Option<NodeId>,
}

#[derive(Clone, Copy, Debug)]
enum Bound {
    Least,
    Above,
    Most,
    Below,
}

/// How many there may be.
#[derive(Clone, Copy, Debug)]
enum Count {
    AtLeast(u64),
    AtMost(u64),
}

impl Count {
    fn allows(self, count: usize) -> bool {
        let count = count as u64;
        match self {
            Self::AtLeast(least) => count >= least,
            Self::AtMost(most) => count <= most,
        }
    }
}

/// A set of JSON's types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Types(u8);

impl Types {
    const NULL: Self = Self(1);
    const BOOLEAN: Self = Self(2);
    const NUMBER: Self = Self(4);
    /// A number without a fraction.
    const INTEGER: Self = Self(8);
    const STRING: Self = Self(16);
    const ARRAY: Self = Self(32);
    const OBJECT: Self = Self(64);

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "number" => Self::NUMBER,
            "integer" => Self::INTEGER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
