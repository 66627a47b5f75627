//! Values, metadata and schemas that blow up.

use crate::case::{Case, Setting};

pub(crate) const CASES: &[Case] = &[
    Case::refused(
        "alias-bomb",
        "aliases of aliases of aliases",
        |s| s.write("c/values.yaml", alias_bomb()),
        "excessive aliasing",
    ),
    Case::refused(
        "alias-bomb-in-metadata",
        "the same in Chart.yaml",
        |s| {
            let text = format!("apiVersion: v2\nname: c\nversion: 1.0.0\n{}", alias_bomb());
            s.write("c/Chart.yaml", text);
        },
        "excessive aliasing",
    ),
    Case::refused(
        "metadata-deep",
        "Chart.yaml nested a hundred thousand deep",
        |s| s.write("c/Chart.yaml", format!("name: {}", "[".repeat(100_000))),
        "exceeded max depth",
    ),
    Case::rendered(
        "metadata-giant-scalar",
        "a description of five million letters",
        |s| {
            let text = format!(
                "apiVersion: v2\nname: c\nversion: 1.0.0\ndescription: {}\n",
                "x".repeat(5_000_000)
            );
            s.write("c/Chart.yaml", text);
            s.template("a: {{ len .Chart.Description }}");
        },
        "a: 5000000",
    ),
    Case::refused(
        "values-many",
        "two and a half million values",
        |s| s.write("c/values.yaml", many_values(2_500_000)),
        "document has too many values",
    ),
    Case::refused(
        "values-many-in-subcharts",
        "ten subcharts of three hundred thousand values",
        |s| {
            for number in 0..10 {
                let name = format!("s{number}");
                let chart = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
                s.write(&format!("c/charts/{name}/Chart.yaml"), chart);
                s.write(&format!("c/charts/{name}/values.yaml"), many_values(300_000));
            }
        },
        "more than 1000000 values",
    ),
    Case::refused(
        "values-written-again",
        "many values written as YAML for ever",
        |s| {
            s.write("c/values.yaml", many_values(300_000));
            s.template("{{ range 100 }}{{ $x := toYaml $.Values }}{{ end }}");
        },
        "than its limit allows",
    ),
    Case::refused(
        "requirements-in-a-circle",
        "subcharts that declare each other by aliases",
        aliases_in_aliases,
        "more than",
    ),
    Case::refused(
        "alias-with-path",
        "a subchart called ../../x",
        |s| {
            s.write(
                "c/Chart.yaml",
                "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: s, version: '*', \
                 alias: ../../x}]\n",
            );
        },
        "disallowed characters",
    ),
    Case::refused(
        "name-with-path",
        "a chart called ../../x",
        |s| s.write("c/Chart.yaml", "apiVersion: v2\nname: ../../x\nversion: 1.0.0\n"),
        "is invalid",
    )
    .with(&["render", "r", "c", "--output-dir", "out"]),
    Case::refused(
        "dependency-outside",
        "a dependency on a directory outside of the chart",
        |s| {
            s.write("outside/chart/Chart.yaml", "apiVersion: v2\nname: s\nversion: 1.0.0\n");
            s.write(
                "c/Chart.yaml",
                "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: s, version: '*', \
                 repository: 'file://../outside/chart'}]\n",
            );
        },
        "missing in charts/ directory",
    ),
    Case::refused(
        "schema-remote",
        "a schema that refers to the network",
        |s| schema(s, r#"{"$ref": "https://example.com/schema.json"}"#),
        "never fetched",
    ),
    Case::refused(
        "schema-file",
        "a schema that refers to a file",
        |s| schema(s, r#"{"$ref": "file:///etc/passwd"}"#),
        "never fetched",
    ),
    Case::refused(
        "schema-in-itself",
        "a schema that is itself",
        |s| schema(s, r##"{"$ref": "#"}"##),
        "reference cycle",
    ),
    Case::refused(
        "schema-doubles",
        "a schema that refers to the next twice, thirty times over",
        |s| {
            let mut definitions = String::new();
            for number in 0..30 {
                let next = format!(r##"{{"$ref": "#/definitions/d{}"}}"##, number + 1);
                definitions.push_str(&format!(r#""d{number}": {{"allOf": [{next}, {next}]}}, "#));
            }
            schema(
                s,
                &format!(
                    r##"{{"definitions": {{{definitions}"d30": {{}}}}, "$ref": "#/definitions/d0"}}"##
                ),
            );
        },
        "takes more steps than allowed",
    ),
    Case::refused(
        "schema-pattern",
        "a schema with counts in counts in counts",
        |s| schema(s, r#"{"properties": {"a": {"pattern": "((a{1,500}){1,500}){1,500}"}}}"#),
        "take more steps to compile than allowed",
    ),
];

pub(crate) fn alias_bomb() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    text
}

fn many_values(count: usize) -> String {
    format!("a: [{}1]\n", "1,".repeat(count - 1))
}

fn schema(s: &Setting, text: &str) {
    s.write("c/values.yaml", "a: b\n");
    s.write("c/values.schema.json", text);
}

fn aliases_in_aliases(s: &Setting) {
    let mut at = "c/".to_owned();
    for (name, below) in [("c", "a"), ("a", "b"), ("b", "d"), ("d", "")] {
        let mut text = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
        if !below.is_empty() {
            let aliases: Vec<String> = (0..40)
                .map(|number| format!("{{name: {below}, version: '*', alias: x{number}}}"))
                .collect();
            text.push_str(&format!("dependencies: [{}]\n", aliases.join(", ")));
        }
        s.write(&format!("{at}Chart.yaml"), text);
        at.push_str(&format!("charts/{below}/"));
    }
}
