use plimsoll_app::{Field, Operator};

use crate::node_label::GpuLabel;
use crate::rule::rule;
use crate::{Context, Level, Report};

rule! {
    /// ## What
    /// A node selector demands two PCI labels of GPUs at once.
    ///
    /// ## Why
    /// Keys of a node selector must all be there. Node Feature Discovery writes the label of a card
    /// in one spelling only (`pci-10de`, or `pci-0302_10de` with the class before it), and a node
    /// seldom has cards of two vendors, so no node matches and the pod stays Pending.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   nodeSelector:
    ///     feature.node.kubernetes.io/pci-10de.present: "true"
    ///     feature.node.kubernetes.io/pci-0302_10de.present: "true"
    /// #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu: 1
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   affinity:
    ///     nodeAffinity:
    ///       requiredDuringSchedulingIgnoredDuringExecution:
    ///         nodeSelectorTerms:
    ///           - matchExpressions:
    ///               - {key: feature.node.kubernetes.io/pci-10de.present, operator: Exists}
    ///           - matchExpressions:
    ///               - {key: feature.node.kubernetes.io/pci-0302_10de.present, operator: Exists}
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu: 1
    /// ```
    ///
    /// ## Fix
    /// Keep the spelling that the cluster's nodes show, or use node affinity with one term for each
    /// spelling: terms are alternatives.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Assigning Pods to Nodes”
    /// - kubernetes-sigs/node-feature-discovery docs/reference/worker-configuration-reference.md (0.18), `deviceLabelFields`
    /// - intel/intel-device-plugins-for-kubernetes#1078
    slug: "gpu-selectors-anded",
    level: Error,
    guidelines: ["G03"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in &cx.app.workloads {
        let scheduling = &workload.pod.scheduling;
        judge(scheduling.node_selector.iter().map(|pair| &pair.key), report);
        for term in &scheduling.required {
            let demanded = term
                .labels
                .iter()
                .filter(|test| matches!(test.operator, Operator::In | Operator::Exists));
            judge(demanded.map(|test| &test.key), report);
        }
    }
}

fn judge<'a>(keys: impl Iterator<Item = &'a Field<String>>, report: &mut Report) {
    let labels: Vec<(&Field<String>, GpuLabel)> = keys
        .filter_map(|key| Some((key, GpuLabel::read(&key.value)?)))
        .filter(|(_, label)| label.is_pci)
        .collect();
    let [(first, one), .., (last, other)] = labels.as_slice() else { return };
    let finding = report.at(
        &last.at,
        "two PCI labels of GPUs are demanded of one node",
        "a card has one spelling of its label, so as a rule no node carries both and the pod stays \
         Pending",
        "keep the spelling that the nodes show, or list each spelling as its own nodeSelectorTerm",
    );
    finding.related("the other label", &first.at);
    if one.is_any_intel_device || other.is_any_intel_device {
        // Every Intel mainboard carries that one, so a node with both is likely enough.
        finding.level(Level::Warning);
    }
}
