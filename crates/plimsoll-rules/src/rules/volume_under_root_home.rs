use plimsoll_app::{Container, Spot, Workload};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A container that does not run as root mounts a volume below `/root`.
    ///
    /// ## Why
    /// Only root may enter `/root`, so the engine cannot reach the volume. It keeps its models and
    /// keys under another home instead, or stops with “permission denied”.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   securityContext:
    ///     runAsUser: 1000
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       volumeMounts:
    ///         - name: models
    ///           mountPath: /root/.ollama
    ///           #          ^^^^^^^^^^^^^
    ///   volumes:
    ///     - name: models
    ///       persistentVolumeClaim: {claimName: ollama}
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   securityContext:
    ///     runAsUser: 1000
    ///     fsGroup: 1000
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       env:
    ///         - {name: HOME, value: /data}
    ///         - {name: OLLAMA_MODELS, value: /data/models}
    ///       volumeMounts:
    ///         - {name: models, mountPath: /data}
    ///   volumes:
    ///     - name: models
    ///       persistentVolumeClaim: {claimName: ollama}
    /// ```
    ///
    /// ## Fix
    /// Mount the volume elsewhere, and point `HOME` and the engine's directories there.
    ///
    /// ## Sources
    /// - The permissions of `/root` (0700) in the Debian and Ubuntu base images of these engines
    /// - otwld/ollama-helm#130, kubeai-project/kubeai#397, ollama/ollama#10332
    slug: "volume-under-root-home",
    level: Error,
    guidelines: ["G07"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads() {
        for container in workload.pod.all_containers().filter(|one| one.engine.is_some()) {
            let Some(user) = other_user(workload, container) else { continue };
            for mount in &container.mounts {
                if mount.path.value.starts_with("/root/") {
                    report
                        .at(
                            &mount.path.at,
                            "a volume below /root is mounted for a user that is not root",
                            "only root may enter /root, so the engine writes elsewhere or stops \
                             with permission denied",
                            "mount it elsewhere and point HOME and the engine's directories there",
                        )
                        .related("what makes the user another one", user);
                }
            }
        }
    }
}

/// Returns what says that the container does not run as root.
fn other_user<'a>(workload: &'a Workload, container: &'a Container) -> Option<&'a Spot> {
    let (own, pod) = (&container.security, &workload.pod.security);
    if let Some(user) = own.run_as_user.as_ref().or(pod.run_as_user.as_ref()) {
        return (user.value != 0).then_some(&user.at);
    }
    let non_root = own.run_as_non_root.as_ref().or(pod.run_as_non_root.as_ref());
    non_root.filter(|field| field.value).map(|field| &field.at)
}
