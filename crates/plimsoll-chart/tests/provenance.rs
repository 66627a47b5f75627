//! Changes every value of a chart, one after the other, renders again, and holds the fields that
//! changed against those that claim to depend on that value. The example `check-provenance` does the
//! same to public charts.
#![expect(dead_code, reason = "the example has more use for these modules")]

#[path = "../examples/check-provenance/corpus.rs"]
mod corpus;
#[path = "../examples/check-provenance/field.rs"]
mod field;
#[path = "../examples/check-provenance/leaf.rs"]
mod leaf;
#[path = "../examples/check-provenance/probe.rs"]
mod probe;
#[path = "../examples/check-provenance/setting.rs"]
mod setting;

use std::fs;
use std::path::Path;

use corpus::Corpus;
use plimsoll_chart::{ChartFile, Profile};
use probe::{Probe, Tally};
use setting::Setting;

fn check(directory: &Path, least: usize) {
    check_files(directory, corpus::own_files(directory), least);
}

fn check_files(directory: &Path, files: Vec<ChartFile>, least: usize) {
    let mut tally = Tally::default();
    let ci = corpus::ci_values(directory).into_iter().map(|path| {
        let text = fs::read_to_string(&path).expect("the file is there");
        Some((path.display().to_string(), text))
    });
    for extra in std::iter::once(None).chain(ci) {
        let setting = Setting { files: files.clone(), extra, profile: Profile::Helm4 };
        let mut probe = Probe::new(String::new(), &setting).expect("the chart renders");
        probe.tries = 2;
        probe.all();
        tally.add(probe.tally);
    }
    let shown: Vec<_> = tally.wrong.iter().chain(&tally.incomplete).take(40).collect();
    assert!(shown.is_empty(), "{} claims are wrong: {shown:#?}", tally.wrong.len());
    assert!(tally.refused * 2 < tally.renderings, "most renderings were refused: {tally:?}");
    assert!(tally.changed >= least, "hardly anything changed: {tally:?}");
}

#[test]
fn every_field_of_the_ollama_chart_knows_what_it_depends_on() {
    let charts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../charts");
    let ollama = charts.join("ai/ollama");
    let files = Corpus::below(&charts, &[]).files(&ollama);
    check_files(&ollama, files, 1000);
}

#[test]
fn fields_behind_includes_conditions_and_loops_know_what_they_depend_on() {
    check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts/origins"), 70);
}
