//! Where a piece of text comes from, in terms a person can act on.

use std::fmt;
use std::sync::Arc;

use crate::{Position, Span};

/// A stretch of a file that exists for the user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the user names it, or a pseudo-file such as `--set`.
    pub file: Arc<str>,
    /// The bytes in it.
    pub span: Span,
    /// Where the span starts.
    pub position: Position,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.position)
    }
}

/// One thing a text was computed from or decided by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input {
    /// A value that some values file (or flag) sets.
    Value {
        /// Values path as the top chart sees it, such as `ollama.image.tag`.
        path: String,
        /// Where it is set.
        place: Place,
    },
    /// A values path that was read and that nothing sets.
    Unset {
        /// Values path as the top chart sees it.
        path: String,
    },
    /// A field of a built-in object, such as `.Release.Name` or `.Chart.AppVersion`, or `lookup`: what
    /// the cluster would know.
    Builtin(String),
    /// A file of the chart read through `.Files`.
    File(String),
    /// Random or time-dependent: another rendering gives another text. Holds the function's name.
    Generated(&'static str),
}

/// How a text relates to what it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OriginKind {
    /// It stands literally in the file that wrote it.
    Literal,
    /// It is one value, unchanged or only quoted, indented or trimmed.
    Copied,
    /// It was computed from its inputs.
    Computed,
    /// It holds random or time-dependent text.
    Generated,
    /// Nothing is known of it.
    Unknown,
}

/// The answer to “where does this come from”.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// How the text relates to `inputs`.
    pub kind: OriginKind,
    /// The place that wrote the text: a template's action or literal, or the plain file itself.
    pub written: Option<Place>,
    /// Calls (`include`, `template`, `tpl`) that led there, outermost first.
    pub trail: Vec<Place>,
    /// What the text was computed from, in the order of use, without repeats.
    pub inputs: Vec<Input>,
    /// What decided that the text is written at all, or which of several it is.
    pub decided_by: Vec<Input>,
}

impl Origin {
    /// Returns the origin of which nothing is known.
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            kind: OriginKind::Unknown,
            written: None,
            trail: Vec::new(),
            inputs: Vec::new(),
            decided_by: Vec::new(),
        }
    }

    /// Returns the line to change: the first input that some file sets, else the writing place.
    #[must_use]
    pub fn place_to_change(&self) -> Option<&Place> {
        self.inputs
            .iter()
            .find_map(|input| match input {
                Input::Value { place, .. } => Some(place),
                _ => None,
            })
            .or(self.written.as_ref())
    }
}

/// Whoever made a text and can say where each part of it comes from.
pub trait Provenance: Send + Sync + fmt::Debug {
    /// Returns the origin of the bytes `span` of the document's text.
    fn origin(&self, span: Span) -> Origin;
}
