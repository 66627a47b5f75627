//! `plimsoll compare`: what changes from Helm 3 to Helm 4.

use serde_json::{Value, json};

use crate::scratch::Scratch;

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

/// A chart with a template that starts as a ConfigMap does.
fn with_config(rest: &str, values: &str) -> Scratch {
    let scratch = Scratch::new();
    let template = format!("{CONFIG}{rest}");
    scratch.chart("c", &[("values.yaml", values), ("templates/t.yaml", &template)]);
    scratch
}

#[test]
fn a_field_that_goes_is_shown_with_its_line_and_the_reason() {
    let scratch =
        with_config("data:\n{{ toYaml .Values.env | indent 2 }}\n", "env:\n  A: x\n  B:\n");
    let run = scratch.run(&["compare", "c"]);
    run.exits(1).says(&[
        "c (defaults)\n  ~ ConfigMap/a  c/templates/t.yaml\n      data.B\n        - null\n        + \
         (absent)\n        values     env.B c/values.yaml:3:5  | B:\n        template   \
         c/templates/t.yaml:6:1  | {{ toYaml .Values.env | indent 2 }}\n        because    \
         null-defaults\n",
        "\nnull-defaults\n  Helm 3      a key",
        "1 of 1 chart mean something else under Helm 4: 1 of 1 object in 1 values set\n",
    ]);
}

#[test]
fn machines_read_the_same() {
    let scratch =
        with_config("data:\n{{ toYaml .Values.env | indent 2 }}\n", "env:\n  A: x\n  B:\n");
    let report = scratch.run(&["compare", "c", "-o", "json"]).exits(1).json();
    let chart = &report["charts"][0];
    assert_eq!(chart["changes_meaning"], true);
    let object = &chart["changed"][0];
    assert_eq!((&object["object"], &object["change"]), (&json!("ConfigMap/a"), &json!("changed")));
    let field = &object["fields"][0];
    assert_eq!(field["path"], "data.B");
    assert_eq!((field.get("before"), field.get("after")), (Some(&Value::Null), None));
    assert_eq!(field["because"], "null-defaults");
    let value = &field["values"][0];
    assert_eq!((&value["path"], &value["line"]), (&json!("env.B"), &json!(3)));
    assert_eq!(field["written"]["file"], "c/templates/t.yaml");
    let names: Vec<_> = report["differences"].as_array().unwrap().iter().collect();
    assert!(names.iter().any(|one| one["name"] == "null-defaults" && one["effect"] == "meaning"));
}

#[test]
fn objects_that_come_and_go_are_told() {
    let template = "{{ if hasKey .Values \"a\" }}\nkind: ConfigMap\nmetadata: {name: old}\n{{ else \
                    }}\nkind: Secret\nmetadata: {name: new}\n{{ end }}\n";
    let scratch = Scratch::new();
    scratch.chart("c", &[("values.yaml", "a:\n"), ("templates/t.yaml", template)]);
    scratch.run(&["compare", "c"]).exits(1).says(&[
        "  - ConfigMap/old  c/templates/t.yaml  Helm 3 alone renders it\n",
        "  + Secret/new  c/templates/t.yaml  Helm 4 alone renders it\n",
        "        because    null-defaults\n",
    ]);
}

#[test]
fn text_alone_is_no_change() {
    let scratch =
        with_config("data: {a: b}\n\n\n---\n# nothing\n\n---\nkind: X\nmetadata: {name: b}\n", "");
    let run = scratch.run(&["compare", "c"]);
    run.exits(0).says(&["text alone differs in 2 objects: 2 in white space", "0 of 1 chart"]);
    let looks = &scratch.run(&["compare", "c", "-o", "json"]).exits(0).json()["charts"][0];
    assert_eq!(looks["text_only"]["white_space"], 2);
    assert_eq!(looks["changes_meaning"], false);
}

#[test]
fn a_block_that_keeps_its_line_breaks_is_a_change() {
    let scratch = with_config("data:\n  a: |+\n    x\n\n\n", "");
    scratch.run(&["compare", "c"]).exits(1).says(&["data.a", "because    trailing-space"]);
    let field = &scratch.run(&["compare", "c", "-o", "json"]).json()["charts"][0]["changed"][0]["fields"]
        [0];
    // Helm prints a line break after each document.
    assert_eq!((&field["before"], &field["after"]), (&json!("x\n"), &json!("x\n\n\n\n")));
}

#[test]
fn chance_and_time_are_no_change() {
    let scratch = with_config(
        "data:\n  a: {{ randAlphaNum 20 }}\n  b: {{ uuidv4 }}\n  c: {{ now | date \"15:04:05\" }}\n  \
         d: {{ genPrivateKey \"ed25519\" | b64enc }}\n",
        "",
    );
    scratch.run(&["compare", "c"]).exits(0);
}

#[test]
fn the_order_of_installation_is_told_apart() {
    let template = "kind: MutatingWebhookConfiguration\nmetadata: {name: hook}\n---\nkind: \
                    Aardvark\nmetadata: {name: z}\n";
    let scratch = Scratch::new();
    scratch.chart("c", &[("templates/t.yaml", template)]);
    scratch.run(&["compare", "c"]).exits(0).says(&["installed in another order: "]);
}

#[test]
fn what_one_alone_refuses_is_a_change() {
    let scratch = Scratch::new();
    scratch.chart("c", &[("Chart.yaml", "apiVersion: v7\nname: c\nversion: 1.0.0\n")]);
    scratch.run(&["compare", "c"]).exits(1).says(&[
        "  Helm 4 alone refuses it: unsupported chart version\n",
        "because    api-version\n",
    ]);
    scratch.chart("d", &[("templates/t.yaml", "a: {{ mustToYaml 1 }}\n")]);
    let chart = &scratch.run(&["compare", "d", "-o", "json"]).exits(1).json()["charts"][0];
    assert_eq!(chart["refused_because"], "must-functions");
    assert_eq!(chart["refused_by_helm_3"]["kind"], "template");
    assert_eq!(chart.get("refused_by_helm_4"), None);
}

#[test]
fn what_both_refuse_is_trouble() {
    let scratch = Scratch::new();
    scratch.chart("c", &[("templates/t.yaml", "a: {{ fail \"no\" }}\n")]);
    scratch.run(&["compare", "c"]).exits(3).says(&["  both refuse it: execution error at"]);
    scratch.run(&["compare", "nowhere"]).exits(3).complains(&["nowhere: no such file"]);
    scratch.write("empty/file", "");
    scratch.run(&["compare", "empty"]).exits(2).complains(&["no chart at or below empty"]);
}

#[test]
fn a_library_is_no_trouble() {
    let scratch = Scratch::new();
    let library = "apiVersion: v2\nname: c\nversion: 1.0.0\ntype: library\n";
    scratch.chart("c", &[("Chart.yaml", library)]);
    scratch.run(&["compare", "c"]).exits(0);
}

#[test]
fn values_sets_that_say_the_same_are_one() {
    let scratch = with_config("data:\n{{ toYaml .Values.env | indent 2 }}\n", "env: {B: }\n");
    scratch.write("c/ci/other-values.yaml", "x: 1\n");
    scratch.write("c/ci/set-values.yaml", "env: {B: set}\n");
    let run = scratch.run(&["compare", "c"]);
    run.exits(1).says(&["c (defaults, ci/other-values.yaml)\n"]);
    scratch.run(&["compare", "c", "--set", "env.B=x"]).exits(0);
    scratch.run(&["compare", "c", "-f", "c/ci/set-values.yaml"]).exits(0);
}

#[test]
fn no_secret_shows() {
    let scratch = with_config(
        "data:\n  password: {{ hasKey .Values \"x\" | ternary \"hunter2hunter2\" \
         \"other2other2\" }}\n  text: \"{{ hasKey .Values \"x\" }} https://u:hunter3pass@h\"\n---\n\
         kind: Secret\nmetadata: {name: s}\nstringData:\n  k: {{ .Values.plain }}{{ hasKey .Values \
         \"x\" }}\n",
        "x:\nplain: sunflower\n",
    );
    for format in ["text", "json"] {
        let run = scratch.run(&["compare", "c", "-o", format]);
        run.exits(1).says(&["(hidden)", "data.text"]);
        for secret in ["hunter2", "other2", "hunter3", "sunflower"] {
            assert!(!run.stdout.contains(secret), "{secret} in {}", run.stdout);
        }
    }
}
