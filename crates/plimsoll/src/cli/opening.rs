//! How commands that take charts and directories of charts begin.

use std::path::PathBuf;

use super::Exit;
use crate::discover::{self, Found};
use crate::file::FileError;
use crate::output;
use crate::siblings::Siblings;

/// The charts that are asked for, and what may stand in for their missing dependencies.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) found: Found,
    pub(super) siblings: Siblings,
}

impl Opening {
    /// Finds charts at or below `paths`, and says which paths could not be searched.
    ///
    /// # Errors
    /// The exit code, with the reason told, if there is nothing to work on or no siblings.
    pub(super) fn new(
        paths: &[PathBuf],
        siblings: Result<Siblings, FileError>,
    ) -> Result<Self, Exit> {
        let found = discover::charts(paths);
        for problem in &found.problems {
            output::error(&format!("{}: {}", problem.path.display(), problem.message));
        }
        if found.charts.is_empty() && found.problems.is_empty() {
            output::error(&discover::nothing(paths));
            return Err(Exit::Usage);
        }
        let siblings = stand_ins(siblings)?;
        Ok(Self { found, siblings })
    }
}

/// The siblings, or the exit code, with the reason told.
pub(super) fn stand_ins(siblings: Result<Siblings, FileError>) -> Result<Siblings, Exit> {
    siblings.map_err(|error| {
        output::error(&error.to_string());
        Exit::Usage
    })
}
