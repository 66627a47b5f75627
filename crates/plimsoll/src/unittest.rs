//! Runs the suites of charts on disk.

mod files;
mod glob;
mod subcharts;
mod templated;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use plimsoll_chart::{Chart, Profile};
use plimsoll_unittest::{
    Outcome, Problem, Setup, SnapshotCounts, Suite, SuiteReport, Trouble as TestTrouble,
};
use rayon::prelude::*;

use crate::chart_source::ChartSource;
use crate::secrecy::Known;
use crate::siblings::Siblings;
use crate::trouble::Trouble;
use crate::world::System;
use files::Disk;

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Wanted<'w> {
    /// Globs of suite files, relative to a chart.
    pub(crate) files: &'w [String],
    /// Globs of values files for all suites.
    pub(crate) values: &'w [String],
    pub(crate) update_snapshot: bool,
    pub(crate) with_subchart: bool,
    pub(crate) strict: bool,
    pub(crate) fail_fast: bool,
    pub(crate) chart_tests_path: Option<&'w Path>,
    pub(crate) skip_schema: bool,
    pub(crate) profile: Profile,
    /// Stand in for dependencies that are missing.
    pub(crate) siblings: &'w Siblings,
}

/// How a chart went.
#[derive(Debug)]
pub(crate) struct ChartRun {
    pub(crate) path: PathBuf,
    /// Empty where the chart cannot be read.
    pub(crate) name: String,
    /// Why the chart cannot be read at all.
    pub(crate) trouble: Option<Trouble>,
    pub(crate) suites: Vec<SuiteRun>,
    /// Texts in which places lie, by the name of the file.
    pub(crate) texts: Vec<(Arc<str>, Arc<str>)>,
}

/// How a suite went, or why it cannot be read.
#[derive(Debug)]
pub(crate) struct SuiteRun {
    pub(crate) file: String,
    pub(crate) result: Result<(SuiteReport, SnapshotCounts), Problem>,
    /// Why the snapshots could not be written.
    pub(crate) unwritten: Option<Problem>,
}

impl ChartRun {
    /// Tells whether something could not be read or rendered.
    pub(crate) fn has_errors(&self) -> bool {
        let errored = |run: &SuiteRun| match &run.result {
            Err(_) => true,
            Ok((report, _)) => {
                run.unwritten.is_some()
                    || report.tests.iter().any(|test| matches!(test.outcome, Outcome::Errored(_)))
            }
        };
        self.trouble.is_some() || self.suites.iter().any(errored)
    }

    pub(crate) fn has_failures(&self) -> bool {
        self.suites.iter().any(|run| !run.passed())
    }

    pub(crate) fn passed(&self) -> bool {
        self.trouble.is_none() && !self.has_failures()
    }
}

impl SuiteRun {
    pub(crate) fn passed(&self) -> bool {
        self.unwritten.is_none() && self.result.as_ref().is_ok_and(|(report, _)| report.passed())
    }
}

/// Runs the suites of all charts, at most up to the first failure where that is asked for.
pub(crate) fn charts(paths: &[PathBuf], wanted: &Wanted<'_>) -> Vec<ChartRun> {
    if !wanted.fail_fast {
        return paths.par_iter().map(|path| chart(path, wanted)).collect();
    }
    let mut runs = Vec::new();
    for path in paths {
        runs.push(chart(path, wanted));
        if runs.last().is_some_and(|run| run.trouble.is_some()) {
            break;
        }
    }
    runs
}

fn chart(path: &Path, wanted: &Wanted<'_>) -> ChartRun {
    let mut run = ChartRun {
        path: path.to_owned(),
        name: String::new(),
        trouble: None,
        suites: Vec::new(),
        texts: Vec::new(),
    };
    let label = path.display().to_string();
    let chart = ChartSource::read(path, Some(wanted.siblings))
        .and_then(|source| source.load(wanted.profile));
    let chart = match chart {
        Ok(chart) => chart,
        Err(error) => {
            run.trouble = Some(Trouble::new(&error, path, &Known::default()));
            return run;
        }
    };
    run.name = chart.metadata().name.to_string();
    run.texts = chart.sources();
    let mut found = Vec::new();
    if let Err(problem) = collect(path, &run.name, &chart, wanted, &mut found) {
        run.suites.push(unreadable(label, problem));
        return run;
    }
    let disk = Disk::new(path);
    let groups = one_after_the_other(found);
    let one = |group: Group| -> Vec<SuiteRun> {
        let mut runs = Vec::new();
        for suite in group {
            runs.push(suite.run(&chart, wanted, &disk));
            if wanted.fail_fast && runs.last().is_some_and(|run| !run.passed()) {
                break;
            }
        }
        runs
    };
    if wanted.fail_fast {
        for group in groups {
            run.suites.extend(one(group));
            if run.suites.last().is_some_and(|run| !run.passed()) {
                break;
            }
        }
    } else {
        run.suites = groups.into_par_iter().flat_map_iter(one).collect();
    }
    for suite in &run.suites {
        if let Ok((report, _)) = &suite.result {
            run.texts.extend(disk.text_of(&report.file));
        }
    }
    run.texts.extend(disk.texts());
    run
}

/// Suites that share a snapshot file.
type Group = Vec<Found>;

/// A suite and where it belongs, or a file of suites that cannot be read.
#[derive(Debug)]
struct Found {
    file: String,
    /// The route of the suite's chart.
    route: String,
    suite: Result<Suite, Problem>,
}

fn unreadable(file: String, problem: Problem) -> SuiteRun {
    SuiteRun { file, result: Err(problem), unwritten: None }
}

/// Puts suites of one file together, since they take turns at its snapshots.
fn one_after_the_other(found: Vec<Found>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for suite in found {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| first.file == suite.file) => {
                group.push(suite);
            }
            _ => groups.push(vec![suite]),
        }
    }
    groups
}

/// Finds the suites of a chart and of its subcharts.
fn collect(
    path: &Path,
    route: &str,
    chart: &Chart,
    wanted: &Wanted<'_>,
    found: &mut Vec<Found>,
) -> Result<(), Problem> {
    let values = glob::values_files(wanted.values)?;
    let conditions = subcharts::Conditions::read(path, &values);
    collect_below(path, route, chart, &Collecting { wanted, values, conditions }, found, 0)
}

struct Collecting<'c> {
    wanted: &'c Wanted<'c>,
    /// Values files for all suites.
    values: Vec<String>,
    conditions: subcharts::Conditions,
}

/// How deep subcharts may lie.
const MAX_DEPTH: usize = 32;

fn collect_below(
    path: &Path,
    route: &str,
    chart: &Chart,
    collecting: &Collecting<'_>,
    found: &mut Vec<Found>,
    depth: usize,
) -> Result<(), Problem> {
    let wanted = collecting.wanted;
    let mut add = |file: String, suites: Result<Vec<Suite>, Problem>| {
        let route = route.to_owned();
        match suites {
            Err(problem) => found.push(Found { file, route, suite: Err(problem) }),
            Ok(suites) => found.extend(suites.into_iter().map(|mut suite| {
                suite.add_values(&collecting.values);
                Found { file: file.clone(), route: route.clone(), suite: Ok(suite) }
            })),
        }
    };
    for file in glob::suite_files(path, wanted.files)? {
        let suites = files::read(Path::new(&file))
            .map_err(files::problem)
            .and_then(|text| Suite::parse(&file, &text, wanted.strict));
        add(file, suites);
    }
    if let Some(tests) = wanted.chart_tests_path {
        for (file, suites) in templated::suites(&path.join(tests), wanted) {
            add(file, suites);
        }
    }
    if !wanted.with_subchart || depth == MAX_DEPTH {
        return Ok(());
    }
    for subchart in chart.subcharts() {
        let name = &subchart.metadata().name;
        if !collecting.conditions.enables(chart, name) {
            continue;
        }
        let path = path.join("charts").join(&**name);
        let route = format!("{route}/charts/{name}");
        collect_below(&path, &route, subchart, collecting, found, depth + 1)?;
    }
    Ok(())
}

impl Found {
    fn run(self, chart: &Chart, wanted: &Wanted<'_>, disk: &Disk) -> SuiteRun {
        let suite = match self.suite {
            Ok(suite) => suite,
            Err(problem) => return unreadable(self.file, problem),
        };
        let mut snapshots = match disk.snapshots(&suite, wanted.update_snapshot) {
            Ok(snapshots) => snapshots,
            Err(problem) => return unreadable(self.file, problem),
        };
        let setup = Setup {
            chart,
            route: &self.route,
            profile: wanted.profile,
            skip_schema: wanted.skip_schema,
            fail_fast: wanted.fail_fast,
            reader: disk,
            world: Arc::new(System),
        };
        let report = plimsoll_unittest::run(&suite, &setup, &mut snapshots);
        let counts = snapshots.counts();
        let unwritten = disk.store(&suite, &snapshots).err();
        SuiteRun { file: self.file, result: Ok((report, counts)), unwritten }
    }
}

/// The trouble of a test in Helm's words, or ours.
pub(crate) fn trouble_of(trouble: &TestTrouble, chart: &Path, known: &Known) -> Trouble {
    match trouble {
        TestTrouble::Render(error) => Trouble::new(&error.clone().into(), chart, known),
        TestTrouble::Other(problem) => Trouble {
            kind: "suite",
            message: known.masked(&problem.message),
            place: problem.place.clone(),
            help: String::new(),
        },
    }
}
