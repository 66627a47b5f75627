use plimsoll_app::engines::{Engine, EngineKind};
use plimsoll_app::{Action, Container, Probe};

use crate::rule::rule;
use crate::{Context, Level, Report};

/// Seconds after which a container that still loads may be killed without a finding: what
/// `failureThreshold: 30` with `periodSeconds: 10` gives, the smallest budget that the sizing
/// formula ever asks for.
const ENOUGH: i64 = 300;

/// Seconds that vLLM takes to start whatever the model: process and GPU set-up 60, compilation and
/// CUDA graphs 110.
///
/// Source: vllm-project/vllm#12569 (compilation 55 s) and the start-up profile of an 8B model on an
/// L40S, dynamo 10 s, compilation 42 s, graph capture 54 s.
const VLLM_AT_LEAST: i64 = 170;

rule! {
    /// ## What
    /// A probe kills the container when its model is not loaded within a budget that is too short
    /// or that nobody set on purpose.
    ///
    /// ## Why
    /// While the model loads, the engine does not answer the probe. Once the failures are used up,
    /// Kubernetes kills the container, which starts to load again, for ever.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    ///       livenessProbe:
    ///         initialDelaySeconds: 15
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^
    ///         httpGet: {path: /health, port: 8000}
    /// ```
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: llm
    /// spec:
    ///   containers:
    ///     - name: server
    ///       image: ghcr.io/ggml-org/llama.cpp:server
    ///       startupProbe:
    ///         httpGet: {path: /health, port: 8080}
    /// #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ///       livenessProbe:
    ///         httpGet: {path: /health, port: 8080}
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    ///       startupProbe:
    ///         httpGet: {path: /health, port: 8000}
    ///         periodSeconds: 10
    ///         failureThreshold: 120
    ///       livenessProbe:
    ///         httpGet: {path: /health, port: 8000}
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       livenessProbe:
    ///         httpGet: {path: /, port: 11434}
    /// ```
    ///
    /// ## Fix
    /// A `startupProbe` whose `periodSeconds` × `failureThreshold` covers twice the time that the
    /// model needs; liveness only counts once it has succeeded.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Configure Liveness, Readiness and Startup Probes”
    /// - vllm-project/vllm docs/deployment/k8s.md, “KeyboardInterrupt: terminated”; ggml-org/llama.cpp tools/server/README.md (503 while loading); huggingface/text-embeddings-inference router/src/http/server.rs (1.9: the port opens after warm-up)
    /// - kserve/kserve#5062, vllm-project/aibrix#1054
    slug: "liveness-before-loaded",
    level: Warning,
    guidelines: ["G17", "G20"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for server in cx.servers() {
        judge(server.engine, server.container, report);
    }
}

fn judge(engine: &Engine, container: &Container, report: &mut Report) {
    let killer = match (&container.startup, &container.liveness) {
        // What a command asks is not known here; it may well wait for the model.
        (Some(startup), _)
            if !matches!(startup.action, Action::Http { .. } | Action::Tcp { .. }) =>
        {
            None
        }
        (Some(startup), _) if waits_for_model(engine, startup) => Some((startup, "startup")),
        // A startup probe that the loading engine answers protects nothing.
        (_, Some(liveness)) if waits_for_model(engine, liveness) => Some((liveness, "liveness")),
        _ => None,
    };
    let Some((probe, name)) = killer else { return };
    let budget = probe.kill_budget();
    if budget >= ENOUGH {
        return;
    }
    let engine_name = engine.facts.name;
    let finding = report.at(
        &probe.at,
        format!("the {name} probe kills {engine_name} if its model is not loaded after {budget} s"),
        "while the model loads the engine does not answer, so the container is killed and starts \
         to load again, for ever",
        "add a startupProbe whose periodSeconds × failureThreshold covers twice the time of loading",
    );
    if engine.kind == EngineKind::Vllm && budget < VLLM_AT_LEAST {
        finding.level(Level::Error);
    } else {
        finding.undecided("how long this model takes to load from its volume");
    }
}

/// Tells whether the engine fails the probe until its model is loaded.
fn waits_for_model(engine: &Engine, probe: &Probe) -> bool {
    match engine.kind {
        // The port opens only once the model is loaded and warmed up.
        EngineKind::Vllm | EngineKind::Tei => {
            matches!(probe.action, Action::Http { .. } | Action::Tcp { .. })
        }
        // The port opens at once, and every path answers 503 while the model loads.
        EngineKind::LlamaCpp => matches!(probe.action, Action::Http { .. }),
        _ => false,
    }
}
