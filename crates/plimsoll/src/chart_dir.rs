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

const HELMIGNORE: &str = ".helmignore";

/// How deep directories of a chart may nest.
const MAX_DEPTH: usize = 64;

/// A chart as it lies on disk.
pub(crate) struct ChartDir {
    pub(crate) files: Vec<ChartFile>,
    /// Those of its `.helmignore`; an archive has none.
    pub(crate) rules: IgnoreRules,
}

/// Reads the chart at `path`.
///
/// # Errors
/// If `path` is no chart, or one of its files cannot be read, is larger than Helm allows, or is a
/// link to somewhere outside the chart.
pub(crate) fn read(path: &Path) -> Result<ChartDir> {
    match opened(CWD, path, OFlags::DIRECTORY) {
        Ok(handle) => {
            let listing = Listing::new(handle, path)?;
            if !listing.holds_file("Chart.yaml") {
                return Err(no_chart(path).into());
            }
            let rules = listing.ignore_rules(path)?;
            let mut walk = Walk::new(path, "", &rules);
            walk.listed(&listing, "", 0)?;
            Ok(ChartDir { files: walk.files, rules })
        }
        Err(Errno::NOTDIR) => {
            let bytes = file::read(path, MAX_CHART_BYTES)?;
            let files = ChartFile::read_archive(&bytes).map_err(|error| {
                anyhow::Error::from(error)
                    .context(format!("cannot read {} as a chart archive", path.display()))
            })?;
            Ok(ChartDir { files, rules: IgnoreRules::parse("")? })
        }
        Err(error) => Err(match path.to_str() {
            Some(name) if name.contains("://") => FileError::new(
                format!("{name} is not a chart here"),
                "nothing is fetched: run `helm pull --untar` on it, and name its directory",
            ),
            _ => FileError::io("open", path, &error.into()),
        }
        .into()),
    }
}

fn no_chart(path: &Path) -> FileError {
    let message = format!("{} is not a chart: it holds no Chart.yaml", path.display());
    FileError::new(message, "name the directory in which the Chart.yaml lies")
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
    let handle = opened(CWD, path, OFlags::DIRECTORY)
        .map_err(|error| FileError::io("open", path, &error.into()))?;
    let place = format!("{place}/");
    let mut walk = Walk::new(path, &place, rules);
    walk.listed(&Listing::new(handle, path)?, "", 0)?;
    Ok(Some(walk.files))
}

/// What a directory holds, by name.
struct Listing {
    directory: Dir,
    entries: Vec<(String, FileType)>,
}

impl Listing {
    fn new(handle: OwnedFd, path: &Path) -> Result<Self, FileError> {
        let list = |error: Errno| FileError::io("list", path, &error.into());
        let mut directory = Dir::new(handle).map_err(list)?;
        let mut entries = Vec::new();
        while let Some(entry) = directory.read() {
            let entry = entry.map_err(list)?;
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            let Ok(name) = str::from_utf8(name) else {
                let path = path.join(OsStr::from_bytes(name));
                return Err(FileError::new(
                    format!("{} has a name that is not UTF-8", path.display()),
                    "rename it",
                ));
            };
            entries.push((name.to_owned(), entry.file_type()));
        }
        entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let mut listing = Self { directory, entries };
        listing.learn_kinds().map_err(list)?;
        Ok(listing)
    }

    /// Not every file system says in its listings what things are.
    fn learn_kinds(&mut self) -> Result<(), Errno> {
        let directory = self.directory.fd()?;
        for (name, kind) in &mut self.entries {
            if *kind == FileType::Unknown {
                let stat = statat(directory, name.as_str(), AtFlags::SYMLINK_NOFOLLOW)?;
                *kind = FileType::from_raw_mode(stat.st_mode);
            }
        }
        Ok(())
    }

    /// Opens what the directory holds by that name, and never what a link leads to.
    fn open(&self, name: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        opened(self.directory.fd()?, name, flags | OFlags::NOFOLLOW)
    }

    /// Tells whether `name` is a file, or a link to whatever.
    fn holds_file(&self, name: &str) -> bool {
        let known = self.entries.binary_search_by(|(entry, _)| (**entry).cmp(name));
        known.is_ok_and(|index| !self.entries[index].1.is_dir())
    }

    /// Reads the `.helmignore` of the chart's directory at `path`.
    ///
    /// # Errors
    /// If it cannot be read, leads out of the chart, or has a pattern that Helm refuses.
    fn ignore_rules(&self, path: &Path) -> Result<IgnoreRules> {
        if !self.holds_file(HELMIGNORE) {
            return Ok(IgnoreRules::parse("")?);
        }
        let file = path.join(HELMIGNORE);
        let mut bytes = Vec::with_capacity(BUFFER);
        match self.open(HELMIGNORE, OFlags::NONBLOCK) {
            Ok(handle) => file::read_open(&handle, || file.clone(), MAX_FILE_BYTES, &mut bytes)?,
            Err(_) => bytes = file::read(&followed(&file, &canonical(path)?)?, MAX_FILE_BYTES)?,
        }
        IgnoreRules::parse(&String::from_utf8_lossy(&bytes)).map_err(|error| {
            anyhow::Error::from(error).context(format!("cannot read {}", file.display()))
        })
    }
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

    /// Reads what is in the directory `inner`, of which only its handle is used: whatever its path
    /// comes to mean meanwhile, no other directory is read.
    fn listed(&mut self, listing: &Listing, inner: &str, depth: usize) -> Result<(), FileError> {
        for (name, kind) in &listing.entries {
            let inner = if inner.is_empty() { name.clone() } else { format!("{inner}/{name}") };
            if kind.is_symlink() {
                self.link(inner, depth)?;
            } else if !self.ignores(&inner, *kind) {
                self.entry(|flags| listing.open(name, flags), *kind, inner, depth)?;
            }
        }
        Ok(())
    }

    fn directory(&mut self, handle: OwnedFd, inner: &str, depth: usize) -> Result<(), FileError> {
        let path = self.path(inner);
        if depth > MAX_DEPTH {
            return Err(FileError::new(
                format!("{} nests directories more than {MAX_DEPTH} deep", path.display()),
                "move it out of the chart, or name it in .helmignore",
            ));
        }
        self.listed(&Listing::new(handle, &path)?, inner, depth)
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
        self.entry(|flags| opened(CWD, &target, flags | OFlags::NOFOLLOW), kind, inner, depth)
    }

    /// Reads the file or directory `inner`.
    fn entry(
        &mut self,
        open: impl FnOnce(OFlags) -> Result<OwnedFd, Errno>,
        kind: FileType,
        inner: String,
        depth: usize,
    ) -> Result<(), FileError> {
        if kind.is_dir() {
            let handle =
                open(OFlags::DIRECTORY).map_err(|error| self.failed("open", &inner, error))?;
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
        let handle = open(OFlags::NONBLOCK).map_err(|error| self.failed("open", &inner, error))?;
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
        if self.place.is_empty() {
            return self.rules.ignores(inner, kind.is_dir());
        }
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
