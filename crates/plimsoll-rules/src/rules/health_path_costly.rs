use plimsoll_app::engines::{EngineKind, HealthMeaning};

use crate::rule::rule;
use crate::server::ProbedPath;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A probe asks a path that calls models.
    ///
    /// ## Why
    /// LiteLLM's `/health` sends a request to every configured model, every few seconds: it costs
    /// money, needs a key, and restarts the gateway when one provider is down.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    ///       livenessProbe:
    ///         httpGet:
    ///           path: /health
    ///           #     ^^^^^^^
    ///           port: 4000
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    ///       livenessProbe:
    ///         httpGet:
    ///           path: /health/liveliness
    ///           port: 4000
    /// ```
    ///
    /// ## Fix
    /// `/health/liveliness` for liveness, `/health/readiness` for readiness.
    ///
    /// ## Sources
    /// - BerriAI/litellm docs, proxy/health (1.77); BerriAI/litellm#1145
    slug: "health-path-costly",
    level: Error,
    guidelines: ["G18"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for server in cx.servers() {
        for ProbedPath { field, path, fact, .. } in server.probed_paths() {
            if fact.meaning == HealthMeaning::Costly {
                let what = match server.engine.kind {
                    EngineKind::LiteLlm => "calls every model",
                    _ => "runs a model",
                };
                report.at(
                    &path.at,
                    format!("{field} asks {}, which {what}", path.value),
                    "each check costs time or money, and fails when a model or provider is busy",
                    format!("ask {} instead", server.paths(HealthMeaning::Alive)),
                );
            }
        }
    }
}
