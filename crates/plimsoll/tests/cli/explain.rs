//! `plimsoll explain`: where the fields of objects come from.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::scratch::Scratch;

/// A chart with a value that is copied, one that is computed, and one that decides.
fn chart() -> Scratch {
    let scratch = Scratch::new();
    scratch.chart(
        "app",
        &[
            ("values.yaml", "# the port\nport: 80\nname: web\nmetrics:\n  enabled: true\nlabels:\n  a: b\n"),
            (
                "templates/_h.tpl",
                "{{- define \"app.name\" -}}\n{{ .Release.Name }}-{{ .Values.name }}\n{{- end }}\n",
            ),
            (
                "templates/service.yaml",
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include \"app.name\" . }}\n  \
                 labels:\n    {{- toYaml .Values.labels | nindent 4 }}\nspec:\n  ports:\n  \
                 - name: http\n    port: {{ .Values.port }}\n  {{- if .Values.metrics.enabled }}\n  \
                 - name: metrics\n    port: {{ add .Values.port 1000 }}\n  {{- end }}\n",
            ),
            (
                "templates/other.yaml",
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: other\nspec:\n  clusterIP: None\n",
            ),
        ],
    );
    scratch
}

#[test]
fn a_copied_value_shows_its_line_and_the_templates() {
    let run = chart().run(&["explain", "app", "svc/web", "spec.ports[0].port"]);
    assert_eq!(
        run.exits(0).stdout,
        "Service/release-name-web spec.ports[0].port: 80\n    \
         copied from    port\n                   \
         app/values.yaml:2:7  | port: 80\n    \
         written at     app/templates/service.yaml:10:11  | port: {{ .Values.port }}\n    \
         to change it   port: \u{2026}\n                   \
         in a values file (-f), or --set port=\u{2026}\n\n"
    );
}

#[test]
fn what_decides_is_said_and_calls_are_followed() {
    let scratch = chart();
    let run = scratch.run(&["explain", "app", "svc/web", "spec.ports[metrics]"]);
    run.exits(0).says(&[
        "Service/release-name-web spec.ports[1]\n\n  name: \"metrics\"\n    literal at ",
        "  port: 1080\n    computed from  port\n",
        "    decided by     metrics.enabled\n                   app/values.yaml:5:12  | enabled: true\n",
    ]);
    let run = scratch.run(&["explain", "app", "svc/web", "metadata"]);
    run.exits(0).says(&[
        "  name: \"release-name-web\"\n    computed from  .Release.Name\n    and            name\n",
        "    called at      app/templates/service.yaml:4:12  | name: {{ include \"app.name\" . }}\n",
        "  labels.a: \"b\"\n    copied from    labels.a\n                   app/values.yaml:7:6  | a: b\n",
    ]);
}

#[test]
fn a_chart_alone_lists_its_objects() {
    let run = chart().run(&["explain", "app"]);
    assert_eq!(
        run.exits(0).stdout,
        "  Service/other             app/templates/other.yaml\n  \
         Service/release-name-web  app/templates/service.yaml\n"
    );
}

#[test]
fn names_may_lack_the_release_and_kinds_be_short() {
    let scratch = chart();
    for object in ["Service/release-name-web", "service/web", "svc/web", "services/web", "web"] {
        let run = scratch.run(&["explain", "app", object, "kind"]);
        run.exits(0).says(&["Service/release-name-web kind: \"Service\"\n"]);
    }
    let run = scratch.run(&["explain", "app", "svc/web", "kind", "--name", "rel"]);
    run.exits(0).says(&["Service/rel-web kind"]);
}

#[test]
fn several_objects_of_a_kind_are_all_explained_where_a_field_is_named() {
    let scratch = chart();
    let run = scratch.run(&["explain", "app", "Service", "metadata.name"]);
    run.exits(0)
        .says(&["Service/other metadata.name: ", "Service/release-name-web metadata.name: "]);
    let run = scratch.run(&["explain", "app", "Service", "spec.clusterIP"]);
    assert_eq!(run.exits(0).stdout.matches("Service/").count(), 1, "only one has the field");
    let run = scratch.run(&["explain", "app", "Service"]);
    run.exits(2).complains(&["Error: Service can be any of these", "  Service/other\n"]);
}

#[test]
fn wrong_names_lead_to_close_ones() {
    let scratch = chart();
    for (args, said) in [
        (
            &["app", "svc/wbe"][..],
            "the chart renders no svc/wbe; did you mean Service/release-name-web?",
        ),
        (&["app", "Sevrice/other"], "did you mean Service/other?"),
        (&["app", "Pod"], "the chart renders no Pod\n\nIt renders:\n  Service/other "),
        (&["app", "svc/web", "spec.prots"], "spec holds ports; did you mean ports?"),
        (&["app", "svc/web", "spec.ports[2]"], "spec.ports holds 2 elements"),
        (&["app", "svc/web", "spec.ports[htpt]"], "spec.ports holds 2 elements"),
        (&["app", "svc/web", "kind.x"], "kind holds a plain value"),
        (&["app", "svc/web", "x"], "its top holds apiVersion, kind, metadata, spec"),
        (&["app", "svc/web", "a..b"], "cannot read the field \"a..b\": a key is missing"),
        (&["memory-limit-misssing"], "did you mean memory-limit-missing?"),
        (&["charts/none"], "charts/none is neither a rule nor a chart here"),
    ] {
        let run = scratch.run(&[&["explain"], args].concat());
        run.exits(2).complains(&[said]);
    }
}

#[test]
fn flags_and_files_are_named_as_sources() {
    let scratch = chart();
    scratch.write("prod.yaml", "port: 8080\n");
    let field = ["explain", "app", "svc/web", "spec.ports[0].port"];
    let run = scratch.run(&[&field[..], &["-f", "prod.yaml"]].concat());
    run.exits(0).says(&["port: 8080\n", "prod.yaml:1:7  | port: 8080\n"]);
    let run = scratch.run(&[&field[..], &["--set", "port=9"]].concat());
    run.exits(0).says(&["--set:1:6  | port=9\n"]);
}

#[test]
fn other_files_that_set_the_value_are_named() {
    let scratch = chart();
    scratch.write("app/ci/big-values.yaml", "port: 8080\n");
    let field = ["explain", "app", "svc/web", "spec.ports[0].port"];
    let run = scratch.run(&field);
    run.exits(0).says(&["    also set at    app/ci/big-values.yaml:1:7  | port: 8080\n"]);
    let run = scratch.run(&[&field[..], &["--set", "port=9"]].concat());
    run.exits(0).says(&["    also set at    app/values.yaml:2:7  | port: 80\n"]);
}

#[test]
fn a_value_leads_to_what_depends_on_it() {
    let scratch = chart();
    let run = scratch.run(&["explain", "app", "--from", "port"]);
    assert_eq!(
        run.exits(0).stdout,
        "Service/release-name-web\n    \
         copied to      spec.ports[0].port: 80\n    \
         computed into  spec.ports[1].port: 1080\n"
    );
    let run = scratch.run(&["explain", "app", "--from", "metrics"]);
    assert_eq!(
        run.exits(0).stdout,
        "Service/release-name-web\n    decides on     spec.ports[1] (2 fields)\n"
    );
    let run = scratch.run(&["explain", "app", "other", "--from", "port"]);
    run.exits(2).complains(&["with these values nothing here depends on port"]);
    let run = scratch.run(&["explain", "app", "--from", "metrics.enbled"]);
    run.exits(2).complains(&["did you mean metrics.enabled?"]);
}

#[test]
fn machines_read_both_ways() {
    let scratch = chart();
    let field = ["explain", "app", "svc/web", "spec.ports[metrics].port", "--output", "json"];
    let said: Value = serde_json::from_str(&scratch.run(&field).exits(0).stdout).unwrap();
    let one = &said["fields"][0];
    assert_eq!(said["fields"].as_array().unwrap().len(), 1);
    assert_eq!(one["object"], "Service/release-name-web");
    assert_eq!(one["field"], "spec.ports[1].port");
    assert_eq!((&one["value"], &one["kind"]), (&"1080".into(), &"computed".into()));
    assert_eq!(one["inputs"][0]["path"], "port");
    assert_eq!(one["inputs"][0]["place"]["line"], 2);
    assert_eq!(one["decided_by"][0]["path"], "metrics.enabled");
    assert_eq!(one["written"]["file"], "app/templates/service.yaml");
    assert_eq!(one["to_change"][0], "port");
    let from = ["explain", "app", "--from", "port", "--output", "json"];
    let said: Value = serde_json::from_str(&scratch.run(&from).exits(0).stdout).unwrap();
    assert_eq!(said["dependents"][1]["how"], "computed");
    assert_eq!(said["dependents"][1]["field"], "spec.ports[1].port");
}

/// The example of `docs/PROVENANCE.md` is what the binary says.
#[test]
fn the_example_in_the_documents_is_true() {
    let scratch = chart();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/PROVENANCE.md");
    let mut text = fs::read_to_string(&page).unwrap();
    for args in [
        &["explain", "app", "svc/web", "spec.ports[metrics].port"][..],
        &["explain", "app", "--from", "metrics.enabled"],
    ] {
        let start = format!("```console\n$ plimsoll {}\n", args.join(" "));
        let said = format!("{}\n", scratch.run(args).exits(0).stdout.trim_end());
        let from =
            text.find(&start).unwrap_or_else(|| panic!("{start} is not there")) + start.len();
        let end = |text: &str| from + text[from..].find("```").unwrap();
        if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
            text.replace_range(from..end(&text), &said);
            fs::write(&page, &text).unwrap();
        }
        let written = &text[from..end(&text)];
        assert_eq!(written, said, "docs/PROVENANCE.md is stale; run the tests with UPDATE=1");
    }
}
