use plimsoll_app::engines::{Auth, Engine};
use plimsoll_app::{App, Backend};

use crate::front_door::is_guarded;
use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// An engine has a key, but an entrance leads to paths that the key does not guard.
    ///
    /// ## Why
    /// vLLM asks for its key below `/v1` only. Without it anybody can still use `/invocations`,
    /// `/score` or `/pooling`, and stop the engine with `/pause`.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   rules:
    ///     - http:
    ///         paths:
    ///           - path: /
    ///             #     ^
    ///             pathType: Prefix
    ///             backend: {service: {name: vllm, port: {number: 8000}}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   selector: {app: vllm}
    ///   ports:
    ///     - port: 8000
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    ///   labels: {app: vllm}
    /// spec:
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    ///       env:
    ///         - name: VLLM_API_KEY
    ///           valueFrom: {secretKeyRef: {name: vllm, key: key}}
    /// ```
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   rules:
    ///     - http:
    ///         paths:
    ///           - path: /v1
    ///             pathType: Prefix
    ///             backend: {service: {name: vllm, port: {number: 8000}}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   selector: {app: vllm}
    ///   ports:
    ///     - port: 8000
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    ///   labels: {app: vllm}
    /// spec:
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    ///       env:
    ///         - name: VLLM_API_KEY
    ///           valueFrom: {secretKeyRef: {name: vllm, key: key}}
    /// ```
    ///
    /// ## Fix
    /// Let the entrance lead to `/v1` only, and keep other pods out by a NetworkPolicy.
    ///
    /// ## Sources
    /// - vllm-project/vllm docs/usage/security.md (0.11), “API key authentication limitations”
    slug: "unguarded-paths-exposed",
    level: Warning,
    guidelines: ["G31"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for entrance in &cx.app.entrances {
        if is_guarded(cx.app, entrance) {
            continue;
        }
        for backend in &entrance.backends {
            let Some(engine) = keyed(cx.app, backend) else { continue };
            let Some(open) = first_open(engine, backend) else { continue };
            let spot = backend.path.as_ref().map_or(&backend.at, |path| &path.at);
            report.at(
                spot,
                format!("{open} of {} is open without its key", engine.facts.name),
                "the key guards only some paths: with the others anybody can run the model or stop \
                 the engine",
                "let the entrance lead to /v1 only",
            );
        }
    }
}

/// Returns the engine behind a backend that asks for a key and has paths beside it.
fn keyed<'a>(app: &'a App, backend: &Backend) -> Option<&'a Engine> {
    backend.reaches.iter().find_map(|reach| {
        let containers = &app.workloads.get(reach.workload.0)?.pod.containers;
        let index = reach.container.or_else(|| (containers.len() == 1).then_some(0))?;
        let engine = containers.get(index)?.engine.as_ref()?;
        matches!(engine.auth(), Auth::On(Some(_))).then_some(engine)
    })
}

/// Returns the first open path that the backend's path leads to; a pattern may lead anywhere, so
/// only plain prefixes are followed.
fn first_open(engine: &Engine, backend: &Backend) -> Option<&'static str> {
    let prefix = backend.path.as_ref().map_or("/", |path| path.value.as_str());
    let prefix = prefix.trim_end_matches('/');
    if prefix.contains(['(', '*', '$', '[']) {
        return None;
    }
    engine.facts.auth.open_paths.iter().copied().find(|open| {
        open.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}
