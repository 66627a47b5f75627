//! Charts that `plimsoll new` makes: taken by a real API server, scheduled onto the GPUs that were
//! ordered, and refused where no node has them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libtest_mimic::Failed;

use crate::Test;
use crate::cluster::{lab, namespace, unschedulable};
use crate::placement::{install, placed, pods_of_workloads};
use crate::product::{plimsoll, render};
use crate::stand_in::accounts;

pub(crate) const TESTS: &[Test] = &[
    ("new_charts::the_api_server_takes_all_of_them", the_api_server_takes_all_of_them),
    ("new_charts::their_pods_find_the_gpus_they_order", their_pods_find_the_gpus_they_order),
    ("new_charts::what_no_node_can_hold_is_refused", what_no_node_can_hold_is_refused),
];

/// What can be ordered, each with a model where it serves one.
const PATTERNS: &[&[&str]] = &[
    &["engine", "--engine", "ollama", "--model", "llama3.1:8b"],
    &["engine", "--engine", "llama.cpp", "--model", "qwen3:8b"],
    &["engine", "--engine", "vllm", "--model", "hf://Qwen/Qwen3-8B"],
    &["engine", "--engine", "tei", "--model", "hf://BAAI/bge-m3"],
    &["gateway"],
    &["ui"],
    &["notebook"],
    &["training"],
    &["any", "--port", "9000", "--health", "/healthz"],
];

const VENDORS: &[&str] = &["none", "amd", "intel", "nvidia"];

/// Flavours of clusters, each with the ways in, secrets and storage that go with it.
const FLAVOURS: &[&[&str]] = &[
    &[],
    &["--platform", "openshift", "--host", "app.example.com", "--secret-store", "vault"],
    &["--host", "app.example.com", "--gateway", "gateways/public", "--storage-class", "file"],
    &[
        "--host",
        "app.example.com",
        "--ingress-class",
        "nginx",
        "--ingress-namespace",
        "ingress-nginx",
        "--caller",
        "litellm",
    ],
];

/// A training run has nothing to publish.
const FLAVOURS_OF_TRAINING: &[&[&str]] = &[
    &[],
    &["--platform", "openshift", "--secret-store", "vault"],
    &["--storage-class", "file"],
    &["--platform", "openshift", "--storage-class", "file"],
];

/// A chart that was ordered.
struct Order {
    chart: PathBuf,
    vendor: &'static str,
    flags: String,
    openshift: bool,
}

/// Each pattern with each vendor, each vendor with each flavour, each flavour with each pattern.
fn orders() -> &'static [Order] {
    static ORDERS: OnceLock<Vec<Order>> = OnceLock::new();
    ORDERS.get_or_init(|| {
        let scratch = scratch("orders");
        let mut orders = Vec::new();
        for (row, pattern) in PATTERNS.iter().enumerate() {
            let uses_gpu = !matches!(pattern[0], "gateway" | "ui");
            let flavours = if pattern[0] == "training" { FLAVOURS_OF_TRAINING } else { FLAVOURS };
            for (column, vendor) in VENDORS.iter().enumerate() {
                // The arithmetic knows vLLM on GPUs only, and says so.
                if pattern.contains(&"vllm") && *vendor == "none" {
                    continue;
                }
                let vendor = if uses_gpu { vendor } else { "none" };
                let mut flags = pattern.to_vec();
                flags.extend(flavours[(row + column) % flavours.len()]);
                if uses_gpu {
                    flags.extend(["--gpu", vendor]);
                }
                if vendor != "none" || pattern[0] == "any" {
                    flags.extend(["--image", "registry.example.com/ai/app:1.2.3"]);
                }
                orders.push(order(&scratch, &flags, vendor));
            }
        }
        orders
    })
}

fn order(scratch: &Path, flags: &[&str], vendor: &'static str) -> Order {
    let name = format!("app-{}", std::fs::read_dir(scratch).unwrap().count());
    let mut arguments = vec!["new", flags[0], &name];
    arguments.extend(&flags[1..]);
    // It judges what it made, and fails where anything is found.
    plimsoll(scratch, &arguments).unwrap();
    Order {
        chart: scratch.join(name),
        vendor,
        openshift: flags.contains(&"openshift"),
        flags: flags.join(" "),
    }
}

/// An empty directory.
fn scratch(name: &str) -> PathBuf {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("new-charts-{name}"));
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch).unwrap();
    }
    std::fs::create_dir_all(&scratch).unwrap();
    scratch
}

fn the_api_server_takes_all_of_them() -> Result<(), Failed> {
    let namespace = namespace("new");
    let mut troubles = Vec::new();
    for order in orders() {
        let manifests = render(&order.chart, &namespace, order.openshift, &[])?;
        lab().block_on(lab().apply(&accounts(&manifests), &namespace))?;
        for refusal in lab().block_on(lab().dry_run(&manifests, &namespace))? {
            troubles.push(format!("plimsoll new {}: {refusal}", order.flags));
        }
    }
    lab().block_on(lab().remove(&namespace))?;
    assert!(orders().len() >= PATTERNS.len() * VENDORS.len() - 1);
    if troubles.is_empty() { Ok(()) } else { Err(troubles.join("\n").into()) }
}

fn their_pods_find_the_gpus_they_order() -> Result<(), Failed> {
    let mut tried = 0;
    for order in orders().iter().filter(|order| order.vendor != "none") {
        let namespace = namespace("ordered");
        let manifests = render(&order.chart, &namespace, order.openshift, &[])?;
        install(&manifests, &namespace).map_err(|why| format!("{}: {why:?}", order.flags))?;
        let devices: Vec<String> =
            placed(&namespace)?.into_iter().flat_map(|pod| pod.devices).collect();
        let is_ordered = devices.iter().all(|device| device.contains(order.vendor));
        assert!(is_ordered && !devices.is_empty(), "{}: {devices:?}", order.flags);
        tried += 1;
        lab().block_on(lab().remove(&namespace))?;
    }
    assert!(tried >= 20, "only {tried} orders have a GPU");
    Ok(())
}

fn what_no_node_can_hold_is_refused() -> Result<(), Failed> {
    let scratch = scratch("refused");
    let engine = ["engine", "--model", "llama3.1:8b", "--gpu"];
    let without_toleration = ["--set", "gpu.presets.nvidia.tolerations=null"];
    let another_card = ["--set", "nodeSelector.nvidia\\.com/gpu\\.product=NVIDIA-L40S"];
    let cases: [(&[&str], &'static str, &[&str], &str); 4] = [
        (
            &["training", "--gpu", "nvidia", "--gpus", "16"],
            "nvidia",
            &[],
            "Insufficient nvidia.com/gpu",
        ),
        (
            &["notebook", "--gpu", "amd", "--gpus", "9", "--image", "example.com/a:1"],
            "amd",
            &[],
            "Insufficient amd.com/gpu",
        ),
        (&[&engine[..], &["nvidia"]].concat(), "nvidia", &without_toleration, "untolerated taint"),
        (
            &[&engine[..], &["nvidia"]].concat(),
            "nvidia",
            &another_card,
            "didn't match Pod's node affinity/selector",
        ),
    ];
    for (flags, vendor, values, reason) in cases {
        let order = order(&scratch, flags, vendor);
        let namespace = namespace("refused");
        let manifests = render(&order.chart, &namespace, order.openshift, values)?;
        install(&manifests, &namespace).map_err(|why| format!("{}: {why:?}", order.flags))?;
        let pods = pods_of_workloads(&namespace)?;
        assert!(!pods.is_empty(), "{} has no pod", order.flags);
        let said: Vec<String> = pods.iter().map(|pod| unschedulable(&namespace, pod)).collect();
        assert!(said.iter().all(|said| said.contains(reason)), "{}: {said:?}", order.flags);
        lab().block_on(lab().remove(&namespace))?;
    }
    Ok(())
}
