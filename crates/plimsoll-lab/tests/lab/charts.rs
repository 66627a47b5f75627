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

/// A chart with one of its values files, or with its defaults for a flavour and a vendor.
struct Case {
    chart: PathBuf,
    values: Values,
}

enum Values {
    File(PathBuf),
    Defaults { platform: &'static str, vendor: &'static str },
}

impl Case {
    fn name(&self) -> String {
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let values = match &self.values {
            Values::File(path) => name(path),
            Values::Defaults { platform, vendor } => {
                format!("platform {platform} and GPU {vendor}")
            }
        };
        format!("{} with {values}", name(&self.chart))
    }

    /// What `plimsoll render` makes of it, as the cluster would be: with Routes on OpenShift only.
    fn rendered(&self, namespace: &Namespace) -> Result<String, Failed> {
        let flags = match &self.values {
            Values::File(path) => ["--values".to_owned(), path.to_string_lossy().into_owned()],
            Values::Defaults { platform, vendor } => {
                let gpu = if *vendor == "none" { "" } else { &*format!(",gpu.vendor={vendor}") };
                ["--set".to_owned(), format!("platform={platform}{gpu}")]
            }
        };
        render(&self.chart, namespace, flags[1].contains("openshift"), &[&flags[0], &flags[1]])
    }

    /// Whether `trouble` is the chart's own refusal of a vendor or of defaults that say too little.
    fn refuses(&self, trouble: &str) -> bool {
        matches!(self.values, Values::Defaults { .. })
            && ["execution error at", "values don't meet the specifications of the schema"]
                .iter()
                .any(|words| trouble.contains(words))
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for place in ["charts/ai", "charts/patterns"] {
        for chart in sorted(&root().join(place)) {
            for platform in ["kubernetes", "openshift"] {
                for vendor in ["none", "amd", "intel", "nvidia"] {
                    let values = Values::Defaults { platform, vendor };
                    cases.push(Case { chart: chart.clone(), values });
                }
            }
            for values in sorted(&chart.join("ci")) {
                cases.push(Case { chart: chart.clone(), values: Values::File(values) });
            }
        }
    }
    assert!(!cases.is_empty());
    cases
}

fn the_api_server_takes_all_of_them() -> Result<(), Failed> {
    let namespace = namespace("charts");
    let (mut troubles, mut taken) = (Vec::new(), 0);
    for case in cases() {
        let manifests = match case.rendered(&namespace) {
            Ok(manifests) => manifests,
            Err(trouble) => {
                let said = trouble.message().unwrap_or_default();
                if !case.refuses(said) {
                    troubles.push(said.to_owned());
                }
                continue;
            }
        };
        taken += usize::from(matches!(case.values, Values::Defaults { .. }));
        lab().block_on(lab().apply(&accounts(&manifests), &namespace))?;
        for refusal in lab().block_on(lab().dry_run(&manifests, &namespace))? {
            troubles.push(format!("{}: {refusal}", case.name()));
        }
    }
    lab().block_on(lab().remove(&namespace))?;
    assert!(taken >= 40, "only {taken} pairs of flavour and vendor are rendered at all");
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
    for case in cases().into_iter().filter(|case| matches!(case.values, Values::File(_))) {
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
