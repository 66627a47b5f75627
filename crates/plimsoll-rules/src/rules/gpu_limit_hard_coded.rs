use plimsoll_yaml::OriginKind;

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A template writes the number of GPUs as a literal; no value decides it.
    ///
    /// ## Why
    /// Whoever installs the chart on another cluster has another card, several, or none, and
    /// cannot say so without changing the template.
    ///
    /// ## Example
    /// ```yaml bad template
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu: 1
    ///           #               ^
    /// ```
    /// ```yaml good template gpu.count=1
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu: {{ .Values.gpu.count }}
    /// ```
    ///
    /// ## Fix
    /// Take the number, and best the whole `limits` block, from values.
    ///
    /// ## Sources
    /// - Plimsoll's guidelines for AI charts, “GPU limits configurable via values.yaml”
    /// - otwld/ollama-helm#31, vllm-project/production-stack#363
    slug: "gpu-limit-hard-coded",
    level: Warning,
    guidelines: ["G02"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    if !cx.is_chart {
        return;
    }
    for (_, container) in cx.app.containers() {
        for gpu in container.gpus.iter().filter(|gpu| gpu.is_compute() && gpu.verdict.is_some()) {
            let origin = cx.app.origin(&gpu.count.at);
            if origin.kind == OriginKind::Literal && origin.inputs.is_empty() {
                report.at(
                    &gpu.count.at,
                    format!("the number of {} is a literal in a template", gpu.name.value),
                    "a cluster with another card, several, or none cannot be served without \
                     changing the chart",
                    "take the number, best the whole limits block, from values",
                );
            }
        }
    }
}
