//! What can be wrong with a chart, its values or what it renders to.

use std::fmt;

use plimsoll_yaml::Place;

/// What sort of trouble an [`Error`] tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no `Chart.yaml`.
    NotAChart,
    /// An archive cannot be read, or holds what no chart may hold.
    Archive,
    /// Something is larger or deeper than this crate reads.
    Limit,
    /// A file of the chart is no YAML, or does not have the shape it must have.
    Yaml,
    /// `Chart.yaml` says something that is not allowed.
    Metadata,
    /// A pattern in `.helmignore` cannot be used.
    Ignore,
    /// A values file or flag cannot be read or applied.
    Values,
    /// A dependency is declared but not in `charts/`.
    MissingDependency,
    /// Values do not meet a `values.schema.json`, or the schema itself is wrong.
    Schema,
    /// The chart does not support the Kubernetes version.
    KubeVersion,
    /// The release's name is not allowed.
    ReleaseName,
    /// The chart is a library, which cannot be rendered by itself.
    NotInstallable,
    /// A template cannot be parsed or run.
    Template,
    /// What a template wrote is no YAML.
    Manifest,
    /// `--show-only` names what the chart does not render.
    ShowOnly,
}

/// Why a chart cannot be loaded or rendered; printed in Helm's words where Helm has some.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    place: Option<Place>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), place: None }))
    }

    /// Says where it is, unless that is known already.
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.0.place.get_or_insert(place);
        self
    }

    /// Puts `context` and a colon before the message.
    pub(crate) fn within(mut self, context: impl fmt::Display) -> Self {
        self.0.message = format!("{context}: {}", self.0.message);
        self
    }

    /// Returns what sort of trouble it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns where the trouble is, if it has a place.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}
