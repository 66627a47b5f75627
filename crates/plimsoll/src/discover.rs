//! Finds charts below the paths that a user names.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::chart_dir;
use crate::file::{self, FileError};

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Directories and archives that are charts, in the order of the named paths, and of their own
    /// paths below each of them.
    pub(crate) charts: Vec<PathBuf>,
    /// Paths that could not be searched, and why.
    pub(crate) problems: Vec<Problem>,
    seen: HashSet<PathBuf>,
}

/// A path that could not be searched.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) path: PathBuf,
    pub(crate) message: String,
}

/// Finds charts at or below `paths`; a file of a chart stands for its chart.
///
/// A chart inside another chart's `charts/` is judged as part of that chart, not again by itself.
/// What git ignores is left out, and archives are charts only where somebody names them.
pub(crate) fn charts(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for path in paths {
        if is_chart(path) || is_archive(path) {
            found.add(path);
        } else if path.is_dir() {
            found.search(path);
        } else if path.is_file() {
            match path.ancestors().skip(1).find(|above| is_chart(above)) {
                Some(chart) => found.add(chart),
                None => found.problem(path, "it is neither a chart nor a file of one"),
            }
        } else {
            let reason = match fs::metadata(path) {
                Ok(_) => "it is neither a file nor a directory".to_owned(),
                Err(error) => file::reason(&error),
            };
            found.problem(path, &reason);
        }
    }
    found
}

/// Says that there is no chart at or below `paths`.
pub(crate) fn nothing(paths: &[PathBuf]) -> String {
    let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    let paths = paths.join(", ");
    format!("no chart at or below {paths}; a chart is a directory with a Chart.yaml")
}

impl Found {
    fn add(&mut self, chart: &Path) {
        let known = fs::canonicalize(chart).unwrap_or_else(|_| chart.to_owned());
        if self.seen.insert(known) {
            let named = chart.strip_prefix(".").unwrap_or(chart);
            let here = named.as_os_str().is_empty();
            self.charts.push(if here { PathBuf::from(".") } else { named.to_owned() });
        }
    }

    fn problem(&mut self, path: &Path, message: &str) {
        self.problems.push(Problem { path: path.to_owned(), message: message.to_owned() });
    }

    fn search(&mut self, path: &Path) {
        let walk = WalkBuilder::new(path)
            .sort_by_file_path(Path::cmp)
            // The result must depend on the repository alone, wherever it was put.
            .require_git(false)
            .git_global(false)
            .filter_entry(|entry| entry.depth() == 0 || !is_part_of_chart(entry.path()))
            .build();
        for entry in walk {
            match entry {
                Ok(entry) if is_chart(entry.path()) => self.add(entry.path()),
                Ok(_) => {}
                Err(error) => self.problem(path, &error.to_string()),
            }
        }
    }
}

fn is_chart(path: &Path) -> bool {
    path.join("Chart.yaml").is_file()
}

fn is_archive(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|extension| extension == "tgz")
}

/// Tells whether a directory is a part of the chart in which it lies.
fn is_part_of_chart(path: &Path) -> bool {
    let has_meaning = path
        .file_name()
        .is_some_and(|name| ["charts", "templates", "crds", "ci"].iter().any(|own| name == *own));
    has_meaning && path.is_dir() && path.parent().is_some_and(is_chart)
}

/// Returns the extra values files that a chart is to be judged with: `ci/*-values.yaml`, as
/// chart-testing names them.
///
/// # Errors
/// If `ci` cannot be listed; a chart without it has no extra values.
pub(crate) fn ci_values(chart: &Path) -> Result<Vec<PathBuf>, FileError> {
    // Files of the chart `.` go by their own names.
    let directory = chart.strip_prefix(".").unwrap_or(chart).join("ci");
    let failed = |error: &io::Error| FileError::io("list", &directory, error);
    let entries = match fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(failed(&error)),
    };
    let root = fs::canonicalize(chart).map_err(|error| failed(&error))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| failed(&error))?.path();
        if path.to_str().is_some_and(|name| name.ends_with("-values.yaml")) {
            chart_dir::stays_inside(&path, &root)?;
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
