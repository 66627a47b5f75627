use plimsoll_app::gpu::Vendor;
use plimsoll_app::{Field, NodeTerm, Operator, Pod};

use crate::node_label::GpuLabel;
use crate::rule::rule;
use crate::{Context, Level, Report};

rule! {
    /// ## What
    /// The pod asks for a GPU of one vendor and selects nodes by a label that means another one.
    ///
    /// ## Why
    /// Only a node with both vendors' cards would do. Elsewhere the pod stays Pending, with a
    /// message about affinity that says nothing of the GPU.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: llm
    /// spec:
    ///   nodeSelector:
    ///     feature.node.kubernetes.io/pci-10de.present: "true"
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ///   containers:
    ///     - name: server
    ///       image: ghcr.io/ggml-org/llama.cpp:server-rocm
    ///       resources:
    ///         limits:
    ///           amd.com/gpu: 1
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: llm
    /// spec:
    ///   nodeSelector:
    ///     feature.node.kubernetes.io/amd-gpu: "true"
    ///   containers:
    ///     - name: server
    ///       image: ghcr.io/ggml-org/llama.cpp:server-rocm
    ///       resources:
    ///         limits:
    ///           amd.com/gpu: 1
    /// ```
    ///
    /// ## Fix
    /// Remove the label, since the limit alone already finds the nodes, or use one of the same
    /// vendor: 10de for NVIDIA, 1002 for AMD, and for Intel
    /// `intel.feature.node.kubernetes.io/gpu`, because 8086 is on every Intel mainboard.
    ///
    /// ## Sources
    /// - kubernetes-sigs/node-feature-discovery docs/reference/worker-configuration-reference.md (0.18)
    /// - NVIDIA/gpu-operator#78, #114
    slug: "gpu-selector-vendor-mismatch",
    level: Error,
    guidelines: ["G03"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in &cx.app.workloads {
        let pod = &workload.pod;
        let vendors: Vec<Vendor> = pod
            .all_containers()
            .flat_map(|container| &container.gpus)
            .filter(|gpu| gpu.is_compute())
            .filter_map(|gpu| gpu.vendor)
            .collect();
        if vendors.is_empty() {
            continue;
        }
        for pair in &pod.scheduling.node_selector {
            if pair.value.value == "true" || !pair.key.value.ends_with(".present") {
                judge(&pair.key, &vendors, pod, report);
            }
        }
        let required = &pod.scheduling.required;
        if !required.is_empty() && required.iter().all(|term| excludes(term, &vendors)) {
            let tests = required.iter().flat_map(|term| &term.labels);
            if let Some(test) = tests.into_iter().find(|test| is_other(&test.key.value, &vendors)) {
                judge(&test.key, &vendors, pod, report);
            }
        }
    }
}

fn judge(key: &Field<String>, vendors: &[Vendor], pod: &Pod, report: &mut Report) {
    let Some(label) = GpuLabel::read(&key.value).filter(|label| !vendors.contains(&label.vendor))
    else {
        return;
    };
    let wanted = vendors.first().map_or("", |vendor| vendor.name());
    let whose = label.vendor.name();
    let finding = report.at(
        &key.at,
        format!("nodes are selected by {whose} hardware for a pod that asks for {wanted}"),
        "unless one node has both, the pod stays Pending with a message about affinity only",
        format!("remove the label, since the limit finds the nodes, or use one for {wanted}"),
    );
    if label.is_any_intel_device {
        // Every Intel mainboard carries it, so it excludes only nodes of another make.
        finding.level(Level::Warning);
    }
    let gpus = pod.all_containers().flat_map(|container| &container.gpus);
    if let Some(gpu) = gpus.into_iter().find(|gpu| gpu.is_compute()) {
        finding.related(format!("{} is asked for here", gpu.name.value), gpu.spot());
    }
}

fn is_other(key: &str, vendors: &[Vendor]) -> bool {
    GpuLabel::read(key).is_some_and(|label| !vendors.contains(&label.vendor))
}

/// Tells whether a term demands a label of another vendor only.
fn excludes(term: &NodeTerm, vendors: &[Vendor]) -> bool {
    term.labels.iter().any(|test| {
        matches!(test.operator, Operator::In | Operator::Exists)
            && is_other(&test.key.value, vendors)
    })
}
