//! What rules make of where a text comes from.

mod manifests;

use manifests::{app_from, place};
use plimsoll_rules::{Certainty, Context, Finding, Level, check};
use plimsoll_yaml::{Input, Origin, OriginKind, Provenance, Span};

/// Says the same of every text.
#[derive(Debug)]
struct All(Origin);

impl Provenance for All {
    fn origin(&self, _: Span) -> Origin {
        self.0.clone()
    }
}

/// Judges a text all of which has the origin `kind` from `inputs`, and returns the findings of
/// `slug`.
fn judge(slug: &str, text: &str, kind: OriginKind, inputs: Vec<Input>) -> Vec<Finding> {
    let app = app_from(text, All(Origin { kind, inputs, ..Origin::unknown() }));
    let found = check(&Context::chart(&app, None));
    found.into_iter().filter(|finding| finding.rule.slug == slug).collect()
}

fn value(file: &str) -> Input {
    Input::Value { path: "a.b".to_owned(), place: place(file, "x\n", Span::new(0, 1)) }
}

const ENGINE: &str = "
---
apiVersion: v1
kind: Pod
metadata: {name: ollama}
spec:
  containers: [{name: ollama, image: \"ollama/ollama:0.12.0\"}]
";

fn secret(key: &str, text: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: app}}\nstringData: {{{key}: \"{text}\"}}{ENGINE}"
    )
}

#[test]
fn what_is_made_at_random_is_known_without_a_second_rendering() {
    let text = secret("api-key", "Zm9vYmFyYmF6");
    let random = || vec![Input::Generated("randAlphaNum")];
    let found = judge("secret-regenerated", &text, OriginKind::Generated, random());
    assert_eq!(found.len(), 1);
    assert!(found[0].what.contains("by randAlphaNum"), "{}", found[0].what);
    assert!(found[0].is_secret);
    assert_eq!(judge("credential-literal", &text, OriginKind::Generated, random()), []);
    let copied = judge("secret-regenerated", &text, OriginKind::Copied, vec![value("values.yaml")]);
    assert_eq!(copied, []);
}

#[test]
fn a_secret_that_lookup_guards_is_a_note() {
    let text = secret("api-key", "Zm9vYmFyYmF6");
    let inputs = vec![Input::Generated("randAlphaNum"), Input::Builtin("lookup".to_owned())];
    let found = judge("secret-regenerated", &text, OriginKind::Generated, inputs);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].level, Level::Note);
    assert!(found[0].what.ends_with("where lookup finds no old one"), "{}", found[0].what);
    assert!(matches!(found[0].certainty, Certainty::Undecided { .. }));
}

#[test]
fn values_that_only_test_the_chart_hold_no_secrets() {
    let text = secret("api-key", "Zm9vYmFyYmF6");
    for (file, number) in [("values.yaml", 1), ("chart/ci/a-values.yaml", 0)] {
        let found = judge("credential-literal", &text, OriginKind::Copied, vec![value(file)]);
        assert_eq!(found.len(), number, "{file}");
    }
    let leaked = secret("api-key", "hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345");
    let inputs = vec![value("chart/ci/a-values.yaml")];
    assert_eq!(judge("credential-literal", &leaked, OriginKind::Copied, inputs).len(), 1);
}

#[test]
fn a_version_that_follows_from_the_cluster_is_undecided() {
    let text = "apiVersion: external-secrets.io/v1beta1\nkind: ExternalSecret\n\
                metadata: {name: app}\nspec: {secretStoreRef: {name: a}, data: []}\n";
    let slug = "external-secret-version-unserved";
    let decided = judge(slug, text, OriginKind::Literal, Vec::new());
    assert_eq!(decided[0].certainty, Certainty::Decided);
    let asked = vec![Input::Builtin(".Capabilities.APIVersions".to_owned())];
    let undecided = judge(slug, text, OriginKind::Computed, asked);
    assert!(matches!(undecided[0].certainty, Certainty::Undecided { .. }));
}

#[test]
fn a_number_of_gpus_that_a_value_decides_is_not_hard_coded() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    \
                - {name: a, image: \"ollama/ollama:0.12.0\", resources: {limits: {nvidia.com/gpu: 1}}}\n";
    let slug = "gpu-limit-hard-coded";
    assert_eq!(judge(slug, text, OriginKind::Literal, Vec::new()).len(), 1);
    for kind in [OriginKind::Copied, OriginKind::Computed] {
        assert_eq!(judge(slug, text, kind, vec![value("values.yaml")]), []);
    }
    assert_eq!(judge(slug, text, OriginKind::Unknown, Vec::new()), []);
    let app = manifests::app(text);
    let plain = check(&Context::manifests(&app));
    assert!(plain.iter().all(|finding| finding.rule.slug != slug), "plain files have no values");
}
