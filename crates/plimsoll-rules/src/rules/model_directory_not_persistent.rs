use plimsoll_app::engines::{Directory, EngineKind, Knob};
use plimsoll_app::{Spot, Storage, VolumeSource};

use crate::rule::rule;
use crate::server::Server;
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
    for server in cx.servers().filter(|server| server.engine.facts.loads_models) {
        if !downloads(&server) {
            continue;
        }
        let directories = server.engine.model_directories();
        let found = directories.iter().find_map(|directory| lost(cx, &server, directory));
        let Some((spot, path, where_to)) = found else { continue };
        let finding = report.at(
            &spot,
            format!("models in {path} are kept in {where_to}"),
            "every restart downloads them again and fills the node's own disk, and without the hub \
             there is no service",
            format!("mount a persistent volume claim at {path}"),
        );
        finding.related("the engine", &server.container.at);
        if let Some(unknown) = server.engine.unknown_env.first() {
            finding
                .undecided("the keys of an object outside the release, which become variables")
                .related("that object", unknown);
        }
    }
}

/// Tells whether the engine fetches its model itself: Ollama on demand, the others by the name that
/// they are given. A model in an object store is streamed from there and not kept.
fn downloads(server: &Server<'_>) -> bool {
    match server.engine.setting(Knob::Model) {
        Some(setting) => setting.value.as_ref().is_some_and(|model| !model.value.contains("://")),
        None => server.engine.kind == EngineKind::Ollama,
    }
}

/// Returns what to change, the path, and where its files end, if they end with the pod.
fn lost(
    cx: &Context<'_>,
    server: &Server<'_>,
    directory: &Directory,
) -> Option<(Spot, String, &'static str)> {
    let path = directory.path.as_ref().filter(|path| path.value.starts_with('/'))?;
    let Some(landing) = cx.app.landing(server.workload, server.container, &path.value) else {
        // A model that is given by its path and lies on no volume is part of the image.
        let is_given = directory.moved_by == Some(Knob::Model);
        let spot = if path.written { &path.at } else { &server.container.at };
        let layer = "the container's own layer";
        return (!is_given).then(|| (spot.clone(), path.value.clone(), layer));
    };
    let Storage::Volume(volume, _) = landing.storage else { return None };
    let kind = match volume.source {
        VolumeSource::EmptyDir { memory: true, .. } => "memory, which ends with the pod",
        VolumeSource::EmptyDir { .. } => "an emptyDir, which ends with the pod",
        VolumeSource::Ephemeral { .. } => "a claim that ends with the pod",
        _ => return None,
    };
    Some((volume.at.clone(), path.value.clone(), kind))
}
