//! Templates parsed once and kept for every rendering of a chart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Profile;
use crate::objects::PlannedTemplate;
use crate::template::{ParseError, Tree, parse};

/// The parsed templates of a chart and its subcharts, by name and profile. A name can stand for
/// another text under other values (two subcharts under one alias), so the text decides.
#[derive(Debug, Default)]
pub(crate) struct Parsed(Mutex<HashMap<(Arc<str>, Profile), Entry>>);

#[derive(Clone, Debug)]
struct Entry {
    text: Arc<str>,
    trees: Result<Arc<[Arc<Tree>]>, ParseError>,
}

impl Parsed {
    /// The trees of a template: those that it defines, and its own last.
    pub(crate) fn trees(
        &self,
        template: &PlannedTemplate,
        profile: Profile,
    ) -> Result<Arc<[Arc<Tree>]>, ParseError> {
        let key = (Arc::clone(&template.name), profile);
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(&key).filter(|entry| entry.text == template.text) {
            return entry.trees.clone();
        }
        let trees = parse(&template.name, &template.text, profile)
            .map(|trees| trees.into_iter().map(Arc::new).collect());
        let text = Arc::clone(&template.text);
        entries.insert(key, Entry { text, trees: Result::clone(&trees) });
        trees
    }
}
