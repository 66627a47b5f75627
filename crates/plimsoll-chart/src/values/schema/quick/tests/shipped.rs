//! Tests of the charts that ship, whole and with single mistakes.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value as Json, json};

use super::super::Plan;
use super::{Judge, bytes, value_of};
use crate::trace::Trace;
use crate::value::Value;
use crate::values::schema::to_json;
use crate::values::{Family, ValuesSet, coalesce_values, process_dependencies, validate};
use crate::{Chart, ChartFile, Profile};

fn charts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../charts")
}

fn read(directory: &Path, inner: &str, files: &mut Vec<ChartFile>) {
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let inner = if inner.is_empty() { name } else { format!("{inner}/{name}") };
        if entry.path().is_dir() {
            // A chart whose dependencies were built holds archives that may be older.
            if inner != "charts" {
                read(&entry.path(), &inner, files);
            }
        } else {
            files.push(ChartFile { name: inner, data: fs::read(entry.path()).unwrap().into() });
        }
    }
}

/// A chart with its library, and each set of values that it ships.
struct Shipped {
    chart: Chart,
    sets: Vec<ValuesSet>,
}

fn shipped() -> Vec<Shipped> {
    let mut all = Vec::new();
    for entry in fs::read_dir(charts().join("ai")).unwrap().map(Result::unwrap) {
        if !entry.path().join("Chart.yaml").is_file() {
            continue;
        }
        let mut files = Vec::new();
        read(&entry.path(), "", &mut files);
        for library in ["ai-app", "ai-role"] {
            let place = charts().join("library").join(library);
            let head = fs::read_to_string(entry.path().join("Chart.yaml")).unwrap();
            if head.contains(&format!("library/{library}\n")) {
                read(&place, &format!("charts/{library}"), &mut files);
            }
        }
        let mut sets = vec![ValuesSet::new(Profile::Helm4)];
        for file in &files {
            let name = &file.name;
            if name.starts_with("ci/") && name.ends_with("-values.yaml") {
                let mut set = ValuesSet::new(Profile::Helm4);
                set.add_file(name, std::str::from_utf8(&file.data).unwrap()).unwrap();
                sets.push(set);
            }
        }
        let chart = Chart::load(files, "chart", Profile::Helm4).unwrap();
        all.push(Shipped { chart, sets });
    }
    assert!(all.len() >= 8, "{} charts", all.len());
    all
}

/// The values that the schemas are held against.
fn values(chart: &Chart, set: &ValuesSet) -> Value {
    let (mut family, mut trace) = (Family::new(chart), Trace::new());
    let set = set.merged(&mut trace).unwrap();
    process_dependencies(&mut family, &mut trace, Profile::Helm4, &set).unwrap();
    let values =
        coalesce_values(&mut family, &mut trace, Profile::Helm4, Family::ROOT, &set).unwrap();
    validate(&mut family, &values, &trace).unwrap();
    values
}

fn schemas(chart: &Chart) -> Vec<&Chart> {
    let all = std::iter::once(chart).chain(chart.subcharts());
    all.filter(|chart| chart.0.schema.is_some()).collect()
}

#[test]
fn our_charts_need_nothing_else() {
    let mut sets = 0;
    for shipped in shipped() {
        for set in &shipped.sets {
            values(&shipped.chart, set);
            sets += 1;
        }
        let with = schemas(&shipped.chart);
        assert!(!with.is_empty(), "{}", shipped.chart.label());
        for chart in with {
            let schema = chart.0.schema.as_ref().unwrap();
            assert!(schema.plan.get().is_some(), "{}", chart.metadata().name);
            assert!(schema.compiled.get().is_none(), "{}", chart.metadata().name);
        }
    }
    assert!(sets > 30, "{sets} sets of values");
}

/// Changes one thing somewhere in a tree.
fn mutate(tree: &mut Json, choices: &mut impl FnMut(usize) -> usize) {
    let odd = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(100_000),
        json!(""),
        json!("a b"),
        json!("/x"),
        json!([]),
        json!({}),
        json!(["a"]),
        json!([1, 1]),
        json!({ "a": 1 }),
        json!({ "type": "string" }),
        json!("object"),
        json!("^[a-z]+$"),
    ];
    let words = [
        "type",
        "required",
        "enum",
        "const",
        "minimum",
        "properties",
        "items",
        "pattern",
        "format",
        "not",
        "additionalProperties",
        "if",
        "then",
        "minLength",
        "$ref",
        "a",
        "extra",
        "uniqueItems",
    ];
    let mut all = Vec::new();
    places(tree, &mut String::new(), &mut all);
    let place = tree.pointer_mut(&all[choices(all.len())]).unwrap();
    let new = odd[choices(odd.len())].clone();
    match place {
        Json::Object(entries) if choices(4) > 0 => {
            let keys: Vec<String> = entries.keys().cloned().collect();
            if choices(2) == 0 && !keys.is_empty() {
                entries.remove(&keys[choices(keys.len())]);
            } else {
                entries.insert(words[choices(words.len())].to_owned(), new);
            }
        }
        Json::Array(items) if choices(4) > 0 => {
            if choices(2) == 0 && !items.is_empty() {
                items.remove(choices(items.len()));
            } else {
                items.push(new);
            }
        }
        other => *other = new,
    }
}

fn places(tree: &Json, at: &mut String, all: &mut Vec<String>) {
    all.push(at.clone());
    let length = at.len();
    let mut below = |step: String, json: &Json| {
        at.push('/');
        at.push_str(&step.replace('~', "~0").replace('/', "~1"));
        places(json, at, all);
        at.truncate(length);
    };
    match tree {
        Json::Object(entries) => entries.iter().for_each(|(key, json)| below(key.clone(), json)),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, json)| below(index.to_string(), json));
        }
        _ => {}
    }
}

#[test]
fn single_mistakes_are_never_surely_valid() {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut choices = |most: usize| (0..most).new_tree(&mut runner).unwrap().current();
    let (mut invalid, mut valid, mut sure) = (0, 0, 0);
    for shipped in shipped() {
        let values = to_json(&values(&shipped.chart, &shipped.sets[0]));
        let schema: Json =
            serde_json::from_slice(&shipped.chart.0.schema.as_ref().unwrap().bytes).unwrap();
        let judge = Judge::new(&schema);
        let plan = Plan::read(&bytes(&schema)).unwrap();
        let mut tally = |judge: &Judge, plan: Option<&Plan>, schema: &Json, values: &Json| {
            let value = value_of(values);
            let (is_valid, is_sure) =
                (judge.accepts(&value), plan.is_some_and(|plan| plan.surely_holds(&value)));
            assert!(is_valid || !is_sure, "{schema} does not hold for {values}");
            valid += u32::from(is_valid);
            invalid += u32::from(!is_valid);
            sure += u32::from(is_sure);
        };
        for _ in 0..200 {
            let mut values = values.clone();
            mutate(&mut values, &mut choices);
            tally(&judge, Some(&plan), &schema, &values);
        }
        for _ in 0..25 {
            let mut schema = schema.clone();
            mutate(&mut schema, &mut choices);
            let plan = Plan::read(&bytes(&schema));
            tally(&Judge::new(&schema), plan.as_ref(), &schema, &values);
        }
    }
    assert!(invalid > 300, "{invalid} invalid");
    assert!(sure * 10 > valid * 9, "sure of {sure} of {valid}");
}
