//! Security contexts of pods and containers.

use crate::read::Cursor;
use crate::{Field, Labels, Pair, Spot};

/// A pod's security context and its use of the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodSecurity {
    /// The `securityContext` node, where there is one.
    pub at: Option<Spot>,
    /// User of all containers.
    pub run_as_user: Option<Field<i64>>,
    /// Group of all containers.
    pub run_as_group: Option<Field<i64>>,
    /// Whether root is refused.
    pub run_as_non_root: Option<Field<bool>>,
    /// Group that owns the volumes.
    pub fs_group: Option<Field<i64>>,
    /// Further groups of all processes.
    pub supplemental_groups: Vec<Field<i64>>,
    /// Type of the seccomp profile.
    pub seccomp: Option<Field<String>>,
    /// Kernel parameters set for the pod.
    pub sysctls: Labels,
    /// `hostNetwork`.
    pub host_network: Option<Field<bool>>,
    /// `hostPID`.
    pub host_pid: Option<Field<bool>>,
    /// `hostIPC`.
    pub host_ipc: Option<Field<bool>>,
}

/// A container's security context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContainerSecurity {
    /// The `securityContext` node, where there is one.
    pub at: Option<Spot>,
    /// User of the container.
    pub run_as_user: Option<Field<i64>>,
    /// Group of the container.
    pub run_as_group: Option<Field<i64>>,
    /// Whether root is refused.
    pub run_as_non_root: Option<Field<bool>>,
    /// Whether the root file system is read-only.
    pub read_only_root: Option<Field<bool>>,
    /// Whether the container is privileged.
    pub privileged: Option<Field<bool>>,
    /// Whether a process may gain privileges.
    pub allow_escalation: Option<Field<bool>>,
    /// Capabilities added.
    pub capabilities_added: Vec<Field<String>>,
    /// Capabilities dropped.
    pub capabilities_dropped: Vec<Field<String>>,
    /// Type of the seccomp profile.
    pub seccomp: Option<Field<String>>,
}

impl PodSecurity {
    /// Reads the security fields of a pod spec.
    pub(crate) fn read(spec: &Cursor<'_>) -> Self {
        let host = Self {
            host_network: spec.bool("hostNetwork"),
            host_pid: spec.bool("hostPID"),
            host_ipc: spec.bool("hostIPC"),
            ..Self::default()
        };
        let Some(own) = spec.map("securityContext") else { return host };
        let groups = own.items("supplementalGroups");
        let sysctls = own.maps("sysctls").into_iter().map(|entry| Pair {
            key: entry.text_wanted("name"),
            value: entry.text_or("value", ""),
        });
        Self {
            at: Some(own.spot()),
            run_as_user: own.int("runAsUser"),
            run_as_group: own.int("runAsGroup"),
            run_as_non_root: own.bool("runAsNonRoot"),
            fs_group: own.int("fsGroup"),
            supplemental_groups: groups.iter().filter_map(Cursor::as_int).collect(),
            seccomp: own.map("seccompProfile").and_then(|profile| profile.text("type")),
            sysctls: Labels(sysctls.collect()),
            ..host
        }
    }
}

impl ContainerSecurity {
    /// Reads the security context of a container.
    pub(crate) fn read(container: &Cursor<'_>) -> Self {
        let Some(own) = container.map("securityContext") else { return Self::default() };
        let capabilities = own.map("capabilities");
        let list = |key| capabilities.as_ref().map_or_else(Vec::new, |own| own.texts(key));
        Self {
            at: Some(own.spot()),
            run_as_user: own.int("runAsUser"),
            run_as_group: own.int("runAsGroup"),
            run_as_non_root: own.bool("runAsNonRoot"),
            read_only_root: own.bool("readOnlyRootFilesystem"),
            privileged: own.bool("privileged"),
            allow_escalation: own.bool("allowPrivilegeEscalation"),
            capabilities_added: list("add"),
            capabilities_dropped: list("drop"),
            seccomp: own.map("seccompProfile").and_then(|profile| profile.text("type")),
        }
    }
}
