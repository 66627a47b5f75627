//! Reads a chart's files from disk: a directory with its `.helmignore`, or an archive.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use plimsoll_chart::{ChartFile, IgnoreRules, MAX_CHART_BYTES, MAX_FILE_BYTES};

/// How deep directories of a chart may nest.
const MAX_DEPTH: usize = 64;

/// Reads the chart at `path`.
///
/// # Errors
/// If `path` is no chart, or one of its files cannot be read, is larger than Helm allows, or is a
/// link to somewhere outside the chart.
pub(crate) fn read(path: &Path) -> Result<Vec<ChartFile>> {
    let metadata = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if !metadata.is_dir() {
        let bytes = read_bounded(path, MAX_CHART_BYTES)?;
        return ChartFile::read_archive(&bytes)
            .with_context(|| format!("cannot read {} as a chart archive", path.display()));
    }
    if !path.join("Chart.yaml").is_file() {
        bail!(
            "{} is not a chart: it holds no Chart.yaml; name the chart's own directory",
            path.display()
        );
    }
    let root = fs::canonicalize(path).with_context(|| format!("cannot read {}", path.display()))?;
    let rules = ignore_rules(path)?;
    let mut walk = Walk { root, rules, files: Vec::new(), left: MAX_CHART_BYTES };
    walk.directory(path, "", 0)?;
    Ok(walk.files)
}

fn ignore_rules(path: &Path) -> Result<IgnoreRules> {
    let file = path.join(".helmignore");
    if !file.is_file() {
        return Ok(IgnoreRules::parse("")?);
    }
    let bytes = read_bounded(&file, MAX_FILE_BYTES)?;
    IgnoreRules::parse(&String::from_utf8_lossy(&bytes))
        .with_context(|| format!("cannot read {}", file.display()))
}

/// Reads a file of at most `limit` bytes.
pub(crate) fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let file = fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {}", path.display()))?;
    if bytes.len() as u64 > limit {
        let mib = limit / (1024 * 1024);
        bail!("{} is larger than {mib} MiB; no part of a chart may be", path.display());
    }
    Ok(bytes)
}

struct Walk {
    root: PathBuf,
    rules: IgnoreRules,
    files: Vec<ChartFile>,
    left: u64,
}

impl Walk {
    fn directory(&mut self, directory: &Path, inner: &str, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            bail!("{} nests directories more than {MAX_DEPTH} deep", directory.display());
        }
        let entries = fs::read_dir(directory)
            .with_context(|| format!("cannot list {}", directory.display()))?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(
                entry.with_context(|| format!("cannot list {}", directory.display()))?.path(),
            );
        }
        paths.sort();
        for path in paths {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                bail!("{} has a name that is not UTF-8; rename it", path.display());
            };
            let inner = if inner.is_empty() { name.to_owned() } else { format!("{inner}/{name}") };
            self.entry(&path, inner, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, inner: String, depth: usize) -> Result<()> {
        let metadata =
            fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
        if self.rules.ignores(&inner, metadata.is_dir()) {
            return Ok(());
        }
        self.stays_inside(path)?;
        if metadata.is_dir() {
            return self.directory(path, &inner, depth + 1);
        }
        if !metadata.is_file() {
            bail!("{} is no regular file; a chart holds only files", path.display());
        }
        let bytes = read_bounded(path, MAX_FILE_BYTES)?;
        self.left = self
            .left
            .checked_sub(bytes.len() as u64)
            .with_context(|| format!("{} is larger than 100 MiB in all", self.root.display()))?;
        self.files.push(ChartFile { name: inner, data: Arc::from(bytes) });
        Ok(())
    }

    /// Refuses links that lead out of the chart. Helm follows them; a chart from elsewhere could
    /// read any file that way.
    fn stays_inside(&self, path: &Path) -> Result<()> {
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        if !is_link {
            return Ok(());
        }
        let target =
            fs::canonicalize(path).with_context(|| format!("cannot follow {}", path.display()))?;
        if !target.starts_with(&self.root) {
            bail!("{} is a link out of the chart; copy its target into the chart", path.display());
        }
        Ok(())
    }
}
