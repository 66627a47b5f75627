use plimsoll_app::{Resources, Spot};
use plimsoll_yaml::Input;

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// An engine that holds models in memory runs without a memory limit.
    ///
    /// ## Why
    /// Model files, prompt caches and downloads grow into whatever the node has. Without a limit it
    /// is the node that runs out: other pods are evicted, or the whole node stops answering, before
    /// the engine itself is stopped.
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
    /// #     ^^^^^^^^^^^^
    ///       image: ollama/ollama:0.12.0
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
    ///         requests: {memory: 12Gi}
    ///         limits: {memory: 12Gi}
    /// ```
    ///
    /// ## Fix
    /// A memory limit equal to the request, large enough for the models in host memory, the shared
    /// memory volume and the prompt cache.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Resource Management for Pods and Containers”
    /// - defilantech/LLMKube#1724, rwlove/home-ops#13936
    slug: "memory-limit-missing",
    level: Warning,
    guidelines: ["G10"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for server in cx.servers().filter(|server| server.engine.facts.loads_models) {
        let resources = &server.container.resources;
        let of_pod = server.workload.pod.resources.limit("memory");
        if resources.limit("memory").is_some() || of_pod.is_some() {
            continue;
        }
        report.at(
            spot(cx, resources).unwrap_or(&server.container.at),
            format!("{} has no memory limit", server.engine.facts.name),
            "model files, prompt caches and downloads grow until the node runs out and evicts \
             other pods",
            "set a memory limit equal to the request, with room for models in host memory, shared \
             memory and the prompt cache",
        );
    }
}

/// Returns where the limit belongs: beside the memory request, among other limits, or among the
/// resources; of these the first that a values file sets.
fn spot<'r>(cx: &Context<'_>, resources: &'r Resources) -> Option<&'r Spot> {
    let request = resources.requests.iter().find(|amount| amount.name.value == "memory");
    let request = request.map(|amount| &amount.quantity.at);
    let spots =
        || [request, resources.limits_at.as_ref(), resources.at.as_ref()].into_iter().flatten();
    let is_set = |spot: &&Spot| {
        cx.app.origin(spot).inputs.iter().any(|input| matches!(input, Input::Value { .. }))
    };
    spots().find(is_set).or_else(|| spots().next())
}
