//! What is wrong with a suite, a values file or a snapshot.

use std::fmt;
use std::sync::Arc;

use plimsoll_yaml::{LineIndex, Place, Span};

/// Why something cannot be read or run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A lower-case fragment that names the thing.
    pub message: String,
    /// Where it is, if it is in a file.
    pub place: Option<Place>,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

/// A text that places point into.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The file as the user names it.
    pub(crate) file: Arc<str>,
    pub(crate) text: Arc<str>,
}

impl Source {
    pub(crate) fn place(&self, span: Span) -> Place {
        let position = LineIndex::new(&self.text).position(&self.text, span.start);
        Place { file: Arc::clone(&self.file), span, position }
    }

    pub(crate) fn problem(&self, span: Span, message: impl Into<String>) -> Problem {
        Problem { message: message.into(), place: Some(self.place(span)) }
    }

    /// The trouble of a text that is no YAML.
    pub(crate) fn no_yaml(&self, error: &plimsoll_yaml::Error) -> Problem {
        self.problem(error.span(), error.to_string())
    }
}
