use plimsoll_app::engines::{DirectoryFact, Engine, Knob, PathRole};
use plimsoll_app::{Container, KeyedKind, Landing, Spot, Storage, VolumeSource, Workload};

use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// The directory in which the engine keeps its models lies on no volume that outlives the pod.
    ///
    /// ## Why
    /// Every restart downloads the models again: minutes to hours without service, and none at all
    /// while the model hub is down. The bytes fill the node's own disk, and the pod is evicted.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   selector:
    ///     matchLabels: {app: ollama}
    ///   template:
    ///     metadata:
    ///       labels: {app: ollama}
    ///     spec:
    ///       containers:
    ///         - name: ollama
    ///           image: ollama/ollama:0.12.0
    ///           volumeMounts:
    ///             - name: models
    ///               mountPath: /root/.ollama
    ///       volumes:
    ///         - name: models
    /// #         ^^^^^^^^^^^^
    ///           emptyDir: {}
    /// ```
    /// ```yaml bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   selector:
    ///     matchLabels: {app: ollama}
    ///   template:
    ///     metadata:
    ///       labels: {app: ollama}
    ///     spec:
    ///       containers:
    ///         - name: ollama
    ///           image: ollama/ollama:0.12.0
    ///           env:
    ///             - name: OLLAMA_MODELS
    ///               value: /models
    ///               #      ^^^^^^^
    ///           volumeMounts:
    ///             - {name: data, mountPath: /root/.ollama}
    ///       volumes:
    ///         - name: data
    ///           persistentVolumeClaim: {claimName: ollama}
    /// ```
    /// ```yaml good
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   selector:
    ///     matchLabels: {app: ollama}
    ///   template:
    ///     metadata:
    ///       labels: {app: ollama}
    ///     spec:
    ///       containers:
    ///         - name: ollama
    ///           image: ollama/ollama:0.12.0
    ///           env:
    ///             - name: OLLAMA_MODELS
    ///               value: /models
    ///           volumeMounts:
    ///             - {name: models, mountPath: /models}
    ///       volumes:
    ///         - name: models
    ///           persistentVolumeClaim: {claimName: ollama}
    /// ```
    ///
    /// ## Fix
    /// Mount a claim at the directory, or move the directory onto one that is mounted.
    ///
    /// ## Sources
    /// - ollama/ollama envconfig/config.go (`OLLAMA_MODELS`, `HOME`); Hugging Face hub documentation, `HF_HOME`; vllm-project/vllm `--download-dir`
    /// - kserve/kserve#3792, GoogleCloudPlatform/kubernetes-engine-samples#1581
    slug: "model-directory-not-persistent",
    level: Warning,
    guidelines: ["G05", "G07"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for workload in cx.ai_workloads().filter(|workload| !workload.kind.is_batch()) {
        for container in &workload.pod.containers {
            let Some(engine) = container.engine.as_ref().filter(|one| one.facts.loads_models)
            else {
                continue;
            };
            if let Some(directory) = directory(engine) {
                judge(cx, workload, container, &directory, report);
            }
        }
    }
}

/// Where an engine keeps its models.
struct Directory<'a> {
    path: String,
    /// What says so, where the manifest does.
    said_by: Option<&'a Spot>,
    /// True for a model that is given by its path: it may be in the image.
    is_given: bool,
}

fn judge(
    cx: &Context<'_>,
    workload: &Workload,
    container: &Container,
    directory: &Directory<'_>,
    report: &mut Report,
) {
    let landing = cx.app.landing(workload, container, &directory.path);
    let (spot, where_to) = match (landing, directory.said_by) {
        (Some(landing), _) => match lost(landing) {
            Some((spot, kind)) => (spot, kind),
            None => return,
        },
        (None, _) if directory.is_given => return,
        (None, Some(spot)) => (spot, "the container's own layer"),
        (None, None) => (&container.at, "the container's own layer"),
    };
    let finding = report.at(
        spot,
        format!("models in {} are kept in {where_to}", directory.path),
        "every restart downloads them again and fills the node's own disk, and without the hub \
         there is no service",
        format!("mount a persistent volume claim at {}", directory.path),
    );
    finding.related("the engine", &container.at);
    if let Some(unknown) = unread_config(cx, container) {
        finding.undecided(format!("what the ConfigMap {unknown} sets, since the release has none"));
    }
}

/// Returns the volume and what it is, where its data end with the pod.
fn lost(landing: Landing<'_>) -> Option<(&Spot, &'static str)> {
    let Storage::Volume(volume, _) = landing.storage else { return None };
    match volume.source {
        VolumeSource::EmptyDir { memory: true, .. } => {
            Some((&volume.at, "memory, which ends with the pod"))
        }
        VolumeSource::EmptyDir { .. } => Some((&volume.at, "an emptyDir, which ends with the pod")),
        VolumeSource::Ephemeral { .. } => Some((&volume.at, "a claim that ends with the pod")),
        _ => None,
    }
}

/// Returns the directory of the engine's models; nothing where it cannot be known or where the
/// models come from elsewhere, such as an object store.
fn directory(engine: &Engine) -> Option<Directory<'_>> {
    if let Some(setting) = engine.setting(Knob::Model) {
        let model = setting.value.as_ref().map(|value| value.value.as_str())?;
        if model.starts_with('/') {
            let path = model.to_owned();
            return Some(Directory { path, said_by: Some(&setting.at), is_given: true });
        }
        if model.contains("://") {
            return None;
        }
    }
    let fact = engine.facts.directories.iter().find(|fact| fact.role == PathRole::Models)?;
    path(engine, fact)
}

fn path<'a>(engine: &'a Engine, fact: &DirectoryFact) -> Option<Directory<'a>> {
    for (knob, behind) in fact.moved_by {
        let Some(setting) = engine.setting(*knob) else { continue };
        let value = setting.value.as_ref()?.value.trim_end_matches('/');
        let said_by = setting.value.as_ref().map(|value| &value.at);
        return value.starts_with('/').then(|| Directory {
            path: format!("{value}{behind}"),
            said_by,
            is_given: false,
        });
    }
    let Some(below) = fact.path.strip_prefix('~') else {
        return Some(Directory { path: fact.path.to_owned(), said_by: None, is_given: false });
    };
    let home = match engine.setting(Knob::Home) {
        Some(setting) => setting.value.as_ref()?.value.as_str(),
        None => engine.facts.home,
    };
    let path = format!("{}{below}", home.trim_end_matches('/'));
    Some(Directory { path, said_by: None, is_given: false })
}

/// Returns the ConfigMap that sets variables of the container and that the release does not hold.
fn unread_config<'a>(cx: &Context<'_>, container: &'a Container) -> Option<&'a str> {
    let held =
        |name: &str| cx.app.config_maps.iter().any(|map| cx.app.object(map.object).name() == name);
    container
        .env_from
        .iter()
        .filter(|from| from.kind == KeyedKind::ConfigMap)
        .map(|from| from.name.value.as_str())
        .find(|name| !held(name))
}
