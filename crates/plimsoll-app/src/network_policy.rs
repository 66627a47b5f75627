//! Network policies.

use crate::read::Cursor;
use crate::{Field, Labels, ObjectId, PortRef, ProblemKind, Selector, Spot, WorkloadId};

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

impl NetworkPolicy {
    /// Reads a NetworkPolicy object; its workloads are filled in later.
    ///
    /// Without `policyTypes` a policy is about what comes in, and about what goes out where it has
    /// an `egress` section.
    pub(crate) fn read(root: &Cursor<'_>) -> Self {
        let spec = root.map("spec");
        if spec.is_none() {
            root.problem(ProblemKind::Missing, "spec is missing");
        }
        let spec = spec.as_ref().unwrap_or(root);
        let everything =
            || Selector { labels: Labels::default(), expressions: Vec::new(), at: spec.spot() };
        let types = spec.texts("policyTypes");
        let is_about = |name: &str, by_default: bool| {
            if types.is_empty() { by_default } else { types.iter().any(|own| own.value == name) }
        };
        let rules =
            |key, peers| spec.maps(key).iter().map(|rule| PolicyRule::read(rule, peers)).collect();
        Self {
            object: root.object(),
            pods: spec.map("podSelector").map_or_else(everything, |own| Selector::read(&own)),
            ingress: is_about("Ingress", true).then(|| rules("ingress", "from")),
            egress: is_about("Egress", spec.child("egress").is_some())
                .then(|| rules("egress", "to")),
            workloads: Vec::new(),
            at: spec.spot(),
        }
    }
}

impl PolicyRule {
    fn read(cursor: &Cursor<'_>, peers: &str) -> Self {
        Self {
            peers: cursor.maps(peers).iter().map(Peer::read).collect(),
            ports: cursor.maps("ports").iter().map(PolicyPort::read).collect(),
            at: cursor.spot(),
        }
    }
}

impl Peer {
    fn read(cursor: &Cursor<'_>) -> Self {
        let selector = |key| cursor.map(key).map(|own| Selector::read(&own));
        Self {
            pods: selector("podSelector"),
            namespaces: selector("namespaceSelector"),
            cidr: cursor.map("ipBlock").and_then(|block| block.text("cidr")),
            at: cursor.spot(),
        }
    }
}

impl PolicyPort {
    fn read(cursor: &Cursor<'_>) -> Self {
        Self {
            port: cursor.port_ref("port"),
            end_port: cursor.port("endPort"),
            protocol: cursor.text_or("protocol", "TCP"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::app;

    #[test]
    fn what_a_policy_is_about_follows_its_types() {
        for (spec, ingress, egress) in [
            ("podSelector: {}", Some(0), None),
            ("podSelector: {}, ingress: [{}]", Some(1), None),
            ("podSelector: {}, egress: [{}]", Some(0), Some(1)),
            ("podSelector: {}, policyTypes: [Egress]", None, Some(0)),
            ("podSelector: {}, policyTypes: [Ingress], egress: [{}]", Some(0), None),
        ] {
            let app = app(&format!(
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: own}}\n\
                 spec: {{{spec}}}"
            ));
            let policy = &app.network_policies[0];
            assert_eq!(policy.ingress.as_ref().map(Vec::len), ingress, "{spec}");
            assert_eq!(policy.egress.as_ref().map(Vec::len), egress, "{spec}");
        }
    }

    #[test]
    fn a_policy_selects_by_labels_and_expressions() {
        let app = app(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: own}\nspec:\n  \
             podSelector: {matchExpressions: [{key: a, operator: In, values: [b, c]}, {key: x, \
             operator: DoesNotExist}]}\n  ingress: [{from: [{podSelector: {}, namespaceSelector: {}}, \
             {ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 80, endPort: 90}, {port: web}]}]\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: c}}\nspec: {}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {name: q, labels: {a: b, x: z}}\nspec: {}",
        );
        let policy = &app.network_policies[0];
        let names: Vec<_> = policy.workloads.iter().map(|id| app.workload(*id)).collect();
        assert_eq!(names.len(), 1);
        assert_eq!(app.policies_of(names[0].id).count(), 1);
        let rule = &policy.ingress.as_ref().unwrap()[0];
        assert!(rule.peers[0].pods.as_ref().unwrap().is_empty());
        assert_eq!(rule.peers[1].cidr.as_ref().unwrap().value, "10.0.0.0/8");
        assert_eq!(rule.ports[0].end_port.as_ref().unwrap().value, 90);
    }
}
