//! Monitors of the Prometheus operator.

use crate::{Field, ObjectId, Selector, ServiceId, Spot, WorkloadId};

/// The kind of a monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MonitorKind {
    /// ServiceMonitor.
    Service,
    /// PodMonitor.
    Pod,
}

/// An endpoint that is scraped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorEndpoint {
    /// The port's name or number.
    pub port: Option<Field<String>>,
    /// The path; `/metrics` by default.
    pub path: Field<String>,
    /// How often, where stated.
    pub interval: Option<Field<String>>,
    /// The endpoint's node.
    pub at: Spot,
}

/// A ServiceMonitor or PodMonitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Monitor {
    /// Its object.
    pub object: ObjectId,
    /// Its kind.
    pub kind: MonitorKind,
    /// Which Services or pods are scraped.
    pub selector: Selector,
    /// What is scraped.
    pub endpoints: Vec<MonitorEndpoint>,
    /// Services of the release that it selects.
    pub services: Vec<ServiceId>,
    /// Workloads of the release that it selects.
    pub workloads: Vec<WorkloadId>,
    /// The spec's node, or the object where there is none.
    pub at: Spot,
}
