//! Releases in the lab: where their pods run, and with which devices.

use std::time::Duration;

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kube::api::ListParams;
use libtest_mimic::Failed;
use plimsoll_lab::{Namespace, Table};

use crate::cluster::{api, is, lab, until};
use crate::stand_in::stand_in;

/// A pod of a release, and what it was given.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) pod: String,
    /// The devices that it asks for, by resource.
    pub(crate) devices: Vec<String>,
}

/// Installs manifests with all that others would make for them.
pub(crate) fn install(manifests: &str, namespace: &Namespace) -> Result<(), Failed> {
    lab().block_on(lab().apply(&stand_in(manifests), namespace))?;
    lab().block_on(lab().apply(manifests, namespace))?;
    Ok(())
}

/// The pods of all workloads of a namespace: ready where they serve, on their node where they end.
pub(crate) fn placed(namespace: &Namespace) -> Result<Vec<Placed>, Failed> {
    let mut placed = Vec::new();
    for name in pods_of_workloads(namespace)? {
        let is_placed = |pod: &Pod| {
            let owners = pod.metadata.owner_references.iter().flatten();
            let ends = owners.into_iter().any(|owner| owner.kind == "Job");
            let has_node = pod.spec.as_ref().is_some_and(|spec| spec.node_name.is_some());
            if ends { has_node } else { is(pod, "Ready") }
        };
        let spec = until::<Pod>(namespace, &name, "placed", is_placed).spec.unwrap();
        let node = spec.node_name.unwrap();
        let limits =
            spec.containers.into_iter().filter_map(|container| container.resources?.limits);
        // A resource of Kubernetes' own has no domain.
        let devices: Vec<String> =
            limits.flatten().map(|(name, _)| name).filter(|name| name.contains('/')).collect();
        for device in &devices {
            assert!(offers(&node, device), "{name} is on {node}, which has no {device}");
        }
        placed.push(Placed { pod: name, devices });
    }
    Ok(placed)
}

/// The pods of all workloads of a namespace, once each workload has one.
pub(crate) fn pods_of_workloads(namespace: &Namespace) -> Result<Vec<String>, Failed> {
    let list = ListParams::default();
    let mut selectors: Vec<LabelSelector> = Vec::new();
    for deployment in lab().block_on(api::<Deployment>(namespace).list(&list))? {
        selectors.push(deployment.spec.unwrap().selector);
    }
    for set in lab().block_on(api::<StatefulSet>(namespace).list(&list))? {
        selectors.push(set.spec.unwrap().selector);
    }
    for job in lab().block_on(api::<Job>(namespace).list(&list))? {
        selectors.extend(job.spec.unwrap().selector);
    }
    let mut names = Vec::new();
    for selector in selectors {
        let labels: Vec<String> = selector
            .match_labels
            .unwrap()
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let selected = ListParams::default().labels(&labels.join(","));
        let found = async {
            loop {
                let pods = api::<Pod>(namespace).list(&selected).await.unwrap().items;
                if !pods.is_empty() {
                    return pods;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let limited = async { tokio::time::timeout(Duration::from_secs(30), found).await };
        let pods = lab().block_on(limited).map_err(|_| format!("no pod of {labels:?}"))?;
        names.extend(pods.into_iter().filter_map(|pod| pod.metadata.name));
    }
    Ok(names)
}

/// Whether a node of the usual table has devices of this resource.
fn offers(node: &str, resource: &str) -> bool {
    let table = Table::usual();
    let row = table.nodes.iter().find(|row| row.name == node).unwrap();
    row.devices.contains_key(resource)
}
