//! The repository that a new chart is added to.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::base::Pattern;
use super::order::Order;
use super::{File, disk, shelf};
use crate::file;

/// A values file of an ApplicationSet is far shorter.
const MAX_VALUES: u64 = 1 << 20;

/// Puts the library chart into a repository that lacks it; tells whether it did.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn library_for(repository: &Path) -> Result<bool> {
    let place = repository.join("charts/library").join(shelf::LIBRARY);
    if place.join("Chart.yaml").is_file() {
        return Ok(false);
    }
    let files: Vec<File> = shelf::chart(shelf::LIBRARY)
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect();
    disk::write(&place, &files)?;
    Ok(true)
}

/// The chart of one cluster, whose values list its apps.
#[derive(Debug)]
pub(crate) struct Role {
    path: PathBuf,
    text: String,
}

impl Role {
    /// Reads `roles/<name>/values.yaml`.
    ///
    /// # Errors
    /// If it cannot be read or lists no apps.
    pub(crate) fn open(repository: &Path, name: &str) -> Result<Self> {
        let path = repository.join("roles").join(name).join("values.yaml");
        let text = file::read_text(&path, MAX_VALUES)
            .with_context(|| format!("--role {name} has no values to add the chart to"))?;
        let parsed = plimsoll_yaml::parse_one(&text)
            .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
        if parsed.root.get("apps").is_none() {
            bail!("{} has no `apps` to add the chart to", path.display());
        }
        Ok(Self { path, text })
    }

    /// Adds the chart to the apps. The values stand in the chart itself, so the entry has none.
    ///
    /// # Errors
    /// If it is listed already, or the file cannot be written.
    pub(crate) fn add(&self, order: &Order) -> Result<PathBuf> {
        let parsed = plimsoll_yaml::parse_one(&self.text)
            .map_err(|error| anyhow::anyhow!("{}: {error}", self.path.display()))?;
        if parsed.root.dig(&["apps", &order.name]).is_some() {
            bail!("{} lists {} already", self.path.display(), order.name);
        }
        let step = match order.base.pattern {
            Pattern::Engine => "engines",
            Pattern::Gateway => "gateways",
            Pattern::Ui | Pattern::Notebook | Pattern::Any => "interfaces",
            Pattern::Training => "training",
        };
        let entry = format!("enabled: true\nstep: {step}\nuse: [cluster]\nvalues: {{}}");
        let text = plimsoll_yaml::set(&self.text, &["apps", &order.name], &entry)
            .with_context(|| self.path.display().to_string())?;
        fs::write(&self.path, text)
            .with_context(|| format!("cannot write {}", self.path.display()))?;
        Ok(self.path.clone())
    }
}
