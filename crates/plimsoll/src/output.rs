//! What people and machines read: reports on standard output, trouble on the other.

pub(crate) mod compare;
pub(crate) mod deps;
pub(crate) mod json;
pub(crate) mod short;
pub(crate) mod source;
mod style;
pub(crate) mod summary;
pub(crate) mod test_xml;
pub(crate) mod tests;
pub(crate) mod text;
mod trouble;
mod wrap;

use std::io::Write;

pub(crate) use style::{Stream, Style};
pub(crate) use trouble::report as trouble;
pub(crate) use wrap::wrap;

/// Writes a line of trouble to standard error.
pub(crate) fn error(message: &str) {
    line(&format!("Error: {message}"));
}

/// Writes a line to standard error. A closed standard error leaves nobody to tell.
pub(crate) fn line(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}
