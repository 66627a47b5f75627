//! Errors of parsing and of running a template.

/// An error with its place.
#[derive(Clone, Debug)]
pub(crate) struct Error {
    pub(crate) message: String,
}
