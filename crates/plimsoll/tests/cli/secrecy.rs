//! No command and no format shows a secret, but the manifests that `render` is asked for.

use crate::scratch::{Run, Scratch};

/// Texts that stand for secrets in all charts here.
const SECRETS: [&str; 3] = ["hunter2", "aHVudGVyMg==", "hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345"];

fn shows_none(run: &Run) {
    for secret in SECRETS {
        assert!(!run.stdout.contains(secret), "{secret} is shown: {}", run.stdout);
        assert!(!run.stderr.contains(secret), "{secret} is shown: {}", run.stderr);
    }
}

/// A chart that holds secrets in every way that charts do.
fn chart() -> Scratch {
    let scratch = Scratch::new();
    scratch.chart(
        "app",
        &[
            (
                "values.yaml",
                "apiKey: hunter2\n\
                 innocent: hunter2\n\
                 token: hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345\n\
                 database: postgres://app:hunter2@db:5432/app\n\
                 extraEnv:\n- name: DB_PASSWORD\n  value: hunter2\n\
                 extraArgs: [--api-key, hunter2, --password=hunter2]\n\
                 config: |\n  port: 80\n  password: hunter2\n",
            ),
            (
                "templates/deployment.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  template:\n    \
                 spec:\n      containers:\n      - name: litellm\n        image: \
                 ghcr.io/berriai/litellm:v1.77.0\n        args:\n        \
                 {{- toYaml .Values.extraArgs | nindent 8 }}\n        env:\n        \
                 - name: LITELLM_MASTER_KEY\n          value: {{ .Values.apiKey | quote }}\n        \
                 - name: HF_TOKEN\n          value: {{ .Values.token }}\n        \
                 - name: DATABASE_URL\n          value: {{ .Values.database }}\n        \
                 - name: OPENAI_API_KEY\n          value: hunter2\n        \
                 {{- toYaml .Values.extraEnv | nindent 8 }}\n",
            ),
            (
                "templates/secret.yaml",
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  plain: \
                 {{ .Values.innocent }}\n  literal: hunter2\n  other: {{ .Values.absent | default \"hunter2\" }}\n\
                 data:\n  encoded: {{ .Values.innocent | b64enc }}\n",
            ),
            (
                "templates/configmap.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  config.yaml: |\n    \
                 {{- .Values.config | nindent 4 }}\n  api_key: hunter2\n  url: {{ .Values.database }}\n",
            ),
        ],
    );
    scratch
}

#[test]
fn reports_show_no_secret() {
    let scratch = chart();
    for format in ["text", "short", "json"] {
        let run = scratch.run(&["check", "--output", format]);
        shows_none(run.exits(1));
        run.says(&["credential-literal"]);
    }
    let text = scratch.run(&["check"]);
    text.says(&["apiKey: ********\n", "database: ********\n", "  value: ********\n"]);
}

#[test]
fn explanations_show_no_secret() {
    let scratch = chart();
    for object in ["Deployment", "Secret", "ConfigMap"] {
        let run = scratch.run(&["explain", "app", object]);
        shows_none(run.exits(0));
        run.says(&["(hidden)"]);
    }
    let run = scratch.run(&["explain", "app", "Secret", "stringData.plain"]);
    run.says(&["stringData.plain: (hidden)\n", "app/values.yaml:2:11  | innocent: ********\n"]);
    let run = scratch.run(&["explain", "app", "ConfigMap"]);
    run.says(&["config.yaml\"]: \"port: 80\\npassword: ********", "postgres://app:********@db"]);
}

#[test]
fn values_from_outside_are_hidden_too() {
    let scratch = chart();
    scratch.write("prod.yaml", "innocent: hunter2\nuser: {password: hunter2, name: app}\n");
    let run =
        scratch.run(&["explain", "app", "Secret", "-f", "prod.yaml", "--set", "apiKey=hunter2"]);
    shows_none(run.exits(0));
    let args = ["explain", "app", "Deployment", "--set", "apiKey=hunter2"];
    shows_none(scratch.run(&args).exits(0));
}

#[test]
fn errors_show_no_secret() {
    let scratch = chart();
    scratch.write(
        "app/templates/bad.yaml",
        "a: {{ .Values.apiKey.x }}\npassword: hunter2 {{ fail .Values.token }}\n",
    );
    for command in [
        &["check"][..],
        &["check", "-o", "json"],
        &["check", "-o", "short"],
        &["explain", "app", "Secret"],
    ] {
        shows_none(scratch.run(command).exits(3));
    }
    scratch
        .write("app/templates/bad.yaml", "a: {{ printf \"%d\" 1 }}\n  password: hunter2\n x: [\n");
    for command in [&["check"][..], &["render", "app"], &["explain", "app", "Secret"]] {
        shows_none(scratch.run(command).exits(3));
    }
}

#[test]
fn a_schema_that_is_not_met_shows_no_secret() {
    let scratch = chart();
    for (schema, place) in [
        (r#"{"properties": {"apiKey": {"pattern": "^x"}}}"#, "apiKey: ********"),
        (r#"{"properties": {"apiKey": {"enum": ["x"]}}}"#, "apiKey: ********"),
        (r#"{"properties": {"apiKey": {"type": "number"}}}"#, "apiKey: ********"),
        (r#"{"properties": {"apiKey": {"maxLength": 2}}}"#, "apiKey: ********"),
    ] {
        scratch.write("app/values.schema.json", schema);
        let run = scratch.run(&["check"]);
        shows_none(run.exits(3));
        run.says(&[place]);
    }
}

#[test]
fn what_only_names_a_secret_is_shown() {
    let scratch = Scratch::new();
    scratch.chart(
        "app",
        &[(
            "templates/pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: app\nspec:\n  automountServiceAccountToken: \
             false\n  imagePullSecrets:\n  - name: pull\n  containers:\n  - name: a\n    image: a\n    \
             env:\n    - name: API_KEY\n      valueFrom:\n        secretKeyRef: {name: keys, key: api}\n    \
             - name: MAX_TOKENS\n      value: \"4096\"\n",
        )],
    );
    let run = scratch.run(&["explain", "app", "Pod"]);
    run.exits(0).says(&[
        "\"pull\"",
        "\"keys\"",
        "\"api\"",
        "\"4096\"",
        "automountServiceAccountToken: false",
    ]);
    assert!(!run.stdout.contains("(hidden)"), "{}", run.stdout);
}
