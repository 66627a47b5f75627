use plimsoll_app::Object;
use plimsoll_yaml::{Input, Origin};

use crate::rule::rule;
use crate::{Context, Report};

/// Kinds whose `v1` replaced the older versions; PushSecret and the generators stay at v1alpha1.
const KINDS: [&str; 4] =
    ["ExternalSecret", "SecretStore", "ClusterSecretStore", "ClusterExternalSecret"];

rule! {
    /// ## What
    /// An object of the External Secrets operator has a version that the operator no longer serves.
    ///
    /// ## Why
    /// Since 0.17 only `external-secrets.io/v1` is served. The object is refused (“no matches for
    /// kind”), and without the Secret that it should make, no pod of the app starts.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: external-secrets.io/v1beta1
    /// #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    /// kind: ExternalSecret
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   secretStoreRef: {name: vault, kind: ClusterSecretStore}
    ///   target: {name: litellm}
    ///   data:
    ///     - secretKey: LITELLM_MASTER_KEY
    ///       remoteRef: {key: LITELLM_MASTER_KEY}
    /// ```
    /// ```yaml good
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   secretStoreRef: {name: vault, kind: ClusterSecretStore}
    ///   target: {name: litellm}
    ///   data:
    ///     - secretKey: LITELLM_MASTER_KEY
    ///       remoteRef: {key: LITELLM_MASTER_KEY}
    /// ```
    ///
    /// ## Fix
    /// `external-secrets.io/v1`; on a cluster with an operator of 0.15 or older, choose the version
    /// by `.Capabilities.APIVersions`.
    ///
    /// ## Sources
    /// - external-secrets/external-secrets, the CRDs at 0.15, 0.16, 0.17 and 2.9: v1beta1 has `served: false` since 0.17
    /// - external-secrets/external-secrets#4840, stakater/application#390
    slug: "external-secret-version-unserved",
    level: Error,
    guidelines: ["G22"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for object in &cx.app.objects {
        if !is_old(object) {
            continue;
        }
        let finding = report.at(
            &object.api_version.at,
            format!("{} is not served since External Secrets 0.17", object.api_version.value),
            "the object is refused, the Secret is never made, and no pod that needs it starts",
            "write external-secrets.io/v1",
        );
        if asks_the_cluster(&cx.app.origin(&object.api_version.at)) {
            finding.undecided("the versions that the target cluster serves");
        }
    }
}

fn is_old(object: &Object) -> bool {
    object.group() == "external-secrets.io"
        && matches!(object.version(), "v1beta1" | "v1alpha1")
        && KINDS.contains(&object.kind.value.as_str())
}

/// Tells whether the text follows from what the cluster serves, so that this rendering, made
/// without a cluster, shows only one of several texts.
fn asks_the_cluster(origin: &Origin) -> bool {
    origin.inputs.iter().chain(&origin.decided_by).any(|input| match input {
        Input::Builtin(name) => name.trim_start_matches('.').starts_with("Capabilities"),
        _ => false,
    })
}
