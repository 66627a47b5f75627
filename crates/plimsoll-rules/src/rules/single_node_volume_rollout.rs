use plimsoll_app::{AccessMode, Claim, Pod, VolumeSource, WorkloadKind};

use crate::rule::rule;
use crate::{Context, Level, Report};

rule! {
    /// ## What
    /// An update starts a new pod while the old one still holds a volume that one node, or one pod,
    /// can mount.
    ///
    /// ## Why
    /// A pod that lands on another node waits for the volume (“Multi-Attach error”), the old pod
    /// waits for the new one, and the upgrade hangs. With ReadWriteOncePod it always does. Where it
    /// lands on the same node, two servers write one model directory or database at once.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   selector:
    /// # ^^^^^^^^^
    ///     matchLabels: {app: ollama}
    ///   template:
    ///     metadata:
    ///       labels: {app: ollama}
    ///     spec:
    ///       containers:
    ///         - name: ollama
    ///           image: ollama/ollama:0.12.0
    ///           volumeMounts:
    ///             - {name: models, mountPath: /root/.ollama}
    ///       volumes:
    ///         - name: models
    ///           persistentVolumeClaim:
    ///             claimName: ollama
    /// ---
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   accessModes: [ReadWriteOnce]
    ///   resources:
    ///     requests:
    ///       storage: 50Gi
    /// ```
    /// ```yaml good
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   strategy:
    ///     type: Recreate
    ///   selector:
    ///     matchLabels: {app: ollama}
    ///   template:
    ///     metadata:
    ///       labels: {app: ollama}
    ///     spec:
    ///       containers:
    ///         - name: ollama
    ///           image: ollama/ollama:0.12.0
    ///           volumeMounts:
    ///             - {name: models, mountPath: /root/.ollama}
    ///       volumes:
    ///         - name: models
    ///           persistentVolumeClaim:
    ///             claimName: ollama
    /// ---
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   accessModes: [ReadWriteOnce]
    ///   resources:
    ///     requests:
    ///       storage: 50Gi
    /// ```
    ///
    /// ## Fix
    /// `strategy.type: Recreate`, or a claim with ReadWriteMany where the class offers it and the
    /// engine stands two writers.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Persistent Volumes”, access modes
    /// - otwld/ollama-helm#104, 2i2c-org/jupyterhub-home-nfs#14
    slug: "single-node-volume-rollout",
    level: Warning,
    guidelines: ["G08", "G12"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads() {
        let rollout = &workload.rollout;
        // With several replicas the claim is wrong whatever the rollout: another rule says so.
        if !rollout.keeps_old_pod() || workload.replicas.value > 1 {
            continue;
        }
        let claims = single_node_claims(cx, &workload.pod);
        let one_pod = |claim: &&Claim| {
            claim.access_modes.iter().all(|mode| mode.value == AccessMode::ReadWriteOncePod)
        };
        let strict = claims.iter().copied().find(one_pod);
        let Some(claim) = strict.or_else(|| claims.first().copied()) else { continue };
        if strict.is_none() && stays_on_one_node(&workload.pod) {
            continue;
        }
        let mode = claim.access_modes.first().map_or(&claim.at, |mode| &mode.at);
        let rolled = [&rollout.unavailable, &rollout.surge]
            .into_iter()
            .find(|field| field.written)
            .map_or(&rollout.strategy.at, |field| &field.at);
        // Where no strategy can be written, the claim is what can be changed.
        let has_strategy = has_recreate(workload.kind);
        let (spot, label, other) =
            if has_strategy { (rolled, "the claim", mode) } else { (mode, "its workload", rolled) };
        let finding = report.at(
            spot,
            format!(
                "an update starts a new pod while the old one holds {}",
                if strict.is_some() { "a volume for one pod" } else { "a volume for one node" }
            ),
            "the new pod waits for the volume and the old pod for the new one, so the upgrade hangs; \
             on one node, two servers write the same files",
            help(workload.kind),
        );
        finding.related(label, other);
        if strict.is_some() {
            finding.level(Level::Error);
        }
    }
}

const fn has_recreate(kind: WorkloadKind) -> bool {
    matches!(kind, WorkloadKind::Deployment | WorkloadKind::DeploymentConfig)
}

const fn help(kind: WorkloadKind) -> &'static str {
    if has_recreate(kind) {
        "set strategy.type: Recreate without rollingUpdate"
    } else {
        "use a claim for many nodes, or let a Deployment with strategy Recreate run it"
    }
}

/// Returns the claims of the release that the pod mounts and that one node at most can hold.
fn single_node_claims<'a>(cx: &Context<'a>, pod: &Pod) -> Vec<&'a Claim> {
    pod.volumes
        .iter()
        .filter_map(|volume| match &volume.source {
            VolumeSource::Claim { claim: Some(id), .. } => cx.app.claims.get(id.0),
            _ => None,
        })
        .filter(|claim| claim.is_single_node())
        .collect()
}

fn stays_on_one_node(pod: &Pod) -> bool {
    pod.scheduling.node_name.is_some()
        || pod.scheduling.node_selector.get("kubernetes.io/hostname").is_some()
}
