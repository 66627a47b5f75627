//! Containers with a real process, and their probes.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use k8s_openapi::api::core::v1::{Container, Probe};
use tokio::time::sleep;

use super::behaviour::End;
use super::environment;
use super::needs::pod_name;
use super::pods::{Life, part};
use super::probe::{self, Rhythm};
use super::process::{self, Sandbox};
use super::report;

impl Life {
    /// Starts a real process for a container and stays until it ends, or a probe has it ended.
    pub(super) async fn once_really(&self, container: &Container, command: &str) -> Result<End> {
        self.prepare(container).await?;
        let address = self.address.to_string();
        let environment = environment::read(&self.client, &self.pod, container, &address).await?;
        let network = self.network().await?;
        let name = format!("{}.{}.log", pod_name(&self.pod), container.name);
        let log = self.place.file("logs").join(name);
        let directory = self.place.file("pods").join(pod_name(&self.pod));
        std::fs::create_dir_all(&directory)?;
        let mut process = network.start(command, &environment, &directory, &log)?;
        let started = report::now();
        self.begun(container, false).await?;
        let end = tokio::select! {
            status = process.wait() => process::end(status?),
            why = self.unhealthy(container, &network) => {
                let name = &container.name;
                let message = format!("Container {name} failed {} probe, will be restarted", why?);
                self.events.normal(&part(container), "Killing", &message).await;
                process::end(process::stop(&mut process, self.grace()).await?)
            }
        };
        self.ended(container, end, &started).await?;
        Ok(end)
    }

    /// The pod's own network, which is made for the first container that wants it.
    async fn network(&self) -> Result<Arc<Sandbox>> {
        let mut network = self.network.lock().await;
        if let Some(made) = network.as_ref() {
            return Ok(made.clone());
        }
        let made = Arc::new(tokio::task::block_in_place(|| Sandbox::new(self.address))?);
        *network = Some(made.clone());
        Ok(made)
    }

    fn grace(&self) -> Duration {
        let spec = self.pod.spec.as_ref();
        let seconds = spec.and_then(|spec| spec.termination_grace_period_seconds);
        Duration::from_secs(seconds.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(30))
    }

    /// Runs a container's probes until one of them wants it ended: which.
    async fn unhealthy(&self, container: &Container, network: &Sandbox) -> Result<&'static str> {
        if let Some(probe) = &container.startup_probe
            && !self.starts(container, probe, network).await?
        {
            return Ok("startup");
        }
        self.report.container(&container.name, |known| known.started = true).await?;
        tokio::select! {
            ended = self.watch_liveness(container, network) => ended.map(|()| "liveness"),
            failed = self.watch_readiness(container, network) => failed.map(|()| "readiness"),
        }
    }

    async fn starts(
        &self,
        container: &Container,
        probe: &Probe,
        network: &Sandbox,
    ) -> Result<bool> {
        let rhythm = Rhythm::of(probe);
        sleep(rhythm.delay).await;
        for _ in 0..rhythm.failures {
            if self.ask("Startup", container, probe, network).await {
                return Ok(true);
            }
            sleep(rhythm.period).await;
        }
        Ok(false)
    }

    /// Ends when the container is to be ended.
    async fn watch_liveness(&self, container: &Container, network: &Sandbox) -> Result<()> {
        let Some(probe) = &container.liveness_probe else { return std::future::pending().await };
        let rhythm = Rhythm::of(probe);
        sleep(rhythm.delay).await;
        let mut failures = 0;
        while failures < rhythm.failures {
            let alive = self.ask("Liveness", container, probe, network).await;
            failures = if alive { 0 } else { failures + 1 };
            if failures < rhythm.failures {
                sleep(rhythm.period).await;
            }
        }
        Ok(())
    }

    /// Says whether the container is ready whenever that changes; ends only if that cannot be said.
    async fn watch_readiness(&self, container: &Container, network: &Sandbox) -> Result<()> {
        let set = |ready| self.report.container(&container.name, move |known| known.ready = ready);
        let Some(probe) = &container.readiness_probe else {
            set(true).await?;
            return std::future::pending().await;
        };
        let rhythm = Rhythm::of(probe);
        sleep(rhythm.delay).await;
        let (mut ready, mut in_a_row) = (false, 0);
        loop {
            let passes = self.ask("Readiness", container, probe, network).await;
            in_a_row = if passes == ready { 0 } else { in_a_row + 1 };
            let enough = if passes { rhythm.successes } else { rhythm.failures };
            if in_a_row >= enough {
                (ready, in_a_row) = (passes, 0);
                set(ready).await?;
            }
            sleep(rhythm.period).await;
        }
    }

    async fn ask(
        &self,
        kind: &str,
        container: &Container,
        probe: &Probe,
        network: &Sandbox,
    ) -> bool {
        match probe::ask(probe, container, self.address, network).await {
            Ok(()) => true,
            Err(why) => {
                let message = format!("{kind} probe failed: {why}");
                self.events.warning(&part(container), "Unhealthy", &message).await;
                false
            }
        }
    }
}
