//! The report for machines, held to what `docs/REPORT.md` says of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::scratch::Scratch;

/// The types of all fields, by their path with `[]` for every element of an array.
fn fields(value: &Value, path: &str, found: &mut BTreeMap<String, &'static str>) {
    if !path.is_empty() && !path.ends_with("[]") {
        let kind = match value {
            Value::String(_) => "string",
            Value::Number(_) => "number",
            Value::Bool(_) => "boolean",
            Value::Array(items) if items.iter().any(Value::is_string) => "array of strings",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
            Value::Null => "null",
        };
        let known = found.entry(path.to_owned()).or_insert(kind);
        // An empty array does not tell what it is of.
        if *known == "array" {
            *known = kind;
        }
    }
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let gap = if path.is_empty() { "" } else { "." };
                fields(value, &format!("{path}{gap}{key}"), found);
            }
        }
        Value::Array(items) => {
            for item in items {
                fields(item, &format!("{path}[]"), found);
            }
        }
        _ => {}
    }
}

/// The fields of the page's table with their types.
fn documented() -> BTreeMap<String, String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/REPORT.md");
    let page = fs::read_to_string(page).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let cells: Vec<_> = row.split(" | ").collect();
        assert!(cells[2].trim_end_matches(" |").len() > 2, "{row} says nothing");
        let kind = cells[1].trim_end_matches(", may be absent");
        (cells[0].trim_end_matches('`').to_owned(), kind.to_owned())
    })
    .collect()
}

/// Charts that bring out every field.
fn everything() -> Scratch {
    let scratch = Scratch::with_good_chart();
    let gpu = "          resources:\n            limits: {nvidia.com/gpu: 1, memory: 1Gi}\n";
    let deployment = fs::read_to_string(scratch.path("good/templates/deployment.yaml")).unwrap();
    scratch.chart(
        "gpu",
        &[
            ("values.yaml", "replicas: 1\n"),
            ("templates/deployment.yaml", &format!("{deployment}{gpu}")),
            ("templates/odd.yaml", "apiVersion: v1\nkind: List\nitems: [{{ .Values.replicas }}]\n"),
            (
                "templates/account.yaml",
                "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n",
            ),
            ("ci/broken-values.yaml", "- a\n"),
        ],
    );
    scratch
}

#[test]
fn the_page_lists_every_field_and_no_other() {
    let scratch = everything();
    let run = scratch.run(&["check", "--output", "json", "good", "gpu", "nowhere"]);
    let report = run.exits(3).json();
    let mut found = BTreeMap::new();
    fields(&report, "", &mut found);
    let found: BTreeMap<_, _> =
        found.into_iter().map(|(path, kind)| (path, kind.to_owned())).collect();
    let documented = documented();
    for (path, kind) in &found {
        assert_eq!(documented.get(path), Some(kind), "{path} in docs/REPORT.md");
    }
    let missing: Vec<_> = documented.keys().filter(|path| !found.contains_key(*path)).collect();
    assert!(missing.is_empty(), "no report has {missing:?}; {report:#}");
}

#[test]
fn counts_agree_with_what_is_listed() {
    let scratch = everything();
    let report = scratch.run(&["check", "-o", "json", ".", "nowhere"]).json();
    let charts = report["charts"].as_array().unwrap();
    let listed = |name: &str| -> usize {
        charts.iter().map(|chart| chart[name].as_array().unwrap().len()).sum()
    };
    let summary = |name: &str| usize::try_from(report["summary"][name].as_u64().unwrap()).unwrap();
    assert_eq!(summary("charts"), charts.len());
    assert_eq!(summary("values_sets"), listed("values_sets"));
    assert_eq!(summary("errors") + summary("warnings") + summary("notes"), listed("findings"));
    assert_eq!(summary("failures"), listed("failures"));
    assert_eq!(summary("unchecked"), listed("unchecked"));
    assert_eq!(summary("problems"), 1);
}

#[test]
fn places_cover_what_they_say() {
    let scratch = everything();
    let report = scratch.run(&["check", "-o", "json", "gpu"]).json();
    let findings = report["charts"][0]["findings"].as_array().unwrap();
    let gpu = findings.iter().find(|one| one["rule"] == "gpu-taint-not-tolerated").unwrap();
    let place = &gpu["places"][0];
    let text = fs::read(scratch.path(place["file"].as_str().unwrap())).unwrap();
    let at = |name: &str| usize::try_from(place[name].as_u64().unwrap()).unwrap();
    assert_eq!(&text[at("start")..at("end")], b"1");
    let before = &text[..at("start")];
    assert_eq!(at("line"), before.iter().filter(|byte| **byte == b'\n').count() + 1);
    assert_eq!(at("column"), before.rsplit(|byte| *byte == b'\n').next().unwrap().len() + 1);
}
