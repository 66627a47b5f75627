use plimsoll_app::gpu::Unit;
use plimsoll_app::{App, AutoscalerKind, Pod, Workload, WorkloadKind};

use crate::rule::rule;
use crate::words::count;
use crate::{Context, Report};

rule! {
    /// ## What
    /// An update of this workload starts a new GPU pod while every old one keeps its GPU.
    ///
    /// ## Why
    /// A GPU is not shared between pods. Where the cluster has no spare one, the new pod stays
    /// Pending, the old pod waits for it to become ready, and the upgrade hangs until it times out.
    /// The default strategy does exactly that: with one replica, 25 % unavailable rounds down to 0
    /// and 25 % surge rounds up to 1.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   strategy:
    ///     type: RollingUpdate
    ///     #     ^^^^^^^^^^^^^
    ///   selector:
    ///     matchLabels: {app: ollama}
    ///   template:
    ///     metadata:
    ///       labels: {app: ollama}
    ///     spec:
    ///       containers:
    ///         - name: ollama
    ///           image: ollama/ollama:0.12.0
    ///           resources:
    ///             limits:
    ///               nvidia.com/gpu: 1
    /// ```
    /// ```yaml good
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   strategy:
    ///     type: Recreate
    ///   selector:
    ///     matchLabels: {app: ollama}
    ///   template:
    ///     metadata:
    ///       labels: {app: ollama}
    ///     spec:
    ///       containers:
    ///         - name: ollama
    ///           image: ollama/ollama:0.12.0
    ///           resources:
    ///             limits:
    ///               nvidia.com/gpu: 1
    /// ```
    ///
    /// ## Fix
    /// `strategy.type: Recreate`, and remove `rollingUpdate`; with several replicas also
    /// `maxSurge: 0` with `maxUnavailable: 1`.
    ///
    /// ## Sources
    /// - Kubernetes documentation, Deployments, “Rolling Update Deployment”; pkg/controller/deployment/util `ResolveFenceposts`, v1.36
    /// - otwld/ollama-helm#104, llm-d-incubation/llm-d-modelservice#246
    slug: "gpu-rollout-deadlock",
    level: Warning,
    guidelines: ["G12"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads() {
        let rollout = &workload.rollout;
        let gpus = workload.pod.gpu_count();
        if gpus == 0
            || !rollout.keeps_old_pod()
            || shares_devices(&workload.pod)
            || scaled_past_rounding(cx.app, workload)
        {
            continue;
        }
        let spot = [&rollout.unavailable.at, &rollout.surge.at]
            .into_iter()
            .zip([rollout.unavailable.written, rollout.surge.written])
            .find_map(|(spot, written)| written.then_some(spot))
            .unwrap_or(&rollout.strategy.at);
        let more = rollout.surge.value.max(1).saturating_mul(gpus);
        let finding = report.at(
            spot,
            format!("an update needs {} more than the app runs on", count(more, "GPU")),
            "where no GPU is spare, the new pod stays Pending, the old one waits for it, and the \
             upgrade hangs",
            help(workload.kind),
        );
        let gpu = workload.pod.all_containers().flat_map(|container| &container.gpus);
        if let Some(gpu) = gpu.into_iter().find(|gpu| gpu.is_compute()) {
            finding.related("the GPU that the old pod holds", gpu.spot());
        }
    }
}

const fn help(kind: WorkloadKind) -> &'static str {
    match kind {
        WorkloadKind::Deployment | WorkloadKind::DeploymentConfig => {
            "set strategy.type: Recreate without rollingUpdate, or maxSurge: 0 with \
             maxUnavailable: 1 for several replicas"
        }
        _ => "keep a GPU spare for updates, or let a Deployment with strategy Recreate run it",
    }
}

/// Tells whether all devices come from claims by name, which old and new pod use together.
fn shares_devices(pod: &Pod) -> bool {
    let mut gpus = pod.all_containers().flat_map(|container| &container.gpus);
    gpus.all(|gpu| gpu.unit == Some(Unit::Device))
        && pod.resource_claims.iter().all(|claim| claim.claim.is_some())
}

/// Tells whether an autoscaler, where no number of replicas is written, keeps so many pods that the
/// default of 25 % unavailable is a whole pod.
fn scaled_past_rounding(app: &App, workload: &Workload) -> bool {
    !workload.replicas.written
        && !workload.rollout.unavailable.written
        && app.autoscalers.iter().any(|scaler| {
            scaler.kind != AutoscalerKind::Vertical
                && scaler.min.value >= 4
                && scaler.target.iter().any(|target| target.workloads.contains(&workload.id))
        })
}
