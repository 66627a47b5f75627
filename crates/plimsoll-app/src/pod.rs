//! Pods and pod templates.

use crate::read::Cursor;
use crate::{
    Container, Field, Labels, PodResourceClaim, PodSecurity, Resources, Scheduling, Spot, Volume,
};

/// A pod as its template says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pod {
    /// The pod spec's node.
    pub at: Spot,
    /// Labels of the pod.
    pub labels: Labels,
    /// Annotations of the pod.
    pub annotations: Labels,
    /// Containers.
    pub containers: Vec<Container>,
    /// Init containers, sidecars among them.
    pub init_containers: Vec<Container>,
    /// Volumes.
    pub volumes: Vec<Volume>,
    /// Where it may run.
    pub scheduling: Scheduling,
    /// The security context and the use of the host.
    pub security: PodSecurity,
    /// Whether Services of the namespace become variables; true by default.
    pub service_links: Field<bool>,
    /// `Always`, `OnFailure` or `Never`; `Always` by default.
    pub restart_policy: Field<String>,
    /// Seconds between the request to stop and the kill; 30 by default.
    pub termination_grace: Field<i64>,
    /// The service account.
    pub service_account: Option<Field<String>>,
    /// Whether the account's token is mounted, where the pod states it.
    pub automount_token: Option<Field<bool>>,
    /// Claims for devices.
    pub resource_claims: Vec<PodResourceClaim>,
    /// Resources of the pod as a whole.
    pub resources: Resources,
    /// Secrets for pulling images.
    pub pull_secrets: Vec<Field<String>>,
    /// `hostname`.
    pub hostname: Option<Field<String>>,
    /// `subdomain`.
    pub subdomain: Option<Field<String>>,
    /// Seconds that the pod may run.
    pub active_deadline: Option<Field<i64>>,
}

impl Pod {
    /// Reads a pod template: metadata and spec.
    pub(crate) fn of_template(template: &Cursor<'_>) -> Self {
        let spec = template.map("spec");
        let mut pod = Self::of_spec(spec.as_ref().unwrap_or(template));
        if let Some(metadata) = template.map("metadata") {
            pod.labels = metadata.labels("labels");
            pod.annotations = metadata.labels("annotations");
        }
        pod
    }

    /// Reads a pod spec; labels and annotations stay empty.
    pub(crate) fn of_spec(spec: &Cursor<'_>) -> Self {
        let containers = |key| spec.maps(key).iter().map(Container::read).collect();
        let account = spec.text("serviceAccountName").or_else(|| spec.text("serviceAccount"));
        let secrets = spec.maps("imagePullSecrets");
        Self {
            at: spec.spot(),
            labels: Labels::default(),
            annotations: Labels::default(),
            containers: containers("containers"),
            init_containers: containers("initContainers"),
            volumes: spec.maps("volumes").iter().map(Volume::read).collect(),
            scheduling: Scheduling::read(spec),
            security: PodSecurity::read(spec),
            service_links: spec.bool_or("enableServiceLinks", true),
            restart_policy: spec.text_or("restartPolicy", "Always"),
            termination_grace: spec.int_or("terminationGracePeriodSeconds", 30),
            service_account: account.filter(|name| !name.value.is_empty()),
            automount_token: spec.bool("automountServiceAccountToken"),
            resource_claims: spec
                .maps("resourceClaims")
                .iter()
                .map(PodResourceClaim::read)
                .collect(),
            resources: Resources::read(spec, "resources"),
            pull_secrets: secrets.iter().filter_map(|secret| secret.text("name")).collect(),
            hostname: spec.text("hostname"),
            subdomain: spec.text("subdomain"),
            active_deadline: spec.int("activeDeadlineSeconds"),
        }
    }

    /// Returns all containers, init containers first.
    pub fn all_containers(&self) -> impl Iterator<Item = &Container> {
        self.init_containers.iter().chain(&self.containers)
    }

    /// Tells whether any container asks for a GPU.
    #[must_use]
    pub fn wants_gpu(&self) -> bool {
        self.all_containers().any(Container::wants_gpu)
    }

    /// Returns the number of GPU devices that one pod occupies: containers and sidecars add up,
    /// of other init containers the largest counts.
    #[must_use]
    pub fn gpu_count(&self) -> i64 {
        let beside = self.init_containers.iter().filter(|container| container.is_sidecar);
        let running = self.containers.iter().chain(beside).map(Container::gpu_count);
        let running = running.fold(0, i64::saturating_add);
        let before = self.init_containers.iter().filter(|container| !container.is_sidecar);
        running.max(before.map(Container::gpu_count).max().unwrap_or(0))
    }

    /// Returns the volume `name`.
    #[must_use]
    pub fn volume(&self, name: &str) -> Option<&Volume> {
        self.volumes.iter().find(|volume| volume.name.value == name)
    }
}
