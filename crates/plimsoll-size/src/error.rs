//! Why a model cannot be read or sized.

use std::fmt;
use std::io;

/// What sort of trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes end before the header does, or the file before its tensors.
    Truncated,
    /// It is no model, but a text, a pointer of git-lfs, or another format.
    NotAModel,
    /// It is a model of a kind that this crate does not know.
    Unsupported,
    /// It contradicts itself or its format.
    Invalid,
    /// It is larger than any sensible header, or asks for more than anything could hold.
    Limit,
    /// Something that belongs to it is missing.
    Missing,
    /// A reference cannot be read, or names nothing that is known.
    Reference,
    /// A setting makes no sense for this model or engine.
    Setting,
    /// The system could not read it.
    Io,
}

/// Why a model cannot be read or sized, and where.
///
/// `Display` gives a lower-case fragment that names the thing and, where there is one, the next
/// step.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    /// In bytes from the start of the file.
    offset: Option<u64>,
    /// The file, where several are read.
    file: Option<String>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), offset: None, file: None }))
    }

    /// Makes the error for a setting that makes no sense; the message names the flag and the next step.
    #[must_use]
    pub fn setting(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Setting, message)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    pub(crate) fn limit(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Limit, message)
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message)
    }

    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Missing, message)
    }

    pub(crate) fn at(mut self, offset: u64) -> Self {
        self.0.offset.get_or_insert(offset);
        self
    }

    /// Names the file that it is about, unless one is named already.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        self.0.file.get_or_insert_with(|| file.to_owned());
        self
    }

    /// Returns what sort of trouble it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns where in the file it is, in bytes.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.0.file {
            write!(f, "{file}: ")?;
        }
        f.write_str(&self.0.message)?;
        self.0.offset.map_or(Ok(()), |offset| write!(f, " (at byte {offset})"))
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::new(ErrorKind::Io, error.to_string())
    }
}
