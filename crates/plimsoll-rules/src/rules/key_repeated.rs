use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// A mapping of an object holds the same key more than once.
    ///
    /// ## Why
    /// Helm, kubectl and Argo CD take the last one and say nothing, so what the first one sets is lost:
    /// usually a label, an annotation or an entry that a value adds beside the template's own. Others
    /// refuse the object: kustomize, and with it Flux and post-renderers, the API server's strict
    /// decoding, and helm-unittest.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: settings
    ///   labels:
    ///     app.kubernetes.io/name: chat
    ///     team: search
    ///     app.kubernetes.io/name: chat-settings
    /// #   ^^^^^^^^^^^^^^^^^^^^^^
    /// data:
    ///   mode: fast
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: settings
    ///   labels:
    ///     app.kubernetes.io/name: chat
    ///     team: search
    /// data:
    ///   mode: fast
    /// ```
    ///
    /// ## Fix
    /// Keep one. Where a template joins what it sets with what a value brings, let `merge` do it:
    /// `{{ toYaml (merge .Values.labels $own) }}` writes each key once.
    ///
    /// ## Sources
    /// - Helm 4.2.4 and 3.21.4, `helm install`; kubectl 1.32, `kubectl apply` and `kubectl kustomize`; kube-apiserver 1.36.4, `fieldValidation=Strict`: each run on such an object
    /// - YAML 1.2.2, 3.2.1.1: the keys of a mapping are unique
    slug: "key-repeated",
    level: Warning,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for repeated in cx.app.repeated_keys() {
        let finding = report.at(
            &repeated.last,
            format!("the key {:?} is there more than once, and this one wins", repeated.key),
            "what the first one sets is lost without a word, and kustomize, Flux and strict decoding \
             refuse the object",
            "keep one; where a value is joined to what the template sets, join them with merge",
        );
        finding.related("the one that is lost", &repeated.first);
    }
}
