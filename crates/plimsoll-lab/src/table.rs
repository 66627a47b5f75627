//! The table of pretended nodes and storage classes.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

const USUAL: &str = include_str!("table.toml");

/// Nodes and storage classes, as a file in TOML gives them; `table.toml` beside this file is the
/// usual one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The nodes.
    #[serde(default, rename = "node")]
    pub nodes: Vec<NodeRow>,
    /// The storage classes.
    #[serde(default, rename = "class")]
    pub classes: Vec<Class>,
    /// Names of runtime classes; nothing is behind them.
    #[serde(default)]
    pub runtime_classes: Vec<String>,
}

/// A pretended node.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeRow {
    /// Its name.
    pub name: String,
    /// Its zone, which becomes a label.
    pub zone: String,
    /// Processors.
    pub cpu: u32,
    /// Memory, as Kubernetes writes quantities.
    pub memory: String,
    /// Labels as Node Feature Discovery and the vendors' operators set them.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Devices by resource, such as `nvidia.com/gpu`.
    #[serde(default)]
    pub devices: BTreeMap<String, u32>,
    /// Devices that are there but cannot be used, by resource.
    #[serde(default)]
    pub unhealthy: BTreeMap<String, u32>,
    /// Taints as `key=value:Effect`.
    #[serde(default)]
    pub taints: Vec<String>,
}

/// A storage class that the lab's own provisioner serves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Whether the volume waits for a pod, and then stands in the zone of the pod's node.
    pub waits_for_pod: bool,
    /// The access modes that it can give.
    pub access_modes: Vec<String>,
    /// Whether claims that name no class get this one.
    #[serde(default)]
    pub default: bool,
}

impl Table {
    /// The nodes that a lab has unless it is told otherwise: one without a GPU and some of each
    /// vendor in two zones.
    #[must_use]
    pub fn usual() -> Self {
        toml::from_str(USUAL).expect("a test reads the usual table")
    }

    /// Reads a table.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is no such table.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is no table of nodes", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_table_has_every_vendor() {
        let table = Table::usual();
        for resource in ["nvidia.com/gpu", "amd.com/gpu", "gpu.intel.com/xe", "gpu.intel.com/i915"]
        {
            assert!(table.nodes.iter().any(|row| row.devices.contains_key(resource)), "{resource}");
        }
        assert_eq!(table.classes.iter().filter(|class| class.default).count(), 1);
    }

    #[test]
    fn an_unknown_word_is_refused() {
        assert!(toml::from_str::<Table>("[[node]]\nname = 'a'\ncolour = 'red'\n").is_err());
    }
}
