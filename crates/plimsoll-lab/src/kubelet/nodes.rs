//! Nodes: made known, and kept alive.

use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::Node;
use k8s_openapi::api::node::v1::RuntimeClass;
use k8s_openapi::api::rbac::v1::ClusterRoleBinding;
use k8s_openapi::api::storage::v1::StorageClass;
use k8s_openapi::jiff::Timestamp;
use kube::Client;
use kube::api::{Api, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use crate::address;
use crate::programs::release;
use crate::table::{Class, NodeRow, Table};

/// The provisioner that the lab's storage classes name.
pub(crate) const PROVISIONER: &str = "lab.plimsoll.test/volumes";
/// How many seconds a lease is good for, and how often it is renewed.
const LEASE: (u64, Duration) = (40, Duration::from_secs(3));

/// Makes everything of the table known to the API server.
pub(crate) async fn register(client: &Client, table: &Table) -> Result<()> {
    let nodes: Api<Node> = Api::all(client.clone());
    let leases: Api<Lease> = Api::namespaced(client.clone(), "kube-node-lease");
    let params = PostParams::default();
    try_join_all(table.nodes.iter().enumerate().map(|(number, row)| {
        let (nodes, leases, params) = (nodes.clone(), leases.clone(), params.clone());
        async move {
            let node = serde_json::from_value(node(row, number))?;
            nodes
                .create(&params, &node)
                .await
                .with_context(|| format!("the node {} is refused", row.name))?;
            // A node is its own lease's owner, but nothing here deletes nodes.
            leases.create(&params, &serde_json::from_value(lease(&row.name))?).await?;
            anyhow::Ok(())
        }
    }))
    .await?;
    let classes: Api<StorageClass> = Api::all(client.clone());
    for class in &table.classes {
        classes.create(&params, &serde_json::from_value(storage_class(class))?).await?;
    }
    let runtimes: Api<RuntimeClass> = Api::all(client.clone());
    for name in &table.runtime_classes {
        let class = json!({"metadata": {"name": name}, "handler": name});
        runtimes.create(&params, &serde_json::from_value(class)?).await?;
    }
    let bindings: Api<ClusterRoleBinding> = Api::all(client.clone());
    let viewer = json!({
        "metadata": {"name": "lab-viewer"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "viewer"}],
    });
    bindings.create(&params, &serde_json::from_value(viewer)?).await?;
    Ok(())
}

/// Renews leases and says anew that the nodes are ready: after a stall the controllers hold every
/// node for lost, and only the latter heals that.
pub(crate) async fn beat(client: Client, table: &Table) {
    let nodes: Api<Node> = Api::all(client.clone());
    let leases: Api<Lease> = Api::namespaced(client, "kube-node-lease");
    let mut ticks = tokio::time::interval(LEASE.1);
    loop {
        ticks.tick().await;
        for row in &table.nodes {
            let now = Timestamp::now();
            let renewed = json!({"spec": {"renewTime": micro(now)}});
            let ready = json!({"status": {"conditions": [ready_condition(now)]}});
            let params = PatchParams::default();
            // A beat that fails is like one that a busy node misses; the next one counts.
            let _missed = leases.patch(&row.name, &params, &Patch::Merge(&renewed)).await;
            let _missed = nodes.patch_status(&row.name, &params, &Patch::Strategic(&ready)).await;
        }
    }
}

fn micro(time: Timestamp) -> String {
    format!("{time:.6}")
}

fn ready_condition(now: Timestamp) -> Value {
    json!({
        "type": "Ready", "status": "True", "reason": "KubeletReady",
        "message": "the lab's node is ready", "lastHeartbeatTime": format!("{now:.0}"),
    })
}

fn lease(name: &str) -> Value {
    json!({
        "metadata": {"name": name},
        "spec": {
            "holderIdentity": name, "leaseDurationSeconds": LEASE.0,
            "renewTime": micro(Timestamp::now()),
        },
    })
}

fn node(row: &NodeRow, number: usize) -> Value {
    let mut labels = json!({
        "kubernetes.io/hostname": row.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/region": "lab",
        "topology.kubernetes.io/zone": row.zone,
        "node-role.kubernetes.io/worker": "",
    });
    for (name, value) in &row.labels {
        labels[name] = json!(value);
    }
    let mut capacity = json!({
        "cpu": row.cpu.to_string(), "memory": row.memory, "pods": "110",
        "ephemeral-storage": "200Gi", "hugepages-2Mi": "0",
    });
    let mut allocatable = capacity.clone();
    for (resource, count) in &row.devices {
        capacity[resource] = json!(count.to_string());
        allocatable[resource] = json!(count.to_string());
    }
    for (resource, count) in &row.unhealthy {
        let usable = row.devices.get(resource).copied().unwrap_or(0);
        capacity[resource] = json!((usable + count).to_string());
        allocatable[resource] = json!(usable.to_string());
    }
    let now = Timestamp::now();
    let mut ready = ready_condition(now);
    ready["lastTransitionTime"] = ready["lastHeartbeatTime"].clone();
    json!({
        "metadata": {
            "name": row.name,
            "labels": labels,
            "annotations": {"volumes.kubernetes.io/controller-managed-attach-detach": "true"},
        },
        "spec": {
            "providerID": format!("lab://{}", row.name),
            "taints": row.taints.iter().filter_map(|taint| read_taint(taint)).collect::<Vec<_>>(),
        },
        "status": {
            "capacity": capacity,
            "allocatable": allocatable,
            "conditions": [ready],
            "addresses": [
                {"type": "InternalIP", "address": address::node(number).to_string()},
                {"type": "Hostname", "address": row.name},
            ],
            "nodeInfo": {
                "architecture": "amd64", "operatingSystem": "linux", "osImage": "lab",
                "kernelVersion": "6.12", "containerRuntimeVersion": "lab://1",
                "kubeletVersion": release(), "kubeProxyVersion": "", "machineID": row.name,
                "systemUUID": row.name, "bootID": row.name,
            },
        },
    })
}

fn read_taint(written: &str) -> Option<Value> {
    let (key, effect) = written.split_once(':')?;
    let (key, value) = key.split_once('=').unwrap_or((key, ""));
    Some(json!({"key": key, "value": value, "effect": effect}))
}

fn storage_class(class: &Class) -> Value {
    let mode = if class.waits_for_pod { "WaitForFirstConsumer" } else { "Immediate" };
    json!({
        "metadata": {
            "name": class.name,
            "annotations": {
                "storageclass.kubernetes.io/is-default-class": class.default.to_string(),
            },
        },
        "provisioner": PROVISIONER,
        "parameters": {"accessModes": class.access_modes.join(",")},
        "reclaimPolicy": "Delete",
        "allowVolumeExpansion": true,
        "volumeBindingMode": mode,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unhealthy_device_is_capacity_only() {
        let mut row = Table::usual().nodes.remove(1);
        row.unhealthy = [("nvidia.com/gpu".to_owned(), 1)].into();
        let node = node(&row, 0);
        assert_eq!(node["status"]["capacity"]["nvidia.com/gpu"], "2");
        assert_eq!(node["status"]["allocatable"]["nvidia.com/gpu"], "1");
    }

    #[test]
    fn taints_are_read_as_kubectl_writes_them() {
        assert_eq!(
            read_taint("nvidia.com/gpu=present:NoSchedule"),
            Some(json!({"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}))
        );
        assert_eq!(
            read_taint("dedicated:NoExecute"),
            Some(json!({"key": "dedicated", "value": "", "effect": "NoExecute"}))
        );
    }
}
