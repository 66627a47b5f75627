//! Programs of the machine that the lab uses: util-linux and iproute2.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place::uid;

/// Where a program is, if it is on the path.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path)
        .chain(usual)
        .map(|directory| directory.join(program))
        .find(|file| file.is_file())
}

/// The first of the needed programs that is absent, as a sentence.
pub(crate) fn missing() -> Option<String> {
    const NEEDED: [(&str, &str); 3] =
        [("unshare", "util-linux"), ("nsenter", "util-linux"), ("ip", "iproute2")];
    NEEDED
        .iter()
        .find(|(program, _)| find(program).is_none())
        .map(|(program, package)| format!("`{program}` is absent (Debian: {package})"))
}

/// A command that runs what follows it in namespaces of its own, of which the first process's
/// death, or this command's, ends all others.
pub(crate) fn unshare() -> Result<Command> {
    let mut command = Command::new(find("unshare").context("`unshare` is absent")?);
    if uid() != 0 {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]);
    Ok(command)
}

/// A command that runs what follows it in the network of the process.
pub(crate) fn nsenter(process: u32) -> Result<Command> {
    let mut command = Command::new(find("nsenter").context("`nsenter` is absent")?);
    command.arg(format!("--target={process}"));
    if uid() != 0 {
        command.args(["--user", "--preserve-credentials"]);
    }
    command.args(["--net", "--"]);
    Ok(command)
}

/// Runs `ip` with each of the lines as one command.
pub(crate) fn ip(lines: &[String]) -> Result<()> {
    let program = find("ip").context("`ip` is absent")?;
    for line in lines {
        let output = Command::new(&program).args(line.split_whitespace()).output()?;
        if !output.status.success() {
            bail!("ip {line}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
    }
    Ok(())
}
