//! What `explain` says, for machines; described in `docs/PROVENANCE.md`.

use std::io::Write as _;

use anyhow::Result;
use plimsoll_yaml::{Document, FieldPath, Input, Node, OriginKind, Place};
use serde::Serialize;

use super::change::Advice;
use super::field::shown;
use super::from::{Dependent, How};
use super::object::title;
use crate::secrecy::Hidden;

/// Of both reports; fields are only ever added within one.
const VERSION: u32 = 1;

/// Where fields come from.
#[derive(Debug, Serialize)]
pub(super) struct Fields {
    version: u32,
    fields: Vec<Field>,
}

#[derive(Debug, Serialize)]
struct Field {
    object: String,
    template: String,
    field: String,
    value: String,
    kind: &'static str,
    inputs: Vec<InputReport>,
    decided_by: Vec<InputReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<PlaceReport>,
    calls: Vec<PlaceReport>,
    /// Values paths to set so that the field changes, the best first.
    to_change: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum InputReport {
    Value { path: String, place: PlaceReport },
    Unset { path: String },
    Builtin { name: String },
    File { name: String },
    Generated { function: &'static str },
}

#[derive(Debug, Serialize)]
struct PlaceReport {
    file: String,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
}

impl Fields {
    pub(super) const fn new() -> Self {
        Self { version: VERSION, fields: Vec::new() }
    }

    /// Adds the scalars at and below a field.
    pub(super) fn add(&mut self, document: &Document, field: &FieldPath) {
        let Some(node) = document.root.find(field) else { return };
        let hidden = Hidden::of(&document.root);
        node.walk(&mut |below, inner: &Node| {
            if !inner.entries().is_empty() || !inner.items().is_empty() {
                return;
            }
            let origin = document.origin(inner);
            let path = FieldPath(field.0.iter().chain(&below.0).cloned().collect());
            self.fields.push(Field {
                object: title(document),
                template: document.name.to_string(),
                field: path.to_string(),
                value: shown(document, inner, &hidden),
                kind: kind(origin.kind),
                to_change: Advice::of(&origin).paths().to_vec(),
                written: origin.written.as_ref().map(place),
                calls: origin.trail.iter().map(place).collect(),
                inputs: inputs(&origin.inputs),
                decided_by: inputs(&origin.decided_by),
            });
        });
    }
}

const fn kind(kind: OriginKind) -> &'static str {
    match kind {
        OriginKind::Literal => "literal",
        OriginKind::Copied => "copied",
        OriginKind::Computed => "computed",
        OriginKind::Generated => "generated",
        OriginKind::Unknown => "unknown",
    }
}

fn inputs(inputs: &[Input]) -> Vec<InputReport> {
    let report = |input: &Input| match input {
        Input::Value { path, place: at } => {
            InputReport::Value { path: path.clone(), place: place(at) }
        }
        Input::Unset { path } => InputReport::Unset { path: path.clone() },
        Input::Builtin(name) => InputReport::Builtin { name: name.clone() },
        Input::File(name) => InputReport::File { name: name.clone() },
        Input::Generated(function) => InputReport::Generated { function },
    };
    inputs.iter().map(report).collect()
}

fn place(place: &Place) -> PlaceReport {
    PlaceReport {
        file: place.file.to_string(),
        line: place.position.line,
        column: place.position.column,
        start: place.span.start,
        end: place.span.end,
    }
}

/// What depends on a value.
#[derive(Debug, Serialize)]
pub(super) struct Dependents<'d> {
    version: u32,
    from: &'d str,
    dependents: Vec<DependentReport<'d>>,
}

#[derive(Debug, Serialize)]
struct DependentReport<'d> {
    object: String,
    template: &'d str,
    field: String,
    how: How,
    scalars: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'d str>,
}

impl<'d> Dependents<'d> {
    pub(super) fn new(from: &'d str, dependents: &'d [Dependent<'d>]) -> Self {
        let report = |one: &'d Dependent<'d>| DependentReport {
            object: title(one.document),
            template: &one.document.name,
            field: one.field.to_string(),
            how: one.how,
            scalars: one.scalars,
            value: one.value.as_deref(),
        };
        Self { version: VERSION, from, dependents: dependents.iter().map(report).collect() }
    }
}

/// Writes a report to standard output.
pub(super) fn write(report: &impl Serialize) -> Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, report)?;
    writeln!(out)?;
    Ok(())
}
