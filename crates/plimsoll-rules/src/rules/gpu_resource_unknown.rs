use plimsoll_app::gpu::{GpuRequest, NameVerdict};

use crate::rule::rule;
use crate::{Context, Level, Report};

rule! {
    /// ## What
    /// A container asks for a resource under a name that no device plugin advertises.
    ///
    /// ## Why
    /// The scheduler compares names letter by letter. The pod stays Pending with “Insufficient …”
    /// although the card is there and free.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   containers:
    ///     - name: vllm
    ///       image: intel/vllm:0.10.2-xpu
    ///       resources:
    ///         limits:
    ///           intel.com/gpu: 1
    /// #         ^^^^^^^^^^^^^
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   containers:
    ///     - name: vllm
    ///       image: intel/vllm:0.10.2-xpu
    ///       resources:
    ///         limits:
    ///           gpu.intel.com/xe: 1
    /// ```
    ///
    /// ## Fix
    /// Use the name that `kubectl get nodes -o jsonpath='{.items[*].status.allocatable}'` shows.
    ///
    /// ## Sources
    /// - NVIDIA/k8s-device-plugin README (0.20), ROCm/k8s-device-plugin docs/user-guide/configuration.md (1.31), intel/intel-device-plugins-for-kubernetes cmd/gpu_plugin/README.md (0.36)
    /// - intel/intel-device-plugins-for-kubernetes#1907; kserve/kserve pkg/constants/constants.go asks for `intel.com/gpu`
    slug: "gpu-resource-unknown",
    level: Error,
    guidelines: ["G02"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for (_, container) in cx.app.containers() {
        for gpu in container.gpus.iter().filter(|gpu| gpu.is_compute()) {
            judge(gpu, report);
        }
    }
}

fn judge(gpu: &GpuRequest, report: &mut Report) {
    let name = &gpu.name.value;
    let why = "the scheduler compares names letter by letter, so the pod stays Pending with \
               Insufficient although the card is there";
    match gpu.verdict {
        Some(NameVerdict::Wrong(wrong)) => {
            report.at(
                &gpu.name.at,
                format!("no device plugin advertises {name}"),
                why,
                format!("ask for {}", wrong.instead),
            );
        }
        Some(NameVerdict::Unknown(whose)) => {
            report
                .at(
                    &gpu.name.at,
                    format!("no known {} device plugin advertises {name}", whose.name()),
                    why,
                    "compare with what the nodes show under status.allocatable",
                )
                .level(Level::Warning)
                .undecided("the names that the cluster's nodes advertise");
        }
        _ => {}
    }
}
