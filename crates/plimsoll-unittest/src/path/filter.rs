//! Filters: which nodes a path goes on from.

use plimsoll_chart::GoRegex;

use super::{Step, find_from};
use crate::value::{Kind, Value};

/// A condition on a node.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    /// The path leads somewhere.
    Exists(Term),
    Compare(Term, Operator, Term),
    Matches(Term, Pattern),
    Constant(bool),
}

/// A regular expression, compiled once.
#[derive(Clone, Debug)]
pub(super) struct Pattern(pub(super) std::sync::Arc<GoRegex>);

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(super) enum Term {
    /// A path from the node, `@`.
    FromNode(Vec<Step>),
    /// A path from the document, `$`.
    FromRoot(Vec<Step>),
    Literal(Typed),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A scalar as filters see it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Typed {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// A collection or a time, which is like nothing.
    Other,
}

impl Filter {
    pub(super) fn passes(&self, node: &Value, root: &Value, left: &mut usize) -> bool {
        match self {
            Self::And(a, b) => a.passes(node, root, left) && b.passes(node, root, left),
            Self::Or(a, b) => a.passes(node, root, left) || b.passes(node, root, left),
            Self::Not(inner) => !inner.passes(node, root, left),
            Self::Constant(value) => *value,
            Self::Exists(term) => !term.values(node, root, left).is_empty(),
            Self::Compare(a, operator, b) => {
                let (a, b) = (a.values(node, root, left), b.values(node, root, left));
                *left = left.saturating_sub(a.len().saturating_mul(b.len()));
                let mut pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
                !a.is_empty() && !b.is_empty() && pairs.all(|(a, b)| operator.accepts(a, b))
            }
            Self::Matches(term, pattern) => {
                let values = term.values(node, root, left);
                let matches =
                    |value: &Typed| matches!(value, Typed::Text(text) if pattern.0.is_match(text));
                !values.is_empty() && values.iter().all(matches)
            }
        }
    }
}

impl Term {
    fn values(&self, node: &Value, root: &Value, left: &mut usize) -> Vec<Typed> {
        let typed = |found: Vec<&Value>| found.into_iter().map(Typed::of).collect();
        match self {
            Self::FromNode(steps) => typed(find_from(steps, node, node, left)),
            Self::FromRoot(steps) => typed(find_from(steps, root, root, left)),
            Self::Literal(value) => vec![value.clone()],
        }
    }
}

impl Typed {
    #[expect(clippy::cast_precision_loss, reason = "upstream compares numbers as float64, too")]
    fn of(value: &Value) -> Self {
        match &value.kind {
            Kind::Null => Self::Null,
            Kind::Bool(value) => Self::Bool(*value),
            Kind::Int(int) => Self::Number(*int as f64),
            Kind::Uint(uint) => Self::Number(*uint as f64),
            Kind::Float(float) => Self::Number(*float),
            Kind::Str(text) => Self::Text(text.to_string()),
            Kind::Time(_) | Kind::Seq(_) | Kind::Map(_) => Self::Other,
        }
    }
}

impl Operator {
    fn accepts(self, a: &Typed, b: &Typed) -> bool {
        use std::cmp::Ordering;
        let order = match (a, b) {
            (Typed::Null, Typed::Null) => Some(Ordering::Equal),
            (Typed::Bool(a), Typed::Bool(b)) => (a == b).then_some(Ordering::Equal),
            (Typed::Number(a), Typed::Number(b)) => a.partial_cmp(b),
            (Typed::Text(a), Typed::Text(b)) => Some(a.cmp(b)),
            _ => None,
        };
        match self {
            Self::Equal => order == Some(Ordering::Equal),
            Self::NotEqual => order != Some(Ordering::Equal),
            Self::Less => order == Some(Ordering::Less),
            Self::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}
