//! Which charts `plimsoll check` finds, and which values it judges them with.

use std::fs;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::scratch::{GOOD, GOOD_FINDING, Scratch, archive};

/// The paths of the charts that are judged.
fn judged(scratch: &Scratch, paths: &[&str]) -> Vec<String> {
    let report = scratch.run(&[&["check", "--output", "json"], paths].concat()).json();
    let charts = report["charts"].as_array().unwrap();
    charts.iter().map(|chart| chart["path"].as_str().unwrap().to_owned()).collect()
}

fn good_archive() -> Vec<u8> {
    let names: Vec<_> = GOOD.iter().map(|(name, _)| format!("good/{name}")).collect();
    let files: Vec<_> =
        names.iter().zip(GOOD).map(|(name, (_, text))| (name.as_str(), *text)).collect();
    archive(&files)
}

#[test]
fn charts_are_found_at_any_depth_and_in_order() {
    let scratch = Scratch::new();
    for chart in ["b", "a/deep/er", "a/x"] {
        scratch.chart(chart, GOOD);
    }
    assert_eq!(judged(&scratch, &[]), ["a/deep/er", "a/x", "b"]);
    assert_eq!(judged(&scratch, &["b", "a", "./b", "a/../b"]), ["b", "a/deep/er", "a/x"]);
    let here = scratch.path("b");
    let run = scratch.run(&["check", "--output", "json", here.to_str().unwrap()]);
    assert_eq!(run.json()["charts"].as_array().unwrap().len(), 1);
}

#[test]
fn a_chart_in_the_current_directory_is_called_a_dot() {
    let scratch = Scratch::new();
    for (name, text) in GOOD {
        scratch.write(name, text);
    }
    let run = scratch.run(&["check", "--rule", GOOD_FINDING]);
    run.exits(1).says(&["== . (1 warning", "--> templates/deployment.yaml:14:11\n"]);
    scratch.write("ci/x-values.yaml", "a: [\n");
    scratch.run(&["check"]).exits(3).says(&["with ci/x-values.yaml", "--> ci/x-values.yaml:2:1\n"]);
}

#[test]
fn charts_inside_a_chart_are_judged_as_parts_of_it() {
    let scratch = Scratch::with_good_chart();
    for (name, text) in GOOD {
        scratch.write(&format!("good/charts/sub/{name}"), text.replace("name: good", "name: sub"));
        scratch.write(&format!("good/examples/other/{name}"), text);
    }
    assert_eq!(judged(&scratch, &[]), ["good", "good/examples/other"]);
    scratch.run(&["check", "good"]).says(&["good/charts/sub/templates/deployment.yaml:14:11"]);
}

#[test]
fn what_git_ignores_is_left_out_unless_it_is_named() {
    let scratch = Scratch::with_good_chart();
    scratch.chart("dist/copy", GOOD);
    scratch.chart(".hidden/copy", GOOD);
    scratch.write(".gitignore", "dist/\n");
    assert_eq!(judged(&scratch, &[]), ["good"]);
    assert_eq!(judged(&scratch, &["dist/copy"]), ["dist/copy"]);
}

#[test]
fn a_file_stands_for_its_chart() {
    let scratch = Scratch::with_good_chart();
    let files = ["good/Chart.yaml", "good/values.yaml", "good/templates/deployment.yaml"];
    assert_eq!(judged(&scratch, &files), ["good"]);
}

#[test]
fn archives_are_judged_where_they_are_named() {
    let scratch = Scratch::new();
    scratch.write("good-1.0.0.tgz", good_archive());
    let run = scratch.run(&["check", "--rule", GOOD_FINDING, "good-1.0.0.tgz"]);
    run.exits(1).says(&[
        "== good-1.0.0.tgz (1 warning",
        "--> good-1.0.0.tgz/templates/deployment.yaml:14:11\n",
        "- name: ollama\n",
    ]);
    scratch.run(&["render", "good-1.0.0.tgz"]).exits(0).says(&["kind: Deployment"]);
    scratch.run(&["check", "."]).exits(2).complains(&["no chart at or below ."]);
}

#[test]
fn archives_inside_a_chart_are_judged_with_it_and_their_lines_shown() {
    let scratch = Scratch::new();
    scratch.chart("app", &[("values.yaml", "good:\n  replicas: 2\n")]);
    scratch.write("app/charts/good-1.0.0.tgz", good_archive());
    let run = scratch.run(&["check"]);
    run.exits(1).says(&[
        "--> app/charts/good-1.0.0.tgz/templates/deployment.yaml:14:11\n",
        "- name: ollama\n",
    ]);
    let run = scratch.run(&["explain", "app", "Deployment", "spec.replicas"]);
    run.exits(0).says(&["app/values.yaml:2:13  | replicas: 2\n"]);
}

#[test]
fn archives_that_name_files_outside_are_refused() {
    let scratch = Scratch::new();
    let name = "good/../../evil.yaml";
    scratch.write("x.tgz", archive(&[("good/Chart.yaml", GOOD[0].1), (name, "evil: 1\n")]));
    let run = scratch.run(&["check", "x.tgz"]);
    let message = "chart illegally references parent directory";
    run.exits(3).says(&["error[archive]: x.tgz could not be read", message, "must not leave"]);
    scratch.run(&["render", "x.tgz"]).exits(3).complains(&["Error: ", message]);
}

#[test]
fn archives_are_never_unpacked() {
    let scratch = Scratch::new();
    // Helm drops the first part of a name, whatever it is.
    for name in ["../evil.yaml", "/evil.yaml", "good/evil.yaml"] {
        scratch.write("in/x.tgz", archive(&[("good/Chart.yaml", GOOD[0].1), (name, "evil: 1\n")]));
        scratch.run(&["render", "in/x.tgz"]).exits(0);
        scratch.run(&["check", "in/x.tgz"]).exits(0);
    }
    let left: Vec<_> = fs::read_dir(scratch.path("")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(!std::path::Path::new("/evil.yaml").exists());
}

#[test]
fn links_in_archives_are_never_followed() {
    let scratch = Scratch::new();
    scratch.write("secret.txt", "kind: Hunter2");
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_size(GOOD[0].1.len() as u64);
    header.set_cksum();
    builder.append_data(&mut header, "good/Chart.yaml", GOOD[0].1.as_bytes()).unwrap();
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    builder.append_link(&mut link, "good/templates/t.yaml", "../../secret.txt").unwrap();
    scratch.write("x.tgz", builder.into_inner().unwrap().finish().unwrap());
    let run = scratch.run(&["render", "x.tgz"]);
    assert!(!run.stdout.contains("Hunter2") && !run.stderr.contains("Hunter2"), "{run:?}");
}

#[test]
fn archives_that_blow_up_are_refused() {
    let scratch = Scratch::new();
    let zeros = "0".repeat(6 << 20);
    scratch.write("x.tgz", archive(&[("good/Chart.yaml", GOOD[0].1), ("good/big", &zeros)]));
    let run = scratch.run(&["check", "x.tgz"]);
    run.exits(3).says(&["error[limit]: x.tgz could not be read"]);
}

#[test]
fn archives_that_are_cut_short_are_refused() {
    let scratch = Scratch::new();
    let whole = good_archive();
    for length in [0, 5, 20, whole.len() / 2] {
        scratch.write("x.tgz", &whole[..length]);
        scratch
            .run(&["check", "x.tgz"])
            .exits(3)
            .says(&["error[archive]: x.tgz could not be read"]);
    }
}

#[test]
fn values_for_ci_are_values_sets() {
    let scratch = Scratch::with_good_chart();
    scratch.write("good/ci/b-values.yaml", "replicas: 2\n");
    scratch.write("good/ci/a-values.yaml", "replicas: 3\n");
    scratch.write("good/ci/values.txt", "no: values\n");
    let report = scratch.run(&["check", "--output", "json"]).json();
    let sets = &report["charts"][0]["values_sets"];
    assert_eq!(*sets, serde_json::json!(["defaults", "ci/a-values.yaml", "ci/b-values.yaml"]));
    assert_eq!(report["charts"][0]["findings"][0]["rule"], GOOD_FINDING);
    assert_eq!(report["charts"][0]["findings"][0]["values_sets"], *sets);
}

#[test]
fn a_directory_that_cannot_be_listed_here_a_file_in_its_place() {
    let scratch = Scratch::with_good_chart();
    scratch.write("good/ci", "not a directory");
    scratch.run(&["check"]).exits(1);
    fs::remove_file(scratch.path("good/ci")).unwrap();
    std::os::unix::fs::symlink("ci", scratch.path("good/ci")).unwrap();
    scratch.run(&["check"]).exits(3).says(&["good could not be read"]);
}
