//! What the roles hold, the Applications that Argo CD makes of them, and what those install: taken
//! by a real API server.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;
use plimsoll_lab::Namespace;
use serde_json::{Value, json};

use crate::Test;
use crate::cluster::{lab, namespace};
use crate::placement::{install, placed};
use crate::product::{objects, plimsoll, render, root, sorted};
use crate::stand_in::accounts;

pub(crate) const TESTS: &[Test] = &[
    ("roles::the_api_server_takes_them", the_api_server_takes_them),
    ("roles::the_api_server_takes_their_applications", the_api_server_takes_their_applications),
    ("roles::the_api_server_takes_what_they_install", the_api_server_takes_what_they_install),
    ("roles::gatus_runs", gatus_runs),
];

/// Each role as it ships, in both ways to roll out, and with each of its values files.
fn renderings() -> Vec<(PathBuf, Vec<String>)> {
    let mut renderings = Vec::new();
    for role in roles() {
        for progressive in ["true", "false"] {
            let flags = vec!["--set".to_owned(), format!("rollout.progressive={progressive}")];
            renderings.push((role.clone(), flags));
        }
        for values in sorted(&role.join("ci")) {
            let flags = vec!["--values".to_owned(), values.to_string_lossy().into_owned()];
            renderings.push((role.clone(), flags));
        }
        renderings.push((role, Vec::new()));
    }
    renderings
}

fn roles() -> Vec<PathBuf> {
    let roles: Vec<PathBuf> = sorted(&root().join("roles"))
        .into_iter()
        .filter(|path| path.join("Chart.yaml").is_file())
        .collect();
    assert!(roles.len() >= 2, "{roles:?}");
    roles
}

fn rendered(role: &Path, flags: &[&str], namespace: &Namespace) -> Result<String, Failed> {
    render(role, namespace, false, flags)
}

/// Makes the namespaces that manifests name. They stay: another test may need one just now, and the
/// lab ends with the tests.
fn make_namespaces(manifests: &str, namespace: &Namespace) -> Result<(), Failed> {
    let named = |object: Value| object["metadata"]["namespace"].as_str().map(str::to_owned);
    for name in objects(manifests).filter_map(named).collect::<BTreeSet<String>>() {
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        lab().block_on(lab().apply(&object.to_string(), namespace))?;
    }
    Ok(())
}

fn the_api_server_takes_them() -> Result<(), Failed> {
    let namespace = namespace("roles");
    let mut manifests = String::new();
    for (role, flags) in &renderings() {
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        manifests.push_str(&rendered(role, &flags, &namespace)?);
    }
    make_namespaces(&manifests, &namespace)?;
    refusals(&manifests, &namespace, "the roles")
}

fn refusals(manifests: &str, namespace: &Namespace, of: &str) -> Result<(), Failed> {
    let refusals = lab().block_on(lab().dry_run(manifests, namespace))?;
    let said: Vec<String> = refusals.iter().map(|refusal| format!("{of}: {refusal}")).collect();
    if said.is_empty() { Ok(()) } else { Err(said.join("\n").into()) }
}

/// The elements of a role's ApplicationSet, with its spec.
fn elements(role: &Path, namespace: &Namespace) -> Result<(Value, Vec<Value>), Failed> {
    let manifests = rendered(role, &[], namespace)?;
    let set = objects(&manifests).find(|object| object["kind"] == "ApplicationSet").unwrap();
    let elements = set["spec"]["generators"][0]["list"]["elements"].as_array().unwrap().clone();
    assert!(!elements.is_empty());
    Ok((set, elements))
}

/// Argo CD evaluates each string of the template, and the patch, over an element; a chart whose
/// values are the element does the same.
fn the_api_server_takes_their_applications() -> Result<(), Failed> {
    let namespace = namespace("applications");
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("application");
    std::fs::create_dir_all(scratch.join("templates"))?;
    std::fs::write(scratch.join("Chart.yaml"), "apiVersion: v2\nname: one\nversion: 1.0.0\n")?;
    for role in roles() {
        let (set, elements) = elements(&role, &namespace)?;
        let name = &set["metadata"]["namespace"];
        let template = json!({
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": set["spec"]["template"]["metadata"],
            "spec": set["spec"]["template"]["spec"],
        });
        let page = format!(
            "{{{{- with .Values }}}}\n{template}\n---\n{}\n{{{{- end }}}}\n",
            set["spec"]["templatePatch"].as_str().unwrap(),
        );
        std::fs::write(scratch.join("templates/page.yaml"), page)?;
        let mut applications = String::new();
        for element in &elements {
            std::fs::write(scratch.join("values.yaml"), element.to_string())?;
            let text = plimsoll(&scratch, &["render", "one", "."])?;
            let [mut application, patch]: [Value; 2] =
                objects(&text).collect::<Vec<_>>().try_into().map_err(|_| text)?;
            merge(&mut application, &patch);
            assert_eq!(application["spec"]["source"]["helm"]["valuesObject"], element["values"]);
            application["metadata"]["namespace"] = name.clone();
            applications.push_str(&format!("---\n{application}\n"));
        }
        assert!(!applications.contains("{{"), "{applications}");
        make_namespaces(&applications, &namespace)?;
        refusals(&applications, &namespace, &role.to_string_lossy())?;
    }
    Ok(())
}

/// Lays a patch over an object: maps are merged, null deletes, everything else is replaced.
fn merge(own: &mut Value, patch: &Value) {
    let Some(fields) = patch.as_object() else {
        *own = patch.clone();
        return;
    };
    for (key, value) in fields {
        if value.is_null() {
            own.as_object_mut().map(|own| own.remove(key));
        } else {
            merge(&mut own[key], value);
        }
    }
}

fn the_api_server_takes_what_they_install() -> Result<(), Failed> {
    let values = Path::new(env!("CARGO_TARGET_TMPDIR")).join("element.json");
    for role in roles() {
        let role_namespace = namespace("role");
        let (_, elements) = elements(&role, &role_namespace)?;
        for element in elements {
            let namespace = namespace("app");
            std::fs::write(&values, element["values"].to_string())?;
            let flags = ["--values", &*values.to_string_lossy()];
            let openshift = element["values"]["platform"] == "openshift";
            let chart = root().join("charts/ai").join(element["chart"].as_str().unwrap());
            let manifests = render(&chart, &namespace, openshift, &flags)?;
            lab().block_on(lab().apply(&accounts(&manifests), &namespace))?;
            let of = format!("{} of {}", element["name"], role.display());
            refusals(&manifests, &namespace, &of)?;
            lab().block_on(lab().remove(&namespace))?;
        }
    }
    Ok(())
}

/// Gatus with its side container is a pod of the role itself; the scheduler takes it.
fn gatus_runs() -> Result<(), Failed> {
    for role in roles() {
        let own = namespace("gatus");
        let flags = ["--set", &*format!("gatus.namespace={}", own.name())];
        let manifests: String = objects(&rendered(&role, &flags, &own)?)
            .filter(|object| object["metadata"]["namespace"] == own.name())
            .map(|object| format!("---\n{object}\n"))
            .collect();
        install(&manifests, &own)?;
        assert_eq!(placed(&own)?.len(), 1, "{manifests}");
        lab().block_on(lab().remove(&own))?;
    }
    Ok(())
}
