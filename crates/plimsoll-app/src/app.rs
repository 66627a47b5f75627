//! The application: everything that one release holds.

mod build;
mod join;
mod repeated;

pub use repeated::RepeatedKey;

use std::sync::Arc;

use plimsoll_yaml::{Document, Node, Origin, Span, Step};

use crate::{
    Autoscaler, Claim, ClaimId, ConfigMap, Container, Entrance, ExternalSecret, Landing, Monitor,
    NetworkPolicy, Object, ObjectId, Problem, ResourceClaim, Secret, SecretStore, Service,
    ServiceId, Spot, Storage, VolumeSource, Workload, WorkloadId,
};

/// The application that a release's documents describe.
#[derive(Clone, Debug, Default)]
pub struct App {
    /// All objects, in the order of the documents; items of a `List` count for themselves.
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
    ///
    /// It never fails: what cannot be read is in [`App::problems`], and kinds that are not known
    /// are in [`App::unread`].
    #[must_use]
    pub fn new(documents: Vec<Arc<Document>>) -> Self {
        let mut app = build::build(documents);
        join::join(&mut app);
        app
    }

    /// Returns the object `id`.
    ///
    /// # Panics
    ///
    /// If `id` comes from another application.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> &Object {
        &self.objects[id.0]
    }

    /// Returns the workload `id`.
    ///
    /// # Panics
    ///
    /// If `id` comes from another application.
    #[must_use]
    pub fn workload(&self, id: WorkloadId) -> &Workload {
        &self.workloads[id.0]
    }

    /// Returns the Service `id`.
    ///
    /// # Panics
    ///
    /// If `id` comes from another application.
    #[must_use]
    pub fn service(&self, id: ServiceId) -> &Service {
        &self.services[id.0]
    }

    /// Returns the claim `id`.
    ///
    /// # Panics
    ///
    /// If `id` comes from another application.
    #[must_use]
    pub fn claim(&self, id: ClaimId) -> &Claim {
        &self.claims[id.0]
    }

    /// Returns the node at `spot`.
    #[must_use]
    pub fn node(&self, spot: &Spot) -> Option<&Node> {
        self.objects.get(spot.object.0)?.document.root.find(&spot.path.to_field_path())
    }

    /// Returns the bytes of the key under which `spot` stands; nothing for a sequence's element.
    #[must_use]
    pub fn key_span(&self, spot: &Spot) -> Option<Span> {
        let path = spot.path.to_field_path();
        let Some(Step::Key(key)) = path.0.last() else { return None };
        let parent = spot.path.parent()?.to_field_path();
        let parent = self.objects.get(spot.object.0)?.document.root.find(&parent)?;
        parent.entry(key).map(|entry| entry.key_span)
    }

    /// Returns the text that `spot` covers.
    #[must_use]
    pub fn text(&self, spot: &Spot) -> &str {
        self.objects.get(spot.object.0).map_or("", |object| spot.span.of(&object.document.text))
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

    /// Returns what lies behind the volume or claim template `name` of a workload's pod.
    #[must_use]
    pub fn storage<'a>(&'a self, workload: &'a Workload, name: &str) -> Storage<'a> {
        let templates = &workload.claim_templates;
        if let Some(template) = templates.iter().find(|own| own.name.value == name) {
            return Storage::Template(template);
        }
        let Some(volume) = workload.pod.volume(name) else { return Storage::Missing };
        let claim = match &volume.source {
            VolumeSource::Claim { claim, .. } => claim.and_then(|id| self.claims.get(id.0)),
            VolumeSource::Ephemeral { claim } => Some(&**claim),
            _ => None,
        };
        Storage::Volume(volume, claim)
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
        let holding = container.mounts.iter().filter(|mount| mount.holds(path));
        let mount = holding.max_by_key(|mount| mount.path.value.trim_end_matches('/').len())?;
        Some(Landing { mount, storage: self.storage(workload, &mount.volume.value) })
    }

    /// Returns the claims that a workload's pods mount, with the volume's node: those of the
    /// release, templates and ephemeral claims included.
    pub fn claims_of<'a>(
        &'a self,
        workload: &'a Workload,
    ) -> impl Iterator<Item = (&'a Claim, &'a Spot)> {
        let volumes = workload.pod.volumes.iter().filter_map(|volume| {
            let claim = self.storage(workload, &volume.name.value).claim()?;
            Some((claim, &volume.at))
        });
        let templates = workload.claim_templates.iter().map(|claim| (claim, &claim.at));
        volumes.chain(templates)
    }

    /// Returns the ConfigMap `name` that an object can use.
    #[must_use]
    pub fn config_map(&self, user: ObjectId, name: &str) -> Option<&ConfigMap> {
        self.config_maps.iter().find(|own| self.is_usable(user, own.object, name))
    }

    /// Returns the Secret `name` of the release that an object can use.
    #[must_use]
    pub fn secret(&self, user: ObjectId, name: &str) -> Option<&Secret> {
        self.secrets.iter().find(|own| self.is_usable(user, own.object, name))
    }

    /// Returns the external secret that makes the Secret `name` for an object.
    #[must_use]
    pub fn external_secret(&self, user: ObjectId, name: &str) -> Option<&ExternalSecret> {
        let user = self.object(user);
        self.external_secrets.iter().find(|own| {
            own.target.value == name && user.may_share_namespace(self.object(own.object))
        })
    }

    /// Returns the network policies that are about a workload's pods.
    pub fn policies_of(&self, workload: WorkloadId) -> impl Iterator<Item = &NetworkPolicy> {
        self.network_policies.iter().filter(move |policy| policy.workloads.contains(&workload))
    }

    /// Returns the autoscalers of a workload.
    pub fn autoscalers_of(&self, workload: WorkloadId) -> impl Iterator<Item = &Autoscaler> {
        self.autoscalers.iter().filter(move |own| {
            own.target.as_ref().is_some_and(|target| target.workloads.contains(&workload))
        })
    }

    fn is_usable(&self, user: ObjectId, object: ObjectId, name: &str) -> bool {
        let (user, object) = (self.object(user), self.object(object));
        object.name() == name && user.may_share_namespace(object)
    }
}
