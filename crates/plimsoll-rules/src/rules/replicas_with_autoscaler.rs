use plimsoll_app::AutoscalerKind;

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// The number of replicas is written although an autoscaler decides it.
    ///
    /// ## Why
    /// Every upgrade or sync sets the number back: servers that were scaled out are stopped in the
    /// middle of requests, and the models have to be loaded again. Argo CD shows the workload as out
    /// of sync for good.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: litellm}
    ///   maxReplicas: 5
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   replicas: 1
    ///   #         ^
    ///   selector:
    ///     matchLabels: {app: litellm}
    ///   template:
    ///     metadata:
    ///       labels: {app: litellm}
    ///     spec:
    ///       containers:
    ///         - name: litellm
    ///           image: berriai/litellm:v1.77.2
    /// ```
    /// ```yaml good
    /// apiVersion: autoscaling/v2
    /// kind: HorizontalPodAutoscaler
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: litellm}
    ///   maxReplicas: 5
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   selector:
    ///     matchLabels: {app: litellm}
    ///   template:
    ///     metadata:
    ///       labels: {app: litellm}
    ///     spec:
    ///       containers:
    ///         - name: litellm
    ///           image: berriai/litellm:v1.77.2
    /// ```
    ///
    /// ## Fix
    /// Leave `replicas` out when the autoscaler is on.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Horizontal Pod Autoscaling”, migrating Deployments
    /// - mitodl/ol-infrastructure#5149; argoproj/argo-cd docs/user-guide/best_practices.md (3.5)
    slug: "replicas-with-autoscaler",
    level: Warning,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads().filter(|workload| workload.replicas.written) {
        let mut scalers = cx.app.autoscalers_of(workload.id);
        let Some(scaler) = scalers.find(|one| one.kind != AutoscalerKind::Vertical) else {
            continue;
        };
        report
            .at(
                &workload.replicas.at,
                "the number of replicas is written although an autoscaler decides it",
                "every upgrade or sync sets it back, which stops servers in the middle of requests",
                "leave replicas out when the autoscaler is on",
            )
            .related("the autoscaler", &scaler.at);
    }
}
