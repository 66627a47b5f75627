//! Ways into the release from outside the cluster.

mod gateway;
mod native;

use crate::read::Cursor;
use crate::{Field, Object, ObjectId, PortRef, ServiceId, Spot, WorkloadId};

/// What kind of way it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntranceKind {
    /// OpenShift's Route.
    Route,
    /// `networking.k8s.io` Ingress.
    Ingress,
    /// Gateway API HTTPRoute.
    HttpRoute,
    /// Gateway API GRPCRoute.
    GrpcRoute,
    /// Gateway API TLSRoute.
    TlsRoute,
    /// Gateway API TCPRoute.
    TcpRoute,
    /// Istio's VirtualService.
    VirtualService,
    /// Traefik's IngressRoute.
    IngressRoute,
    /// A Service of type LoadBalancer.
    LoadBalancer,
    /// A Service of type NodePort.
    NodePort,
    /// A Service with external addresses.
    ExternalIp,
    /// A port that a container takes on its node.
    HostPort,
}

/// How the way is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tls {
    /// Not at all.
    None,
    /// Up to the router; plain behind it.
    Edge,
    /// Up to the router and again behind it.
    Reencrypt,
    /// Up to the pod.
    Passthrough,
    /// Decided elsewhere: by the Gateway that a route hangs on.
    Gateway,
}

/// A container that an entrance leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reach {
    /// The workload.
    pub workload: WorkloadId,
    /// The container's number in the pod's `containers`; absent where no container declares the
    /// port and there is more than one.
    pub container: Option<usize>,
    /// The port's number in the pod, where it is known.
    pub port: Option<u16>,
}

/// Where an entrance leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    /// The Service's name; for a Service or a host port that is its own entrance, its own name.
    pub service_name: Field<String>,
    /// The Service's port as the entrance names it; absent for all ports.
    pub port: Option<Field<PortRef>>,
    /// The path prefix that leads there; absent for every path.
    pub path: Option<Field<String>>,
    /// The Service, where the release holds it.
    pub service: Option<ServiceId>,
    /// Containers behind it.
    pub reaches: Vec<Reach>,
    /// The backend's node.
    pub at: Spot,
}

/// A way into the release from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrance {
    /// Its object.
    pub object: ObjectId,
    /// What kind it is.
    pub kind: EntranceKind,
    /// Host names; empty where it answers to any or the router makes one up.
    pub hosts: Vec<Field<String>>,
    /// How it is encrypted.
    pub tls: Field<Tls>,
    /// What becomes of plain HTTP (Route only): `None`, `Allow` or `Redirect`.
    pub insecure_policy: Option<Field<String>>,
    /// Where it leads.
    pub backends: Vec<Backend>,
    /// The entrance's node.
    pub at: Spot,
}

impl Entrance {
    /// Reads an object that lets traffic in; nothing for any other kind. Backends are joined later.
    pub(crate) fn read(object: &Object, root: &Cursor<'_>) -> Option<Self> {
        let spec = root.map("spec");
        match (object.group(), object.kind.value.as_str()) {
            ("route.openshift.io" | "", "Route") => Some(native::route(&spec?)),
            ("networking.k8s.io" | "extensions", "Ingress") => Some(native::ingress(&spec?)),
            ("gateway.networking.k8s.io", kind) => gateway::route(kind, &spec?),
            ("networking.istio.io", "VirtualService") => gateway::virtual_service(&spec?),
            ("traefik.io" | "traefik.containo.us", "IngressRoute") => {
                Some(gateway::ingress_route(&spec?))
            }
            _ => None,
        }
    }

    /// Tells whether objects of this group and kind are entrances.
    pub(crate) fn is_kind(group: &str, kind: &str) -> bool {
        matches!(
            (group, kind),
            ("route.openshift.io" | "", "Route")
                | ("networking.k8s.io" | "extensions", "Ingress")
                | (
                    "gateway.networking.k8s.io",
                    "HTTPRoute" | "GRPCRoute" | "TLSRoute" | "TCPRoute"
                )
                | ("networking.istio.io", "VirtualService")
                | ("traefik.io" | "traefik.containo.us", "IngressRoute")
        )
    }

    /// Tells whether the way up to the router is encrypted; nothing where a Gateway decides.
    #[must_use]
    pub const fn is_encrypted(&self) -> Option<bool> {
        match self.tls.value {
            Tls::None => Some(false),
            Tls::Edge | Tls::Reencrypt | Tls::Passthrough => Some(true),
            Tls::Gateway => None,
        }
    }
}

impl Backend {
    /// Returns a backend that is not joined yet.
    pub(crate) const fn new(
        service_name: Field<String>,
        port: Option<Field<PortRef>>,
        path: Option<Field<String>>,
        at: Spot,
    ) -> Self {
        Self { service_name, port, path, service: None, reaches: Vec::new(), at }
    }
}
