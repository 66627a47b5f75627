//! Where a lab keeps what it writes.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Serialize, de::DeserializeOwned};

/// The directory of one lab: keys, logs, etcd's data, and what is known of its processes.
///
/// Only its owner can read it. Whether a lab lives is told by a lock that its first process holds,
/// so nothing that a killed lab leaves behind is taken for a lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(PathBuf);

impl Place {
    /// The place of the lab that `plimsoll-lab up` starts: `PLIMSOLL_LAB_DIR`, or a directory below
    /// `XDG_RUNTIME_DIR`, or one below the directory for temporary files.
    #[must_use]
    pub fn usual() -> Self {
        if let Some(directory) = std::env::var_os("PLIMSOLL_LAB_DIR") {
            return Self(directory.into());
        }
        match std::env::var_os("XDG_RUNTIME_DIR") {
            Some(runtime) => Self(PathBuf::from(runtime).join("plimsoll-lab")),
            None => Self(std::env::temp_dir().join(format!("plimsoll-lab-{}", uid()))),
        }
    }

    /// A place that nothing else uses.
    #[must_use]
    pub fn own() -> Self {
        let name = format!("plimsoll-lab-{}-{}", uid(), std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    /// The place at this path.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Makes it, readable by nobody else; what a dead lab left there goes.
    pub(crate) fn prepare(&self) -> Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(&self.0).with_context(|| format!("cannot make {}", self.0.display()))?;
        let metadata = fs::symlink_metadata(&self.0)?;
        if !metadata.is_dir() || metadata.uid() != uid() || metadata.mode() & 0o077 != 0 {
            bail!("{} is not a directory that only you can read", self.0.display());
        }
        self.clear()?;
        for name in ["logs", "pki", "pods"] {
            builder.create(self.file(name))?;
        }
        Ok(())
    }

    /// Removes what a lab wrote, but its logs.
    pub(crate) fn clear(&self) -> Result<()> {
        for name in ["etcd", "pki", "pods", "state.json", "owner.json"] {
            remove(&self.file(name))?;
        }
        Ok(())
    }

    /// Takes the lock that says that a lab lives here; none if one does already.
    pub(crate) fn lock(&self) -> Result<Option<File>> {
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).mode(0o600);
        let path = self.file("lock");
        let file = file.open(&path).with_context(|| format!("cannot open {}", path.display()))?;
        Ok(locked(&file)?.then_some(file))
    }

    /// Whether a lab lives here.
    pub(crate) fn taken(&self) -> Result<bool> {
        let path = self.file("lock");
        match OpenOptions::new().write(true).open(&path) {
            Ok(file) => Ok(!locked(&file)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error).with_context(|| format!("cannot open {}", path.display())),
        }
    }

    /// Writes a small record so that readers see all of it or nothing.
    pub(crate) fn write(&self, name: &str, record: &impl Serialize) -> Result<()> {
        let unfinished = self.file(&format!(".{name}"));
        write_private(&unfinished, &serde_json::to_vec_pretty(record)?)?;
        fs::rename(&unfinished, self.file(name))?;
        Ok(())
    }

    /// Reads a record; none if there is none.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let path = self.file(name);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .with_context(|| format!("{} is not a record of the lab", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Removes all of it.
    pub(crate) fn remove(&self) -> Result<()> {
        remove(&self.0)
    }
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write;
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(bytes)?;
    Ok(())
}

fn locked(file: &File) -> Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn remove(path: &Path) -> Result<()> {
    let gone = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match gone {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

pub(crate) fn uid() -> u32 {
    rustix::process::getuid().as_raw()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_once_and_goes_with_its_holder() {
        let place =
            Place::at(std::env::temp_dir().join(format!("lab-lock-{}", std::process::id())));
        place.prepare().unwrap();
        assert!(!place.taken().unwrap());
        let held = place.lock().unwrap().unwrap();
        assert!(place.taken().unwrap());
        drop(held);
        assert!(!place.taken().unwrap());
        place.remove().unwrap();
        assert!(!place.taken().unwrap());
    }
}
