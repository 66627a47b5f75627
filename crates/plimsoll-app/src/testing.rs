//! Applications from text, for tests.

use std::sync::Arc;

use plimsoll_yaml::{Document, Origin, Provenance, Span, parse};

use crate::{App, Container, Field, Workload};

#[derive(Debug)]
struct Nowhere;

impl Provenance for Nowhere {
    fn origin(&self, _: Span) -> Origin {
        Origin::unknown()
    }
}

/// Reads manifests; a text that is no YAML gives no documents.
pub(crate) fn documents(text: &str) -> Vec<Arc<Document>> {
    let whole: Arc<str> = text.into();
    let parsed = parse(text).unwrap_or_default();
    let documents = parsed.into_iter().map(|parsed| {
        Arc::new(Document {
            name: "test.yaml".into(),
            text: Arc::clone(&whole),
            root: parsed.root,
            comments: parsed.comments,
            repeated: parsed.repeated,
            provenance: Arc::new(Nowhere),
        })
    });
    documents.collect()
}

/// Reads manifests that have no problem.
pub(crate) fn app(text: &str) -> App {
    let app = app_with_problems(text);
    assert!(app.problems.is_empty(), "{:#?}", app.problems);
    app
}

pub(crate) fn app_with_problems(text: &str) -> App {
    let documents = documents(text);
    assert!(!documents.is_empty(), "no YAML: {:?}", parse(text).err());
    App::new(documents)
}

/// Reads a Deployment whose pod spec is `spec`, indented by no more than its own lines.
pub(crate) fn deployment(spec: &str) -> App {
    let indented: String = spec.lines().map(|line| format!("      {line}\n")).collect();
    app(&format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: test}}\nspec:\n  \
         selector: {{matchLabels: {{app: test}}}}\n  template:\n    \
         metadata: {{labels: {{app: test}}}}\n    spec:\n{indented}"
    ))
}

/// Reads a Deployment with one container, whose fields are `fields`.
pub(crate) fn container(fields: &str) -> App {
    let indented: String = fields.lines().map(|line| format!("  {line}\n")).collect();
    deployment(&format!("containers:\n- name: main\n{indented}"))
}

impl App {
    pub(crate) fn first(&self) -> (&Workload, &Container) {
        let workload = self.workloads.first().expect("the test's manifest has a workload");
        (workload, workload.pod.containers.first().expect("its pod has a container"))
    }

    /// Tells whether a field's span covers exactly `text`.
    pub(crate) fn covers<T>(&self, field: &Field<T>, text: &str) -> bool {
        field.written && self.text(&field.at) == text
    }
}
