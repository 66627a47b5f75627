//! Charts of the same repository that can stand in for missing dependencies.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use plimsoll_chart::{Dependency, Fit, MAX_FILE_BYTES};
use plimsoll_yaml::Node;

use crate::discover;
use crate::file::{self, FileError};

/// Whether to use siblings, and where to look for them.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct SiblingArgs {
    /// Use charts of the same repository, or below DIR, for dependencies that are missing in
    /// charts/, as though they had been copied there; nothing is written or fetched.
    ///
    /// `check`, `unittest` and `compare` use those that a file:// path names without being asked.
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true,
          default_missing_value = "")]
    siblings: Vec<String>,
}

impl SiblingArgs {
    /// Charts below this directory, as though it had been named.
    pub(crate) fn below(directory: &Path) -> Self {
        Self { siblings: vec![directory.display().to_string()] }
    }

    /// Tells whether siblings are to be used.
    pub(crate) const fn is_asked_for(&self) -> bool {
        !self.siblings.is_empty()
    }

    /// Prepares to use siblings if that is asked for, else only those that a `file://` repository
    /// names: `helm dependency build` and Argo CD bring these from where they lie.
    ///
    /// # Errors
    /// If a directory that is named cannot be opened.
    pub(crate) fn or_declared(&self) -> Result<Siblings, FileError> {
        let mut siblings = self.to_name()?;
        siblings.only_declared = !self.is_asked_for();
        Ok(siblings)
    }

    /// Prepares to use siblings, if that is asked for.
    ///
    /// # Errors
    /// If a directory that is named cannot be opened.
    pub(crate) fn siblings(&self) -> Result<Option<Siblings>, FileError> {
        if self.is_asked_for() { self.to_name().map(Some) } else { Ok(None) }
    }

    /// Prepares to look for siblings, be it only to name them.
    ///
    /// # Errors
    /// As for [`SiblingArgs::siblings`].
    pub(crate) fn to_name(&self) -> Result<Siblings, FileError> {
        let mut named = Vec::new();
        for directory in self.siblings.iter().filter(|directory| !directory.is_empty()) {
            let path = Path::new(directory);
            let real =
                fs::canonicalize(path).map_err(|error| FileError::io("open", path, &error))?;
            if !real.is_dir() {
                let message = format!("{directory} is not a directory");
                return Err(FileError::new(message, "name a directory that holds charts"));
            }
            named.push(real);
        }
        let with_repository = named.is_empty() || self.siblings.iter().any(String::is_empty);
        Ok(Siblings { named, with_repository, only_declared: false, known: Mutex::default() })
    }
}

/// Looks for siblings; each directory is searched once.
#[derive(Debug)]
pub(crate) struct Siblings {
    /// Directories that the user names, in full.
    named: Vec<PathBuf>,
    with_repository: bool,
    /// Whether none but the chart of a `file://` repository is a candidate.
    only_declared: bool,
    known: Mutex<HashMap<PathBuf, Arc<[Sibling]>>>,
}

/// A chart that lies in the same repository.
#[derive(Clone, Debug)]
pub(crate) struct Sibling {
    /// Its directory as the user would name it.
    pub(crate) path: PathBuf,
    /// Its directory in full, without links.
    pub(crate) real: PathBuf,
    pub(crate) name: String,
    pub(crate) version: String,
}

/// What stands in a dependency's `repository`, as far as the disk is concerned.
#[derive(Debug)]
pub(crate) enum Local {
    /// It is no `file://` path.
    NoPath,
    /// A chart within the directories that are searched.
    Chart(Sibling),
    /// There is no chart.
    Missing,
    /// It leads out of the directories that are searched, where nothing is read.
    Outside,
}

impl Siblings {
    /// Returns charts of the dependency's name with how their versions fit: the one of a `file://`
    /// repository first, then fitting ones, then near ones.
    ///
    /// `chart` is the directory of the chart that declares it.
    pub(crate) fn candidates(&self, dependency: &Dependency, chart: &Path) -> Vec<(Sibling, Fit)> {
        let Ok(chart) = fs::canonicalize(chart) else { return Vec::new() };
        let mut found: Vec<Sibling> = Vec::new();
        let mut local = None;
        if let Local::Chart(sibling) = self.local(dependency, &chart)
            && sibling.name == *dependency.name
        {
            local = Some(sibling.real.clone());
            found.push(sibling);
        }
        let roots = if self.only_declared { Vec::new() } else { self.roots(&chart) };
        for root in roots {
            for sibling in &*self.below(&root) {
                let is_new = found.iter().all(|old| old.real != sibling.real);
                if sibling.name == *dependency.name && sibling.real != chart && is_new {
                    found.push(sibling.clone());
                }
            }
        }
        let mut rated: Vec<(Sibling, Fit)> = found
            .into_iter()
            .map(|sibling| {
                let fit = dependency.fit(&sibling.version);
                (sibling, fit)
            })
            .collect();
        rated.sort_by_key(|(sibling, fit)| {
            let is_named = local.as_ref() == Some(&sibling.real);
            (!is_named, *fit != Fit::Fits, distance(&chart, &sibling.real), sibling.real.clone())
        });
        rated
    }

    /// Follows a `file://` repository from the chart that declares it.
    pub(crate) fn local(&self, dependency: &Dependency, chart: &Path) -> Local {
        let Some(path) = dependency.repository.strip_prefix("file://") else {
            return Local::NoPath;
        };
        let path = chart.join(path);
        let Ok(real) = fs::canonicalize(&path) else { return Local::Missing };
        let Ok(chart) = fs::canonicalize(chart) else { return Local::Missing };
        if !self.roots(&chart).iter().any(|root| real.starts_with(root)) {
            return Local::Outside;
        }
        sibling(&real).map_or(Local::Missing, Local::Chart)
    }

    /// The directories that are searched for siblings of a chart.
    fn roots(&self, chart: &Path) -> Vec<PathBuf> {
        let mut roots = self.named.clone();
        roots.extend(self.with_repository.then(|| repository(chart)).flatten());
        roots
    }

    fn below(&self, root: &Path) -> Arc<[Sibling]> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.entry(root.to_owned()).or_insert_with(|| {
            let found = discover::charts(&[root.to_owned()]);
            // A directory may be a link to one elsewhere.
            let is_inside = |sibling: &Sibling| sibling.real.starts_with(root);
            found.charts.iter().filter_map(|path| sibling(path)).filter(is_inside).collect()
        });
        Arc::clone(found)
    }
}

/// The root of the repository in which a chart lies: the nearest directory above that holds
/// `.git`, else the one that holds the chart.
fn repository(chart: &Path) -> Option<PathBuf> {
    let root = chart.ancestors().find(|above| above.join(".git").exists());
    root.or_else(|| chart.parent()).map(Path::to_owned)
}

/// Reads what a chart's directory is called by its `Chart.yaml`; nothing if that is no regular
/// file with a name and a version.
fn sibling(path: &Path) -> Option<Sibling> {
    let file = path.join("Chart.yaml");
    if !fs::symlink_metadata(&file).ok()?.is_file() {
        return None;
    }
    let text = file::read_regular_text(&file, MAX_FILE_BYTES).ok()?;
    let root = plimsoll_yaml::parse_one(&text).ok()?.root;
    let word = |key: &str| root.get(key).and_then(Node::as_str).map(str::to_owned);
    Some(Sibling {
        path: shown(path),
        real: fs::canonicalize(path).ok()?,
        name: word("name")?,
        version: word("version")?,
    })
}

/// A path in full as one from the current directory, where it lies below that.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(fs::canonicalize);
    let below = here.ok().and_then(|here| path.strip_prefix(here).map(Path::to_owned).ok());
    match below {
        Some(below) if below.as_os_str() == OsStr::new("") => PathBuf::from("."),
        Some(below) => below,
        None => path.to_owned(),
    }
}

/// How many steps lead from one directory to another.
fn distance(from: &Path, to: &Path) -> usize {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    from.components().count() + to.components().count() - 2 * common
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_counted_in_steps() {
        let steps = |from, to| distance(Path::new(from), Path::new(to));
        assert_eq!(steps("/r/charts/a", "/r/charts/b"), 2);
        assert_eq!(steps("/r/charts/a", "/r/lib/x/b"), 5);
        assert_eq!(steps("/r/a", "/r/a"), 0);
    }
}
