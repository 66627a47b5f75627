use plimsoll_app::engines::{EngineKind, Knob};
use plimsoll_app::{AutoscalerKind, Field};

use crate::rule::rule;
use crate::server::Server;
use crate::{Context, Report};

rule! {
    /// ## What
    /// Open WebUI runs in several pods and no database is set, so each uses an SQLite file.
    ///
    /// ## Why
    /// Each pod has its own accounts, chats and settings, or all of them write one file over a
    /// network file system and break it (“database disk image is malformed”).
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata:
    ///   name: open-webui
    /// spec:
    ///   replicas: 2
    ///   #         ^
    ///   serviceName: open-webui
    ///   selector:
    ///     matchLabels: {app: open-webui}
    ///   template:
    ///     metadata:
    ///       labels: {app: open-webui}
    ///     spec:
    ///       containers:
    ///         - name: open-webui
    ///           image: ghcr.io/open-webui/open-webui:v0.6.30
    /// ```
    /// ```yaml good
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata:
    ///   name: open-webui
    /// spec:
    ///   replicas: 2
    ///   serviceName: open-webui
    ///   selector:
    ///     matchLabels: {app: open-webui}
    ///   template:
    ///     metadata:
    ///       labels: {app: open-webui}
    ///     spec:
    ///       containers:
    ///         - name: open-webui
    ///           image: ghcr.io/open-webui/open-webui:v0.6.30
    ///           env:
    ///             - name: DATABASE_URL
    ///               valueFrom: {secretKeyRef: {name: open-webui, key: url}}
    /// ```
    ///
    /// ```yaml bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: open-webui
    /// spec:
    ///   replicas: 2
    ///   #         ^
    ///   selector:
    ///     matchLabels: {app: open-webui}
    ///   template:
    ///     metadata:
    ///       labels: {app: open-webui}
    ///     spec:
    ///       containers:
    ///         - name: open-webui
    ///           image: ghcr.io/open-webui/open-webui:v0.12.4
    ///           env:
    ///             - {name: DATABASE_HOST, value: postgres}
    ///             - {name: DATABASE_NAME, value: chat}
    ///             - {name: DATABASE_USER, value: chat}
    ///             - name: DATABASE_PASSWORD
    ///               valueFrom: {secretKeyRef: {name: open-webui, key: password}}
    /// ```
    ///
    /// ## Fix
    /// `DATABASE_URL` of a PostgreSQL from a Secret, or its five parts (`DATABASE_TYPE`, `_HOST`,
    /// `_PORT`, `_NAME`, and `_USER` or `_PASSWORD`, of which a missing one means SQLite), with `WEBSOCKET_MANAGER=redis` and one
    /// `WEBUI_SECRET_KEY` for all pods; or one replica.
    ///
    /// ## Sources
    /// - open-webui/docs docs/getting-started/env-configuration.mdx (0.6), `DATABASE_URL`; SQLite documentation, “Appropriate Uses”, network file systems
    /// - open-webui/open-webui backend/open_webui/env.py (0.12.4), `DB_VARS`
    /// - open-webui/open-webui#10278, louislam/uptime-kuma#5224
    slug: "database-in-every-pod",
    level: Error,
    guidelines: ["G12"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for server in cx.servers().filter(|server| server.engine.kind == EngineKind::OpenWebUi) {
        let missing = missing_part(cx, &server);
        if server.engine.setting(Knob::Database).is_some() && missing.is_none() {
            continue;
        }
        let Some(pods) = several(cx, &server) else { continue };
        let finding = report.at(
            &pods.at,
            format!("{} pods each use an SQLite file of their own", pods.value),
            "accounts, chats and settings differ from pod to pod, or all pods write one file and \
             break it",
            missing.map_or_else(
                || "set DATABASE_URL of a PostgreSQL from a Secret, or run one replica".to_owned(),
                |part| format!("set {part} too: without it the other parts are not used"),
            ),
        );
        finding.related("the container", &server.container.at);
        if let Some(unknown) = server.engine.unknown_env.first() {
            finding
                .undecided("the keys of an object outside the release, which become variables")
                .related("that object", unknown);
        }
    }
}

/// The part of the database's address that is missing where it is given in parts and no whole one is.
fn missing_part(cx: &Context<'_>, server: &Server<'_>) -> Option<&'static str> {
    let is_set = |name: &str| {
        let variable = cx.app.variable(server.workload, server.container, name);
        variable.is_some_and(|variable| variable.text.is_none_or(|text| !text.value.is_empty()))
    };
    if is_set("DATABASE_URL") || !is_set("DATABASE_HOST") {
        return None;
    }
    let parts = ["DATABASE_TYPE", "DATABASE_PORT", "DATABASE_NAME"];
    let who = ["DATABASE_USER", "DATABASE_PASSWORD"];
    parts
        .into_iter()
        .find(|part| !is_set(part))
        .or_else(|| (!who.iter().any(|part| is_set(part))).then_some(who[0]))
}

fn several<'a>(cx: &Context<'a>, server: &Server<'a>) -> Option<&'a Field<i64>> {
    let scalers = cx.app.autoscalers_of(server.workload.id);
    let most = scalers
        .filter(|scaler| scaler.kind != AutoscalerKind::Vertical)
        .find_map(|scaler| scaler.max.as_ref());
    [Some(&server.workload.replicas), most].into_iter().flatten().find(|pods| pods.value > 1)
}
