//! The lab's own log: standard error of its first process.

use std::fmt::Display;
use std::io::{Write, stderr};

/// Writes one line with what went wrong; the lab goes on.
pub(crate) fn trouble(what: &str, why: impl Display) {
    // A log that cannot be written has no other place to say so.
    let _nowhere = writeln!(stderr(), "{what}: {why}");
}
