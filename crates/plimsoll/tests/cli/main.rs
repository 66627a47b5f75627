//! The command line as its users meet it: the binary is run on files in directories of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod bad_charts;
mod bad_files;
mod check;
mod clusters;
mod compare;
mod completions;
mod deps;
mod discovery;
mod documents;
mod exit_codes;
mod explain;
mod new;
mod online;
mod render;
mod report;
mod scratch;
mod secrecy;
mod server;
mod size;
mod standards;
mod unittest;
