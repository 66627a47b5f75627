//! Values files that set a value without deciding this time: defaults that others override, and the
//! chart's `ci/` values.

use std::path::Path;
use std::sync::Arc;

use plimsoll_chart::MAX_FILE_BYTES;
use plimsoll_yaml::{FieldPath, Input, LineIndex, Node, Place};

use crate::discover;
use crate::file;
use crate::output::source::Sources;

/// The other values files of a chart.
#[derive(Debug, Default)]
pub(super) struct Also(Vec<Known>);

#[derive(Debug)]
struct Known {
    name: Arc<str>,
    text: Arc<str>,
    root: Node,
}

impl Also {
    /// Reads the chart's own values, out of `own`, and those of its `ci/`; files that cannot be read
    /// are left out, for they take no part.
    pub(super) fn read(chart: &Path, own: &[(Arc<str>, Arc<str>)], sources: &mut Sources) -> Self {
        let mut known = Self::default();
        let values = format!("{}/values.yaml", chart.display());
        for (name, text) in own.iter().filter(|(name, _)| **name == *values) {
            known.add(name, text);
        }
        for path in discover::ci_values(chart).unwrap_or_default() {
            let Ok(text) = file::read_text(&path, MAX_FILE_BYTES) else { continue };
            let (name, text) = (Arc::from(path.display().to_string()), Arc::from(text));
            sources.add(&name, &text);
            known.add(&name, &text);
        }
        known
    }

    fn add(&mut self, name: &Arc<str>, text: &Arc<str>) {
        if let Ok(parsed) = plimsoll_yaml::parse_one(text) {
            let (name, text) = (Arc::clone(name), Arc::clone(text));
            self.0.push(Known { name, text, root: parsed.root });
        }
    }

    /// Where else the values among the inputs are set.
    pub(super) fn places(&self, inputs: &[Input]) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for input in inputs {
            let (path, at) = match input {
                Input::Value { path, place } => (path, Some(place)),
                Input::Unset { path } => (path, None),
                _ => continue,
            };
            let Ok(path) = path.parse::<FieldPath>() else { continue };
            for known in &self.0 {
                let Some(node) = known.root.find(&path).filter(|_| !path.0.is_empty()) else {
                    continue;
                };
                let position = LineIndex::new(&known.text).position(&known.text, node.span.start);
                let file = Arc::clone(&known.name);
                let place = Place { file, span: node.span, position };
                if Some(&place) != at && !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        places
    }
}
