//! The lines that a finding points at.

use plimsoll_app::{App, Spot};
use plimsoll_rules::{Finding, Site};
use plimsoll_yaml::{Input, LineIndex, Origin, OriginKind, Place};

/// A place with what it has to do with the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spotted {
    pub(crate) label: String,
    pub(crate) role: Role,
    pub(crate) place: Place,
}

/// What a place is for a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A line of a values file that sets the field.
    Value,
    /// A line of a values file that decides that the field is there.
    Decides,
    /// The template line that wrote the field.
    Template,
    /// The outermost call that led to the template line.
    Call,
    /// The field in the rendered text, where nothing else is known.
    Rendered,
    /// A comment that allows findings.
    Comment,
    /// Another field that takes part.
    Related,
}

impl Role {
    /// The word that machines read.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Decides => "decides",
            Self::Template => "template",
            Self::Call => "call",
            Self::Rendered => "rendered",
            Self::Comment => "comment",
            Self::Related => "related",
        }
    }

    /// Tells whether the place is one to change, not one to look at besides.
    pub(crate) const fn is_main(self) -> bool {
        !matches!(self, Self::Decides | Self::Related)
    }
}

/// How many values lines a finding shows. A field that owes to more is computed from them, and its
/// template line says more than their list.
const MOST_VALUES: usize = 3;

/// The places of a field: the values lines, or the one that decides that the field is there; then
/// the template line; then the outermost call.
pub(super) fn of(app: &App, spot: &Spot) -> Vec<Spotted> {
    let origin = app.origin(spot);
    let mut places: Vec<Spotted> = Vec::new();
    let mut add = |label: String, role: Role, place: Place| {
        if !places.iter().any(|old| old.place == place) {
            places.push(Spotted { label, role, place });
        }
    };
    let values = values_lines(app, spot, &origin);
    if values.is_empty()
        && let Some((path, place)) = deciding_line(app, spot, &origin)
    {
        add(format!("{path} decides this"), Role::Decides, place);
    }
    for (path, place) in values {
        add(format!("{path} is set here"), Role::Value, place);
    }
    if let Some(place) = origin.written {
        add("written here".to_owned(), Role::Template, place);
    }
    if let Some(place) = origin.trail.into_iter().next() {
        add("included here".to_owned(), Role::Call, place);
    }
    if places.iter().all(|spotted| !spotted.role.is_main())
        && let Some(object) = app.objects.get(spot.object.0)
    {
        let document = &object.document;
        let position = LineIndex::new(&document.text).position(&document.text, spot.span.start);
        let place = Place { file: document.name.clone(), span: spot.span, position };
        add("in the rendered text".to_owned(), Role::Rendered, place);
    }
    places
}

/// The places where a comment allows a finding: wherever the report points for its sake.
pub(super) fn allowing(finding: &Finding, app: &App) -> Vec<Place> {
    let mut places = finding.places(app);
    if let Site::Field(spot) = &finding.site {
        let shown = of(app, spot).into_iter().map(|spotted| spotted.place);
        let new: Vec<_> = shown.filter(|place| !places.contains(place)).collect();
        places.extend(new);
    }
    places
}

/// The one place that holds what a text was made of: a value, or the template itself.
pub(super) fn only_source(origin: Origin) -> Option<Place> {
    let values: Vec<_> = set_values(&origin.inputs).collect();
    match values.as_slice() {
        [(_, place)] => Some((*place).clone()),
        [] if origin.kind == OriginKind::Literal => origin.written,
        _ => None,
    }
}

fn set_values(inputs: &[Input]) -> impl Iterator<Item = (&str, &Place)> {
    inputs.iter().filter_map(|input| match input {
        Input::Value { path, place } => Some((path.as_str(), place)),
        _ => None,
    })
}

fn is_scalar(app: &App, spot: &Spot) -> bool {
    app.node(spot).is_none_or(|node| node.entries().is_empty() && node.items().is_empty())
}

/// The values lines worth showing: those of a scalar, most specific ones only. A whole mapping owes
/// to everything in it, so its template line stands for it.
fn values_lines(app: &App, spot: &Spot, origin: &Origin) -> Vec<(String, Place)> {
    let set: Vec<(&str, &Place)> = set_values(&origin.inputs).collect();
    if !is_scalar(app, spot) && set.len() > MOST_VALUES {
        return Vec::new();
    }
    let holds = |path: &str, other: &str| {
        other.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    let specific =
        |(path, _): &&(&str, &Place)| !set.iter().any(|(other, _)| holds(path, other));
    let shown = set.iter().filter(specific).take(MOST_VALUES);
    shown.map(|(path, place)| ((*path).to_owned(), (*place).clone())).collect()
}

/// The innermost values line that decides that a field is there: conditions come outermost first.
/// A whole mapping owes to the conditions of everything in it; many of them say nothing about it.
fn deciding_line(app: &App, spot: &Spot, origin: &Origin) -> Option<(String, Place)> {
    let deciding: Vec<_> = set_values(&origin.decided_by).collect();
    if !is_scalar(app, spot) && deciding.len() > MOST_VALUES {
        return None;
    }
    deciding.last().map(|(path, place)| ((*path).to_owned(), (*place).clone()))
}
