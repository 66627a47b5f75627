//! Persistent volume claims.

use crate::read::Cursor;
use crate::{Field, Object, ObjectId, ProblemKind, Quantity, Spot};

/// The number of a claim in [`App::claims`](crate::App::claims).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimId(pub usize);

/// Who may mount a claim at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessMode {
    /// One node, any number of its pods.
    ReadWriteOnce,
    /// One pod.
    ReadWriteOncePod,
    /// Any node, reading.
    ReadOnlyMany,
    /// Any node.
    ReadWriteMany,
}

/// A claim, or the template of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The object: the claim's own, or the workload's for a template.
    pub object: ObjectId,
    /// The name; empty where the manifest states none.
    pub name: Field<String>,
    /// Access modes, in the order of the text.
    pub access_modes: Vec<Field<AccessMode>>,
    /// The storage class; absent for the cluster's default, empty for none.
    pub storage_class: Option<Field<String>>,
    /// The size asked for.
    pub size: Option<Field<Quantity>>,
    /// `Filesystem` or `Block`, where stated.
    pub volume_mode: Option<Field<String>>,
    /// The volume that it is bound to by name.
    pub volume_name: Option<Field<String>>,
    /// True where an uninstall leaves it: `helm.sh/resource-policy: keep`.
    pub is_kept: bool,
    /// True for a claim template of a StatefulSet or an ephemeral volume.
    pub is_template: bool,
    /// The claim's node.
    pub at: Spot,
}

impl Claim {
    /// Reads a PersistentVolumeClaim object.
    pub(crate) fn of_object(object: &Object, root: &Cursor<'_>) -> Self {
        let mut claim = Self::read(root);
        if let Some(name) = &object.name {
            claim.name = name.clone();
        }
        claim.is_kept = object.annotations.get(KEEP_KEY).is_some_and(|text| text.value == "keep");
        claim
    }

    /// Reads a claim template of a StatefulSet or an ephemeral volume.
    pub(crate) fn template(cursor: &Cursor<'_>) -> Self {
        let mut claim = Self::read(cursor);
        if let Some(name) = cursor.map("metadata").and_then(|metadata| metadata.text("name")) {
            claim.name = name;
        }
        claim.is_template = true;
        claim
    }

    fn read(cursor: &Cursor<'_>) -> Self {
        let mut claim = Self {
            object: cursor.object(),
            name: Field::default_in(String::new(), cursor.spot()),
            access_modes: Vec::new(),
            storage_class: None,
            size: None,
            volume_mode: None,
            volume_name: None,
            is_kept: false,
            is_template: false,
            at: cursor.spot(),
        };
        if let Some(spec) = cursor.map("spec") {
            let modes = spec.items("accessModes");
            claim.access_modes = modes.iter().filter_map(AccessMode::read).collect();
            claim.storage_class = spec.text("storageClassName");
            let requests = spec.maps_down(&["resources", "requests"]);
            claim.size = requests.and_then(|requests| requests.quantity("storage"));
            claim.volume_mode = spec.text("volumeMode");
            claim.volume_name = spec.text("volumeName");
        }
        claim
    }

    /// Tells whether one node at most can mount it: `RWO(v)` of the rules.
    #[must_use]
    pub fn is_single_node(&self) -> bool {
        !self.access_modes.is_empty()
            && self.access_modes.iter().all(|mode| {
                matches!(mode.value, AccessMode::ReadWriteOnce | AccessMode::ReadWriteOncePod)
            })
    }
}

/// The annotation that makes Helm leave an object at an uninstall.
const KEEP_KEY: &str = "helm.sh/resource-policy";

impl AccessMode {
    fn read(cursor: &Cursor<'_>) -> Option<Field<Self>> {
        let text = cursor.as_text()?;
        let mode = match text.value.as_str() {
            "ReadWriteOnce" => Self::ReadWriteOnce,
            "ReadWriteOncePod" => Self::ReadWriteOncePod,
            "ReadOnlyMany" => Self::ReadOnlyMany,
            "ReadWriteMany" => Self::ReadWriteMany,
            _ => {
                cursor.problem(ProblemKind::WrongValue, "the access mode is unknown");
                return None;
            }
        };
        Some(text.map(|_| mode))
    }
}
