use plimsoll_app::engines::EngineKind;
use plimsoll_app::{Action, Probe, Spot};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// Readiness and liveness of an engine are the same check, although it has a better one for
    /// each.
    ///
    /// ## Why
    /// Ready should mean that a model can serve, alive that a restart would not help. With one check
    /// for both, either traffic comes before the model, or a slow moment that should only take the
    /// pod out of the Service restarts it, and the model is loaded anew.
    ///
    /// ## Example
    /// ```yaml bad
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
    ///       readinessProbe:
    ///         httpGet: {path: /, port: 11434}
    /// #                       ^
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
    ///       readinessProbe:
    ///         exec:
    ///           command: [sh, -c, "ollama list | grep -q llama3.1:8b"]
    /// ```
    ///
    /// ## Fix
    /// Ollama: readiness that finds the model in `/api/tags`, liveness `/`. vLLM: `/v1/models` and
    /// `/health`. llama.cpp: `/health` and a TCP check. LiteLLM: `/health/readiness` and
    /// `/health/liveliness`.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Liveness, Readiness, and Startup Probes”
    /// - ollama/ollama docs/api.md; vllm-project/vllm vllm/entrypoints/openai/api_server.py (0.11); ggml-org/llama.cpp tools/server/README.md; BerriAI/litellm docs, proxy/health
    /// - kubernetes-sigs/gateway-api-inference-extension#550, BerriAI/litellm#34934
    slug: "readiness-equals-liveness",
    level: Warning,
    guidelines: ["G19"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for server in cx.servers() {
        let Some(advice) = advice(server.engine.kind) else { continue };
        let (Some(ready), Some(alive)) = (&server.container.readiness, &server.container.liveness)
        else {
            continue;
        };
        if is_same(&ready.action, &alive.action) {
            let name = server.engine.facts.name;
            report
                .at(
                    question(ready),
                    format!("{name} is ready by the same check as it is alive"),
                    "either traffic comes before the model can serve, or a slow moment restarts \
                     the pod and the model is loaded anew",
                    advice,
                )
                .related("the liveness probe", question(alive));
        }
    }
}

/// Returns how to tell ready from alive, for engines that can.
const fn advice(kind: EngineKind) -> Option<&'static str> {
    match kind {
        EngineKind::Ollama => {
            Some("let readiness look for the model in /api/tags, and keep / for liveness")
        }
        EngineKind::Vllm => Some("use /v1/models for readiness and /health for liveness"),
        EngineKind::LlamaCpp => Some("use /health for readiness and a TCP check for liveness"),
        EngineKind::LiteLlm => {
            Some("use /health/readiness for readiness and /health/liveliness for liveness")
        }
        _ => None,
    }
}

/// Returns the field that says what the probe asks, where it is written; else the probe.
fn question(probe: &Probe) -> &Spot {
    match &probe.action {
        Action::Http { path, port, .. } if !path.written => &port.at,
        Action::Http { path, .. } => &path.at,
        Action::Tcp { port } | Action::Grpc { port, .. } => &port.at,
        Action::Exec { command } => command.last().map_or(&probe.at, |word| &word.at),
        Action::Sleep { .. } | Action::Unknown => &probe.at,
    }
}

/// Tells whether two actions ask the same question; timings and places do not count.
fn is_same(one: &Action, other: &Action) -> bool {
    match (one, other) {
        (
            Action::Http { path: path_a, port: port_a, .. },
            Action::Http { path: path_b, port: port_b, .. },
        ) => path_a.value == path_b.value && port_a.value == port_b.value,
        (Action::Tcp { port: a }, Action::Tcp { port: b }) => a.value == b.value,
        (Action::Exec { command: a }, Action::Exec { command: b }) => {
            a.iter().map(|word| &word.value).eq(b.iter().map(|word| &word.value))
        }
        (Action::Grpc { port: port_a, service: a }, Action::Grpc { port: port_b, service: b }) => {
            let name = |service: &Option<plimsoll_app::Field<String>>| {
                service.as_ref().map(|service| service.value.clone())
            };
            port_a.value == port_b.value && name(a) == name(b)
        }
        _ => false,
    }
}
