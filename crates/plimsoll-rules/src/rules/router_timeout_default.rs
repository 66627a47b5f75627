use plimsoll_app::engines::{Engine, EngineKind};
use plimsoll_app::{App, Entrance, EntranceKind, Object};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A Route, or an Ingress of nginx, leads to an engine and leaves the router's timeout as it is.
    ///
    /// ## Why
    /// Routers wait 30 s (OpenShift) or 60 s (nginx) for an answer. A long prompt, a model that is
    /// loaded on the first request, or a reply that is not streamed takes longer: the caller gets a
    /// 504 while the GPU goes on computing.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: route.openshift.io/v1
    /// kind: Route
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   to: {kind: Service, name: litellm}
    /// #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ///   tls: {termination: edge}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   selector: {app: litellm}
    ///   ports:
    ///     - port: 4000
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    ///   labels: {app: litellm}
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    /// ```
    /// ```yaml good
    /// apiVersion: route.openshift.io/v1
    /// kind: Route
    /// metadata:
    ///   name: litellm
    ///   annotations:
    ///     haproxy.router.openshift.io/timeout: 600s
    /// spec:
    ///   to: {kind: Service, name: litellm}
    ///   tls: {termination: edge}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   selector: {app: litellm}
    ///   ports:
    ///     - port: 4000
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    ///   labels: {app: litellm}
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    /// ```
    ///
    /// ## Fix
    /// `haproxy.router.openshift.io/timeout: 600s` on a Route, and `timeout-tunnel` for websockets;
    /// `nginx.ingress.kubernetes.io/proxy-read-timeout: "600"` on an Ingress of nginx.
    ///
    /// ## Sources
    /// - OpenShift documentation 4.21, route-specific annotations; kubernetes/ingress-nginx docs/user-guide/nginx-configuration/annotations.md (1.13)
    /// - trustyai-explainability/trustyai-service-operator#692, onyx-dot-app/onyx#10247
    slug: "router-timeout-default",
    level: Warning,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for entrance in &cx.app.entrances {
        let object = cx.app.object(entrance.object);
        let Some((annotation, default)) = timeout(cx.app, entrance, object) else { continue };
        if object.annotations.get(annotation).is_some() {
            continue;
        }
        let Some((engine, backend)) = slow(cx.app, entrance) else { continue };
        report.at(
            &backend.at,
            format!("the router gives {} {default} s for an answer", engine.facts.name),
            "a long prompt, a model that is loaded first, or a reply that is not streamed takes \
             longer: the caller gets a 504 while the GPU goes on computing",
            format!("annotate it with {annotation} and 600 s or more"),
        );
    }
}

/// Returns the annotation that sets the router's timeout, and its default in seconds; nothing where
/// the router is not known.
fn timeout(app: &App, entrance: &Entrance, object: &Object) -> Option<(&'static str, u32)> {
    match entrance.kind {
        EntranceKind::Route => Some(("haproxy.router.openshift.io/timeout", 30)),
        EntranceKind::Ingress => {
            let root = app.node(&object.at)?;
            let class = root.dig(&["spec", "ingressClassName"]).and_then(|node| node.as_str());
            let old = object.annotations.get("kubernetes.io/ingress.class");
            let class = class.or(old.map(|field| field.value.as_str())).unwrap_or_default();
            let is_nginx = class == "nginx"
                || object
                    .annotations
                    .iter()
                    .any(|pair| pair.key.value.starts_with("nginx.ingress.kubernetes.io/"));
            is_nginx.then_some(("nginx.ingress.kubernetes.io/proxy-read-timeout", 60))
        }
        _ => None,
    }
}

/// Returns an engine behind the entrance that may take long to answer, and the backend.
fn slow<'a>(
    app: &'a App,
    entrance: &'a Entrance,
) -> Option<(&'a Engine, &'a plimsoll_app::Backend)> {
    entrance.backends.iter().find_map(|backend| {
        let engine = backend.reaches.iter().find_map(|reach| {
            let containers = &app.workloads.get(reach.workload.0)?.pod.containers;
            let index = reach.container.or_else(|| (containers.len() == 1).then_some(0))?;
            let engine = containers.get(index)?.engine.as_ref()?;
            let generates = matches!(
                engine.kind,
                EngineKind::Ollama
                    | EngineKind::Vllm
                    | EngineKind::LlamaCpp
                    | EngineKind::LiteLlm
                    | EngineKind::OpenWebUi
            );
            generates.then_some(engine)
        })?;
        Some((engine, backend))
    })
}
