//! Charts made to do harm, each given to the real program: it must answer, within its time and
//! memory, and must not read anything outside the chart.
//!
//! `HOSTILE_FIGURES=1 cargo test --release -p plimsoll --test hostile` holds the release build to the
//! bounds that docs/SAFETY.md states, and writes what each chart took into that page.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod archives;
mod case;
mod files;
mod inputs;
mod page;
mod process;
mod templates;
mod unreadable;
mod values;

use case::{Case, Setting};
use process::Figures;

/// What no output may hold: it stands in a file outside of every chart, and in the environment.
const CANARY: &str = "canary-5e1f0c8a";

fn cases() -> Vec<Case> {
    [archives::CASES, files::CASES, values::CASES, templates::CASES, inputs::CASES].concat()
}

#[test]
fn hostile_charts_do_no_harm() {
    let mut figures = Vec::new();
    let mut failures = Vec::new();
    for case in cases() {
        let setting = Setting::new(&case);
        let run = process::run(&setting, &case);
        figures.push(Figures { name: case.name, what: case.what, ..run.figures });
        failures
            .extend(case.complaints(&run).map(|complaint| format!("{}: {complaint}", case.name)));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    page::check(&figures);
}

#[test]
fn there_are_enough_of_them_and_their_names_differ() {
    let mut names: Vec<&str> = cases().iter().map(|case| case.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(count >= 40, "{count}");
}
