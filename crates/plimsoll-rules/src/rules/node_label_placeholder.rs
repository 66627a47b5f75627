use plimsoll_app::{Field, Operator};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A node is selected by a label's value that was meant to be filled in.
    ///
    /// ## Why
    /// No node carries the placeholder, so the pod stays Pending from the first install on.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   nodeSelector:
    ///     nvidia.com/gpu.product: TYPE_GPU_USED
    ///     #                       ^^^^^^^^^^^^^
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: vllm
    /// spec:
    ///   nodeSelector:
    ///     nvidia.com/gpu.product: NVIDIA-L40S
    ///   containers:
    ///     - name: vllm
    ///       image: vllm/vllm-openai:v0.10.2
    /// ```
    ///
    /// ## Fix
    /// Leave the selector out by default, or fail the rendering until a value is given.
    ///
    /// ## Sources
    /// - vllm-project/vllm examples/online_serving/chart-helm/values.yaml requires the product `TYPE_GPU_USED`
    slug: "node-label-placeholder",
    level: Error,
    guidelines: ["G03"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads() {
        let scheduling = &workload.pod.scheduling;
        for pair in &scheduling.node_selector {
            judge(&pair.key.value, &pair.value, report);
        }
        for term in &scheduling.required {
            for test in term.labels.iter().filter(|test| test.operator == Operator::In) {
                // One true value among the alternatives is enough for a node to match.
                let none_is_true = test.values.iter().all(|value| is_placeholder(&value.value));
                if let Some(value) = test.values.first().filter(|_| none_is_true) {
                    judge(&test.key.value, value, report);
                }
            }
        }
    }
}

fn judge(key: &str, value: &Field<String>, report: &mut Report) {
    if is_placeholder(&value.value) {
        report.at(
            &value.at,
            format!("nodes are selected by the placeholder {} for {key}", value.value),
            "no node carries it, so the pod stays Pending",
            "leave the selector out by default, or demand a value for it",
        );
    }
}

fn is_placeholder(value: &str) -> bool {
    let upper = value.to_ascii_uppercase();
    let begins = ["YOUR_", "YOUR-", "CHANGE_ME", "CHANGE-ME", "CHANGEME", "REPLACE_", "REPLACE-"];
    upper == "TODO"
        || upper == "PLACEHOLDER"
        || (value.starts_with('<') && value.ends_with('>'))
        || value.starts_with("TYPE_")
        || begins.iter().any(|begin| upper.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn real_labels_are_no_placeholders() {
        for value in ["NVIDIA-L40S", "true", "gpu", "type-a", "a100", "changed", ""] {
            assert!(!is_placeholder(value), "{value}");
        }
        for value in ["TYPE_GPU_USED", "<gpu>", "changeme", "YOUR_NODE", "todo"] {
            assert!(is_placeholder(value), "{value}");
        }
    }
}
