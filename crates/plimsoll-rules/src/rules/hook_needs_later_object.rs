use plimsoll_app::{
    EnvSource, HookFamily, KeyedKind, Object, ObjectId, Spot, VolumeSource, Workload,
};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A hook that runs before the release is installed needs a Secret, ConfigMap or claim that the
    /// same release installs after it.
    ///
    /// ## Why
    /// The hook's pod waits for an object that comes only when the hook is done: the first install,
    /// and with Argo CD every sync, hangs until it times out.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations:
    ///     helm.sh/hook: pre-install,pre-upgrade
    /// spec:
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       containers:
    ///         - name: migrate
    ///           image: berriai/litellm:v1.77.2
    ///           env:
    ///             - name: DATABASE_URL
    ///               valueFrom:
    ///                 secretKeyRef:
    ///                   name: litellm-db
    ///                   #     ^^^^^^^^^^
    ///                   key: url
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: litellm-db
    /// ```
    /// ```yaml good
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations:
    ///     helm.sh/hook: post-install,pre-upgrade
    /// spec:
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       containers:
    ///         - name: migrate
    ///           image: berriai/litellm:v1.77.2
    ///           env:
    ///             - name: DATABASE_URL
    ///               valueFrom:
    ///                 secretKeyRef:
    ///                   name: litellm-db
    ///                   key: url
    /// ---
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: litellm-db
    /// ```
    ///
    /// ## Fix
    /// Run it after the install (`post-install`, or `Sync` in a later wave), or make what it needs a
    /// hook of smaller weight.
    ///
    /// ## Sources
    /// - Helm documentation, “Chart Hooks”; argoproj/argo-cd docs/user-guide/helm.md (3.5)
    /// - BerriAI/litellm#7110, #26875; langfuse/langfuse-k8s#239
    slug: "hook-needs-later-object",
    level: Error,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in &cx.app.workloads {
        let object = cx.app.object(workload.object);
        let Some((when, at)) = runs_first(object) else { continue };
        if let Some((need, kind, later)) = first_later(cx, workload) {
            let name = cx.app.object(later).name();
            report
                .at(
                    &need,
                    format!("a {when} hook needs the {kind} {name}, which is installed after it"),
                    "the hook's pod waits for an object that comes only when the hook is done, so \
                     the install hangs",
                    "run it after the install, or make what it needs a hook of smaller weight",
                )
                .related("the hook", at)
                .related("what it needs", &cx.app.object(later).at);
        }
    }
}

/// Returns when a hook runs, if that is before the release's own objects are there. A hook that
/// also runs at another event, where the objects are there, still runs at this one.
fn runs_first(object: &Object) -> Option<(&'static str, &Spot)> {
    object.hooks.iter().find_map(|hook| {
        let has = |event: &str| hook.events.iter().any(|own| own == event);
        match hook.family {
            HookFamily::Helm if has("pre-install") => Some(("pre-install", &hook.at)),
            HookFamily::ArgoCd if has("PreSync") => Some(("PreSync", &hook.at)),
            _ => None,
        }
    })
}

/// Returns the first need of a workload that an ordinary object of the release fills.
fn first_later(cx: &Context<'_>, workload: &Workload) -> Option<(Spot, &'static str, ObjectId)> {
    let app = cx.app;
    let user = workload.object;
    let secret = |name: &str| {
        let held = app.secret(user, name).map(|secret| secret.object);
        held.or_else(|| app.external_secret(user, name).map(|external| external.object))
    };
    let config = |name: &str| app.config_map(user, name).map(|map| map.object);
    let later = |id: &ObjectId| app.object(*id).hooks.is_empty();
    let keyed = |kind: KeyedKind, name: &str| match kind {
        KeyedKind::Secret => secret(name).filter(later).map(|id| ("Secret", id)),
        KeyedKind::ConfigMap => config(name).filter(later).map(|id| ("ConfigMap", id)),
    };
    for container in workload.pod.all_containers() {
        for from in container.env_from.iter().filter(|from| !from.optional) {
            if let Some((kind, id)) = keyed(from.kind, &from.name.value) {
                return Some((from.name.at.clone(), kind, id));
            }
        }
        for variable in &container.env {
            let EnvSource::Key(key) = &variable.source else { continue };
            if key.optional {
                continue;
            }
            if let Some((kind, id)) = keyed(key.kind, &key.name.value) {
                return Some((key.name.at.clone(), kind, id));
            }
        }
    }
    workload.pod.volumes.iter().find_map(|volume| {
        let (name, kind, id) = match &volume.source {
            VolumeSource::Claim { name, claim: Some(id), .. } => {
                (name, "claim", Some(app.claims.get(id.0)?.object))
            }
            _ => return None,
        };
        id.filter(later).map(|id| (name.at.clone(), kind, id))
    })
}
