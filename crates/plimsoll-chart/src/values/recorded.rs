//! Every recorded case of `tests/data/values`: the values that real Helm hands to templates.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Map as JsonMap, Value as Json};

use crate::trace::Trace;
use crate::value::{Data, Value};
use crate::{Capabilities, Chart, ChartFile, Error, Flag, Options, Profile, Release, ValuesSet};

const RECORDED: &str = include_str!("../../tests/data/values/recorded.json");

/// Cases whose message differs on purpose: Helm repeats the argument, which may hold a secret.
const REWORDED: &[(&str, &str)] = &[
    ("set-json-wrong", "failed parsing --set-json data: key must be a string"),
    ("set-json-object", "failed parsing --set-json data: key"),
    ("set-json-object-merge", "failed parsing --set-json data: key"),
];

fn text(json: &Json) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

pub(super) fn to_json(value: &Value) -> Json {
    match &value.data {
        Data::Bool(value) => Json::from(*value),
        // Helm's JSON shows all numbers alike, and the types are compared by themselves.
        Data::Int(int, _) => Json::from(*int as f64),
        Data::Float(float) => Json::from(*float),
        Data::Str(text) => Json::from(text.as_str()),
        Data::List(list) => list.items().iter().map(to_json).collect(),
        Data::Map(map) => {
            let entries = map.snapshot();
            Json::Object(entries.iter().map(|(k, v)| (k.to_string(), to_json(v))).collect())
        }
        _ => Json::Null,
    }
}

fn floats(json: &Json) -> Json {
    match json {
        Json::Number(number) => Json::from(number.as_f64().unwrap()),
        Json::Array(items) => items.iter().map(floats).collect(),
        Json::Object(entries) => {
            Json::Object(entries.iter().map(|(k, v)| (k.clone(), floats(v))).collect())
        }
        other => other.clone(),
    }
}

fn types(values: &Value) -> String {
    let mut out = String::new();
    if let Data::Map(map) = &values.data {
        for (key, value) in map.snapshot() {
            write!(out, "{key}={};", value.type_name()).unwrap();
        }
    }
    out
}

fn chart_files(case: &Json) -> Vec<ChartFile> {
    let mut files: BTreeMap<String, String> = case["files"]
        .as_object()
        .map(|files| files.iter().map(|(name, body)| (name.clone(), text(body))).collect())
        .unwrap_or_default();
    files
        .entry("Chart.yaml".to_owned())
        .or_insert_with(|| "apiVersion: v2\nname: c\nversion: 0.1.0\n".to_owned());
    let charts: Vec<String> = files
        .keys()
        .filter_map(|name| name.strip_suffix("Chart.yaml").map(str::to_owned))
        .collect();
    for chart in charts {
        files.insert(format!("{chart}templates/dump.yaml"), String::new());
    }
    files
        .into_iter()
        .map(|(name, body)| ChartFile { name, data: Arc::from(body.into_bytes()) })
        .collect()
}

fn values_set(case: &Json, profile: Profile) -> Result<ValuesSet, Error> {
    let mut set = ValuesSet::new(profile);
    for (index, body) in case["values"].as_array().unwrap().iter().enumerate() {
        set.add_file(&format!("v{index}.yaml"), &text(body))?;
    }
    let args: Vec<String> = case["args"].as_array().unwrap().iter().map(text).collect();
    for pair in args.chunks(2) {
        let flag = match pair[0].as_str() {
            "--set" => Flag::Set,
            "--set-string" => Flag::String,
            "--set-json" => Flag::Json,
            "--set-file" => Flag::File,
            "--set-literal" => Flag::Literal,
            other => panic!("unknown flag {other}"),
        };
        set.add_flag(flag, &pair[1], &mut |name| {
            case["set_files"]
                .get(name)
                .map(|file| text(file).into_bytes())
                .ok_or_else(|| "no such file".to_owned())
        })?;
    }
    Ok(set)
}

/// What templates see, by the name of the template that prints it.
fn run(case: &Json, profile: Profile) -> Result<Json, Error> {
    let set = values_set(case, profile)?;
    let chart = Chart::load(chart_files(case), "c", profile)?;
    let mut trace = Trace::new();
    let capabilities = Capabilities::assumed(profile);
    let release = Release::default();
    let options = Options { release, capabilities, profile, skip_schema: false };
    let plan = chart.plan(&set, &options, &mut trace)?;
    let mut charts = JsonMap::new();
    for template in &plan.templates {
        let Data::Map(top) = template.dot(&mut trace).data else { panic!("no map") };
        let values = top.get("Values").unwrap();
        let shown = serde_json::json!({ "values": to_json(&values), "types": types(&values) });
        charts.insert(template.name.to_string(), shown);
    }
    Ok(Json::Object(charts))
}

/// The lines in an order of their own: the Go library visits properties in random order.
fn lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.trim_end().lines().collect();
    lines.sort_unstable();
    lines
}

fn check(case: &Json, profile: Profile, want: &Json) -> Result<(), String> {
    let name = text(&case["name"]);
    let got = run(case, profile);
    match (want.get("error"), got) {
        (None, Ok(got)) => {
            let want = floats(&want["charts"]);
            (got == want).then_some(()).ok_or_else(|| format!("{name}: want {want}\n  got {got}"))
        }
        (Some(want), Err(error)) => {
            let want = text(want);
            let want = want.strip_prefix("Error: ").unwrap_or(&want);
            let reworded = REWORDED.iter().find(|(case, _)| *case == name);
            let got = error.to_string();
            let same = match reworded {
                Some((_, start)) => got.starts_with(start),
                None if want.contains("specifications of the schema") => lines(&got) == lines(want),
                None => got == want,
            };
            same.then_some(()).ok_or_else(|| format!("{name}: want {want}\n  got {got}"))
        }
        (want, got) => Err(format!("{name}: want {want:?}\n  got {got:?}")),
    }
}

#[test]
fn values_are_those_of_both_helms() {
    let recorded: Json = serde_json::from_str(RECORDED).unwrap();
    let mut differences = Vec::new();
    let cases = recorded["cases"].as_array().unwrap();
    for case in cases {
        for (profile, key) in [(Profile::Helm4, "helm4"), (Profile::Helm3, "helm3")] {
            if let Err(difference) = check(case, profile, &case[key]) {
                differences.push(format!("{key} {difference}"));
            }
        }
    }
    assert!(cases.len() > 100);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
