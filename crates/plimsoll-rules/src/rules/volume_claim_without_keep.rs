use plimsoll_app::{Object, VolumeSource};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A claim of an AI application is removed when its release is.
    ///
    /// ## Why
    /// Uninstalling, or renaming the release, deletes the claim and with most storage classes the
    /// data: downloaded models, and for user interfaces accounts and chats.
    ///
    /// ## Example
    /// ```yaml bad template
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// #     ^^^^^^^^^^^^^^^^^^^^^
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   accessModes: [ReadWriteOnce]
    ///   resources: {requests: {storage: 50Gi}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       volumeMounts:
    ///         - {name: models, mountPath: /root/.ollama}
    ///   volumes:
    ///     - name: models
    ///       persistentVolumeClaim: {claimName: ollama}
    /// ```
    /// ```yaml good template
    /// apiVersion: v1
    /// kind: PersistentVolumeClaim
    /// metadata:
    ///   name: ollama
    ///   annotations:
    ///     helm.sh/resource-policy: keep
    /// spec:
    ///   accessModes: [ReadWriteOnce]
    ///   resources: {requests: {storage: 50Gi}}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       volumeMounts:
    ///         - {name: models, mountPath: /root/.ollama}
    ///   volumes:
    ///     - name: models
    ///       persistentVolumeClaim: {claimName: ollama}
    /// ```
    ///
    /// ## Fix
    /// `helm.sh/resource-policy: keep`, best by a value, and under Argo CD also the sync option
    /// `Delete=false`.
    ///
    /// ## Sources
    /// - Helm documentation, “Chart Development Tips and Tricks”, resource policy
    /// - helm/helm#6261, infiniflow/ragflow#7574
    slug: "volume-claim-without-keep",
    level: Note,
    guidelines: ["G05"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    if !cx.is_chart {
        return;
    }
    for (index, claim) in cx.app.claims.iter().enumerate() {
        let object = cx.app.object(claim.object);
        if claim.is_kept || !object.hooks.is_empty() || is_kept_by_argo(object) {
            continue;
        }
        let user = cx.ai_workloads().find(|workload| {
            workload.pod.volumes.iter().any(|volume| {
                matches!(&volume.source, VolumeSource::Claim { claim: Some(id), .. } if id.0 == index)
            })
        });
        let Some(user) = user else { continue };
        report
            .at(
                &object.kind.at,
                "uninstalling the release deletes this claim",
                "with most storage classes the models or the users' data go with it",
                "annotate it with helm.sh/resource-policy: keep, best by a value",
            )
            .related("the workload that uses it", &user.at);
    }
}

fn is_kept_by_argo(object: &Object) -> bool {
    object
        .annotations
        .get("argocd.argoproj.io/sync-options")
        .is_some_and(|options| options.value.contains("Delete=false"))
}
