//! Finds charts below the paths that a user names.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// What a search found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Directories and archives that are charts, in the order of their paths.
    pub(crate) charts: Vec<PathBuf>,
    /// Paths that could not be searched, and why.
    pub(crate) problems: Vec<(PathBuf, String)>,
}

/// Finds charts at or below `paths`. A chart inside another chart's `charts/` is judged as part of
/// that chart, not again by itself. What git ignores is left out.
pub(crate) fn charts(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for path in paths {
        if is_chart(path) || is_archive(path) {
            found.charts.push(path.clone());
        } else if path.is_dir() {
            below(path, &mut found);
        } else if path.exists() {
            found.problems.push((path.clone(), "it is neither a chart nor a directory".to_owned()));
        } else {
            found.problems.push((path.clone(), "there is no such file or directory".to_owned()));
        }
    }
    found.charts.dedup();
    found
}

fn below(path: &Path, found: &mut Found) {
    let walk = WalkBuilder::new(path)
        .sort_by_file_path(Path::cmp)
        .filter_entry(|entry| entry.depth() == 0 || !is_in_chart(entry.path()))
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if is_chart(entry.path()) => found.charts.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => found.problems.push((path.to_owned(), error.to_string())),
        }
    }
}

fn is_chart(path: &Path) -> bool {
    path.join("Chart.yaml").is_file()
}

fn is_archive(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|extension| extension == "tgz")
}

/// Tells whether a directory belongs to a chart that lies above it.
fn is_in_chart(path: &Path) -> bool {
    path.is_dir() && path.parent().is_some_and(is_chart)
}

/// Returns the extra values files that a chart is to be judged with: `ci/*-values.yaml`, as
/// chart-testing names them.
pub(crate) fn ci_values(chart: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(chart.join("ci")) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_str().is_some_and(|name| name.ends_with("-values.yaml")))
        .collect();
    files.sort();
    files
}
