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

#[test]
fn files_are_written_as_helm_writes_them() {
    let scratch = Scratch::new();
    let hook = "metadata: {name: h, annotations: {helm.sh/hook: pre-install}}\n";
    let mixed = format!("kind: A\n---\nkind: H\n{hook}---\nkind: B\n");
    scratch.chart(
        "c",
        &[
            ("templates/m.yaml", &mixed),
            ("templates/h.yaml", &format!("kind: H\n{hook}")),
            ("crds/c.yaml", "kind: CustomResourceDefinition\n"),
        ],
    );
    let args = ["render", "rel", "c", "--output-dir", "out", "--include-crds", "--release-name"];
    let run = scratch.run(&args);
    run.exits(0);
    assert_eq!(
        run.stdout,
        "wrote out/c/crds/c.yaml\nwrote out/rel/c/templates/m.yaml\nwrote \
         out/rel/c/templates/m.yaml\nwrote out/rel/c/templates/h.yaml\nwrote \
         out/rel/c/templates/m.yaml\n\n"
    );
    let read = |name: &str| std::fs::read_to_string(scratch.path(name)).unwrap();
    let part = |kind: &str| format!("---\n# Source: c/templates/m.yaml\nkind: {kind}\n");
    let (a, h, b) = (part("A"), part("H"), part("B"));
    assert_eq!(read("out/rel/c/templates/m.yaml"), format!("{a}\n{b}\n{h}{hook}\n"));
    // Helm writes manifests anew and adds hooks to what is there.
    scratch.run(&args).exits(0);
    assert_eq!(read("out/rel/c/templates/m.yaml"), format!("{a}\n{b}\n{h}{hook}\n"));
    let twice = format!("---\n# Source: c/templates/h.yaml\nkind: H\n{hook}\n").repeat(2);
    assert_eq!(read("out/rel/c/templates/h.yaml"), twice);
    let none = scratch.run(&["render", "c", "--output-dir", "out", "-s", "templates/m.yaml"]);
    none.exits(2).complains(&["could not find template templates/m.yaml in chart"]);
}

#[test]
fn what_is_never_done_is_refused() {
    let scratch = Scratch::with_good_chart();
    for (args, said) in [
        (&["--validate"][..], "--validate: no cluster is asked"),
        (&["--verify"], "--verify: signatures are not checked"),
        (&["--post-renderer", "cat"], "--post-renderer: no program is run"),
        (&["--post-renderer-args", "x"], "--post-renderer-args: no program is run"),
        (&["--repo", "https://h"], "--repo: nothing is fetched"),
        (&["--dry-run=server"], "--dry-run=server: no cluster is asked"),
        (&["--dry-run=bogus"], "invalid value 'bogus'"),
        (&["--no-hooks=x"], "write true or false"),
    ] {
        scratch.run(&[&["render", "good"], args].concat()).exits(2).complains(&[said]);
    }
    scratch.run(&["render", "good", "--validate=false", "--verify=0"]).exits(0);
    scratch
        .run(&["render", "good", "-f", "https://h/x"])
        .exits(3)
        .complains(&["https://h/x is not a file", "nothing is fetched"]);
    scratch
        .run(&["render", "oci://h/good"])
        .exits(3)
        .complains(&["oci://h/good is not a chart here", "helm pull --untar"]);
}

#[test]
fn dependencies_are_not_updated() {
    let scratch = Scratch::new();
    let needy = "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies:\n- {name: a, version: 1}\n";
    scratch.chart("c", &[("Chart.yaml", needy)]);
    scratch.run(&["render", "c", "--dependency-update"]).exits(3).complains(&[
        "missing in charts/ directory: a",
        "deps c` says where",
        "nothing is fetched here",
    ]);
}

#[test]
fn names_of_hosts_are_looked_up_by_nobody() {
    let scratch = Scratch::new();
    scratch.chart("c", &[("templates/t.yaml", "a: {{ getHostByName \"localhost\" }}x\n")]);
    scratch.run(&["render", "c"]).exits(0).says(&["a: x\n"]);
    scratch
        .run(&["render", "c", "--enable-dns"])
        .exits(3)
        .complains(&["localhost is not looked up", "leave out --enable-dns"]);
}

#[test]
fn schemas_elsewhere_are_never_read() {
    let scratch = Scratch::new();
    scratch.write("other.json", "true");
    for reference in [
        "http://127.0.0.1:9/x.json",
        "https://json.example/x",
        "file:///etc/hostname",
        "../other.json",
        "other.json",
    ] {
        let schema = format!("{{\"properties\": {{\"a\": {{\"$ref\": \"{reference}\"}}}}}}");
        scratch.chart("c", &[("values.schema.json", &schema), ("values.yaml", "a: 1\n")]);
        scratch.run(&["render", "c"]).exits(3).complains(&["are never fetched: copy it into"]);
        scratch.run(&["render", "c", "--skip-schema-validation"]).exits(0);
    }
    let draft = "{\"$schema\": \"https://schemas.example/draft\"}";
    scratch.chart("c", &[("values.schema.json", draft)]);
    scratch.run(&["render", "c"]).exits(3).complains(&["https://schemas.example/draft"]);
}
