use plimsoll_app::engines::Auth;

use crate::rule::rule;
use crate::server::ProbedPath;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A probe asks a path for which the engine demands a key, and sends none.
    ///
    /// ## Why
    /// Once the key is set the answer is 401 for ever: the pod never becomes ready, or liveness
    /// kills it again and again.
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
    ///       env:
    ///         - name: VLLM_API_KEY
    ///           valueFrom: {secretKeyRef: {name: vllm, key: key}}
    ///       readinessProbe:
    ///         httpGet:
    ///           path: /v1/models
    ///           #     ^^^^^^^^^^
    ///           port: 8000
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
    ///       env:
    ///         - name: VLLM_API_KEY
    ///           valueFrom: {secretKeyRef: {name: vllm, key: key}}
    ///       readinessProbe:
    ///         exec:
    ///           command:
    ///             - sh
    ///             - -c
    ///             - >-
    ///               curl -sf -H "Authorization: Bearer $VLLM_API_KEY" localhost:8000/v1/models
    /// ```
    ///
    /// ## Fix
    /// A path that is open, or a command that reads the key from its variable.
    ///
    /// ## Sources
    /// - vllm-project/vllm docs/usage/security.md (0.11); BerriAI/litellm docs, proxy/health (1.77)
    /// - vllm-project/production-stack#150
    slug: "health-path-needs-key",
    level: Error,
    guidelines: ["G18"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for server in cx.servers() {
        let Auth::On(on) = server.engine.auth() else { continue };
        for ProbedPath { field, path, headers, fact } in server.probed_paths() {
            let sends_some = headers.iter().any(|pair| {
                let name = pair.key.value.to_ascii_lowercase();
                name == "authorization" || name.ends_with("api-key")
            });
            if !fact.needs_auth || sends_some {
                continue;
            }
            let finding = report.at(
                &path.at,
                format!("{field} asks {} without the key that it demands", path.value),
                "the answer is 401 for ever, so the pod never becomes ready or is killed again and \
                 again",
                "ask a path that is open, or run a command that reads the key from its variable",
            );
            if let Some(on) = on {
                finding.related("the key", &on.at);
            }
        }
    }
}
