//! What the API server says of manifests before it keeps them.

use std::fmt;

use anyhow::{Result, bail};
use kube::api::{Api, DynamicObject, Patch, PatchParams, ValidationDirective};
use kube::core::GroupVersionKind;
use kube::discovery::{Scope, pinned_kind};
use kube::{Client, Error};
use plimsoll_yaml::{LineIndex, Node};
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
                    found = typed_errors(&status.message);
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

/// What is wrong by server-side apply's own reckoning, which has no list of causes but a sentence
/// for each: `failed to create typed patch object (…): .spec.replcas: field not declared in schema`,
/// or `… errors:` and a line for each.
fn typed_errors(message: &str) -> Vec<(Option<String>, String)> {
    let sentences =
        message.split('\n').map(|line| line.rsplit("): ").next().unwrap_or(line).trim());
    let found: Vec<(Option<String>, String)> = sentences
        .filter(|sentence| sentence.starts_with('.'))
        .filter_map(|sentence| {
            Some((Some(sentence.split_once(": ")?.0.to_owned()), sentence.to_owned()))
        })
        .collect();
    if found.is_empty() { vec![(None, message.to_owned())] } else { found }
}

/// The line of a field as the API server writes it, such as `spec.containers[0].image` or
/// `.spec.containers[name="main"].image`; of the nearest field above it that is there, if it is not.
fn line_of(document: &Document, field: &str, text: &str, lines: &LineIndex) -> Option<usize> {
    let mut node = &document.root;
    let mut start = node.span.start;
    let mut rest = field.trim_start_matches('.');
    while !rest.is_empty() {
        let next = if let Some(inside) = rest.strip_prefix('[') {
            let (inside, after) = inside.split_once(']')?;
            rest = after;
            element(node, inside)
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (key, after) = rest.split_at(end);
            rest = after;
            node.entry(key).map(|entry| (entry.key_span.start, &entry.value))
        };
        rest = rest.strip_prefix('.').unwrap_or(rest);
        let Some((at, found)) = next else { break };
        (start, node) = (at, found);
    }
    Some(lines.position(text, start).line)
}

/// What stands in brackets: an index, a key, or what tells an element from others.
fn element<'a>(node: &'a Node, inside: &str) -> Option<(usize, &'a Node)> {
    if let Ok(index) = inside.parse() {
        return node.at(index).map(|item| (item.span.start, item));
    }
    let unquoted = inside.trim_matches('"');
    if let Some(entry) = node.entry(unquoted) {
        return Some((entry.key_span.start, &entry.value));
    }
    let marks: Vec<(&str, &str)> =
        inside.split(',').filter_map(|mark| mark.split_once('=')).collect();
    let fits = |item: &&Node| {
        marks.iter().all(|(key, wanted)| {
            let found = item.get(key).and_then(|value| plimsoll_yaml::to_json(&value).ok());
            // What is not written has its default, of which nothing is known here.
            found.is_none_or(|found| found == *wanted)
        })
    };
    let found = node.items().iter().find(|item| !marks.is_empty() && fits(item))?;
    Some((found.span.start, found))
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
    fn an_element_is_found_by_what_tells_it_from_others() {
        let text = "spec:\n  ports:\n  - port: 80\n    name: a\n  - port: 90\n    name: b\n";
        let document = yaml::documents(text).unwrap().remove(0);
        let lines = LineIndex::new(text);
        let line = |field| line_of(&document, field, text, &lines);
        assert_eq!(line(".spec.ports[port=90,protocol=\"TCP\"].name"), Some(6));
        assert_eq!(line(".spec.ports[name=\"a\"].port"), Some(3));
        assert_eq!(line(".spec.ports[name=\"c\"].port"), Some(2));
    }

    #[test]
    fn unknown_fields_are_read_from_the_sentences() {
        let message = "failed to create typed patch object (a/b; apps/v1, Kind=Deployment): errors:\n  \
                       .spec.replcas: field not declared in schema\n  .spec.a[0]: expected string";
        let fields: Vec<Option<String>> =
            typed_errors(message).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [Some(".spec.replcas".to_owned()), Some(".spec.a[0]".to_owned())]);
        let plain = "exceeded quota: gpus, requested: 2";
        assert_eq!(typed_errors(plain), [(None, plain.to_owned())]);
    }
}
