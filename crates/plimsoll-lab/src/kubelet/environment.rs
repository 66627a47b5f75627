//! The environment of a real process: what the container's fields say, with all references followed.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use k8s_openapi::api::core::v1::{ConfigMap, Container, EnvVarSource, Pod, Secret};
use kube::api::Api;
use kube::{Client, ResourceExt};

/// Reads a container's environment. What may be absent and is absent is left out.
pub(crate) async fn read(
    client: &Client,
    pod: &Pod,
    container: &Container,
    address: &str,
) -> Result<BTreeMap<String, String>> {
    let namespace = pod.namespace().unwrap_or_default();
    let mut environment = BTreeMap::new();
    for source in container.env_from.iter().flatten() {
        let prefix = source.prefix.as_deref().unwrap_or_default();
        let mut all = BTreeMap::new();
        if let Some(map) = &source.config_map_ref {
            all.extend(config_map(client, &namespace, &map.name).await?);
        }
        if let Some(secret) = &source.secret_ref {
            all.extend(self::secret(client, &namespace, &secret.name).await?);
        }
        environment.extend(all.into_iter().map(|(key, value)| (format!("{prefix}{key}"), value)));
    }
    for variable in container.env.iter().flatten() {
        let value = match (&variable.value, &variable.value_from) {
            (Some(value), _) => Some(expand(value, &environment)),
            (None, Some(source)) => referred(client, pod, source, address)
                .await
                .with_context(|| format!("the variable {}", variable.name))?,
            (None, None) => Some(String::new()),
        };
        environment.extend(value.map(|value| (variable.name.clone(), value)));
    }
    Ok(environment)
}

async fn referred(
    client: &Client,
    pod: &Pod,
    source: &EnvVarSource,
    address: &str,
) -> Result<Option<String>> {
    let namespace = pod.namespace().unwrap_or_default();
    if let Some(key) = &source.secret_key_ref {
        return Ok(secret(client, &namespace, &key.name).await?.remove(&key.key));
    }
    if let Some(key) = &source.config_map_key_ref {
        return Ok(config_map(client, &namespace, &key.name).await?.remove(&key.key));
    }
    let Some(field) = &source.field_ref else { bail!("is of a kind that the lab does not know") };
    let spec = pod.spec.as_ref();
    Ok(Some(match field.field_path.as_str() {
        "metadata.name" => pod.name_any(),
        "metadata.namespace" => namespace,
        "metadata.uid" => pod.uid().unwrap_or_default(),
        "spec.nodeName" => spec.and_then(|spec| spec.node_name.clone()).unwrap_or_default(),
        "spec.serviceAccountName" => {
            spec.and_then(|spec| spec.service_account_name.clone()).unwrap_or_default()
        }
        "status.podIP" | "status.podIPs" => address.to_owned(),
        other => bail!("refers to {other}, which the lab does not know"),
    }))
}

async fn secret(client: &Client, namespace: &str, name: &str) -> Result<BTreeMap<String, String>> {
    let api: Api<Secret> = Api::namespaced(client.clone(), namespace);
    let data = api.get_opt(name).await?.and_then(|secret| secret.data).unwrap_or_default();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(data.into_iter().map(|(key, value)| (key, text(&value.0))).collect())
}

async fn config_map(
    client: &Client,
    namespace: &str,
    name: &str,
) -> Result<BTreeMap<String, String>> {
    let api: Api<ConfigMap> = Api::namespaced(client.clone(), namespace);
    Ok(api.get_opt(name).await?.and_then(|map| map.data).unwrap_or_default())
}

/// Source: k8s.io/kubernetes/third_party/forked/golang/expansion, v1.36.4: `$(NAME)` becomes the value
/// of a variable that is known, `$$` a dollar, and all else stays.
fn expand(written: &str, known: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    let mut rest = written;
    while let Some(at) = rest.find('$') {
        text += &rest[..at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            text.push('$');
            rest = after;
        } else if let Some((name, after)) =
            rest.strip_prefix('(').and_then(|name| name.split_once(')'))
        {
            match known.get(name) {
                Some(value) => text += value,
                None => text += &format!("$({name})"),
            }
            rest = after;
        } else {
            text.push('$');
        }
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_variables_are_expanded() {
        let known = BTreeMap::from([("A".to_owned(), "1".to_owned())]);
        for (written, expanded) in [
            ("x$(A)y", "x1y"),
            ("$(B)", "$(B)"),
            ("$$(A)", "$(A)"),
            ("$(A", "$(A"),
            ("$", "$"),
            ("", ""),
        ] {
            assert_eq!(expand(written, &known), expanded, "{written}");
        }
    }
}
