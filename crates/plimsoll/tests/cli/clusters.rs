//! Cluster files: what they say to `plimsoll new`, and what is wrong with them.

use std::fs;
use std::path::Path;

use crate::scratch::{Run, Scratch};

fn shipped() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clusters")
}

/// A repository with the cluster files that ship.
fn repository() -> Scratch {
    let scratch = Scratch::new();
    for name in ["home", "work"] {
        let text = fs::read_to_string(shipped().join(format!("{name}.yaml"))).unwrap();
        scratch.write(&format!("clusters/{name}.yaml"), &text);
    }
    scratch
}

fn make(scratch: &Scratch, order: &[&str]) -> Run {
    scratch.run(&[&["new"], order].concat())
}

fn values(scratch: &Scratch, name: &str) -> String {
    fs::read_to_string(scratch.path(name).join("values.yaml")).unwrap()
}

#[test]
fn a_chart_fits_the_cluster_it_is_for() {
    let scratch = repository();
    let model = ["--model", "llama3.1:8b", "--host", "chat", "--cluster"];
    for (name, cluster, lines) in [
        (
            "home-chat",
            "home",
            &[
                "platform: openshift",
                "vendor: amd",
                "storageClass: truenas-iscsi-csi",
                "host: chat.apps.home.example.com",
                "name: infisical-secret-store",
            ][..],
        ),
        (
            "work-chat",
            "work",
            &[
                "vendor: nvidia",
                // One L4 holds it; an H100 would be a waste.
                "nvidia.com/gpu.product: \"NVIDIA-L4\"",
                "storageClass: fast-encrypted",
                "- chat.ai.example.com",
                "name: vault",
            ],
        ),
    ] {
        let order = [&["engine", name], &model[..], &[cluster]].concat();
        let run = make(&scratch, &order);
        run.exits(0);
        assert!(run.stderr.contains("0 errors, 0 warnings, 0 notes"), "{}", run.stderr);
        let values = values(&scratch, name);
        for line in lines {
            assert!(values.contains(line), "{name} has no {line}:\n{values}");
        }
        // The usual taint is tolerated by the chart itself.
        assert!(!values.contains("\ntolerations:"), "{values}");
        let readme = fs::read_to_string(scratch.path(name).join("README.md")).unwrap();
        assert!(readme.contains(&format!("`clusters/{cluster}.yaml`")), "{readme}");
    }
}

#[test]
fn unusual_taints_are_tolerated_where_the_card_is() {
    let scratch = repository();
    let order = [
        "engine",
        "big",
        "--engine",
        "vllm",
        "--model",
        "hf://Qwen/Qwen3-32B",
        "--cluster",
        "work",
    ];
    make(&scratch, &order).exits(0);
    let values = values(&scratch, "big");
    assert!(values.contains("nvidia.com/gpu.product: \"NVIDIA-H100-80GB-HBM3\""), "{values}");
    let toleration = "tolerations:\n  - key: \"dedicated\"\n    operator: Equal\n    value: \"training\"\n    effect: NoSchedule\n";
    assert!(values.contains(toleration), "{values}");

    // Where any card does, nodes that are kept for others are left alone.
    make(&scratch, &["notebook", "ada", "--gpu", "nvidia", "--cluster", "work"]).exits(0);
    let values = self::values(&scratch, "ada");
    assert!(!values.contains("\ntolerations:") && values.contains("vendor: nvidia"), "{values}");
}

#[test]
fn flags_come_before_the_file() {
    let scratch = repository();
    let order = [
        "engine",
        "x",
        "--model",
        "llama3.1:8b",
        "--cluster",
        "home",
        "--gpu",
        "none",
        "--platform",
        "kubernetes",
        "--storage-class",
        "other",
        "--host",
        "a.example.com",
        "--ingress-class",
        "nginx",
        "--ingress-namespace",
        "ingress",
    ];
    make(&scratch, &order).exits(0);
    let values = values(&scratch, "x");
    for line in ["storageClass: other", "host: a.example.com", "className: nginx"] {
        assert!(values.contains(line), "no {line}:\n{values}");
    }
    assert!(!values.contains("openshift\n") && !values.contains("vendor: amd"), "{values}");
}

#[test]
fn what_the_cluster_cannot_give_is_refused() {
    let scratch = repository();
    scratch.write(
        "clusters/small.yaml",
        "nodes: [{name: a, gpu: L4, allocatable: {nvidia.com/gpu: 1, memory: 2Gi}}]\n",
    );
    scratch
        .write("clusters/odd.yaml", "nodes: [{name: a, gpu: L4, allocatable: {amd.com/gpu: 1}}]\n");
    scratch.write(
        "clusters/typo.yaml",
        "nodes:\n  - name: a\n    gpu: L44\n    allocatable: {nvidia.com/gpu: 1}\n",
    );
    scratch.write("clusters/wrong.yaml", "platform: vanilla\nnods: []\n");
    let model = "llama3.1:70b";
    let refused: [(&[&str], &[&str]); 11] = [
        (
            &["--cluster", "nowhere"],
            &["clusters/nowhere.yaml is no file; there are home, odd, small, typo, work, wrong"],
        ),
        (&["--cluster", "clusters/nowhere.yaml"], &["open clusters/nowhere.yaml: no such file"]),
        (
            &["--cluster", "wrong"],
            &[
                "clusters/wrong.yaml:1:11: platform: one of",
                "clusters/wrong.yaml:2:1: unknown key nods",
            ],
        ),
        (&["--cluster", "odd", "--gpu", "amd"], &["clusters/odd.yaml:1:24: L4 is of nvidia"]),
        (&["--cluster", "typo", "--gpu", "nvidia"], &["clusters/typo.yaml:3:10: no GPU \"L44\""]),
        (
            &["--cluster", "home", "--gpu", "nvidia"],
            &["clusters/home.yaml has no GPU of nvidia: its nodes have 1 × RX 7900 XTX"],
        ),
        (&["--cluster", "home", "--gpu", "T4"], &["clusters/home.yaml has no T4"]),
        (
            &["--cluster", "home", "--gpu", "amd", "--gpus", "2"],
            &["has no node with 2 × GPU of amd"],
        ),
        (
            &["--cluster", "home", "--model", model],
            &["no node of the cluster holds", "1 × RX 7900 XTX", "--gpu none"],
        ),
        (
            &["--cluster", "small", "--model", "llama3.1:8b"],
            &["of host memory", "2.00 GiB at most"],
        ),
        (&["--host", "chat"], &["chat is no host name"]),
    ];
    for (order, words) in refused {
        let run = make(&scratch, &[&["engine", "x"], order].concat());
        run.exits(2);
        for word in words {
            assert!(run.stderr.contains(word), "{order:?}: {}", run.stderr);
        }
        assert!(!scratch.path("x").exists());
    }
}

/// The schema that editors use and the reader agree: each file is taken by both or refused by both.
#[test]
fn the_schema_says_what_the_reader_says() {
    let scratch = Scratch::new();
    let schema = fs::read_to_string(shipped().join("cluster.schema.json")).unwrap();
    scratch.chart(
        "held",
        &[
            ("Chart.yaml", "apiVersion: v2\nname: held\nversion: 1.0.0\n"),
            ("values.schema.json", &schema),
        ],
    );
    let shipped = ["home", "work"]
        .map(|name| fs::read_to_string(shipped().join(format!("{name}.yaml"))).unwrap());
    let sound = [
        &*shipped[0],
        &*shipped[1],
        "platform: kubernetes",
        "nodes: []",
        "entrance: {domain: a.b}",
    ];
    let wrong = [
        "platform: vanilla",
        "plattform: openshift",
        "nodes: {}",
        "nodes: [{}]",
        "nodes: [{name: A}]",
        "nodes: [{name: a, count: 0}]",
        "nodes: [{name: a, count: 1.5}]",
        "nodes: [{name: a, gpu: 4}]",
        "nodes: [{name: a, taints: [{key: k}]}]",
        "nodes: [{name: a, taints: [{key: k, effect: Never}]}]",
        "nodes: [{name: a, labels: {a: true}}]",
        "storageClasses: [{name: a, default: 1}]",
        "storageClasses: [{name: a, accessModes: [RWX]}]",
        "secretStores: [{name: a, kind: SecretStore}]",
        "secretStores: [a]",
        "entrance: {gateway: {name: a}}",
        "entrance: {ingress: {class: a, namespace: b}, gateway: {name: a, namespace: b}}",
        "entrance: {domain: A.b}",
    ];
    let both = |text: &str| {
        scratch.write("c.yaml", text);
        let held = scratch.run(&["render", "r", "held", "-f", "c.yaml"]).code == 0;
        let run = make(&scratch, &["gateway", "x", "--cluster", "c.yaml"]);
        let read = run.code == 0;
        if read {
            fs::remove_dir_all(scratch.path("x")).unwrap();
        }
        (held, read)
    };
    for text in sound {
        assert_eq!(both(text), (true, true), "{text}");
    }
    for text in wrong {
        assert_eq!(both(text), (false, false), "{text}");
    }
}
