//! What the API server says of manifests before it keeps them.

use std::fmt;

use anyhow::{Result, bail};
use kube::api::{Api, DynamicObject, Patch, PatchParams, ValidationDirective};
use kube::core::GroupVersionKind;
use kube::discovery::{Scope, pinned_kind};
use kube::{Client, Error};
use plimsoll_yaml::{FieldPath, LineIndex, Step};
use serde_json::Value;

use crate::yaml::{self, Document};

/// An object that the API server refuses, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The line of the manifests, from 1: that of the field which is at fault where the answer
    /// names one, else that of the object.
    pub line: usize,
    /// Kind and name, such as `Deployment/vllm`.
    pub object: String,
    /// The field that the answer names.
    pub field: Option<String>,
    /// What the API server says.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}: {}", self.line, self.object, self.message)
    }
}

/// Asks the API server to take every object of the manifests by server-side apply, strictly and
/// without keeping any.
pub(crate) async fn dry_run(
    client: &Client,
    manifests: &str,
    namespace: &str,
) -> Result<Vec<Refusal>> {
    let params = PatchParams {
        dry_run: true,
        field_validation: Some(ValidationDirective::Strict),
        ..PatchParams::apply("plimsoll-lab")
    };
    submit(client, manifests, namespace, &params).await
}

/// Has the API server keep every object of the manifests, in their order.
pub(crate) async fn apply(
    client: &Client,
    manifests: &str,
    namespace: &str,
) -> Result<Vec<Refusal>> {
    let params = PatchParams {
        field_validation: Some(ValidationDirective::Strict),
        ..PatchParams::apply("plimsoll-lab")
    };
    submit(client, manifests, namespace, &params).await
}

async fn submit(
    client: &Client,
    manifests: &str,
    namespace: &str,
    params: &PatchParams,
) -> Result<Vec<Refusal>> {
    let mut refusals = Vec::new();
    let lines = LineIndex::new(manifests);
    for document in yaml::documents(manifests)? {
        let object = describe(&document.value);
        match submit_one(client, &document.value, namespace, params).await {
            Ok(()) => {}
            Err(Error::Api(status)) => {
                let causes = status.details.iter().flat_map(|details| &details.causes);
                let mut found: Vec<(Option<String>, String)> = causes
                    .filter(|cause| !cause.field.is_empty())
                    .map(|cause| (Some(cause.field.clone()), cause.message.clone()))
                    .collect();
                if found.is_empty() {
                    found.push((unknown_field(&status.message), status.message.clone()));
                }
                for (field, message) in found {
                    let line = field
                        .as_deref()
                        .and_then(|field| line_of(&document, field, manifests, &lines))
                        .unwrap_or(document.line);
                    refusals.push(Refusal { line, object: object.clone(), field, message });
                }
            }
            Err(error) => refusals.push(Refusal {
                line: document.line,
                object,
                field: None,
                message: error.to_string(),
            }),
        }
    }
    Ok(refusals)
}

async fn submit_one(
    client: &Client,
    object: &Value,
    namespace: &str,
    params: &PatchParams,
) -> Result<(), Error> {
    let text = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let (group, version) = text("/apiVersion").split_once('/').unwrap_or(("", text("/apiVersion")));
    let kind = GroupVersionKind::gvk(group, version, text("/kind"));
    let (resource, capabilities) = pinned_kind(client, &kind).await?;
    let api: Api<DynamicObject> = match capabilities.scope {
        Scope::Cluster => Api::all_with(client.clone(), &resource),
        Scope::Namespaced => {
            let own = Some(text("/metadata/namespace")).filter(|own| !own.is_empty());
            Api::namespaced_with(client.clone(), own.unwrap_or(namespace), &resource)
        }
    };
    api.patch(text("/metadata/name"), params, &Patch::Apply(object)).await.map(|_| ())
}

fn describe(object: &Value) -> String {
    let text = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or("?");
    format!("{}/{}", text("/kind"), text("/metadata/name"))
}

/// The field of a message such as `.spec.replcas: field not declared in schema`.
fn unknown_field(message: &str) -> Option<String> {
    let (before, _) = message.split_once(": field not declared in schema")?;
    before.rsplit([' ', '"']).next().map(|field| field.trim_start_matches('.').to_owned())
}

/// The line of a field that the API server writes as `spec.containers[0].image`; of the nearest
/// field above it that is there, if it is not.
fn line_of(document: &Document, field: &str, text: &str, lines: &LineIndex) -> Option<usize> {
    let path: FieldPath = field.trim_start_matches('.').parse().ok()?;
    let mut node = &document.root;
    let mut start = node.span.start;
    for step in &path.0 {
        let next = match step {
            Step::Key(key) => node.entry(key).map(|entry| (entry.key_span.start, &entry.value)),
            Step::Index(index) => node.at(*index).map(|item| (item.span.start, item)),
        };
        let Some((at, found)) = next else { break };
        (start, node) = (at, found);
    }
    Some(lines.position(text, start).line)
}

/// Refusals as an error, if there are any.
pub(crate) fn none(refusals: Vec<Refusal>) -> Result<()> {
    if refusals.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    bail!("the API server refuses:\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_or_the_nearest_above_it() {
        let text = "kind: Pod\nspec:\n  containers:\n  - name: a\n    image: b\n";
        let document = yaml::documents(text).unwrap().remove(0);
        let lines = LineIndex::new(text);
        let line = |field| line_of(&document, field, text, &lines);
        assert_eq!(line("spec.containers[0].image"), Some(5));
        assert_eq!(line(".spec.containers[0].command"), Some(4));
        assert_eq!(line("spec.volumes[3]"), Some(2));
    }

    #[test]
    fn an_unknown_field_is_read_from_the_message() {
        let message = "failed to create typed patch object (a/b; apps/v1, Kind=Deployment): \
                       .spec.replcas: field not declared in schema";
        assert_eq!(unknown_field(message).as_deref(), Some("spec.replcas"));
        assert_eq!(unknown_field("quota exceeded"), None);
    }
}
