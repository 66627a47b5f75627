//! The application: everything that one release holds.

use std::sync::Arc;

use plimsoll_yaml::{Document, Node, Origin, Span};

use crate::{
    Autoscaler, Claim, ConfigMap, Container, Entrance, ExternalSecret, Landing, Monitor,
    NetworkPolicy, Object, ObjectId, Problem, ResourceClaim, Secret, SecretStore, Service, Spot,
    Workload,
};

/// The application that a release's documents describe.
#[derive(Clone, Debug, Default)]
pub struct App {
    /// All objects, in the order of the documents.
    pub objects: Vec<Object>,
    /// Whatever makes pods.
    pub workloads: Vec<Workload>,
    /// Services.
    pub services: Vec<Service>,
    /// Claims; templates of claims are with their workload.
    pub claims: Vec<Claim>,
    /// Ways in from outside.
    pub entrances: Vec<Entrance>,
    /// Network policies.
    pub network_policies: Vec<NetworkPolicy>,
    /// Secrets that the release holds itself.
    pub secrets: Vec<Secret>,
    /// ConfigMaps.
    pub config_maps: Vec<ConfigMap>,
    /// External secrets.
    pub external_secrets: Vec<ExternalSecret>,
    /// Stores of external secrets.
    pub secret_stores: Vec<SecretStore>,
    /// Autoscalers.
    pub autoscalers: Vec<Autoscaler>,
    /// Monitors of the Prometheus operator.
    pub monitors: Vec<Monitor>,
    /// Claims for devices.
    pub resource_claims: Vec<ResourceClaim>,
    /// Objects of kinds that this model does not read further than [`Object`].
    pub unread: Vec<ObjectId>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl App {
    /// Reads the documents of one release.
    #[must_use]
    pub fn new(documents: Vec<Arc<Document>>) -> Self {
        let _ = documents;
        Self::default()
    }

    /// Returns the object `id`.
    ///
    /// # Panics
    /// If `id` comes from another application.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> &Object {
        &self.objects[id.0]
    }

    /// Returns the node at `spot`.
    #[must_use]
    pub fn node(&self, spot: &Spot) -> Option<&Node> {
        self.objects.get(spot.object.0)?.document.root.find(&spot.path)
    }

    /// Returns the bytes of the key under which `spot` stands; nothing for a sequence's element.
    #[must_use]
    pub fn key_span(&self, spot: &Spot) -> Option<Span> {
        let _ = spot;
        None
    }

    /// Returns where `spot` comes from: the line that a person must change.
    #[must_use]
    pub fn origin(&self, spot: &Spot) -> Origin {
        self.objects
            .get(spot.object.0)
            .map_or_else(Origin::unknown, |object| object.document.provenance.origin(spot.span))
    }

    /// Returns all containers with their workloads, init containers first.
    pub fn containers(&self) -> impl Iterator<Item = (&Workload, &Container)> {
        self.workloads
            .iter()
            .flat_map(|load| load.pod.all_containers().map(move |container| (load, container)))
    }

    /// Returns what lies behind `path` of a container: the mount with the longest path that holds
    /// it; nothing where the path lies in the container's own layer.
    #[must_use]
    pub fn landing<'a>(
        &'a self,
        workload: &'a Workload,
        container: &'a Container,
        path: &str,
    ) -> Option<Landing<'a>> {
        let _ = (workload, container, path);
        None
    }
}
