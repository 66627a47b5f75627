//! Rules that judge AI applications.
//!
//! A rule is a pure function from an [`App`](plimsoll_app::App) to findings; it lives in one file
//! under `rules/` with the text that explains it, and [`RULES`] lists them all. [`check`] runs
//! them; [`suppressions`] and [`allow`] decide what comments permit; [`page`] turns a rule into
//! Markdown. The crate knows nothing of files, clusters, clocks or output formats.

pub mod credential;
pub mod doc;

mod allowance;
mod date;
mod finding;
mod front_door;
mod node_label;
mod page;
mod processes;
mod report;
mod rule;
mod rules;
mod server;
mod suppression;
mod words;

pub use allowance::{Allowance, allow};
pub use date::{Date, DateError};
pub use finding::{Certainty, Finding, Level, Site};
pub use page::{page, summary};
pub use report::Report;
pub use rule::{Context, FixKind, Rule};
pub use rules::{RULES, check, rule};
pub use suppression::{Grant, Suppression, suppressions};
