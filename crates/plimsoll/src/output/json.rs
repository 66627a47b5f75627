//! The report for machines. The format has a version; fields are only ever added to it.

use plimsoll_rules::Certainty;
use plimsoll_yaml::Place;
use serde::Serialize;

use crate::judge::{Judged, Spotted, Verdict};

/// The whole report.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'a> {
    version: u32,
    tool: &'static str,
    tool_version: &'static str,
    charts: Vec<ChartReport<'a>>,
    summary: Summary,
}

#[derive(Debug, Default, Serialize)]
struct Summary {
    charts: usize,
    objects: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    allowed: usize,
    failures: usize,
}

#[derive(Debug, Serialize)]
struct ChartReport<'a> {
    path: String,
    values_sets: &'a [String],
    objects: usize,
    findings: Vec<FindingReport<'a>>,
    allowed: usize,
    failures: Vec<FailureReport<'a>>,
    unchecked: &'a [String],
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
    values_set: Option<&'a str>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceReport<'a>>,
}

#[derive(Debug, Serialize)]
struct PlaceReport<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
}

impl<'a> PlaceReport<'a> {
    fn new(label: &'a str, place: &'a Place) -> Self {
        Self {
            label,
            file: &place.file,
            line: place.position.line,
            column: place.position.column,
            start: place.span.start,
            end: place.span.end,
        }
    }

    fn of(spotted: &'a [Spotted]) -> Vec<Self> {
        spotted.iter().map(|spotted| Self::new(&spotted.label, &spotted.place)).collect()
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

impl<'a> Report<'a> {
    pub(crate) fn new(verdicts: &'a [Verdict]) -> Self {
        let charts: Vec<_> = verdicts.iter().map(ChartReport::new).collect();
        let mut summary = Summary { charts: charts.len(), ..Summary::default() };
        for chart in &charts {
            summary.objects += chart.objects;
            summary.allowed += chart.allowed;
            summary.failures += chart.failures.len();
            for finding in &chart.findings {
                match finding.level {
                    "error" => summary.errors += 1,
                    "warning" => summary.warnings += 1,
                    _ => summary.notes += 1,
                }
            }
        }
        Self {
            version: 1,
            tool: "plimsoll",
            tool_version: env!("CARGO_PKG_VERSION"),
            charts,
            summary,
        }
    }
}

impl<'a> ChartReport<'a> {
    fn new(verdict: &'a Verdict) -> Self {
        Self {
            path: verdict.chart.display().to_string(),
            values_sets: &verdict.sets,
            objects: verdict.objects,
            findings: verdict.findings.iter().map(FindingReport::new).collect(),
            allowed: verdict.allowed,
            failures: verdict
                .failures
                .iter()
                .map(|failure| FailureReport {
                    values_set: failure.set.as_deref(),
                    message: &failure.message,
                    place: failure.place.as_ref().map(|place| PlaceReport::new("", place)),
                })
                .collect(),
            unchecked: &verdict.unchecked,
        }
    }
}
