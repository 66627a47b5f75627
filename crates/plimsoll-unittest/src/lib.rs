//! helm-unittest suites, run natively on Plimsoll's renderer.
//!
//! The crate reads suites as helm-unittest 1.1.1 does, renders the chart for each test, holds what
//! comes out against the assertions, and reads and writes snapshot files. It gives the verdicts of
//! that tool, and for each value that is not as expected the template line that wrote it and the
//! values line that it comes from. It touches no disk, no clock and no terminal.

mod assertion;
mod check;
mod cluster;
mod manifest;
mod path;
mod problem;
mod run;
mod select;
mod settings;
mod snapshots;
mod suite;
mod value;

pub use check::Complaint;
pub use problem::Problem;
pub use run::{Failure, Outcome, Setup, SuiteReport, TestReport, Trouble, run};
pub use settings::{NamedText, Reader};
pub use snapshots::{SnapshotCounts, Snapshots};
pub use suite::{MAX_SUITES, Suite};

/// The version of helm-unittest whose format and verdicts this crate follows.
pub const UPSTREAM_VERSION: &str = "1.1.1";
