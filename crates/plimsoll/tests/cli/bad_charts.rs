//! Charts that cannot be read or rendered: each is told with its place and the next step, and the
//! chart beside it is judged all the same.

use serde_json::json;

use crate::scratch::{GOOD_FINDING, Run, Scratch};

/// What is expected of a bad chart, which is called `bad`.
struct Expected {
    /// The word for machines.
    kind: &'static str,
    /// A part of the message.
    message: &'static str,
    /// `file:line:column`, where there is one.
    place: Option<&'static str>,
    /// A part of the next step.
    help: &'static str,
}

/// Runs everything that can be run on the bad chart.
fn refuses(scratch: &Scratch, expected: &Expected) {
    let Expected { kind, message, place, help } = expected;
    scratch.chart("good", crate::scratch::GOOD);
    let told = |text: &str| {
        let text = unwrapped(text);
        assert!(text.contains(message), "no {message:?} in {text}");
        assert!(text.contains(help), "no {help:?} in {text}");
        if let Some(place) = place {
            assert!(text.contains(&format!("--> {place}\n")), "no {place} in {text}");
        }
    };
    let rendered = scratch.run(&["render", "bad"]);
    assert!(rendered.stderr.contains("Error: "), "{rendered:?}");
    told(&rendered.exits(3).stderr);
    assert_eq!(rendered.stdout, "", "nothing is rendered");
    told(&scratch.run(&["explain", "bad", "Deployment"]).exits(3).stderr);

    let checked = scratch.run(&["check", "."]);
    told(&checked.exits(3).stdout);
    assert_eq!(checked.stderr, "", "a report is no trouble of the command");
    checked.says(&[&format!("error[{kind}]: bad could not be"), &format!("[{GOOD_FINDING}]")]);
    checked.says(&["1 rendering could not be judged", " in 2 charts"]);

    let short = scratch.run(&["check", "--output", "short"]);
    let line = format!("{}: failure[{kind}]: ", place.unwrap_or("bad"));
    assert!(
        short.exits(3).stdout.lines().any(|one| one.starts_with(&line)),
        "{line} in {short:#?}"
    );

    let report = scratch.run(&["check", "--output", "json"]);
    assert_eq!(report.exits(3).stderr, "");
    failure_in_json(&report, expected);
}

fn failure_in_json(run: &Run, expected: &Expected) {
    let report = run.json();
    let charts = report["charts"].as_array().unwrap();
    assert_eq!(charts.len(), 2);
    assert_eq!(charts[0]["path"], "bad");
    assert_eq!(charts[1]["findings"][0]["rule"], GOOD_FINDING);
    let failure = &charts[0]["failures"][0];
    assert_eq!(failure["kind"], expected.kind);
    assert!(failure["message"].as_str().unwrap().contains(expected.message), "{failure}");
    assert!(failure["help"].as_str().unwrap().contains(expected.help), "{failure}");
    let place = failure.get("place").map(|place| {
        let part = |name: &str| place[name].to_string().trim_matches('"').to_owned();
        format!("{}:{}:{}", part("file"), part("line"), part("column"))
    });
    assert_eq!(place.as_deref(), expected.place);
    assert_eq!(report["summary"]["failures"], json!(1));
}

/// The text with its sentences in one line each.
fn unwrapped(text: &str) -> String {
    let mut joined = String::new();
    for line in text.lines() {
        let rest = line.trim_start();
        let goes_on = line.starts_with("    ") && !rest.starts_with(['|', '=', ':', '-']);
        joined.push_str(if goes_on { " " } else { "\n" });
        joined.push_str(if goes_on { rest } else { line });
    }
    joined.push('\n');
    joined
}

fn bad(files: &[(&str, &str)], expected: &Expected) {
    let scratch = Scratch::new();
    scratch.chart("bad", files);
    refuses(&scratch, expected);
}

fn bad_template(text: &str, expected: &Expected) {
    bad(&[("values.yaml", "a: 1\n"), ("templates/t.yaml", text)], expected);
}

#[test]
fn chart_yaml_with_broken_syntax() {
    bad(
        &[("Chart.yaml", "apiVersion: v2\nname: [x\n")],
        &Expected {
            kind: "yaml",
            message: "cannot load Chart.yaml",
            place: Some("bad/Chart.yaml:3:1"),
            help: "mend the YAML",
        },
    );
}

#[test]
fn chart_yaml_with_a_field_of_the_wrong_type() {
    bad(
        &[("Chart.yaml", "apiVersion: v2\nname: {a: 1}\nversion: 1.0.0\n")],
        &Expected {
            kind: "yaml",
            message: "cannot unmarshal object into Go struct field Metadata.name of type string",
            place: Some("bad/Chart.yaml:2:7"),
            help: "the type that Helm expects",
        },
    );
}

#[test]
fn chart_yaml_without_a_version() {
    bad(
        &[("Chart.yaml", "apiVersion: v2\nname: bad\n")],
        &Expected {
            kind: "metadata",
            message: "chart.metadata.version is required",
            place: Some("bad/Chart.yaml:1:1"),
            help: "mend Chart.yaml",
        },
    );
}

#[test]
fn chart_yaml_of_a_version_that_nobody_knows() {
    bad(
        &[("Chart.yaml", "apiVersion: v9\nname: bad\nversion: 1.0.0\n")],
        &Expected {
            kind: "metadata",
            message: "unsupported chart version",
            place: Some("bad/Chart.yaml:1:13"),
            help: "mend Chart.yaml",
        },
    );
}

#[test]
fn chart_for_another_kubernetes() {
    bad(
        &[("Chart.yaml", "apiVersion: v2\nname: bad\nversion: 1.0.0\nkubeVersion: \"< 1.2\"\n")],
        &Expected {
            kind: "kube-version",
            message: "chart requires kubeVersion: < 1.2",
            place: Some("bad/Chart.yaml:4:14"),
            help: "--kube-version",
        },
    );
}

#[test]
fn values_with_broken_syntax() {
    bad(
        &[("values.yaml", "a: 1\n b: [\n")],
        &Expected {
            kind: "yaml",
            message: "cannot load values.yaml",
            place: Some("bad/values.yaml:2:3"),
            help: "mend the YAML",
        },
    );
}

#[test]
fn values_that_are_no_mapping() {
    bad(
        &[("values.yaml", "- a\n- b\n")],
        &Expected {
            kind: "yaml",
            message: "cannot unmarshal array into Go value of type map[string]interface {}",
            place: Some("bad/values.yaml:1:1"),
            help: "write keys and values",
        },
    );
}

#[test]
fn template_with_an_unclosed_action() {
    bad_template(
        "x: 1\na: {{ .Values.a \n",
        &Expected {
            kind: "template",
            message: "parse error at (bad/templates/t.yaml:3): unclosed action started at \
                      bad/templates/t.yaml:2",
            place: Some("bad/templates/t.yaml:3:1"),
            help: "close the action",
        },
    );
}

#[test]
fn template_without_an_end() {
    bad_template(
        "{{ if .Values.a }}\na: 1\n",
        &Expected {
            kind: "template",
            message: "unexpected EOF",
            place: Some("bad/templates/t.yaml:3:1"),
            help: "{{ end }}",
        },
    );
}

#[test]
fn template_with_an_unknown_function() {
    bad_template(
        "x: 1\na: {{ toYml .Values }}\n",
        &Expected {
            kind: "template",
            message: "parse error at (bad/templates/t.yaml:2): function \"toYml\" not defined",
            place: Some("bad/templates/t.yaml:2:7"),
            help: "`toYaml` is close to it",
        },
    );
}

#[test]
fn template_with_too_few_arguments() {
    bad_template(
        "x: 1\na: {{ trunc }}\n",
        &Expected {
            kind: "template",
            message: "wrong number of args for trunc: want 2 got 0",
            place: Some("bad/templates/t.yaml:2:7"),
            help: "call it as trunc(int, string)",
        },
    );
}

#[test]
fn template_that_reads_below_an_absent_value() {
    bad_template(
        "x: 1\na: {{ .Values.b.c }}\n",
        &Expected {
            kind: "template",
            message: "nil pointer evaluating interface {}.c",
            place: Some("bad/templates/t.yaml:2:14"),
            help: "a value on the way is not set",
        },
    );
}

#[test]
fn template_that_includes_itself_through_another() {
    bad_template(
        "{{ define \"a\" }}{{ include \"b\" . }}{{ end }}{{ define \"b\" }}{{ include \"a\" . }}\
         {{ end }}\na: {{ include \"a\" . }}\n",
        &Expected {
            kind: "template",
            message: "rendering template has a nested reference name",
            place: Some("bad/templates/t.yaml:1:64"),
            help: "calls itself without end",
        },
    );
}

#[test]
fn template_that_calls_itself_without_end() {
    bad_template(
        "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}\na: {{ template \"a\" . }}\n",
        &Expected {
            kind: "template",
            message: "exceeded maximum template depth",
            place: Some("bad/templates/t.yaml:1:29"),
            help: "calls itself without end",
        },
    );
}

#[test]
fn long_errors_are_cut_in_reports() {
    let scratch = Scratch::new();
    scratch.chart(
        "bad",
        &[(
            "templates/t.yaml",
            "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        )],
    );
    let report = scratch.run(&["check", "bad"]);
    assert!(report.exits(3).stdout.lines().count() < 50, "{}", report.stdout);
    assert!(scratch.run(&["check", "-o", "json", "bad"]).stdout.len() < 6000);
}

#[test]
fn template_that_ranges_over_a_number() {
    bad_template(
        "x: 1\na: {{ range .Values.a }}{{ . }}{{ end }}\n",
        &Expected {
            kind: "template",
            message: "range can't iterate over 1",
            place: Some("bad/templates/t.yaml:2:20"),
            help: "look at the template there",
        },
    );
}

#[test]
fn template_that_is_given_a_value_of_the_wrong_type() {
    bad_template(
        "x: 1\na: {{ .Values.a.b }}\n",
        &Expected {
            kind: "template",
            message: "can't evaluate field b in type interface {}",
            place: Some("bad/templates/t.yaml:2:14"),
            help: "look at the template there",
        },
    );
}

#[test]
fn template_that_asks_for_a_value() {
    bad_template(
        "a: {{ required \"host is needed\" .Values.host }}\n",
        &Expected {
            kind: "template",
            message: "execution error at (bad/templates/t.yaml:1:6): host is needed",
            place: Some("bad/templates/t.yaml:1:7"),
            help: "the chart itself asks for this",
        },
    );
}

#[test]
fn template_that_writes_no_yaml() {
    bad_template(
        "kind: A\na: b: c\n",
        &Expected {
            kind: "manifest",
            message: "YAML parse error on bad/templates/t.yaml",
            place: Some("bad/templates/t.yaml:2:5"),
            help: "mend the indentation",
        },
    );
}

#[test]
fn template_that_writes_no_mapping() {
    bad_template(
        "just text\n",
        &Expected {
            kind: "manifest",
            message: "cannot unmarshal string into Go value of type util.SimpleHead",
            place: Some("bad/templates/t.yaml:1:1"),
            help: "writes what is no manifest",
        },
    );
}

#[test]
fn template_with_carriage_returns() {
    bad_template(
        "a: 1\r\nb: {{ .Values.a }}\r\nc: {{ fail \"no\" }}\r\n",
        &Expected {
            kind: "template",
            message: "execution error at (bad/templates/t.yaml:3:6): no",
            place: Some("bad/templates/t.yaml:3:7"),
            help: "the chart itself asks for this",
        },
    );
}

#[test]
fn template_with_a_byte_order_mark() {
    bad_template(
        "\u{feff}a: {{ .Values.nope.x }}\n",
        &Expected {
            kind: "template",
            message: "bad/templates/t.yaml:1:13",
            place: Some("bad/templates/t.yaml:1:14"),
            help: "a value on the way is not set",
        },
    );
}

#[test]
fn values_that_their_schema_refuses() {
    bad(
        &[
            ("values.yaml", "# the number\na: 1\n"),
            ("values.schema.json", r#"{"properties": {"a": {"type": "string"}}}"#),
        ],
        &Expected {
            kind: "schema",
            message: "- at '/a': got number, want string",
            place: Some("bad/values.yaml:2:4"),
            help: "values.schema.json",
        },
    );
}

#[test]
fn schema_that_is_no_json() {
    bad(
        &[("values.schema.json", r#"{"type":"#)],
        &Expected { kind: "schema", message: "bad:\n", place: None, help: "mend the schema" },
    );
}

#[test]
fn dependency_that_is_not_there() {
    bad(
        &[(
            "Chart.yaml",
            "apiVersion: v2\nname: bad\nversion: 1.0.0\ndependencies:\n- name: db\n  version: 1.0.0\n  \
             repository: https://charts.example\n",
        )],
        &Expected {
            kind: "missing-dependency",
            message: "missing in charts/ directory: db",
            place: Some("bad/Chart.yaml:5:9"),
            help: "run `helm dependency build bad`",
        },
    );
}

#[test]
fn helmignore_with_a_pattern_that_helm_refuses() {
    bad(
        &[(".helmignore", "a/**\n")],
        &Expected { kind: "helmignore", message: "double-star", place: None, help: ".helmignore" },
    );
}

#[test]
fn the_same_trouble_under_several_values_is_told_once() {
    let scratch = Scratch::new();
    scratch.chart(
        "bad",
        &[
            ("templates/t.yaml", "a: {{ .Values.b.c }}"),
            ("ci/one-values.yaml", "{}"),
            ("ci/two-values.yaml", "{}"),
            ("ci/well-values.yaml", "b: {c: 1}"),
        ],
    );
    let run = scratch.run(&["check"]);
    run.exits(3).says(&["with its defaults, ci/one-values.yaml, ci/two-values.yaml\n"]);
    assert_eq!(run.stdout.matches("could not be rendered").count(), 1, "{}", run.stdout);
    run.says(&["3 renderings could not be judged", "under 1 values set)"]);
}

#[test]
fn values_for_ci_that_cannot_be_read_leave_the_defaults_judged() {
    let scratch = Scratch::with_good_chart();
    scratch.write("good/ci/broken-values.yaml", "a: [\n");
    let run = scratch.run(&["check"]);
    run.exits(3).says(&[GOOD_FINDING, "could not be rendered with ci/broken-values.yaml"]);
    run.says(&["--> good/ci/broken-values.yaml:2:1\n"]);
}

#[test]
fn many_charts_that_lack_dependencies_are_one_list() {
    let scratch = Scratch::with_good_chart();
    for name in ["a", "b", "c", "d"] {
        let metadata = format!(
            "apiVersion: v2\nname: {name}\nversion: 1.0.0\ndependencies:\n- name: db-{name}\n  \
             version: 1.0.0\n- name: common\n  version: 1.0.0\n"
        );
        scratch.chart(name, &[("Chart.yaml", &metadata), ("ci/x-values.yaml", "{}")]);
    }
    let run = scratch.run(&["check"]);
    run.exits(3).says(&[
        "error[missing-dependency]: 4 charts could not be rendered: dependencies are not in charts/\n",
        "- a: db-a, common\n",
        "- d: db-d, common\n",
        "run `helm dependency build` on each of them",
        "8 renderings could not be judged",
        GOOD_FINDING,
    ]);
    assert_eq!(run.stdout.matches("missing-dependency").count(), 1, "{}", run.stdout);
}
