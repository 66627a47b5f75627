//! What suites read and write on disk: values files and snapshots.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use plimsoll_chart::MAX_FILE_BYTES;
use plimsoll_unittest::{NamedText, Problem, Reader, Snapshots, Suite};

use crate::file::{self, FileError};

/// Reads a file of suites or values.
pub(super) fn read(path: &Path) -> Result<String, FileError> {
    file::read_regular_text(path, MAX_FILE_BYTES)
}

/// A file's trouble as a suite's.
pub(super) fn problem(error: FileError) -> Problem {
    Problem { message: error.to_string(), place: error.place().cloned() }
}

/// The disk as suites see it: files in the chart, or below the current directory.
#[derive(Debug)]
pub(super) struct Disk {
    roots: Vec<PathBuf>,
    /// Values files that were read, by the name that places call them by.
    read: Mutex<BTreeMap<String, Arc<str>>>,
}

impl Disk {
    pub(super) fn new(chart: &Path) -> Self {
        let roots =
            [chart, Path::new(".")].into_iter().filter_map(|path| fs::canonicalize(path).ok());
        Self { roots: roots.collect(), read: Mutex::default() }
    }

    /// The texts that were read so far.
    pub(super) fn texts(&self) -> Vec<(Arc<str>, Arc<str>)> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.iter().map(|(name, text)| (Arc::from(name.as_str()), Arc::clone(text))).collect()
    }

    /// The text of a suite's file, where it can be read again.
    pub(super) fn text_of(&self, file: &Arc<str>) -> Option<(Arc<str>, Arc<str>)> {
        let text = read(Path::new(&**file)).ok()?;
        Some((Arc::clone(file), Arc::from(text)))
    }

    /// Reads a suite's snapshots; there may be none.
    pub(super) fn snapshots(&self, suite: &Suite, updating: bool) -> Result<Snapshots, Problem> {
        let path = snapshot_path(suite);
        if !path.exists() {
            return Ok(Snapshots::new(updating));
        }
        let text = read(&path).map_err(problem)?;
        Snapshots::parse(&path.display().to_string(), &text, updating)
    }

    /// Writes a suite's snapshots where they changed.
    pub(super) fn store(&self, suite: &Suite, snapshots: &Snapshots) -> Result<(), Problem> {
        let Some(text) = snapshots.changed() else { return Ok(()) };
        let path = snapshot_path(suite);
        let cannot = |reason: &str| Problem {
            message: format!("cannot write {}: {reason}", path.display()),
            place: None,
        };
        let directory = path.parent().unwrap_or(Path::new("."));
        let io = |error: std::io::Error| cannot(&file::reason(&error));
        fs::create_dir_all(directory).map_err(io)?;
        let inside = fs::canonicalize(directory).map_err(io)?;
        if !self.roots.iter().any(|root| inside.starts_with(root)) {
            return Err(cannot("its directory is a link out of the chart"));
        }
        if fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(cannot("it is no regular file"));
        }
        fs::write(&path, text).map_err(io)
    }
}

fn snapshot_path(suite: &Suite) -> PathBuf {
    let directory = Path::new(&**suite.file()).parent().unwrap_or(Path::new(""));
    directory.join(suite.snapshot_file())
}

impl Reader for Disk {
    fn read(&self, name: &str, suite: &str) -> Result<NamedText, String> {
        let path = if Path::new(name).is_absolute() {
            PathBuf::from(name)
        } else {
            clean(&Path::new(suite).parent().unwrap_or(Path::new("")).join(name))
        };
        let label = path.display().to_string();
        if let Some(text) =
            self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&label).cloned()
        {
            return Ok(NamedText { name: label, text });
        }
        let real = fs::canonicalize(&path).map_err(|error| file::reason(&error))?;
        if !self.roots.iter().any(|root| real.starts_with(root)) {
            return Err("it lies neither in the chart nor below the current directory".to_owned());
        }
        let text: Arc<str> = Arc::from(read(&path).map_err(|error| error.to_string())?);
        self.read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(label.clone(), Arc::clone(&text));
        Ok(NamedText { name: label, text })
    }
}

/// Takes `.` and `name/..` out of a path, as Go's `filepath.Join` does.
pub(super) fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(clean.components().next_back(), Some(Component::Normal(_))) =>
            {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    if clean.as_os_str().is_empty() { PathBuf::from(".") } else { clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_by_their_letters() {
        for (path, expected) in
            [("a/./b", "a/b"), ("a/../b", "b"), ("../a", "../a"), ("a/..", "."), ("/a/../b", "/b")]
        {
            assert_eq!(clean(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
