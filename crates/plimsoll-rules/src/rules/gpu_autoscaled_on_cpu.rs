use plimsoll_app::{Autoscaler, AutoscalerKind, Metric};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A GPU workload is scaled by its use of CPU or memory.
    ///
    /// ## Why
    /// While requests queue for the GPU the CPU is idle, and while a model loads it is busy: pods
    /// come when they are not needed and not when they are, and each new one waits for a GPU.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: vllm}
    ///   maxReplicas: 10
    ///   metrics:
    ///     - type: Resource
    /// #     ^^^^^^^^^^^^^^
    ///       resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   selector:
    ///     matchLabels: {app: vllm}
    ///   template:
    ///     metadata:
    ///       labels: {app: vllm}
    ///     spec:
    ///       containers:
    ///         - name: vllm
    ///           image: vllm/vllm-openai:v0.10.2
    ///           resources:
    ///             limits:
    ///               nvidia.com/gpu: 1
    /// ```
    /// ```yaml good
    /// apiVersion: keda.sh/v1alpha1
    /// kind: ScaledObject
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   scaleTargetRef: {name: vllm}
    ///   maxReplicaCount: 2
    ///   triggers:
    ///     - type: prometheus
    ///       metadata:
    ///         serverAddress: http://prometheus:9090
    ///         query: sum(vllm:num_requests_waiting)
    ///         threshold: "5"
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   selector:
    ///     matchLabels: {app: vllm}
    ///   template:
    ///     metadata:
    ///       labels: {app: vllm}
    ///     spec:
    ///       containers:
    ///         - name: vllm
    ///           image: vllm/vllm-openai:v0.10.2
    ///           resources:
    ///             limits:
    ///               nvidia.com/gpu: 1
    /// ```
    ///
    /// ## Fix
    /// Scale on the engine's queue (`vllm:num_requests_waiting`) through KEDA or a metrics adapter,
    /// up to the number of GPUs.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Horizontal Pod Autoscaling”; vllm-project/vllm docs/usage/metrics.md
    /// - opea-project/GenAIInfra#774
    slug: "gpu-autoscaled-on-cpu",
    level: Warning,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for scaler in &cx.app.autoscalers {
        if scaler.kind == AutoscalerKind::Vertical || !scaler.metrics.iter().all(is_of_cpu) {
            continue;
        }
        // KEDA without a trigger of its own scales nothing.
        if scaler.kind == AutoscalerKind::Keda && scaler.metrics.is_empty() {
            continue;
        }
        if let Some(gpu) = gpu_of(cx, scaler) {
            let spot = scaler.metrics.first().map_or(&scaler.at, |metric| &metric.at);
            report
                .at(
                    spot,
                    "a GPU workload is scaled by its use of CPU or memory",
                    "the CPU is idle while requests queue for the GPU, so pods come at the wrong \
                     time and wait for a GPU themselves",
                    "scale on the engine's queue through KEDA or a metrics adapter, up to the \
                     number of GPUs",
                )
                .related("the GPU that each pod takes", gpu);
        }
    }
}

fn gpu_of<'a>(cx: &Context<'a>, scaler: &Autoscaler) -> Option<&'a plimsoll_app::Spot> {
    let ids = scaler.target.iter().flat_map(|target| &target.workloads);
    ids.filter_map(|id| cx.app.workloads.get(id.0))
        .flat_map(|workload| workload.pod.all_containers())
        .flat_map(|container| &container.gpus)
        .find(|gpu| gpu.is_compute())
        .map(|gpu| gpu.spot())
}

fn is_of_cpu(metric: &Metric) -> bool {
    let named = |name: &str| matches!(name, "cpu" | "memory");
    match metric.kind.value.as_str() {
        "Resource" | "ContainerResource" => {
            metric.name.as_ref().is_some_and(|name| named(&name.value))
        }
        kind => named(kind),
    }
}
