//! Where values say they are set, through all merging.

use std::sync::Arc;

use super::lookup::table;
use super::plant::place_of;
use crate::trace::{Leaf, Origin, OriginId, Trace};
use crate::value::{Data, Value};
use crate::{Capabilities, Chart, ChartFile, Flag, Options, Profile, Release, ValuesSet};

/// What a template of the chart `chart` sees under `.Values`.
struct Seen {
    trace: Trace,
    charts: Vec<(String, Value)>,
}

fn see(files: &[(&str, &str)], set: &ValuesSet, profile: Profile) -> Seen {
    let files = files
        .iter()
        .map(|(name, text)| ChartFile {
            name: (*name).to_owned(),
            data: Arc::from(text.as_bytes()),
        })
        .collect();
    let chart = Chart::load(files, "charts/top", profile).unwrap();
    let options = Options {
        release: Release::default(),
        capabilities: Capabilities::assumed(profile),
        profile,
        skip_schema: false,
    };
    let mut trace = Trace::new();
    let plan = chart.plan(set, &options, &mut trace).unwrap();
    let mut charts = Vec::new();
    for template in &plan.templates {
        let Data::Map(top) = template.dot(&mut trace).data else { panic!("no map") };
        charts.push((template.name.to_string(), top.get("Values").unwrap()));
    }
    Seen { trace, charts }
}

impl Seen {
    /// The written path and `file:line:column` of a value that a template sees.
    fn origin(&self, template: &str, path: &str) -> String {
        let (_, values) = self.charts.iter().find(|(name, _)| name == template).unwrap();
        let Data::Map(map) = &values.data else { panic!("no map") };
        let value = match path.rsplit_once('.') {
            _ if path.is_empty() => values.clone(),
            None => map.get(path).unwrap(),
            Some((above, key)) => {
                let Data::Map(above) = table(map, above).unwrap().data else { panic!("no map") };
                above.get(key).unwrap()
            }
        };
        self.describe(value.origin)
    }

    fn describe(&self, origin: OriginId) -> String {
        let Origin::Leaf(leaf) = self.trace.get(origin) else { return format!("{origin:?}") };
        match self.trace.get_leaf(leaf) {
            Some(Leaf::Value { path, site }) => {
                let place = place_of(&self.trace, origin).unwrap();
                let source = self.trace.get_source(site.source).unwrap();
                format!("{path} {place} {}", place.span.of(&source.text).trim_end())
            }
            other => format!("{other:?}"),
        }
    }
}

const TOP: (&str, &str) = ("Chart.yaml", "apiVersion: v2\nname: top\nversion: 0.1.0\n");
const SUB: (&str, &str) = ("charts/s/Chart.yaml", "apiVersion: v2\nname: s\nversion: 1.0.0\n");
const TOP_TEMPLATE: (&str, &str) = ("templates/a.yaml", "");
const SUB_TEMPLATE: (&str, &str) = ("charts/s/templates/a.yaml", "");
const IN_TOP: &str = "top/templates/a.yaml";

fn read_nothing(name: &str) -> Result<Vec<u8>, String> {
    Err(format!("{name} is not there"))
}

#[test]
fn values_point_at_the_file_that_wins() {
    let mut set = ValuesSet::new(Profile::Helm4);
    set.add_file("my.yaml", "image:\n  tag: user\nlist: [{x: 1}]\n").unwrap();
    set.add_flag(Flag::Set, "port=80,image.pull=Always,deep.list={a,b}", &mut read_nothing)
        .unwrap();
    set.add_flag(Flag::Json, "json={\"a\":[1]}", &mut read_nothing).unwrap();
    set.add_flag(Flag::File, "text=t.txt", &mut |_| Ok(b"hello".to_vec())).unwrap();
    let defaults = "# top\nimage:\n  name: default\n  tag: default\n\"a.b\": 1\n";
    let seen = see(&[TOP, TOP_TEMPLATE, ("values.yaml", defaults)], &set, Profile::Helm4);
    let origin = |path| seen.origin(IN_TOP, path);
    assert_eq!(origin("image.name"), "image.name charts/top/values.yaml:3:9 default");
    assert_eq!(origin("image.tag"), "image.tag my.yaml:2:8 user");
    assert_eq!(origin("port"), "port --set:1:6 80");
    assert_eq!(origin("image.pull"), "image.pull --set:1:20 Always");
    assert_eq!(origin("deep.list"), "deep.list --set:1:37 {a,b}");
    assert_eq!(origin("json.a"), "json.a --set-json:1:6 {\"a\":[1]}");
    assert_eq!(origin("text"), "text t.txt:1:1 hello");
    assert_eq!(origin("list"), "list my.yaml:3:7 [{x: 1}]");
    assert!(origin("").starts_with(" charts/top/values.yaml:1:1"));
    let Data::Map(values) = &seen.charts[0].1.data else { panic!("no map") };
    let dotted = values.get("a.b").unwrap();
    assert_eq!(seen.describe(dotted.origin), "[\"a.b\"] charts/top/values.yaml:5:8 1");
    let Data::List(list) = values.get("list").unwrap().data else { panic!("no list") };
    assert_eq!(seen.describe(list.items()[0].origin), "list[0] my.yaml:3:8 {x: 1}");
}

#[test]
fn subcharts_show_the_path_that_the_top_chart_sees() {
    let top = "global: {host: top}\ns:\n  a: over\n";
    let sub = "a: own\nb: own\nglobal: {port: 1}\n";
    let files =
        [TOP, SUB, TOP_TEMPLATE, SUB_TEMPLATE, ("values.yaml", top), ("charts/s/values.yaml", sub)];
    let seen = see(&files, &ValuesSet::new(Profile::Helm4), Profile::Helm4);
    let origin = |path| seen.origin("top/charts/s/templates/a.yaml", path);
    assert_eq!(origin("a"), "s.a charts/top/values.yaml:3:6 over");
    assert_eq!(origin("b"), "s.b charts/top/charts/s/values.yaml:2:4 own");
    assert_eq!(origin("global.host"), "global.host charts/top/values.yaml:1:16 top");
    assert_eq!(origin("global.port"), "s.global.port charts/top/charts/s/values.yaml:3:16 1");
    assert_eq!(seen.origin(IN_TOP, "s.b"), "s.b charts/top/charts/s/values.yaml:2:4 own");
}

#[test]
fn aliases_show_their_own_path() {
    let top = "apiVersion: v2\nname: top\nversion: 0.1.0\ndependencies: [{name: s, version: '*', alias: one}, {name: s, version: '*', alias: two}]\n";
    let files = [("Chart.yaml", top), SUB, SUB_TEMPLATE, ("charts/s/values.yaml", "a: 1\n")];
    for profile in [Profile::Helm4, Profile::Helm3] {
        let seen = see(&files, &ValuesSet::new(profile), profile);
        for alias in ["one", "two"] {
            let template = format!("top/charts/{alias}/templates/a.yaml");
            let want = format!("{alias}.a charts/top/charts/s/values.yaml:1:4 1");
            assert_eq!(seen.origin(&template, "a"), want);
        }
    }
}

#[test]
fn imports_show_where_they_lie_and_who_set_them() {
    let top = "apiVersion: v2\nname: top\nversion: 0.1.0\ndependencies: [{name: s, version: '*', import-values: [data, {child: m, parent: here.there}]}]\n";
    let sub = "exports: {data: {i: 1}}\nm: {x: 2}\nglobal: {g: 3}\n";
    let files =
        [("Chart.yaml", top), SUB, TOP_TEMPLATE, SUB_TEMPLATE, ("charts/s/values.yaml", sub)];
    let seen = see(&files, &ValuesSet::new(Profile::Helm4), Profile::Helm4);
    let origin = |path| seen.origin(IN_TOP, path);
    assert_eq!(origin("i"), "i charts/top/charts/s/values.yaml:1:21 1");
    assert_eq!(origin("here.there.x"), "here.there.x charts/top/charts/s/values.yaml:2:8 2");
    assert_eq!(origin("here"), "here charts/top/charts/s/values.yaml:2:4 {x: 2}");
    assert_eq!(origin("s.m.x"), "s.m.x charts/top/charts/s/values.yaml:2:8 2");
    assert_eq!(
        seen.origin("top/charts/s/templates/a.yaml", "global.g"),
        "s.global.g charts/top/charts/s/values.yaml:3:13 3"
    );
}

#[test]
fn schema_errors_point_at_the_value() {
    let files = [
        TOP,
        TOP_TEMPLATE,
        ("values.yaml", "a:\n  b: 1\n"),
        (
            "values.schema.json",
            "{\"properties\":{\"a\":{\"properties\":{\"b\":{\"type\":\"string\"}}}}}",
        ),
    ];
    let files = files
        .iter()
        .map(|(name, text)| ChartFile {
            name: (*name).to_owned(),
            data: Arc::from(text.as_bytes()),
        })
        .collect();
    let chart = Chart::load(files, "top", Profile::Helm4).unwrap();
    let options = Options {
        release: Release::default(),
        capabilities: Capabilities::assumed(Profile::Helm4),
        profile: Profile::Helm4,
        skip_schema: false,
    };
    let error =
        chart.plan(&ValuesSet::new(Profile::Helm4), &options, &mut Trace::new()).unwrap_err();
    assert_eq!(error.place().unwrap().to_string(), "top/values.yaml:2:6");
}
