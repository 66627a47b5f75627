//! Tests that need a lab. Where none can be had they are counted as ignored, and the reason is
//! printed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod charts;
mod cluster;
mod life;
mod network;
mod new_charts;
mod placement;
mod pods;
mod product;
mod refusals;
mod roles;
mod scheduling;
mod stand_in;

use std::io::{Write, stderr};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use plimsoll_lab::Lab;

/// A test's name and what it does.
type Test = (&'static str, fn() -> Result<(), Failed>);

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Pods of all tests share nodes and two processors.
    arguments.test_threads = arguments.test_threads.or(Some(4));
    let why_not = Lab::why_not();
    let trials = [
        life::TESTS,
        network::TESTS,
        refusals::TESTS,
        scheduling::TESTS,
        pods::TESTS,
        charts::TESTS,
        new_charts::TESTS,
        roles::TESTS,
    ]
    .into_iter()
    .flatten()
    .map(|(name, test)| Trial::test(*name, *test).with_ignored_flag(why_not.is_some()))
    .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some(reason) = why_not {
        let _nobody_listens =
            writeln!(stderr(), "the lab's {} tests are ignored: {reason}", conclusion.num_ignored);
    }
    conclusion.exit_code()
}
