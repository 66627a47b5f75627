use plimsoll_app::engines::HealthMeaning;

use crate::rule::rule;
use crate::server::ProbedPath;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A probe asks a path that the engine does not have.
    ///
    /// ## Why
    /// The answer is 404 for ever: the pod never becomes ready, and a liveness or startup probe
    /// kills it again and again.
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
    ///       readinessProbe:
    ///         httpGet:
    ///           path: /health
    ///           #     ^^^^^^^
    ///           port: 11434
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
    ///       readinessProbe:
    ///         httpGet:
    ///           path: /
    ///           port: 11434
    /// ```
    ///
    /// ## Fix
    /// A path that the engine answers.
    ///
    /// ## Sources
    /// - ollama/ollama server/routes.go (0.12: no `/health`); vllm-project/vllm vllm/entrypoints/openai/api_server.py (0.11: no `/ready`)
    /// - llm-d/llm-d-inference-sim#45
    slug: "health-path-absent",
    level: Error,
    guidelines: ["G18"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for server in cx.servers() {
        for ProbedPath { field, path, fact, .. } in server.probed_paths() {
            if fact.meaning == HealthMeaning::Absent {
                let name = server.engine.facts.name;
                report.at(
                    &path.at,
                    format!("{field} asks {}, which {name} does not have", path.value),
                    "the answer is 404 for ever, so the pod never becomes ready or is killed again \
                     and again",
                    format!("ask {} instead", server.paths(HealthMeaning::Alive)),
                );
            }
        }
    }
}
