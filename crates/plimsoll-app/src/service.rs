//! Services.

use std::fmt;

use crate::read::Cursor;
use crate::{Field, Labels, Object, ObjectId, ProblemKind, Spot, WorkloadId};

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
    /// Reads a Service object; its number and its workloads are filled in later.
    pub(crate) fn read(object: &Object, root: &Cursor<'_>) -> Self {
        let name = object.name.clone();
        let mut service = Self {
            id: ServiceId(0),
            object: object.id,
            name: name.unwrap_or_else(|| Field::default_in(String::new(), root.spot())),
            service_type: Field::default_in(ServiceType::ClusterIp, root.spot()),
            is_headless: false,
            publish_not_ready: Field::default_in(false, root.spot()),
            selector: Labels::default(),
            ports: Vec::new(),
            external_ips: Vec::new(),
            workloads: Vec::new(),
            at: root.spot(),
        };
        let Some(spec) = root.map("spec") else {
            root.problem(ProblemKind::Missing, "spec is missing");
            return service;
        };
        if let Some(written) = spec.text("type") {
            let service_type = ServiceType::parse(&written.value);
            if service_type.is_none() {
                spec.problem(ProblemKind::WrongValue, "the Service's type is unknown");
            }
            service.service_type = written.map(|_| service_type.unwrap_or(ServiceType::ClusterIp));
        }
        service.is_headless = spec.text("clusterIP").is_some_and(|ip| ip.value == "None");
        service.publish_not_ready = spec.bool_or("publishNotReadyAddresses", false);
        service.selector = spec.labels("selector");
        service.ports = spec.maps("ports").iter().filter_map(ServicePort::read).collect();
        service.external_ips = spec.texts("externalIPs");
        service
    }

    /// Returns the variables that the Service puts into pods of its namespace, unless they switch
    /// service links off; none for a Service without an address of its own.
    ///
    /// Source: Kubernetes, pkg/kubelet/envvars/envvars.go, `FromServices`, v1.36.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        let has_address = !self.is_headless
            && self.service_type.value != ServiceType::ExternalName
            && !self.name.value.is_empty();
        if !has_address || self.ports.is_empty() {
            return Vec::new();
        }
        let prefix = variable_name(&self.name.value);
        let mut names = vec![
            format!("{prefix}_SERVICE_HOST"),
            format!("{prefix}_SERVICE_PORT"),
            format!("{prefix}_PORT"),
        ];
        for port in &self.ports {
            if let Some(name) = &port.name {
                names.push(format!("{prefix}_SERVICE_PORT_{}", variable_name(&name.value)));
            }
            let protocol = port.protocol.value.to_ascii_uppercase();
            let link = format!("{prefix}_PORT_{}_{protocol}", port.port.value);
            names.extend(["_PROTO", "_PORT", "_ADDR"].map(|end| format!("{link}{end}")));
            names.push(link);
        }
        names
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

impl ServiceType {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "ClusterIP" | "" => Some(Self::ClusterIp),
            "NodePort" => Some(Self::NodePort),
            "LoadBalancer" => Some(Self::LoadBalancer),
            "ExternalName" => Some(Self::ExternalName),
            _ => None,
        }
    }
}

impl ServicePort {
    fn read(cursor: &Cursor<'_>) -> Option<Self> {
        let port = cursor.port("port");
        if port.is_none() && cursor.child("port").is_none() {
            cursor.problem(ProblemKind::Missing, "port is missing");
        }
        let port = port?;
        let target = cursor
            .port_ref("targetPort")
            .unwrap_or_else(|| Field { written: false, ..port.clone().map(PortRef::Number) });
        Some(Self {
            name: cursor.text("name"),
            port,
            target,
            protocol: cursor.text_or("protocol", "TCP"),
            node_port: cursor
                .child("nodePort")
                .filter(|own| own.node.as_i64() != Some(0))
                .and_then(|_| cursor.port("nodePort")),
            app_protocol: cursor.text("appProtocol"),
            at: cursor.spot(),
        })
    }
}

fn variable_name(name: &str) -> String {
    name.replace('-', "_").to_ascii_uppercase()
}
