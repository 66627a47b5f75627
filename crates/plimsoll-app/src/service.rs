//! Services.

use std::fmt;

use crate::{Field, Labels, ObjectId, Spot, WorkloadId};

/// The number of a Service in [`App::services`](crate::App::services).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub usize);

/// A port by number or by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PortRef {
    /// Its number.
    Number(u16),
    /// Its name.
    Name(String),
}

impl fmt::Display for PortRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// How a Service can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceType {
    /// Inside the cluster; the default.
    ClusterIp,
    /// On a port of every node.
    NodePort,
    /// Through a load balancer.
    LoadBalancer,
    /// A name outside the cluster.
    ExternalName,
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePort {
    /// Its name.
    pub name: Option<Field<String>>,
    /// Its number.
    pub port: Field<u16>,
    /// The pod's port; equal to `port` by default.
    pub target: Field<PortRef>,
    /// `TCP`, `UDP` or `SCTP`; `TCP` by default.
    pub protocol: Field<String>,
    /// The port on every node, where stated.
    pub node_port: Option<Field<u16>>,
    /// The protocol above, where stated.
    pub app_protocol: Option<Field<String>>,
    /// The port's node.
    pub at: Spot,
}

/// A Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its own number.
    pub id: ServiceId,
    /// Its object.
    pub object: ObjectId,
    /// Its name; empty where the manifest states none.
    pub name: Field<String>,
    /// How it can be reached.
    pub service_type: Field<ServiceType>,
    /// True for `clusterIP: None`.
    pub is_headless: bool,
    /// Whether pods that are not ready are listed; false by default.
    pub publish_not_ready: Field<bool>,
    /// Labels of the pods behind it; empty for a Service without selector.
    pub selector: Labels,
    /// Its ports.
    pub ports: Vec<ServicePort>,
    /// Addresses outside the cluster that lead to it.
    pub external_ips: Vec<Field<String>>,
    /// Workloads of the release whose pods it selects.
    pub workloads: Vec<WorkloadId>,
    /// The Service's node.
    pub at: Spot,
}

impl Service {
    /// Returns the prefix of the variables that the Service puts into pods of its namespace:
    /// upper case, dashes as underscores.
    ///
    /// Source: Kubernetes, pkg/kubelet/envvars, `makeEnvVariableName`, v1.36.
    #[must_use]
    pub fn variable_prefix(&self) -> String {
        self.name.value.replace('-', "_").to_ascii_uppercase()
    }

    /// Returns the port that `wanted` names, by number or by name.
    #[must_use]
    pub fn port(&self, wanted: &PortRef) -> Option<&ServicePort> {
        self.ports.iter().find(|port| match wanted {
            PortRef::Number(number) => port.port.value == *number,
            PortRef::Name(name) => port.name.as_ref().is_some_and(|own| own.value == *name),
        })
    }
}
