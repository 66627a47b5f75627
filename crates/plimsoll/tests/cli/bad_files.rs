//! Files that are no charts, or that no chart should hold.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::scratch::{GOOD_FINDING, Scratch};

/// Checks that a chart called `bad` cannot be read, in these words, and that the good one is.
fn refuses(scratch: &Scratch, message: &str, help: &str) {
    scratch.run(&["render", "bad"]).exits(3).complains(&["Error: ", message, help]);
    let run = scratch.run(&["check"]);
    run.exits(3).says(&["error[file]: bad could not be read", message, help, GOOD_FINDING]);
    let report = scratch.run(&["check", "--output", "json"]).json();
    assert_eq!(report["charts"][0]["failures"][0]["kind"], "file");
}

#[test]
fn a_file_of_200_megabytes() {
    let scratch = Scratch::with_good_chart();
    scratch.chart("bad", &[]);
    File::create(scratch.path("bad/model.bin")).unwrap().set_len(200 << 20).unwrap();
    refuses(&scratch, "bad/model.bin is larger than 5 MiB", ".helmignore");
    scratch.write("bad/.helmignore", "*.bin\n");
    scratch.run(&["render", "bad"]).exits(0);
}

#[test]
fn a_values_file_of_200_megabytes() {
    let scratch = Scratch::with_good_chart();
    File::create(scratch.path("big.yaml")).unwrap().set_len(200 << 20).unwrap();
    let run = scratch.run(&["render", "good", "-f", "big.yaml"]);
    run.exits(3).complains(&["Error: big.yaml is larger than 5 MiB"]);
}

#[test]
fn a_link_out_of_the_chart() {
    let scratch = Scratch::with_good_chart();
    scratch.chart("bad", &[]);
    scratch.write("secret.txt", "root:x:0:0");
    fs::create_dir_all(scratch.path("bad/templates")).unwrap();
    symlink("../../secret.txt", scratch.path("bad/templates/t.yaml")).unwrap();
    refuses(&scratch, "bad/templates/t.yaml is a link out of the chart", "copy its target");
    for command in [&["render", "bad"][..], &["check"]] {
        let run = scratch.run(command);
        assert!(!run.stdout.contains("root:") && !run.stderr.contains("root:"), "{run:?}");
    }
}

#[test]
fn a_directory_linked_from_elsewhere() {
    let scratch = Scratch::with_good_chart();
    scratch.chart("bad", &[]);
    symlink("../good/templates", scratch.path("bad/templates")).unwrap();
    refuses(&scratch, "bad/templates is a link out of the chart", "copy its target");
}

#[test]
fn a_link_within_the_chart_is_followed() {
    let scratch = Scratch::with_good_chart();
    symlink("deployment.yaml", scratch.path("good/templates/again.yaml")).unwrap();
    let run = scratch.run(&["render", "good"]);
    assert_eq!(run.exits(0).stdout.matches("kind: Deployment").count(), 2);
}

#[test]
fn a_link_to_itself_and_one_to_the_directory_above() {
    let scratch = Scratch::with_good_chart();
    scratch.chart("bad", &[]);
    symlink(".", scratch.path("bad/loop")).unwrap();
    let run = scratch.run(&["render", "bad"]);
    run.exits(3).complains(&["Error: "]);
}

#[test]
fn an_unreadable_file_here_a_dangling_link() {
    let scratch = Scratch::with_good_chart();
    scratch.chart("bad", &[]);
    symlink("nowhere", scratch.path("bad/x.txt")).unwrap();
    refuses(&scratch, "open bad/x.txt: no such file or directory", "a link to nothing");
}

#[test]
fn an_unreadable_file_here_a_pipe_that_nobody_writes_to() {
    let scratch = Scratch::with_good_chart();
    scratch.chart("bad", &[]);
    let pipe = |name: &str| {
        let made = Command::new("mkfifo").arg(scratch.path(name)).status().unwrap();
        assert!(made.success());
    };
    pipe("bad/pipe");
    refuses(&scratch, "bad/pipe is no regular file", ".helmignore");
    fs::create_dir_all(scratch.path("bad/ci")).unwrap();
    pipe("bad/ci/x-values.yaml");
    scratch.write("bad/.helmignore", "pipe\nci/\n");
    let run = scratch.run(&["check"]);
    run.exits(3).says(&["with ci/x-values.yaml", "it is no regular file"]);
    pipe("pipe.tgz");
    scratch.run(&["render", "pipe.tgz"]).exits(3).complains(&["no regular file"]);
    scratch.run(&["check", "pipe.tgz"]).exits(3).complains(&["pipe.tgz: it is neither"]);
}

#[test]
fn an_unreadable_file_here_a_directory_in_place_of_values() {
    let scratch = Scratch::with_good_chart();
    let run = scratch.run(&["render", "good", "-f", "good"]);
    run.exits(3).complains(&["Error: open good: it is a directory", "name a file"]);
    let run = scratch.run(&["render", "good", "--set-file", "a=good"]);
    run.exits(2).complains(&["failed parsing --set-file data: open good: it is a directory"]);
}

#[test]
fn values_that_are_not_there() {
    let scratch = Scratch::with_good_chart();
    for command in [&["render", "good"][..], &["explain", "good", "Deployment"]] {
        let run = scratch.run(&[command, &["-f", "none.yaml"]].concat());
        run.exits(3).complains(&["Error: open none.yaml: no such file or directory\n"]);
        run.complains(&["help: check the path"]);
    }
    let run = scratch.run(&["render", "good", "-f", "https://example.com/values.yaml"]);
    run.exits(3).complains(&["nothing is fetched"]);
}

#[test]
fn values_that_are_not_utf8() {
    let scratch = Scratch::with_good_chart();
    scratch.write("latin.yaml", b"a: 1\nb: caf\xe9\n");
    let run = scratch.run(&["render", "good", "-f", "latin.yaml"]);
    run.exits(3).complains(&["Error: latin.yaml is not UTF-8\n", "--> latin.yaml:2:7\n"]);
}

#[test]
fn values_with_a_byte_order_mark_and_carriage_returns() {
    let scratch = Scratch::with_good_chart();
    scratch.write("dos.yaml", "\u{feff}replicas: 7\r\n");
    scratch.run(&["render", "good", "-f", "dos.yaml"]).exits(0).says(&["replicas: 7\n"]);
    let run = scratch.run(&["explain", "good", "Deployment", "spec.replicas", "-f", "dos.yaml"]);
    run.exits(0).says(&["dos.yaml:1:11  | replicas: 7\n"]);
}

#[test]
fn paths_that_are_not_there() {
    let scratch = Scratch::with_good_chart();
    let run = scratch.run(&["check", "none", "good"]);
    run.exits(3).complains(&["Error: none: no such file or directory\n"]).says(&[GOOD_FINDING]);
    let run = scratch.run(&["render", "none"]);
    run.exits(3).complains(&["Error: open none: no such file or directory\n", "check the path"]);
    let report = scratch.run(&["check", "none", "-o", "json"]).json();
    assert_eq!(report["problems"][0]["path"], "none");
    assert_eq!(report["problems"][0]["message"], "no such file or directory");
}

#[test]
fn a_directory_without_charts() {
    let scratch = Scratch::with_good_chart();
    fs::create_dir(scratch.path("empty")).unwrap();
    let run = scratch.run(&["check", "empty"]);
    run.exits(2)
        .complains(&["no chart at or below empty; a chart is a directory with a Chart.yaml"]);
    let run = scratch.run(&["render", "empty"]);
    run.exits(3).complains(&["empty is not a chart: it holds no Chart.yaml", "name the directory"]);
}

#[test]
fn a_file_that_is_no_chart() {
    let scratch = Scratch::with_good_chart();
    scratch.write("plain.txt", "hello, this is plain text");
    scratch.write("plain.tgz", "hello, this is plain text");
    let run = scratch.run(&["check", "plain.txt", "plain.tgz", "good"]);
    run.exits(3).complains(&["plain.txt: it is neither a chart nor a file of one"]);
    run.says(&[
        "error[archive]: plain.tgz could not be read",
        "gzip: invalid header",
        GOOD_FINDING,
    ]);
    run.says(&["helm package"]);
    scratch.run(&["render", "plain.txt"]).exits(3).complains(&["as a chart archive"]);
}

#[test]
fn a_binary_file_is_carried_along_and_a_binary_template_refused() {
    let scratch = Scratch::with_good_chart();
    scratch.write("good/logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\xff\xfe");
    scratch.run(&["render", "good"]).exits(0);
    scratch.write("good/templates/bad.yaml", b"a: \xff\xfe\n");
    let run = scratch.run(&["check", "good"]);
    run.exits(3).says(&["good/templates/bad.yaml is no UTF-8", "save the file as UTF-8"]);
}

#[test]
fn empty_documents_are_no_trouble() {
    let scratch = Scratch::with_good_chart();
    scratch.write("good/templates/empty.yaml", "---\n---\n# only a comment\n---\n");
    scratch.write("good/templates/nothing.yaml", "");
    let run = scratch.run(&["check", "good"]);
    run.exits(1).says(&["(1 object under 1 values set)"]);
    assert!(!run.stdout.contains("object has an apiVersion"), "{}", run.stdout);
}

#[test]
fn objects_that_are_none_are_listed_as_unchecked() {
    let scratch = Scratch::with_good_chart();
    scratch.write(
        "good/templates/odd.yaml",
        "apiVersion: v1\nkind: List\nitems: [{{ .Values.replicas }}]\n",
    );
    let run = scratch.run(&["check", "good"]);
    run.exits(1).says(&[
        "Not checked\n",
        "good/values.yaml:1:11: good/templates/odd.yaml items[0]: an object is a mapping",
        "1 part not checked",
    ]);
    let report = scratch.run(&["check", "-o", "json", "good"]).json();
    assert_eq!(report["charts"][0]["unchecked"][0]["place"]["line"], 1);
}
