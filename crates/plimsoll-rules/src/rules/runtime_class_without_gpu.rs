use plimsoll_app::Workload;
use plimsoll_app::gpu::{VENDORS, VendorFact};

use crate::rule::rule;
use crate::{Context, Level, Report};

rule! {
    /// ## What
    /// A pod asks for a vendor's runtime class and for no GPU of that vendor.
    ///
    /// ## Why
    /// On nodes without that runtime the pod never starts (“no runtime for "nvidia" is
    /// configured”), though it needs no such card. On nodes with it, an image that asks for all
    /// devices gets every card past the scheduler's books.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   runtimeClassName: nvidia
    ///   #                 ^^^^^^
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai-rocm:v0.10.2
    ///       resources:
    ///         limits:
    ///           amd.com/gpu: 1
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   runtimeClassName: nvidia
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    ///       resources:
    ///         limits:
    ///           nvidia.com/gpu: 1
    /// ```
    ///
    /// ## Fix
    /// Render the runtime class only where its vendor's GPU is asked for.
    ///
    /// ## Sources
    /// - NVIDIA/k8s-device-plugin README (0.20), runtime class; Kubernetes documentation, “Runtime Class”
    /// - NVIDIA/gpu-operator#413, vllm-project/production-stack#61
    slug: "runtime-class-without-gpu",
    level: Warning,
    guidelines: ["G02", "G04"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads() {
        let Some(class) = &workload.pod.scheduling.runtime_class else { continue };
        let owner =
            VENDORS.iter().find(|fact| fact.runtime_classes.contains(&class.value.as_str()));
        let Some(fact) = owner else { continue };
        let gpus: Vec<_> = workload.pod.all_containers().flat_map(|one| &one.gpus).collect();
        // What a resource claim without a known class brings may well be this vendor's card.
        if gpus.iter().any(|gpu| gpu.vendor.is_none_or(|vendor| vendor == fact.vendor)) {
            continue;
        }
        let other = gpus.iter().find(|gpu| gpu.is_compute());
        if other.is_none() && takes_cards_itself(workload, fact) {
            continue;
        }
        let finding = report.at(
            &class.at,
            format!("the pod runs under {} and asks for no {} GPU", class.value, fact.name),
            "on nodes without that runtime it never starts, and on others it may get every card \
             past the scheduler",
            format!("render the runtime class only where a {} GPU is asked for", fact.name),
        );
        if let Some(other) = other {
            finding.level(Level::Error).related("the GPU that it asks for", other.spot());
        }
    }
}

/// Tells whether the pod takes cards on purpose without asking the scheduler, by the variable that
/// NVIDIA's runtime reads.
///
/// Source: NVIDIA/nvidia-container-toolkit README, `NVIDIA_VISIBLE_DEVICES` (1.17).
fn takes_cards_itself(workload: &Workload, fact: &VendorFact) -> bool {
    fact.runtime_classes.contains(&"nvidia")
        && workload.pod.all_containers().any(|container| {
            container.env("NVIDIA_VISIBLE_DEVICES").is_some_and(|variable| {
                variable
                    .literal()
                    .is_none_or(|text| !matches!(text.value.as_str(), "" | "void" | "none"))
            })
        })
}
