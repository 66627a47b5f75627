//! What an AI application on Kubernetes is.
//!
//! [`App::new`] reads the documents of one release into plain structs. Every field that a manifest
//! can set is a [`Field`], which keeps its [`Spot`]: the object, the bytes and the path. A rule
//! reports at a spot; [`App::origin`] turns a spot into the line that a person must change. Reading
//! never fails: what cannot be read is listed in [`App::problems`].
//!
//! ```
//! use std::sync::Arc;
//!
//! use plimsoll_app::App;
//! use plimsoll_app::engines::EngineKind;
//! use plimsoll_yaml::{Document, Origin, Provenance, Span, parse_one};
//!
//! #[derive(Debug)]
//! struct Nowhere;
//!
//! impl Provenance for Nowhere {
//!     fn origin(&self, _: Span) -> Origin {
//!         Origin::unknown()
//!     }
//! }
//!
//! let text = "
//! apiVersion: apps/v1
//! kind: Deployment
//! metadata: {name: ollama}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!       - name: ollama
//!         image: ollama/ollama
//!         resources: {limits: {nvidia.com/gpu: 1}}
//! ";
//! let parsed = parse_one(text)?;
//! let app = App::new(vec![Arc::new(Document {
//!     name: "ollama.yaml".into(),
//!     text: text.into(),
//!     root: parsed.root,
//!     comments: parsed.comments,
//!     repeated: parsed.repeated,
//!     provenance: Arc::new(Nowhere),
//! })]);
//! let (workload, container) = app.containers().next().expect("the manifest has a container");
//! assert_eq!(container.engine.as_ref().map(|engine| engine.kind), Some(EngineKind::Ollama));
//! assert!(workload.pod.wants_gpu() && workload.rollout.keeps_old_pod());
//! assert_eq!(app.text(container.gpus[0].spot()), "1");
//! # Ok::<(), plimsoll_yaml::Error>(())
//! ```
//!
//! Knowledge about engines and GPUs is data in [`engines`] and [`gpu`]; each row names its source.
//! [`cluster`] reads what is known of a cluster. The crate knows nothing of charts or rules, and talks to
//! no cluster.

mod app;
mod argument;
mod autoscaler;
mod claim;
mod container;
mod entrance;
mod env;
mod exposure;
mod image;
mod monitoring;
mod network_policy;
mod node_path;
mod object;
mod pod;
mod probe;
mod quantity;
mod read;
mod resource_claim;
mod resources;
mod rollout;
mod scheduling;
mod script;
mod secret;
mod security;
mod selector;
mod service;
mod source;
mod spot;
mod variable;
mod volume;
mod workload;

#[cfg(test)]
mod testing;

pub mod cluster;
pub mod engines;
pub mod gpu;

pub use app::{App, RepeatedKey};
pub use argument::{CommandLine, Flag};
pub use autoscaler::{Autoscaler, AutoscalerKind, Metric, Target};
pub use claim::{AccessMode, Claim, ClaimId};
pub use container::{Container, ContainerPort, Lifecycle};
pub use entrance::{Backend, Entrance, EntranceKind, Reach, Tls};
pub use env::{EnvFrom, EnvSource, EnvVar, KeyRef, KeyedKind};
pub use exposure::Exposure;
pub use image::Image;
pub use monitoring::{Monitor, MonitorEndpoint, MonitorKind};
pub use network_policy::{NetworkPolicy, Peer, PolicyPort, PolicyRule};
pub use node_path::NodePath;
pub use object::{Hook, HookFamily, Labels, Object, Pair, is_object_name};
pub use pod::Pod;
pub use probe::{Action, Probe};
pub use quantity::{Quantity, QuantityError, Style};
pub use resource_claim::{DeviceRequest, PodResourceClaim, ResourceClaim};
pub use resources::{Amount, Resources};
pub use rollout::{Rollout, Strategy};
pub use scheduling::{Effect, LabelTest, NodeTerm, Operator, Scheduling, Toleration};
pub use secret::{ConfigMap, ExternalKey, ExternalSecret, Hidden, Secret, SecretKey, SecretStore};
pub use security::{ContainerSecurity, PodSecurity};
pub use selector::Selector;
pub use service::{PortRef, Service, ServiceId, ServicePort, ServiceType};
pub use source::{Confidence, Source};
pub use spot::{Field, ObjectId, Problem, ProblemKind, Spot};
pub use variable::Variable;
pub use volume::{Landing, Mount, Storage, Volume, VolumeSource};
pub use workload::{Batch, Workload, WorkloadId, WorkloadKind};
