//! Autoscalers.

use crate::{Field, ObjectId, Spot, WorkloadId};

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
