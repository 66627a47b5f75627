//! The first process of the lab's namespaces: when it ends, the kernel ends all others.

use std::io::Read;
use std::net::TcpListener;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::ClusterRole;
use kube::api::Api;
use kube::runtime::wait::await_condition;
use serde::{Deserialize, Serialize};

use crate::client::{Reach, User, connect};
use crate::control_plane::ControlPlane;
use crate::crds::Definitions;
use crate::kubelet::Kubelet;
use crate::place::Place;
use crate::programs::Programs;
use crate::table::Table;
use crate::{address, door, pki, tools};

/// What the first process is told, as JSON in its only argument.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Orders {
    /// The lab's directory.
    pub place: PathBuf,
    /// Where the programs are.
    pub programs: PathBuf,
    /// Whether the lab lives for as long as standard input is open.
    pub owned: bool,
    /// The file with the table of nodes; without it, the usual nodes.
    pub table: Option<PathBuf>,
    /// What etcd is to begin with: its data with all definitions served.
    pub template: PathBuf,
    /// Whether the lab is to make that data and end.
    pub make_template: bool,
}

/// What the lab says when it is ready.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The release of Kubernetes.
    pub(crate) release: String,
    /// The API server's address outside.
    pub(crate) server: String,
    /// How many milliseconds after the start each step was done, in order.
    pub(crate) steps: Vec<(String, u128)>,
    /// How many definitions are served.
    pub(crate) definitions: usize,
    /// The nodes' names.
    pub(crate) nodes: Vec<String>,
}

/// Runs the lab until it is killed, until its owner is gone, or until one of its programs ends.
///
/// Standard input is what the owner holds open; standard output is the listening socket of the
/// door; standard error is the log.
///
/// # Errors
///
/// If the lab cannot be started, or one of its programs ended.
pub fn run_inside(orders: Orders) -> Result<()> {
    let place = Place::at(orders.place);
    let Some(_lock) = place.lock()? else {
        bail!("a lab lives in {} already", place.path().display());
    };
    let door = TcpListener::from(std::io::stdout().as_fd().try_clone_to_owned()?);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (gone, owner_is_gone) = tokio::sync::oneshot::channel();
    if orders.owned {
        std::thread::spawn(move || {
            let mut byte = [0];
            while !matches!(std::io::stdin().read(&mut byte), Ok(0) | Err(_)) {}
            let _unless_already_over = gone.send(());
        });
    } else {
        std::mem::forget(gone);
    }
    let table = match &orders.table {
        Some(file) => Table::read(file)?,
        None => Table::usual(),
    };
    let ended = runtime.block_on(async {
        let plane = ControlPlane::new(place.clone(), Programs::at(orders.programs));
        let lab = async {
            if orders.make_template {
                make_template(&place, plane, &orders.template).await
            } else {
                start_and_watch(&place, plane, door, table, &orders.template).await
            }
        };
        tokio::select! {
            ended = lab => ended,
            _ = owner_is_gone => clean(&place),
        }
    });
    runtime.shutdown_background();
    ended
}

/// Nobody is left who would do it.
fn clean(place: &Place) -> Result<()> {
    if std::env::var_os("PLIMSOLL_LAB_KEEP").is_none() {
        place.remove()?;
    }
    Ok(())
}

/// Has an API server learn all definitions once, which costs it more than all else together, and
/// keeps what etcd then holds.
async fn make_template(place: &Place, mut plane: ControlPlane, template: &Path) -> Result<()> {
    connect_network()?;
    pki::write(place, &pki::Outside { server: address::API_SERVER_URL.to_owned() })?;
    plane.start_storage_and_api()?;
    let definitions = Definitions::cached()?.context("the definitions are not prepared")?;
    let client = connect(place, User::Admin, Reach::Inside).await?;
    plane.api_ready(&client).await?;
    definitions.apply(client).await?;
    plane.end().await?;
    std::fs::rename(place.file("etcd"), template).context("cannot keep what etcd holds")
}

async fn start_and_watch(
    place: &Place,
    mut plane: ControlPlane,
    door: TcpListener,
    table: Table,
    template: &Path,
) -> Result<()> {
    let mut steps = Steps::new();
    door.set_nonblocking(true)?;
    let server = format!("https://{}", door.local_addr().context("no door was handed in")?);
    connect_network()?;
    pki::write(place, &pki::Outside { server: server.clone() })?;
    copy(template, &place.file("etcd")).context("cannot copy what etcd begins with")?;
    steps.done("keys and data");

    plane.start_storage_and_api()?;
    let client = connect(place, User::Admin, Reach::Inside).await?;
    plane.api_ready(&client).await?;
    steps.done("API server");
    plane.start_controllers()?;
    tokio::spawn(door::keep(tokio::net::TcpListener::from_std(door)?));

    let nodes: Vec<String> = table.nodes.iter().map(|row| row.name.clone()).collect();
    let kubelet = Kubelet::new(client.clone(), table, place.clone());
    let (definitions, ()) = tokio::try_join!(Definitions::served(&client), kubelet.register())?;
    steps.done("definitions and nodes");
    tokio::spawn(kubelet.run());
    plane.scheduler_listens().await?;
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), "default");
    await_condition(accounts, "default", |account: Option<&ServiceAccount>| account.is_some())
        .await
        .context("kube-controller-manager makes no service account")?;
    // A controller gathers its rules from other roles; until then it allows nothing.
    let has_rules = |role: Option<&ClusterRole>| {
        role.is_some_and(|role| role.rules.as_ref().is_some_and(|rules| !rules.is_empty()))
    };
    await_condition(Api::all(client), "view", has_rules)
        .await
        .context("kube-controller-manager gives the role view no rules")?;
    steps.done("controllers");
    let release = crate::programs::release().to_owned();
    place.write("state.json", &State { release, server, steps: steps.0, definitions, nodes })?;
    Err(plane.first_to_end().await)
}

/// Loopback, and the bridge that gives the API server an address to advertise. There is no route to
/// anywhere else.
fn connect_network() -> Result<()> {
    let (bridge, network) = address::BRIDGE;
    tools::ip(&[
        "link set lo up".to_owned(),
        format!("link add {bridge} type bridge"),
        format!("addr add {network} dev {bridge}"),
        format!("link set {bridge} up"),
    ])
}

/// Copies a directory of files and directories.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

struct Steps(Vec<(String, u128)>, Instant);

impl Steps {
    fn new() -> Self {
        Self(Vec::new(), Instant::now())
    }

    fn done(&mut self, what: &str) {
        self.0.push((what.to_owned(), self.1.elapsed().as_millis()));
    }
}
