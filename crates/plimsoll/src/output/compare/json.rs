//! The comparison for machines, described in `docs/HELM-3-TO-4.md`. The format has a version;
//! fields are only ever added to it.

use plimsoll_chart::{Difference, Profile};
use plimsoll_yaml::Place;
use serde::Serialize;
use serde_json::Value as Json;

use crate::compare::{ChangeKind, Changed, Comparison, Field, Shown};
use crate::trouble::Trouble;

/// The whole report.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'a> {
    version: u32,
    tool: &'static str,
    tool_version: &'static str,
    charts: Vec<ChartReport<'a>>,
    differences: Vec<DifferenceReport>,
}

#[derive(Debug, Serialize)]
struct ChartReport<'a> {
    path: String,
    values_set: &'a str,
    changes_meaning: bool,
    library: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_by_helm_3: Option<TroubleReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_by_helm_4: Option<TroubleReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_because: Option<&'static str>,
    objects: usize,
    changed: Vec<ObjectReport<'a>>,
    text_only: TextReport,
    moved: &'a [String],
    notes_differ: bool,
    warnings_of_helm_3: &'a [String],
    warnings_of_helm_4: &'a [String],
}

#[derive(Debug, Serialize)]
struct TroubleReport<'a> {
    kind: &'static str,
    message: String,
    help: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceReport<'a>>,
}

#[derive(Debug, Serialize)]
struct TextReport {
    white_space: usize,
    comments: usize,
    style: usize,
    empty_documents: usize,
}

#[derive(Debug, Serialize)]
struct ObjectReport<'a> {
    object: &'a str,
    template: &'a str,
    hook: bool,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<PlaceReport<'a>>,
    fields: Vec<FieldReport<'a>>,
}

#[derive(Debug, Serialize)]
struct FieldReport<'a> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'a Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'a Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'static str>,
    values: Vec<ValueReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<PlaceReport<'a>>,
}

#[derive(Debug, Serialize)]
struct ValueReport<'a> {
    path: &'a str,
    role: &'static str,
    #[serde(flatten)]
    place: PlaceReport<'a>,
}

#[derive(Debug, Serialize)]
struct PlaceReport<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
}

#[derive(Debug, Serialize)]
struct DifferenceReport {
    name: &'static str,
    effect: &'static str,
    helm_3: &'static str,
    helm_4: &'static str,
    advice: &'static str,
}

impl<'a> Report<'a> {
    pub(crate) fn new(comparisons: &'a [Comparison]) -> Self {
        Self {
            version: 1,
            tool: "plimsoll",
            tool_version: env!("CARGO_PKG_VERSION"),
            charts: comparisons.iter().map(ChartReport::new).collect(),
            differences: Profile::differences().iter().map(DifferenceReport::new).collect(),
        }
    }
}

impl<'a> ChartReport<'a> {
    fn new(comparison: &'a Comparison) -> Self {
        let [three, four] = &comparison.refused;
        let [old, new] = &comparison.warnings;
        Self {
            path: comparison.chart.display().to_string(),
            values_set: &comparison.set,
            changes_meaning: comparison.changes_meaning(),
            library: comparison.is_library,
            refused_by_helm_3: three.as_ref().map(TroubleReport::new),
            refused_by_helm_4: four.as_ref().map(TroubleReport::new),
            refused_because: comparison.refused_because.map(|one| one.name),
            objects: comparison.objects,
            changed: comparison.changed.iter().map(ObjectReport::new).collect(),
            text_only: TextReport {
                white_space: comparison.looks.space,
                comments: comparison.looks.comments,
                style: comparison.looks.style,
                empty_documents: comparison.looks.empty,
            },
            moved: &comparison.moved,
            notes_differ: comparison.notes_differ,
            warnings_of_helm_3: old,
            warnings_of_helm_4: new,
        }
    }
}

impl<'a> TroubleReport<'a> {
    fn new(trouble: &'a Trouble) -> Self {
        Self {
            kind: trouble.kind,
            message: trouble.short_message(),
            help: &trouble.help,
            place: trouble.place.as_ref().map(PlaceReport::new),
        }
    }
}

impl<'a> ObjectReport<'a> {
    fn new(changed: &'a Changed) -> Self {
        let (change, fields) = match &changed.kind {
            ChangeKind::Added => ("added", &[] as &[Field]),
            ChangeKind::Removed => ("removed", &[] as &[Field]),
            ChangeKind::Fields(fields) => ("changed", fields.as_slice()),
        };
        Self {
            object: &changed.title,
            template: &changed.template,
            hook: changed.is_hook,
            change,
            because: changed.because.map(|one| one.name),
            written: changed.written.as_ref().map(PlaceReport::new),
            fields: fields.iter().map(FieldReport::new).collect(),
        }
    }
}

impl<'a> FieldReport<'a> {
    fn new(field: &'a Field) -> Self {
        let json = |Shown(json): &'a Shown| json;
        let role = if field.only_decided { "decides" } else { "value" };
        let value = |(path, place): &'a (String, Place)| ValueReport {
            path,
            role,
            place: PlaceReport::new(place),
        };
        Self {
            path: field.path.to_string(),
            before: field.before.as_ref().map(json),
            after: field.after.as_ref().map(json),
            because: field.because.map(|one| one.name),
            values: field.values.iter().map(value).collect(),
            written: field.written.as_ref().map(PlaceReport::new),
        }
    }
}

impl<'a> PlaceReport<'a> {
    fn new(place: &'a Place) -> Self {
        Self {
            file: &place.file,
            line: place.position.line,
            column: place.position.column,
            start: place.span.start,
            end: place.span.end,
        }
    }
}

impl DifferenceReport {
    const fn new(difference: &'static Difference) -> Self {
        Self {
            name: difference.name,
            effect: difference.effect.word(),
            helm_3: difference.helm3,
            helm_4: difference.helm4,
            advice: difference.advice,
        }
    }
}
