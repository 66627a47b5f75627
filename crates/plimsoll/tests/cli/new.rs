//! `plimsoll new`: what it makes is clean, whole, and where it belongs.

use std::fs;

use crate::scratch::Scratch;

#[test]
fn every_pattern_makes_a_chart_without_findings() {
    let orders: [&[&str]; 9] = [
        &["engine", "a", "--model", "llama3.1:8b", "--gpu", "amd", "--platform", "openshift"],
        &["engine", "b", "--engine", "llama.cpp", "--model", "qwen3:8b", "--gpu", "intel"],
        &["engine", "c", "--engine", "vllm", "--model", "hf://Qwen/Qwen3-8B", "--gpu", "L4"],
        &["engine", "d", "--engine", "tei", "--model", "hf://BAAI/bge-m3"],
        &["gateway", "e", "--secret-store", "vault"],
        &["ui", "f", "--platform", "openshift", "--host", "chat.example.com"],
        &["notebook", "g", "--gpu", "nvidia", "--host", "a.example.com", "--gateway", "gw/public"],
        &["training", "h", "--gpu", "nvidia", "--gpus", "4"],
        &["any", "i", "--image", "example.com/app:1", "--port", "9000", "--health", "/up"],
    ];
    let scratch = Scratch::new();
    for order in orders {
        let run = scratch.run(&[&["new"], order].concat());
        run.exits(0);
        assert!(run.stderr.contains("0 errors, 0 warnings, 0 notes"), "{}", run.stderr);
        let chart = fs::read_to_string(scratch.path(order[1]).join("Chart.yaml")).unwrap();
        assert!(chart.contains(&format!("name: {}\n", order[1])), "{chart}");
        // The library lies in the chart, so that it is whole by itself.
        scratch.run(&["render", "r", order[1]]).exits(0);
    }
}

#[test]
fn figures_of_the_model_become_values() {
    let scratch = Scratch::new();
    let order =
        ["new", "engine", "chat", "--model", "llama3.1:8b", "--ctx", "16384", "--gpu", "L4"];
    scratch.run(&order).exits(0);
    let values = fs::read_to_string(scratch.path("chat/values.yaml")).unwrap();
    let sized =
        scratch.run(&["size", "llama3.1:8b", "--ctx", "16384", "--gpu", "L4", "-o", "json"]);
    let volume = sized.exits(0).json();
    assert!(values.contains("contextLength: 16384"), "{values}");
    assert!(values.contains("name: llama3.1:8b"));
    assert!(values.contains("vendor: nvidia"));
    // Comments of the chart stay.
    assert!(values.contains("# Tokens of context."));
    assert!(volume.to_string().contains("16384"));
}

#[test]
fn a_repository_gets_the_chart_the_library_and_the_entry() {
    let scratch = Scratch::new();
    let list = "# the apps\napps:\n  other:\n    enabled: true  # stays\n    step: engines\n    use: [cluster]\n    values: {}\n";
    scratch.write("roles/home/values.yaml", list);
    fs::create_dir_all(scratch.path(".git")).unwrap();
    let order = ["new", "engine", "chat", "--into", ".", "--role", "home"];
    scratch.run(&order).exits(0);
    assert!(scratch.path("charts/ai/chat/Chart.yaml").is_file());
    assert!(scratch.path("charts/library/ai-app/Chart.yaml").is_file());
    let listed = fs::read_to_string(scratch.path("roles/home/values.yaml")).unwrap();
    let added =
        "  chat:\n    enabled: true\n    step: engines\n    use: [cluster]\n    values: {}\n";
    assert_eq!(listed, format!("{list}{added}"));
    scratch.run(&["check", "charts", "--fail-on", "note"]).exits(0);

    // A second time nothing is touched.
    let again = scratch.run(&order);
    again.exits(2);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
    assert_eq!(fs::read_to_string(scratch.path("roles/home/values.yaml")).unwrap(), listed);
}

#[test]
fn what_cannot_be_is_refused_and_leaves_nothing() {
    let refused: [(&[&str], &str); 14] = [
        (&["engine"], "say what to make"),
        (&["engine", "Chat"], "is no name for a chart"),
        (&["engine", "ai-app"], "is the library chart"),
        (&["engine", "x", "--model", "no-such-model"], "not in the catalogue"),
        (&["engine", "x", "--engine", "training"], "there is no chart for it"),
        (&["engine", "x", "--engine", "tei", "--gpu", "amd"], "name yours with --image"),
        (&["engine", "x", "--model", "llama3.1:70b", "--gpu", "T4"], "take more with --gpus"),
        (&["engine", "x", "--gpus", "2"], "--gpus needs --gpu"),
        (&["engine", "x", "--host", "a.example.com"], "--host needs a way in"),
        (&["engine", "x", "--ctx", "1024"], "--ctx needs --model"),
        (&["gateway", "x", "--gpu", "amd"], "uses no GPU"),
        (&["notebook", "x", "--model", "llama3.1:8b"], "is for engines"),
        (&["any", "x"], "needs your image"),
        (&["training", "x", "--host", "a.example.com"], "has nothing to publish"),
    ];
    let scratch = Scratch::new();
    for (order, words) in refused {
        let run = scratch.run(&[&["new"], order].concat());
        run.exits(2);
        assert!(run.stderr.contains(words), "{order:?}: {}", run.stderr);
    }
    let run = scratch.run(&["new", "engine", "x", "--into", ".", "--role", "nowhere"]);
    run.exits(2);
    assert!(run.stderr.contains("--role nowhere"), "{}", run.stderr);
    assert_eq!(fs::read_dir(scratch.path("")).unwrap().count(), 0);
}
