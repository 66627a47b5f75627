use plimsoll_app::{App, Hook, HookFamily, Object, Secret, SecretKey};
use plimsoll_yaml::{Input, Origin};

use crate::credential::from_base64;
use crate::rule::rule;
use crate::{Context, Level, Report};

rule! {
    /// ## What
    /// A key of a Secret is another one each time the chart is rendered.
    ///
    /// ## Why
    /// Every upgrade replaces the key while the pods still use the old one; what was encrypted or
    /// signed with it (stored credentials, sessions) can no longer be read. Argo CD renders at each
    /// comparison and never comes to rest. `lookup` helps only where Helm itself talks to the
    /// cluster, which Argo CD and `helm template` do not: with it the finding is a note.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: litellm-masterkey
    /// stringData:
    ///   masterkey: sk-Vq3lD0aXbT
    ///   #          ^^^^^^^^^^^^^
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    /// ```
    /// ```yaml bad again
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: litellm-masterkey
    /// stringData:
    ///   masterkey: sk-m81QzRfKw9
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    ///       env:
    ///         - name: LITELLM_MASTER_KEY
    ///           valueFrom:
    ///             secretKeyRef: {name: litellm, key: LITELLM_MASTER_KEY}
    /// ```
    /// ```yaml good again
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    ///       env:
    ///         - name: LITELLM_MASTER_KEY
    ///           valueFrom:
    ///             secretKeyRef: {name: litellm, key: LITELLM_MASTER_KEY}
    /// ```
    ///
    /// ## Fix
    /// Demand an existing Secret, or let an ExternalSecret or its password generator make it once.
    ///
    /// ## Sources
    /// - Helm documentation, “Chart development tips”, random values; Sprig `randAlphaNum`
    /// - BerriAI/litellm#42019, langwatch/langwatch#4423, twuni/docker-registry.helm#187
    slug: "secret-regenerated",
    level: Error,
    guidelines: ["G21", "G22"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

const WHY: &str = "an upgrade replaces it under the running pods, and what was encrypted or signed \
                   with it is lost; Argo CD never comes to rest";
const WHY_WITHOUT_CLUSTER: &str = "Helm itself keeps the old value, but Argo CD and helm template \
                                   see no cluster and replace it under the running pods";

fn check(cx: &Context<'_>, report: &mut Report) {
    if !cx.is_ai() {
        return;
    }
    for secret in &cx.app.secrets {
        let object = cx.app.object(secret.object);
        if is_made_once(object) {
            continue;
        }
        let other = cx.again.and_then(|again| counterpart(object, again));
        for key in &secret.keys {
            let origin = cx.app.origin(&key.value.at);
            let function = random(&origin);
            if !(function.is_some() || differs(key, other)) || is_certificate(&key.value.value.0) {
                continue;
            }
            let by = function.map_or(String::new(), |function| format!(" by {function}"));
            let looks_up = is_looked_up(&origin);
            let when = if looks_up { "where lookup finds no old one" } else { "at each rendering" };
            let finding = report.at(
                &key.value.at,
                format!("{} of {} is made anew{by} {when}", key.key.value, object.title()),
                if looks_up { WHY_WITHOUT_CLUSTER } else { WHY },
                "demand an existing Secret, or let an ExternalSecret or its generator make it \
                     once; lookup does not help Argo CD",
            );
            finding.secret();
            if looks_up {
                finding.level(Level::Note).undecided("whether Helm itself installs the release");
            }
        }
    }
}

/// Tells whether the second rendering has another text under the key.
fn differs(key: &SecretKey, other: Option<&Secret>) -> bool {
    let later =
        other.and_then(|other| other.keys.iter().find(|one| one.key.value == key.key.value));
    later.is_some_and(|later| later.value.value != key.value.value)
}

/// Returns the function that made the text, or a part of it, at random.
fn random(origin: &Origin) -> Option<&'static str> {
    origin.inputs.iter().find_map(|input| match input {
        Input::Generated(function) => (*function != "now").then_some(*function),
        _ => None,
    })
}

/// Tells whether the chart asks the cluster for the old text first.
fn is_looked_up(origin: &Origin) -> bool {
    let is_lookup = |input: &Input| matches!(input, Input::Builtin(name) if name == "lookup");
    origin.inputs.iter().chain(&origin.decided_by).any(is_lookup)
}

/// Tells whether Helm makes the object at the first install only.
fn is_made_once(object: &Object) -> bool {
    let once = |hook: &Hook| {
        hook.family == HookFamily::Helm
            && hook.events.iter().all(|event| event.ends_with("install") || event == "test")
    };
    object.hooks.iter().any(once)
}

fn counterpart<'a>(object: &Object, again: &'a App) -> Option<&'a Secret> {
    let namespace = |object: &Object| object.namespace.as_ref().map(|field| field.value.clone());
    again.secrets.iter().find(|secret| {
        let other = again.object(secret.object);
        other.name() == object.name() && namespace(other) == namespace(object)
    })
}

/// Tells whether a value is a certificate or its key: those are made together with whatever trusts
/// them, and a new pair works as well.
fn is_certificate(value: &str) -> bool {
    let is_pem = |text: &str| text.contains("-----BEGIN");
    is_pem(value) || from_base64(value).is_some_and(|text| is_pem(&text))
}
