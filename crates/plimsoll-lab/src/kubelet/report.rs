//! A pod's status: what is known of its containers, and the words in which it is told.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use anyhow::Result;
use k8s_openapi::api::core::v1::{Container, Pod};
use k8s_openapi::jiff::Timestamp;
use kube::api::{Api, Patch, PatchParams};
use kube::{Client, ResourceExt};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::needs::is_sidecar;

/// What a container does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Now {
    /// It waits: reason and sentence.
    Waiting(&'static str, String),
    /// It runs, since when.
    Running(String),
    /// It ended: code, reason, since when it had run, and when it ended.
    Ended { code: i32, reason: &'static str, started: String, finished: String },
}

/// What is known of one container.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) now: Now,
    pub(crate) before: Option<Now>,
    pub(crate) restarts: u32,
    pub(crate) ready: bool,
    /// Its startup probe has passed, or it has none.
    pub(crate) started: bool,
}

impl Known {
    fn new() -> Self {
        let now = Now::Waiting("PodInitializing", String::new());
        Self { now, before: None, restarts: 0, ready: false, started: false }
    }
}

/// The status of one pod.
pub(crate) struct Report {
    api: Api<Pod>,
    pod: Pod,
    node_address: Ipv4Addr,
    facts: Mutex<Facts>,
}

struct Facts {
    address: Option<Ipv4Addr>,
    /// Volumes are mounted and the address is there.
    sandbox: bool,
    initialized: bool,
    containers: BTreeMap<String, Known>,
    /// When each condition last changed, and what it then was.
    conditions: BTreeMap<&'static str, (bool, String)>,
    started: String,
}

impl Report {
    pub(crate) fn new(client: Client, pod: Pod, node_address: Ipv4Addr) -> Self {
        let api = Api::namespaced(client, &pod.namespace().unwrap_or_default());
        let containers =
            init(&pod).chain(main(&pod)).map(|one| (one.name.clone(), Known::new())).collect();
        let facts = Mutex::new(Facts {
            address: None,
            sandbox: false,
            initialized: init(&pod).next().is_none(),
            containers,
            conditions: BTreeMap::new(),
            started: now(),
        });
        Self { api, pod, node_address, facts }
    }

    /// Changes what is known of a container, and tells it.
    pub(crate) async fn container(
        &self,
        name: &str,
        change: impl FnOnce(&mut Known),
    ) -> Result<()> {
        let mut facts = self.facts.lock().await;
        if let Some(known) = facts.containers.get_mut(name) {
            change(known);
        }
        self.tell(&mut facts).await
    }

    /// The pod has its volumes and its address.
    pub(crate) async fn sandbox(&self, address: Ipv4Addr) -> Result<()> {
        let mut facts = self.facts.lock().await;
        facts.address = Some(address);
        facts.sandbox = true;
        self.tell(&mut facts).await
    }

    /// The pod's containers wait for the same thing.
    pub(crate) async fn all_wait(&self, reason: &'static str) -> Result<()> {
        let mut facts = self.facts.lock().await;
        for known in facts.containers.values_mut() {
            known.now = Now::Waiting(reason, String::new());
        }
        self.tell(&mut facts).await
    }

    /// All init containers have done their part.
    pub(crate) async fn initialized(&self) -> Result<()> {
        let mut facts = self.facts.lock().await;
        facts.initialized = true;
        self.tell(&mut facts).await
    }

    /// Tells the status; the lock on the facts keeps two from crossing.
    async fn tell(&self, facts: &mut Facts) -> Result<()> {
        let status = self.status(facts);
        let params = PatchParams::default();
        let patch = Patch::Strategic(json!({"status": status}));
        match self.api.patch_status(&self.pod.name_any(), &params, &patch).await {
            // The pod is gone: nobody is left to be told.
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
            told => Ok(told.map(|_| ())?),
        }
    }

    fn status(&self, facts: &mut Facts) -> Value {
        let phase = phase(&self.pod, facts);
        let ended = matches!(phase, "Succeeded" | "Failed");
        let unready: Vec<&str> = main(&self.pod)
            .chain(init(&self.pod).filter(|one| is_sidecar(one)))
            .filter(|one| facts.containers.get(&one.name).is_none_or(|known| !known.ready))
            .map(|one| one.name.as_str())
            .collect();
        let ready = unready.is_empty() && !ended;
        let why = match phase {
            "Succeeded" => json!({"reason": "PodCompleted"}),
            "Failed" => json!({"reason": "PodFailed"}),
            _ => json!({
                "reason": "ContainersNotReady",
                "message": format!("containers with unready status: [{}]", unready.join(" ")),
            }),
        };
        let conditions = [
            ("PodReadyToStartContainers", facts.sandbox && !ended),
            ("Initialized", facts.initialized),
            ("ContainersReady", ready),
            ("Ready", ready),
        ];
        let conditions: Vec<Value> = conditions
            .into_iter()
            .map(|(kind, holds)| {
                let changed = facts.conditions.entry(kind).or_insert_with(|| (holds, now()));
                if changed.0 != holds {
                    *changed = (holds, now());
                }
                let mut condition = json!({
                    "type": kind, "status": if holds { "True" } else { "False" },
                    "lastTransitionTime": changed.1, "reason": null, "message": null,
                });
                if !holds && kind.ends_with("Ready") {
                    condition["reason"] = why["reason"].clone();
                    condition["message"] = why["message"].clone();
                }
                condition
            })
            .collect();
        let mut status = json!({
            "phase": phase,
            "conditions": conditions,
            "hostIP": self.node_address.to_string(),
            "hostIPs": [{"ip": self.node_address.to_string()}],
            "startTime": facts.started,
            "containerStatuses": main(&self.pod).map(|one| told(one, facts)).collect::<Vec<_>>(),
            "initContainerStatuses": init(&self.pod).map(|one| told(one, facts)).collect::<Vec<_>>(),
        });
        if let Some(address) = facts.address {
            status["podIP"] = json!(address.to_string());
            status["podIPs"] = json!([{"ip": address.to_string()}]);
        }
        status
    }
}

/// The pod's init containers, native sidecars among them.
pub(crate) fn init(pod: &Pod) -> impl Iterator<Item = &Container> {
    pod.spec.iter().flat_map(|spec| spec.init_containers.iter().flatten())
}

/// The pod's own containers.
pub(crate) fn main(pod: &Pod) -> impl Iterator<Item = &Container> {
    pod.spec.iter().flat_map(|spec| &spec.containers)
}

/// Now, as a status tells it.
pub(crate) fn now() -> String {
    format!("{:.0}", Timestamp::now())
}

/// Source: getPhase in kubernetes v1.36.4, pkg/kubelet/kubelet_pods.go; a container that will be
/// started anew counts as running.
fn phase(pod: &Pod, facts: &Facts) -> &'static str {
    let policy = pod.spec.as_ref().and_then(|spec| spec.restart_policy.as_deref());
    let known = |one: &Container| facts.containers.get(&one.name);
    let over = |one: &Container| match known(one).map(|known| &known.now) {
        Some(Now::Ended { code, .. }) => match policy {
            Some("Never") => true,
            Some("OnFailure") => *code == 0,
            _ => false,
        },
        _ => false,
    };
    let bad = |one: &Container| matches!(known(one).map(|known| &known.now), Some(Now::Ended { code, .. }) if *code != 0);
    if init(pod).any(|one| !is_sidecar(one) && over(one) && bad(one)) {
        return "Failed";
    }
    if !facts.initialized {
        return "Pending";
    }
    if main(pod).all(over) {
        return if main(pod).any(bad) { "Failed" } else { "Succeeded" };
    }
    let begun = |one: &Container| {
        known(one)
            .is_some_and(|known| known.before.is_some() || !matches!(known.now, Now::Waiting(..)))
    };
    if main(pod).all(begun) { "Running" } else { "Pending" }
}

fn told(container: &Container, facts: &Facts) -> Value {
    let image = container.image.clone().unwrap_or_default();
    let Some(known) = facts.containers.get(&container.name) else { return Value::Null };
    let running = matches!(known.now, Now::Running(_));
    let mut status = json!({
        "name": container.name,
        "image": image,
        "imageID": if running { format!("lab://{image}") } else { String::new() },
        "ready": known.ready,
        "started": known.started,
        "restartCount": known.restarts,
        "state": state(&known.now),
    });
    if let Some(before) = &known.before {
        status["lastState"] = state(before);
    }
    status
}

fn state(now: &Now) -> Value {
    match now {
        Now::Waiting(reason, message) if message.is_empty() => {
            json!({"waiting": {"reason": reason}})
        }
        Now::Waiting(reason, message) => json!({"waiting": {"reason": reason, "message": message}}),
        Now::Running(since) => json!({"running": {"startedAt": since}}),
        Now::Ended { code, reason, started, finished } => json!({"terminated": {
            "exitCode": code, "reason": reason, "startedAt": started, "finishedAt": finished,
        }}),
    }
}
