use plimsoll_app::gpu::name_verdict;
use plimsoll_app::{Amount, Container};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A GPU is asked for in a way that the API server refuses: a fraction, a request without a
    /// limit, a request that differs from its limit, or at the level of the pod.
    ///
    /// ## Why
    /// GPUs are extended resources: whole, never overcommitted, and asked for by containers. The
    /// object is refused, or for a Deployment the pods never appear.
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
    ///           nvidia.com/gpu: "0.5"
    ///           #               ^^^^^
    /// ```
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
    ///         requests:
    ///           nvidia.com/gpu: 1
    ///           #               ^
    /// ```
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
    ///         requests:
    ///           nvidia.com/gpu: 1
    ///           #               ^
    ///         limits:
    ///           nvidia.com/gpu: 2
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
    ///         requests:
    ///           nvidia.com/gpu: "1"
    ///         limits:
    ///           nvidia.com/gpu: 1
    /// ```
    ///
    /// ## Fix
    /// Write a whole number under the container's `limits` and leave the request out. For a part of
    /// a card, have the cluster share it (time-slicing, MIG, partitions) and ask for one share.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Extended resources”; pkg/apis/core/validation `ValidateResourceRequirements`, v1.36
    /// - intel/intel-device-plugins-for-kubernetes#2305 (pod-level resources)
    slug: "gpu-quantity-invalid",
    level: Error,
    guidelines: ["G02"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for (_, container) in cx.app.containers() {
        for amount in container.resources.limits.iter().filter(|amount| is_gpu(container, amount)) {
            fraction(amount, report);
        }
        for amount in container.resources.requests.iter().filter(|amount| is_gpu(container, amount))
        {
            request(container, amount, report);
        }
    }
    for workload in &cx.app.workloads {
        let resources = &workload.pod.resources;
        let amounts = resources.limits.iter().chain(&resources.requests);
        for amount in amounts.filter(|amount| name_verdict(&amount.name.value).is_some()) {
            report.at(
                &amount.name.at,
                format!("{} is asked for by the pod as a whole", amount.name.value),
                "the API server allows only cpu, memory and hugepages there and refuses the pod",
                "move it to the limits of the container that uses the GPU",
            );
        }
    }
}

fn is_gpu(container: &Container, amount: &Amount) -> bool {
    container.gpus.iter().any(|gpu| gpu.name.value == amount.name.value)
}

fn fraction(amount: &Amount, report: &mut Report) {
    if !amount.quantity.value.is_whole() {
        report.at(
            &amount.quantity.at,
            format!("a fraction of {} is asked for", amount.name.value),
            "the API server takes whole numbers only, so the pod is refused",
            "write a whole number; for part of a card let the cluster share it and ask for 1 share",
        );
    }
}

fn request(container: &Container, amount: &Amount, report: &mut Report) {
    let name = &amount.name.value;
    let limit = container.resources.limits.iter().find(|limit| limit.name.value == *name);
    let Some(limit) = limit else {
        report.at(
            &amount.quantity.at,
            format!("{name} is requested without a limit"),
            "GPUs are not overcommitted: without a limit the API server refuses the pod",
            "write the number under limits; the request may then be left out",
        );
        return;
    };
    if amount.quantity.value.nano != limit.quantity.value.nano {
        report
            .at(
                &amount.quantity.at,
                format!("the request of {name} differs from its limit"),
                "GPUs are not overcommitted: the API server refuses a request that differs",
                "leave the request out, or make it equal",
            )
            .related("the limit", &limit.quantity.at);
    }
}
