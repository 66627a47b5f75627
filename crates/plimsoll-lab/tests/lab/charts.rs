//! The charts that ship: taken by a real API server, and scheduled onto the GPUs that they ask for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::Pod;
use kube::api::ListParams;
use libtest_mimic::Failed;
use plimsoll_lab::{Namespace, Table};
use serde_json::{Value, json};

use crate::Test;
use crate::cluster::{api, lab, namespace, node_of, until};

pub(crate) const TESTS: &[Test] = &[
    ("charts::the_api_server_takes_all_of_them", the_api_server_takes_all_of_them),
    ("charts::their_pods_find_their_nodes", their_pods_find_their_nodes),
];

/// A chart and one of its values files.
struct Case {
    chart: PathBuf,
    values: Option<PathBuf>,
}

impl Case {
    fn name(&self) -> String {
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let values = self.values.as_deref().map_or("values.yaml".to_owned(), name);
        format!("{} with {values}", name(&self.chart))
    }

    /// What `plimsoll render` makes of it, as the cluster would be: with Routes on OpenShift only.
    fn rendered(&self, namespace: &Namespace) -> Result<String, Failed> {
        let mut command = Command::new(plimsoll());
        let release = plimsoll_lab::release();
        command.args(["render", "--siblings", "--kube-version", release]);
        command.args(["--namespace", namespace.name(), "release"]);
        command.arg(&self.chart);
        if let Some(values) = &self.values {
            command.arg("--values").arg(values);
            if values.to_string_lossy().contains("openshift") {
                command.args(["--api-versions", "route.openshift.io/v1"]);
            }
        }
        let output = command.output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("{} is not rendered: {said}", self.name()).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The `plimsoll` of this work tree, built beside this test; another one if `PLIMSOLL_PROGRAM` names
/// it.
fn plimsoll() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(program) = std::env::var_os("PLIMSOLL_PROGRAM") {
            return program.into();
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--locked", "--package", "plimsoll"]).current_dir(root());
        assert!(command.status().unwrap().success(), "plimsoll cannot be built");
        let beside = Path::new(env!("CARGO_BIN_EXE_plimsoll-lab")).with_file_name("plimsoll");
        assert!(beside.is_file(), "{} is not there", beside.display());
        beside
    })
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for chart in sorted(&root().join("charts/ai")) {
        cases.push(Case { chart: chart.clone(), values: None });
        for values in sorted(&chart.join("ci")) {
            cases.push(Case { chart: chart.clone(), values: Some(values) });
        }
    }
    assert!(!cases.is_empty());
    cases
}

fn sorted(directory: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(directory)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    found.sort();
    found
}

fn the_api_server_takes_all_of_them() -> Result<(), Failed> {
    let namespace = namespace("charts");
    let mut troubles = Vec::new();
    for case in cases() {
        let manifests = match case.rendered(&namespace) {
            Ok(manifests) => manifests,
            Err(trouble) => {
                troubles.push(trouble.message().unwrap_or_default().to_owned());
                continue;
            }
        };
        lab().block_on(lab().apply(&accounts(&manifests), &namespace))?;
        for refusal in lab().block_on(lab().dry_run(&manifests, &namespace))? {
            troubles.push(format!("{}: {refusal}", case.name()));
        }
    }
    lab().block_on(lab().remove(&namespace))?;
    let unknown: Vec<String> = troubles.into_iter().filter(|trouble| !older(trouble)).collect();
    if unknown.is_empty() { Ok(()) } else { Err(unknown.join("\n").into()) }
}

/// Ollama's values for the Gateway API are for a cluster with an External Secrets Operator before
/// 0.17, which served `v1beta1`; the one of the lab does not any more.
fn older(trouble: &str) -> bool {
    trouble.starts_with("ollama with gateway-api-values.yaml")
        && trouble.contains("ExternalSecret/")
        && trouble.ends_with("404 page not found")
}

fn their_pods_find_their_nodes() -> Result<(), Failed> {
    let (mut tried, mut devices) = (0, 0);
    for case in cases() {
        let name = case.name();
        let vendor =
            ["amd", "intel", "nvidia", "cpu"].into_iter().find(|vendor| name.contains(vendor));
        let Some(vendor) = vendor else { continue };
        tried += 1;
        let namespace = namespace("sample");
        let manifests = case.rendered(&namespace)?;
        let plays = stand_in(&manifests);
        lab().block_on(lab().apply(&plays, &namespace)).map_err(|why| format!("{name}: {why}"))?;
        lab()
            .block_on(lab().apply(&manifests, &namespace))
            .map_err(|why| format!("{name}: {why}"))?;
        for pod in workload_pods(&namespace)? {
            let node = node_of(&namespace, &pod);
            for resource in devices_of(&namespace, &pod)? {
                assert!(resource.contains(vendor), "{name}: {pod} asks for {resource}");
                assert!(offers(&node, &resource), "{name}: {pod} is on {node}, without {resource}");
                devices += 1;
            }
        }
        lab().block_on(lab().remove(&namespace))?;
    }
    assert!(tried >= 10 && devices >= 6, "only {tried} values files and {devices} devices");
    Ok(())
}

/// The devices that a pod's own containers ask for, by resource.
fn devices_of(namespace: &Namespace, pod: &str) -> Result<Vec<String>, Failed> {
    let pod = lab().block_on(api::<Pod>(namespace).get(pod))?;
    let containers = pod.spec.unwrap().containers.into_iter();
    let limits = containers.filter_map(|one| one.resources?.limits).flatten();
    // A resource of Kubernetes' own has no domain.
    Ok(limits.map(|(resource, _)| resource).filter(|resource| resource.contains('/')).collect())
}

/// Whether a node of the usual table has devices of this resource.
fn offers(node: &str, resource: &str) -> bool {
    let table = Table::usual();
    let row = table.nodes.iter().find(|row| row.name == node).unwrap();
    row.devices.contains_key(resource)
}

/// The pods of all workloads of a namespace, once each workload has one.
fn workload_pods(namespace: &Namespace) -> Result<Vec<String>, Failed> {
    let list = ListParams::default();
    let mut selectors = Vec::new();
    for deployment in lab().block_on(api::<Deployment>(namespace).list(&list))? {
        selectors.push(deployment.spec.unwrap().selector);
    }
    for set in lab().block_on(api::<StatefulSet>(namespace).list(&list))? {
        selectors.push(set.spec.unwrap().selector);
    }
    let mut names = Vec::new();
    for selector in selectors {
        let labels: Vec<String> = selector
            .match_labels
            .unwrap()
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let selected = ListParams::default().labels(&labels.join(","));
        let found = async {
            loop {
                let pods = api::<Pod>(namespace).list(&selected).await.unwrap().items;
                if !pods.is_empty() {
                    return pods;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        let limited =
            async { tokio::time::timeout(std::time::Duration::from_secs(30), found).await };
        for pod in lab().block_on(limited).map_err(|_| format!("no pod of {labels:?}"))? {
            let name = pod.metadata.name.unwrap();
            until::<Pod>(namespace, &name, "there", |_| true);
            names.push(name);
        }
    }
    Ok(names)
}

/// The service accounts of some manifests: a pod is refused unless its own is there.
fn accounts(manifests: &str) -> String {
    let accounts = objects(manifests).filter(|object| object["kind"] == "ServiceAccount");
    accounts.map(|object| format!("---\n{object}\n")).collect()
}

fn objects(manifests: &str) -> impl Iterator<Item = Value> {
    plimsoll_yaml::parse(manifests).unwrap().into_iter().map(|parsed| {
        let json = plimsoll_yaml::to_json(&&parsed.root).unwrap();
        serde_json::from_str(&json).unwrap()
    })
}

/// What operators of a real cluster, or the person who installs, would make: the secrets of
/// ExternalSecrets with the keys that those list, the secrets of certificates, those that the pods
/// name and nobody else makes, and the storage classes that claims name.
fn stand_in(manifests: &str) -> String {
    let mut secrets: BTreeMap<String, Value> = BTreeMap::new();
    let mut made = Vec::new();
    let certificate = || json!({"tls.crt": "x", "tls.key": "x", "ca.crt": "x"});
    for object in objects(manifests) {
        let annotations = &object["metadata"]["annotations"];
        let serving = &annotations["service.beta.openshift.io/serving-cert-secret-name"];
        if let Some(name) = serving.as_str() {
            secrets.insert(name.to_owned(), certificate());
        }
        match object["kind"].as_str().unwrap() {
            "ExternalSecret" => {
                let (name, data) = secret_of(&object);
                secrets.insert(name, data);
            }
            "Certificate" => {
                secrets.insert(text(&object["spec"]["secretName"]), certificate());
            }
            "Secret" => {
                secrets.insert(text(&object["metadata"]["name"]), Value::Null);
            }
            "PersistentVolumeClaim" => made.extend(class_of(&object)),
            _ => {}
        }
    }
    let mut mentioned = BTreeMap::new();
    objects(manifests).for_each(|object| mentions(&object, &mut mentioned));
    for (name, data) in mentioned {
        secrets.entry(name).or_insert(data);
    }
    // Null is what the chart itself makes.
    secrets.retain(|_, data| !data.is_null());
    made.extend(secrets.iter().map(|(name, data)| {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": data})
    }));
    made.iter().map(|object| format!("---\n{object}\n")).collect()
}

fn class_of(claim: &Value) -> Option<Value> {
    let class = claim["spec"]["storageClassName"].as_str().filter(|class| !class.is_empty())?;
    Some(json!({
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": class},
        "provisioner": "lab.plimsoll.test/volumes",
        "parameters": {"accessModes": "ReadWriteOnce,ReadWriteMany,ReadOnlyMany"},
        "volumeBindingMode": "Immediate",
    }))
}

/// Secrets that something below a node names, with the keys that it wants of them.
fn mentions(node: &Value, found: &mut BTreeMap<String, Value>) {
    let mut mention = |name: &Value, keys: Vec<&Value>| {
        if let Some(name) = name.as_str() {
            let data = found.entry(name.to_owned()).or_insert_with(|| json!({}));
            keys.into_iter().for_each(|key| data[text(key)] = json!("x"));
        }
    };
    let reference = &node["secretKeyRef"];
    mention(&reference["name"], vec![&reference["key"]]);
    mention(&node["secretRef"]["name"], Vec::new());
    let volume = &node["secret"];
    let items: Vec<&Value> =
        volume["items"].as_array().into_iter().flatten().map(|item| &item["key"]).collect();
    mention(&volume["secretName"], items.clone());
    if volume["items"].is_array() {
        mention(&volume["name"], items);
    }
    match node {
        Value::Array(items) => items.iter().for_each(|item| mentions(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| mentions(field, found)),
        _ => {}
    }
}

fn secret_of(external: &Value) -> (String, Value) {
    let target = &external["spec"]["target"];
    let named = if target["name"].is_string() { target } else { &external["metadata"] };
    let mut data = json!({});
    for item in external["spec"]["data"].as_array().into_iter().flatten() {
        data[text(&item["secretKey"])] = json!("x");
    }
    for key in target["template"]["data"].as_object().into_iter().flatten().map(|(key, _)| key) {
        data[key] = json!("x");
    }
    (text(&named["name"]), data)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
