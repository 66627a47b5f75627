//! Go's client: the only way by which anything comes from outside, and only into the cache.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::tools;

/// The `go` of this machine.
pub(crate) struct Go(PathBuf);

impl Go {
    /// Go, if the machine has it.
    pub(crate) fn find() -> Option<Self> {
        let installed = PathBuf::from("/usr/local/go/bin/go");
        tools::find("go").or_else(|| installed.is_file().then_some(installed)).map(Self)
    }

    /// A command that uses this Go as it is, without C and without changing any module's files.
    pub(crate) fn command(&self, directory: &Path) -> Command {
        let mut command = Command::new(&self.0);
        command
            .current_dir(directory)
            .env("CGO_ENABLED", "0")
            .env("GOTOOLCHAIN", "local")
            .env("GOFLAGS", "-mod=readonly")
            .env("GOWORK", "off");
        command
    }

    /// The directory that holds the files of a published module; it is downloaded unless it is
    /// there. Go holds it against the public database of checksums.
    pub(crate) fn module(&self, module: &str, version: &str) -> Result<PathBuf> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Downloaded {
            dir: Option<PathBuf>,
            error: Option<String>,
        }
        let output = self
            .command(&std::env::temp_dir())
            .args(["mod", "download", "-json", &format!("{module}@{version}")])
            .output()
            .context("cannot run go")?;
        let Ok(answer) = serde_json::from_slice::<Downloaded>(&output.stdout) else {
            bail!("go mod download {module}: {}", String::from_utf8_lossy(&output.stderr).trim());
        };
        match answer {
            Downloaded { dir: Some(directory), error: None } => Ok(directory),
            Downloaded { error, .. } => {
                bail!("{module}@{version} cannot be had: {}", error.unwrap_or_default())
            }
        }
    }
}
