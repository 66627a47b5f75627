//! What can be wrong with a YAML text, in our words and in those of Go's library.

use std::fmt;

use crate::{Position, Span};

/// What sort of trouble an [`Error`] tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not YAML 1.1.
    Syntax,
    /// The text holds a character that YAML does not allow.
    Character,
    /// An alias names no anchor, or the anchor that it stands in.
    Alias,
    /// Aliases would blow the document up.
    Expansion,
    /// A key cannot be a JSON key.
    Key,
    /// A merge key's value is no mapping.
    Merge,
    /// A tag and its text do not fit.
    Tag,
    /// A number is infinite or not a number, which JSON cannot hold.
    Number,
    /// Nesting is deeper than this crate reads.
    Depth,
}

/// A text that cannot be read as YAML.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: ErrorKind,
    span: Span,
    position: Position,
    message: String,
    upstream_line: Option<usize>,
    upstream: String,
}

impl Error {
    /// Makes an error at `span`, which starts at `position`.
    ///
    /// `upstream` is what go-yaml says without its `yaml: line N: ` prefix, or, where
    /// `upstream_line` is absent, without `yaml: `; texts that start with `json: ` or
    /// `unsupported ` come from the conversion to JSON and get no prefix.
    pub(crate) fn new(
        kind: ErrorKind,
        span: Span,
        position: Position,
        message: impl Into<String>,
        upstream_line: Option<usize>,
        upstream: &str,
    ) -> Self {
        let converted = upstream.starts_with("json: ") || upstream.starts_with("unsupported ");
        let upstream = match upstream_line {
            _ if converted => upstream.to_owned(),
            Some(line) => format!("yaml: line {line}: {upstream}"),
            None => format!("yaml: {upstream}"),
        };
        let message = message.into();
        Self(Box::new(Inner { kind, span, position, message, upstream_line, upstream }))
    }

    /// Returns what sort of trouble it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the bytes of the text that are in trouble; may be empty.
    #[must_use]
    pub fn span(&self) -> Span {
        self.0.span
    }

    /// Returns where the span starts.
    #[must_use]
    pub fn position(&self) -> Position {
        self.0.position
    }

    /// Returns the line that go-yaml's message names; absent where it names none.
    ///
    /// It often differs from [`Self::position`]: go-yaml names the line where it noticed the
    /// trouble, or the line before it, and leaves the first line out.
    #[must_use]
    pub fn upstream_line(&self) -> Option<usize> {
        self.0.upstream_line
    }

    /// Returns the message of `sigs.k8s.io/yaml.YAMLToJSON` (v1.6.0) for the same text, such as
    /// `yaml: line 3: mapping values are not allowed in this context`. `Unmarshal` puts
    /// `error converting YAML to JSON: ` before it.
    #[must_use]
    pub fn upstream(&self) -> &str {
        &self.0.upstream
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}
