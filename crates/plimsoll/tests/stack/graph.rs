//! Who may connect to whom, by the semantics of NetworkPolicy in `networking.k8s.io/v1`.
//!
//! A pod that no policy selects for a direction is open in it. A connection needs the consent of
//! both ends. Policies add up: one rule that allows is enough. Source: the Kubernetes API reference,
//! 1.36.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::Value;

/// Labels of a pod or namespace.
pub(crate) type Labels = BTreeMap<String, String>;

/// One end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Actor {
    /// What tables call it.
    pub(crate) name: String,
    pub(crate) place: Place,
    /// Ports that it listens on.
    pub(crate) ports: Vec<Port>,
}

/// Where an actor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Pod { namespace: String, labels: Labels },
    Outside(IpAddr),
}

/// A port of a container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Port {
    pub(crate) name: String,
    pub(crate) number: u64,
    pub(crate) protocol: String,
}

/// A policy of a namespace.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) namespace: String,
    pub(crate) spec: Value,
}

/// Policies and the labels of namespaces, which together decide.
#[derive(Clone, Debug, Default)]
pub(crate) struct Network {
    pub(crate) namespaces: BTreeMap<String, Labels>,
    pub(crate) policies: Vec<Policy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Ingress,
    Egress,
}

impl Direction {
    const fn word(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::Egress => "Egress",
        }
    }
}

impl Network {
    /// Whether `from` may open a connection to this port of `to`.
    pub(crate) fn allows(&self, from: &Actor, to: &Actor, port: &Port) -> bool {
        self.consents(Direction::Egress, from, to, port)
            && self.consents(Direction::Ingress, to, from, port)
    }

    /// Whether some policy is about the actor in this direction, so that it is closed by default.
    pub(crate) fn is_closed(&self, direction: Direction, actor: &Actor) -> bool {
        self.about(direction, actor).next().is_some()
    }

    /// Whether `own` lets a connection with `other` pass; the port belongs to the one that listens.
    fn consents(&self, direction: Direction, own: &Actor, other: &Actor, port: &Port) -> bool {
        let (rules, peers) = match direction {
            Direction::Ingress => ("ingress", "from"),
            Direction::Egress => ("egress", "to"),
        };
        if !self.is_closed(direction, own) {
            return true;
        }
        self.about(direction, own).any(|policy| {
            items(&policy.spec[rules]).any(|rule| {
                let peers = &rule[peers];
                let ports = &rule["ports"];
                (items(peers).next().is_none()
                    || items(peers).any(|peer| self.is_peer(policy, peer, other)))
                    && (items(ports).next().is_none() || items(ports).any(|own| is_port(own, port)))
            })
        })
    }

    fn about(&self, direction: Direction, actor: &Actor) -> impl Iterator<Item = &Policy> {
        let place = actor.place.clone();
        self.policies.iter().filter(move |policy| {
            let Place::Pod { namespace, labels } = &place else { return false };
            *namespace == policy.namespace
                && is_about(&policy.spec, direction)
                && selects(&policy.spec["podSelector"], labels)
        })
    }

    fn is_peer(&self, policy: &Policy, peer: &Value, actor: &Actor) -> bool {
        match &actor.place {
            Place::Outside(address) => {
                peer.get("ipBlock").is_some_and(|block| is_in_block(block, *address))
            }
            Place::Pod { namespace, labels } => {
                let is_place = match peer.get("namespaceSelector") {
                    Some(selector) => self
                        .namespaces
                        .get(namespace)
                        .is_some_and(|labels| selects(selector, labels)),
                    None => peer.get("podSelector").is_some() && *namespace == policy.namespace,
                };
                is_place && peer.get("podSelector").is_none_or(|selector| selects(selector, labels))
            }
        }
    }
}

/// Without `policyTypes` a policy is about what comes in, and about what goes out if it says so.
fn is_about(spec: &Value, direction: Direction) -> bool {
    if items(&spec["policyTypes"]).next().is_some() {
        return items(&spec["policyTypes"]).any(|own| own == direction.word());
    }
    direction == Direction::Ingress || spec.get("egress").is_some()
}

/// Whether a label selector selects these labels; an empty one selects everything.
pub(crate) fn selects(selector: &Value, labels: &Labels) -> bool {
    let by_labels = selector["matchLabels"].as_object().is_none_or(|wanted| {
        wanted.iter().all(|(key, value)| labels.get(key).map(String::as_str) == value.as_str())
    });
    by_labels
        && items(&selector["matchExpressions"]).all(|expression| {
            let own = expression["key"].as_str().and_then(|key| labels.get(key));
            let is_listed = own.is_some_and(|own| items(&expression["values"]).any(|v| v == own));
            match expression["operator"].as_str() {
                Some("In") => is_listed,
                Some("NotIn") => !is_listed,
                Some("Exists") => own.is_some(),
                Some("DoesNotExist") => own.is_none(),
                other => panic!("{other:?} is no operator of a label selector"),
            }
        })
}

fn is_port(rule: &Value, port: &Port) -> bool {
    if rule["protocol"].as_str().unwrap_or("TCP") != port.protocol {
        return false;
    }
    match &rule["port"] {
        Value::Null => true,
        Value::String(name) => *name == port.name,
        number => {
            let first = number.as_u64().unwrap();
            let last = rule["endPort"].as_u64().unwrap_or(first);
            (first..=last).contains(&port.number)
        }
    }
}

fn is_in_block(block: &Value, address: IpAddr) -> bool {
    is_in(block["cidr"].as_str().unwrap(), address)
        && !items(&block["except"]).any(|own| is_in(own.as_str().unwrap(), address))
}

fn is_in(cidr: &str, address: IpAddr) -> bool {
    let (network, length) = cidr.split_once('/').unwrap();
    let length: u32 = length.parse().unwrap();
    let (network, address, width) = match (network.parse().unwrap(), address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            (u128::from(network.to_bits()), u128::from(address.to_bits()), 32)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => (network.to_bits(), address.to_bits(), 128),
        _ => return false,
    };
    let shift = width - length;
    shift == 128 || network >> shift == address >> shift
}

/// The items of a list; none of anything else.
pub(crate) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Labels of a JSON object.
pub(crate) fn labels(value: &Value) -> Labels {
    let entries = value.as_object().into_iter().flatten();
    entries.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(namespace: &str, own: &Value) -> Actor {
        Actor {
            name: namespace.to_owned(),
            place: Place::Pod { namespace: namespace.to_owned(), labels: labels(own) },
            ports: vec![api()],
        }
    }

    fn api() -> Port {
        Port { name: "api".to_owned(), number: 8000, protocol: "TCP".to_owned() }
    }

    fn network(spec: Value) -> Network {
        let namespaces = [("a", json!({"team": "a"})), ("b", json!({"team": "b"}))];
        Network {
            namespaces: namespaces
                .iter()
                .map(|(name, own)| ((*name).to_owned(), labels(own)))
                .collect(),
            policies: vec![Policy { namespace: "a".to_owned(), spec }],
        }
    }

    /// Whether a pod of `b` with the label `app: client` reaches the port of a pod of `a`.
    fn reaches(spec: Value) -> bool {
        let (server, client) =
            (pod("a", &json!({"app": "x"})), pod("b", &json!({"app": "client"})));
        network(spec).allows(&client, &server, &api())
    }

    #[test]
    fn a_policy_closes_what_it_selects_and_nothing_else() {
        assert!(!reaches(json!({"podSelector": {}})));
        assert!(!reaches(json!({"podSelector": {}, "policyTypes": ["Ingress"]})));
        assert!(reaches(json!({"podSelector": {}, "policyTypes": ["Egress"]})));
        assert!(reaches(json!({"podSelector": {"matchLabels": {"app": "y"}}})));
    }

    #[test]
    fn peers_are_alternatives_and_the_selectors_of_one_peer_are_not() {
        let from = |peers: Value| json!({"podSelector": {}, "ingress": [{"from": peers}]});
        let (b, client) =
            (json!({"matchLabels": {"team": "b"}}), json!({"matchLabels": {"app": "client"}}));
        let other = json!({"matchLabels": {"app": "other"}});
        assert!(reaches(from(json!([{"namespaceSelector": b}]))));
        assert!(reaches(from(json!([{"namespaceSelector": b, "podSelector": client}]))));
        assert!(!reaches(from(json!([{"namespaceSelector": b, "podSelector": other}]))));
        assert!(reaches(from(json!([{"namespaceSelector": b}, {"podSelector": other}]))));
        assert!(!reaches(from(json!([{"podSelector": client}]))), "its own namespace is meant");
        assert!(!reaches(from(json!([{"ipBlock": {"cidr": "0.0.0.0/0"}}]))), "a pod is no address");
        assert!(reaches(from(json!([]))), "an empty list means everybody");
    }

    #[test]
    fn ports_go_by_name_number_range_and_protocol() {
        let ports = |own: Value| json!({"podSelector": {}, "ingress": [{"ports": [own]}]});
        assert!(reaches(ports(json!({"port": "api"}))));
        assert!(!reaches(ports(json!({"port": "metrics"}))));
        assert!(reaches(ports(json!({"port": 8000}))));
        assert!(reaches(ports(json!({"port": 7000, "endPort": 9000}))));
        assert!(!reaches(ports(json!({"port": 8000, "protocol": "UDP"}))));
    }

    #[test]
    fn both_ends_must_agree() {
        let closed = json!({"podSelector": {}, "policyTypes": ["Egress"]});
        let (server, client) = (pod("b", &json!({})), pod("a", &json!({})));
        assert!(!network(closed).allows(&client, &server, &api()));
        let open = json!({"podSelector": {}, "egress": [{"ports": [{"port": "api"}]}]});
        assert!(network(open).allows(&client, &server, &api()));
    }

    #[test]
    fn blocks_of_addresses_have_exceptions() {
        let block = json!({"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "169.254.0.0/16"]});
        assert!(is_in_block(&block, "203.0.113.7".parse().unwrap()));
        assert!(!is_in_block(&block, "10.1.2.3".parse().unwrap()));
        assert!(!is_in_block(&block, "169.254.169.254".parse().unwrap()));
        assert!(!is_in_block(&block, "2001:db8::1".parse().unwrap()));
        assert!(is_in("::/0", "2001:db8::1".parse().unwrap()));
        assert!(!is_in("fc00::/7", "2001:db8::1".parse().unwrap()));
    }
}
