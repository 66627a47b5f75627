//! The command line of Plimsoll.
//!
//! This crate is the edge: it alone reads files and the environment, prints, and sets exit codes.

mod chart_dir;
mod chart_source;
mod cli;
mod cluster_file;
mod compare;
mod deps;
mod discover;
mod engine;
mod file;
mod judge;
mod model_source;
mod online;
mod output;
mod progress;
mod scaffold;
mod secrecy;
mod siblings;
mod suggest;
mod trouble;
mod unittest;
mod values_args;
mod world;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A rendering makes many small values and drops them soon, which the system's allocator is slow
/// at.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::run().into()
}
