//! A field that means something else, fit to be shown.

use plimsoll_chart::Difference;
use plimsoll_yaml::{Content, Document, FieldPath, Input, Node, Number, Origin, Place};
use serde_json::{Map, Value as Json};

use super::objects::Object;
use super::tree::Change;
use crate::secrecy::{self, Hidden};

/// A field that changes.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) path: FieldPath,
    /// Absent where the field is new.
    pub(crate) before: Option<Shown>,
    /// Absent where the field goes.
    pub(crate) after: Option<Shown>,
    /// Values lines that it is made of, else those that decide about it: path and place.
    pub(crate) values: Vec<(String, Place)>,
    /// The values only decide that the field is there.
    pub(crate) only_decided: bool,
    /// The template line that writes it.
    pub(crate) written: Option<Place>,
    /// What makes the change, where it can be told.
    pub(crate) because: Option<&'static Difference>,
}

/// What a field holds, without secrets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown(pub(crate) Json);

/// An object's document, and what in it is never shown.
pub(super) struct Side<'o> {
    document: &'o Document,
    hidden: Hidden,
}

impl<'o> Side<'o> {
    pub(super) fn new(object: &'o Object) -> Self {
        Self { document: &object.document, hidden: Hidden::of(&object.document.root) }
    }
}

/// How many values lines a field shows.
const MOST_VALUES: usize = 3;

impl Field {
    pub(super) fn new(
        change: &Change<'_>,
        [before, after]: &[Side<'_>; 2],
        because: Option<&'static Difference>,
    ) -> Self {
        let shown =
            |node: Option<&Node>, side: &Side<'_>| node.map(|node| Shown(json(node, &side.hidden)));
        // What changes comes from what Helm 3 took; what is new has an origin in Helm 4 alone.
        let origins: Vec<Origin> = [(change.before, before), (change.after, after)]
            .into_iter()
            .filter_map(|(node, side)| node.map(|node| side.document.origin(node)))
            .collect();
        let mut values = Vec::new();
        origins.iter().for_each(|origin| add(&mut values, &origin.inputs));
        let only_decided = values.is_empty();
        if only_decided {
            origins.iter().for_each(|origin| add_last(&mut values, &origin.decided_by));
        }
        let paths: Vec<String> = values.iter().map(|(path, _)| path.clone()).collect();
        values.retain(|(path, _)| !paths.iter().any(|other| holds(path, other)));
        values.truncate(MOST_VALUES);
        Self {
            path: change.path.clone(),
            before: shown(change.before, before),
            after: shown(change.after, after),
            only_decided: only_decided && !values.is_empty(),
            values,
            written: origins.into_iter().rev().find_map(|origin| origin.written),
            because,
        }
    }
}

fn add(values: &mut Vec<(String, Place)>, inputs: &[Input]) {
    for input in inputs {
        if let Input::Value { path, place } = input {
            let value = (path.clone(), place.clone());
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
}

/// Tells whether a values path leads to another one's parent.
fn holds(path: &str, other: &str) -> bool {
    other.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// Adds the innermost of the values that decide: conditions come outermost first.
fn add_last(values: &mut Vec<(String, Place)>, inputs: &[Input]) {
    let is_value = |input: &&Input| matches!(input, Input::Value { .. });
    let last = inputs.iter().rev().find(is_value);
    add(values, last.map(std::slice::from_ref).unwrap_or_default());
}

/// A node as JSON, without the secrets in it.
fn json(node: &Node, hidden: &Hidden) -> Json {
    if hidden.holds(node) {
        return Json::from(secrecy::HIDDEN);
    }
    match &node.content {
        Content::Null => Json::Null,
        Content::Bool(value) => Json::from(*value),
        Content::Number(Number::Int(int)) => Json::from(*int),
        Content::Number(Number::Uint(uint)) => Json::from(*uint),
        Content::Number(number) => serde_json::Number::from_f64(number.as_f64())
            .map_or_else(|| Json::from(number.as_f64().to_string()), Json::Number),
        Content::String(text) => Json::from(secrecy::masked(text)),
        Content::Sequence(items) => items.iter().map(|item| json(item, hidden)).collect(),
        Content::Mapping(entries) => {
            let entry =
                |entry: &plimsoll_yaml::Entry| (entry.key.to_string(), json(&entry.value, hidden));
            Json::Object(entries.iter().map(entry).collect::<Map<_, _>>())
        }
    }
}
