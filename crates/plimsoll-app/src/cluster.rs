//! What is known of a cluster before anything runs on it: its cluster file, `clusters/NAME.yaml`.
//!
//! The file says what no chart can: which nodes have which GPUs, which storage classes there are, who
//! keeps the secrets and how requests come in. Every field may be left out; what is left out is not
//! known. `clusters/cluster.schema.json` describes it for editors.

mod read;

use std::fmt;

use plimsoll_yaml::{Content, LineIndex, Node, Place, Span};

use crate::gpu::{NameVerdict, Unit, Vendor, name_verdict};
use crate::{AccessMode, Effect, Quantity};
use read::Reader;

/// A cluster as its file describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cluster {
    /// The flavour.
    pub platform: Option<Platform>,
    /// The nodes, grouped by what they are.
    pub nodes: Vec<NodeGroup>,
    /// The storage classes.
    pub storage_classes: Vec<StorageClass>,
    /// Names of the `ClusterSecretStore`s of External Secrets, the usual one first.
    pub secret_stores: Vec<String>,
    /// The domain below which hosts are made.
    pub domain: Option<String>,
    /// How requests come in, where it is not the platform's own way.
    pub way_in: Option<WayIn>,
}

/// The flavour of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Any conformant cluster.
    Kubernetes,
    /// `OpenShift`.
    Openshift,
}

/// Nodes of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeGroup {
    /// What it is called.
    pub name: String,
    /// How many there are.
    pub count: u64,
    /// The card, by one of the names that `plimsoll size --gpu` takes.
    pub gpu: Option<String>,
    /// Where `gpu` stands, for who looks the name up.
    pub gpu_place: Option<Place>,
    /// What the pods of one node may ask for in all, by resource.
    pub allocatable: Vec<(String, Quantity)>,
    /// Labels of the nodes.
    pub labels: Vec<(String, String)>,
    /// Taints of the nodes.
    pub taints: Vec<Taint>,
}

/// A taint of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taint {
    /// Its key.
    pub key: String,
    /// Its value; often empty.
    pub value: String,
    /// What it does to pods that do not tolerate it.
    pub effect: Effect,
}

/// A storage class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageClass {
    /// Its name.
    pub name: String,
    /// Whether claims that name no class get this one.
    pub is_default: bool,
    /// The access modes that it can give.
    pub access_modes: Vec<AccessMode>,
    /// Whether what it stores is encrypted.
    pub encrypted: Option<bool>,
}

/// How requests come in from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WayIn {
    /// By a Gateway.
    Gateway {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// By an ingress controller.
    Ingress {
        /// Its class.
        class: String,
        /// The namespace of its pods.
        namespace: String,
    },
}

/// What is wrong with a cluster file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterProblem {
    /// The place in the file.
    pub place: Place,
    /// The field, such as `nodes[0].count`; empty for the whole file.
    pub field: String,
    /// What is wrong, and what is expected.
    pub message: String,
}

impl fmt::Display for ClusterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { file, position, .. } = &self.place;
        write!(f, "{file}:{}:{}: ", position.line, position.column)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ClusterProblem {}

impl Cluster {
    /// Reads a cluster file; `file` is what problems call it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, in the order of the text: no YAML, unknown or repeated keys,
    /// values of the wrong type or form.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<ClusterProblem>> {
        let index = LineIndex::new(text);
        let place = |span: Span| Place {
            file: file.into(),
            span,
            position: index.position(text, span.start),
        };
        let parsed = plimsoll_yaml::parse_one(text).map_err(|error| {
            let (place, message) = (place(error.span()), error.to_string());
            vec![ClusterProblem { place, field: String::new(), message }]
        })?;
        let mut reader = Reader::new(&place);
        for repeated in parsed.repeated {
            let key = repeated.key;
            reader.problem(key, "", format!("{} stands here twice", key.of(text)));
        }
        let cluster = cluster(&mut reader, &parsed.root);
        reader.finish(cluster)
    }

    /// Returns the class that claims get: the default one, or the only one.
    #[must_use]
    pub fn usual_class(&self) -> Option<&StorageClass> {
        let only = || self.storage_classes.first().filter(|_| self.storage_classes.len() == 1);
        self.storage_classes.iter().find(|class| class.is_default).or_else(only)
    }
}

impl NodeGroup {
    /// Returns the vendor and the number of whole GPUs of one node; nothing without any.
    #[must_use]
    pub fn gpus(&self) -> Option<(Vendor, u64)> {
        self.allocatable.iter().find_map(|(name, amount)| match name_verdict(name)? {
            NameVerdict::Advertised(fact) if fact.unit == Unit::Card => {
                let count = u64::try_from(amount.units()).ok().filter(|count| *count > 0)?;
                Some((fact.vendor, count))
            }
            _ => None,
        })
    }

    /// Returns the memory that pods of one node may have, in bytes, where it is known.
    #[must_use]
    pub fn memory(&self) -> Option<u64> {
        let (_, amount) = self.allocatable.iter().find(|(name, _)| name == "memory")?;
        u64::try_from(amount.units()).ok()
    }
}

const KEYS: &[&str] = &["platform", "nodes", "storageClasses", "secretStores", "entrance"];

fn cluster(reader: &mut Reader<'_>, root: &Node) -> Cluster {
    let mut cluster = Cluster::default();
    reader.keys(root, "", KEYS);
    if let Some(node) = root.get("platform") {
        cluster.platform = reader.word(
            node,
            "platform",
            &[("kubernetes", Platform::Kubernetes), ("openshift", Platform::Openshift)],
        );
    }
    cluster.nodes = reader.list(root, "nodes", "", node_group);
    cluster.storage_classes = reader.list(root, "storageClasses", "", storage_class);
    cluster.secret_stores = reader.list(root, "secretStores", "", |reader, node, field| {
        reader.keys(node, field, &["name"]);
        reader.name(node, field, "name")
    });
    if let Some(node) = root.get("entrance") {
        reader.keys(node, "entrance", &["domain", "gateway", "ingress"]);
        cluster.domain = node.get("domain").and_then(|_| reader.name(node, "entrance", "domain"));
        cluster.way_in = way_in(reader, node);
    }
    if cluster.storage_classes.iter().filter(|class| class.is_default).count() > 1 {
        let span = root.entry("storageClasses").map_or(root.span, |entry| entry.key_span);
        reader.problem(span, "storageClasses", "only one can be the default");
    }
    cluster
}

fn node_group(reader: &mut Reader<'_>, node: &Node, field: &str) -> Option<NodeGroup> {
    let known = ["name", "count", "gpu", "allocatable", "labels", "taints"];
    reader.keys(node, field, &known);
    let name = reader.name(node, field, "name");
    let count = match node.get("count") {
        Some(_) => reader.count(node, field, "count"),
        None => Some(1),
    };
    let gpu = node.get("gpu").and_then(|_| reader.text(node, field, "gpu"));
    let gpu_place = node.get("gpu").filter(|_| gpu.is_some()).map(|node| (reader.place)(node.span));
    let allocatable = reader.pairs(node, field, "allocatable", |text| {
        let amount: Quantity = text.parse().map_err(|_| "a quantity such as 58Gi is expected")?;
        if amount.nano < 0 { Err("it cannot be negative") } else { Ok(amount) }
    });
    gpu_names(reader, node, field);
    let labels = reader.pairs(node, field, "labels", |text| Ok(text.to_owned()));
    let taints = reader.list(node, "taints", field, taint);
    let (name, count) = (name?, count?);
    let group = NodeGroup { name, count, gpu, gpu_place, allocatable, labels, taints };
    if group.gpu.is_some() && group.gpus().is_none() {
        let span = node.entry("gpu").map_or(node.span, |entry| entry.key_span);
        let message =
            "no GPU is allocatable: write, for example, `allocatable: {nvidia.com/gpu: 1}`";
        reader.problem(span, &format!("{field}.gpu"), message);
    }
    Some(group)
}

/// A resource that no plugin advertises is one that no pod gets.
fn gpu_names(reader: &mut Reader<'_>, node: &Node, field: &str) {
    for entry in node.get("allocatable").map_or(&[][..], Node::entries) {
        let message = match name_verdict(&entry.key) {
            Some(NameVerdict::Wrong(wrong)) => format!("no such resource: {}", wrong.instead),
            Some(NameVerdict::Unknown(_)) => "no device plugin advertises it".to_owned(),
            Some(NameVerdict::Advertised(_)) | None => continue,
        };
        reader.problem(entry.key_span, &format!("{field}.allocatable.{}", entry.key), message);
    }
}

fn taint(reader: &mut Reader<'_>, node: &Node, field: &str) -> Option<Taint> {
    reader.keys(node, field, &["key", "value", "effect"]);
    let effects = [
        ("NoSchedule", Effect::NoSchedule),
        ("PreferNoSchedule", Effect::PreferNoSchedule),
        ("NoExecute", Effect::NoExecute),
    ];
    let key = reader.text(node, field, "key");
    let value = match node.get("value") {
        None => Some(String::new()),
        Some(_) => reader.text(node, field, "value"),
    };
    let effect = reader.required(node, field, "effect")?;
    let effect = reader.word(effect, &format!("{field}.effect"), &effects);
    Some(Taint { key: key?, value: value?, effect: effect? })
}

fn storage_class(reader: &mut Reader<'_>, node: &Node, field: &str) -> Option<StorageClass> {
    reader.keys(node, field, &["name", "default", "accessModes", "encrypted"]);
    let modes = [
        ("ReadWriteOnce", AccessMode::ReadWriteOnce),
        ("ReadWriteOncePod", AccessMode::ReadWriteOncePod),
        ("ReadOnlyMany", AccessMode::ReadOnlyMany),
        ("ReadWriteMany", AccessMode::ReadWriteMany),
    ];
    Some(StorageClass {
        name: reader.name(node, field, "name")?,
        is_default: reader.flag(node, field, "default").unwrap_or(false),
        access_modes: reader.list(node, "accessModes", field, |reader, node, field| {
            reader.word(node, field, &modes)
        }),
        encrypted: reader.flag(node, field, "encrypted"),
    })
}

fn way_in(reader: &mut Reader<'_>, entrance: &Node) -> Option<WayIn> {
    if let (Some(_), Some(ingress)) = (entrance.get("gateway"), entrance.entry("ingress")) {
        let message = "a cluster file names one way in: gateway or ingress";
        reader.problem(ingress.key_span, "entrance.ingress", message);
    }
    if let Some(node) = entrance.get("gateway") {
        let field = "entrance.gateway";
        reader.keys(node, field, &["namespace", "name"]);
        let namespace = reader.name(node, field, "namespace")?;
        return Some(WayIn::Gateway { namespace, name: reader.name(node, field, "name")? });
    }
    let node = entrance.get("ingress")?;
    let field = "entrance.ingress";
    reader.keys(node, field, &["class", "namespace"]);
    let class = reader.name(node, field, "class")?;
    Some(WayIn::Ingress { class, namespace: reader.name(node, field, "namespace")? })
}

/// What a node holds, for messages.
const fn kind_of(node: &Node) -> &'static str {
    match node.content {
        Content::Null => "nothing",
        Content::Bool(_) => "true or false",
        Content::Number(_) => "a number",
        Content::String(_) => "a text",
        Content::Sequence(_) => "a list",
        Content::Mapping(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests;
