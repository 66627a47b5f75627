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

#[cfg(test)]
mod tests {
    use crate::testing::{app, deployment};
    use crate::{AccessMode, Storage, VolumeSource};

    const VOLUMES: &str = "containers:
- name: main
  volumeMounts:
  - {name: data, mountPath: /data/}
  - {name: shm, mountPath: /dev/shm}
  - {name: models, mountPath: /data/models, subPath: m, readOnly: true}
  - {name: lost, mountPath: /lost}
volumes:
- name: data
- name: shm
  emptyDir: {medium: Memory, sizeLimit: 2Gi}
- name: models
  persistentVolumeClaim: {claimName: models}
- {name: image, image: {reference: 'a/b@sha256:00'}}
- {name: node, hostPath: {path: /dev/kfd}}
- {name: tmp, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce]}}}}
- {name: all, projected: {sources: []}}
";

    #[test]
    fn a_path_lands_on_the_longest_mount() {
        let app = deployment(VOLUMES);
        let (workload, container) = app.first();
        let landing =
            |path| app.landing(workload, container, path).map(|own| &*own.mount.path.value);
        assert_eq!(landing("/data/models"), Some("/data/models"));
        assert_eq!(landing("/data/models/x/y.gguf"), Some("/data/models"));
        assert_eq!(landing("/data/models2"), Some("/data/"));
        assert_eq!(landing("/data"), Some("/data/"));
        assert_eq!(landing("/dev/shm/"), Some("/dev/shm"));
        assert_eq!(landing("/dat"), None);
        assert_eq!(landing("/"), None);
        assert!(matches!(
            app.landing(workload, container, "/lost").unwrap().storage,
            Storage::Missing
        ));
    }

    #[test]
    fn volumes_are_what_their_source_says() {
        let app = deployment(VOLUMES);
        let pod = &app.workloads[0].pod;
        let source = |name| pod.volume(name).unwrap().source.clone();
        assert_eq!(source("data"), VolumeSource::EmptyDir { memory: false, size: None });
        let VolumeSource::EmptyDir { memory: true, size: Some(size) } = source("shm") else {
            panic!("shm lies in memory and has a size")
        };
        assert_eq!(size.value.to_string(), "2Gi");
        assert!(matches!(source("image"), VolumeSource::Image { .. }));
        assert!(matches!(source("node"), VolumeSource::HostPath { .. }));
        assert_eq!(source("all"), VolumeSource::Other("projected".into()));
        assert!(matches!(source("models"), VolumeSource::Claim { claim: None, .. }));
        let storage = app.storage(&app.workloads[0], "tmp");
        assert_eq!(storage.claim().unwrap().access_modes[0].value, AccessMode::ReadWriteOnce);
        assert!(
            !storage.is_persistent() && app.storage(&app.workloads[0], "models").is_persistent()
        );
    }

    #[test]
    fn a_claim_is_joined_by_name_and_namespace() {
        let claim = |namespace: &str, size: &str| {
            format!(
                "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: c, namespace: \
                 {namespace}, annotations: {{helm.sh/resource-policy: keep}}}}\nspec: {{accessModes: \
                 [ReadWriteOnce, ReadWriteOncePod], resources: {{requests: {{storage: {size}}}}}}}\n---\n"
            )
        };
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: b}\nspec: {containers: \
                   [{name: x, volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, \
                   persistentVolumeClaim: {claimName: c}}]}";
        let app = app(&format!("{}{}{pod}", claim("a", "1Gi"), claim("b", "2Gi")));
        let (workload, container) = app.first();
        let claim = app.landing(workload, container, "/v/x").unwrap().storage.claim().unwrap();
        assert_eq!(claim.size.as_ref().unwrap().value.to_string(), "2Gi");
        assert!(claim.is_single_node() && claim.is_kept && !claim.is_template);
        assert_eq!(app.claims_of(workload).count(), 1);
    }

    #[test]
    fn a_stateful_set_has_its_own_claims() {
        let app = app(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec:\n  serviceName: h\n  \
             volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteMany]}}]\n  \
             template: {spec: {containers: [{name: x, volumeMounts: [{name: data, mountPath: /d}]}]}}",
        );
        let (workload, container) = app.first();
        let storage = app.landing(workload, container, "/d").unwrap().storage;
        assert!(matches!(storage, Storage::Template(claim) if claim.is_template));
        assert!(!storage.claim().unwrap().is_single_node());
        assert_eq!(workload.service_name.as_ref().unwrap().value, "h");
    }
}
