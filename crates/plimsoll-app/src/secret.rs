//! Secrets, configuration, and where secrets come from.

use std::fmt;

use crate::{Field, Labels, ObjectId, Spot};

/// A text that no output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hidden({} bytes)", self.0.len())
    }
}

/// A key of a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretKey {
    /// The key; its spot covers the key's bytes and has the value's path.
    pub key: Field<String>,
    /// The value as written.
    pub value: Field<Hidden>,
    /// True under `data`, false under `stringData`.
    pub is_base64: bool,
}

/// A Secret that the release holds itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Its object.
    pub object: ObjectId,
    /// Its type; `Opaque` by default.
    pub secret_type: Field<String>,
    /// Its keys.
    pub keys: Vec<SecretKey>,
    /// Whether it may not be changed.
    pub immutable: bool,
}

/// A ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigMap {
    /// Its object.
    pub object: ObjectId,
    /// Its texts.
    pub data: Labels,
    /// Keys of `binaryData`.
    pub binary_keys: Vec<Field<String>>,
}

/// A key that an ExternalSecret fetches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalKey {
    /// The key in the Secret that results; absent for all keys of the remote entry.
    pub key: Option<Field<String>>,
    /// The remote entry.
    pub remote: Option<Field<String>>,
    /// The part of the remote entry.
    pub property: Option<Field<String>>,
    /// The entry's node.
    pub at: Spot,
}

/// An ExternalSecret or ClusterExternalSecret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalSecret {
    /// Its object, whose API version counts.
    pub object: ObjectId,
    /// True for a ClusterExternalSecret.
    pub is_cluster: bool,
    /// The store's name.
    pub store: Option<Field<String>>,
    /// The store's kind; `SecretStore` by default.
    pub store_kind: Field<String>,
    /// The name of the Secret that results; the object's own by default.
    pub target: Field<String>,
    /// `Owner`, `Orphan`, `Merge` or `None`; `Owner` by default.
    pub creation_policy: Field<String>,
    /// How often it is fetched again; `1h` by default.
    pub refresh_interval: Field<String>,
    /// Keys fetched one by one.
    pub keys: Vec<ExternalKey>,
    /// Entries fetched whole, or found.
    pub all_of: Vec<ExternalKey>,
    /// The spec's node, or the object where there is none.
    pub at: Spot,
}

/// A SecretStore or ClusterSecretStore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretStore {
    /// Its object, whose API version counts.
    pub object: ObjectId,
    /// True for a ClusterSecretStore.
    pub is_cluster: bool,
    /// The provider's field, such as `infisical`.
    pub provider: Option<Field<String>>,
}
