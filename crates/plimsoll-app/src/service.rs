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

#[cfg(test)]
mod tests {
    use crate::testing::{app, app_with_problems};
    use crate::{PortRef, ServiceType};

    #[test]
    fn services_put_variables_into_pods() {
        let service = |more: &str| {
            let app = app(&format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: my-vllm}}\nspec: {{{more}ports: \
                 [{{port: 80, name: http-web, protocol: TCP}}]}}"
            ));
            app.services[0].variables()
        };
        assert_eq!(
            service(""),
            [
                "MY_VLLM_SERVICE_HOST",
                "MY_VLLM_SERVICE_PORT",
                "MY_VLLM_PORT",
                "MY_VLLM_SERVICE_PORT_HTTP_WEB",
                "MY_VLLM_PORT_80_TCP_PROTO",
                "MY_VLLM_PORT_80_TCP_PORT",
                "MY_VLLM_PORT_80_TCP_ADDR",
                "MY_VLLM_PORT_80_TCP",
            ]
        );
        assert!(service("clusterIP: None, ").is_empty());
        assert!(service("type: ExternalName, ").is_empty());
    }

    #[test]
    fn ports_have_the_defaults_of_kubernetes() {
        let app = app_with_problems(
            "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: Nonsense, ports: \
             [{port: 80}, {port: 0}, {port: 70000}, {name: x}, {port: 81, targetPort: web, nodePort: 0}]}",
        );
        let service = &app.services[0];
        assert_eq!(service.service_type.value, ServiceType::ClusterIp);
        let [first, second] = &service.ports[..] else { panic!("two ports are valid") };
        assert_eq!((&first.target.value, first.target.written), (&PortRef::Number(80), false));
        assert_eq!(second.target.value, PortRef::Name("web".into()));
        assert!(second.node_port.is_none());
        assert_eq!(app.problems.len(), 4);
        assert!(service.port(&PortRef::Number(81)).is_some());
    }

    #[test]
    fn a_selector_finds_pods_by_all_its_labels() {
        let app = app(
            "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {a: b, c: d}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {name: none}\nspec: {}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: b}}\nspec: {}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {name: q, labels: {c: d, a: b, e: f}}\nspec: {}",
        );
        let names = |index: usize| {
            let loads = app.services[index].workloads.iter().map(|id| app.workload(*id));
            loads.map(|load| app.object(load.object).name()).collect::<Vec<_>>()
        };
        assert_eq!(names(0), ["q"]);
        assert!(names(1).is_empty());
    }
}
