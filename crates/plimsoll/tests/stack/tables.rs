//! Who may connect to whom in the stack, against the tables of `docs/ai-stack/README.md`.
//!
//! `UPDATE=1 cargo test -p plimsoll --test stack` writes the tables; look at what changes, since a
//! caller that appears there is a door that was opened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::graph::{Actor, Direction, Place, items};
use crate::world::{Link, World};
use crate::{roles, root};

/// Actors that may open a connection to a port of somebody: "target, port" and their names.
fn callers(world: &World) -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut found: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for target in world.pods.iter().chain(&world.operated) {
        for port in &target.ports {
            let key = (label(target), format!("{} {}", port.number, port.name));
            let names = found.entry(key).or_default();
            let all = world.pods.iter().chain(&world.operated).chain(&world.others);
            let allowed = all.filter(|from| world.network.allows(from, target, port));
            // Other pods of the same workload.
            let name = |from: &Actor| {
                if from == target { "its own pods".to_owned() } else { label(from) }
            };
            names.extend(allowed.map(name));
        }
    }
    for names in found.values_mut() {
        // Where anybody in a namespace may, it goes without saying who.
        let whole: Vec<String> = names
            .iter()
            .filter_map(|name| name.strip_prefix("any other pod of "))
            .map(str::to_owned)
            .collect();
        for namespace in whole {
            names.retain(|name| !name.ends_with(&format!(" ({namespace})")));
            names.retain(|name| *name != format!("any other pod of {namespace}"));
            names.insert(format!("namespace {namespace}"));
        }
    }
    found
}

/// What the pods of the stack may connect to that is not of the stack.
fn ways_out(world: &World) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for from in &world.pods {
        let names = found.entry(label(from)).or_default();
        for to in &world.others {
            for port in &to.ports {
                if world.network.allows(from, to, port) {
                    let name = to.name.replace("any other pod of", "namespace");
                    names.insert(format!("{name} {}", port.number));
                }
            }
        }
    }
    found
}

fn label(actor: &Actor) -> String {
    let is_general = ["any other", "helm test", "the ", "a ", "cluster ", "Prometheus", "gatus"]
        .iter()
        .any(|start| actor.name.starts_with(start));
    match &actor.place {
        Place::Pod { namespace, .. } if !is_general => format!("{} ({namespace})", actor.name),
        _ => actor.name.clone(),
    }
}

fn table(role: &str, world: &World) -> String {
    let mut text =
        format!("### The role `{role}`\n\n| what | port | who may connect |\n|---|---|---|\n");
    for ((target, port), names) in callers(world) {
        let _ = writeln!(text, "| {target} | {port} | {} |", list(&names));
    }
    text.push_str("\n| what | may connect outside the stack to |\n|---|---|\n");
    for (from, names) in ways_out(world) {
        let _ = writeln!(text, "| {from} | {} |", list(&names));
    }
    text
}

fn list(names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return "nobody".to_owned();
    }
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Fails unless the stretch of a page between two marks holds this text; writes it with `UPDATE=1`.
fn holds(page: &Path, mark: &str, text: &str) {
    let marks = [format!("<!-- {mark} -->\n"), "<!-- end -->\n".to_owned()];
    let old = std::fs::read_to_string(page).unwrap();
    let (before, rest) = old.split_once(&marks[0]).expect("the page has a first mark");
    let (_, after) = rest.split_once(&marks[1]).expect("the page has a second mark");
    let new = format!("{before}{}\n{text}\n{}{after}", marks[0], marks[1]);
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(page, &new).unwrap();
    }
    let found = std::fs::read_to_string(page).unwrap();
    assert!(
        found == new,
        "{} is stale; look at what changed and write it with UPDATE=1",
        page.display()
    );
}

#[test]
fn the_tables_say_who_may_connect_to_whom() {
    let tables: Vec<String> =
        roles().iter().map(|role| table(role, World::of_role(role))).collect();
    let page = root().join("docs/ai-stack/README.md");
    holds(&page, "made from the network policies", &tables.join("\n"));
}

#[test]
fn the_readme_of_each_role_lists_its_apps() {
    for role in roles() {
        let mut text =
            "| app | step | namespace | GPU | way in |\n|---|---|---|---|---|\n".to_owned();
        for app in crate::applications::of_role(&role) {
            let labels = &app.object["metadata"]["labels"];
            let (mut gpus, mut entrances) = (BTreeSet::new(), BTreeSet::new());
            for object in &app.objects {
                look(object, &mut gpus, &mut entrances);
            }
            let _ = writeln!(
                text,
                "| [`{}`](../../charts/ai/{}) | {} | `{}` | {} | {} |",
                app.release,
                app.chart.file_name().unwrap().to_string_lossy(),
                labels["ai-stack/step"].as_str().unwrap(),
                app.namespace,
                or(&gpus, "–"),
                or(&entrances, "inside the cluster only"),
            );
        }
        let page = root().join("roles").join(&role).join("README.md");
        holds(&page, "made from the rendered apps", &text);
    }
}

fn or(names: &BTreeSet<String>, nothing: &str) -> String {
    if names.is_empty() { nothing.to_owned() } else { list(names) }
}

/// Devices that an object's pods ask for, and hosts that it answers to.
fn look(object: &Value, gpus: &mut BTreeSet<String>, entrances: &mut BTreeSet<String>) {
    let spec = &object["spec"];
    let host = |kind: &str, host: &Value| format!("{kind} {}", host.as_str().unwrap());
    match object["kind"].as_str().unwrap_or_default() {
        "Route" => drop(entrances.insert("Route".to_owned())),
        "Ingress" => {
            entrances.extend(items(&spec["rules"]).map(|rule| host("Ingress", &rule["host"])));
        }
        "HTTPRoute" => {
            entrances.extend(items(&spec["hostnames"]).map(|name| host("HTTPRoute", name)));
        }
        _ => {}
    }
    let mut pods = vec![&spec["template"]["spec"]];
    let jobs = items(&spec["replicatedJobs"]);
    pods.extend(jobs.map(|job| &job["template"]["spec"]["template"]["spec"]));
    for container in pods.into_iter().flat_map(|pod| items(&pod["containers"])) {
        let limits = container["resources"]["limits"].as_object();
        for (name, count) in limits.into_iter().flatten().filter(|(name, _)| name.contains('/')) {
            gpus.insert(format!("{} × {name}", count.to_string().trim_matches('"')));
        }
    }
}

#[test]
fn every_pod_is_closed_in_both_directions() {
    for role in roles() {
        let world = World::of_role(&role);
        for pod in &world.operated {
            assert!(world.network.is_closed(Direction::Ingress, pod), "{role}: {}", label(pod));
        }
        for pod in &world.pods {
            for direction in [Direction::Ingress, Direction::Egress] {
                assert!(
                    world.network.is_closed(direction, pod),
                    "{role}: {} {direction:?}",
                    label(pod)
                );
            }
        }
    }
}

#[test]
fn strangers_reach_nothing_and_nobody_reaches_the_metadata_service() {
    for role in roles() {
        let world = World::of_role(&role);
        for ((target, port), names) in callers(world) {
            for nobody in ["a stranger", "the internet", "the cloud's metadata service"] {
                assert!(!names.contains(nobody), "{role}: {nobody} reaches {target} at {port}");
            }
        }
        for (from, names) in ways_out(world) {
            let is_bad =
                |name: &String| name.contains("metadata") || name.starts_with("a stranger");
            assert!(!names.iter().any(is_bad), "{role}: {from} may connect to {names:?}");
            assert!(names.iter().any(|name| name.starts_with("cluster DNS")), "{role}: {from}");
        }
    }
}

/// An address that an app is told must lead somewhere, and the policies of both ends must agree.
#[test]
fn what_an_app_is_told_to_call_it_can_call() {
    for role in roles() {
        let world = World::of_role(&role);
        for link in &world.links {
            let Link { from_namespace, service, namespace, port } = link;
            if !world.services.iter().any(|own| own.namespace == *namespace) {
                // Not of the stack.
                continue;
            }
            let behind = world.behind(link);
            assert!(!behind.is_empty(), "{role}: {service}.{namespace}:{port} leads nowhere");
            if from_namespace == namespace {
                continue;
            }
            for (target, port) in behind {
                let callers = world.pods.iter().filter(|pod| {
                    matches!(&pod.place, Place::Pod { namespace, .. } if namespace == from_namespace)
                });
                let can = |from: &Actor| world.network.allows(from, target, &port);
                assert!(
                    callers.into_iter().any(can),
                    "{role}: nothing in {from_namespace} may connect to {} at {}",
                    label(target),
                    port.number
                );
            }
        }
    }
}

#[test]
fn gatus_reaches_every_endpoint_that_the_charts_give_it() {
    for role in roles() {
        let world = World::of_role(&role);
        let gatus = world.others.iter().find(|actor| actor.name == "gatus").unwrap();
        let mut count = 0;
        for link in crate::applications::gatus_links(&role) {
            let behind = world.behind(&link);
            assert!(!behind.is_empty(), "{role}: {link:?} leads nowhere");
            for (target, port) in behind {
                assert!(world.network.allows(gatus, target, &port), "{role}: {link:?}");
                count += 1;
            }
        }
        assert!(count > 0, "{role}: no chart has an endpoint for Gatus");
    }
}

/// Gatus refuses to start when two endpoints have one key, and then watches nothing at all.
#[test]
fn no_two_endpoints_of_a_role_have_one_key() {
    for role in roles() {
        let mut seen = BTreeSet::new();
        for app in crate::applications::of_role(&role) {
            let is_for_gatus =
                |object: &&Value| object["metadata"]["labels"]["gatus.io/enabled"] == "true";
            for object in app.objects.iter().filter(is_for_gatus) {
                for text in object["data"].as_object().unwrap().values() {
                    let file = crate::render::documents(text.as_str().unwrap()).remove(0);
                    for endpoint in items(&file["endpoints"]) {
                        let slug = |key: &str| {
                            let text = endpoint[key].as_str().unwrap().to_lowercase();
                            text.replace(['/', '_', ',', '.', '#', '+', '&', ' '], "-")
                        };
                        let key = format!("{}_{}", slug("group"), slug("name"));
                        assert!(seen.insert(key.clone()), "{role}: {key} is there twice");
                        assert!(items(&endpoint["conditions"]).next().is_some(), "{role}: {key}");
                    }
                }
            }
        }
        assert!(!seen.is_empty());
    }
}

/// The tables can be written anew; this cannot.
#[test]
fn engines_are_called_by_the_gateway_and_watched_and_by_nobody_else() {
    for role in roles() {
        let world = World::of_role(&role);
        let engines: BTreeSet<&str> = crate::applications::of_role(&role)
            .iter()
            .filter(|app| app.object["metadata"]["labels"]["ai-stack/step"] == "engines")
            .map(|app| app.namespace.as_str())
            .collect();
        assert!(!engines.is_empty());
        for ((target, port), names) in callers(world) {
            let Some(engine) = engines.iter().find(|own| target.ends_with(&format!("({own})")))
            else {
                continue;
            };
            let own_test = format!("helm test of {engine}");
            for name in &names {
                let is_known =
                    ["litellm (litellm)", "gatus", "Prometheus"].contains(&name.as_str());
                // What is exposed is the proxy, which asks for a token.
                let is_entrance = name == "the router" && port.ends_with(" proxy");
                assert!(
                    is_known || is_entrance || *name == own_test,
                    "{role}: {name} may connect to {target} at {port}"
                );
            }
        }
    }
}
