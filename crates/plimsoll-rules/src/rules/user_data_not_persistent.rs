use plimsoll_app::engines::{Directory, EngineKind, Knob, PathRole};
use plimsoll_app::{Spot, Storage, VolumeSource};

use crate::rule::rule;
use crate::server::Server;
use crate::{Context, Level, Report};

rule! {
    /// ## What
    /// The directory in which a user interface keeps its users' data ends with the pod.
    ///
    /// ## Why
    /// Accounts, chats and uploads, or notebooks, are gone after the next restart or eviction. With
    /// Open WebUI the next visitor then becomes the administrator.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: open-webui
    /// spec:
    ///   selector:
    ///     matchLabels: {app: open-webui}
    ///   template:
    ///     metadata:
    ///       labels: {app: open-webui}
    ///     spec:
    ///       containers:
    ///         - name: open-webui
    ///           image: ghcr.io/open-webui/open-webui:v0.6.30
    ///           volumeMounts:
    ///             - {name: data, mountPath: /app/backend/data}
    ///       volumes:
    ///         - name: data
    /// #         ^^^^^^^^^^
    ///           emptyDir: {}
    /// ```
    /// ```yaml good
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: open-webui
    /// spec:
    ///   selector:
    ///     matchLabels: {app: open-webui}
    ///   template:
    ///     metadata:
    ///       labels: {app: open-webui}
    ///     spec:
    ///       containers:
    ///         - name: open-webui
    ///           image: ghcr.io/open-webui/open-webui:v0.6.30
    ///           volumeMounts:
    ///             - {name: data, mountPath: /app/backend/data}
    ///       volumes:
    ///         - name: data
    ///           persistentVolumeClaim: {claimName: open-webui}
    /// ```
    ///
    /// ## Fix
    /// A claim at that directory; for Open WebUI an external database and object storage do as well,
    /// but only together.
    ///
    /// ## Sources
    /// - open-webui/docs docs/getting-started/env-configuration.mdx (0.6), `DATA_DIR`, `DATABASE_URL`, `STORAGE_PROVIDER`
    /// - open-webui/helm-charts templates/workload-manager.yaml mounts an emptyDir with object storage
    slug: "user-data-not-persistent",
    level: Error,
    guidelines: ["G05"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for server in cx.servers() {
        let directories = server.engine.directories(PathRole::Data);
        let lost = directories.iter().find_map(|directory| lost(cx, &server, directory));
        let Some((spot, path, where_to)) = lost else { continue };
        let is_web = server.engine.kind == EngineKind::OpenWebUi;
        let has = |knob| server.engine.setting(knob).is_some();
        let database = has(Knob::Database);
        if is_web && database && has(Knob::ObjectStorage) {
            continue;
        }
        let what = if is_web { "accounts, chats and uploads" } else { "notebooks" };
        let finding = report.at(
            &spot,
            format!("{what} in {path} are kept in {where_to}"),
            "they are gone after the next restart or eviction of the pod",
            format!("mount a persistent volume claim at {path}"),
        );
        finding.related("the container", &server.container.at);
        if !is_web || database {
            finding.level(Level::Warning);
        }
        if let Some(unknown) = server.engine.unknown_env.first() {
            finding
                .undecided("the keys of an object outside the release, which become variables")
                .related("that object", unknown);
        }
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
        let spot = if path.written { &path.at } else { &server.container.at };
        return Some((spot.clone(), path.value.clone(), "the container's own layer"));
    };
    let Storage::Volume(volume, _) = landing.storage else { return None };
    let is_lost =
        matches!(volume.source, VolumeSource::EmptyDir { .. } | VolumeSource::Ephemeral { .. });
    is_lost.then(|| (volume.at.clone(), path.value.clone(), "a volume that ends with the pod"))
}
