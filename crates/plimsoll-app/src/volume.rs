//! Volumes, mounts, and what lies behind a path.

use crate::read::Cursor;
use crate::{Claim, ClaimId, Field, ProblemKind, Quantity, Spot};

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

impl Volume {
    /// Reads a volume of a pod; its claim is joined later.
    pub(crate) fn read(cursor: &Cursor<'_>) -> Self {
        Self {
            name: cursor.text_wanted("name"),
            source: VolumeSource::read(cursor),
            at: cursor.spot(),
        }
    }
}

impl VolumeSource {
    fn read(volume: &Cursor<'_>) -> Self {
        // A volume without any source is an empty directory to the kubelet's defaulting.
        let empty = || Self::EmptyDir { memory: false, size: None };
        let Some((pairing, own)) = volume.entries().find(|(pairing, _)| pairing.key != "name")
        else {
            return empty();
        };
        if !own.is_map() {
            return Self::Other(pairing.key.to_owned());
        }
        match pairing.key {
            "persistentVolumeClaim" => Self::Claim {
                name: own.text_wanted("claimName"),
                read_only: own.is_true("readOnly"),
                claim: None,
            },
            "emptyDir" => Self::EmptyDir {
                memory: own.text("medium").is_some_and(|medium| medium.value == "Memory"),
                size: own.quantity("sizeLimit"),
            },
            "configMap" => Self::ConfigMap { name: own.text_or("name", "") },
            "secret" => Self::Secret { name: own.text_or("secretName", "") },
            "hostPath" => Self::HostPath { path: own.text_wanted("path") },
            "image" => Self::Image { reference: own.text_or("reference", "") },
            "nfs" => Self::Nfs { server: own.text_wanted("server") },
            "ephemeral" => own.map("volumeClaimTemplate").map_or_else(
                || {
                    own.problem(ProblemKind::Missing, "volumeClaimTemplate is missing");
                    Self::Other("ephemeral".to_owned())
                },
                |template| Self::Ephemeral { claim: Box::new(Claim::template(&template)) },
            ),
            other => Self::Other(other.to_owned()),
        }
    }
}

impl Mount {
    /// Reads a mount of a container.
    pub(crate) fn read(cursor: &Cursor<'_>) -> Self {
        Self {
            volume: cursor.text_wanted("name"),
            path: cursor.text_wanted("mountPath"),
            sub_path: cursor.text("subPath").or_else(|| cursor.text("subPathExpr")),
            read_only: cursor.is_true("readOnly"),
            at: cursor.spot(),
        }
    }

    /// Tells whether `path` lies at or below the mount.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        let own = self.path.value.trim_end_matches('/');
        let path = path.trim_end_matches('/');
        !self.path.value.is_empty()
            && path.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}
