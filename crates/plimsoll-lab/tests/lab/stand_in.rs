//! What operators of a real cluster, or the person who installs, would make for a chart.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::product::objects;

/// The service accounts of some manifests: a pod is refused unless its own is there.
pub(crate) fn accounts(manifests: &str) -> String {
    let accounts = objects(manifests).filter(|object| object["kind"] == "ServiceAccount");
    accounts.map(|object| format!("---\n{object}\n")).collect()
}

/// What operators of a real cluster, or the person who installs, would make: the secrets of
/// ExternalSecrets with the keys that those list, the secrets of certificates, those that the pods
/// name and nobody else makes, and the storage classes that claims name.
pub(crate) fn stand_in(manifests: &str) -> String {
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
