use plimsoll_app::gpu::{Unit, VENDORS, Vendor, VendorFact};
use plimsoll_app::{Effect, Toleration, Workload};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A GPU pod tolerates no taint of the kind that GPU nodes usually carry.
    ///
    /// ## Why
    /// Clusters keep other pods off their GPU nodes with a taint such as `nvidia.com/gpu:NoSchedule`.
    /// The pod then stays Pending with “had untolerated taint”, and a node pool that could grow from
    /// zero never does.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0-rocm
    ///       resources:
    ///         limits:
    ///           amd.com/gpu: 1
    ///           #            ^
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   tolerations:
    ///     - {key: amd.com/gpu, operator: Exists, effect: NoSchedule}
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0-rocm
    ///       resources:
    ///         limits:
    ///           amd.com/gpu: 1
    /// ```
    ///
    /// ## Fix
    /// Tolerate the resource's name as the key, with `operator: Exists` and effect NoSchedule; that
    /// harms nothing where no node is tainted.
    ///
    /// ## Sources
    /// - NVIDIA/k8s-device-plugin deployments/helm/nvidia-device-plugin/values.yaml (0.20), its own toleration
    /// - Kubernetes documentation, “Taints and Tolerations”, nodes with special hardware
    /// - nebari-dev/nebari#2350, pluralsh/plural-artifacts#137
    slug: "gpu-taint-not-tolerated",
    level: Note,
    guidelines: ["G03"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in &cx.app.workloads {
        let scheduling = &workload.pod.scheduling;
        if scheduling.node_name.is_some() || is_queued(cx, workload) || is_on_gke(workload) {
            continue;
        }
        let mut gpus = workload.pod.all_containers().flat_map(|container| &container.gpus);
        let Some(gpu) = gpus.find(|gpu| gpu.is_compute() && gpu.unit != Some(Unit::Device)) else {
            continue;
        };
        let Some(fact) = gpu.vendor.and_then(Vendor::fact) else { continue };
        if scheduling.tolerations.iter().any(|one| fits(one, fact)) {
            continue;
        }
        let key = match fact.taints {
            taints if taints.contains(&gpu.name.value.as_str()) => gpu.name.value.as_str(),
            [first, ..] => first,
            [] => continue,
        };
        report
            .at(
                &gpu.count.at,
                "the pod tolerates no taint of GPU nodes",
                format!(
                    "where the GPU nodes carry a taint such as {key}:NoSchedule, the pod stays \
                     Pending, and a node pool never grows from zero for it"
                ),
                format!("add the toleration {{key: {key}, operator: Exists, effect: NoSchedule}}"),
            )
            .undecided("the taints of the cluster's GPU nodes");
    }
}

/// Tells whether a queue admits the workload and puts the tolerations of its flavour into the pod.
///
/// Source: kubernetes-sigs/kueue apis/kueue/v1beta2, ResourceFlavor `tolerations` (0.19).
fn is_queued(cx: &Context<'_>, workload: &Workload) -> bool {
    cx.app.object(workload.object).labels.get("kueue.x-k8s.io/queue-name").is_some()
        || workload.pod.labels.get("kueue.x-k8s.io/queue-name").is_some()
}

/// Tells whether the pod is meant for Google Kubernetes Engine, which adds the toleration itself.
///
/// Source: Google Kubernetes Engine documentation, “Run GPUs in Standard node pools” (2026).
fn is_on_gke(workload: &Workload) -> bool {
    let mut keys = workload.pod.scheduling.label_keys();
    keys.any(|key| key.value.starts_with("cloud.google.com/gke-"))
}

/// Tells whether a toleration is meant for GPU nodes: for every key, for a key in the vendor's
/// domain, or for one that speaks of GPUs in a cluster's own words, such as `sku=gpu`.
fn fits(toleration: &Toleration, fact: &VendorFact) -> bool {
    let in_effect = toleration.effect.as_ref().is_none_or(|own| own.value == Effect::NoSchedule);
    let Some(key) = toleration.key.as_ref().filter(|key| !key.value.is_empty()) else {
        return in_effect && toleration.exists;
    };
    let domain = |key: &str| key.split('/').next().unwrap_or_default().to_owned();
    let is_of =
        |fact: &VendorFact| fact.taints.iter().any(|taint| domain(taint) == domain(&key.value));
    let value = toleration.value.as_ref().map_or("", |value| value.value.as_str());
    let speaks = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("gpu") || text.contains("accelerator")
    };
    let in_own_words = (speaks(&key.value) || speaks(value)) && !VENDORS.iter().any(is_of);
    in_effect && (is_of(fact) || in_own_words)
}
