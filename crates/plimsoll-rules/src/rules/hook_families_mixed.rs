use plimsoll_app::{Hook, HookFamily};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// Some objects of the release are Argo CD hooks, and another one is a Helm hook only.
    ///
    /// ## Why
    /// As soon as a release holds one Argo CD hook, Argo CD ignores all Helm hooks: the migration or
    /// check that was meant to run before or after is applied as an ordinary object, at the wrong
    /// time and only once.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations:
    ///     argocd.argoproj.io/hook: Sync
    /// spec:
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       containers:
    ///         - {name: migrate, image: example/app:1.0}
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: seed
    ///   annotations:
    ///     helm.sh/hook: post-install,post-upgrade
    ///     #             ^^^^^^^^^^^^^^^^^^^^^^^^^
    /// spec:
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       containers:
    ///         - {name: seed, image: example/app:1.0}
    /// ```
    /// ```yaml good
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations:
    ///     helm.sh/hook: pre-upgrade
    ///     argocd.argoproj.io/hook: Sync
    /// spec:
    ///   template:
    ///     spec:
    ///       restartPolicy: Never
    ///       containers:
    ///         - {name: migrate, image: example/app:1.0}
    /// ```
    ///
    /// ## Fix
    /// Give each hook both annotations, or choose one family by a value.
    ///
    /// ## Sources
    /// - argoproj/argo-cd docs/user-guide/helm.md (3.5), “Helm Hooks”
    slug: "hook-families-mixed",
    level: Warning,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    let of = |hooks: &[Hook], family: HookFamily| hooks.iter().any(|hook| hook.family == family);
    let argo = cx.app.objects.iter().find(|object| of(&object.hooks, HookFamily::ArgoCd));
    let Some(argo) = argo else { return };
    for object in &cx.app.objects {
        if of(&object.hooks, HookFamily::ArgoCd) {
            continue;
        }
        // Argo CD runs no Helm tests anyway.
        let counts = |hook: &&Hook| !hook.events.iter().all(|event| event.starts_with("test"));
        let Some(hook) = object.hooks.iter().find(counts) else { continue };
        let finding = report.at(
            &hook.at,
            "this Helm hook is ignored, since another object is an Argo CD hook",
            "the object is applied with all others, at the wrong time and only once",
            "give it an argocd.argoproj.io/hook annotation too, or choose one family by a value",
        );
        if let Some(other) = argo.hooks.iter().find(|hook| hook.family == HookFamily::ArgoCd) {
            finding.related("the Argo CD hook", &other.at);
        }
    }
}
