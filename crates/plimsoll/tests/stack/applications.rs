//! The Applications that Argo CD would make of a role's ApplicationSet.
//!
//! Argo CD evaluates each string of the template, and the patch, as a Go template over the
//! parameters of an element. Plimsoll's own template engine does the same here: the element becomes
//! the values of a chart whose only template holds the string.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use crate::world::{Link, find_links};
use crate::{render, roles, root};

/// An Application, with what is known of its element.
#[derive(Debug)]
pub(crate) struct Application {
    pub(crate) name: String,
    pub(crate) namespace: String,
    /// Its chart, in this repository.
    pub(crate) chart: PathBuf,
    pub(crate) release: String,
    pub(crate) values: Value,
    pub(crate) namespace_labels: Value,
    /// The whole object.
    pub(crate) object: Value,
    /// What it installs.
    pub(crate) objects: Vec<Value>,
}

/// What a role holds itself, and what its Applications install.
#[derive(Debug)]
struct Stack {
    objects: Vec<Value>,
    applications: Vec<Application>,
}

/// All roles, each rendered once for all tests.
static STACKS: LazyLock<BTreeMap<String, Stack>> = LazyLock::new(|| {
    let stack = |role: String| {
        let objects =
            render::objects(&root().join("roles").join(&role), &role, "argocd", &json!({}));
        let applications = applications(&role, &objects);
        (role, Stack { objects, applications })
    };
    roles().into_iter().map(stack).collect()
});

/// The objects of a role itself.
pub(crate) fn role_objects(role: &str) -> &'static [Value] {
    &STACKS[role].objects
}

/// The Applications of a role, in the order of their names.
pub(crate) fn of_role(role: &str) -> &'static [Application] {
    &STACKS[role].applications
}

fn applications(role: &str, objects: &[Value]) -> Vec<Application> {
    let set = objects.iter().find(|object| object["kind"] == "ApplicationSet").unwrap();
    let spec = &set["spec"];
    let elements = spec["generators"][0]["list"]["elements"].as_array().unwrap();
    assert!(!elements.is_empty(), "the role {role} installs nothing");
    elements.iter().map(|element| application(spec, element)).collect()
}

/// Where the endpoints lead that the role's apps hand to Gatus.
pub(crate) fn gatus_links(role: &str) -> Vec<Link> {
    let mut links = Vec::new();
    for app in of_role(role) {
        for object in &app.objects {
            if object["metadata"]["labels"]["gatus.io/enabled"] == "true" {
                find_links(&object["data"], "gatus", &mut links);
            }
        }
    }
    links
}

fn application(spec: &Value, element: &Value) -> Application {
    let mut templates = BTreeSet::new();
    collect(&spec["template"], &mut templates);
    let patch = spec["templatePatch"].as_str().unwrap();
    templates.insert(patch.to_owned());
    let results = evaluate(&templates, element);
    let mut object = replaced(&spec["template"], &results);
    merge(&mut object, render::documents(&results[patch]).pop().unwrap());
    let source = &object["spec"]["source"];
    let (chart, release) =
        (root().join(text(&source["path"])), text(&source["helm"]["releaseName"]));
    let namespace = text(&object["spec"]["destination"]["namespace"]);
    let values = source["helm"]["valuesObject"].clone();
    Application {
        objects: render::objects(&chart, &release, &namespace, &values),
        name: text(&object["metadata"]["name"]),
        namespace,
        chart,
        release,
        values,
        namespace_labels: object["spec"]["syncPolicy"]["managedNamespaceMetadata"]["labels"]
            .clone(),
        object,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The strings of a tree that are templates.
fn collect(tree: &Value, found: &mut BTreeSet<String>) {
    match tree {
        Value::String(text) if text.contains("{{") => drop(found.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(entries) => entries.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// A tree with what its templates came to.
fn replaced(tree: &Value, results: &BTreeMap<String, String>) -> Value {
    match tree {
        Value::String(text) => Value::String(results.get(text).unwrap_or(text).clone()),
        Value::Array(items) => items.iter().map(|item| replaced(item, results)).collect(),
        Value::Object(entries) => {
            entries.iter().map(|(key, value)| (key.clone(), replaced(value, results))).collect()
        }
        other => other.clone(),
    }
}

/// Templates over the parameters of an element, and what each comes to.
fn evaluate(templates: &BTreeSet<String>, element: &Value) -> BTreeMap<String, String> {
    let parameter = Regex::new(r"\.([A-Za-z]+)").unwrap();
    let action = Regex::new(r"\{\{(.*?)\}\}").unwrap();
    let mut page = "{{- with .Values }}\n".to_owned();
    for (number, template) in templates.iter().enumerate() {
        for action in action.captures_iter(template) {
            for name in parameter.captures_iter(&action[1]) {
                // What `missingkey=error` makes of it.
                let is_there = element.get(&name[1]).is_some();
                assert!(is_there, "{} is no parameter of {element}", &name[1]);
            }
        }
        // As a block scalar, so that what comes out may be YAML itself.
        let _ = writeln!(page, "t{number}: |");
        template.lines().for_each(|line| page.push_str(&format!("  {line}\n")));
    }
    page.push_str("{{- end }}\n");
    let dir = tempdir();
    let write = |name: &str, data: &str| std::fs::write(dir.join(name), data).unwrap();
    std::fs::create_dir_all(dir.join("templates")).unwrap();
    write("Chart.yaml", "apiVersion: v2\nname: evaluate\nversion: 1.0.0\n");
    write("templates/out.yaml", &page);
    let rendered = render::objects(&dir, "evaluate", "default", element).remove(0);
    std::fs::remove_dir_all(&dir).unwrap();
    let result = |number| rendered[format!("t{number}")].as_str().unwrap().trim_end().to_owned();
    templates.iter().enumerate().map(|(number, own)| (own.clone(), result(number))).collect()
}

fn tempdir() -> PathBuf {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("evaluate-{}-{number}", std::process::id()))
}

/// Lays a patch over an object: maps are merged, null deletes, everything else is replaced.
fn merge(into: &mut Value, patch: Value) {
    match (into, patch) {
        (Value::Object(own), Value::Object(patch)) => {
            for (key, value) in patch {
                if value.is_null() {
                    own.remove(&key);
                } else {
                    merge(own.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (own, patch) => *own = patch,
    }
}

#[test]
fn every_application_has_a_chart_that_takes_its_values() {
    for role in roles() {
        for app in of_role(&role) {
            assert!(app.chart.join("Chart.yaml").is_file(), "{} has no chart", app.name);
            // The schema is part of rendering.
            assert!(!app.objects.is_empty(), "{} installs nothing", app.name);
        }
    }
}

#[test]
fn values_arrive_with_their_types() {
    for role in roles() {
        let objects = role_objects(&role);
        let set = objects.iter().find(|object| object["kind"] == "ApplicationSet").unwrap();
        let elements = set["spec"]["generators"][0]["list"]["elements"].as_array().unwrap();
        for (element, app) in elements.iter().zip(of_role(&role)) {
            assert_eq!(element["values"], app.values, "{}", app.name);
            assert!(!app.object.to_string().contains("{{"), "{} holds a template", app.name);
        }
        let enabled =
            elements.iter().map(|element| &element["values"]["externalSecret"]["enabled"]);
        assert!(
            enabled.filter(|value| !value.is_null()).all(Value::is_boolean),
            "a boolean that became text is true in a template"
        );
    }
}

#[test]
fn names_are_different_and_are_names() {
    let name = Regex::new("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$").unwrap();
    let mut seen = BTreeSet::new();
    for app in roles().iter().flat_map(|role| of_role(role)) {
        assert!(name.is_match(&app.name) && name.is_match(&app.namespace), "{}", app.name);
        assert!(seen.insert(app.name.clone()), "{} is there twice", app.name);
    }
}

/// A kind that is allowed and never used is a door nobody watches.
#[test]
fn the_project_allows_the_kinds_that_the_apps_hold_and_no_others() {
    for role in roles() {
        let objects = role_objects(&role);
        let project = objects.iter().find(|object| object["kind"] == "AppProject").unwrap();
        let allowed: BTreeSet<(String, String)> = project["spec"]["namespaceResourceWhitelist"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| (text(&entry["group"]), text(&entry["kind"])))
            .collect();
        let mut held = BTreeSet::new();
        for object in of_role(&role).iter().flat_map(|app| &app.objects) {
            let is_helm_test = object["metadata"]["annotations"]["helm.sh/hook"]
                .as_str()
                .is_some_and(|hook| hook.starts_with("test"));
            // Argo CD does not run them.
            if !is_helm_test {
                let version = text(&object["apiVersion"]);
                let group = version.split_once('/').map_or("", |(group, _)| group);
                held.insert((group.to_owned(), text(&object["kind"])));
            }
        }
        assert_eq!(allowed, held, "project.kinds of {role} and what its apps hold");
    }
}

#[test]
fn the_project_knows_every_destination() {
    for role in roles() {
        let objects = role_objects(&role);
        let project = objects.iter().find(|object| object["kind"] == "AppProject").unwrap();
        let spec = &project["spec"];
        for app in of_role(&role) {
            let destination = &app.object["spec"]["destination"];
            assert!(spec["destinations"].as_array().unwrap().contains(destination), "{}", app.name);
            assert_eq!(app.object["spec"]["project"], project["metadata"]["name"]);
            assert!(
                spec["sourceRepos"]
                    .as_array()
                    .unwrap()
                    .contains(&app.object["spec"]["source"]["repoURL"])
            );
        }
    }
}

/// The schema says what a role may say, and two copies of it must not drift apart.
#[test]
fn roles_have_one_schema() {
    let read = |role: &String| {
        std::fs::read_to_string(root().join("roles").join(role).join("values.schema.json")).unwrap()
    };
    let schemas: BTreeSet<String> = roles().iter().map(read).collect();
    assert_eq!(schemas.len(), 1);
}
