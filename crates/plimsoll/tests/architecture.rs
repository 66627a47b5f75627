//! Holds ARCHITECTURE.md to what is there, and the code to what it promises.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn crates() -> BTreeSet<String> {
    fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn rust_files(below: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The code map's rows: a crate and the crates it says that it uses.
fn code_map() -> Vec<(String, BTreeSet<String>)> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("| `plimsoll"))
        .map(|row| {
            let cells: Vec<&str> = row.split('|').collect();
            let name = format!("plimsoll{}", cells[0].trim().trim_end_matches('`'));
            let uses = cells[2].split(',').map(|name| name.trim().to_owned());
            (name, uses.filter(|name| name != "–").collect())
        })
        .collect()
}

#[test]
fn the_code_map_lists_every_crate_and_no_other() {
    let listed: BTreeSet<String> = code_map().into_iter().map(|(name, _)| name).collect();
    assert_eq!(listed, crates());
}

#[test]
fn arrows_are_those_of_the_code_map_and_point_down() {
    let map = code_map();
    for (row, (name, uses)) in map.iter().enumerate() {
        let manifest =
            fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap_or("");
        let dependencies = dependencies.split("\n[").next().unwrap();
        let found: BTreeSet<String> = dependencies
            .lines()
            .filter(|line| line.starts_with("plimsoll"))
            .map(|line| line.split(['.', ' ', '=']).next().unwrap().to_owned())
            .collect();
        assert_eq!(&found, uses, "{name}");
        for used in uses {
            let below = map.iter().position(|(other, _)| other == used);
            assert!(below > Some(row), "{name} uses {used}, which does not stand below it");
        }
    }
}

#[test]
fn only_the_edge_touches_the_world() {
    const WORLD: &[&str] = &[
        "std::fs",
        "std::env",
        "TcpStream",
        "UnixStream",
        "ToSocketAddrs",
        "std::process",
        "SystemTime",
    ];
    // The lab is no part of the product; tests start it.
    let edges = ["plimsoll", "plimsoll-lab"];
    for name in crates().iter().filter(|name| !edges.contains(&name.as_str())) {
        for file in rust_files(&root().join("crates").join(name).join("src")) {
            let text = fs::read_to_string(&file).unwrap();
            // Tests at the end of a file, and files of tests, may read recorded cases.
            if text.starts_with("//! Test") || text.contains("#![cfg(test)]") {
                continue;
            }
            let code = text.split("#[cfg(test)]").next().unwrap();
            for word in WORLD {
                assert!(!code.contains(word), "{} uses {word}", file.display());
            }
        }
    }
}

#[test]
fn files_stay_short() {
    for file in rust_files(&root().join("crates")) {
        if file.components().any(|part| part.as_os_str() == "target") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.lines().count();
        assert!(
            lines <= 600 || text.contains("//! Long because"),
            "{} has {lines} lines; split it by noun, or say `Long because` in its head",
            file.display()
        );
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    for name in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "COMPATIBILITY.md"] {
        let text = fs::read_to_string(root().join(name)).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.contains("://") {
                assert!(root().join(link).exists(), "{name} links to {link}");
            }
        }
    }
}
