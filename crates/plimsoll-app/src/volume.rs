//! Volumes, mounts, and what lies behind a path.

use crate::{Claim, ClaimId, Field, Quantity, Spot};

/// What a volume is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VolumeSource {
    /// A claim by name.
    Claim {
        /// The claim's name.
        name: Field<String>,
        /// Whether the volume is mounted read-only.
        read_only: bool,
        /// The claim object, where the same release holds it.
        claim: Option<ClaimId>,
    },
    /// A directory that lives as long as the pod.
    EmptyDir {
        /// Whether it lies in memory.
        memory: bool,
        /// `sizeLimit`.
        size: Option<Field<Quantity>>,
    },
    /// A ConfigMap.
    ConfigMap {
        /// Its name.
        name: Field<String>,
    },
    /// A Secret.
    Secret {
        /// Its name.
        name: Field<String>,
    },
    /// A path of the node.
    HostPath {
        /// The path.
        path: Field<String>,
    },
    /// An OCI image or artifact.
    Image {
        /// Its reference.
        reference: Field<String>,
    },
    /// A claim made for the pod and removed with it.
    Ephemeral {
        /// The claim's template.
        claim: Box<Claim>,
    },
    /// An NFS export.
    Nfs {
        /// The server.
        server: Field<String>,
    },
    /// Anything else, such as `projected` or `csi`; holds the name of the source's field.
    Other(String),
}

/// A volume of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Its name.
    pub name: Field<String>,
    /// What it is made of.
    pub source: VolumeSource,
    /// The volume's node.
    pub at: Spot,
}

/// A volume put into a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// The name of the volume or claim template.
    pub volume: Field<String>,
    /// Where it appears in the container.
    pub path: Field<String>,
    /// The part of the volume that appears.
    pub sub_path: Option<Field<String>>,
    /// Whether it is read-only.
    pub read_only: bool,
    /// The mount's node.
    pub at: Spot,
}

/// What lies behind a mount.
#[derive(Clone, Copy, Debug)]
pub enum Storage<'a> {
    /// A volume of the pod; for a claim of the same release, the claim too.
    Volume(&'a Volume, Option<&'a Claim>),
    /// A claim template of the StatefulSet: each pod has its own.
    Template(&'a Claim),
    /// The mount names a volume that does not exist.
    Missing,
}

impl<'a> Storage<'a> {
    /// Returns the claim, where it is known.
    #[must_use]
    pub const fn claim(self) -> Option<&'a Claim> {
        match self {
            Self::Volume(_, claim) => claim,
            Self::Template(claim) => Some(claim),
            Self::Missing => None,
        }
    }

    /// Tells whether the data outlive the pod: a claim, whether or not its object is known, or NFS.
    #[must_use]
    pub const fn is_persistent(self) -> bool {
        match self {
            Self::Volume(volume, _) => {
                matches!(volume.source, VolumeSource::Claim { .. } | VolumeSource::Nfs { .. })
            }
            Self::Template(_) => true,
            Self::Missing => false,
        }
    }
}

/// Where a path of a container lands.
#[derive(Clone, Copy, Debug)]
pub struct Landing<'a> {
    /// The mount with the longest path that holds it.
    pub mount: &'a Mount,
    /// What lies behind the mount.
    pub storage: Storage<'a>,
}
