//! What people and machines read: machine output on standard output, everything else on the other.

pub(crate) mod json;
pub(crate) mod source;
pub(crate) mod text;

use std::io::{IsTerminal, Write};

use crate::cli::Color;

/// Writes a line of trouble to standard error.
pub(crate) fn error(message: &str) {
    line(&format!("Error: {message}"));
}

/// Writes a line to standard error. A closed standard error leaves nobody to tell.
pub(crate) fn line(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Tells whether a report on standard output is to be coloured.
pub(crate) fn is_coloured(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            !refused && std::io::stdout().is_terminal()
        }
    }
}
