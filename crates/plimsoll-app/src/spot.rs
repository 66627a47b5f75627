//! Where in a release a fact stands.

use plimsoll_yaml::Span;

use crate::NodePath;

/// The number of an object in [`App::objects`](crate::App::objects).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub usize);

/// A node of an object's document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The object that the node belongs to.
    pub object: ObjectId,
    /// The node's bytes in the document's text; part of a node where a word of a script is meant.
    pub span: Span,
    /// The node's path from the root of the document.
    pub path: NodePath,
}

/// A value and the node that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<T> {
    /// The value.
    pub value: T,
    /// Its node; the nearest enclosing node where `written` is false.
    pub at: Spot,
    /// Tells whether the manifest says so; false for a default that Kubernetes fills in.
    pub written: bool,
}

impl<T> Field<T> {
    /// Returns the field of a value that the manifest states.
    pub const fn written(value: T, at: Spot) -> Self {
        Self { value, at, written: true }
    }

    /// Returns the field of a default; `within` is the node that leaves it out.
    pub const fn default_in(value: T, within: Spot) -> Self {
        Self { value, at: within, written: false }
    }

    /// Returns the field with its value changed by `f`.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Field<U> {
        Field { value: f(self.value), at: self.at, written: self.written }
    }
}

/// In what way a node could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The document is not a Kubernetes object, since it is no mapping.
    NotAnObject,
    /// The node has another type than the field takes.
    WrongType,
    /// The node has the right type and a value that the field does not take.
    WrongValue,
    /// A field without which the object means nothing is absent.
    Missing,
    /// The object is larger than the limits of this model; the rest of it was not read.
    TooLarge,
}

/// A node that could not be read as what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The node.
    pub at: Spot,
    /// In what way.
    pub kind: ProblemKind,
    /// What was expected and what was found; never the text of a value that may be secret.
    pub message: String,
}
