use plimsoll_app::engines::{EngineKind, Knob};

use crate::rule::rule;
use crate::server::Server;
use crate::{Context, Report};

rule! {
    /// ## What
    /// No key is given with which sessions are signed, or stored credentials encrypted.
    ///
    /// ## Why
    /// Open WebUI then makes one in the container's own layer: every restart signs everybody out,
    /// and several pods do not accept each other's sessions. LiteLLM encrypts the credentials in its
    /// database with the master key instead, and they cannot be read once that key is changed.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: open-webui
    /// spec:
    ///   containers:
    ///     - name: open-webui
    /// #     ^^^^^^^^^^^^^^^^
    ///       image: ghcr.io/open-webui/open-webui:v0.6.30
    /// ```
    /// ```yaml good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: open-webui
    /// spec:
    ///   containers:
    ///     - name: open-webui
    ///       image: ghcr.io/open-webui/open-webui:v0.6.30
    ///       env:
    ///         - name: WEBUI_SECRET_KEY
    ///           valueFrom: {secretKeyRef: {name: open-webui, key: WEBUI_SECRET_KEY}}
    /// ```
    ///
    /// ## Fix
    /// `WEBUI_SECRET_KEY`, or `LITELLM_SALT_KEY`, from a Secret that outlives the release; the salt
    /// key must never change.
    ///
    /// ## Sources
    /// - open-webui/open-webui backend/start.sh (0.6), `WEBUI_SECRET_KEY`; open-webui/open-webui#10761, #14057
    /// - BerriAI/litellm docs, proxy/prod, `LITELLM_SALT_KEY` (1.77); BerriAI/litellm#3635, #17952
    slug: "signing-key-missing",
    level: Warning,
    guidelines: ["G21"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for server in cx.servers() {
        match server.engine.kind {
            EngineKind::OpenWebUi if is_unset(&server, Knob::SessionKey) => tell(
                &server,
                "no key is given to sign sessions with",
                "one is made in the container's own layer, so every restart signs everybody out, \
                 and pods do not accept each other's sessions",
                "set WEBUI_SECRET_KEY from a Secret",
                report,
            ),
            EngineKind::LiteLlm
                if is_unset(&server, Knob::SaltKey)
                    && server.engine.setting(Knob::Database).is_some() =>
            {
                tell(
                    &server,
                    "no salt key is given to encrypt stored credentials with",
                    "the master key serves instead, and once that is changed the credentials in \
                     the database cannot be read",
                    "set LITELLM_SALT_KEY from a Secret before the first start, and never change it",
                    report,
                );
            }
            _ => {}
        }
    }
}

fn is_unset(server: &Server<'_>, knob: Knob) -> bool {
    let file = server.container.env("WEBUI_SECRET_KEY_FILE");
    server.engine.setting(knob).is_none_or(|setting| !setting.is_set()) && file.is_none()
}

fn tell(server: &Server<'_>, what: &str, why: &str, help: &str, report: &mut Report) {
    let finding = report.at(&server.container.at, what, why, help);
    if let Some(unknown) = server.engine.unknown_env.first() {
        finding
            .undecided("the keys of an object outside the release, which become variables")
            .related("that object", unknown);
    }
}
