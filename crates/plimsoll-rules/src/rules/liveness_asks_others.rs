use plimsoll_app::engines::{HealthMeaning, Knob};

use crate::rule::rule;
use crate::server::ProbedPath;
use crate::{Context, Report};

rule! {
    /// ## What
    /// Liveness asks a path whose answer depends on a database.
    ///
    /// ## Why
    /// When the database is away for half a minute, every gateway pod is killed at once, although a
    /// restart helps nothing, and afterwards all of them connect and migrate together.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    ///       env:
    ///         - name: DATABASE_URL
    ///           valueFrom: {secretKeyRef: {name: litellm, key: url}}
    ///       livenessProbe:
    ///         httpGet:
    ///           path: /health/readiness
    ///           #     ^^^^^^^^^^^^^^^^^
    ///           port: 4000
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: litellm
    /// spec:
    ///   containers:
    ///     - name: litellm
    ///       image: berriai/litellm:v1.77.2
    ///       env:
    ///         - name: DATABASE_URL
    ///           valueFrom: {secretKeyRef: {name: litellm, key: url}}
    ///       livenessProbe:
    ///         httpGet:
    ///           path: /health/liveliness
    ///           port: 4000
    /// ```
    ///
    /// ## Fix
    /// Liveness asks the process only; readiness may ask the database.
    ///
    /// ## Sources
    /// - BerriAI/litellm docs, proxy/health (1.77); BerriAI/litellm#34934, #9998
    slug: "liveness-asks-others",
    level: Warning,
    guidelines: ["G19"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for server in cx.servers() {
        let Some(database) = server.engine.setting(Knob::Database) else { continue };
        for ProbedPath { field, path, fact, .. } in server.probed_paths() {
            if field == "livenessProbe" && fact.meaning == HealthMeaning::Dependencies {
                report
                    .at(
                        &path.at,
                        format!("liveness asks {}, which fails without the database", path.value),
                        "a short absence of the database kills every pod at once, and a restart \
                         helps nothing",
                        format!("ask {} instead", server.paths(HealthMeaning::Alive)),
                    )
                    .related("the database", &database.at);
            }
        }
    }
}
