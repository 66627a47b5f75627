//! Where a fact of a knowledge table comes from.

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Read in the source that the row names.
    Read,
    /// General knowledge that the named source is expected to confirm; nobody read it there yet.
    Believed,
}

/// The document that a fact rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// Repository and path, or the name of a specification.
    pub document: &'static str,
    /// The version that was read, or the date for a document without versions.
    pub version: &'static str,
    /// How sure the fact is.
    pub confidence: Confidence,
}

impl Source {
    /// Returns the source of a fact that was read there.
    #[must_use]
    pub const fn read(document: &'static str, version: &'static str) -> Self {
        Self { document, version, confidence: Confidence::Read }
    }

    /// Returns the source of a fact that is believed and not yet read there.
    #[must_use]
    pub const fn believed(document: &'static str, version: &'static str) -> Self {
        Self { document, version, confidence: Confidence::Believed }
    }
}
