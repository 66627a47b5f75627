//! Which subcharts' suites to run: those that the top chart's values enable.

use std::path::Path;

use plimsoll_chart::Chart;
use plimsoll_yaml::{Content, Node};

use super::files;

/// The values by which subcharts are enabled: the chart's own and those of the command line.
#[derive(Debug)]
pub(super) struct Conditions(Vec<Node>);

impl Conditions {
    /// Reads the values. Those that cannot be read enable everything: rendering will tell of them.
    pub(super) fn read(chart: &Path, values: &[String]) -> Self {
        let own = chart.join("values.yaml");
        let mut roots = Vec::new();
        for file in values.iter().rev().map(Path::new).chain([own.as_path()]) {
            let text = files::read(file).unwrap_or_default();
            if let Ok(parsed) = plimsoll_yaml::parse_one(&text) {
                roots.push(parsed.root);
            }
        }
        Self(roots)
    }

    /// Tells whether a subchart of that name is enabled. helm-unittest takes the whole condition
    /// for one path, and all paths count from the top chart.
    pub(super) fn enables(&self, chart: &Chart, name: &str) -> bool {
        let declared = chart.metadata().dependencies.iter().find(|dependency| {
            let called =
                if dependency.alias.is_empty() { &dependency.name } else { &dependency.alias };
            &**called == name
        });
        let Some(dependency) = declared else { return true };
        if !dependency.condition.is_empty() {
            let path: Vec<&str> = dependency.condition.split('.').collect();
            return self.bool(&path).unwrap_or(true);
        }
        let tags =
            self.find(&["tags"]).is_some_and(|tags| matches!(tags.content, Content::Mapping(_)));
        dependency.tags.is_empty()
            || !tags
            || dependency.tags.iter().any(|tag| self.bool(&["tags", tag]) == Some(true))
    }

    fn bool(&self, path: &[&str]) -> Option<bool> {
        self.find(path).and_then(Node::as_bool)
    }

    /// The strongest value at the path.
    fn find(&self, path: &[&str]) -> Option<&Node> {
        self.0.iter().find_map(|root| root.dig(path))
    }
}
