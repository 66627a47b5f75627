//! Charts as they lie on disk, with missing dependencies filled in from charts of the same
//! repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_chart::{Chart, ChartFile, Profile};

/// How deep filled-in charts may fill in others.
const MOST_DEPTH: usize = 4;

/// The charts below one directory.
#[derive(Debug)]
pub(crate) struct Corpus {
    pub(crate) charts: Vec<PathBuf>,
    by_name: BTreeMap<String, PathBuf>,
}

impl Corpus {
    /// Finds the charts below `root`; those inside other charts are parts of them. What they lack and
    /// do not find there may come from `libraries`.
    pub(crate) fn below(root: &Path, libraries: &[PathBuf]) -> Self {
        let mut corpus = Self { charts: Vec::new(), by_name: BTreeMap::new() };
        corpus.search(root);
        let mut others = Self { charts: Vec::new(), by_name: BTreeMap::new() };
        for library in libraries {
            others.search(library);
        }
        for path in others.charts.iter().chain(&corpus.charts) {
            if let Some(chart) = load(own_files(path)) {
                corpus.by_name.insert(chart.metadata().name.to_string(), path.clone());
            }
        }
        corpus
    }

    fn search(&mut self, path: &Path) {
        if path.join("Chart.yaml").is_file() {
            self.charts.push(path.to_owned());
            return;
        }
        for entry in sorted(path) {
            if entry.is_dir() && !entry.is_symlink() {
                self.search(&entry);
            }
        }
    }

    /// The files of a chart and, where it lacks dependencies that lie beside it, theirs.
    pub(crate) fn files(&self, chart: &Path) -> Vec<ChartFile> {
        let mut files = own_files(chart);
        self.fill(&mut files, "", 0);
        files
    }

    /// Adds what the chart at `inner` among the files lacks.
    fn fill(&self, files: &mut Vec<ChartFile>, inner: &str, depth: usize) {
        let own: Vec<ChartFile> = files
            .iter()
            .filter_map(|file| {
                let name = file.name.strip_prefix(inner)?.to_owned();
                Some(ChartFile { name, ..file.clone() })
            })
            .collect();
        let Some(chart) = load(own).filter(|_| depth < MOST_DEPTH) else { return };
        for dependency in &chart.metadata().dependencies {
            let is_there =
                chart.subcharts().iter().any(|sub| sub.metadata().name == dependency.name);
            let Some(sibling) = self.by_name.get(&*dependency.name).filter(|_| !is_there) else {
                continue;
            };
            let below = format!("{inner}charts/{}/", dependency.name);
            if files.iter().any(|file| file.name.starts_with(&below)) {
                continue;
            }
            files.extend(
                own_files(sibling)
                    .into_iter()
                    .map(|file| ChartFile { name: format!("{below}{}", file.name), ..file }),
            );
            self.fill(files, &below, depth + 1);
        }
    }
}

fn load(files: Vec<ChartFile>) -> Option<Chart> {
    Chart::load(files, "chart", Profile::Helm4).ok()
}

/// The files of a chart's directory.
pub(crate) fn own_files(chart: &Path) -> Vec<ChartFile> {
    let mut files = Vec::new();
    collect(chart, "", &mut files);
    files
}

fn collect(directory: &Path, inner: &str, files: &mut Vec<ChartFile>) {
    for path in sorted(directory) {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let inner = if inner.is_empty() { name.to_owned() } else { format!("{inner}/{name}") };
        if path.is_dir() && !path.is_symlink() {
            collect(&path, &inner, files);
        } else if let Ok(data) = fs::read(&path) {
            files.push(ChartFile { name: inner, data: data.into() });
        }
    }
}

/// The extra values files that a chart is tried with.
pub(crate) fn ci_values(chart: &Path) -> Vec<PathBuf> {
    let mut files = sorted(&chart.join("ci"));
    files.retain(|path| path.extension().is_some_and(|end| end == "yaml" || end == "yml"));
    files
}

fn sorted(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
