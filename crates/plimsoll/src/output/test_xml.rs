//! Reports on suites for machines, in the forms that helm-unittest writes.

use std::fmt::Write as _;

use plimsoll_unittest::{Complaint, Outcome, SuiteReport, TestReport};

use crate::secrecy::HIDDEN;
use crate::unittest::ChartRun;

/// Forms of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// JUnit, as most servers read it.
    #[value(name = "JUnit")]
    JUnit,
    /// NUnit 2.5.
    #[value(name = "NUnit")]
    NUnit,
    /// xUnit.net 2.
    #[value(name = "XUnit")]
    XUnit,
    /// SonarQube's generic test execution.
    #[value(name = "Sonar")]
    Sonar,
}

/// Returns the report of all suites that could be read; those that could not are suites with one
/// error.
pub(crate) fn report(runs: &[ChartRun], form: Form) -> String {
    let suites: Vec<Entry> = runs.iter().flat_map(Entry::of).collect();
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    match form {
        Form::JUnit => junit(&mut text, &suites),
        Form::NUnit => nunit(&mut text, &suites),
        Form::XUnit => xunit(&mut text, &suites),
        Form::Sonar => sonar(&mut text, &suites),
    }
    text
}

/// A suite.
struct Entry {
    name: String,
    file: String,
    cases: Vec<Case>,
}

/// A test.
struct Case {
    name: String,
    seconds: f64,
    end: End,
}

enum End {
    Passed,
    Skipped(String),
    Failed(String),
    Errored(String),
}

impl Entry {
    fn of(run: &ChartRun) -> Vec<Self> {
        if let Some(trouble) = &run.trouble {
            let file = run.path.display().to_string();
            return vec![Self::broken(file, trouble.message.clone())];
        }
        let suites = run.suites.iter().map(|suite| match &suite.result {
            Ok((report, _)) => Self::read(report),
            Err(problem) => {
                let at = problem.place.as_ref().map(|place| format!(" at {place}"));
                let message = format!("{}{}", problem.message, at.unwrap_or_default());
                Self::broken(suite.file.clone(), message)
            }
        });
        suites.collect()
    }

    fn broken(file: String, message: String) -> Self {
        let case = Case { name: file.clone(), seconds: 0.0, end: End::Errored(message) };
        Self { name: String::new(), file, cases: vec![case] }
    }

    fn read(report: &SuiteReport) -> Self {
        let cases = report.tests.iter().map(Case::of).collect();
        Self { name: report.name.clone(), file: report.file.to_string(), cases }
    }

    fn count(&self, is: impl Fn(&End) -> bool) -> usize {
        self.cases.iter().filter(|case| is(&case.end)).count()
    }

    fn seconds(&self) -> f64 {
        self.cases.iter().map(|case| case.seconds).sum()
    }

    /// What JUnit calls the class: the last part of the suite's name.
    fn class(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }
}

impl Case {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds are shown")]
    fn of(test: &TestReport) -> Self {
        let end = match &test.outcome {
            Outcome::Passed => End::Passed,
            Outcome::Skipped(reason) => End::Skipped(reason.clone()),
            Outcome::Failed => End::Failed(told(test)),
            Outcome::Errored(trouble) => End::Errored(trouble.to_string()),
        };
        Self { name: test.name.clone(), seconds: test.nanoseconds as f64 / 1e9, end }
    }
}

/// What does not hold, line by line; values are left out, since such files get around.
fn told(test: &TestReport) -> String {
    let mut text = String::new();
    for failure in &test.failures {
        let not = if failure.not { "not " } else { "" };
        let (index, name) = (failure.index, failure.assertion);
        let _ = writeln!(text, "asserts[{index}] {not}`{name}` fails at {}", failure.place);
        for complaint in &failure.complaints {
            tell(&mut text, complaint);
        }
    }
    text
}

fn tell(text: &mut String, complaint: &Complaint) {
    let Complaint { template, path, message, .. } = complaint;
    let subject = [template.as_str(), path.as_str()];
    let subject: Vec<&str> = subject.into_iter().filter(|part| !part.is_empty()).collect();
    let gap = if subject.is_empty() { "" } else { ": " };
    let _ = writeln!(text, "  {}{gap}{message}", subject.join(" "));
    for (word, value) in [("expected", &complaint.expected), ("actual", &complaint.actual)] {
        if let Some(value) = value {
            let value = if complaint.hides_values() { HIDDEN } else { value.trim_end() };
            let _ = writeln!(text, "  {word}: {}", value.replace('\n', "\n    "));
        }
    }
    if let Some(place) = complaint.origin.as_ref().and_then(|origin| origin.place_to_change()) {
        let _ = writeln!(text, "  from {place}");
    }
}

fn junit(text: &mut String, suites: &[Entry]) {
    text.push_str("<testsuites>\n");
    for (id, suite) in suites.iter().enumerate() {
        let failures = suite.count(|end| matches!(end, End::Failed(_)));
        let errors = suite.count(|end| matches!(end, End::Errored(_)));
        let skipped = suite.count(|end| matches!(end, End::Skipped(_)));
        let _ = writeln!(
            text,
            "\t<testsuite id=\"{id}\" name=\"{}\" file=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"{:.3}\">",
            escaped(&suite.name),
            escaped(&suite.file),
            suite.cases.len(),
            suite.seconds(),
        );
        for case in &suite.cases {
            let _ = write!(
                text,
                "\t\t<testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
                escaped(suite.class()),
                escaped(&case.name),
                case.seconds,
            );
            let (tag, message, body) = match &case.end {
                End::Passed => {
                    text.push_str("></testcase>\n");
                    continue;
                }
                End::Skipped(reason) => ("skipped", reason.as_str(), ""),
                End::Failed(told) => ("failure", "Failed", told.as_str()),
                End::Errored(told) => ("error", "Error", told.as_str()),
            };
            let (message, body) = (escaped(message), escaped(body));
            let _ = writeln!(
                text,
                ">\n\t\t\t<{tag} message=\"{message}\">{body}</{tag}>\n\t\t</testcase>"
            );
        }
        text.push_str("\t</testsuite>\n");
    }
    text.push_str("</testsuites>\n");
}

fn nunit(text: &mut String, suites: &[Entry]) {
    let all = |is: fn(&End) -> bool| suites.iter().map(|suite| suite.count(is)).sum::<usize>();
    let total: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    let _ = writeln!(
        text,
        "<test-results name=\"helm-unittest\" total=\"{total}\" errors=\"{}\" failures=\"{}\" ignored=\"{}\">",
        all(|end| matches!(end, End::Errored(_))),
        all(|end| matches!(end, End::Failed(_))),
        all(|end| matches!(end, End::Skipped(_))),
    );
    for suite in suites {
        let success = suite.count(|end| matches!(end, End::Failed(_) | End::Errored(_))) == 0;
        let _ = writeln!(
            text,
            "\t<test-suite type=\"TestFixture\" name=\"{}\" description=\"{}\" executed=\"true\" success=\"{success}\" time=\"{:.3}\">\n\t\t<results>",
            escaped(&suite.name),
            escaped(&suite.file),
            suite.seconds(),
        );
        for case in &suite.cases {
            let (executed, success, result) = match case.end {
                End::Passed => (true, true, "Success"),
                End::Skipped(_) => (false, true, "Ignored"),
                End::Failed(_) => (true, false, "Failure"),
                End::Errored(_) => (true, false, "Error"),
            };
            let _ = write!(
                text,
                "\t\t\t<test-case name=\"{}\" executed=\"{executed}\" success=\"{success}\" result=\"{result}\" time=\"{:.3}\">",
                escaped(&case.name),
                case.seconds,
            );
            match &case.end {
                End::Passed => {}
                End::Skipped(told) => {
                    let _ = write!(text, "<reason><message>{}</message></reason>", escaped(told));
                }
                End::Failed(told) | End::Errored(told) => {
                    let _ = write!(text, "<failure><message>{}</message></failure>", escaped(told));
                }
            }
            text.push_str("</test-case>\n");
        }
        text.push_str("\t\t</results>\n\t</test-suite>\n");
    }
    text.push_str("</test-results>\n");
}

fn xunit(text: &mut String, suites: &[Entry]) {
    text.push_str("<assemblies>\n");
    for suite in suites {
        let count = |is: fn(&End) -> bool| suite.count(is);
        let _ = writeln!(
            text,
            "\t<assembly name=\"{}\" test-framework=\"helm-unittest\" total=\"{}\" passed=\"{}\" failed=\"{}\" skipped=\"{}\" errors=\"{}\" time=\"{:.3}\">\n\t\t<collection name=\"{}\" total=\"{}\" passed=\"{}\" failed=\"{}\" skipped=\"{}\" time=\"{:.3}\">",
            escaped(&suite.file),
            suite.cases.len(),
            count(|end| matches!(end, End::Passed)),
            count(|end| matches!(end, End::Failed(_))),
            count(|end| matches!(end, End::Skipped(_))),
            count(|end| matches!(end, End::Errored(_))),
            suite.seconds(),
            escaped(&suite.name),
            suite.cases.len(),
            count(|end| matches!(end, End::Passed)),
            count(|end| matches!(end, End::Failed(_) | End::Errored(_))),
            count(|end| matches!(end, End::Skipped(_))),
            suite.seconds(),
        );
        for case in &suite.cases {
            let result = match case.end {
                End::Passed => "Pass",
                End::Skipped(_) => "Skip",
                End::Failed(_) | End::Errored(_) => "Fail",
            };
            let _ = write!(
                text,
                "\t\t\t<test name=\"{}\" type=\"{}\" result=\"{result}\" time=\"{:.3}\">",
                escaped(&case.name),
                escaped(suite.class()),
                case.seconds,
            );
            match &case.end {
                End::Passed => {}
                End::Skipped(told) => {
                    let _ = write!(text, "<reason>{}</reason>", escaped(told));
                }
                End::Failed(told) | End::Errored(told) => {
                    let kind = if matches!(case.end, End::Failed(_)) { "Failed" } else { "Error" };
                    let _ = write!(
                        text,
                        "<failure exception-type=\"{kind}\"><message>{}</message></failure>",
                        escaped(told)
                    );
                }
            }
            text.push_str("</test>\n");
        }
        text.push_str("\t\t</collection>\n\t</assembly>\n");
    }
    text.push_str("</assemblies>\n");
}

fn sonar(text: &mut String, suites: &[Entry]) {
    text.push_str("<testExecutions version=\"1\">\n");
    for suite in suites {
        let _ = writeln!(text, "\t<file path=\"{}\">", escaped(&suite.file));
        for case in &suite.cases {
            let milliseconds = (case.seconds * 1000.0).round();
            let _ = write!(
                text,
                "\t\t<testCase name=\"{}\" duration=\"{milliseconds}\">",
                escaped(&case.name)
            );
            let (tag, message, body) = match &case.end {
                End::Passed => {
                    text.push_str("</testCase>\n");
                    continue;
                }
                End::Skipped(reason) => ("skipped", reason.as_str(), ""),
                End::Failed(told) => ("failure", "Failed", told.as_str()),
                End::Errored(told) => ("error", "Error", told.as_str()),
            };
            let (message, body) = (escaped(message), escaped(body));
            let _ = writeln!(text, "<{tag} message=\"{message}\">{body}</{tag}></testCase>");
        }
        text.push_str("\t</file>\n");
    }
    text.push_str("</testExecutions>\n");
}

/// Text for XML; characters that XML cannot hold become question marks.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#xA;"),
            '\t' => out.push_str("&#x9;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('?'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_fit_for_xml() {
        assert_eq!(escaped("<a \"b\">&\n\u{1}é"), "&lt;a &quot;b&quot;&gt;&amp;&#xA;?é");
    }
}
