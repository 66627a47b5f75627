//! Secrets, configuration, and where secrets come from.

use std::fmt;

use crate::read::Cursor;
use crate::{Field, Labels, Object, ObjectId, ProblemKind, Spot};

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

impl Secret {
    /// Reads a Secret object.
    pub(crate) fn read(root: &Cursor<'_>) -> Self {
        let mut keys = Vec::new();
        for (field, is_base64) in [("data", true), ("stringData", false)] {
            keys.extend(root.labels(field).0.into_iter().map(|pair| SecretKey {
                key: pair.key,
                value: pair.value.map(Hidden),
                is_base64,
            }));
        }
        Self {
            object: root.object(),
            secret_type: root.text_or("type", "Opaque"),
            keys,
            immutable: root.is_true("immutable"),
        }
    }
}

impl ConfigMap {
    /// Reads a ConfigMap object.
    pub(crate) fn read(root: &Cursor<'_>) -> Self {
        let binary = root.map("binaryData");
        let binary_keys = binary.map_or_else(Vec::new, |map| {
            map.entries().map(|(pairing, value)| pairing.field(&value)).collect()
        });
        Self { object: root.object(), data: root.labels("data"), binary_keys }
    }
}

impl ExternalSecret {
    /// Reads an ExternalSecret or ClusterExternalSecret object.
    ///
    /// Source: external-secrets/external-secrets, apis/externalsecrets/v1, 2.9.
    pub(crate) fn read(object: &Object, root: &Cursor<'_>, is_cluster: bool) -> Self {
        let spec = if is_cluster {
            root.maps_down(&["spec", "externalSecretSpec"])
        } else {
            root.map("spec")
        };
        if spec.is_none() {
            root.problem(ProblemKind::Missing, "spec is missing");
        }
        let spec = spec.as_ref().unwrap_or(root);
        let store = spec.map("secretStoreRef");
        let target = spec.map("target");
        let own_name = || {
            let name = object.name.clone().map(|name| Field { written: false, ..name });
            name.unwrap_or_else(|| Field::default_in(String::new(), spec.spot()))
        };
        let in_target = target.as_ref().unwrap_or(spec);
        Self {
            object: object.id,
            is_cluster,
            store: store.as_ref().and_then(|own| own.text("name")),
            store_kind: store.as_ref().unwrap_or(spec).text_or("kind", "SecretStore"),
            target: target
                .as_ref()
                .and_then(|own| own.text("name"))
                .filter(|name| !name.value.is_empty())
                .unwrap_or_else(own_name),
            creation_policy: in_target.text_or("creationPolicy", "Owner"),
            refresh_interval: spec.text_or("refreshInterval", "1h"),
            keys: spec.maps("data").iter().map(ExternalKey::of_data).collect(),
            all_of: spec.maps("dataFrom").iter().map(ExternalKey::of_data_from).collect(),
            at: spec.spot(),
        }
    }
}

impl ExternalKey {
    fn of_data(cursor: &Cursor<'_>) -> Self {
        let remote = cursor.map("remoteRef");
        Self {
            key: Some(cursor.text_wanted("secretKey")),
            remote: remote.as_ref().and_then(|own| own.text("key")),
            property: remote.as_ref().and_then(|own| own.text("property")),
            at: cursor.spot(),
        }
    }

    fn of_data_from(cursor: &Cursor<'_>) -> Self {
        let remote = cursor.map("extract");
        Self {
            key: None,
            remote: remote.as_ref().and_then(|own| own.text("key")),
            property: remote.as_ref().and_then(|own| own.text("property")),
            at: cursor.spot(),
        }
    }
}

impl SecretStore {
    /// Reads a SecretStore or ClusterSecretStore object.
    pub(crate) fn read(root: &Cursor<'_>, is_cluster: bool) -> Self {
        let provider = root.maps_down(&["spec", "provider"]);
        let provider = provider.and_then(|own| {
            let first = own.entries().next();
            first.map(|(pairing, value)| pairing.field(&value))
        });
        Self { object: root.object(), is_cluster, provider }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::app;

    #[test]
    fn a_secrets_value_is_not_shown() {
        let app = app(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ntype: Opaque\ndata: {a: aHVzaA==}\n\
             stringData: {b: hush-hush}",
        );
        let secret = &app.secrets[0];
        assert_eq!(secret.keys.len(), 2);
        assert!(secret.keys[0].is_base64 && !secret.keys[1].is_base64);
        let shown = format!("{secret:?}");
        assert!(!shown.contains("hush") && !shown.contains("aHVz"), "{shown}");
    }

    #[test]
    fn external_secrets_have_the_operators_defaults() {
        let app = app(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: e}\nspec: \
             {secretStoreRef: {name: st}, data: [{secretKey: k, remoteRef: {key: r, property: p}}], \
             dataFrom: [{extract: {key: all}}, {find: {name: {regexp: x}}}]}\n---\n\
             apiVersion: external-secrets.io/v1beta1\nkind: ClusterExternalSecret\nmetadata: {name: \
             c}\nspec: {externalSecretSpec: {target: {name: t, creationPolicy: Merge}, \
             secretStoreRef: {kind: ClusterSecretStore, name: st}}}\n---\n\
             apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: st}\n\
             spec: {provider: {infisical: {}}}",
        );
        let [own, cluster] = &app.external_secrets[..] else { panic!("two are declared") };
        assert_eq!((own.target.value.as_str(), own.target.written), ("e", false));
        assert_eq!(own.store_kind.value, "SecretStore");
        assert_eq!((own.keys.len(), own.all_of.len()), (1, 2));
        assert_eq!(own.keys[0].property.as_ref().unwrap().value, "p");
        assert!(cluster.is_cluster && cluster.creation_policy.value == "Merge");
        assert_eq!(app.object(cluster.object).version(), "v1beta1");
        assert_eq!(app.secret_stores[0].provider.as_ref().unwrap().value, "infisical");
        assert!(app.external_secret(own.object, "t").is_some());
    }
}
