//! Reads a chart's files from disk: a directory with its `.helmignore`, or an archive.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use plimsoll_chart::{ChartFile, IgnoreRules, MAX_CHART_BYTES, MAX_FILE_BYTES};

use crate::file::{self, FileError};

/// How deep directories of a chart may nest.
const MAX_DEPTH: usize = 64;

/// Reads the chart at `path`.
///
/// # Errors
/// If `path` is no chart, or one of its files cannot be read, is larger than Helm allows, or is a
/// link to somewhere outside the chart.
pub(crate) fn read(path: &Path) -> Result<Vec<ChartFile>> {
    let metadata = fs::metadata(path).map_err(|error| match path.to_str() {
        Some(name) if name.contains("://") => FileError::new(
            format!("{name} is not a chart here"),
            "nothing is fetched: run `helm pull --untar` on it, and name its directory",
        ),
        _ => FileError::io("open", path, &error),
    })?;
    if !metadata.is_dir() {
        let bytes = file::read(path, MAX_CHART_BYTES)?;
        let files = ChartFile::read_archive(&bytes).map_err(|error| {
            anyhow::Error::from(error)
                .context(format!("cannot read {} as a chart archive", path.display()))
        })?;
        return Ok(files);
    }
    if !path.join("Chart.yaml").is_file() {
        let message = format!("{} is not a chart: it holds no Chart.yaml", path.display());
        return Err(
            FileError::new(message, "name the directory in which the Chart.yaml lies").into()
        );
    }
    let root = fs::canonicalize(path).map_err(|error| FileError::io("open", path, &error))?;
    let rules = ignore_rules(path)?;
    let mut walk =
        Walk { root, rules: &rules, place: "", files: Vec::new(), left: MAX_CHART_BYTES };
    walk.directory(path, "", 0)?;
    Ok(walk.files)
}

/// Reads the chart in the directory `path` as though it lay at `place` in another one, whose
/// `.helmignore` alone counts; nothing if that leaves the whole place out.
///
/// # Errors
/// As for [`read`].
pub(crate) fn read_below(
    path: &Path,
    place: &str,
    rules: &IgnoreRules,
) -> Result<Option<Vec<ChartFile>>> {
    let ends = place.match_indices('/').map(|(at, _)| at).chain([place.len()]);
    if ends.into_iter().any(|end| rules.ignores(&place[..end], true)) {
        return Ok(None);
    }
    let root = fs::canonicalize(path).map_err(|error| FileError::io("open", path, &error))?;
    let place = &format!("{place}/");
    let mut walk = Walk { root, rules, place, files: Vec::new(), left: MAX_CHART_BYTES };
    walk.directory(path, "", 0)?;
    Ok(Some(walk.files))
}

/// Reads the `.helmignore` of a chart's directory.
///
/// # Errors
/// If it cannot be read, or has a pattern that Helm refuses.
pub(crate) fn ignore_rules(path: &Path) -> Result<IgnoreRules> {
    let file = path.join(".helmignore");
    if !file.is_file() {
        return Ok(IgnoreRules::parse("")?);
    }
    let bytes = file::read(&file, MAX_FILE_BYTES)?;
    IgnoreRules::parse(&String::from_utf8_lossy(&bytes)).map_err(|error| {
        anyhow::Error::from(error).context(format!("cannot read {}", file.display()))
    })
}

struct Walk<'w> {
    root: PathBuf,
    rules: &'w IgnoreRules,
    /// Where the directory counts as lying for the rules: empty, or a path with a slash after it.
    place: &'w str,
    files: Vec<ChartFile>,
    left: u64,
}

impl Walk<'_> {
    fn directory(&mut self, directory: &Path, inner: &str, depth: usize) -> Result<(), FileError> {
        if depth > MAX_DEPTH {
            return Err(FileError::new(
                format!("{} nests directories more than {MAX_DEPTH} deep", directory.display()),
                "move it out of the chart, or name it in .helmignore",
            ));
        }
        let list = |error| FileError::io("list", directory, &error);
        let entries = fs::read_dir(directory).map_err(list)?;
        let entries = entries.collect::<Result<Vec<_>, _>>();
        let mut entries = entries.map_err(list)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                return Err(FileError::new(
                    format!("{} has a name that is not UTF-8", path.display()),
                    "rename it",
                ));
            };
            let inner = if inner.is_empty() { name.to_owned() } else { format!("{inner}/{name}") };
            let kind = entry.file_type().map_err(|error| FileError::io("open", &path, &error))?;
            self.entry(&path, kind, inner, depth)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        path: &Path,
        kind: fs::FileType,
        inner: String,
        depth: usize,
    ) -> Result<(), FileError> {
        let is_link = kind.is_symlink();
        let kind = if is_link {
            let target = fs::metadata(path);
            target.map_err(|error| FileError::io("open", path, &error))?.file_type()
        } else {
            kind
        };
        if self.rules.ignores(&format!("{}{inner}", self.place), kind.is_dir()) {
            return Ok(());
        }
        if is_link {
            self.stays_inside(path)?;
        }
        if kind.is_dir() {
            return self.directory(path, &inner, depth + 1);
        }
        if !kind.is_file() {
            return Err(FileError::new(
                format!("{} is no regular file", path.display()),
                "remove it, or name it in .helmignore: a chart holds only files",
            ));
        }
        let bytes = file::read_known(path, MAX_FILE_BYTES)?;
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(|| {
            let mib = MAX_CHART_BYTES / (1024 * 1024);
            FileError::new(
                format!("{} is larger than {mib} MiB in all", self.root.display()),
                "name in .helmignore what is no part of the chart",
            )
        })?;
        self.files.push(ChartFile { name: inner, data: Arc::from(bytes) });
        Ok(())
    }

    /// Refuses a link that leads out of the chart. Helm follows it; a chart from elsewhere could
    /// read any file that way.
    fn stays_inside(&self, path: &Path) -> Result<(), FileError> {
        let target =
            fs::canonicalize(path).map_err(|error| FileError::io("follow", path, &error))?;
        if target.starts_with(&self.root) {
            return Ok(());
        }
        Err(FileError::new(
            format!("{} is a link out of the chart", path.display()),
            "copy its target into the chart",
        ))
    }
}
