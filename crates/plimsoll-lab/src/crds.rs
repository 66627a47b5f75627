//! The definitions of other operators' objects, taken from their published modules.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, ListParams, PostParams};
use kube::runtime::{conditions, wait::await_condition};
use kube::{Client, ResourceExt};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::go::Go;
use crate::programs::{cache, fingerprint};
use crate::yaml;

/// A published Go module and the files of definitions that are taken from it.
#[derive(Debug, Clone, Copy)]
pub struct CrdPin {
    /// The module's path.
    pub module: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The directory within the module that holds the files.
    pub directory: &'static str,
    /// The files' names.
    pub files: &'static [&'static str],
}

/// Every operator whose objects the lab's API server knows.
pub const PINS: &[CrdPin] = &[
    CrdPin {
        module: "github.com/openshift/api",
        version: "v0.0.0-20260728120005-8ba0b25b0f29",
        directory: "route/v1/zz_generated.crd-manifests",
        files: &["routes.crd.yaml"],
    },
    CrdPin {
        module: "github.com/openshift/api",
        version: "v0.0.0-20260728120005-8ba0b25b0f29",
        directory: "monitoring/v1/zz_generated.crd-manifests",
        files: &["0000_50_monitoring_01_alertingrules.crd.yaml"],
    },
    CrdPin {
        module: "github.com/external-secrets/external-secrets",
        version: "v1.3.2",
        directory: "config/crds/bases",
        files: &[
            "external-secrets.io_clustersecretstores.yaml",
            "external-secrets.io_externalsecrets.yaml",
            "external-secrets.io_pushsecrets.yaml",
            "external-secrets.io_secretstores.yaml",
            "generators.external-secrets.io_passwords.yaml",
        ],
    },
    CrdPin {
        module: "sigs.k8s.io/kueue",
        version: "v0.19.2",
        directory: "config/components/crd/bases",
        files: &[
            "kueue.x-k8s.io_clusterqueues.yaml",
            "kueue.x-k8s.io_localqueues.yaml",
            "kueue.x-k8s.io_resourceflavors.yaml",
            "kueue.x-k8s.io_workloadpriorityclasses.yaml",
            "kueue.x-k8s.io_workloads.yaml",
        ],
    },
    CrdPin {
        module: "sigs.k8s.io/jobset",
        version: "v0.12.0",
        directory: "config/components/crd/bases",
        files: &["jobset.x-k8s.io_jobsets.yaml"],
    },
    CrdPin {
        module: "github.com/kubeflow/trainer/v2",
        version: "v2.2.0",
        directory: "manifests/base/crds",
        files: &[
            "trainer.kubeflow.org_clustertrainingruntimes.yaml",
            "trainer.kubeflow.org_trainingruntimes.yaml",
            "trainer.kubeflow.org_trainjobs.yaml",
        ],
    },
    CrdPin {
        module: "sigs.k8s.io/lws",
        version: "v0.8.0",
        directory: "config/crd/bases",
        files: &["leaderworkerset.x-k8s.io_leaderworkersets.yaml"],
    },
    CrdPin {
        module: "k8s.io/autoscaler/vertical-pod-autoscaler",
        version: "v1.8.1",
        directory: "deploy",
        files: &["vpa-v1-crd-gen.yaml"],
    },
    CrdPin {
        module: "sigs.k8s.io/gateway-api",
        version: "v1.6.3",
        directory: "config/crd/standard",
        files: &[
            "gateway.networking.k8s.io_gatewayclasses.yaml",
            "gateway.networking.k8s.io_gateways.yaml",
            "gateway.networking.k8s.io_httproutes.yaml",
            "gateway.networking.k8s.io_referencegrants.yaml",
        ],
    },
    CrdPin {
        module: "github.com/prometheus-operator/prometheus-operator",
        version: "v0.92.0",
        directory: "example/prometheus-operator-crd",
        files: &[
            "monitoring.coreos.com_podmonitors.yaml",
            "monitoring.coreos.com_prometheusrules.yaml",
            "monitoring.coreos.com_servicemonitors.yaml",
        ],
    },
    CrdPin {
        module: "github.com/argoproj/argo-cd/v3",
        version: "v3.5.7",
        directory: "manifests/crds",
        files: &["application-crd.yaml", "applicationset-crd.yaml", "appproject-crd.yaml"],
    },
    CrdPin {
        module: "github.com/cert-manager/cert-manager",
        version: "v1.21.2",
        directory: "deploy/crds",
        files: &[
            "cert-manager.io_certificates.yaml",
            "cert-manager.io_clusterissuers.yaml",
            "cert-manager.io_issuers.yaml",
        ],
    },
    CrdPin {
        module: "github.com/cloudnative-pg/cloudnative-pg",
        version: "v1.28.0",
        directory: "config/crd/bases",
        files: &[
            "postgresql.cnpg.io_backups.yaml",
            "postgresql.cnpg.io_clusters.yaml",
            "postgresql.cnpg.io_databases.yaml",
            "postgresql.cnpg.io_poolers.yaml",
            "postgresql.cnpg.io_scheduledbackups.yaml",
        ],
    },
];

/// Definitions as JSON, one list in one file of the cache.
pub(crate) struct Definitions(Vec<CustomResourceDefinition>);

impl Definitions {
    /// The definitions, if they were prepared before.
    pub(crate) fn cached() -> Result<Option<Self>> {
        let path = prepared();
        if !path.is_file() {
            return Ok(None);
        }
        let bytes = fs::read(&path)?;
        serde_json::from_slice(&bytes)
            .map(|list| Some(Self(list)))
            .with_context(|| format!("{} is no list of definitions", path.display()))
    }

    /// Takes the definitions from their modules, which Go downloads unless it has them.
    pub(crate) fn prepare() -> Result<()> {
        if prepared().is_file() {
            return Ok(());
        }
        let go = Go::find().context("Go is absent, and the definitions are not prepared")?;
        let mut list = Vec::new();
        for pin in PINS {
            let directory = go.module(pin.module, pin.version)?.join(pin.directory);
            for file in pin.files {
                list.extend(definitions(&directory.join(file))?);
            }
        }
        fs::create_dir_all(cache())?;
        let unfinished = prepared().with_extension(format!("{}", std::process::id()));
        fs::write(&unfinished, serde_json::to_vec(&list)?)?;
        fs::rename(unfinished, prepared())?;
        Ok(())
    }

    /// Has the API server learn them all, and waits until it serves them.
    pub(crate) async fn apply(self, client: Client) -> Result<()> {
        let api: Api<CustomResourceDefinition> = Api::all(client);
        stream::iter(self.0)
            .map(|definition| {
                let api = api.clone();
                async move {
                    let name = definition.name_any();
                    api.create(&PostParams::default(), &definition)
                        .await
                        .with_context(|| format!("the definition {name} is refused"))?;
                    await_condition(api, &name, conditions::is_crd_established())
                        .await
                        .with_context(|| format!("the definition {name} is not served"))?;
                    anyhow::Ok(())
                }
            })
            .buffer_unordered(8)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(())
    }

    /// Waits until a new API server serves what it knew before.
    pub(crate) async fn served(client: &Client) -> Result<usize> {
        let api: Api<CustomResourceDefinition> = Api::all(client.clone());
        let definitions = api.list(&ListParams::default()).await?.items;
        let mut groups: Vec<&str> =
            definitions.iter().map(|definition| definition.spec.group.as_str()).collect();
        groups.sort_unstable();
        groups.dedup();
        while !groups.is_empty() {
            let served = client.list_api_groups().await?.groups;
            groups.retain(|group| !served.iter().any(|known| known.name == *group));
            if !groups.is_empty() {
                sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(definitions.len())
    }
}

/// What tells one set of definitions from another.
pub(crate) fn key() -> String {
    let parts = PINS.iter().flat_map(|pin| {
        [pin.module, pin.version, pin.directory].into_iter().chain(pin.files.iter().copied())
    });
    fingerprint(parts)
}

fn prepared() -> PathBuf {
    cache().join(format!("definitions-{}.json", key()))
}

fn definitions(file: &Path) -> Result<Vec<Value>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let documents =
        yaml::documents(&text).with_context(|| format!("cannot read {}", file.display()))?;
    let found: Vec<Value> = documents
        .into_iter()
        .map(|document| document.value)
        .filter(|value| value["kind"] == "CustomResourceDefinition")
        .map(without_operator)
        .collect();
    if found.is_empty() {
        bail!("{} holds no definition", file.display());
    }
    Ok(found)
}

/// The operator does not run, so nothing answers its conversion webhook: only the stored version
/// can be converted to itself, which needs no webhook.
fn without_operator(mut definition: Value) -> Value {
    if let Some(fields) = definition.as_object_mut() {
        fields.remove("status");
    }
    if definition["spec"]["conversion"]["strategy"] == "Webhook" {
        definition["spec"]["conversion"] = json!({"strategy": "None"});
    }
    definition
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_needs_no_operator() {
        let definition = json!({
            "spec": {"conversion": {"strategy": "Webhook", "webhook": {}}},
            "status": {"storedVersions": []},
        });
        let mended = without_operator(definition);
        assert_eq!(mended, json!({"spec": {"conversion": {"strategy": "None"}}}));
    }
}
