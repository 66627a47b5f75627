//! The four programs, how they are started, and how it is known that they are ready.

use std::fs::File;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use kube::Client;
use kube::api::GetParams;
use rustix::process::{Pid, Signal, kill_process};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout_at};

use crate::address;
use crate::client::{Reach, User, kubeconfig};
use crate::place::Place;
use crate::programs::Programs;

/// How long one of the programs may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);

/// The programs that run; they are killed when this is dropped.
pub(crate) struct ControlPlane {
    place: Place,
    programs: Programs,
    children: Vec<(&'static str, Child)>,
}

impl ControlPlane {
    pub(crate) fn new(place: Place, programs: Programs) -> Self {
        Self { place, programs, children: Vec::new() }
    }

    /// Starts etcd and the API server, which waits for it by itself.
    pub(crate) fn start_storage_and_api(&mut self) -> Result<()> {
        let etcd = [
            format!("--data-dir={}", self.place.file("etcd").display()),
            format!("--listen-client-urls={}", address::ETCD),
            format!("--listen-peer-urls={}", address::ETCD_PEERS),
        ];
        self.start("etcd", &etcd)?;
        let arguments = self.api_server();
        self.start("kube-apiserver", &arguments)
    }

    /// Starts those that need an API server that answers.
    pub(crate) fn start_controllers(&mut self) -> Result<()> {
        let mut manager = self.access(User::ControllerManager);
        let pki = self.place.file("pki");
        let file = |name: &str| pki.join(name).display().to_string();
        manager.extend([
            format!("--service-account-private-key-file={}", file("accounts.key")),
            format!("--root-ca-file={}", file("ca.crt")),
            format!("--cluster-signing-cert-file={}", file("ca.crt")),
            format!("--cluster-signing-key-file={}", file("ca.key")),
            "--use-service-account-credentials=true".to_owned(),
            "--node-monitor-grace-period=12s".to_owned(),
            "--node-monitor-period=2s".to_owned(),
            "--pvclaimbinder-sync-period=2s".to_owned(),
            "--horizontal-pod-autoscaler-sync-period=2s".to_owned(),
            "--horizontal-pod-autoscaler-cpu-initialization-period=1s".to_owned(),
            "--horizontal-pod-autoscaler-initial-readiness-delay=1s".to_owned(),
        ]);
        self.start("kube-controller-manager", &manager)?;
        let scheduler = self.access(User::Scheduler);
        self.start("kube-scheduler", &scheduler)
    }

    /// Waits until the API server says that it is ready.
    pub(crate) async fn api_ready(&mut self, client: &Client) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let mut pause = Duration::from_millis(20);
        loop {
            let question = kube::core::Request::new("").get("readyz", &GetParams::default())?;
            match timeout_at(deadline, client.request_text(question)).await {
                Ok(Ok(answer)) if answer == "ok" => return Ok(()),
                Err(_) => bail!("kube-apiserver was not ready after {PATIENCE:?}"),
                Ok(_) => {}
            }
            self.alive()?;
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(250));
        }
    }

    /// Waits until the scheduler listens.
    pub(crate) async fn scheduler_listens(&mut self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(address::SCHEDULER).await.is_err() {
            self.alive()?;
            if Instant::now() > deadline {
                bail!("kube-scheduler did not listen after {PATIENCE:?}");
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Ends the programs one after the other, the last started first, so that etcd closes its files
    /// when nobody writes any more.
    pub(crate) async fn end(&mut self) -> Result<()> {
        while let Some((name, mut child)) = self.children.pop() {
            let process = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
            let process = process.with_context(|| format!("{name} ended by itself"))?;
            kill_process(process, Signal::TERM).with_context(|| format!("cannot end {name}"))?;
            timeout_at(Instant::now() + PATIENCE, child.wait())
                .await
                .with_context(|| format!("{name} does not end"))??;
        }
        Ok(())
    }

    /// Returns when the first of the programs ends, which none should.
    pub(crate) async fn first_to_end(&mut self) -> anyhow::Error {
        loop {
            if let Err(error) = self.alive() {
                return error;
            }
            sleep(Duration::from_millis(250)).await;
        }
    }

    fn alive(&mut self) -> Result<()> {
        for (name, child) in &mut self.children {
            if let Some(status) = child.try_wait()? {
                let log = self.place.file("logs").join(format!("{name}.log"));
                bail!("{name} ended ({status}); {} says why", log.display());
            }
        }
        Ok(())
    }

    fn start(&mut self, name: &'static str, arguments: &[String]) -> Result<()> {
        let path = self.place.file("logs").join(format!("{name}.log"));
        let log = File::create(&path)?;
        let child = Command::new(self.programs.path(name))
            .args(arguments)
            .env_clear()
            .env("HOME", self.place.path())
            .current_dir(self.place.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        self.children.push((name, child));
        Ok(())
    }

    fn access(&self, user: User) -> Vec<String> {
        let file = kubeconfig(&self.place, user, Reach::Inside).display().to_string();
        let mut arguments: Vec<String> =
            ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"]
                .iter()
                .map(|flag| format!("--{flag}={file}"))
                .collect();
        arguments.push("--leader-elect=false".to_owned());
        arguments.push("--bind-address=127.0.0.1".to_owned());
        arguments
    }

    fn api_server(&self) -> Vec<String> {
        let pki = self.place.file("pki");
        let file = |name: &str| pki.join(name).display().to_string();
        let (host, port) = address::API_SERVER;
        vec![
            format!("--etcd-servers={}", address::ETCD),
            format!("--bind-address={host}"),
            format!("--secure-port={port}"),
            format!("--advertise-address={}", address::LAB),
            format!("--tls-cert-file={}", file("apiserver.crt")),
            format!("--tls-private-key-file={}", file("apiserver.key")),
            format!("--client-ca-file={}", file("ca.crt")),
            format!("--token-auth-file={}", file("tokens.csv")),
            "--authorization-mode=Node,RBAC".to_owned(),
            format!("--service-cluster-ip-range={}", address::SERVICES),
            format!("--service-account-issuer={}", address::API_SERVER_URL),
            format!("--service-account-key-file={}", file("accounts.pub")),
            format!("--service-account-signing-key-file={}", file("accounts.key")),
            format!("--requestheader-client-ca-file={}", file("ca.crt")),
            "--requestheader-allowed-names=front-proxy".to_owned(),
            "--requestheader-username-headers=X-Remote-User".to_owned(),
            "--requestheader-group-headers=X-Remote-Group".to_owned(),
            "--requestheader-extra-headers-prefix=X-Remote-Extra-".to_owned(),
            format!("--proxy-client-cert-file={}", file("front-proxy.crt")),
            format!("--proxy-client-key-file={}", file("front-proxy.key")),
            // Without a kube-proxy a service's own address leads nowhere; its endpoints may.
            "--enable-aggregator-routing=true".to_owned(),
            "--endpoint-reconciler-type=none".to_owned(),
            "--allow-privileged=true".to_owned(),
            "--profiling=false".to_owned(),
            "--event-ttl=1h".to_owned(),
        ]
    }
}
