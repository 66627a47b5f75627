use plimsoll_app::WorkloadKind;

use crate::rule::rule;
use crate::{Context, Report};

/// Labels that change with each version of a chart or application.
///
/// Source: Helm documentation, “Labels and Annotations”, and Kubernetes documentation,
/// “Recommended Labels”.
const CHANGING: [&str; 3] = ["helm.sh/chart", "app.kubernetes.io/version", "helm.sh/version"];

rule! {
    /// ## What
    /// A workload selects its pods by a label that changes with each version.
    ///
    /// ## Why
    /// The selector of a workload cannot be changed: the next version of the chart is refused
    /// (“field is immutable”), and only deleting the workload helps.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata:
    ///   name: qdrant
    /// spec:
    ///   serviceName: qdrant
    ///   selector:
    ///     matchLabels:
    ///       app: qdrant
    ///       helm.sh/chart: qdrant-1.2.0
    ///       #              ^^^^^^^^^^^^
    ///   template:
    ///     metadata:
    ///       labels: {app: qdrant, helm.sh/chart: qdrant-1.2.0}
    ///     spec:
    ///       containers:
    ///         - {name: qdrant, image: "qdrant/qdrant:v1.15.4"}
    /// ```
    /// ```yaml good
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata:
    ///   name: qdrant
    /// spec:
    ///   serviceName: qdrant
    ///   selector:
    ///     matchLabels:
    ///       app.kubernetes.io/name: qdrant
    ///       app.kubernetes.io/instance: demo
    ///   template:
    ///     metadata:
    ///       labels: {app.kubernetes.io/name: qdrant, app.kubernetes.io/instance: demo}
    ///     spec:
    ///       containers:
    ///         - {name: qdrant, image: "qdrant/qdrant:v1.15.4"}
    /// ```
    ///
    /// ## Fix
    /// Select by name and instance only; keep the other labels on the pods.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Deployments”, label selector updates
    /// - seaweedfs/seaweedfs#5207, VictoriaMetrics/helm-charts#2851
    slug: "selector-label-mutable",
    level: Error,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in &cx.app.workloads {
        let is_fixed = matches!(
            workload.kind,
            WorkloadKind::Deployment
                | WorkloadKind::StatefulSet
                | WorkloadKind::DaemonSet
                | WorkloadKind::ReplicaSet
        );
        let Some(selector) = workload.selector.as_ref().filter(|_| is_fixed) else { continue };
        for pair in &selector.labels {
            if CHANGING.contains(&pair.key.value.as_str()) {
                report.at(
                    &pair.value.at,
                    format!(
                        "pods are selected by {}, which changes with each version",
                        pair.key.value
                    ),
                    "a selector cannot be changed, so the next version is refused until somebody \
                     deletes the workload",
                    "select by app.kubernetes.io/name and app.kubernetes.io/instance only",
                );
            }
        }
    }
}
