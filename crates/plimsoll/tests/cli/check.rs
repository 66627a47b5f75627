//! `plimsoll check`: what its report for people says.

use crate::scratch::{GOOD_FINDING, Run, Scratch};

const CLAIM: &str = "{{- if .Values.persistence.enabled }}\nvolumes: claim\n{{- end }}\n";

/// A chart whose models are in an emptyDir, unless a value says otherwise.
fn toggled() -> Scratch {
    let scratch = Scratch::new();
    scratch.chart(
        "app",
        &[
            ("values.yaml", "persistence:\n  enabled: false\nmemory: 1Gi\n"),
            (
                "templates/deployment.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  template:\n    \
                 spec:\n      containers:\n      - name: ollama\n        image: ollama/ollama:0.12.0\n        \
                 resources:\n          limits:\n            memory: {{ .Values.memory }}\n        \
                 volumeMounts:\n        - name: models\n          mountPath: /root/.ollama\n      \
                 volumes:\n      - name: models\n        {{- if .Values.persistence.enabled }}\n        \
                 persistentVolumeClaim: {claimName: models}\n        {{- else }}\n        \
                 emptyDir: {}\n        {{- end }}\n",
            ),
        ],
    );
    scratch
}

fn check(scratch: &Scratch, args: &[&str]) -> Run {
    scratch.run(&[&["check"], args].concat())
}

#[test]
fn findings_stand_below_their_chart_with_the_lines_to_change() {
    let scratch = Scratch::with_good_chart();
    scratch.chart("clean", &[("templates/nothing.yaml", "")]);
    let run = check(&scratch, &["--rule", GOOD_FINDING]);
    run.exits(1).says(&[
        "== good (1 warning; 1 values set)\n\n",
        "warning[memory-limit-missing]: Ollama has no memory limit\n",
        "  --> good/templates/deployment.yaml:14:11\n",
        "14 |         - name: ollama\n",
        "   = object: Deployment/release-name-ollama spec.template.spec.containers[0]\n",
        "   = why: ",
        "   = help: ",
        "\n0 errors, 1 warning, 0 notes in 2 charts (1 object under 2 values sets)\n",
    ]);
    assert!(!run.stdout.contains("== clean"), "nothing is to say of it: {}", run.stdout);
    assert_eq!(run.stderr, "");
}

#[test]
fn a_value_that_decides_about_a_field_is_shown_first() {
    let scratch = toggled();
    let run = check(&scratch, &["--rule", "model-directory-not-persistent"]);
    run.exits(1).says(&[
        " --> app/values.yaml:2:12\n",
        "2 |   enabled: false\n",
        "           ----- persistence.enabled decides this\n",
        "::: app/templates/deployment.yaml:18:9\n",
    ]);
    // An editor is sent to the line that has the fault.
    let short = check(&scratch, &["--output", "short", "--rule", "model-directory-not-persistent"]);
    assert!(short.stdout.starts_with("app/templates/deployment.yaml:18:9: warning["), "{short:?}");
}

#[test]
fn a_comment_allows_a_finding_wherever_the_report_points() {
    let comment = " # plimsoll: allow model-directory-not-persistent -- a demo\n";
    for (file, line) in
        [("values.yaml", "  enabled: false"), ("templates/deployment.yaml", "      - name: models")]
    {
        let scratch = toggled();
        let path = scratch.path(&format!("app/{file}"));
        let text = std::fs::read_to_string(&path).unwrap();
        let (before, after) = text.rsplit_once(&format!("{line}\n")).unwrap();
        std::fs::write(&path, format!("{before}{line}{comment}{after}")).unwrap();
        let run = check(&scratch, &[]);
        assert!(!run.stdout.contains("[model-directory-not-persistent]"), "{file}: {}", run.stdout);
        assert!(!run.stdout.contains("suppression-unused"), "{file}: {}", run.stdout);
        run.says(&["1 allowed by comments"]);
    }
}

#[test]
fn a_comment_may_be_for_what_could_not_be_rendered() {
    let scratch = toggled();
    let comment = "# plimsoll: allow readiness-equals-liveness -- a demo\n";
    let text = std::fs::read_to_string(scratch.path("app/values.yaml")).unwrap();
    scratch.write("app/values.yaml", format!("{comment}{text}"));
    let run = check(&scratch, &[]);
    assert!(run.stdout.contains("[suppression-unused]"), "{}", run.stdout);
    scratch.write("app/ci/broken-values.yaml", "persistence: {enabled: [\n");
    let run = check(&scratch, &[]);
    run.exits(3).says(&["whether all comments that allow findings are still needed"]);
    assert!(!run.stdout.contains("[suppression-unused]"), "{}", run.stdout);
}

#[test]
fn findings_name_the_values_that_bring_them_out() {
    let scratch = toggled();
    let good = "persistence: {enabled: true}\n";
    scratch.write("app/values.yaml", format!("{good}memory: 1Gi\n"));
    for name in ["a", "b", "c", "d", "e"] {
        scratch.write(&format!("app/ci/{name}-values.yaml"), "persistence: {enabled: false}\n");
    }
    scratch.write("app/ci/good-values.yaml", good);
    let run = check(&scratch, &["--rule", "model-directory-not-persistent"]);
    run.exits(1).says(&["= values: only with ci/a-values.yaml", "(1 warning; 7 values sets)"]);
    run.says(&[
        "ci/b-values.yaml, ci/c-values.yaml and 2 other values",
        "app/ci/a-values.yaml:1:24",
    ]);
}

#[test]
fn findings_that_one_change_mends_are_shown_together() {
    let scratch = Scratch::with_good_chart();
    let template = std::fs::read_to_string(scratch.path("good/templates/deployment.yaml")).unwrap();
    let many = template
        .replace("{{ .Release.Name }}-ollama", "ollama-{{ . }}")
        .replace(".Values", "$.Values");
    scratch.write(
        "good/templates/deployment.yaml",
        format!("{{{{- range until 9 }}}}\n---\n{many}{{{{- end }}}}\n"),
    );
    let run = check(&scratch, &["--rule", GOOD_FINDING]);
    run.exits(1).says(&["(9 warnings; 1 values set)", "- Deployment/ollama-6\n", "- and 2 more"]);
    assert_eq!(run.stdout.matches("no memory limit\n").count(), 1, "{}", run.stdout);
    let short = check(&scratch, &["--rule", GOOD_FINDING, "-o", "short"]);
    assert_eq!(short.stdout.lines().count(), 9, "{}", short.stdout);
}

#[test]
fn sentences_are_wrapped_and_source_lines_are_not() {
    let scratch = toggled();
    let run = check(&scratch, &[]);
    for line in run.stdout.lines().filter(|line| line.starts_with("   ")) {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn short_reports_have_a_line_for_each_finding() {
    let scratch = Scratch::with_good_chart();
    let run = check(&scratch, &["--output", "short", "--rule", GOOD_FINDING]);
    assert_eq!(
        run.exits(1).stdout,
        "good/templates/deployment.yaml:14:11: warning[memory-limit-missing]: Ollama has no memory \
         limit (Deployment/release-name-ollama)\n"
    );
    run.complains(&["0 errors, 1 warning, 0 notes in 1 chart"]);
}

#[test]
fn kinds_without_rules_are_told_once() {
    let scratch = Scratch::new();
    for chart in ["a", "b"] {
        let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\n";
        scratch.chart(chart, &[("templates/role.yaml", role), ("ci/x-values.yaml", "{}")]);
    }
    let run = check(&scratch, &[]);
    run.exits(0).says(&["Not checked\n  kinds without rules: Role\n\n0 errors"]);
}

#[test]
fn a_library_is_said_not_to_be_judged() {
    let scratch = Scratch::new();
    let library = "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n";
    scratch.chart("lib", &[("Chart.yaml", library), ("templates/_h.tpl", CLAIM)]);
    let run = check(&scratch, &[]);
    run.exits(0).says(&["Not checked\n  lib: a library chart renders nothing by itself\n"]);
}

#[test]
fn only_the_rules_asked_for_are_reported() {
    let scratch = Scratch::with_good_chart();
    let run = check(&scratch, &["--rule", "gpu-rollout-deadlock"]);
    run.exits(0).says(&["0 errors, 0 warnings"]);
    check(&scratch, &["--rule", "gpu-rollout-deadlock", "--rule", GOOD_FINDING]).exits(1);
    let run = check(&scratch, &["--rule", "gpu-rolout-deadlock"]);
    run.exits(2)
        .complains(&["no rule is called gpu-rolout-deadlock; did you mean gpu-rollout-deadlock?"]);
    check(&scratch, &["--rule", "zzz"]).exits(2).complains(&["`plimsoll rules` lists them"]);
}

#[test]
fn colours_come_only_where_they_are_asked_for() {
    let scratch = Scratch::with_good_chart();
    let is_coloured = |args: &[&str], env: &[(&str, &str)]| {
        scratch.run_with(&[&["check"], args].concat(), env).stdout.contains("\x1b[")
    };
    assert!(!is_coloured(&[], &[]), "a pipe is no terminal");
    assert!(is_coloured(&["--color", "always"], &[]));
    assert!(is_coloured(&["--color", "always"], &[("NO_COLOR", "1")]), "the flag is stronger");
    assert!(!is_coloured(&["--color", "never"], &[("TERM", "xterm")]));
}

#[test]
fn braces_of_templates_are_shown_as_they_are() {
    let scratch = Scratch::with_good_chart();
    let template = scratch.path("good/templates/deployment.yaml");
    let text = std::fs::read_to_string(&template).unwrap();
    let text = text.replace("- name: ollama", "- name: {{ template \"x\" . }}");
    scratch.write("good/templates/_x.tpl", "{{ define \"x\" }}ollama{{ end }}");
    std::fs::write(&template, text).unwrap();
    check(&scratch, &[]).says(&["- name: {{ template \"x\" . }}\n"]);
}

#[test]
fn nothing_is_drawn_where_no_terminal_is() {
    let scratch = Scratch::with_good_chart();
    assert_eq!(check(&scratch, &[]).stderr, "");
}
