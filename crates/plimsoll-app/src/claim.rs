//! Persistent volume claims.

use crate::{Field, ObjectId, Quantity, Spot};

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
    /// Tells whether one node at most can mount it: `RWO(v)` of the rules.
    #[must_use]
    pub fn is_single_node(&self) -> bool {
        !self.access_modes.is_empty()
            && self.access_modes.iter().all(|mode| {
                matches!(mode.value, AccessMode::ReadWriteOnce | AccessMode::ReadWriteOncePod)
            })
    }
}
