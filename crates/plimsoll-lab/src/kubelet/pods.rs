//! The lives of pods on pretended nodes.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Result;
use futures_util::StreamExt;
use futures_util::future::try_join_all;
use k8s_openapi::api::core::v1::{Container, ObjectReference, Pod};
use kube::api::{Api, DeleteParams, Preconditions};
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher::{self, Event};
use kube::{Client, ResourceExt};
use tokio::sync::{Mutex, watch};
use tokio::time::sleep;

use super::behaviour::{Behaviour, End, Image, PREFIX};
use super::events::Events;
use super::needs::{Needs, is_sidecar, pod_name};
use super::process::Sandbox;
use super::report::{self, Known, Now, Report};
use crate::place::Place;
use crate::table::Table;
use crate::{address, log};

/// How long the kubelet waits before it tries the same again; a real one waits longer.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a container that ended waits before it is started anew: at first, and at most. A real
/// kubelet starts with ten seconds and ends with five minutes.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(8));

/// Follows all pods of the table's nodes for ever.
pub(crate) async fn follow(client: Client, table: &Table, place: Place) {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let nodes: HashMap<String, Ipv4Addr> = table
        .nodes
        .iter()
        .enumerate()
        .map(|(number, row)| (row.name.clone(), address::node(number)))
        .collect();
    let mut alive: HashMap<String, watch::Sender<Pod>> = HashMap::new();
    let pods: Api<Pod> = Api::all(client.clone());
    let stream = watcher::watcher(pods, watcher::Config::default()).default_backoff();
    let mut stream = std::pin::pin!(stream);
    while let Some(event) = stream.next().await {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                log::trouble("the watch of pods broke and is taken up again", error);
                continue;
            }
        };
        match event {
            Event::Apply(pod) | Event::InitApply(pod) => {
                let uid = pod.uid().unwrap_or_default();
                if let Some(life) = alive.get(&uid) {
                    life.send_replace(pod);
                    continue;
                }
                let node = pod.spec.as_ref().and_then(|spec| spec.node_name.clone());
                let Some((node, at)) = node.and_then(|name| nodes.get(&name).map(|at| (name, *at)))
                else {
                    continue;
                };
                let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
                if matches!(phase, Some("Succeeded" | "Failed"))
                    && pod.metadata.deletion_timestamp.is_none()
                {
                    continue;
                }
                let (sender, news) = watch::channel(pod.clone());
                alive.insert(uid, sender);
                let number = COUNT.fetch_add(1, Ordering::Relaxed);
                let life =
                    Life::new(client.clone(), pod, &node, at, address::pod(number), place.clone());
                tokio::spawn(Arc::new(life).live(news));
            }
            Event::Delete(pod) => {
                alive.remove(&pod.uid().unwrap_or_default());
            }
            Event::Init | Event::InitDone => {}
        }
    }
}

/// One pod on one node.
pub(super) struct Life {
    pub(super) client: Client,
    pub(super) pod: Pod,
    pub(super) address: Ipv4Addr,
    needs: Needs,
    pub(super) events: Events,
    pub(super) report: Report,
    pub(super) place: Place,
    pub(super) network: Mutex<Option<Arc<Sandbox>>>,
}

impl Life {
    fn new(
        client: Client,
        pod: Pod,
        node: &str,
        at: Ipv4Addr,
        address: Ipv4Addr,
        place: Place,
    ) -> Self {
        let about = ObjectReference {
            kind: Some("Pod".to_owned()),
            api_version: Some("v1".to_owned()),
            namespace: pod.namespace(),
            name: Some(pod.name_any()),
            uid: pod.uid(),
            ..ObjectReference::default()
        };
        Self {
            needs: Needs::new(client.clone(), &pod.namespace().unwrap_or_default()),
            events: Events::new(client.clone(), about, "kubelet", node),
            report: Report::new(client.clone(), pod.clone(), at),
            client,
            pod,
            address,
            place,
            network: Mutex::default(),
        }
    }

    /// Lives until the pod is deleted.
    async fn live(self: Arc<Self>, mut news: watch::Receiver<Pod>) {
        let doomed = news.wait_for(|pod| pod.metadata.deletion_timestamp.is_some());
        tokio::select! {
            _ = self.run_on() => {}
            _ = doomed => {}
        }
        // Closed is the channel of a pod that is gone already.
        if news.wait_for(|pod| pod.metadata.deletion_timestamp.is_some()).await.is_ok() {
            self.end().await;
        }
    }

    /// Runs the pod; what the API server cannot answer now is tried again from the start.
    async fn run_on(&self) {
        while let Err(error) = self.run().await {
            log::trouble(&pod_name(&self.pod), &error);
            self.events
                .warning("", "FailedSync", &format!("error determining status: {error}"))
                .await;
            sleep(PAUSE).await;
        }
    }

    async fn run(&self) -> Result<()> {
        self.mount().await?;
        self.report.sandbox(self.address).await?;
        let mut sidecars = Vec::new();
        for container in report::init(&self.pod) {
            if is_sidecar(container) {
                self.begin(container).await?;
                sidecars.push(container);
            } else if !self.until_done(container).await? {
                return Ok(());
            }
        }
        self.report.initialized().await?;
        let runs = report::main(&self.pod).map(|container| self.until_done(container));
        try_join_all(runs).await?;
        for container in sidecars {
            self.ended(container, End::Exit(0), &report::now()).await?;
        }
        Ok(())
    }

    async fn mount(&self) -> Result<()> {
        let mut told = false;
        while let Some(why) = self.needs.unmountable(&self.pod).await? {
            if !told {
                self.report.all_wait("ContainerCreating").await?;
                told = true;
            }
            self.events.warning("", "FailedMount", &why).await;
            sleep(PAUSE).await;
        }
        let absent = self.needs.absent_pull_secrets(&self.pod).await?;
        if !absent.is_empty() {
            let message = format!(
                "Unable to retrieve some image pull secrets ({}); attempting to pull the image may \
                 not succeed.",
                absent.join(", ")
            );
            self.events.warning("", "FailedToRetrieveImagePullSecret", &message).await;
        }
        Ok(())
    }

    /// Starts a container as often as its pod's policy wants, until it need not run any more; says
    /// whether it ended well.
    async fn until_done(&self, container: &Container) -> Result<bool> {
        let policy = self.pod.spec.as_ref().and_then(|spec| spec.restart_policy.as_deref());
        let is_init = report::init(&self.pod).any(|one| one.name == container.name);
        let mut pause = BACK_OFF.0;
        loop {
            let end = self.once(container).await?;
            match (policy, end.code()) {
                (Some("Never"), code) => return Ok(code == 0),
                (_, 0) if is_init => return Ok(true),
                (Some("OnFailure"), 0) => return Ok(true),
                _ => {}
            }
            self.back_off(container, pause).await?;
            pause = (pause * 2).min(BACK_OFF.1);
        }
    }

    /// Starts a container and stays until it ends.
    async fn once(&self, container: &Container) -> Result<End> {
        if let Some(command) =
            self.pod.annotations().get(&format!("{PREFIX}{}.process", container.name))
        {
            return self.once_really(container, command).await;
        }
        let behaviour = self.begin(container).await?;
        let started = report::now();
        let ready = async {
            match behaviour.ready {
                Some(time) if !time.is_zero() => {
                    sleep(time).await;
                    self.report.container(&container.name, |known| known.ready = true).await?;
                }
                _ => {}
            }
            std::future::pending::<Result<()>>().await
        };
        let end = async {
            match behaviour.end {
                Some((end, after)) => {
                    sleep(after).await;
                    end
                }
                None => std::future::pending().await,
            }
        };
        let end = tokio::select! {
            failed = ready => { failed?; return Ok(End::Exit(0)) }
            end = end => end,
        };
        self.ended(container, end, &started).await?;
        Ok(end)
    }

    /// Brings a container to run.
    async fn begin(&self, container: &Container) -> Result<Behaviour> {
        let behaviour = self.prepare(container).await?;
        self.begun(container, behaviour.ready == Some(Duration::ZERO)).await?;
        self.report.container(&container.name, |known| known.started = true).await?;
        Ok(behaviour)
    }

    /// Has everything that a container needs.
    pub(super) async fn prepare(&self, container: &Container) -> Result<Behaviour> {
        let behaviour = self.behaviour(container).await?;
        self.pull(container, behaviour.image).await?;
        while let Some(why) = self.needs.unset(container).await? {
            self.wait(container, "CreateContainerConfigError", &why).await?;
            self.events.warning(&part(container), "Failed", &format!("Error: {why}")).await;
            sleep(PAUSE).await;
        }
        Ok(behaviour)
    }

    pub(super) async fn begun(&self, container: &Container, ready: bool) -> Result<()> {
        let part = part(container);
        self.events.normal(&part, "Created", "Container created").await;
        self.events.normal(&part, "Started", "Container started").await;
        let begin = |known: &mut Known| {
            known.now = Now::Running(report::now());
            known.ready = ready;
        };
        self.report.container(&container.name, begin).await
    }

    async fn behaviour(&self, container: &Container) -> Result<Behaviour> {
        let init = report::init(&self.pod).any(|one| one.name == container.name);
        let policy = self.pod.spec.as_ref().and_then(|spec| spec.restart_policy.as_deref());
        let ends =
            !is_sidecar(container) && (init || matches!(policy, Some("Never" | "OnFailure")));
        let annotation = format!("{PREFIX}{}", container.name);
        let read = if is_sidecar(container)
            && self.pod.annotations().contains_key(&format!("{annotation}.process"))
        {
            Err("the lab runs no real process for a sidecar".to_owned())
        } else {
            let words = self.pod.annotations().get(&annotation);
            words.map_or(Ok(Behaviour::usual(ends)), |words| Behaviour::read(words, ends))
        };
        loop {
            match &read {
                Ok(behaviour) => return Ok(behaviour.clone()),
                Err(why) => {
                    self.wait(container, "CreateContainerError", why).await?;
                    self.events.warning(&part(container), "Failed", why).await;
                    sleep(PAUSE).await;
                }
            }
        }
    }

    /// Has the image, or tries for ever as a kubelet does.
    ///
    /// Source of the sentences: kubernetes v1.36.4, pkg/kubelet/images/image_manager.go, and
    /// containerd's for the registry's answers.
    async fn pull(&self, container: &Container, image: Image) -> Result<()> {
        let name = container.image.as_deref().unwrap_or_default();
        let part = part(container);
        let why = match image {
            Image::Present => {
                let message = format!("Container image {name:?} already present on machine");
                self.events.normal(&part, "Pulled", &message).await;
                return Ok(());
            }
            Image::Absent => format!(
                "rpc error: code = NotFound desc = failed to pull and unpack image {name:?}: failed to \
                 resolve reference {name:?}: {name}: not found"
            ),
            Image::Denied => format!(
                "failed to pull and unpack image {name:?}: failed to resolve reference {name:?}: \
                 unexpected status from HEAD request: 401 Unauthorized"
            ),
        };
        loop {
            self.events.normal(&part, "Pulling", &format!("Pulling image {name:?}")).await;
            self.wait(container, "ErrImagePull", &why).await?;
            let message = format!("Failed to pull image {name:?}: {why}");
            self.events.warning(&part, "Failed", &message).await;
            self.events.warning(&part, "Failed", "Error: ErrImagePull").await;
            sleep(PAUSE).await;
            let message = format!("Back-off pulling image {name:?}");
            self.wait(container, "ImagePullBackOff", &message).await?;
            self.events.normal(&part, "BackOff", &message).await;
            self.events.warning(&part, "Failed", "Error: ImagePullBackOff").await;
            sleep(BACK_OFF.1).await;
        }
    }

    async fn wait(&self, container: &Container, reason: &'static str, why: &str) -> Result<()> {
        let change = |known: &mut Known| known.now = Now::Waiting(reason, why.to_owned());
        self.report.container(&container.name, change).await
    }

    pub(super) async fn ended(&self, container: &Container, end: End, started: &str) -> Result<()> {
        let change = |known: &mut Known| {
            known.ready = false;
            known.started = false;
            known.now = Now::Ended {
                code: end.code(),
                reason: end.reason(),
                started: started.to_owned(),
                finished: report::now(),
            };
        };
        self.report.container(&container.name, change).await
    }

    async fn back_off(&self, container: &Container, pause: Duration) -> Result<()> {
        let pod = pod_name(&self.pod);
        let name = &container.name;
        let message = format!("back-off {pause:?} restarting failed container={name} pod={pod}");
        let change = |known: &mut Known| {
            let waiting = Now::Waiting("CrashLoopBackOff", message);
            known.before = Some(std::mem::replace(&mut known.now, waiting));
        };
        self.report.container(name, change).await?;
        let message = format!("Back-off restarting failed container {name} in pod {pod}");
        self.events.warning(&part(container), "BackOff", &message).await;
        sleep(pause).await;
        self.report.container(name, |known| known.restarts += 1).await
    }

    /// The last of a deleted pod: nothing runs any more, so the API server may forget it.
    async fn end(&self) {
        for container in report::main(&self.pod) {
            let message = format!("Stopping container {}", container.name);
            self.events.normal(&part(container), "Killing", &message).await;
        }
        let pods: Api<Pod> =
            Api::namespaced(self.client.clone(), &self.pod.namespace().unwrap_or_default());
        let params = DeleteParams {
            grace_period_seconds: Some(0),
            preconditions: Some(Preconditions { uid: self.pod.uid(), resource_version: None }),
            ..DeleteParams::default()
        };
        // Someone else may have done it.
        let _gone = pods.delete(&self.pod.name_any(), &params).await;
    }
}

pub(super) fn part(container: &Container) -> String {
    format!("spec.containers{{{}}}", container.name)
}
