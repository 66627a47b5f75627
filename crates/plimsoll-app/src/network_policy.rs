//! Network policies.

use crate::{Field, ObjectId, PortRef, Selector, Spot, WorkloadId};

/// One side of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Which pods; absent with an address block, or for all pods of the namespaces.
    pub pods: Option<Selector>,
    /// Which namespaces; absent for the policy's own.
    pub namespaces: Option<Selector>,
    /// An address block.
    pub cidr: Option<Field<String>>,
    /// The peer's node.
    pub at: Spot,
}

/// A port that a rule opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyPort {
    /// The port; absent for all.
    pub port: Option<Field<PortRef>>,
    /// The last port of a range.
    pub end_port: Option<Field<u16>>,
    /// `TCP` by default.
    pub protocol: Field<String>,
}

/// Something that a policy lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRule {
    /// The other side; empty for everybody.
    pub peers: Vec<Peer>,
    /// Ports; empty for all.
    pub ports: Vec<PolicyPort>,
    /// The rule's node.
    pub at: Spot,
}

/// A NetworkPolicy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkPolicy {
    /// Its object.
    pub object: ObjectId,
    /// Which pods it is about.
    pub pods: Selector,
    /// What may come in; absent where the policy says nothing of it, empty where nothing may.
    pub ingress: Option<Vec<PolicyRule>>,
    /// What may go out; absent where the policy says nothing of it, empty where nothing may.
    pub egress: Option<Vec<PolicyRule>>,
    /// Workloads of the release whose pods it is about.
    pub workloads: Vec<WorkloadId>,
    /// The policy's spec, or the object where there is none.
    pub at: Spot,
}
