use plimsoll_app::gpu::Unit;

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A container asks for several shares of time-sliced GPUs.
    ///
    /// ## Why
    /// Two shares are no more of a card than one: they may lie on the same card, bring no memory of
    /// their own, and on many clusters the plugin refuses more than one, which fails the pod with
    /// `UnexpectedAdmissionError`.
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
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu.shared: 2
    ///           #                      ^
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
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu.shared: 1
    /// ```
    ///
    /// ## Fix
    /// One share; or whole cards, or MIG slices, where more is needed.
    ///
    /// ## Sources
    /// - NVIDIA/k8s-device-plugin README (0.20), “Shared Access to GPUs”, `failRequestsGreaterThanOne`
    /// - NVIDIA/gpu-operator#386, NVIDIA/k8s-device-plugin#491
    slug: "gpu-share-several",
    level: Warning,
    guidelines: ["G44"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for (_, container) in cx.app.containers() {
        for gpu in &container.gpus {
            if gpu.unit == Some(Unit::Share) && gpu.count.value > 1 {
                report.at(
                    gpu.spot(),
                    format!("{} shares of {} are asked for", gpu.count.value, gpu.name.value),
                    "several shares may lie on one card and bring no more of it, and many clusters \
                     refuse more than one",
                    "ask for 1 share, or for whole cards or MIG slices",
                );
            }
        }
    }
}
