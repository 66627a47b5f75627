use plimsoll_app::engines::SettingBy;
use plimsoll_app::{ConfigMap, Container, EnvVar, Object, Secret, Spot};
use plimsoll_yaml::{Input, Origin, OriginKind, Span};

use crate::credential::{
    PASSWORD_IN_URL, PRIVATE_KEY, from_base64, is_known, is_literal, is_name, shape, spans,
};
use crate::rule::rule;
use crate::{Context, Level, Report};

/// Endings of a ConfigMap's keys whose text is made of names and values.
const CONFIGURATION: [&str; 9] =
    [".yaml", ".yml", ".json", ".toml", ".ini", ".conf", ".env", ".properties", ".cfg"];

/// Types of Secrets that hold certificates, releases or what Kubernetes fills in itself.
const OTHER_SECRETS: [&str; 4] = [
    "kubernetes.io/tls",
    "kubernetes.io/service-account-token",
    "helm.sh/release.v1",
    "bootstrap.kubernetes.io/token",
];

rule! {
    /// ## What
    /// A key, token or password stands as text in values, a variable, an argument, a ConfigMap or a
    /// Secret of the release.
    ///
    /// ## Why
    /// Whoever can read the repository, the release, the ConfigMap or the process list has it: keys
    /// of model providers are spent within hours of a leak. It cannot be rotated without a new
    /// release, and a default password is the same in every installation.
    ///
    /// ## Example
    /// ```yaml bad
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
    ///           value: sk-1234
    ///           #      ^^^^^^^
    /// ```
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: litellm
    /// data:
    ///   config.yaml: |
    ///     model_list:
    ///       - model_name: gpt
    ///         litellm_params:
    ///           model: openai/gpt-4o
    ///           api_key: sk-proj-Qm9ndXMga2V5IGZvciB0ZXN0
    ///           #        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: litellm
    /// data:
    ///   config.yaml: |
    ///     model_list:
    ///       - model_name: gpt
    ///         litellm_params:
    ///           model: openai/gpt-4o
    ///           api_key: os.environ/OPENAI_API_KEY
    /// ---
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
    /// Take it from a Secret by `secretKeyRef`, and let an ExternalSecret make that Secret. Then
    /// replace the credential: it must count as known.
    ///
    /// ## Sources
    /// - Kubernetes documentation, “Good practices for Kubernetes Secrets”
    /// - BerriAI/litellm#4911, #9147; open-webui/helm-charts#380
    slug: "credential-literal",
    level: Error,
    guidelines: ["G21"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

const WHY: &str = "whoever reads the repository, the release or the object has it, and it cannot be \
                   rotated without a new release";
const HELP: &str = "take it from a Secret by secretKeyRef, let an ExternalSecret make that Secret, \
                    and replace the credential";

/// The key that the Pipelines server takes unless it is given another.
const PIPELINES_KEY: &str = "0p3n-w3bu!";

fn check(cx: &Context<'_>, report: &mut Report) {
    for (workload, container) in cx.app.containers() {
        if !is_test(cx.app.object(workload.object)) {
            variables(cx, container, report);
            arguments(container, report);
        }
    }
    for map in &cx.app.config_maps {
        config_map(cx, map, report);
    }
    for secret in &cx.app.secrets {
        if !OTHER_SECRETS.contains(&secret.secret_type.value.as_str())
            && !is_test(cx.app.object(secret.object))
        {
            contents(cx, secret, report);
        }
    }
}

/// Tells whether the object is only there for `helm test`.
fn is_test(object: &Object) -> bool {
    object.hooks.iter().any(|hook| hook.events.iter().any(|event| event.starts_with("test")))
}

/// Returns what a text under a name is, nothing where it is no credential. Names count only in a
/// release that runs AI, forms everywhere.
fn judge(cx: &Context<'_>, name: &str, text: &str) -> Option<&'static str> {
    if let Some(words) = shape(text) {
        return Some(words);
    }
    let counts = cx.is_ai() && is_name(name) && is_literal(text);
    let is_address = text.contains("://");
    counts.then(|| match (is_known(text), is_address) {
        (true, _) => "a password that everybody knows",
        (false, true) => PASSWORD_IN_URL,
        (false, false) => "a credential",
    })
}

fn variables(cx: &Context<'_>, container: &Container, report: &mut Report) {
    for variable in &container.env {
        let Some(text) = variable.literal() else { continue };
        let name = &variable.name.value;
        let Some(words) = judge(cx, name, &text.value) else { continue };
        let spot = if words == PASSWORD_IN_URL { password(cx, &text.at) } else { text.at.clone() };
        if !is_generated(&cx.app.origin(&text.at)) && !is_for_nobody(container, &text.value) {
            report
                .at(&spot, format!("the variable {name} holds {words} in plain text"), WHY, HELP)
                .secret();
        }
    }
}

/// Returns the spot of the password in a URL, whose other parts may come from elsewhere.
fn password(cx: &Context<'_>, spot: &Spot) -> Spot {
    let text = spot.span.of(&cx.app.object(spot.object).document.text);
    let span = spans(text).first().map_or(spot.span, |inner| {
        Span::new(spot.span.start + inner.start, spot.span.start + inner.end)
    });
    Spot { span, ..spot.clone() }
}

/// Tells whether the text is the key that Pipelines come with, and the container talks to no
/// Pipelines: then it opens nothing.
///
/// Source: open-webui/pipelines README; open-webui/helm-charts charts/open-webui/values.yaml (16.0).
fn is_for_nobody(container: &Container, text: &str) -> bool {
    let talks = |variable: &EnvVar| {
        let is_own = variable.name.value.starts_with("PIPELINES_");
        is_own || variable.literal().is_some_and(|text| text.value.contains("pipelines"))
    };
    text == PIPELINES_KEY && !container.env.iter().any(talks)
}

fn arguments(container: &Container, report: &mut Report) {
    let mut told: Vec<&Spot> = Vec::new();
    for setting in container.engine.iter().flat_map(|engine| &engine.settings) {
        let SettingBy::Flag(flag) = &setting.by else { continue };
        let Some(value) = setting.value.as_ref().filter(|_| setting.knob.is_secret()) else {
            continue;
        };
        if shape(&value.value).is_some() || is_literal(&value.value) {
            let what = format!("the argument {flag} holds a credential in plain text");
            report.at(&value.at, what, WHY, HELP).secret();
            told.push(&value.at);
        }
    }
    for word in &container.line.words {
        let Some(words) = shape(&word.value) else { continue };
        if !told.contains(&&word.at) {
            report
                .at(&word.at, format!("an argument holds {words} in plain text"), WHY, HELP)
                .secret();
            told.push(&word.at);
        }
    }
}

fn config_map(cx: &Context<'_>, map: &ConfigMap, report: &mut Report) {
    let title = cx.app.object(map.object).title();
    for pair in &map.data {
        let (key, text) = (&pair.key.value, &pair.value.value);
        if !text.contains('\n') {
            if let Some(words) = judge(cx, key, text) {
                let what = format!("{key} of {title} holds {words} in plain text");
                report.at(&pair.value.at, what, WHY, HELP).secret();
            }
            continue;
        }
        let is_configuration = CONFIGURATION.iter().any(|end| key.ends_with(end));
        for line in text.lines() {
            let found = match named_value(line).filter(|_| is_configuration) {
                Some((name, value)) => judge(cx, name, value).map(|words| (words, value)),
                None => shape(line).map(|words| (words, line.trim())),
            };
            if let Some((words, part)) = found {
                let spot = within(cx, &pair.value.at, line, part);
                report
                    .at(&spot, format!("{key} of {title} holds {words} in plain text"), WHY, HELP)
                    .secret();
            }
        }
    }
}

/// Reads a line such as `api_key: text`, `"apiKey": "text",` or `api_key = text`; comments have no
/// value.
fn named_value(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start().trim_start_matches("- ").trim();
    let split = line.find([':', '='])?;
    let name = line[..split].trim().trim_matches(['"', '\'']);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty() || !name.chars().all(plain) {
        return None;
    }
    let value = line[split + 1..].trim();
    let value = value.split(" #").next().unwrap_or(value).trim_end().trim_end_matches(',');
    Some((name, value.trim_matches(['"', '\''])))
}

/// Returns the spot of `part`, which stands in `line` of the text at `spot`, as far as the document
/// holds the line literally; else the spot of the whole text.
fn within(cx: &Context<'_>, spot: &Spot, line: &str, part: &str) -> Spot {
    let document = &cx.app.object(spot.object).document;
    let text = spot.span.of(&document.text);
    let found = text.find(line.trim()).and_then(|at| {
        let inside = line.trim().rfind(part)?;
        Some(spot.span.start + at + inside)
    });
    let span = found.map_or(spot.span, |start| Span::new(start, start + part.len()));
    Spot { span, ..spot.clone() }
}

fn contents(cx: &Context<'_>, secret: &Secret, report: &mut Report) {
    let title = cx.app.object(secret.object).title();
    for key in &secret.keys {
        let decoded = key.is_base64.then(|| from_base64(&key.value.value.0));
        let Some(text) = decoded.unwrap_or_else(|| Some(key.value.value.0.clone())) else {
            continue;
        };
        let name = &key.key.value;
        let Some(words) = judge(cx, name, &text) else { continue };
        let origin = cx.app.origin(&key.value.at);
        // The key of a certificate that only a test of the chart uses opens nothing.
        let is_harmless = matches!(shape(&text), None | Some(PRIVATE_KEY));
        if is_generated(&origin) || (is_harmless && is_for_tests(&origin)) {
            continue;
        }
        let finding = report.at(
            &key.value.at,
            format!("{name} of {title} is {words} in plain text"),
            WHY,
            HELP,
        );
        finding.secret();
        if shape(&text).is_none() && !is_known(&text) {
            finding.level(Level::Warning);
        }
    }
}

/// Tells whether the text is made at random, which another rule judges.
fn is_generated(origin: &Origin) -> bool {
    origin.kind == OriginKind::Generated
        || origin.inputs.iter().any(|input| matches!(input, Input::Generated(_)))
}

/// Tells whether the text comes from values that only serve to test the chart: `ci/*-values.yaml`.
fn is_for_tests(origin: &Origin) -> bool {
    origin.inputs.iter().any(|input| match input {
        Input::Value { place, .. } => place.file.split('/').any(|part| part == "ci"),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::named_value;

    #[test]
    fn lines_of_any_configuration_are_read() {
        for (line, expected) in [
            ("    api_key: sk-1 # old", Some(("api_key", "sk-1"))),
            ("  - token: abc", Some(("token", "abc"))),
            ("\"apiKey\": \"abc\",", Some(("apiKey", "abc"))),
            ("password = abc", Some(("password", "abc"))),
            ("model:", Some(("model", ""))),
            ("# api_key: x", None),
            ("if [ \"$TOKEN\" = x ]", None),
            ("plain", None),
        ] {
            assert_eq!(named_value(line), expected, "{line}");
        }
    }
}
