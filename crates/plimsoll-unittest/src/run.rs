//! Runs a suite: each test renders the chart and holds what comes out against its assertions.

mod judge;
mod render;

use std::sync::Arc;

use plimsoll_chart::{Chart, Profile, World};
use plimsoll_yaml::Place;

use crate::check::Complaint;
use crate::problem::Problem;
use crate::settings::Reader;
use crate::snapshots::Snapshots;
use crate::suite::{Suite, Test};

/// What a suite runs against.
pub struct Setup<'s> {
    /// The chart that is rendered.
    pub chart: &'s Chart,
    /// Where the suite's own chart lies: the chart's name, and below it `charts/` and the name of
    /// a subchart, and so on.
    pub route: &'s str,
    /// Which major version of Helm to render like.
    pub profile: Profile,
    /// Do not hold values against `values.schema.json`.
    pub skip_schema: bool,
    /// Stop at the first test that fails.
    pub fail_fast: bool,
    /// Reads values files.
    pub reader: &'s dyn Reader,
    /// Time and chance.
    pub world: Arc<dyn World + Send + Sync>,
}

impl std::fmt::Debug for Setup<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setup").field("route", &self.route).finish_non_exhaustive()
    }
}

/// How a suite went.
#[derive(Clone, Debug)]
pub struct SuiteReport {
    /// The suite's name; may be empty.
    pub name: String,
    /// The file in which it stands.
    pub file: Arc<str>,
    /// Its tests, in their order; those that did not run are left out.
    pub tests: Vec<TestReport>,
}

impl SuiteReport {
    /// Tells whether no test failed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.tests.iter().all(|test| !matches!(test.outcome, Outcome::Failed | Outcome::Errored(_)))
    }

    /// Tells whether every test was skipped.
    #[must_use]
    pub fn skipped(&self) -> bool {
        self.tests.iter().all(|test| matches!(test.outcome, Outcome::Skipped(_)))
    }
}

/// How a test went.
#[derive(Clone, Debug)]
pub struct TestReport {
    /// The test's name; may be empty.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// How it ended.
    pub outcome: Outcome,
    /// Its assertions that do not hold.
    pub failures: Vec<Failure>,
    /// How long it took.
    pub nanoseconds: u64,
}

/// How a test ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// All assertions hold.
    Passed,
    /// Some do not.
    Failed,
    /// It could not be run to its end.
    Errored(Trouble),
    /// It was not run; holds why.
    Skipped(String),
}

/// Why a test could not be run.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// The chart does not render.
    Render(plimsoll_chart::Error),
    /// The suite, a values file, or what the chart renders to is wrong.
    Other(Problem),
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Render(error) => error.fmt(f),
            Self::Other(problem) => problem.fmt(f),
        }
    }
}

/// An assertion that does not hold.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Which of the test's assertions it is, from 0.
    pub index: usize,
    /// The key that names what is expected, such as `equal`.
    pub assertion: &'static str,
    /// Whether `not: true` stands beside it.
    pub not: bool,
    /// Where it stands.
    pub place: Place,
    /// What is not as expected.
    pub complaints: Vec<Complaint>,
}

/// Runs a suite and compares with, and adds to, its snapshots.
#[must_use]
pub fn run(suite: &Suite, setup: &Setup<'_>, snapshots: &mut Snapshots) -> SuiteReport {
    let mut tests = Vec::with_capacity(suite.tests.len());
    for test in &suite.tests {
        let start = now(setup);
        let mut report = if test.skip.is_empty() {
            judge::test(suite, test, setup, snapshots)
        } else {
            report(suite, test, Outcome::Skipped(test.skip.clone()), Vec::new())
        };
        report.nanoseconds = u64::try_from((now(setup) - start).max(0)).unwrap_or(0);
        let failed = matches!(report.outcome, Outcome::Failed | Outcome::Errored(_));
        tests.push(report);
        if failed && setup.fail_fast {
            break;
        }
    }
    SuiteReport { name: suite.name.clone(), file: Arc::clone(&suite.source.file), tests }
}

fn report(suite: &Suite, test: &Test, outcome: Outcome, failures: Vec<Failure>) -> TestReport {
    TestReport {
        name: test.name.clone(),
        place: test.place(suite),
        outcome,
        failures,
        nanoseconds: 0,
    }
}

fn now(setup: &Setup<'_>) -> i128 {
    let now = setup.world.now();
    i128::from(now.seconds) * 1_000_000_000 + i128::from(now.nanoseconds)
}
