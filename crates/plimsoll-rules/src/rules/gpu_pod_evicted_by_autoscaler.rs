use plimsoll_app::AutoscalerKind;

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A VerticalPodAutoscaler may evict the pods of a model server.
    ///
    /// ## Why
    /// Each new recommendation for CPU or memory restarts the pod, which loads its model anew and
    /// may lose its GPU to another pod meanwhile. The recommendation never concerns the GPU.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   targetRef: {apiVersion: apps/v1, kind: Deployment, name: vllm}
    ///   updatePolicy:
    ///     updateMode: Recreate
    ///     #           ^^^^^^^^
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
    /// apiVersion: autoscaling.k8s.io/v1
    /// kind: VerticalPodAutoscaler
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   targetRef: {apiVersion: apps/v1, kind: Deployment, name: vllm}
    ///   updatePolicy:
    ///     updateMode: "Off"
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
    /// `updateMode: "Off"` and read the recommendation, or `Initial`.
    ///
    /// ## Sources
    /// - kubernetes/autoscaler vertical-pod-autoscaler/docs/known-limitations.md and pkg/apis/autoscaling.k8s.io/v1/types.go (1.7)
    /// - mitodl/ol-infrastructure#5320
    slug: "gpu-pod-evicted-by-autoscaler",
    level: Warning,
    guidelines: ["G41"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for scaler in cx.app.autoscalers.iter().filter(|one| one.kind == AutoscalerKind::Vertical) {
        let Some(mode) = &scaler.update_mode else { continue };
        if !matches!(mode.value.as_str(), "Auto" | "Recreate" | "InPlaceOrRecreate") {
            continue;
        }
        let ids = scaler.target.iter().flat_map(|target| &target.workloads);
        let mut workloads = ids.filter_map(|id| cx.app.workloads.get(id.0));
        let Some(workload) = workloads.find(|workload| workload.pod.wants_gpu()) else { continue };
        report
            .at(
                &mode.at,
                format!("update mode {} evicts a GPU pod", mode.value),
                "each new recommendation restarts it, the model is loaded anew, and the GPU may go \
                 to another pod",
                "set updateMode: \"Off\" and read the recommendation, or Initial",
            )
            .related("the workload", &workload.at);
    }
}
