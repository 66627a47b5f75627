//! Where the real scheduler puts pods that want a GPU, and why it refuses them.

use libtest_mimic::Failed;
use plimsoll_lab::Namespace;

use crate::Test;
use crate::cluster::{apply, lab, namespace, node_of, unschedulable};

pub(crate) const TESTS: &[Test] = &[
    ("scheduling::each_vendor_has_its_nodes", each_vendor_has_its_nodes),
    ("scheduling::a_taint_keeps_pods_away", a_taint_keeps_pods_away),
    ("scheduling::a_device_that_nobody_has", a_device_that_nobody_has),
    ("scheduling::more_devices_than_any_node_has", more_devices_than_any_node_has),
    ("scheduling::a_label_that_no_node_has", a_label_that_no_node_has),
    ("scheduling::a_quota_refuses_the_pod", a_quota_refuses_the_pod),
    ("scheduling::a_volume_that_is_bound_elsewhere", a_volume_that_is_bound_elsewhere),
];

/// A pod that asks for devices and tolerates the taint that goes with them.
fn pod(name: &str, resource: &str, count: u32, more: &str) -> String {
    format!(
        "apiVersion: v1
kind: Pod
metadata:
  name: {name}
spec:
  tolerations:
    - key: {resource}
      operator: Exists
      effect: NoSchedule
  containers:
    - name: main
      image: example.test/main:1
      resources:
        limits:
          {resource}: {count}
{more}"
    )
}

fn refused(namespace: &Namespace, name: &str, manifests: &str) -> String {
    apply(namespace, manifests);
    unschedulable(namespace, name)
}

fn each_vendor_has_its_nodes() -> Result<(), Failed> {
    let namespace = namespace("vendors");
    let wanted = [
        ("nvidia-few", "nvidia.com/gpu", 1, "nvidia-"),
        ("nvidia-many", "nvidia.com/gpu", 2, "nvidia-h100-1"),
        ("mig", "nvidia.com/mig-1g.10gb", 1, "nvidia-mig-1"),
        ("amd", "amd.com/gpu", 2, "amd-mi300x-1"),
        ("intel-new", "gpu.intel.com/xe", 1, "intel-b60-1"),
        ("intel-old", "gpu.intel.com/i915", 1, "intel-flex-1"),
    ];
    for (name, resource, count, _) in wanted {
        // The taint of a node with slices is that of whole devices.
        let pod = pod(name, resource, count, "")
            .replace("key: nvidia.com/mig-1g.10gb", "key: nvidia.com/gpu");
        apply(&namespace, &pod);
    }
    for (name, _, _, node) in wanted {
        let found = node_of(&namespace, name);
        assert!(found.starts_with(node), "{name} is on {found}");
    }
    Ok(())
}

fn a_taint_keeps_pods_away() -> Result<(), Failed> {
    let namespace = namespace("taint");
    let pod =
        pod("a", "nvidia.com/gpu", 1, "").replace("key: nvidia.com/gpu", "key: example.test/other");
    let why = refused(&namespace, "a", &pod);
    assert!(why.contains("untolerated taint"), "{why}");
    Ok(())
}

fn a_device_that_nobody_has() -> Result<(), Failed> {
    let why = refused(&namespace("device"), "a", &pod("a", "nvidia.com/gpus", 1, ""));
    assert!(why.contains("0/8 nodes are available"), "{why}");
    assert!(why.contains("Insufficient nvidia.com/gpus"), "{why}");
    Ok(())
}

fn more_devices_than_any_node_has() -> Result<(), Failed> {
    let why = refused(&namespace("many"), "a", &pod("a", "amd.com/gpu", 9, ""));
    assert!(why.contains("Insufficient amd.com/gpu"), "{why}");
    Ok(())
}

fn a_label_that_no_node_has() -> Result<(), Failed> {
    let selector = "  nodeSelector:\n    nvidia.com/gpu.product: NVIDIA-L40S\n";
    let why = refused(&namespace("label"), "a", &pod("a", "nvidia.com/gpu", 1, selector));
    assert!(why.contains("didn't match Pod's node affinity/selector"), "{why}");
    Ok(())
}

fn a_quota_refuses_the_pod() -> Result<(), Failed> {
    let namespace = namespace("quota");
    apply(
        &namespace,
        "apiVersion: v1
kind: ResourceQuota
metadata:
  name: gpus
spec:
  hard:
    requests.nvidia.com/gpu: \"1\"
",
    );
    // The quota counts only once its controller has seen it.
    crate::cluster::until::<k8s_openapi::api::core::v1::ResourceQuota>(
        &namespace,
        "gpus",
        "counted",
        |quota| quota.status.as_ref().is_some_and(|status| status.used.is_some()),
    );
    let refusals = lab().block_on(lab().dry_run(&pod("a", "nvidia.com/gpu", 2, ""), &namespace))?;
    let [refusal] = refusals.as_slice() else { return Err(format!("{refusals:?}").into()) };
    let expected = "exceeded quota: gpus, requested: requests.nvidia.com/gpu=2, \
                    used: requests.nvidia.com/gpu=0, limited: requests.nvidia.com/gpu=1";
    assert!(refusal.message.contains(expected), "{refusal}");
    assert_eq!(refusal.line, 1);
    Ok(())
}

fn a_volume_that_is_bound_elsewhere() -> Result<(), Failed> {
    let namespace = namespace("zone");
    apply(
        &namespace,
        "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: models
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi
",
    );
    let volume = "  volumes:
    - name: models
      persistentVolumeClaim:
        claimName: models
";
    // The first pod decides on the zone: only one node has these devices, and it is in zone a.
    apply(&namespace, &pod("first", "gpu.intel.com/xe", 1, volume));
    assert_eq!(node_of(&namespace, "first"), "intel-b60-1");
    // The only nodes with these devices are in zone b.
    let why = refused(&namespace, "second", &pod("second", "amd.com/gpu", 4, volume));
    assert!(why.contains("didn't match PersistentVolume's node affinity"), "{why}");
    Ok(())
}
