//! The report on suites for people.

use std::fmt::Write as _;
use std::time::Duration;

use plimsoll_unittest::{Complaint, Failure, Outcome, Problem, SuiteReport, TestReport};
use plimsoll_yaml::{Input, Place};
use similar::{ChangeTag, TextDiff};

use super::source::Sources;
use super::style::Style;
use crate::secrecy::{HIDDEN, Known};
use crate::unittest::{ChartRun, SuiteRun, trouble_of};

/// How many lines of a value are shown.
const MAX_LINES: usize = 60;

/// How many complaints of one assertion are shown.
const MOST_COMPLAINTS: usize = 6;

/// Writes reports.
#[derive(Debug)]
pub(crate) struct Report {
    style: Style,
    sources: Sources,
    known: Known,
}

impl Report {
    pub(crate) fn new(style: Style) -> Self {
        Self { style, sources: Sources::default(), known: Known::default() }
    }

    /// Returns a chart's suites below a heading.
    pub(crate) fn chart(&mut self, run: &ChartRun) -> String {
        let path = self.style.dim(&run.path.display().to_string());
        if let Some(trouble) = &run.trouble {
            let at = place_suffix(trouble.place.as_ref());
            let error = self.style.red("Error");
            return format!("\n### {error}: {}{at}\n    {}\n", trouble.message, trouble.help);
        }
        if !run.passed() {
            self.sources.add_all(&run.texts);
            self.known = self.sources.known();
        }
        let mut text = format!("\n### Chart [ {} ] {path}\n\n", self.style.bold(&run.name));
        for suite in &run.suites {
            self.suite(&mut text, suite, run);
        }
        text
    }

    /// A text of the chart's or suite's, without secrets and without what would steer a terminal.
    fn shown(&self, text: &str) -> String {
        let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        self.known.masked(text).replace(steers, "\u{fffd}")
    }

    fn suite(&mut self, text: &mut String, run: &SuiteRun, chart: &ChartRun) {
        let label = match &run.result {
            Ok((report, _)) if report.skipped() => self.style.yellow(" SKIP "),
            _ if run.passed() => self.style.green(" PASS "),
            _ => self.style.red(" FAIL "),
        };
        let name = match &run.result {
            Ok((report, _)) => self.shown(&report.name),
            Err(_) => String::new(),
        };
        let gap = if name.is_empty() { "" } else { "  " };
        let file = self.style.dim(&self.shown(&run.file));
        let _ = writeln!(text, "{label} {}{gap}{file}", self.style.bold(&name));
        match &run.result {
            Err(problem) => self.problem(text, problem),
            Ok((report, _)) => self.tests(text, report, chart),
        }
        if let Some(problem) = &run.unwritten {
            self.problem(text, problem);
        }
    }

    fn problem(&mut self, text: &mut String, problem: &Problem) {
        let message = self.shown(&problem.message);
        let _ = writeln!(
            text,
            "   {}{}\n",
            self.style.red(&message),
            place_suffix(problem.place.as_ref())
        );
        self.line_at(text, "   ", problem.place.as_ref());
    }

    fn tests(&mut self, text: &mut String, report: &SuiteReport, chart: &ChartRun) {
        for test in &report.tests {
            match &test.outcome {
                Outcome::Passed => {}
                Outcome::Skipped(reason) => {
                    let skipped = self.style.yellow("SKIPPED");
                    let (name, reason) = (self.shown(&test.name), self.shown(reason));
                    let _ = writeln!(text, "   - {skipped} {name}: {reason}");
                }
                Outcome::Errored(trouble) => {
                    let trouble = trouble_of(trouble, &chart.path, &self.known);
                    self.test_title(text, test);
                    let message = indented(&self.shown(&trouble.short_message()), "       ");
                    let _ = writeln!(text, "     {}:\n{message}", self.style.red("cannot be run"));
                    self.place_line(text, "at", trouble.place.as_ref());
                    if !trouble.help.is_empty() {
                        let _ = writeln!(text, "       help: {}", trouble.help);
                    }
                    text.push('\n');
                }
                Outcome::Failed => {
                    self.test_title(text, test);
                    for failure in &test.failures {
                        self.failure(text, failure);
                    }
                }
            }
        }
    }

    fn test_title(&self, text: &mut String, test: &TestReport) {
        let name = self.style.red(&if test.name.is_empty() {
            "a test without a name".to_owned()
        } else {
            self.shown(&test.name)
        });
        let _ = writeln!(text, "   - {name}  {}", self.style.dim(&test.place.to_string()));
    }

    fn failure(&mut self, text: &mut String, failure: &Failure) {
        let not = if failure.not { "not " } else { "" };
        let name =
            self.style.red(&format!("asserts[{}] {not}`{}`", failure.index, failure.assertion));
        let _ = writeln!(text, "     {name} fails at {}", failure.place);
        for complaint in failure.complaints.iter().take(MOST_COMPLAINTS) {
            self.complaint(text, complaint);
        }
        if failure.complaints.len() > MOST_COMPLAINTS {
            let more = failure.complaints.len() - MOST_COMPLAINTS;
            let _ = writeln!(text, "       … and {more} more");
        }
        text.push('\n');
    }

    fn complaint(&mut self, text: &mut String, complaint: &Complaint) {
        if !complaint.template.is_empty() {
            let document =
                complaint.document.map(|index| format!(", document {index}")).unwrap_or_default();
            let _ =
                writeln!(text, "       template: {}{document}", self.shown(&complaint.template));
        }
        if !complaint.path.is_empty() {
            let value = complaint.value.map(|index| format!(", value {index}")).unwrap_or_default();
            let _ = writeln!(text, "       path:     {}{value}", self.shown(&complaint.path));
        }
        let _ = writeln!(text, "       {}", self.shown(&complaint.message));
        self.values(text, complaint);
        let Some(origin) = &complaint.origin else { return };
        self.place_line(text, "written by", origin.written.as_ref());
        for input in origin.inputs.iter().take(4) {
            self.input(text, "from", input);
        }
        if origin.inputs.is_empty() {
            for input in origin.decided_by.iter().take(3) {
                self.input(text, "decided by", input);
            }
        }
    }

    fn values(&self, text: &mut String, complaint: &Complaint) {
        let shown = |value: &String| {
            if complaint.hides_values() { HIDDEN.to_owned() } else { self.shown(value) }
        };
        match (&complaint.expected, &complaint.actual) {
            (None, None) => {}
            (Some(expected), Some(actual))
                if !complaint.hides_values()
                    && expected.lines().count().max(actual.lines().count()) > 3 =>
            {
                let diff = self.diff(&shown(expected), &shown(actual));
                let _ = writeln!(
                    text,
                    "       - expected, + actual:\n{}",
                    indented(&diff, "         ")
                );
            }
            (expected, actual) => {
                for (word, value) in [("expected", expected), ("actual", actual)] {
                    if let Some(value) = value {
                        let value = cut(&shown(value));
                        let _ = if value.trim_end().contains('\n') {
                            writeln!(text, "       {word}:\n{}", indented(&value, "         "))
                        } else {
                            let label = format!("{word}:");
                            writeln!(text, "       {label:<9} {}", value.trim_end())
                        };
                    }
                }
            }
        }
    }

    fn diff(&self, expected: &str, actual: &str) -> String {
        let diff =
            TextDiff::configure().timeout(Duration::from_millis(500)).diff_lines(expected, actual);
        let mut text = String::new();
        for (index, group) in diff.grouped_ops(2).iter().enumerate() {
            if index > 0 {
                text.push_str("  …\n");
            }
            for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
                let line = change.value().trim_end_matches('\n');
                let line = match change.tag() {
                    ChangeTag::Delete => self.style.red(&format!("- {line}")),
                    ChangeTag::Insert => self.style.green(&format!("+ {line}")),
                    ChangeTag::Equal => format!("  {line}"),
                };
                text.push_str(&line);
                text.push('\n');
            }
        }
        cut(&text)
    }

    fn input(&mut self, text: &mut String, word: &str, input: &Input) {
        match input {
            Input::Value { path, place } => {
                self.place_line(text, &format!("{word} `{path}`"), Some(place));
            }
            Input::Unset { path } => {
                let _ = writeln!(text, "       {word} `{path}`, which nothing sets");
            }
            Input::Builtin(name) => {
                let _ = writeln!(text, "       {word} .{name}");
            }
            Input::File(name) => {
                let _ = writeln!(text, "       {word} the file {name}");
            }
            Input::Generated(function) => {
                let _ = writeln!(text, "       {word} chance: {function}");
            }
        }
    }

    /// Says where something is, and shows the line.
    fn place_line(&mut self, text: &mut String, word: &str, place: Option<&Place>) {
        let Some(place) = place else { return };
        let _ = writeln!(text, "       {word} {place}");
        self.line_at(text, "         ", Some(place));
    }

    fn line_at(&mut self, text: &mut String, indent: &str, place: Option<&Place>) {
        let excerpt = place.and_then(|place| Some((place, self.sources.excerpt(place)?)));
        if let Some((place, excerpt)) = excerpt {
            let line = self.shown(excerpt.line.trim_end());
            let number = place.position.line;
            let _ = writeln!(text, "{indent}{}", self.style.dim(&format!("{number} | {line}")));
        }
    }

    /// Returns the counts of everything.
    pub(crate) fn summary(&self, runs: &[ChartRun], elapsed: Duration) -> String {
        let mut charts = Count::default();
        let mut suites = Count::default();
        let mut tests = Count::default();
        let (mut total, mut failed, mut created, mut vanished) = (0, 0, 0, 0);
        for run in runs {
            charts.add(run.passed(), run.trouble.is_some());
            for suite in &run.suites {
                let Ok((report, counts)) = &suite.result else {
                    suites.add(false, true);
                    continue;
                };
                if report.skipped() {
                    suites.skipped += 1;
                } else {
                    suites.add(suite.passed(), false);
                }
                total += counts.total;
                failed += counts.failed;
                created += counts.created;
                vanished += counts.vanished;
                for test in &report.tests {
                    match test.outcome {
                        Outcome::Passed => tests.add(true, false),
                        Outcome::Failed => tests.add(false, false),
                        Outcome::Errored(_) => tests.add(false, true),
                        Outcome::Skipped(_) => tests.skipped += 1,
                    }
                }
            }
        }
        let mut snapshots = format!("{} passed, {total} total", total - failed);
        for (count, word) in [(created, "created"), (vanished, "vanished")] {
            if count > 0 {
                let _ = write!(snapshots, ", {count} {word}");
            }
        }
        if failed > 0 {
            let hint = "; look at them, and use -u to keep them";
            snapshots =
                format!("{}, {snapshots}{hint}", self.style.red(&format!("{failed} failed")));
        }
        format!(
            "\nCharts:      {}\nTest Suites: {}\nTests:       {}\nSnapshots:   {snapshots}\nTime:        {elapsed:.3?}\n",
            charts.line(self.style),
            suites.line(self.style),
            tests.line(self.style),
        )
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    passed: usize,
    failed: usize,
    errored: usize,
    skipped: usize,
}

impl Count {
    fn add(&mut self, passed: bool, errored: bool) {
        if errored {
            self.errored += 1;
        } else if passed {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }

    fn line(self, style: Style) -> String {
        let mut parts = Vec::new();
        for (count, word) in [(self.failed, "failed"), (self.errored, "errored")] {
            if count > 0 {
                parts.push(style.red(&format!("{count} {word}")));
            }
        }
        parts.push(format!("{} passed", self.passed));
        if self.skipped > 0 {
            parts.push(format!("{} skipped", self.skipped));
        }
        let total = self.passed + self.failed + self.errored + self.skipped;
        parts.push(format!("{total} total"));
        parts.join(", ")
    }
}

fn place_suffix(place: Option<&Place>) -> String {
    place.map(|place| format!(" at {place}")).unwrap_or_default()
}

fn indented(text: &str, by: &str) -> String {
    text.trim_end().lines().map(|line| format!("{by}{line}")).collect::<Vec<_>>().join("\n")
}

/// The first lines of a long text.
fn cut(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() <= MAX_LINES {
        return text.to_owned();
    }
    let left = lines.len() - MAX_LINES;
    format!("{}\n… {left} more lines …\n", lines[..MAX_LINES].join("\n"))
}
