//! Security contexts of pods and containers.

use crate::{Field, Labels, Spot};

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
