//! Suites: what is in a test file.

mod decode;
mod parts;
mod read;

use std::sync::Arc;

use plimsoll_yaml::{Place, Span};

use crate::assertion::Assertion;
use crate::problem::Source;
use crate::value::Value;

pub(crate) use decode::kind;
pub use parts::MAX_SUITES;
pub(crate) use parts::parts;

/// A suite of tests, as one document of a file holds it.
#[derive(Clone, Debug)]
pub struct Suite {
    pub(crate) source: Source,
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
    pub(crate) set: Vec<Setting>,
    pub(crate) templates: Vec<String>,
    pub(crate) exclude_templates: Vec<String>,
    pub(crate) include_crds: bool,
    pub(crate) release: ReleaseSpec,
    pub(crate) versions: Versions,
    pub(crate) capabilities: Capabilities,
    pub(crate) cluster: Cluster,
    pub(crate) post_renderer: Option<Span>,
    pub(crate) snapshot_id: String,
    pub(crate) skip: String,
    pub(crate) tests: Vec<Test>,
}

impl Suite {
    /// Returns the name that the file gives; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the file in which the suite stands, as the user names it.
    #[must_use]
    pub fn file(&self) -> &Arc<str> {
        &self.source.file
    }

    /// Returns the text in which places of the suite lie.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.source.text
    }

    /// Returns where the suite's snapshots are, relative to the directory of its file.
    #[must_use]
    pub fn snapshot_file(&self) -> String {
        let name = self.source.file.rsplit('/').next().unwrap_or_default();
        let id = if self.snapshot_id.is_empty() {
            String::new()
        } else {
            format!("_{}", self.snapshot_id)
        };
        format!("__snapshot__/{name}{id}.snap")
    }

    /// Adds values files to those of the suite; they win over these.
    pub fn add_values(&mut self, files: &[String]) {
        self.values.extend_from_slice(files);
    }
}

/// One test.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) span: Span,
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
    pub(crate) set: Vec<Setting>,
    pub(crate) templates: Vec<String>,
    pub(crate) document_index: Option<i64>,
    pub(crate) selector: Option<Selector>,
    pub(crate) release: ReleaseSpec,
    pub(crate) versions: Versions,
    pub(crate) capabilities: TestCapabilities,
    pub(crate) cluster: Cluster,
    pub(crate) post_renderer: Option<Span>,
    pub(crate) skip: String,
    pub(crate) asserts: Vec<Assertion>,
}

impl Test {
    pub(crate) fn place(&self, suite: &Suite) -> Place {
        suite.source.place(self.span)
    }
}

/// A value set at a path.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) path: String,
    pub(crate) path_span: Span,
    pub(crate) value: Value,
}

/// What is said of `.Release`; empty and zero where nothing is.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReleaseSpec {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) revision: i64,
    pub(crate) upgrade: bool,
}

/// Replacements of the chart's versions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Versions {
    pub(crate) version: String,
    pub(crate) app_version: String,
}

/// What a suite says of `.Capabilities`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Capabilities {
    pub(crate) major: String,
    pub(crate) minor: String,
    pub(crate) api_versions: Vec<String>,
}

/// What a test says of them; its API versions come before those of the suite, unless it unsets
/// them all.
#[derive(Clone, Debug)]
pub(crate) struct TestCapabilities {
    pub(crate) major: String,
    pub(crate) minor: String,
    pub(crate) api_versions: Option<Vec<String>>,
}

impl Default for TestCapabilities {
    fn default() -> Self {
        Self { major: String::new(), minor: String::new(), api_versions: Some(Vec::new()) }
    }
}

/// A cluster that `lookup` sees.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cluster {
    pub(crate) kinds: Vec<ClusterKind>,
    pub(crate) objects: Vec<Value>,
}

/// A kind that the cluster knows.
#[derive(Clone, Debug)]
pub(crate) struct ClusterKind {
    /// API version and kind with a slash between.
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) resource: String,
    pub(crate) namespaced: bool,
}

/// Which documents to look at.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    pub(crate) path: String,
    pub(crate) value: Option<Value>,
    pub(crate) match_many: bool,
    pub(crate) skip_empty_templates: bool,
}
