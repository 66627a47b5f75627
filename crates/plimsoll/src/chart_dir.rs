//! Reads a chart's files from disk: a directory with its `.helmignore`, or an archive.

use std::ffi::OsStr;
use std::fs;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use plimsoll_chart::{ChartFile, IgnoreRules, MAX_CHART_BYTES, MAX_ENTRIES, MAX_FILE_BYTES};
use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, openat, stat, statat};
use rustix::io::Errno;
use rustix::path::Arg;

use crate::file::{self, FileError};

/// Room for all of nearly every file, which one call then reads.
const BUFFER: usize = 64 * 1024;

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
    let helmignore = path.join(".helmignore");
    if helmignore.is_symlink() {
        stays_inside(&helmignore, &canonical(path)?)?;
    }
    let rules = ignore_rules(path)?;
    Ok(Walk::new(path, "", &rules).run()?)
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
    Ok(Some(Walk::new(path, &format!("{place}/"), rules).run()?))
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
    /// The chart's directory.
    top: &'w Path,
    rules: &'w IgnoreRules,
    /// Where the directory counts as lying for the rules: empty, or a path with a slash after it.
    place: &'w str,
    files: Vec<ChartFile>,
    left: u64,
    buffer: Vec<u8>,
}

impl<'w> Walk<'w> {
    fn new(top: &'w Path, place: &'w str, rules: &'w IgnoreRules) -> Self {
        Self {
            top,
            rules,
            place,
            files: Vec::new(),
            left: MAX_CHART_BYTES,
            buffer: Vec::with_capacity(BUFFER),
        }
    }

    fn run(mut self) -> Result<Vec<ChartFile>, FileError> {
        let handle = opened(CWD, self.top, OFlags::DIRECTORY)
            .map_err(|error| self.failed("open", "", error))?;
        self.directory(handle, "", 0)?;
        Ok(self.files)
    }

    /// Reads what is in the directory `inner`, of which only its handle is used: whatever its path
    /// comes to mean meanwhile, no other directory is read.
    fn directory(&mut self, handle: OwnedFd, inner: &str, depth: usize) -> Result<(), FileError> {
        if depth > MAX_DEPTH {
            return Err(FileError::new(
                format!(
                    "{} nests directories more than {MAX_DEPTH} deep",
                    self.path(inner).display()
                ),
                "move it out of the chart, or name it in .helmignore",
            ));
        }
        let mut listing = Dir::new(handle).map_err(|error| self.failed("list", inner, error))?;
        let entries = self.entries(&mut listing, inner)?;
        let handle = listing.fd().map_err(|error| self.failed("list", inner, error))?;
        for (name, kind) in entries {
            let inner = if inner.is_empty() { name.clone() } else { format!("{inner}/{name}") };
            match kind {
                FileType::Symlink => self.link(inner, depth)?,
                kind if self.ignores(&inner, kind) => {}
                kind => self.entry(handle, name, kind, inner, depth)?,
            }
        }
        Ok(())
    }

    /// What a directory holds, by name.
    fn entries(
        &self,
        listing: &mut Dir,
        inner: &str,
    ) -> Result<Vec<(String, FileType)>, FileError> {
        let mut entries = Vec::new();
        while let Some(entry) = listing.read() {
            let entry = entry.map_err(|error| self.failed("list", inner, error))?;
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            let Ok(name) = str::from_utf8(name) else {
                let path = self.path(inner).join(OsStr::from_bytes(name));
                return Err(FileError::new(
                    format!("{} has a name that is not UTF-8", path.display()),
                    "rename it",
                ));
            };
            entries.push((name.to_owned(), entry.file_type()));
        }
        entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let handle = listing.fd().map_err(|error| self.failed("list", inner, error))?;
        for (name, kind) in &mut entries {
            // Not every file system says in its listings what things are.
            if *kind == FileType::Unknown {
                let stat = statat(handle, name.as_str(), AtFlags::SYMLINK_NOFOLLOW);
                let stat =
                    stat.map_err(|error| self.failed("open", &format!("{inner}/{name}"), error))?;
                *kind = FileType::from_raw_mode(stat.st_mode);
            }
        }
        Ok(entries)
    }

    /// Reads what a link leads to, if that lies in the chart.
    fn link(&mut self, inner: String, depth: usize) -> Result<(), FileError> {
        let path = self.path(&inner);
        let target = stat(&path).map_err(|error| self.failed("open", &inner, error))?;
        let kind = FileType::from_raw_mode(target.st_mode);
        if self.ignores(&inner, kind) {
            return Ok(());
        }
        let target = followed(&path, &canonical(self.top)?)?;
        self.entry(CWD, target, kind, inner, depth)
    }

    /// Reads the file or directory `inner`, which is `name` in the directory of the handle.
    fn entry(
        &mut self,
        directory: BorrowedFd<'_>,
        name: impl Arg,
        kind: FileType,
        inner: String,
        depth: usize,
    ) -> Result<(), FileError> {
        if kind.is_dir() {
            let handle = opened(directory, name, OFlags::DIRECTORY | OFlags::NOFOLLOW)
                .map_err(|error| self.failed("open", &inner, error))?;
            return self.directory(handle, &inner, depth + 1);
        }
        if !kind.is_file() {
            return Err(FileError::new(
                format!("{} is no regular file", self.path(&inner).display()),
                "remove it, or name it in .helmignore: a chart holds only files",
            ));
        }
        if self.files.len() >= MAX_ENTRIES {
            return Err(FileError::new(
                format!("{} holds more than {MAX_ENTRIES} files", self.top.display()),
                "name in .helmignore what is no part of the chart",
            ));
        }
        // A pipe that has taken the file's place is not waited for.
        let handle = opened(directory, name, OFlags::NOFOLLOW | OFlags::NONBLOCK)
            .map_err(|error| self.failed("open", &inner, error))?;
        self.file(&handle, inner)
    }

    fn file(&mut self, file: &OwnedFd, inner: String) -> Result<(), FileError> {
        self.buffer.clear();
        file::read_open(file, || self.top.join(&inner), MAX_FILE_BYTES, &mut self.buffer)?;
        self.left = self.left.checked_sub(self.buffer.len() as u64).ok_or_else(|| {
            let mib = MAX_CHART_BYTES / (1024 * 1024);
            FileError::new(
                format!("{} is larger than {mib} MiB in all", self.top.display()),
                "name in .helmignore what is no part of the chart",
            )
        })?;
        self.files.push(ChartFile { name: inner, data: Arc::from(&*self.buffer) });
        Ok(())
    }

    fn ignores(&self, inner: &str, kind: FileType) -> bool {
        self.rules.ignores(&format!("{}{inner}", self.place), kind.is_dir())
    }

    fn path(&self, inner: &str) -> PathBuf {
        if inner.is_empty() { self.top.to_owned() } else { self.top.join(inner) }
    }

    fn failed(&self, verb: &str, inner: &str, error: Errno) -> FileError {
        FileError::io(verb, &self.path(inner), &error.into())
    }
}

fn opened(directory: BorrowedFd<'_>, name: impl Arg, flags: OFlags) -> Result<OwnedFd, Errno> {
    openat(directory, name, flags | OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
}

fn canonical(path: &Path) -> Result<PathBuf, FileError> {
    fs::canonicalize(path).map_err(|error| FileError::io("open", path, &error))
}
/// Refuses a path that is a link, or lies below one, that leads out of the chart at `root`. Helm
/// follows them; a chart from elsewhere could read any file that way.
pub(crate) fn stays_inside(path: &Path, root: &Path) -> Result<(), FileError> {
    if fs::symlink_metadata(path).is_ok() {
        followed(path, root)?;
    }
    Ok(())
}

/// Where `path` leads, which is in the chart at `root`.
fn followed(path: &Path, root: &Path) -> Result<PathBuf, FileError> {
    let target = fs::canonicalize(path).map_err(|error| FileError::io("follow", path, &error))?;
    if target.starts_with(root) {
        return Ok(target);
    }
    Err(FileError::new(
        format!("{} is a link out of the chart", path.display()),
        "copy its target into the chart",
    ))
}
