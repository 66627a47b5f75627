//! Hostile charts: whatever the files hold, loading and laying out end in a plan or an error.

use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use crate::trace::Trace;
use crate::{
    Capabilities, Chart, ChartFile, ErrorKind, Flag, Options, Profile, Release, ValuesSet,
};

fn file(name: &str, data: &[u8]) -> ChartFile {
    ChartFile { name: name.to_owned(), data: Arc::from(data) }
}

fn try_all(files: &[ChartFile], values: &str, set: &str) {
    for profile in [Profile::Helm4, Profile::Helm3] {
        let Ok(chart) = Chart::load(files.to_vec(), "c", profile) else { continue };
        let mut user = ValuesSet::new(profile);
        let _ = user.add_file("v.yaml", values);
        let _ = user.add_flag(Flag::Set, set, &mut |_| Err(String::new()));
        let options = Options {
            release: Release::default(),
            capabilities: Capabilities::assumed(profile),
            profile,
            skip_schema: false,
        };
        let _ = chart.plan(&user, &options, &mut Trace::new());
    }
}

/// An archive of one chart that holds `inner` in its `charts/`.
fn wrap(inner: &[u8]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let chart = b"apiVersion: v2\nname: c\nversion: 1.0.0\n";
    for (name, data) in [("c/Chart.yaml", &chart[..]), ("c/charts/c.tgz", inner)] {
        let mut header = tar::Header::new_ustar();
        header.set_path(name).unwrap();
        header.set_size(data.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, data).unwrap();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&builder.into_inner().unwrap()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn archives_nest_only_so_deep() {
    let mut archive = wrap(b"");
    for _ in 0..40 {
        archive = wrap(&archive);
    }
    let files = ChartFile::read_archive(&archive).unwrap();
    let error = Chart::load(files, "c.tgz", Profile::Helm4).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(error.to_string().ends_with("charts lie inside each other more than 32 deep"));
}

#[test]
fn aliases_within_aliases_end() {
    let aliases = |name: &str| {
        let aliases: Vec<String> =
            (0..40).map(|n| format!("{{name: {name}, version: '*', alias: x{n}}}")).collect();
        format!("dependencies: [{}]\n", aliases.join(", "))
    };
    let mut files = Vec::new();
    let mut at = String::new();
    for (name, below) in [("a", "b"), ("b", "c"), ("c", "d"), ("d", "")] {
        let declared = if below.is_empty() { String::new() } else { aliases(below) };
        let text = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n{declared}");
        files.push(file(&format!("{at}Chart.yaml"), text.as_bytes()));
        at.push_str(&format!("charts/{below}/"));
    }
    let chart = Chart::load(files, "c", Profile::Helm4).unwrap();
    let options = Options {
        release: Release::default(),
        capabilities: Capabilities::assumed(Profile::Helm4),
        profile: Profile::Helm4,
        skip_schema: false,
    };
    let error =
        chart.plan(&ValuesSet::new(Profile::Helm4), &options, &mut Trace::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn nested_archives_load_with_places_inside() {
    let sub = {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, data) in [
            ("s/Chart.yaml", &b"apiVersion: v2\nname: s\nversion: 1.0.0\n"[..]),
            ("s/values.yaml", b"a: [1\n"),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_path(name).unwrap();
            header.set_size(data.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append(&header, data).unwrap();
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&builder.into_inner().unwrap()).unwrap();
        encoder.finish().unwrap()
    };
    let files = vec![
        file("Chart.yaml", b"apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        file("charts/s-1.0.0.tgz", &sub),
    ];
    let error = Chart::load(files, "charts/top", Profile::Helm4).unwrap_err();
    assert_eq!(error.place().unwrap().file.as_ref(), "charts/top/charts/s-1.0.0.tgz/values.yaml");
    assert_eq!(
        error.to_string(),
        "error unpacking subchart s-1.0.0.tgz in c: cannot load values.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'"
    );
}

#[test]
fn wrong_metadata_is_located() {
    let files = vec![file("Chart.yaml", b"apiVersion: v2\nname: c\nkeywords:\n  a: b\n")];
    let error = Chart::load(files, "top", Profile::Helm4).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Yaml);
    assert_eq!(error.place().unwrap().to_string(), "top/Chart.yaml:4:3");
}

fn yaml() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("name"),
        Just("version"),
        Just("dependencies"),
        Just("alias"),
        Just("condition"),
        Just("tags"),
        Just("import-values"),
        Just("s"),
        Just("global"),
        Just("exports"),
        Just("1.0.0"),
        Just("'*'"),
        Just("null"),
        Just("true"),
        Just("x"),
        Just("s.on"),
        Just(": "),
        Just("\n"),
        Just("\n  "),
        Just("\n- "),
        Just("- "),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just(", "),
        Just("\n---\n"),
        Just("&a "),
        Just("*a"),
        Just("<<"),
    ];
    proptest::collection::vec(word, 0..30).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn nothing_in_a_chart_panics(
        chart in yaml(), values in yaml(), sub in yaml(), user in yaml(),
        set in "[as.0=,\\[\\]{}]{0,12}", schema in "[{}\":,a-z$#/\\[\\]0-9]{0,30}",
    ) {
        let head = "apiVersion: v2\nname: c\nversion: 1.0.0\n";
        let files = [
            file("Chart.yaml", format!("{head}{chart}").as_bytes()),
            file("values.yaml", values.as_bytes()),
            file("values.schema.json", schema.as_bytes()),
            file("charts/s/Chart.yaml", b"apiVersion: v2\nname: s\nversion: 1.0.0\n"),
            file("charts/s/values.yaml", sub.as_bytes()),
            file("templates/a.yaml", b"a: 1"),
        ];
        try_all(&files, &user, &set);
        let declared = "dependencies: [{name: s, version: '*', alias: q, condition: q.on, tags: [x], import-values: [x, {child: global, parent: s.x}]}]\n";
        let files = [
            file("Chart.yaml", format!("{head}{declared}").as_bytes()),
            file("values.yaml", values.as_bytes()),
            file("charts/s/Chart.yaml", b"apiVersion: v2\nname: s\nversion: 1.0.0\n"),
            file("charts/s/values.yaml", sub.as_bytes()),
        ];
        try_all(&files, &user, &set);
    }

    #[test]
    fn no_bytes_panic(
        chart in proptest::collection::vec(any::<u8>(), 0..60),
        values in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let files = [
            file("Chart.yaml", &chart),
            file("values.yaml", &values),
            file("Chart.lock", &values),
            file("requirements.yaml", &values),
            file("charts/x.tgz", &values),
        ];
        try_all(&files, "", "");
    }
}
