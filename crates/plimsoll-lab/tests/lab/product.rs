//! The product's own program: the charts that it makes, and what it renders.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use libtest_mimic::Failed;
use plimsoll_lab::Namespace;
use serde_json::Value;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Entries of a directory, sorted; none where there is no directory.
pub(crate) fn sorted(directory: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(directory)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    found.sort();
    found
}

/// What `plimsoll` prints for some arguments.
///
/// # Errors
///
/// If it fails, with what it says.
pub(crate) fn plimsoll(directory: &Path, arguments: &[&str]) -> Result<String, Failed> {
    let output = Command::new(program()).current_dir(directory).args(arguments).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        return Err(format!("plimsoll {}: {said}{printed}", arguments.join(" ")).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// What `plimsoll render` makes of a chart for the lab's release of Kubernetes; on OpenShift there
/// are Routes.
pub(crate) fn render(
    chart: &Path,
    namespace: &Namespace,
    openshift: bool,
    flags: &[&str],
) -> Result<String, Failed> {
    let siblings = format!("--siblings={}", root().join("charts").display());
    let chart = chart.to_string_lossy();
    let mut arguments = vec!["render", "release", &*chart, &*siblings];
    arguments.extend(["--kube-version", plimsoll_lab::release(), "--namespace", namespace.name()]);
    if openshift {
        arguments.extend(["--api-versions", "route.openshift.io/v1"]);
    }
    arguments.extend(flags);
    plimsoll(&root(), &arguments)
}

/// The objects of some manifests.
pub(crate) fn objects(manifests: &str) -> impl Iterator<Item = Value> {
    let parsed = plimsoll_yaml::parse(manifests).unwrap().into_iter();
    let values = parsed.map(|parsed| {
        let json = plimsoll_yaml::to_json(&&parsed.root).unwrap();
        serde_json::from_str::<Value>(&json).unwrap()
    });
    values.filter(|value| !value.is_null())
}

/// The `plimsoll` of this work tree, built beside this test; another one if `PLIMSOLL_PROGRAM` names
/// it.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(program) = std::env::var_os("PLIMSOLL_PROGRAM") {
            return program.into();
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--locked", "--package", "plimsoll"]).current_dir(root());
        // What Cargo tells this test of its package makes build scripts that look at it run again.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&*name);
            }
        }
        assert!(command.status().unwrap().success(), "plimsoll cannot be built");
        let beside = Path::new(env!("CARGO_BIN_EXE_plimsoll-lab")).with_file_name("plimsoll");
        assert!(beside.is_file(), "{} is not there", beside.display());
        beside
    })
}
