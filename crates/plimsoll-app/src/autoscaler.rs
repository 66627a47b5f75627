//! Autoscalers.

use crate::read::Cursor;
use crate::{Field, ObjectId, ProblemKind, Spot, WorkloadId};

/// The kind of an autoscaler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AutoscalerKind {
    /// HorizontalPodAutoscaler.
    Horizontal,
    /// KEDA's ScaledObject.
    Keda,
    /// VerticalPodAutoscaler.
    Vertical,
}

/// What is scaled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The object's kind; `Deployment` by default for KEDA.
    pub kind: Field<String>,
    /// The object's name.
    pub name: Field<String>,
    /// Its workloads, where the release holds them.
    pub workloads: Vec<WorkloadId>,
}

/// What scaling follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// The metric's type: `Resource`, `Pods`, … or the type of KEDA's trigger.
    pub kind: Field<String>,
    /// Its name, such as `cpu`.
    pub name: Option<Field<String>>,
    /// The metric's node.
    pub at: Spot,
}

/// An autoscaler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autoscaler {
    /// Its object.
    pub object: ObjectId,
    /// Its kind.
    pub kind: AutoscalerKind,
    /// What is scaled.
    pub target: Option<Target>,
    /// Fewest pods; 1 by default (KEDA: 0).
    pub min: Field<i64>,
    /// Most pods; absent for a vertical one (KEDA: 100 by default).
    pub max: Option<Field<i64>>,
    /// What scaling follows; empty for a horizontal one means CPU at 80 %.
    pub metrics: Vec<Metric>,
    /// How a vertical one acts, such as `Off` or `Recreate`; absent for the others.
    pub update_mode: Option<Field<String>>,
    /// Resources that a vertical one controls; empty for CPU and memory.
    pub controlled: Vec<Field<String>>,
    /// The spec's node, or the object where there is none.
    pub at: Spot,
}

impl Autoscaler {
    /// Reads an autoscaler object; its target's workloads are filled in later.
    pub(crate) fn read(kind: AutoscalerKind, root: &Cursor<'_>) -> Self {
        let spec = root.map("spec");
        if spec.is_none() {
            root.problem(ProblemKind::Missing, "spec is missing");
        }
        let spec = spec.as_ref().unwrap_or(root);
        match kind {
            AutoscalerKind::Horizontal => horizontal(spec),
            AutoscalerKind::Keda => keda(spec),
            AutoscalerKind::Vertical => vertical(spec),
        }
    }
}

fn target(spec: &Cursor<'_>, key: &str) -> Option<Target> {
    let own = spec.map(key)?;
    Some(Target {
        kind: own.text_or("kind", "Deployment"),
        name: own.text_wanted("name"),
        workloads: Vec::new(),
    })
}

fn horizontal(spec: &Cursor<'_>) -> Autoscaler {
    let mut metrics: Vec<_> = spec.maps("metrics").iter().map(hpa_metric).collect();
    if let Some(share) = spec.child("targetCPUUtilizationPercentage") {
        let field = |text: &str| Field::default_in(text.to_owned(), share.spot());
        metrics.push(Metric {
            kind: field("Resource"),
            name: Some(field("cpu")),
            at: share.spot(),
        });
    }
    Autoscaler {
        object: spec.object(),
        kind: AutoscalerKind::Horizontal,
        target: target(spec, "scaleTargetRef"),
        min: spec.int_or("minReplicas", 1),
        max: spec.int("maxReplicas"),
        metrics,
        update_mode: None,
        controlled: Vec::new(),
        at: spec.spot(),
    }
}

/// Reads a metric: `type: Resource` with `resource.name`, or `type: Pods` with `pods.metric.name`.
fn hpa_metric(cursor: &Cursor<'_>) -> Metric {
    let kind = cursor.text_wanted("type");
    let mut key = kind.value.clone();
    if let Some(first) = key.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    let own = cursor.map(&key);
    let name = own.as_ref().and_then(|own| {
        own.map("metric").and_then(|metric| metric.text("name")).or_else(|| own.text("name"))
    });
    Metric { kind, name, at: cursor.spot() }
}

/// Source: kedacore/keda, apis/keda/v1alpha1/scaledobject_types.go, v2.17: 0 to 100 by default.
fn keda(spec: &Cursor<'_>) -> Autoscaler {
    let triggers = spec.maps("triggers");
    let metrics = triggers.iter().map(|trigger| Metric {
        kind: trigger.text_wanted("type"),
        name: trigger.text("name").or_else(|| trigger.map("metadata")?.text("metricName")),
        at: trigger.spot(),
    });
    Autoscaler {
        object: spec.object(),
        kind: AutoscalerKind::Keda,
        target: target(spec, "scaleTargetRef"),
        min: spec.int_or("minReplicaCount", 0),
        max: Some(spec.int_or("maxReplicaCount", 100)),
        metrics: metrics.collect(),
        update_mode: None,
        controlled: Vec::new(),
        at: spec.spot(),
    }
}

/// Source: kubernetes/autoscaler, vertical-pod-autoscaler/pkg/apis/autoscaling.k8s.io/v1/types.go,
/// 1.7: an absent mode means `Recreate`, before 1.5 `Auto`, which did the same.
fn vertical(spec: &Cursor<'_>) -> Autoscaler {
    let policy = spec.map("updatePolicy");
    let mode = policy.as_ref().unwrap_or(spec).text_or("updateMode", "Recreate");
    let policies = spec.map("resourcePolicy");
    let policies = policies.map_or_else(Vec::new, |own| own.maps("containerPolicies"));
    Autoscaler {
        object: spec.object(),
        kind: AutoscalerKind::Vertical,
        target: target(spec, "targetRef"),
        min: Field::default_in(1, spec.spot()),
        max: None,
        metrics: Vec::new(),
        update_mode: Some(mode),
        controlled: policies.iter().flat_map(|own| own.texts("controlledResources")).collect(),
        at: spec.spot(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::app;

    const LOAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: \
                        {spec: {containers: []}}}\n---\n";

    #[test]
    fn all_three_kinds_find_their_target() {
        for (text, kind, min, max, metrics) in [
            (
                "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {scaleTargetRef: \
                 {kind: Deployment, name: d}, maxReplicas: 4, metrics: [{type: Resource, resource: \
                 {name: cpu}}, {type: Pods, pods: {metric: {name: q}}}, {type: ContainerResource, \
                 containerResource: {name: memory}}]}",
                AutoscalerKind::Horizontal,
                1,
                Some(4),
                vec!["cpu", "q", "memory"],
            ),
            (
                "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nspec: {scaleTargetRef: \
                 {kind: Deployment, name: d}, maxReplicas: 2, targetCPUUtilizationPercentage: 80}",
                AutoscalerKind::Horizontal,
                1,
                Some(2),
                vec!["cpu"],
            ),
            (
                "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nspec: {scaleTargetRef: {name: d}, \
                 triggers: [{type: prometheus, metadata: {metricName: w}}]}",
                AutoscalerKind::Keda,
                0,
                Some(100),
                vec!["w"],
            ),
            (
                "apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nspec: {targetRef: \
                 {kind: Deployment, name: d}, updatePolicy: {updateMode: 'Off'}}",
                AutoscalerKind::Vertical,
                1,
                None,
                vec![],
            ),
        ] {
            let app = app(&format!("{LOAD}{text}"));
            let own = &app.autoscalers[0];
            assert_eq!(own.kind, kind);
            assert_eq!((own.min.value, own.max.as_ref().map(|max| max.value)), (min, max));
            let names: Vec<_> =
                own.metrics.iter().filter_map(|metric| metric.name.as_ref()).collect();
            assert_eq!(names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>(), metrics);
            assert_eq!(app.autoscalers_of(app.workloads[0].id).count(), 1, "{text}");
        }
    }
}
