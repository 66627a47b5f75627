//! Monitors of the Prometheus operator.

use crate::read::Cursor;
use crate::{Field, Labels, ObjectId, PortRef, ProblemKind, Selector, ServiceId, Spot, WorkloadId};

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
    pub port: Option<Field<PortRef>>,
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

impl Monitor {
    /// Reads a monitor object; what it selects is filled in later.
    ///
    /// Source: prometheus-operator, pkg/apis/monitoring/v1, v0.85.
    pub(crate) fn read(kind: MonitorKind, root: &Cursor<'_>) -> Self {
        let spec = root.map("spec");
        if spec.is_none() {
            root.problem(ProblemKind::Missing, "spec is missing");
        }
        let spec = spec.as_ref().unwrap_or(root);
        let selector = spec.map("selector").map_or_else(
            || Selector { labels: Labels::default(), expressions: Vec::new(), at: spec.spot() },
            |own| Selector::read(&own),
        );
        let endpoints = match kind {
            MonitorKind::Service => spec.maps("endpoints"),
            MonitorKind::Pod => spec.maps("podMetricsEndpoints"),
        };
        let endpoints = endpoints.iter().map(|own| MonitorEndpoint {
            port: ["port", "targetPort", "portNumber"].iter().find_map(|key| own.port_ref(key)),
            path: own.text_or("path", "/metrics"),
            interval: own.text("interval"),
            at: own.spot(),
        });
        Self {
            object: root.object(),
            kind,
            selector,
            endpoints: endpoints.collect(),
            services: Vec::new(),
            workloads: Vec::new(),
            at: spec.spot(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::app;

    #[test]
    fn monitors_find_services_and_pods() {
        let app = app(
            "apiVersion: v1\nkind: Service\nmetadata: {name: s, labels: {a: b}}\nspec: {}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: b}}\nspec: {}\n---\n\
             apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: m}\nspec: \
             {selector: {matchLabels: {a: b}}, endpoints: [{port: http, interval: 30s}, {targetPort: \
             80, path: /x}]}\n---\napiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: \
             {name: own}\nspec: {selector: {matchLabels: {a: b}}, podMetricsEndpoints: [{}]}",
        );
        let [service, pod] = &app.monitors[..] else { panic!("two are declared") };
        assert_eq!((service.services.len(), service.workloads.len()), (1, 0));
        assert_eq!((pod.services.len(), pod.workloads.len()), (0, 1));
        assert_eq!(service.endpoints[0].path.value, "/metrics");
        assert_eq!(service.endpoints[1].port.as_ref().unwrap().value.to_string(), "80");
    }
}
