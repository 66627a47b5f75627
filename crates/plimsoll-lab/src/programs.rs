//! Kubernetes' programs: built once by Go, kept outside the work tree.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::go::Go;

const GO_MOD: &str = include_str!("../../../tests/lab/go/go.mod");
const GO_SUM: &str = include_str!("../../../tests/lab/go/go.sum");
const ETCD: &str = include_str!("../../../tests/lab/go/cmd/etcd/main.go");

/// What is built: a package, and with it the program's name.
const PACKAGES: [&str; 4] = [
    "k8s.io/kubernetes/cmd/kube-apiserver",
    "k8s.io/kubernetes/cmd/kube-controller-manager",
    "k8s.io/kubernetes/cmd/kube-scheduler",
    "plimsoll.test/lab/cmd/etcd",
];

/// A directory with the four programs of the pinned release.
#[derive(Debug, Clone)]
pub struct Programs(PathBuf);

/// The release of Kubernetes that the lab runs, such as `v1.36.4`.
#[must_use]
pub fn release() -> &'static str {
    GO_MOD
        .lines()
        .find_map(|line| line.strip_prefix("require k8s.io/kubernetes "))
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or("v0.0.0")
}

impl Programs {
    /// The programs, if they were built before.
    #[must_use]
    pub fn cached() -> Option<Self> {
        let directory = directory();
        directory.is_dir().then_some(Self(directory))
    }

    /// The programs, built if need be. Go writes what it does into the log; how long building took
    /// is answered, and nothing if nothing was built.
    ///
    /// # Errors
    ///
    /// If Go is absent, a module cannot be had, or building fails.
    pub fn build(log: &Path) -> Result<(Self, Option<Duration>)> {
        if let Some(programs) = Self::cached() {
            return Ok((programs, None));
        }
        let go = Go::find().context("Go is absent, and the lab's programs are not built")?;
        fs::create_dir_all(cache())?;
        let lock = File::create(cache().join("lock"))?;
        lock.lock()?;
        if let Some(programs) = Self::cached() {
            return Ok((programs, None));
        }
        let start = Instant::now();
        let source = cache().join("source");
        write_module(&source)?;
        let unfinished = cache().join("unfinished");
        fs::create_dir_all(&unfinished)?;
        let log = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let status = go
            .command(&source)
            .args(["build", "-trimpath", "-buildvcs=false", "-ldflags", &ldflags(), "-o"])
            .arg(&unfinished)
            .args(PACKAGES)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .status()
            .context("cannot run go")?;
        if !status.success() {
            bail!("go build failed ({status}); its log says why");
        }
        fs::rename(&unfinished, directory())?;
        Ok((Self(directory()), Some(start.elapsed())))
    }

    /// What tells these programs from those of another release or another way of building.
    pub(crate) fn key() -> String {
        fingerprint([GO_MOD, GO_SUM, ETCD, &ldflags()])
    }

    /// Where a program is.
    pub(crate) fn path(&self, program: &str) -> PathBuf {
        self.0.join(program)
    }

    /// The directory that holds them.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.0
    }

    /// The programs in a directory that is known to hold them.
    pub(crate) fn at(directory: PathBuf) -> Self {
        Self(directory)
    }
}

/// Where built programs and prepared definitions are kept: `PLIMSOLL_LAB_CACHE`, or a directory
/// below the user's cache.
pub(crate) fn cache() -> PathBuf {
    if let Some(directory) = std::env::var_os("PLIMSOLL_LAB_CACHE") {
        return directory.into();
    }
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).unwrap_or_else(|| {
        PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache")
    });
    cache.join("plimsoll-lab")
}

/// The start of a hash in hexadecimal.
pub(crate) fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn directory() -> PathBuf {
    cache().join(format!("kubernetes-{}-{}", release(), Programs::key()))
}

fn ldflags() -> String {
    let release = release();
    let minor = release.split('.').nth(1).unwrap_or("0");
    let stamps = [
        ("gitVersion", release),
        ("gitMajor", "1"),
        ("gitMinor", minor),
        ("gitCommit", "lab"),
        ("gitTreeState", "clean"),
    ];
    let mut flags = "-s -w".to_owned();
    for (name, value) in stamps {
        flags += &format!(" -X k8s.io/component-base/version.{name}={value}");
    }
    flags
}

fn write_module(at: &Path) -> Result<()> {
    fs::create_dir_all(at.join("cmd/etcd"))?;
    fs::write(at.join("go.mod"), GO_MOD)?;
    fs::write(at.join("go.sum"), GO_SUM)?;
    fs::write(at.join("cmd/etcd/main.go"), ETCD)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_read_from_the_module_and_stamped() {
        assert!(release().starts_with("v1."), "{}", release());
        assert!(GO_MOD.contains(&format!("k8s.io/api => k8s.io/api v0.{}", &release()[3..])));
        assert!(ldflags().contains(&format!("version.gitVersion={}", release())));
    }

    #[test]
    fn a_fingerprint_tells_where_one_part_ends() {
        assert_eq!(fingerprint(["a", "b"]).len(), 16);
        assert_ne!(fingerprint(["a", "b"]), fingerprint(["ab", ""]));
    }
}
