//! `plimsoll unittest`: verdicts, reports, snapshots and bad suites.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::scratch::Scratch;

fn recorded() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/unittest")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// The tests of a JUnit report as the recorded verdicts write them.
fn verdicts(report: &str) -> Vec<String> {
    let suite = Regex::new("<testsuite id=\"[0-9]+\" name=\"([^\"]*)\"").unwrap();
    let case = Regex::new("<testcase [^>]* name=\"([^\"]*)\" [^>]*>").unwrap();
    let plain = |text: &str| {
        let text = text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
        text.replace("&amp;", "&")
    };
    let mut name = String::new();
    let mut found: Vec<String> = Vec::new();
    for line in report.lines() {
        if let Some(suite) = suite.captures(line) {
            name = plain(&suite[1]);
        } else if let Some(case) = case.captures(line) {
            found.push(format!("passed   {name} / {}", plain(&case[1])));
        } else {
            for (tag, verdict) in
                [("skipped", "skipped"), ("failure", "failed"), ("error", "errored")]
            {
                if line.trim_start().starts_with(&format!("<{tag} ")) {
                    let last = found.pop().unwrap();
                    found.push(format!("{verdict:8} {}", &last[9..]));
                }
            }
        }
    }
    found
}

#[test]
fn verdicts_are_those_of_helm_unittest() {
    let scratch = Scratch::new();
    copy(&recorded().join("chart"), &scratch.path("chart"));
    let run = scratch.run(&["unittest", "chart", "-o", "out/report.xml", "-t", "junit"]);
    run.exits(3);
    let report = fs::read_to_string(scratch.path("out/report.xml")).unwrap();
    let expected = fs::read_to_string(recorded().join("verdicts.txt")).unwrap();
    assert_eq!(verdicts(&report), expected.lines().collect::<Vec<_>>());
    for entry in fs::read_dir(recorded().join("after")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let ours = scratch.path(&format!("chart/tests/__snapshot__/{name}"));
        assert_eq!(
            fs::read_to_string(ours).unwrap(),
            fs::read_to_string(&path).unwrap(),
            "snapshot {name}"
        );
    }
}

#[test]
fn machine_reports_come_in_four_forms() {
    let scratch = Scratch::new();
    copy(&recorded().join("chart"), &scratch.path("chart"));
    for (form, root) in [
        ("JUnit", "<testsuites>"),
        ("NUnit", "<test-results "),
        ("xunit", "<assemblies>"),
        ("Sonar", "<testExecutions "),
    ] {
        scratch.run(&["unittest", "chart", "-o", "report.xml", "-t", form]);
        let report = fs::read_to_string(scratch.path("report.xml")).unwrap();
        assert!(report.lines().nth(1).unwrap().starts_with(root), "{form}");
        let end = format!("</{}>", root.trim_start_matches('<').trim_end_matches([' ', '>']));
        assert!(report.ends_with(&format!("{end}\n")), "{form}");
        assert!(!report.contains("swordfish"), "{form}");
    }
}

/// A chart with one template and one value.
fn chart(scratch: &Scratch, suite: &str) {
    scratch.chart(
        "c",
        &[
            ("values.yaml", "size: 3\nname: a\n"),
            (
                "templates/map.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\ndata:\n  \
                 size: {{ .Values.size }}\n  fixed: here\n",
            ),
            ("tests/map_test.yaml", suite),
        ],
    );
}

const GOOD: &str = "suite: good\ntemplates: [map.yaml]\ntests:\n- it: holds\n  asserts:\n  - equal: {path: data.size, value: 3}\n";

#[test]
fn a_failure_points_at_suite_template_and_values() {
    let scratch = Scratch::new();
    let bad = GOOD.replace("value: 3", "value: 4");
    chart(&scratch, &bad);
    let run = scratch.run(&["unittest", "c"]);
    run.exits(1).says(&[
        " FAIL  good  c/tests/map_test.yaml",
        "- holds  c/tests/map_test.yaml:4:3",
        "asserts[0] `equal` fails at c/tests/map_test.yaml:6:5",
        "template: c/templates/map.yaml",
        "path:     data.size",
        "expected: 4",
        "actual:   3",
        "written by c/templates/map.yaml:6:9",
        "6 |   size: {{ .Values.size }}",
        "from `size` c/values.yaml:1:7",
        "1 | size: 3",
        "Tests:       1 failed, 0 passed, 1 total",
    ]);
    let set = bad.replace("  asserts", "  set: {size: 9}\n  asserts");
    chart(&scratch, &set);
    scratch.run(&["unittest", "c"]).exits(1).says(&["from `size` c/tests/map_test.yaml:5:15"]);
}

#[test]
fn every_outcome_has_its_code() {
    let scratch = Scratch::new();
    chart(&scratch, GOOD);
    scratch.chart("empty", &[("templates/a.yaml", "")]);
    scratch.chart(
        "broken",
        &[
            ("templates/a.yaml", "{{ fail \"no\" }}"),
            ("tests/a_test.yaml", "tests:\n- it: x\n  asserts:\n  - isKind: {of: X}\n"),
        ],
    );
    for (code, args) in [
        (0, "unittest c"),
        (0, "unittest empty"),
        (0, "unittest c empty --strict"),
        (0, "unittest --help"),
        (2, "unittest"),
        (2, "unittest c -t xml -o r"),
        (2, "unittest c -f [z-a].yaml"),
        (2, "unittest c --with-subchart=maybe"),
        (3, "unittest nowhere"),
        (3, "unittest c nowhere"),
        (3, "unittest broken"),
        (3, "unittest c -v nothing.yaml"),
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        assert_eq!(scratch.run(&args).code, code, "{args:?}");
    }
    scratch.run(&["unittest", "broken"]).says(&[
        "cannot be run:",
        "execution error at (broken/templates/a.yaml:1:3): no",
        "at broken/templates/a.yaml:1:",
    ]);
}

#[test]
fn bad_suites_are_errors_with_a_place_and_stop_no_other() {
    let scratch = Scratch::new();
    for (suite, said) in [
        (
            "tests:\n- it: x\n  asserts:\n  - isKnd: {of: a}\n",
            "no assertion is called `isKnd` at c/tests/map_test.yaml:4:5",
        ),
        ("tests: [", "c/tests/map_test.yaml:1:"),
        ("suite: x\n", "the suite has no tests at c/tests/map_test.yaml:1:1"),
        ("tests:\n- it: x\n", "the test `x` has no asserts at c/tests/map_test.yaml:2:3"),
        (
            "tests:\n- it: x\n  asserts:\n  - hasDocuments: {count: many}\n",
            "`count` of `hasDocuments` must be a whole number, not text at c/tests/map_test.yaml:4:27",
        ),
    ] {
        chart(&scratch, suite);
        scratch.write("c/tests/other_test.yaml", GOOD);
        scratch.run(&["unittest", "c"]).exits(3).says(&[said, " PASS  good"]);
    }
}

#[test]
fn bad_tests_are_errors_with_a_place() {
    let scratch = Scratch::new();
    let test = |lines: &str| format!("tests:\n- it: x\n{lines}");
    let kind = "  asserts:\n  - isKind: {of: ConfigMap}\n";
    for (lines, code, said) in [
        (
            format!("  postRenderer: {{cmd: touch}}\n{kind}"),
            3,
            "post-renderers are programs, and Plimsoll runs none",
        ),
        (
            format!("  values: [/etc/hostname]\n{kind}"),
            3,
            "it lies neither in the chart nor below the current directory",
        ),
        (format!("  values: [none.yaml]\n{kind}"), 3, "cannot read the values file none.yaml"),
        (format!("  set: {{\"a{{\": 1}}\n{kind}"), 3, "cannot set `a{`: `{` cannot be in it"),
        (
            format!("  template: none.yaml\n{kind}"),
            1,
            "c renders no template of that name, or the suite does not select it",
        ),
        (
            "  asserts:\n  - equal: {path: 'data.[', value: 1}\n".to_owned(),
            1,
            "the path cannot be followed: a name is missing after the dot at character 6 of the path",
        ),
        (
            "  asserts:\n  - matchRegex: {path: metadata.name, pattern: '('}\n".to_owned(),
            1,
            "error parsing regexp: missing closing ): `(`",
        ),
    ] {
        chart(&scratch, &test(&lines));
        scratch.run(&["unittest", "c"]).exits(code).says(&[said, "c/tests/map_test.yaml:"]);
    }
    assert!(!scratch.path("c/touch").exists());
}

#[test]
fn values_files_have_to_be_mappings_of_text() {
    let scratch = Scratch::new();
    let suite = GOOD.replace("  asserts", "  values: [../v.yaml]\n  asserts");
    chart(&scratch, &suite);
    for (values, said) in [
        ("- a\n", "values must be a mapping, not a list"),
        ("a: {1: b}\n", "the keys of values must be text"),
        ("a: 1\na: 2\n", "the key `a` is there twice"),
        ("a: [\n", "c/v.yaml:"),
    ] {
        scratch.write("c/v.yaml", values);
        scratch.run(&["unittest", "c"]).exits(3).says(&[said, "at c/v.yaml:"]);
    }
    scratch.write("c/v.yaml", vec![b'#'; 6 << 20]);
    scratch.run(&["unittest", "c"]).exits(3).says(&["is larger than 5 MiB"]);
}

const SNAPSHOT: &str = "tests:\n- it: is kept\n  asserts:\n  - matchSnapshot: {path: data}\n";

#[test]
fn snapshots_are_made_compared_and_updated() {
    let scratch = Scratch::new();
    chart(&scratch, SNAPSHOT);
    let file = "c/tests/__snapshot__/map_test.yaml.snap";
    let text = || fs::read_to_string(scratch.path(file)).unwrap();
    scratch.run(&["unittest", "c"]).exits(0).says(&["Snapshots:   1 passed, 1 total, 1 created"]);
    assert_eq!(text(), "is kept:\n  1: |\n    fixed: here\n    size: 3\n");
    scratch.write("c/values.yaml", "size: 5\nname: a\n");
    scratch.run(&["unittest", "c"]).exits(1).says(&[
        "expected to match snapshot 1",
        "- fixed: here\n         size: 3".split('\n').next().unwrap().trim_start_matches("- "),
        "use -u to keep them",
    ]);
    assert!(text().contains("size: 3"));
    scratch.run(&["unittest", "c", "-u"]).exits(0);
    assert!(text().contains("size: 5"));
    scratch.write(file, "is kept: [1]\n");
    scratch.run(&["unittest", "c"]).exits(3).says(&[
        "a test's snapshots must be a mapping of numbers at c/tests/__snapshot__/map_test.yaml.snap:1:10",
    ]);
    assert_eq!(text(), "is kept: [1]\n");
}

#[test]
fn values_of_secrets_are_not_shown() {
    let scratch = Scratch::new();
    copy(&recorded().join("chart"), &scratch.path("chart"));
    scratch.write(
        "chart/tests/secret_test.yaml",
        "templates: [secret.yaml]\ntests:\n- it: x\n  asserts:\n  \
         - equal: {path: stringData.password, value: other}\n  \
         - matchRegex: {path: stringData.password, pattern: ^x}\n  \
         - isEmpty: {path: stringData}\n  - matchSnapshot: {not: true}\n    not: true\n",
    );
    let run = scratch.run(&["unittest", "chart", "-f", "tests/secret_test.yaml"]);
    run.exits(1).says(&["asserts[0] `equal` fails", "(hidden)", "asserts[2] `isEmpty` fails"]);
    assert!(!run.stdout.contains("swordfish-"), "{}", run.stdout);
}

#[test]
fn suites_of_subcharts_run_unless_nobody_wants_them() {
    let scratch = Scratch::new();
    copy(&recorded().join("chart"), &scratch.path("chart"));
    fs::remove_dir_all(scratch.path("chart/tests")).unwrap();
    let with = scratch.run(&["unittest", "chart"]);
    with.exits(1).says(&["subchart  chart/charts/child/tests/map_test.yaml", "1 failed, 1 passed"]);
    let without = scratch.run(&["unittest", "chart", "--with-subchart=false"]);
    without.exits(0).says(&["Tests:       0 passed, 0 total"]);
    let values = scratch.path("chart/values.yaml");
    let text = fs::read_to_string(&values).unwrap().replace("enabled: true", "enabled: false");
    fs::write(&values, text).unwrap();
    scratch.run(&["unittest", "chart"]).exits(0).says(&["Tests:       0 passed, 0 total"]);
}

#[test]
fn templates_can_write_suites() {
    let scratch = Scratch::new();
    chart(&scratch, GOOD);
    scratch.write("c/suites/Chart.yaml", "apiVersion: v2\nname: suites\nversion: 0.1.0\n");
    scratch.write("c/.helmignore", "/suites/\n");
    scratch.write(
        "c/suites/templates/sizes.yaml",
        "{{ range list 3 4 }}---\nsuite: size {{ . }}\ntests:\n- it: is {{ . }}\n  asserts:\n  \
         - equal: {path: data.size, value: {{ . }}}\n{{ end }}",
    );
    let run = scratch.run(&["unittest", "c", "--chart-tests-path", "suites"]);
    run.exits(1).says(&[
        " PASS  size 3  c/suites/templates/sizes.yaml",
        " FAIL  size 4  c/suites/templates/sizes.yaml",
    ]);
    scratch.write("c/suites/templates/sizes.yaml", "{{ fail \"no suites\" }}");
    let run = scratch.run(&["unittest", "c", "--chart-tests-path", "suites"]);
    run.exits(3).says(&["cannot render the chart of suites", "no suites", " PASS  good"]);
}

#[test]
fn the_first_failure_can_be_the_last() {
    let scratch = Scratch::new();
    let suite = "tests:\n- it: one\n  asserts:\n  - isKind: {of: A}\n- it: two\n  asserts:\n  - isKind: {of: B}\n";
    chart(&scratch, suite);
    scratch.write("c/tests/z_test.yaml", GOOD);
    scratch.run(&["unittest", "c"]).exits(1).says(&["Tests:       2 failed, 1 passed, 3 total"]);
    let run = scratch.run(&["unittest", "c", "-q"]);
    run.exits(1).says(&["Tests:       1 failed, 0 passed, 1 total"]);
}

#[test]
fn strict_reading_refuses_keys_that_mean_nothing() {
    let scratch = Scratch::new();
    chart(&scratch, &GOOD.replace("value: 3", "value: 3, vlaue: 4"));
    scratch.run(&["unittest", "c"]).exits(0);
    scratch
        .run(&["unittest", "c", "--strict"])
        .exits(3)
        .says(&["`equal` has no parameter `vlaue` at c/tests/map_test.yaml:6:40"]);
}

#[test]
fn the_profile_decides_how_errors_read() {
    let scratch = Scratch::new();
    scratch.chart(
        "c",
        &[
            ("templates/a.yaml", "a: {{ .Values.list.x }}\n"),
            ("values.yaml", "list: [1]\n"),
            ("tests/a_test.yaml", "tests:\n- it: x\n  asserts:\n  - isKind: {of: X}\n"),
        ],
    );
    let three = scratch.run(&["unittest", "c"]);
    three.exits(3).says(&["template: c/templates/a.yaml:1:13: executing"]);
    let four = scratch.run(&["unittest", "c", "--helm-profile", "4"]);
    four.exits(3);
    assert!(!four.stdout.contains("template: c/templates"), "{}", four.stdout);
}

#[test]
fn hostile_suites_end_soon_and_steer_no_terminal() {
    let scratch = Scratch::new();
    let settings: String = (0..500).map(|number| format!("    a{number}[65536]: 1\n")).collect();
    let exists = "  asserts:\n  - exists: {path: data}\n";
    for (suite, said) in [
        (format!("tests: {}", "[".repeat(5000)), "values nest deeper than 512 levels"),
        (format!("tests:\n- it: x\n  set:\n{settings}{exists}"), "ask for over 1000000 elements"),
        (
            format!("tests:\n- asserts:\n  - exists: {{path: 'a{}'}}\n", "[?(@.b".repeat(3000)),
            "filters nest deeper than 64 levels",
        ),
        (
            "suite: \"a\\e[2J\"\ntests:\n- it: \"b\\a\"\n  asserts:\n  - isKind: {of: \"c\\e[2J\"}\n"
                .to_owned(),
            "a\u{fffd}[2J",
        ),
    ] {
        chart(&scratch, &suite);
        let run = scratch.run(&["unittest", "c"]);
        run.says(&[said]);
        assert!(!run.stdout.contains(['\u{1b}', '\u{7}']), "{run:?}");
    }
}
