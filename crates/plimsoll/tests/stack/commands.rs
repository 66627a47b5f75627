//! The commands of `docs/ai-stack/`: what they install renders, and what they name is there.

use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;
use serde_json::Value;

use crate::applications::{of_role, role_objects};
use crate::graph::items;
use crate::{render, roles, root};

/// A command line of a page, with continued lines joined.
#[derive(Debug)]
struct Line {
    page: PathBuf,
    text: String,
}

fn pages() -> Vec<PathBuf> {
    let docs = root().join("docs/ai-stack");
    let mut pages: Vec<PathBuf> = [docs.clone(), docs.join("runbooks"), root().join("roles")]
        .iter()
        .flat_map(|dir| std::fs::read_dir(dir).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|own| own == "md"))
        .collect();
    pages.extend(roles().iter().map(|role| root().join("roles").join(role).join("README.md")));
    pages.sort();
    pages
}

fn lines(page: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(page).unwrap();
    let block = Regex::new(r"(?s)```sh\n(.*?)```").unwrap();
    block
        .captures_iter(&text)
        .flat_map(|found| {
            let joined = found[1].replace("\\\n", " ");
            joined.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()
        })
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|text| Line { page: page.to_owned(), text })
        .collect()
}

/// What a `helm upgrade --install` of a page would install, with its namespace.
fn installed(line: &Line) -> Option<(String, Vec<Value>)> {
    let rest = line.text.strip_prefix("helm upgrade --install ")?;
    // Of Helm's flags these have no meaning for what is rendered.
    let words: Vec<&str> =
        rest.split_whitespace().filter(|word| *word != "--create-namespace").collect();
    let at = words.iter().position(|word| *word == "-n");
    let namespace = at.and_then(|at| words.get(at + 1)).expect("a release has a namespace");
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .current_dir(root())
        .arg("render")
        .args(&words)
        .arg("--siblings=charts")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}: `{}` does not render:\n{}",
        line.page.display(),
        line.text,
        String::from_utf8_lossy(&output.stderr)
    );
    let objects = render::documents(&String::from_utf8(output.stdout).unwrap());
    Some(((*namespace).to_owned(), objects))
}

#[test]
fn what_the_pages_install_renders_and_what_they_name_is_there() {
    let all: Vec<Line> = pages().iter().flat_map(|page| lines(page)).collect();
    let mut objects: Vec<(String, Value)> = Vec::new();
    for line in &all {
        if let Some((namespace, own)) = installed(line) {
            objects.extend(own.into_iter().map(|object| (namespace.clone(), object)));
        }
    }
    assert!(!objects.is_empty(), "no page installs anything");
    for role in roles() {
        let own = |object: &Value| object["metadata"]["namespace"].as_str().map(str::to_owned);
        objects.extend(
            role_objects(&role).iter().filter_map(|object| Some((own(object)?, object.clone()))),
        );
    }
    for app in roles().iter().flat_map(|role| of_role(role)) {
        objects.extend(app.objects.iter().map(|object| (app.namespace.clone(), object.clone())));
    }
    let named = Regex::new(
        r"-n ([$a-z-]+|\$NS) .*?\b(deploy|deployment|svc|service|statefulset|job)/([a-z0-9-]+)",
    )
    .unwrap();
    let container = Regex::new(r" -c ([a-z0-9-]+)").unwrap();
    let mut count = 0;
    for line in &all {
        let text = line.text.replace("$NS", "ollama");
        let Some(found) = named.captures(&text).filter(|_| text.starts_with("kubectl")) else {
            continue;
        };
        let kind = match &found[2] {
            "deploy" | "deployment" => "Deployment",
            "svc" | "service" => "Service",
            "statefulset" => "StatefulSet",
            _ => "Job",
        };
        let object = objects.iter().find(|(namespace, object)| {
            *namespace == found[1]
                && object["kind"] == kind
                && object["metadata"]["name"] == found[3]
        });
        let Some((_, object)) = object else {
            panic!("{}: `{}` names what is not there", line.page.display(), line.text)
        };
        if let Some(wanted) = container.captures(&text) {
            let pod = &object["spec"]["template"]["spec"];
            let mut all = items(&pod["containers"]).chain(items(&pod["initContainers"]));
            assert!(
                all.any(|own| own["name"] == wanted[1]),
                "{}: `{}` names a container that is not there",
                line.page.display(),
                line.text
            );
        }
        count += 1;
    }
    assert!(count > 0, "no page names a workload");
}

#[test]
fn charts_and_files_that_the_pages_name_exist() {
    let path = Regex::new(r"(?:^|\s)((?:charts|roles|docs)/[A-Za-z0-9_./-]+)").unwrap();
    let mut count = 0;
    for line in pages().iter().flat_map(|page| lines(page)) {
        for found in path.captures_iter(&line.text) {
            assert!(
                root().join(&found[1]).exists(),
                "{}: {} is not there",
                line.page.display(),
                &found[1]
            );
            count += 1;
        }
    }
    assert!(count > 0, "no page names a file");
}

#[test]
fn links_between_the_pages_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)#]+)(?:#[^)]*)?\)").unwrap();
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        for found in link.captures_iter(&text).filter(|found| !found[1].contains("://")) {
            let target = page.parent().unwrap().join(&found[1]);
            assert!(target.exists(), "{}: {} is not there", page.display(), &found[1]);
        }
    }
}
