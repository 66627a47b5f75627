//! The stack that `roles/` installs, as a whole: each role is rendered, its ApplicationSet becomes
//! Applications, and each Application's chart is rendered with the values that it would get.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod applications;
mod commands;
mod graph;
mod render;
mod tables;
mod world;

use std::path::{Path, PathBuf};

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Names of the roles, sorted.
fn roles() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("roles"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().join("Chart.yaml").is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(!names.is_empty(), "roles/ holds no chart");
    names
}
