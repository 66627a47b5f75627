//! Containers.

use crate::engines::Engine;
use crate::gpu::GpuRequest;
use crate::read::Cursor;
use crate::{
    Action, CommandLine, ContainerSecurity, EnvFrom, EnvVar, Field, Image, Mount, Probe,
    ProblemKind, Resources, Spot,
};

/// A port that a container declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerPort {
    /// Its name.
    pub name: Option<Field<String>>,
    /// Its number.
    pub port: Field<u16>,
    /// The port taken on the node.
    pub host_port: Option<Field<u16>>,
    /// `TCP`, `UDP` or `SCTP`; `TCP` by default.
    pub protocol: Field<String>,
}

/// What runs after a container's start and before its stop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// Run beside the container's start.
    pub post_start: Option<Field<Action>>,
    /// Run before the container is told to stop.
    pub pre_stop: Option<Field<Action>>,
}

/// A container of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Its name; empty where the manifest states none.
    pub name: Field<String>,
    /// Its image; absent where an operator fills it in.
    pub image: Option<Field<Image>>,
    /// `imagePullPolicy`.
    pub pull_policy: Option<Field<String>>,
    /// What it runs.
    pub line: CommandLine,
    /// The working directory.
    pub working_dir: Option<Field<String>>,
    /// Variables, in the order of the text; of equal names the last counts.
    pub env: Vec<EnvVar>,
    /// Objects whose keys become variables; `env` wins over them.
    pub env_from: Vec<EnvFrom>,
    /// Declared ports.
    pub ports: Vec<ContainerPort>,
    /// Requests and limits.
    pub resources: Resources,
    /// GPUs asked for, by limit, request or resource claim. Names in a GPU vendor's domain that
    /// nobody advertises are here too.
    pub gpus: Vec<GpuRequest>,
    /// Volume mounts.
    pub mounts: Vec<Mount>,
    /// The startup probe.
    pub startup: Option<Probe>,
    /// The readiness probe.
    pub readiness: Option<Probe>,
    /// The liveness probe.
    pub liveness: Option<Probe>,
    /// Hooks of the container's life.
    pub lifecycle: Lifecycle,
    /// The security context.
    pub security: ContainerSecurity,
    /// True for an init container with `restartPolicy: Always`, which runs beside the pod.
    pub is_sidecar: bool,
    /// The AI engine that it runs, where one was recognised.
    pub engine: Option<Engine>,
    /// The container's node.
    pub at: Spot,
}

impl Container {
    /// Reads a container; its GPUs by claim and its engine are filled in later.
    pub(crate) fn read(cursor: &Cursor<'_>) -> Self {
        let name = cursor.text_wanted("name");
        Self::read_named(cursor, name)
    }

    /// Reads a container whose kind gives it a name.
    pub(crate) fn read_named(cursor: &Cursor<'_>, name: Field<String>) -> Self {
        let resources = Resources::read(cursor, "resources");
        let env_from = cursor.maps("envFrom");
        let ports = cursor.maps("ports");
        let probe = |key| cursor.map(key).map(|own| Probe::read(&own));
        Self {
            name,
            image: read_image(cursor),
            pull_policy: cursor.text("imagePullPolicy"),
            line: CommandLine::read(cursor),
            working_dir: cursor.text("workingDir"),
            env: cursor.maps("env").iter().map(EnvVar::read).collect(),
            env_from: env_from.iter().filter_map(EnvFrom::read).collect(),
            ports: ports.iter().filter_map(ContainerPort::read).collect(),
            gpus: GpuRequest::of_resources(&resources),
            resources,
            mounts: cursor.maps("volumeMounts").iter().map(Mount::read).collect(),
            startup: probe("startupProbe"),
            readiness: probe("readinessProbe"),
            liveness: probe("livenessProbe"),
            lifecycle: Lifecycle::read(cursor),
            security: ContainerSecurity::read(cursor),
            is_sidecar: cursor.text("restartPolicy").is_some_and(|policy| policy.value == "Always"),
            engine: None,
            at: cursor.spot(),
        }
    }

    /// Returns the variable `name`; the last where it is there more than once.
    #[must_use]
    pub fn env(&self, name: &str) -> Option<&EnvVar> {
        self.env.iter().rev().find(|var| var.name.value == name)
    }

    /// Returns the text of the variable `name` where it stands in the manifest.
    #[must_use]
    pub fn env_literal(&self, name: &str) -> Option<&Field<String>> {
        self.env(name).and_then(EnvVar::literal)
    }

    /// Tells whether it asks for a GPU: `GPU(c)` of the rules.
    #[must_use]
    pub fn wants_gpu(&self) -> bool {
        self.gpus.iter().any(GpuRequest::is_compute)
    }

    /// Returns the number of GPU devices (whole, slices or partitions) that it asks for.
    #[must_use]
    pub fn gpu_count(&self) -> i64 {
        let counts = self.gpus.iter().filter(|gpu| gpu.is_compute()).map(|gpu| gpu.count.value);
        counts.fold(0, i64::saturating_add)
    }

    /// Returns the probes with the names of their fields.
    pub fn probes(&self) -> impl Iterator<Item = (&'static str, &Probe)> {
        let startup = self.startup.as_ref().map(|probe| ("startupProbe", probe));
        let readiness = self.readiness.as_ref().map(|probe| ("readinessProbe", probe));
        let liveness = self.liveness.as_ref().map(|probe| ("livenessProbe", probe));
        [startup, readiness, liveness].into_iter().flatten()
    }

    /// Returns the number of the declared port `name`.
    #[must_use]
    pub fn port_named(&self, name: &str) -> Option<&ContainerPort> {
        let named = |port: &&ContainerPort| port.name.as_ref().is_some_and(|own| own.value == name);
        self.ports.iter().find(named)
    }
}

fn read_image(container: &Cursor<'_>) -> Option<Field<Image>> {
    let cursor = container.child("image")?;
    let image = cursor.as_text()?.map(|reference| Image::parse(&reference));
    if let Some(trouble) = image.value.trouble() {
        cursor.problem(ProblemKind::WrongValue, trouble);
    }
    Some(image)
}

impl ContainerPort {
    fn read(cursor: &Cursor<'_>) -> Option<Self> {
        let Some(port) = cursor.port("containerPort") else {
            if cursor.child("containerPort").is_none() {
                cursor.problem(ProblemKind::Missing, "containerPort is missing");
            }
            return None;
        };
        Some(Self {
            name: cursor.text("name"),
            port,
            host_port: cursor.port("hostPort"),
            protocol: cursor.text_or("protocol", "TCP"),
        })
    }
}

impl Lifecycle {
    fn read(container: &Cursor<'_>) -> Self {
        let Some(own) = container.map("lifecycle") else { return Self::default() };
        let action =
            |key| own.map(key).map(|hook| Field::written(Action::read(&hook), hook.spot()));
        Self { post_start: action("postStart"), pre_stop: action("preStop") }
    }
}
