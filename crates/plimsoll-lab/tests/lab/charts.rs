//! The charts that ship: taken by a real API server, and scheduled onto the GPUs that they ask for.

use std::path::{Path, PathBuf};

use libtest_mimic::Failed;
use plimsoll_lab::Namespace;

use crate::Test;
use crate::cluster::{lab, namespace};
use crate::placement::{install, placed};
use crate::product::{render, root, sorted};
use crate::stand_in::accounts;

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
        let values = self.values.as_ref().map(|values| values.to_string_lossy());
        let openshift = values.as_ref().is_some_and(|values| values.contains("openshift"));
        let flags: Vec<&str> =
            values.iter().flat_map(|values| ["--values", values.as_ref()]).collect();
        render(&self.chart, namespace, openshift, &flags)
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for place in ["charts/ai", "charts/patterns"] {
        for chart in sorted(&root().join(place)) {
            cases.push(Case { chart: chart.clone(), values: None });
            for values in sorted(&chart.join("ci")) {
                cases.push(Case { chart: chart.clone(), values: Some(values) });
            }
        }
    }
    assert!(!cases.is_empty());
    cases
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
        install(&manifests, &namespace).map_err(|why| format!("{name}: {why:?}"))?;
        for pod in placed(&namespace)? {
            for resource in pod.devices {
                assert!(resource.contains(vendor), "{name}: {} asks for {resource}", pod.pod);
                devices += 1;
            }
        }
        lab().block_on(lab().remove(&namespace))?;
    }
    assert!(tried >= 10 && devices >= 6, "only {tried} values files and {devices} devices");
    Ok(())
}
