//! Real processes behind a pod's own address.
//!
//! A pod that asks for one gets a network namespace with one interface on the lab's bridge. Files
//! and users are those of the machine.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::behaviour::End;
use crate::address::BRIDGE;
use crate::tools;

/// The network of one pod; it goes when this is dropped, and every process in it with it.
pub(crate) struct Sandbox {
    /// Does nothing, in the namespace.
    _holder: Child,
    process: u32,
}

impl Sandbox {
    /// Makes a network that is connected to the bridge only.
    pub(crate) fn new(address: Ipv4Addr) -> Result<Self> {
        let program = tools::find("unshare").context("`unshare` is absent")?;
        let holder = Command::new(program)
            .args(["--net", "--", "cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("cannot make a network for the pod")?;
        let process = holder.id().context("the pod's network is gone")?;
        let sandbox = Self { _holder: holder, process };
        sandbox.separate()?;
        let [_, _, third, fourth] = address.octets();
        let outer = format!("pod{third}-{fourth}");
        tools::ip(&[
            format!("link add {outer} type veth peer name eth0 netns {process}"),
            format!("link set {outer} master {} up", BRIDGE.0),
        ])?;
        for line in [
            "link set lo up".to_owned(),
            format!("addr add {address}/16 dev eth0"),
            "link set eth0 up".to_owned(),
        ] {
            let ip = tools::find("ip").context("`ip` is absent")?;
            let mut command = inside(process)?;
            let status = command.arg(ip).args(line.split_whitespace()).status()?;
            anyhow::ensure!(status.success(), "ip {line} fails in the pod's network");
        }
        Ok(sandbox)
    }

    /// Waits until the holder is in a namespace of its own: it starts in that of the lab.
    fn separate(&self) -> Result<()> {
        let own = std::fs::read_link("/proc/self/ns/net")?;
        for _ in 0..400 {
            if std::fs::read_link(format!("/proc/{}/ns/net", self.process))? != own {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        anyhow::bail!("the pod's network is not made")
    }

    /// Starts a command of the shell in a directory; what it writes goes to the log.
    pub(crate) fn start(
        &self,
        command: &str,
        environment: &BTreeMap<String, String>,
        directory: &Path,
        log: &Path,
    ) -> Result<Child> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut inside = Command::from(inside(self.process)?);
        inside
            .args(["sh", "-c", &format!("exec {command}")])
            .envs(environment)
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true);
        inside.spawn().with_context(|| format!("cannot start {command}"))
    }

    /// A command that runs what follows it in the pod's network.
    pub(crate) fn command(&self) -> Result<Command> {
        Ok(Command::from(inside(self.process)?))
    }
}

/// Asks a process to end, and has it killed if it does not in time.
pub(crate) async fn stop(process: &mut Child, grace: Duration) -> Result<ExitStatus> {
    let id = process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(id) = id {
        kill_process(id, Signal::TERM)?;
    }
    match timeout(grace, process.wait()).await {
        Ok(status) => Ok(status?),
        Err(_) => {
            process.start_kill()?;
            Ok(process.wait().await?)
        }
    }
}

fn inside(process: u32) -> Result<std::process::Command> {
    let program = tools::find("nsenter").context("`nsenter` is absent")?;
    let mut command = std::process::Command::new(program);
    command.arg(format!("--net=/proc/{process}/ns/net")).arg("--");
    Ok(command)
}

/// How a process ended, as a container's status has it.
pub(crate) fn end(status: ExitStatus) -> End {
    End::Exit(status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)))
}
