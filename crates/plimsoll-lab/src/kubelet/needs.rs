//! What a pod needs that must be there before it can run: secrets, configuration and volumes.
//!
//! The sentences are the kubelet's: kubernetes v1.36.4, pkg/kubelet/kubelet_pods.go and
//! pkg/volume/{secret,configmap}.

use anyhow::Result;
use k8s_openapi::api::core::v1::{
    ConfigMap, Container, KeyToPath, PersistentVolumeClaim, Pod, Secret, Volume, VolumeProjection,
};
use kube::Client;
use kube::ResourceExt;
use kube::api::Api;

/// Looks things up in one namespace.
pub(crate) struct Needs {
    client: Client,
    namespace: String,
}

/// A thing that is mentioned: which keys of it, and whether it may be absent.
struct Mention<'a> {
    kind: Kind,
    name: &'a str,
    keys: Vec<&'a str>,
    optional: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Secret,
    ConfigMap,
}

impl Needs {
    pub(crate) fn new(client: Client, namespace: &str) -> Self {
        Self { client, namespace: namespace.to_owned() }
    }

    /// The first volume that cannot be mounted: why not, or nothing.
    pub(crate) async fn unmountable(&self, pod: &Pod) -> Result<Option<String>> {
        for volume in pod.spec.iter().flat_map(|spec| spec.volumes.iter().flatten()) {
            if let Some(claim) = &volume.persistent_volume_claim
                && let Some(why) = self.unbound(&claim.claim_name).await?
            {
                return Ok(Some(why));
            }
            for mention in in_volume(volume) {
                if let Some(why) = self.absent(&mention, true).await? {
                    let name = &volume.name;
                    return Ok(Some(format!(
                        "MountVolume.SetUp failed for volume {name:?} : {why}"
                    )));
                }
            }
        }
        Ok(None)
    }

    /// What keeps a container's environment from being made, or nothing.
    pub(crate) async fn unset(&self, container: &Container) -> Result<Option<String>> {
        for mention in in_environment(container) {
            if let Some(why) = self.absent(&mention, false).await? {
                return Ok(Some(why));
            }
        }
        Ok(None)
    }

    /// The names of secrets for pulling images that are not there.
    pub(crate) async fn absent_pull_secrets(&self, pod: &Pod) -> Result<Vec<String>> {
        let secrets: Api<Secret> = Api::namespaced(self.client.clone(), &self.namespace);
        let mut absent = Vec::new();
        for reference in pod.spec.iter().flat_map(|spec| spec.image_pull_secrets.iter().flatten()) {
            if secrets.get_opt(&reference.name).await?.is_none() {
                absent.push(reference.name.clone());
            }
        }
        Ok(absent)
    }

    async fn unbound(&self, name: &str) -> Result<Option<String>> {
        let claims: Api<PersistentVolumeClaim> =
            Api::namespaced(self.client.clone(), &self.namespace);
        let Some(claim) = claims.get_opt(name).await? else {
            return Ok(Some(format!("persistentvolumeclaim {name:?} not found")));
        };
        let bound = claim.status.and_then(|status| status.phase).as_deref() == Some("Bound");
        Ok((!bound).then(|| format!("PVC {}/{name} is not bound", self.namespace)))
    }

    async fn absent(&self, mention: &Mention<'_>, mounted: bool) -> Result<Option<String>> {
        let Some(keys) = self.keys(mention).await? else {
            let kind = match mention.kind {
                Kind::Secret => "secret",
                Kind::ConfigMap => "configmap",
            };
            let why = || format!("{kind} {:?} not found", mention.name);
            return Ok((!mention.optional).then(why));
        };
        let absent = mention.keys.iter().find(|key| !keys.iter().any(|there| there == *key));
        let Some(key) = absent.filter(|_| !mention.optional) else { return Ok(None) };
        Ok(Some(match (mounted, mention.kind) {
            (true, Kind::Secret) => format!("references non-existent secret key: {key}"),
            (true, Kind::ConfigMap) => {
                format!("configmap references non-existent config key: {key}")
            }
            (false, Kind::Secret) => {
                format!("couldn't find key {key} in Secret {}/{}", self.namespace, mention.name)
            }
            (false, Kind::ConfigMap) => {
                format!("couldn't find key {key} in ConfigMap {}/{}", self.namespace, mention.name)
            }
        }))
    }

    async fn keys(&self, mention: &Mention<'_>) -> Result<Option<Vec<String>>> {
        Ok(match mention.kind {
            Kind::Secret => {
                let api: Api<Secret> = Api::namespaced(self.client.clone(), &self.namespace);
                let found = api.get_opt(mention.name).await?;
                found.map(|secret| secret.data.unwrap_or_default().into_keys().collect())
            }
            Kind::ConfigMap => {
                let api: Api<ConfigMap> = Api::namespaced(self.client.clone(), &self.namespace);
                let found = api.get_opt(mention.name).await?;
                found.map(|map| {
                    let text = map.data.unwrap_or_default().into_keys();
                    text.chain(map.binary_data.unwrap_or_default().into_keys()).collect()
                })
            }
        })
    }
}

fn in_volume(volume: &Volume) -> Vec<Mention<'_>> {
    let mut found = Vec::new();
    if let Some(secret) = &volume.secret
        && let Some(name) = &secret.secret_name
    {
        found.push(mention(Kind::Secret, name, secret.items.as_ref(), secret.optional));
    }
    if let Some(map) = &volume.config_map {
        found.push(mention(Kind::ConfigMap, &map.name, map.items.as_ref(), map.optional));
    }
    let sources = volume.projected.iter().flat_map(|projected| projected.sources.iter().flatten());
    found.extend(sources.flat_map(in_projection));
    found
}

fn in_projection(source: &VolumeProjection) -> Vec<Mention<'_>> {
    let mut found = Vec::new();
    if let Some(secret) = &source.secret {
        found.push(mention(Kind::Secret, &secret.name, secret.items.as_ref(), secret.optional));
    }
    if let Some(map) = &source.config_map {
        found.push(mention(Kind::ConfigMap, &map.name, map.items.as_ref(), map.optional));
    }
    found
}

fn in_environment(container: &Container) -> Vec<Mention<'_>> {
    let mut found = Vec::new();
    for source in container.env_from.iter().flatten() {
        if let Some(map) = &source.config_map_ref {
            found.push(mention(Kind::ConfigMap, &map.name, None, map.optional));
        }
        if let Some(secret) = &source.secret_ref {
            found.push(mention(Kind::Secret, &secret.name, None, secret.optional));
        }
    }
    for source in container.env.iter().flatten().filter_map(|env| env.value_from.as_ref()) {
        if let Some(key) = &source.config_map_key_ref {
            let keys = vec![key.key.as_str()];
            let optional = key.optional.unwrap_or(false);
            found.push(Mention { kind: Kind::ConfigMap, name: &key.name, keys, optional });
        }
        if let Some(key) = &source.secret_key_ref {
            let keys = vec![key.key.as_str()];
            let optional = key.optional.unwrap_or(false);
            found.push(Mention { kind: Kind::Secret, name: &key.name, keys, optional });
        }
    }
    found
}

fn mention<'a>(
    kind: Kind,
    name: &'a str,
    items: Option<&'a Vec<KeyToPath>>,
    optional: Option<bool>,
) -> Mention<'a> {
    let keys = items.into_iter().flatten().map(|item| item.key.as_str()).collect();
    Mention { kind, name, keys, optional: optional.unwrap_or(false) }
}

/// Whether a container may be started anew beside the pod's own containers: a native sidecar.
pub(crate) fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

/// A pod as its kubelet's sentences name it.
pub(crate) fn pod_name(pod: &Pod) -> String {
    let uid = pod.uid().unwrap_or_default();
    format!("{}_{}({uid})", pod.name_any(), pod.namespace().unwrap_or_default())
}
