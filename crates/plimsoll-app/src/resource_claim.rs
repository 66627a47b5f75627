//! Devices through dynamic resource allocation.

use crate::{Field, ObjectId, Spot};

/// A claim that a pod lists under `resourceClaims`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodResourceClaim {
    /// The name by which containers use it.
    pub name: Field<String>,
    /// The ResourceClaim object.
    pub claim: Option<Field<String>>,
    /// The ResourceClaimTemplate object.
    pub template: Option<Field<String>>,
    /// The entry's node.
    pub at: Spot,
}

/// Devices of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRequest {
    /// The request's name.
    pub name: Field<String>,
    /// The device class, such as `gpu.nvidia.com`.
    pub class: Field<String>,
    /// How many; 1 by default.
    pub count: Field<i64>,
    /// True for one of several alternatives under `firstAvailable`.
    pub is_alternative: bool,
    /// True where `exactly` or `firstAvailable` holds it (v1, v1beta2), false for the flat shape of
    /// v1beta1.
    pub is_nested: bool,
    /// The request's node.
    pub at: Spot,
}

/// A ResourceClaim or ResourceClaimTemplate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceClaim {
    /// Its object.
    pub object: ObjectId,
    /// True for a ResourceClaimTemplate.
    pub is_template: bool,
    /// What it asks for.
    pub requests: Vec<DeviceRequest>,
}
