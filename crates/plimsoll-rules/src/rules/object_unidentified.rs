use plimsoll_app::{HookFamily, Object, Spot};
use plimsoll_yaml::{Content, Node};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A document lacks what tells an object from others: `apiVersion`, `kind`, or `metadata.name`.
    ///
    /// ## Why
    /// `helm template` prints it all the same; `helm install` and the API server refuse it: “kind not
    /// set”, “resource name may not be empty”. Usually a value is empty, or an `if` ends too late or
    /// too early. `generateName` is no name for Helm, which must find its objects again, nor for
    /// `kubectl apply`; Argo CD's hooks and `kubectl create` take it.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: ""
    ///   #     ^^
    /// spec:
    ///   ports:
    ///     - port: 8080
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: chat
    /// spec:
    ///   ports:
    ///     - port: 8080
    /// ```
    ///
    /// ## Fix
    /// Write all three. Where a name comes from a value that may be empty, give it a default
    /// (`{{ .Values.name | default (include "chart.fullname" .) }}`), or leave the whole document out.
    ///
    /// ## Sources
    /// - Helm 4.2.4 and 3.21.4, `helm install`; kubectl 1.32, `kubectl apply`; kube-apiserver 1.36.4: each run on such objects
    /// - argoproj/argo-cd docs/user-guide/resource_hooks.md (3.5), “Generate Name”
    slug: "object-unidentified",
    level: Error,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for object in &cx.app.objects {
        let Some(root) = cx.app.node(&object.at) else { continue };
        if !matches!(root.content, Content::Mapping(_)) {
            continue;
        }
        if let Some(missing) = missing(object) {
            report.at(
                &anchor(object, root),
                format!("the object has no {missing}"),
                "helm install and the API server refuse it",
                "write it, or leave the whole document out",
            );
        } else if let Some(at) = unnamed(cx, object, root) {
            let generated = root.dig(&["metadata", "generateName"]).is_some();
            let (what, help) = if generated {
                (
                    "the object has a generateName and no name, which Helm does not take",
                    "name it, or make it a hook of Argo CD",
                )
            } else {
                ("the object has no name", "name it, or leave the whole document out")
            };
            report.at(&at, what, "helm install ends with “resource name may not be empty”", help);
        }
    }
}

fn missing(object: &Object) -> Option<&'static str> {
    match (object.api_version.value.is_empty(), object.kind.value.is_empty()) {
        (true, true) => Some("apiVersion and no kind"),
        (true, false) => Some("apiVersion"),
        (false, true) => Some("kind"),
        (false, false) => None,
    }
}

/// The line that best stands for an object: the whole of it owes to everything in it.
fn anchor(object: &Object, root: &Node) -> Spot {
    let fields = [&object.kind, &object.api_version];
    if let Some(field) = fields.into_iter().find(|field| field.written && !field.value.is_empty()) {
        return field.at.clone();
    }
    root.entries().first().map_or_else(
        || object.at.clone(),
        |entry| Spot {
            object: object.id,
            span: entry.key_span,
            path: object.at.path.key(entry.key.clone()),
        },
    )
}

/// Where the name should stand, if there is none that would do.
fn unnamed(cx: &Context<'_>, object: &Object, root: &Node) -> Option<Spot> {
    let written = root.dig(&["metadata", "name"]);
    // What is no text is told as a problem of reading.
    if written.is_some_and(|name| !name.is_null() && name.as_str() != Some("")) {
        return None;
    }
    let is_generated = root.dig(&["metadata", "generateName"]).is_some();
    let of_argo = object.hooks.iter().any(|hook| hook.family == HookFamily::ArgoCd);
    if is_generated && (of_argo || !cx.is_chart) {
        return None;
    }
    let Some(name) = written else { return Some(anchor(object, root)) };
    let path = object.at.path.key("metadata".into()).key("name".into());
    let mut spot = Spot { object: object.id, span: name.span, path };
    if spot.span.is_empty() {
        spot.span = cx.app.key_span(&spot)?;
    }
    Some(spot)
}
