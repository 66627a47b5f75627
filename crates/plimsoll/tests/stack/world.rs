//! The network of a role: the pods of its apps, what else is in the cluster, and the policies.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use crate::applications::{self, Application};
use crate::graph::{Actor, Labels, Network, Place, Policy, Port, items, labels};
use crate::roles;

/// The label by which every namespace can be told from others.
const NAME: &str = "kubernetes.io/metadata.name";

/// An address of a Service, with its port.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^a-z0-9.-])([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.[a-z.]+)?:([0-9]+)").unwrap()
});

/// All roles' worlds, each made once for all tests.
static WORLDS: LazyLock<BTreeMap<String, World>> =
    LazyLock::new(|| roles().into_iter().map(|role| (role.clone(), World::read(&role))).collect());

/// Everything that a role's cluster holds, as far as the network is concerned.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) network: Network,
    /// Pods of the apps, with the namespace that they live in.
    pub(crate) pods: Vec<Actor>,
    /// Pods that an operator makes for an app. What they may connect to is the operator's affair.
    pub(crate) operated: Vec<Actor>,
    /// Who else might call, or be called.
    pub(crate) others: Vec<Actor>,
    pub(crate) services: Vec<Service>,
    pub(crate) links: Vec<Link>,
}

/// A Service, as far as it leads to pods.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) namespace: String,
    selector: Labels,
    /// Port of the Service, and name or number of the pods' port.
    ports: Vec<(u64, Value)>,
}

/// An address within the cluster that an app is told, such as `http://ollama.ollama.svc:11434`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Link {
    pub(crate) from_namespace: String,
    pub(crate) service: String,
    pub(crate) namespace: String,
    pub(crate) port: u64,
}

impl World {
    pub(crate) fn of_role(role: &str) -> &'static Self {
        &WORLDS[role]
    }

    fn read(role: &str) -> Self {
        let mut world = Self {
            network: Network::default(),
            pods: Vec::new(),
            operated: Vec::new(),
            others: Vec::new(),
            services: Vec::new(),
            links: Vec::new(),
        };
        for app in applications::of_role(role) {
            world.add_app(app);
        }
        let platform = applications::of_role(role)[0].values["platform"].clone();
        world.add_platform(platform.as_str().unwrap());
        for object in applications::role_objects(role) {
            let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default().to_owned();
            if matches!(object["kind"].as_str(), Some("Deployment" | "NetworkPolicy")) {
                world.namespace(&namespace, &json!({}));
            }
            if object["kind"] == "Namespace" {
                let name = object["metadata"]["name"].as_str().unwrap();
                world.namespace(name, &object["metadata"]["labels"]);
            }
            let mut pods = Vec::new();
            world.add_object(object, &namespace, &mut pods);
            world.others.append(&mut pods);
        }
        world.add_named_namespaces();
        world
    }

    /// Namespaces outside the stack that policies name, with the ports that they are opened for.
    fn add_named_namespaces(&mut self) {
        let mut found: BTreeMap<String, Vec<Port>> = BTreeMap::new();
        for policy in &self.network.policies {
            for (rules, peers) in [("ingress", "from"), ("egress", "to")] {
                for rule in items(&policy.spec[rules]) {
                    for peer in items(&rule[peers]) {
                        let name = &peer["namespaceSelector"]["matchLabels"][NAME];
                        let Some(name) = name.as_str() else { continue };
                        if self.network.namespaces.contains_key(name) {
                            continue;
                        }
                        let own = found.entry(name.to_owned()).or_default();
                        own.extend(items(&rule["ports"]).filter(|_| rules == "egress").filter_map(
                            |port| {
                                Some(Port {
                                    name: String::new(),
                                    number: port["port"].as_u64()?,
                                    protocol: port["protocol"].as_str().unwrap_or("TCP").to_owned(),
                                })
                            },
                        ));
                    }
                }
            }
        }
        for (name, ports) in found {
            self.namespace(&name, &json!({}));
            let pod = other(&format!("any other pod of {name}"), &name, &json!({}));
            self.others.push(Actor { ports, ..pod });
        }
    }

    /// Pods that a Service leads to, with the port of each.
    pub(crate) fn behind(&self, link: &Link) -> Vec<(&Actor, Port)> {
        let Some(service) = self
            .services
            .iter()
            .find(|own| own.name == link.service && own.namespace == link.namespace)
        else {
            return Vec::new();
        };
        let Some((_, target)) = service.ports.iter().find(|(port, _)| *port == link.port) else {
            return Vec::new();
        };
        let is_target = |port: &&Port| match target {
            Value::String(name) => port.name == *name,
            number => number.as_u64() == Some(port.number),
        };
        self.pods
            .iter()
            .filter(|pod| {
                matches!(&pod.place, Place::Pod { namespace, labels } if *namespace == service.namespace
                    && service.selector.iter().all(|(key, value)| labels.get(key) == Some(value)))
            })
            .filter_map(|pod| Some((pod, pod.ports.iter().find(is_target)?.clone())))
            .collect()
    }

    fn add_app(&mut self, app: &Application) {
        self.namespace(&app.namespace, &app.namespace_labels);
        let namespace = &app.namespace;
        self.others.push(other(&format!("any other pod of {namespace}"), namespace, &json!({})));
        let mut pods = Vec::new();
        for object in &app.objects {
            self.add_object(object, namespace, &mut pods);
            let mut links = Vec::new();
            find_links(object, namespace, &mut links);
            // Gatus reads these addresses, not the app.
            let label = &object["metadata"]["labels"]["gatus.io/enabled"];
            if label.is_null() {
                self.links.append(&mut links);
            }
        }
        assert!(!pods.is_empty(), "{} runs nothing", app.name);
        self.pods.append(&mut pods);
        self.links.sort();
        self.links.dedup();
    }

    fn add_object(&mut self, object: &Value, namespace: &str, pods: &mut Vec<Actor>) {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let spec = &object["spec"];
        let own = |template: &Value, name: &str| Actor {
            name: name.to_owned(),
            place: Place::Pod {
                namespace: namespace.to_owned(),
                labels: labels(&template["metadata"]["labels"]),
            },
            ports: ports(&template["spec"]),
        };
        match object["kind"].as_str().unwrap_or_default() {
            "NetworkPolicy" => self
                .network
                .policies
                .push(Policy { namespace: namespace.to_owned(), spec: spec.clone() }),
            "Pod" => {
                let pod = own(object, &format!("helm test of {namespace}"));
                self.others.push(Actor { ports: Vec::new(), ..pod });
            }
            "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => {
                pods.push(own(&spec["template"], name));
            }
            // The operator's pods carry this label; source: CloudNativePG 1.27, "Labels and annotations".
            "Cluster" if object["apiVersion"] == "postgresql.cnpg.io/v1" => {
                self.operated.push(Actor {
                    name: name.to_owned(),
                    place: Place::Pod {
                        namespace: namespace.to_owned(),
                        labels: labels(&json!({"cnpg.io/cluster": name})),
                    },
                    ports: [("postgresql", 5432), ("status", 8000)]
                        .map(|(name, number)| Port {
                            name: name.to_owned(),
                            number,
                            protocol: "TCP".to_owned(),
                        })
                        .into(),
                });
            }
            "CronJob" => pods.push(own(&spec["jobTemplate"]["spec"]["template"], name)),
            "JobSet" => {
                for job in items(&spec["replicatedJobs"]) {
                    pods.push(own(&job["template"]["spec"]["template"], name));
                }
            }
            "Service" => self.services.push(Service {
                name: name.to_owned(),
                namespace: namespace.to_owned(),
                selector: labels(&spec["selector"]),
                ports: items(&spec["ports"])
                    .map(|port| {
                        let number = port["port"].as_u64().unwrap();
                        let target = port.get("targetPort").cloned();
                        (number, target.unwrap_or_else(|| json!(number)))
                    })
                    .collect(),
            }),
            _ => {}
        }
    }

    fn namespace(&mut self, name: &str, own: &Value) {
        let entry = self.network.namespaces.entry(name.to_owned()).or_default();
        entry.extend(labels(own));
        entry.insert(NAME.to_owned(), name.to_owned());
    }

    /// What the cluster brings: names, the way in, monitoring, and everybody else.
    fn add_platform(&mut self, platform: &str) {
        let group = |name: &str| json!({"network.openshift.io/policy-group": name});
        let (dns, dns_port, router, router_labels, monitoring, monitoring_labels) = match platform {
            "openshift" => (
                "openshift-dns",
                5353,
                "openshift-ingress",
                group("ingress"),
                "openshift-monitoring",
                group("monitoring"),
            ),
            _ => ("kube-system", 53, "gateways", json!({}), "monitoring", json!({})),
        };
        self.namespace(dns, &json!({}));
        self.namespace(router, &router_labels);
        self.namespace(monitoring, &monitoring_labels);
        self.namespace("stranger", &json!({}));
        self.namespace("cnpg-system", &json!({}));
        let operator = json!({"app.kubernetes.io/name": "cloudnative-pg"});
        self.others.push(other("the database operator", "cnpg-system", &operator));
        let udp = |number| Port { name: "dns".to_owned(), number, protocol: "UDP".to_owned() };
        let tcp = |number: u64| Port { name: String::new(), number, protocol: "TCP".to_owned() };
        self.others
            .push(Actor { ports: vec![udp(dns_port)], ..other("cluster DNS", dns, &json!({})) });
        self.others.push(other("the router", router, &json!({})));
        self.others.push(other("Prometheus", monitoring, &json!({})));
        self.others.push(Actor {
            ports: vec![tcp(80), tcp(443), tcp(8080)],
            ..other("a stranger", "stranger", &json!({}))
        });
        let outside = |name: &str, address: &str, ports| Actor {
            name: name.to_owned(),
            place: Place::Outside(address.parse().unwrap()),
            ports,
        };
        self.others.push(outside("the internet", "203.0.113.7", vec![tcp(443), tcp(80), tcp(22)]));
        self.others.push(outside(
            "the cloud's metadata service",
            "169.254.169.254",
            vec![tcp(80), tcp(443)],
        ));
    }
}

fn other(name: &str, namespace: &str, own: &Value) -> Actor {
    Actor {
        name: name.to_owned(),
        place: Place::Pod { namespace: namespace.to_owned(), labels: labels(own) },
        ports: Vec::new(),
    }
}

/// Ports of the containers that stay, sidecars among the init containers included.
fn ports(pod: &Value) -> Vec<Port> {
    let sidecars = items(&pod["initContainers"]).filter(|own| own["restartPolicy"] == "Always");
    items(&pod["containers"])
        .chain(sidecars)
        .flat_map(|container| items(&container["ports"]))
        .map(|port| Port {
            name: port["name"].as_str().unwrap_or_default().to_owned(),
            number: port["containerPort"].as_u64().unwrap(),
            protocol: port["protocol"].as_str().unwrap_or("TCP").to_owned(),
        })
        .collect()
}

/// Addresses of the form `SERVICE.NAMESPACE.svc…:PORT` in all texts of an object.
pub(crate) fn find_links(tree: &Value, from: &str, links: &mut Vec<Link>) {
    match tree {
        Value::String(text) => {
            links.extend(ADDRESS.captures_iter(text).map(|found| Link {
                from_namespace: from.to_owned(),
                service: found[1].to_owned(),
                namespace: found[2].to_owned(),
                port: found[3].parse().unwrap(),
            }));
        }
        Value::Array(items) => items.iter().for_each(|item| find_links(item, from, links)),
        Value::Object(entries) => entries.values().for_each(|value| find_links(value, from, links)),
        _ => {}
    }
}
