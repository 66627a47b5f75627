//! What the binary renders, as JSON.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::root;

/// The objects of a chart under values that come on top of its own.
pub(crate) fn objects(chart: &Path, release: &str, namespace: &str, values: &Value) -> Vec<Value> {
    documents(&text(chart, release, namespace, values))
}

/// The manifests of a chart, as text.
pub(crate) fn text(chart: &Path, release: &str, namespace: &str, values: &Value) -> String {
    let file = scratch_file();
    std::fs::write(&file, values.to_string()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["render", release])
        .arg(chart)
        .args(["--namespace", namespace, "--values"])
        .arg(&file)
        .arg(format!("--siblings={}", root().join("charts").display()))
        .output()
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(
        output.status.success(),
        "{} does not render with the values of its role:\n{}",
        chart.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The documents of a YAML stream, without the empty ones.
pub(crate) fn documents(text: &str) -> Vec<Value> {
    plimsoll_yaml::documents(text)
        .map(|document| plimsoll_yaml::to_json(&&document.unwrap().root).unwrap())
        .map(|json| serde_json::from_str::<Value>(&json).unwrap())
        .filter(|value| !value.is_null())
        .collect()
}

fn scratch_file() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("stack-{}-{number}.json", std::process::id()))
}
