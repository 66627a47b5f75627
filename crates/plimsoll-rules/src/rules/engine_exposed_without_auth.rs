use plimsoll_app::engines::{Engine, EngineKind, Knob, OwnAuth, Setting};
use plimsoll_app::{App, Container, EntranceKind, KeyedKind, Object, Reach, Workload};

use crate::front_door::is_guarded;
use crate::rule::rule;
use crate::{Context, Report};

rule! {
    /// ## What
    /// An engine that asks nobody who they are can be reached from outside the cluster.
    ///
    /// ## Why
    /// Anybody who finds the address can use the GPU, read or delete models, and with some engines
    /// run what they like. Open Ollama servers are found by search engines within hours.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   rules:
    ///     - host: ollama.example.com
    ///       http:
    ///         paths:
    ///           - path: /
    /// #           ^^^^^^^
    ///             pathType: Prefix
    ///             backend: {service: {name: ollama, port: {number: 11434}}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   selector: {app: ollama}
    ///   ports:
    ///     - port: 11434
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    ///   labels: {app: ollama}
    /// spec:
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       ports:
    ///         - containerPort: 11434
    /// ```
    /// ```yaml good
    /// apiVersion: networking.k8s.io/v1
    /// kind: Ingress
    /// metadata:
    ///   name: ollama
    ///   annotations:
    ///     nginx.ingress.kubernetes.io/auth-url: https://login.example.com/oauth2/auth
    /// spec:
    ///   rules:
    ///     - host: ollama.example.com
    ///       http:
    ///         paths:
    ///           - path: /
    ///             pathType: Prefix
    ///             backend: {service: {name: ollama, port: {number: 11434}}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata:
    ///   name: ollama
    /// spec:
    ///   selector: {app: ollama}
    ///   ports:
    ///     - port: 11434
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: ollama
    ///   labels: {app: ollama}
    /// spec:
    ///   containers:
    ///     - name: ollama
    ///       image: ollama/ollama:0.12.0
    ///       ports:
    ///         - containerPort: 11434
    /// ```
    ///
    /// ## Fix
    /// Put it behind a gateway that checks keys (LiteLLM), a proxy sidecar, or the router's own
    /// authentication; or set the engine's key from a Secret where it has one; or do not expose it.
    ///
    /// ## Sources
    /// - ollama/ollama#1053, #12476; vllm-project/vllm docs/usage/security.md (0.11)
    /// - ggml-org/llama.cpp tools/server/README.md, `--api-key`; BerriAI/litellm-docs#1184
    slug: "engine-exposed-without-auth",
    level: Error,
    guidelines: ["G31"],
    since: "0.1.0",
    fix: None,
    check: Some(check),
}

fn check(cx: &Context<'_>, report: &mut Report) {
    for entrance in &cx.app.entrances {
        if is_guarded(cx.app, entrance) {
            continue;
        }
        for backend in &entrance.backends {
            for reach in &backend.reaches {
                let Some((workload, container)) = target(cx.app, reach) else { continue };
                let Some(engine) = &container.engine else { continue };
                let Some(open) = openness(cx.app, workload, container, engine) else { continue };
                let finding = report.at(
                    &backend.at,
                    format!(
                        "{} leads to {}, which {}",
                        name(entrance.kind),
                        engine.facts.name,
                        open.words
                    ),
                    "whoever finds the address can use the GPU, read or delete models, and spend \
                     what is behind them",
                    open.help,
                );
                finding.related("the engine", &container.at);
                if let Some(setting) = open.setting {
                    finding.related("the setting that opens it", &setting.at);
                }
                if let Some(missing) = open.missing {
                    finding.undecided(missing);
                }
            }
        }
    }
}

/// Returns the container that a way leads to, where it is certain.
fn target<'a>(app: &'a App, reach: &Reach) -> Option<(&'a Workload, &'a Container)> {
    let workload = app.workloads.get(reach.workload.0)?;
    let containers = &workload.pod.containers;
    let index = reach.container.or_else(|| (containers.len() == 1).then_some(0))?;
    Some((workload, containers.get(index)?))
}

/// In what way an engine is open.
struct Openness<'a> {
    words: &'static str,
    help: &'static str,
    setting: Option<&'a Setting>,
    missing: Option<String>,
}

fn openness<'a>(
    app: &App,
    workload: &Workload,
    container: &Container,
    engine: &'a Engine,
) -> Option<Openness<'a>> {
    match engine.facts.auth.own {
        OwnAuth::Always => None,
        OwnAuth::None => Some(Openness {
            words: "has no authentication of its own",
            help: "put a gateway, a proxy sidecar or the router's authentication before it, or do \
                   not expose it",
            setting: None,
            missing: None,
        }),
        OwnAuth::WhenSet(knobs) => {
            let is_set = knobs.iter().any(|knob| engine.setting(*knob).is_some());
            if is_set || is_set_in_file(app, workload, engine) {
                return None;
            }
            Some(Openness {
                words: "is given no key to ask for",
                help: "set its key from a Secret, or put authentication before it",
                setting: None,
                missing: unread(app, container),
            })
        }
        OwnAuth::UnlessOff(knobs) => {
            let off = knobs.iter().filter_map(|knob| engine.setting(*knob)).find(|one| is_off(one));
            off.map(|setting| Openness {
                words: "has its authentication switched off",
                help: "remove the setting that switches it off, or do not expose it",
                setting: Some(setting),
                missing: None,
            })
        }
    }
}

/// Tells whether a setting switches authentication off: a switch that says no, or an empty token.
fn is_off(setting: &Setting) -> bool {
    let Some(value) = &setting.value else { return false };
    let value = value.value.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    match setting.knob {
        Knob::Token | Knob::Password | Knob::ApiKey => value.is_empty(),
        _ => matches!(value.as_str(), "false" | "0" | "no" | "off" | "none"),
    }
}

/// Tells whether a configuration that the release holds gives LiteLLM its key.
fn is_set_in_file(app: &App, workload: &Workload, engine: &Engine) -> bool {
    let home = app.object(workload.object);
    engine.kind == EngineKind::LiteLlm
        && app.config_maps.iter().any(|map| {
            home.may_share_namespace(app.object(map.object))
                && map.data.iter().any(|pair| pair.value.value.contains("master_key:"))
        })
}

/// Returns, in words, an object outside the release that may set the key, as all its keys become
/// variables.
fn unread(app: &App, container: &Container) -> Option<String> {
    let named = |object: &Object, name: &str| object.name() == name;
    container.env_from.iter().find_map(|from| {
        let name = from.name.value.as_str();
        let (kind, held) = match from.kind {
            KeyedKind::Secret => {
                let mut all = app.secrets.iter().map(|one| app.object(one.object));
                ("Secret", all.any(|object| named(object, name)))
            }
            KeyedKind::ConfigMap => {
                let mut all = app.config_maps.iter().map(|one| app.object(one.object));
                ("ConfigMap", all.any(|object| named(object, name)))
            }
        };
        (!held).then(|| format!("the keys of the {kind} {name}, all of which become variables"))
    })
}

const fn name(kind: EntranceKind) -> &'static str {
    match kind {
        EntranceKind::Route => "a Route",
        EntranceKind::Ingress => "an Ingress",
        EntranceKind::HttpRoute => "an HTTPRoute",
        EntranceKind::GrpcRoute => "a GRPCRoute",
        EntranceKind::TlsRoute => "a TLSRoute",
        EntranceKind::TcpRoute => "a TCPRoute",
        EntranceKind::VirtualService => "a VirtualService",
        EntranceKind::IngressRoute => "an IngressRoute",
        EntranceKind::LoadBalancer => "a load balancer",
        EntranceKind::NodePort => "a port of every node",
        EntranceKind::ExternalIp => "an external address",
        EntranceKind::HostPort => "a port of the node",
        _ => "a way from outside",
    }
}
