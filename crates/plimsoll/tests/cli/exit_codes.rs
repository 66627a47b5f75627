//! The exit codes, as `--help` states them.

use crate::scratch::Scratch;

#[test]
fn every_outcome_has_its_code() {
    let scratch = Scratch::with_good_chart();
    scratch.chart("clean", &[("templates/nothing.yaml", "")]);
    scratch.chart("broken", &[("templates/t.yaml", "{{ fail \"no\" }}")]);
    for (code, args) in [
        (0, "check clean"),
        (0, "check good --fail-on error"),
        (0, "check good --fail-on never"),
        (0, "render good"),
        (0, "explain good"),
        (0, "explain good Deployment"),
        (0, "explain memory-limit-missing"),
        (0, "size llama3.1:8b"),
        (0, "size llama3.1:8b --gpu none"),
        (0, "size llama3.1:8b --gpu-table"),
        (1, "size llama3.1:70b --gpu T4"),
        (1, "size llama3.1:405b --gpu T4 --max-ctx"),
        (2, "size frobnicate"),
        (2, "size llama3.1:8b --gpu voodoo2"),
        (2, "size llama3.1:8b --ctx 0"),
        (2, "size llama3.1:8b --engine emacs"),
        (2, "size llama3.1:8b --engine vllm --gpu L4 --gpus 3"),
        (3, "size none.gguf"),
        (3, "size good"),
        (3, "size good/values.yaml"),
        (0, "rules"),
        (0, "completions bash"),
        (0, "--help"),
        (0, "check --help"),
        (0, "--version"),
        (1, "check good"),
        (1, "check good clean"),
        (1, "check good --fail-on note"),
        (1, "check good --output json"),
        (2, ""),
        (2, "chekc good"),
        (2, "check --nope"),
        (2, "check --output xml"),
        (2, "check --fail-on sometimes"),
        (2, "check --rule nope"),
        (2, "check --helm-profile 2"),
        (2, "render"),
        (2, "render a b c"),
        (2, "render good --set"),
        (2, "render good --set replicas"),
        (2, "render good --kube-version nope"),
        (2, "render good -s templates/none.yaml"),
        (2, "render Bad_Name good"),
        (2, "explain nope"),
        (2, "explain good Pod"),
        (2, "explain good Deployment spec.nope"),
        (2, "explain good Deployment spec..x"),
        (2, "completions klingon"),
        (3, "check broken"),
        (3, "check good broken --fail-on never"),
        (3, "check none"),
        (3, "render broken"),
        (3, "render none"),
        (3, "render good -f none.yaml"),
        (3, "explain broken Deployment"),
    ] {
        let args: Vec<_> = args.split_whitespace().collect();
        let run = scratch.run(&args);
        assert_eq!(run.code, code, "{args:?}: {run:#?}");
        if code >= 2 && args.first() != Some(&"check") {
            assert!(!run.stderr.is_empty(), "{args:?} fails without a word");
            assert_eq!(run.stdout, "", "{args:?} writes trouble to standard output");
        }
    }
}

#[test]
fn help_states_the_codes() {
    let run = Scratch::new().run(&["--help"]);
    for code in ["0 clean", "1 findings", "2 usage", "3 something could not be read"] {
        assert!(run.stdout.replace('\n', " ").contains(code), "{code}: {}", run.stdout);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_trouble() {
    use std::io::Read as _;
    use std::process::{Command, Stdio};
    let scratch = Scratch::new();
    let many = "{{- range until 3000 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: \
                a-{{ . }}}\ndata: {a: \"0123456789012345678901234567890123456789\"}\n{{- end }}\n";
    scratch.chart("long", &[("templates/t.yaml", many)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["render", "long"])
        .current_dir(scratch.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 16];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
