//! The lines that a finding points at.

use plimsoll_app::{App, Spot};
use plimsoll_rules::{Finding, Site};
use plimsoll_yaml::{Input, LineIndex, Origin, Place};

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
    let values = values_lines(app, spot, &origin);
    if values.is_empty()
        && let Some((path, place)) = deciding_line(app, spot, &origin)
    {
        add(&mut places, Role::Decides, format!("{path} decides this"), place);
    }
    for (path, place) in values {
        add(&mut places, Role::Value, format!("{path} is set here"), place);
    }
    if let Some(place) = origin.written {
        add(&mut places, Role::Template, "written here".to_owned(), place);
    }
    if let Some(place) = origin.trail.into_iter().next() {
        add(&mut places, Role::Call, "included here".to_owned(), place);
    }
    if places.iter().all(|spotted| !spotted.role.is_main())
        && let Some(object) = app.objects.get(spot.object.0)
    {
        let document = &object.document;
        let position = LineIndex::new(&document.text).position(&document.text, spot.span.start);
        let place = Place { file: document.name.clone(), span: spot.span, position };
        add(&mut places, Role::Rendered, "in the rendered text".to_owned(), place);
    }
    places
}

fn add(places: &mut Vec<Spotted>, role: Role, label: String, place: Place) {
    if !places.iter().any(|old| old.place == place) {
        places.push(Spotted { label, role, place });
    }
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

/// How many values a secret may be made of for each of them to count as one. A whole configuration
/// that is kept in a Secret owes to hundreds, most of which are none.
const MOST_PARTS: usize = 5;

/// The places that hold what a text was made of: its values, and the template line that wrote it.
pub(super) fn sources(origin: Origin) -> Vec<Place> {
    let mut places: Vec<Place> =
        set_values(&origin.inputs).map(|(_, place)| place.clone()).collect();
    if places.len() > MOST_PARTS {
        places.clear();
    }
    places.extend(origin.written);
    places
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
    let specific = |(path, _): &&(&str, &Place)| !set.iter().any(|(other, _)| holds(path, other));
    let shown = set.iter().filter(specific).take(MOST_VALUES);
    shown.map(|(path, place)| ((*path).to_owned(), (*place).clone())).collect()
}

/// The innermost values line that decides that a field is there: conditions come outermost first.
///
/// The field's key tells it best, since nothing but conditions decides about a literal. A whole
/// element of a list owes to the conditions of everything in it; many of them say nothing about it.
fn deciding_line(app: &App, spot: &Spot, origin: &Origin) -> Option<(String, Place)> {
    let object = app.objects.get(spot.object.0)?;
    let of_key = app.key_span(spot).map(|key| object.document.provenance.origin(key));
    let deciding: Vec<_> = match &of_key {
        Some(key) => set_values(&key.decided_by).collect(),
        None => set_values(&origin.decided_by).collect(),
    };
    if of_key.is_none() && deciding.len() > MOST_VALUES {
        return None;
    }
    let (last, place) = *deciding.last()?;
    // Of several values in one condition the switch is the one to know.
    let switch = last.rsplit_once('.').map(|(parent, _)| format!("{parent}.enabled"));
    let switch = deciding.iter().find(|(path, _)| switch.as_deref() == Some(*path));
    let (path, place) = switch.map_or((last, place), |(path, place)| (*path, *place));
    Some((path.to_owned(), place.clone()))
}
