//! The lab's provisioner: claims of the table's storage classes get volumes, of which nothing exists
//! but the object.

use std::collections::HashMap;

use anyhow::{Context, Result};
use futures_util::StreamExt;
use k8s_openapi::api::core::v1::{Node, ObjectReference, PersistentVolume, PersistentVolumeClaim};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::api::{Api, DeleteParams, PostParams};
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher;
use kube::{Client, ResourceExt};
use serde_json::{Value, json};

use super::events::Events;
use super::nodes::PROVISIONER;
use crate::log;

/// The annotation by which the scheduler says for which node a claim that waits is to be served.
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";

/// A storage class that names this provisioner.
struct Served {
    name: String,
    waits_for_pod: bool,
    access_modes: Vec<String>,
}

impl Served {
    fn read(class: StorageClass) -> Self {
        let modes = class.parameters.as_ref().and_then(|parameters| parameters.get("accessModes"));
        let modes = modes.map_or("", String::as_str).split(',').map(str::to_owned).collect();
        Self {
            name: class.name_any(),
            waits_for_pod: class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer"),
            access_modes: modes,
        }
    }
}

/// Serves claims, and removes the volumes of claims that are gone, for ever.
pub(crate) async fn serve(client: Client) {
    tokio::join!(provision(client.clone()), reclaim(client));
}

async fn provision(client: Client) {
    let claims: Api<PersistentVolumeClaim> = Api::all(client.clone());
    let stream =
        watcher::watcher(claims, watcher::Config::default()).default_backoff().applied_objects();
    let mut stream = std::pin::pin!(stream);
    let mut reported: HashMap<String, Events> = HashMap::new();
    while let Some(claim) = stream.next().await {
        let claim = match claim {
            Ok(claim) => claim,
            Err(error) => {
                log::trouble("the watch of claims broke and is taken up again", error);
                continue;
            }
        };
        if let Err(why) = serve_one(&client, &claim).await {
            let uid = claim.uid().unwrap_or_default();
            let events = reported.entry(uid).or_insert_with(|| events(&client, &claim));
            events.warning("", "ProvisioningFailed", &format!("{why:#}")).await;
        }
    }
}

async fn serve_one(client: &Client, claim: &PersistentVolumeClaim) -> Result<()> {
    let Some(spec) = &claim.spec else { return Ok(()) };
    let (Some(name), None) = (&spec.storage_class_name, &spec.volume_name) else { return Ok(()) };
    if claim.metadata.deletion_timestamp.is_some() {
        return Ok(());
    }
    let classes: Api<StorageClass> = Api::all(client.clone());
    let class = classes.get_opt(name).await?;
    let Some(class) = class.filter(|class| class.provisioner == PROVISIONER) else { return Ok(()) };
    let class = Served::read(class);
    let node = claim.annotations().get(SELECTED_NODE);
    if class.waits_for_pod && node.is_none() {
        return Ok(());
    }
    let refused = refused_modes(&class, spec.access_modes.as_deref().unwrap_or_default());
    if !refused.is_empty() {
        anyhow::bail!(
            "failed to provision volume with StorageClass {:?}: it gives {}, not {refused}",
            class.name,
            class.access_modes.join(", ")
        );
    }
    let zone = match node.filter(|_| class.waits_for_pod) {
        Some(node) => {
            let node = Api::<Node>::all(client.clone()).get(node).await?;
            node.labels().get("topology.kubernetes.io/zone").cloned()
        }
        None => None,
    };
    let volume = volume(claim, &class, zone.as_deref())?;
    let volumes: Api<PersistentVolume> = Api::all(client.clone());
    let volume = serde_json::from_value(volume)?;
    match volumes.create(&PostParams::default(), &volume).await {
        // The claim was seen twice before it was bound.
        Err(kube::Error::Api(status)) if status.code == 409 => Ok(()),
        created => created.map(|_| ()).context("the volume is refused"),
    }
}

fn refused_modes(class: &Served, asked: &[String]) -> String {
    let refused: Vec<&str> = asked
        .iter()
        .filter(|mode| !class.access_modes.contains(mode))
        .map(String::as_str)
        .collect();
    refused.join(", ")
}

fn volume(claim: &PersistentVolumeClaim, class: &Served, zone: Option<&str>) -> Result<Value> {
    let uid = claim.uid().context("a claim without an identity")?;
    let spec = claim.spec.as_ref().context("a claim without content")?;
    let size = spec.resources.as_ref().and_then(|resources| resources.requests.as_ref());
    let name = format!("pvc-{uid}");
    let mut volume = json!({
        "metadata": {
            "name": name,
            "annotations": {"pv.kubernetes.io/provisioned-by": PROVISIONER},
        },
        "spec": {
            "capacity": size,
            "accessModes": spec.access_modes,
            "volumeMode": spec.volume_mode,
            "storageClassName": class.name,
            "persistentVolumeReclaimPolicy": "Delete",
            "claimRef": {
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "uid": uid,
                "namespace": claim.namespace(), "name": claim.name_any(),
            },
            "hostPath": {"path": format!("/var/lib/lab/{name}")},
        },
    });
    if let Some(zone) = zone {
        let key = "topology.kubernetes.io/zone";
        let term = json!({"matchExpressions": [{"key": key, "operator": "In", "values": [zone]}]});
        volume["spec"]["nodeAffinity"] = json!({"required": {"nodeSelectorTerms": [term]}});
    }
    Ok(volume)
}

async fn reclaim(client: Client) {
    let volumes: Api<PersistentVolume> = Api::all(client);
    let stream = watcher::watcher(volumes.clone(), watcher::Config::default())
        .default_backoff()
        .applied_objects();
    let mut stream = std::pin::pin!(stream);
    while let Some(volume) = stream.next().await {
        let volume = match volume {
            Ok(volume) => volume,
            Err(error) => {
                log::trouble("the watch of volumes broke and is taken up again", error);
                continue;
            }
        };
        let ours = volume
            .annotations()
            .get("pv.kubernetes.io/provisioned-by")
            .is_some_and(|by| by == PROVISIONER);
        let phase = volume.status.as_ref().and_then(|status| status.phase.as_deref());
        let policy =
            volume.spec.as_ref().and_then(|spec| spec.persistent_volume_reclaim_policy.as_deref());
        if ours && phase == Some("Released") && policy == Some("Delete") {
            // Seen again if it is still there.
            let _gone = volumes.delete(&volume.name_any(), &DeleteParams::default()).await;
        }
    }
}

fn events(client: &Client, claim: &PersistentVolumeClaim) -> Events {
    let about = ObjectReference {
        kind: Some("PersistentVolumeClaim".to_owned()),
        api_version: Some("v1".to_owned()),
        namespace: claim.namespace(),
        name: Some(claim.name_any()),
        uid: claim.uid(),
        ..ObjectReference::default()
    };
    Events::new(client.clone(), about, "lab.plimsoll.test/volumes", "lab")
}
