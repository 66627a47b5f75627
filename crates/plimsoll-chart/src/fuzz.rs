//! A way in for fuzzers, to what charts reach only through much else.

use std::sync::Arc;

use plimsoll_yaml::Span;

use crate::{Profile, template};

/// Parses a template and returns each of its actions as Go prints it, in the order of the text.
///
/// # Errors
///
/// The bytes at which parsing stops.
pub fn actions(text: &str, profile: Profile) -> Result<Vec<String>, Span> {
    let trees = template::parse(&Arc::from("fuzz"), &Arc::from(text), profile)
        .map_err(|error| error.span)?;
    let mut found = Vec::new();
    for tree in &trees {
        tree.walk(&mut |pipe| found.push(format!("{{{{{pipe}}}}}")));
    }
    Ok(found)
}
