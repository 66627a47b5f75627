//! The report for machines, described in `docs/REPORT.md`. The format has a version; fields are
//! only ever added to it.

use plimsoll_rules::Certainty;
use plimsoll_yaml::Place;
use serde::Serialize;

use super::summary::Summary;
use crate::discover::Problem;
use crate::judge::{Judged, Spotted, Unchecked, Verdict};
use crate::secrecy::masked;

/// The whole report.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'a> {
    version: u32,
    tool: &'static str,
    tool_version: &'static str,
    charts: Vec<ChartReport<'a>>,
    problems: Vec<ProblemReport<'a>>,
    summary: SummaryReport,
}

#[derive(Debug, Serialize)]
struct SummaryReport {
    charts: usize,
    values_sets: usize,
    objects: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    allowed: usize,
    failures: usize,
    unchecked: usize,
    problems: usize,
}

#[derive(Debug, Serialize)]
struct ChartReport<'a> {
    path: String,
    values_sets: &'a [String],
    objects: usize,
    findings: Vec<FindingReport<'a>>,
    allowed: usize,
    failures: Vec<FailureReport<'a>>,
    unchecked: Vec<UncheckedReport<'a>>,
    kinds_without_rules: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct FindingReport<'a> {
    rule: &'static str,
    level: &'static str,
    guidelines: &'static [&'static str],
    decided: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'a str>,
    what: &'a str,
    why: &'a str,
    help: &'a str,
    object: &'a str,
    field: &'a str,
    values_sets: &'a [String],
    places: Vec<PlaceReport<'a>>,
    related: Vec<PlaceReport<'a>>,
}

#[derive(Debug, Serialize)]
struct FailureReport<'a> {
    values_sets: &'a [String],
    kind: &'static str,
    message: String,
    help: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceReport<'a>>,
}

#[derive(Debug, Serialize)]
struct UncheckedReport<'a> {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceReport<'a>>,
}

#[derive(Debug, Serialize)]
struct ProblemReport<'a> {
    path: String,
    message: &'a str,
}

#[derive(Debug, Serialize)]
struct PlaceReport<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    role: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
}

impl<'a> PlaceReport<'a> {
    fn new(role: &'a str, label: &'a str, place: &'a Place) -> Self {
        Self {
            role,
            label,
            file: &place.file,
            line: place.position.line,
            column: place.position.column,
            start: place.span.start,
            end: place.span.end,
        }
    }

    fn bare(place: &'a Place) -> Self {
        Self::new("", "", place)
    }

    fn of(spotted: &'a [Spotted]) -> Vec<Self> {
        let spotted = spotted.iter();
        spotted.map(|one| Self::new(one.role.word(), &one.label, &one.place)).collect()
    }
}

impl<'a> FindingReport<'a> {
    fn new(finding: &'a Judged) -> Self {
        let missing = match &finding.certainty {
            Certainty::Decided => None,
            Certainty::Undecided { missing } => Some(missing.as_str()),
        };
        Self {
            rule: finding.rule.slug,
            level: finding.level.word(),
            guidelines: finding.rule.guidelines,
            decided: missing.is_none(),
            missing,
            what: &finding.what,
            why: &finding.why,
            help: &finding.help,
            object: &finding.object,
            field: &finding.field,
            values_sets: &finding.sets,
            places: PlaceReport::of(&finding.places),
            related: PlaceReport::of(&finding.related),
        }
    }
}

impl<'a> UncheckedReport<'a> {
    fn new(part: &'a Unchecked) -> Self {
        let place = part.place.as_ref().map(PlaceReport::bare);
        Self { message: masked(&part.message), place }
    }
}

impl<'a> Report<'a> {
    /// Puts what was found in charts, and paths that could not be searched, into one report.
    pub(crate) fn new(verdicts: &'a [Verdict], problems: &'a [Problem]) -> Self {
        let problems: Vec<_> = problems
            .iter()
            .map(|Problem { path, message }| ProblemReport {
                path: path.display().to_string(),
                message,
            })
            .collect();
        let summary = Summary::of(verdicts);
        Self {
            version: 1,
            tool: "plimsoll",
            tool_version: env!("CARGO_PKG_VERSION"),
            charts: verdicts.iter().map(ChartReport::new).collect(),
            summary: SummaryReport::new(summary, problems.len()),
            problems,
        }
    }
}

impl SummaryReport {
    const fn new(summary: Summary, problems: usize) -> Self {
        let Summary {
            charts,
            values_sets,
            objects,
            errors,
            warnings,
            notes,
            allowed,
            failures,
            unchecked,
        } = summary;
        Self {
            charts,
            values_sets,
            objects,
            errors,
            warnings,
            notes,
            allowed,
            failures,
            unchecked,
            problems,
        }
    }
}

impl<'a> ChartReport<'a> {
    fn new(verdict: &'a Verdict) -> Self {
        let failures = verdict.failures.iter().map(|failure| FailureReport {
            values_sets: &failure.sets,
            kind: failure.trouble.kind,
            message: masked(&failure.trouble.short_message()),
            help: masked(&failure.trouble.help),
            place: failure.trouble.place.as_ref().map(PlaceReport::bare),
        });
        Self {
            path: verdict.chart.display().to_string(),
            values_sets: &verdict.sets,
            objects: verdict.objects,
            findings: verdict.findings.iter().map(FindingReport::new).collect(),
            allowed: verdict.allowed,
            failures: failures.collect(),
            unchecked: verdict.unchecked.iter().map(UncheckedReport::new).collect(),
            kinds_without_rules: verdict.unread_kinds.iter().map(String::as_str).collect(),
        }
    }
}
