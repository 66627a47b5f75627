//! `plimsoll deps`, and siblings that stand in for what is missing.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::scratch::{Scratch, archive};

fn chart_yaml(name: &str, version: &str, rest: &str) -> String {
    format!("apiVersion: v2\nname: {name}\nversion: {version}\n{rest}")
}

/// A repository with a chart `charts/top` that declares `declared`, one line for each.
fn repository(declared: &[&str]) -> Scratch {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.path(".git")).unwrap();
    let lines: String = declared.iter().map(|line| format!("- {{{line}}}\n")).collect();
    let rest = format!("dependencies:\n{lines}");
    scratch.write("charts/top/Chart.yaml", chart_yaml("top", "1.0.0", &rest));
    scratch
}

fn dependencies(scratch: &Scratch, args: &[&str], code: i32) -> Vec<Value> {
    let report = scratch.run(&[&["deps", "charts/top", "-o", "json"], args].concat());
    report.exits(code).json()["charts"][0]["dependencies"].as_array().unwrap().clone()
}

/// A chart archive with a `Chart.yaml` alone.
fn packed(name: &str, version: &str) -> Vec<u8> {
    archive(&[(&format!("{name}/Chart.yaml"), &chart_yaml(name, version, ""))])
}

/// The words are those of `helm dependency list`, which both Helms say of these files.
#[test]
fn states_are_those_of_helm() {
    let names = [
        ("ok", "~1.2"),
        ("dir", "^1"),
        ("old", "2.x"),
        ("gone", "1.0.0"),
        ("odd", "latest"),
        ("many", "1"),
        ("alias", "1"),
        ("renamed", "1"),
    ];
    let lines: Vec<String> = names
        .iter()
        .map(|(name, version)| format!("name: {name}, version: {version}, repository: https://h"))
        .collect();
    let scratch = repository(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    scratch.write("charts/top/charts/ok-1.2.9.tgz", packed("ok", "1.2.9"));
    scratch.write("charts/top/charts/dir/Chart.yaml", chart_yaml("dir", "1.9.0", ""));
    scratch.write("charts/top/charts/old-1.0.0.tgz", packed("old", "1.0.0"));
    scratch.write("charts/top/charts/odd/Chart.yaml", chart_yaml("odd", "1.0.0", ""));
    scratch.write("charts/top/charts/many-1.0.0.tgz", packed("many", "1.0.0"));
    scratch.write("charts/top/charts/many-1.1.0.tgz", packed("many", "1.1.0"));
    scratch.write("charts/top/charts/alias-x.tgz", packed("alias", "1.0.0"));
    scratch.write("charts/top/charts/renamed-1.0.0.tgz", packed("other", "1.0.0"));
    let states: Vec<(String, String)> = dependencies(&scratch, &[], 1)
        .iter()
        .map(|one| [&one["name"], &one["status"]].map(|text| text.as_str().unwrap().to_owned()))
        .map(|[name, status]| (name, status))
        .collect();
    let want = [
        "ok",
        "unpacked",
        "wrong version",
        "missing",
        "invalid version",
        "too many matches",
        "ok",
        "misnamed",
    ];
    let want: Vec<_> = names
        .iter()
        .zip(want)
        .map(|((name, _), state)| ((*name).to_owned(), state.to_owned()))
        .collect();
    assert_eq!(states, want);
}

#[test]
fn what_is_missing_could_come_from_somewhere() {
    let scratch = repository(&[
        "name: near, version: ^1, repository: 'https://user:hunter2hunter2@h/charts'",
        "name: far, version: 1.0.0, repository: 'oci://h/charts/'",
        "name: path, version: 1.0.0, repository: 'file://../elsewhere'",
        "name: out, version: 1.0.0, repository: 'file:///etc'",
        "name: named, version: 1.0.0, repository: '@mine'",
        "name: local, version: 1.0.0",
    ]);
    scratch.write("charts/near/Chart.yaml", chart_yaml("near", "1.4.0", ""));
    scratch.write("old/near/Chart.yaml", chart_yaml("near", "0.9.0", ""));
    scratch.write("charts/elsewhere/Chart.yaml", chart_yaml("path", "2.0.0", ""));
    let run = scratch.run(&["deps", "charts/top"]);
    run.exits(1).says(&[
        "charts/top (top 1.0.0)\n",
        "      could come from https://user:********@h/charts\n",
        "      could come from the sibling charts/near (1.4.0)\n",
        "      could come from the sibling old/near (0.9.0, which does not fit)\n",
        "      could come from oci://h/charts/far\n",
        "      could come from the path charts/elsewhere (2.0.0, which does not fit)\n",
        "file:///etc, which leads out of the repository\n",
        "calls mine\n",
        "charts/local: no repository is declared\n",
        "  next: helm dependency update charts/top\n",
        "--siblings",
        "0 of 6 dependencies are there; 1 of 1 charts",
    ]);
    assert!(!scratch.run(&["deps", "-o", "json"]).stdout.contains("hunter2"));
}

#[test]
fn conditions_and_tags_decide_what_takes_part() {
    let scratch = repository(&[
        "name: a, version: 1.0.0, condition: 'a.use,global.use', alias: b",
        "name: c, version: 1.0.0, tags: [t]",
        "name: d, version: 1.0.0",
    ]);
    scratch.write("charts/top/values.yaml", "a: {use: false}\nglobal: {use: false}\n");
    let switches = |args: &[&str]| -> Vec<Value> {
        dependencies(&scratch, args, 1).iter().map(|one| one["enabled"].clone()).collect()
    };
    assert_eq!(switches(&[]), [json!(false), json!(true), json!(true)]);
    assert_eq!(
        switches(&["--set", "a.use=true,tags.t=false"]),
        [json!(true), json!(false), json!(true)]
    );
    scratch.write("more.yaml", "global: {use: true}\na: null\n");
    assert_eq!(switches(&["-f", "more.yaml"])[0], json!(true));
    scratch.run(&["deps", "charts/top"]).says(&[
        "a as b",
        "off (a.use, global.use)",
        "on (tags.t)",
    ]);
}

#[test]
fn locks_are_held_against_declarations_and_charts() {
    let scratch =
        repository(&["name: dep, version: ^1.0.0, repository: 'https://example.com/charts'"]);
    scratch.write("charts/top/charts/dep-1.2.0.tgz", packed("dep", "1.2.0"));
    // The digest is what `helm dependency build` of Helm 4.2.4 takes for these declarations.
    let lock = |version: &str, digest: &str| {
        format!(
            "dependencies:\n- name: dep\n  repository: https://example.com/charts\n  version: {version}\ndigest: sha256:{digest}\n"
        )
    };
    const DIGEST: &str = "fbe3e1e3245c164b8beb5d76ed7d5e6f8e2255e2bf173696c9a2504279ea5973";
    let report = |code| {
        let run = scratch.run(&["deps", "charts/top", "-o", "json"]);
        run.exits(code).json()["charts"][0]["lock"].clone()
    };
    assert_eq!(report(0), Value::Null);
    scratch.write("charts/top/Chart.lock", lock("1.2.0", DIGEST));
    assert_eq!(report(0), json!({"file": "Chart.lock", "digest": "current", "drift": []}));
    scratch.write("charts/top/Chart.lock", lock("1.1.0", DIGEST));
    let drift = "dep is locked at 1.1.0 and there at 1.2.0";
    assert_eq!(report(1), json!({"file": "Chart.lock", "digest": "stale", "drift": [drift]}));
    scratch.write("charts/top/Chart.lock", "dependencies: []\ndigest: sha256:0\n");
    scratch
        .run(&["deps", "charts/top"])
        .exits(1)
        .says(&["Chart.lock was made from other declarations", "dep is declared and not locked"]);
}

#[test]
fn charts_that_are_not_declared_are_told() {
    let scratch = repository(&["name: a, version: 1.0.0"]);
    scratch.write("charts/top/charts/a/Chart.yaml", chart_yaml("a", "1.0.0", ""));
    scratch.write("charts/top/charts/b/Chart.yaml", chart_yaml("b", "1.0.0", ""));
    let run = scratch.run(&["deps", "charts/top"]);
    run.exits(0).says(&["  charts/top/charts/b is there and not declared\n"]);
}

/// A repository whose top chart needs `lib`, which needs `base`; both are siblings.
fn chain() -> Scratch {
    let scratch = repository(&["name: lib, version: ^1, repository: https://h, alias: short"]);
    scratch.write("charts/top/templates/t.yaml", "top: {{ include \"base.name\" . }}\n");
    scratch.write("charts/top/values.yaml", "short: {word: from top}\n");
    scratch.write("charts/top/.helmignore", "*.txt\n");
    let rest = "dependencies:\n- {name: base, version: 2.0.0, repository: 'file://../base'}\n";
    scratch.write("charts/lib/Chart.yaml", chart_yaml("lib", "1.5.0", rest));
    scratch.write("charts/lib/values.yaml", "word: own\nother: 1\n");
    scratch.write("charts/lib/.helmignore", "*.md\n");
    scratch.write("charts/lib/a.md", "shown");
    scratch.write("charts/lib/a.txt", "left out");
    scratch.write(
        "charts/lib/templates/t.yaml",
        "lib: {{ .Values.word }} {{ .Values.other }} {{ .Template.Name }} {{ .Files.Get \"a.md\" }}{{ .Files.Get \"a.txt\" }}\n",
    );
    scratch.write("charts/base/Chart.yaml", chart_yaml("base", "2.0.0", "type: library\n"));
    scratch.write("charts/base/templates/_t.tpl", "{{ define \"base.name\" }}base{{ end }}\n");
    scratch
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

#[test]
fn siblings_render_as_though_they_had_been_copied() {
    let scratch = chain();
    let render = ["render", "rel", "charts/top"];
    for profile in ["3", "4"] {
        let args = [&render[..], &["--siblings", "--helm-profile", profile]].concat();
        let with = scratch.run(&args);
        with.exits(0)
            .says(&["lib: from top 1 top/charts/short/templates/t.yaml shown\n", "top: base\n"]);
        let copied = chain();
        copy(&copied.path("charts/lib"), &copied.path("charts/top/charts/lib"));
        copy(&copied.path("charts/base"), &copied.path("charts/top/charts/lib/charts/base"));
        let want = copied.run(&[&render[..], &["--helm-profile", profile]].concat());
        assert_eq!(with.stdout, want.exits(0).stdout);
    }
    assert!(!scratch.path("charts/top/charts").exists(), "nothing is written");
    scratch.run(&render).exits(3).complains(&["missing in charts/ directory: lib", "--siblings"]);
    // What they render are no objects, which is found only in what could be rendered.
    let judged = scratch.run(&["check", "charts/top", "--siblings", "--fail-on", "never"]);
    judged.exits(0).says(&["charts/top/templates/t.yaml:1:1", "charts/lib/templates/t.yaml:1:1"]);
    scratch.run(&["compare", "charts/top", "--siblings"]).exits(0);
    let places = scratch.run(&["explain", "charts/top", "--siblings"]);
    places.exits(0);
}

#[test]
fn declared_paths_are_followed_without_being_asked_for() {
    let path = "name: lib, version: ^1, repository: 'file://../lib'";
    let scratch = repository(&[path]);
    scratch.write("charts/lib/Chart.yaml", chart_yaml("lib", "1.5.0", "type: library\n"));
    scratch.write("charts/lib/templates/_t.tpl", "{{ define \"lib.word\" }}word{{ end }}\n");
    let template =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ include \"lib.word\" . }}}\n";
    scratch.write("charts/top/templates/t.yaml", template);
    let suite = "tests:\n- it: uses it\n  template: t.yaml\n  asserts:\n  - equal: {path: metadata.name, value: word}\n";
    scratch.write("charts/top/tests/t_test.yaml", suite);
    scratch.run(&["check", "charts/top"]).exits(0);
    scratch.run(&["compare", "charts/top"]).exits(0);
    scratch.run(&["unittest", "charts/top"]).exits(0).says(&["1 passed, 1 total"]);
    assert!(!scratch.path("charts/top/charts").exists(), "nothing is written");
    // Helm does not follow it.
    scratch.run(&["render", "charts/top"]).exits(3).complains(&["missing in charts/"]);
    // No version but the one that is asked for.
    scratch.write("charts/lib/Chart.yaml", chart_yaml("lib", "2.0.0", "type: library\n"));
    for command in ["check", "compare", "unittest"] {
        let run = scratch.run(&[command, "charts/top"]);
        run.exits(3);
    }
}

#[test]
fn only_declared_paths_are_followed_without_being_asked_for() {
    let scratch = chain();
    for command in ["check", "compare"] {
        scratch.run(&[command, "charts/top"]).exits(3);
    }
    scratch.write("charts/top/tests/t_test.yaml", "tests: [{it: renders, asserts: []}]\n");
    scratch.run(&["unittest", "charts/top"]).exits(3);
    let asserts =
        "tests: [{it: renders, template: t.yaml, asserts: [{hasDocuments: {count: 1}}]}]\n";
    scratch.write("charts/top/tests/t_test.yaml", asserts);
    scratch.run(&["unittest", "charts/top", "--siblings"]).exits(0);
    let outside = Scratch::new();
    outside.write("lib/Chart.yaml", chart_yaml("lib", "1.5.0", ""));
    let path = outside.path("lib").display().to_string();
    let scratch = repository(&[&format!("name: lib, version: ^1, repository: 'file://{path}'")]);
    scratch.run(&["check", "charts/top"]).exits(3);
}

#[test]
fn siblings_stand_in_all_the_way_down() {
    let scratch = chain();
    let found = dependencies(&scratch, &["--siblings"], 0);
    assert_eq!(found[0]["stand_in"], "charts/lib");
    assert_eq!(found[0]["status"], "missing");
    assert_eq!(found[0]["chart"]["dependencies"][0]["stand_in"], "charts/base");
    assert_eq!(dependencies(&scratch, &[], 1)[0].get("stand_in"), None);
    // Elsewhere there are none.
    dependencies(&scratch, &["--siblings=charts/base"], 1);
    dependencies(&scratch, &["--siblings=charts"], 0);
    scratch
        .run(&["deps", "charts/top", "--siblings=nowhere"])
        .exits(2)
        .complains(&["open nowhere"]);
}

#[test]
fn siblings_of_another_version_do_not_stand_in() {
    let scratch = chain();
    scratch.write("charts/lib/Chart.yaml", chart_yaml("lib", "2.0.0", ""));
    scratch
        .run(&["render", "charts/top", "--siblings"])
        .exits(3)
        .complains(&["missing in charts/"]);
}

#[test]
fn siblings_that_need_each_other_are_refused() {
    let scratch = chain();
    let rest = "dependencies:\n- {name: lib, version: ^1}\n";
    scratch.write("charts/base/Chart.yaml", chart_yaml("base", "2.0.0", rest));
    scratch
        .run(&["render", "charts/top", "--siblings"])
        .exits(3)
        .complains(&["charts/lib stands in for a dependency of charts/base"]);
}

#[cfg(unix)]
#[test]
fn no_sibling_leads_out_of_the_repository() {
    let scratch = chain();
    let outside = Scratch::new();
    outside.write("lib/Chart.yaml", chart_yaml("lib", "1.5.0", ""));
    outside.write("lib/templates/t.yaml", "outside: 1\n");
    fs::remove_dir_all(scratch.path("charts/lib")).unwrap();
    std::os::unix::fs::symlink(outside.path("lib"), scratch.path("charts/lib")).unwrap();
    scratch
        .run(&["render", "charts/top", "--siblings"])
        .exits(3)
        .complains(&["missing in charts/"]);
    fs::remove_file(scratch.path("charts/lib")).unwrap();
    scratch.write("charts/lib/Chart.yaml", chart_yaml("lib", "1.5.0", ""));
    let link = scratch.path("charts/lib/secret.txt");
    std::os::unix::fs::symlink(outside.path("lib/Chart.yaml"), link).unwrap();
    scratch.write("charts/top/.helmignore", "");
    scratch
        .run(&["render", "charts/top", "--siblings"])
        .exits(3)
        .complains(&["is a link out of the chart"]);
}
