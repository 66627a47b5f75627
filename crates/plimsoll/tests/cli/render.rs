//! `plimsoll render`: what it adds to Helm's own words when something is wrong.

use crate::scratch::Scratch;

#[test]
fn errors_are_helms_words_first_then_the_place_then_the_next_step() {
    let scratch = Scratch::new();
    scratch.chart("bad", &[("templates/t.yaml", "x: 1\na: {{ fail \"set a host\" }}\n")]);
    let run = scratch.run(&["render", "bad"]);
    assert_eq!(run.exits(3).stdout, "");
    assert_eq!(
        run.stderr,
        "Error: execution error at (bad/templates/t.yaml:2:6): set a host\n\
         \n \
         --> bad/templates/t.yaml:2:7\n  \
         |\n\
         2 | a: {{ fail \"set a host\" }}\n  \
         |       ^\n  \
         |\n  \
         = help: the chart itself asks for this: set the values that it names, for a check in\n          \
         ci/*-values.yaml\n"
    );
}

#[test]
fn a_flag_that_cannot_be_read_is_shown() {
    let scratch = Scratch::with_good_chart();
    let run = scratch.run(&["render", "good", "--set", "replicas=1,image"]);
    run.exits(2).complains(&[
        "Error: failed parsing --set data: ",
        " --> --set:1:",
        "1 | replicas=1,image\n",
    ]);
}

#[test]
fn the_argument_of_a_flag_shows_no_secret() {
    let scratch = Scratch::with_good_chart();
    let run = scratch.run(&["render", "good", "--set", "password=hunter2,image"]);
    run.exits(2).complains(&["Error: failed parsing --set data: "]);
    assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
}

#[test]
fn values_come_from_standard_input_too() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let scratch = Scratch::with_good_chart();
    let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["render", "good", "-f", "-"])
        .current_dir(scratch.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"replicas: 42\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("replicas: 42\n"));
}

#[test]
fn files_are_written_below_the_directory_only() {
    let scratch = Scratch::with_good_chart();
    let run = scratch.run(&["render", "good", "--output-dir", "out"]);
    run.exits(0).says(&["wrote out/good/templates/deployment.yaml\n"]);
    let written = std::fs::read_to_string(scratch.path("out/good/templates/deployment.yaml"));
    assert!(written.unwrap().contains("kind: Deployment"));
}
