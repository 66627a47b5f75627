use plimsoll_app::{AccessMode, AutoscalerKind, Claim, Field, VolumeSource, Workload};

use crate::rule::rule;
use crate::{Context, Level, Report};

rule! {
    /// ## What
    /// Several pods share one claim that one node, or one pod, can mount.
    ///
    /// ## Why
    /// Pods on other nodes never start, and those beside each other on one node write the same
    /// model files or database. A StatefulSet does not help while it mounts one shared claim.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   replicas: 3
    ///   #         ^
    ///   strategy: {type: Recreate}
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
    ///             limits: {memory: 16Gi}
    ///           volumeMounts:
    ///             - {name: cache, mountPath: /root/.cache/huggingface}
    ///       volumes:
    ///         - name: cache
    ///           persistentVolumeClaim: {claimName: vllm}
    /// ---
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   accessModes: [ReadWriteOnce]
    ///   resources: {requests: {storage: 100Gi}}
    /// ```
    /// ```yaml good
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   replicas: 3
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
    ///             limits: {memory: 16Gi}
    ///           volumeMounts:
    ///             - {name: cache, mountPath: /root/.cache/huggingface}
    ///   volumeClaimTemplates:
    ///     - metadata: {name: cache}
    ///       spec:
    ///         accessModes: [ReadWriteOnce]
    ///         resources: {requests: {storage: 100Gi}}
    /// ```
    ///
    /// ## Fix
    /// A StatefulSet with `volumeClaimTemplates`, so that each pod has its own claim; or
    /// ReadWriteMany where the class offers it and one writer is enough.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Persistent Volumes”, access modes
    /// - vllm-project/production-stack#1034
    slug: "single-node-volume-replicas",
    level: Error,
    guidelines: ["G08", "G26"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads() {
        let claim = workload.pod.volumes.iter().find_map(|volume| match &volume.source {
            VolumeSource::Claim { claim: Some(id), .. } => {
                cx.app.claims.get(id.0).filter(|claim| claim.is_single_node())
            }
            _ => None,
        });
        let Some(claim) = claim else { continue };
        if workload.replicas.value > 1 {
            tell(workload, claim, &workload.replicas, "replicas", Level::Error, report);
        } else if let Some(most) = scaled_to(cx, workload).filter(|most| most.value > 1) {
            tell(workload, claim, most, "pods at most", Level::Warning, report);
        }
    }
}

fn tell(
    workload: &Workload,
    claim: &Claim,
    number: &Field<i64>,
    noun: &str,
    level: Level,
    report: &mut Report,
) {
    let one_pod = claim.access_modes.iter().any(|m| m.value == AccessMode::ReadWriteOncePod);
    let whom = if one_pod { "pod" } else { "node" };
    report
        .at(
            &number.at,
            format!("{} {noun} share a claim for one {whom}", number.value),
            "pods on other nodes never start, and those on one node write the same files",
            "use a StatefulSet with volumeClaimTemplates, or ReadWriteMany where the class offers it",
        )
        .level(level)
        .related("the claim", claim.access_modes.first().map_or(&claim.at, |mode| &mode.at))
        .related("the workload", &workload.at);
}

/// Returns the most pods that an autoscaler makes of the workload.
fn scaled_to<'a>(cx: &Context<'a>, workload: &Workload) -> Option<&'a Field<i64>> {
    cx.app
        .autoscalers
        .iter()
        .filter(|scaler| scaler.kind != AutoscalerKind::Vertical)
        .filter(|scaler| scaler.target.iter().any(|target| target.workloads.contains(&workload.id)))
        .find_map(|scaler| scaler.max.as_ref())
}
