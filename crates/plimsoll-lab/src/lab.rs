//! A lab from outside: started, used, and ended.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use k8s_openapi::api::core::v1::{Namespace as NamespaceObject, ServiceAccount};
use kube::Client;
use kube::api::{Api, DeleteParams, PostParams};
use kube::runtime::wait::await_condition;
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::client::{Reach, User, connect, kubeconfig};
use crate::crds::Definitions;
use crate::dry_run::{self, Refusal};
use crate::go::Go;
use crate::inside::{Orders, State};
use crate::place::Place;
use crate::programs::{Programs, cache, fingerprint};
use crate::{crds, tools};

/// How long a lab may take to be ready, or to be gone.
const PATIENCE: Duration = Duration::from_secs(120);

/// A lab that is ready.
///
/// One that was started for this value dies with it, and with this process in any case.
pub struct Lab {
    place: Place,
    state: State,
    runtime: Runtime,
    clients: Vec<(User, Client)>,
    owned: Option<Child>,
}

/// A namespace of the cluster, for one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace(String);

impl Namespace {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// What is known of the lab of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// None lives there.
    Down,
    /// One lives there and is not ready yet.
    Starting,
    /// One is ready: the release of Kubernetes, the API server's address, the nodes' names.
    Up {
        /// The release of Kubernetes.
        release: String,
        /// The API server's address outside.
        server: String,
        /// The nodes' names.
        nodes: Vec<String>,
        /// How many milliseconds after the start each step was done.
        steps: Vec<(String, u128)>,
    },
}

/// The process that holds a lab's namespaces, and when it started, so that another process that was
/// given the same number later is not taken for it.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    process: u32,
    started: String,
}

impl Lab {
    /// Why tests cannot have a lab here, with what to do about it; nothing if they can.
    ///
    /// With `PLIMSOLL_LAB=1` in the environment what is not built is no reason: it gets built.
    #[must_use]
    pub fn why_not() -> Option<String> {
        if let Some(missing) = tools::missing() {
            return Some(missing);
        }
        if Programs::cached().is_some() && template().is_dir() {
            return None;
        }
        if std::env::var_os("PLIMSOLL_LAB").is_none_or(|value| value == "0") {
            return Some(
                "Kubernetes is not built; `cargo run -p plimsoll-lab -- build` builds it (about ten \
                 minutes, once), or set PLIMSOLL_LAB=1"
                    .to_owned(),
            );
        }
        Go::find().is_none().then(|| "Kubernetes is not built, and Go is absent".to_owned())
    }

    /// The lab of the usual place if one is up, else a new one that dies with this value.
    ///
    /// # Errors
    ///
    /// If [`why_not`](Self::why_not) has a reason, or the lab cannot be started.
    pub fn obtain() -> Result<Self> {
        let usual = Place::usual();
        if matches!(Self::status(&usual)?, Status::Up { .. }) {
            return Self::attach(&usual);
        }
        if let Some(reason) = Self::why_not() {
            bail!("no lab: {reason}");
        }
        Self::prepare()?;
        Self::start(&Place::own(), None)
    }

    /// Builds and downloads what a lab needs, unless it is there; answers how long building took if
    /// anything was built.
    ///
    /// # Errors
    ///
    /// If Go is absent, or building or downloading fails.
    pub fn prepare() -> Result<Option<Duration>> {
        fs::create_dir_all(cache())?;
        let (_, took) = Programs::build(&cache().join("build.log"))?;
        Definitions::prepare()?;
        if !template().is_dir() {
            let place = Place::own();
            let mut child = launch(&place, None, Purpose::Template)?;
            // Waiting would close it, and the child would take that for the end of this process.
            let held = child.stdin.take();
            let status = child.wait()?;
            drop(held);
            if !template().is_dir() {
                let log = place.file("logs").join("lab.log");
                let said = fs::read_to_string(log).unwrap_or_default();
                bail!("no template was made ({status}): {}", said.trim());
            }
            place.remove()?;
        }
        Ok(took)
    }

    /// Starts a lab that dies with the value that is answered.
    ///
    /// # Errors
    ///
    /// If a lab lives at the place, or the new one does not get ready.
    pub fn start(place: &Place, table: Option<&Path>) -> Result<Self> {
        let child = launch(place, table, Purpose::Owned)?;
        Self::attached(place, Some(child))
    }

    /// Starts a lab that lives until [`down`](Self::down); does nothing if one lives at the place.
    ///
    /// # Errors
    ///
    /// If the lab does not get ready.
    pub fn up(place: &Place, table: Option<&Path>) -> Result<Status> {
        if !place.taken()? {
            let mut child = launch(place, table, Purpose::Detached)?;
            wait_ready(place, Some(&mut child))?;
        }
        wait_ready(place, None)?;
        Self::status(place)
    }

    /// Ends the lab of a place, if one lives there; its logs stay.
    ///
    /// # Errors
    ///
    /// If it cannot be ended.
    pub fn down(place: &Place) -> Result<bool> {
        if !place.taken()? {
            return Ok(false);
        }
        let holder = holder(place)?.context("the lab was started in a way that is not known")?;
        kill(holder)?;
        let deadline = Instant::now() + PATIENCE;
        while place.taken()? {
            if Instant::now() > deadline {
                bail!("the lab still lives after it was killed");
            }
            sleep(Duration::from_millis(20));
        }
        place.clear()?;
        Ok(true)
    }

    /// What is known of the lab of a place.
    ///
    /// # Errors
    ///
    /// If what the lab wrote cannot be read.
    pub fn status(place: &Place) -> Result<Status> {
        if !place.taken()? {
            return Ok(Status::Down);
        }
        Ok(match place.read::<State>("state.json")? {
            None => Status::Starting,
            Some(State { release, server, nodes, steps, .. }) => {
                Status::Up { release, server, nodes, steps }
            }
        })
    }

    /// Uses a lab that another process started.
    ///
    /// # Errors
    ///
    /// If none gets ready there.
    pub fn attach(place: &Place) -> Result<Self> {
        Self::attached(place, None)
    }

    fn attached(place: &Place, mut owned: Option<Child>) -> Result<Self> {
        let state = wait_ready(place, owned.as_mut())?;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let clients = runtime.block_on(async {
            let mut clients = Vec::new();
            for user in User::ALL {
                clients.push((*user, connect(place, *user, Reach::Outside).await?));
            }
            anyhow::Ok(clients)
        })?;
        Ok(Self { place: place.clone(), state, runtime, clients, owned })
    }

    /// Runs a future to its end.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// A client that speaks as a user, to be used within [`block_on`](Self::block_on).
    ///
    /// # Panics
    ///
    /// Never: there is a client for every user.
    #[must_use]
    pub fn client(&self, user: User) -> Client {
        let found = self.clients.iter().find(|(of, _)| *of == user);
        found.expect("every user has a client").1.clone()
    }

    /// The file with which kubectl, helm, or anything else speaks to the lab as a user.
    #[must_use]
    pub fn kubeconfig(&self, user: User) -> PathBuf {
        kubeconfig(&self.place, user, Reach::Outside)
    }

    /// The release of Kubernetes.
    #[must_use]
    pub fn release(&self) -> &str {
        &self.state.release
    }

    /// Makes a new namespace; its name begins with `prefix`. It is ready for pods.
    ///
    /// # Errors
    ///
    /// If the API server refuses it.
    pub async fn namespace(&self, prefix: &str) -> Result<Namespace> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{prefix}-{}-{count}", std::process::id());
        let client = self.client(User::Admin);
        let object: NamespaceObject = serde_json::from_value(json!({"metadata": {"name": name}}))?;
        Api::all(client.clone()).create(&PostParams::default(), &object).await?;
        let accounts: Api<ServiceAccount> = Api::namespaced(client, &name);
        await_condition(accounts, "default", |account: Option<&ServiceAccount>| account.is_some())
            .await?;
        Ok(Namespace(name))
    }

    /// Has a namespace deleted with all that is in it, without waiting for that.
    ///
    /// # Errors
    ///
    /// If the API server refuses it.
    pub async fn remove(&self, namespace: &Namespace) -> Result<()> {
        let namespaces: Api<NamespaceObject> = Api::all(self.client(User::Admin));
        namespaces.delete(&namespace.0, &DeleteParams::default()).await?;
        Ok(())
    }

    /// What the API server refuses of some manifests, asked strictly (an unknown field is an error)
    /// and without keeping any; objects that name no namespace are taken for the one that is given.
    ///
    /// # Errors
    ///
    /// If the manifests are no YAML.
    pub async fn dry_run(&self, manifests: &str, namespace: &Namespace) -> Result<Vec<Refusal>> {
        dry_run::dry_run(&self.client(User::Admin), manifests, &namespace.0).await
    }

    /// Has the API server keep every object of some manifests, in their order.
    ///
    /// # Errors
    ///
    /// If the manifests are no YAML, or the API server refuses one; the others are kept.
    pub async fn apply(&self, manifests: &str, namespace: &Namespace) -> Result<()> {
        dry_run::none(dry_run::apply(&self.client(User::Admin), manifests, &namespace.0).await?)
    }

    /// A command that runs what follows it within the lab's network.
    ///
    /// # Errors
    ///
    /// If the lab is gone.
    pub fn command(place: &Place) -> Result<Command> {
        if !place.taken()? {
            bail!("no lab lives in {}", place.path().display());
        }
        let holder = holder(place)?.context("the lab was started in a way that is not known")?;
        tools::nsenter(holder.process)
    }

    /// Where this lab is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Some(child) = &mut self.owned {
            // The kernel ends all others with it. Whether it was dead already does not matter.
            let _dead_already = child.kill();
            let _reaped = child.wait();
            if std::env::var_os("PLIMSOLL_LAB_KEEP").is_none() {
                let _left_behind = self.place.remove();
            }
        }
    }
}

/// What a lab is started for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To die with its starter.
    Owned,
    /// To outlive it.
    Detached,
    /// To make the template, and end.
    Template,
}

/// Where the data is kept with which etcd begins.
fn template() -> PathBuf {
    let programs = Programs::key();
    cache().join(format!("template-{}", fingerprint([&*programs, &*crds::key()])))
}

/// Starts the first process of a lab.
fn launch(place: &Place, table: Option<&Path>, purpose: Purpose) -> Result<Child> {
    let owned = purpose != Purpose::Detached;
    if let Some(missing) = tools::missing() {
        bail!("{missing}");
    }
    let programs = Programs::cached().context("Kubernetes is not built; `plimsoll-lab build`")?;
    if place.taken()? {
        bail!("a lab lives in {} already", place.path().display());
    }
    place.prepare()?;
    let table = table.map(fs::canonicalize).transpose().context("cannot find the table")?;
    let orders = Orders {
        place: place.path().to_owned(),
        programs: programs.directory().to_owned(),
        owned,
        table,
        template: template(),
        make_template: purpose == Purpose::Template,
    };
    let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let mut command = tools::unshare()?;
    command
        .arg(own_program()?)
        .arg("inside")
        .arg(serde_json::to_string(&orders)?)
        .stdin(if owned { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::from(OwnedFd::from(door)))
        .stderr(File::create(place.file("logs").join("lab.log"))?);
    if !owned {
        // A lab that outlives its starter is not to be interrupted with it.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    let child = command.spawn().context("cannot run unshare")?;
    let started = started(child.id()).context("unshare ended at once")?;
    place.write("owner.json", &Holder { process: child.id(), started })?;
    Ok(child)
}

/// The `plimsoll-lab` program: this one, one that is named, or the one that was built beside the
/// test which asks.
fn own_program() -> Result<PathBuf> {
    const NAME: &str = "plimsoll-lab";
    if let Some(program) = std::env::var_os("PLIMSOLL_LAB_PROGRAM") {
        return Ok(program.into());
    }
    let this = std::env::current_exe()?;
    if this.file_name().is_some_and(|name| name == NAME) {
        return Ok(this);
    }
    this.ancestors()
        .skip(1)
        .take(2)
        .map(|directory| directory.join(NAME))
        .find(|file| file.is_file())
        .context("`plimsoll-lab` is not built; `cargo build -p plimsoll-lab` does it")
}

fn wait_ready(place: &Place, mut child: Option<&mut Child>) -> Result<State> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(state) = place.read::<State>("state.json")? {
            return Ok(state);
        }
        let ended = match &mut child {
            Some(child) => child.try_wait()?.is_some(),
            None => !place.taken()?,
        };
        let late = Instant::now() > deadline;
        if ended || late {
            let log = place.file("logs").join("lab.log");
            let said = fs::read_to_string(&log).unwrap_or_default();
            let what = if ended { "ended before it was ready" } else { "is not ready yet" };
            bail!("the lab {what}; {} says: {}", log.display(), said.trim());
        }
        sleep(Duration::from_millis(25));
    }
}

fn holder(place: &Place) -> Result<Option<Holder>> {
    let holder = place.read::<Holder>("owner.json")?;
    Ok(holder.filter(|holder| started(holder.process).as_ref() == Some(&holder.started)))
}

fn kill(holder: Holder) -> Result<()> {
    let process = i32::try_from(holder.process).ok().and_then(Pid::from_raw);
    let process = process.context("the lab's record holds no process")?;
    kill_process(process, Signal::KILL).context("cannot kill the lab")
}

/// When a process started, in ticks since the machine did.
///
/// Source: proc_pid_stat(5), field 22; the second field is in parentheses and may hold anything.
fn started(process: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(19).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_a_start_and_a_dead_one_none() {
        assert!(started(std::process::id()).is_some_and(|ticks| ticks.parse::<u64>().is_ok()));
        assert_eq!(started(u32::MAX), None);
    }

    #[test]
    fn nothing_lives_in_a_place_that_is_not_there() {
        let place = Place::at("/nonexistent/lab");
        assert_eq!(Lab::status(&place).unwrap(), Status::Down);
        assert!(!Lab::down(&place).unwrap());
    }
}
