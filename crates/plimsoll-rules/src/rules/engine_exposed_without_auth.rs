use plimsoll_app::engines::{Auth, Engine, Role};
use plimsoll_app::{App, Container, EntranceKind, Reach};

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
    ///             pathType: Prefix
    ///             backend: {service: {name: ollama, port: {number: 11434}}}
    /// #                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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
            let mut reached = backend.reaches.iter().filter_map(|reach| target(cx.app, reach));
            // A known engine behind the entrance is enough; several ports lead to the same one.
            let Some((container, engine)) = reached.find(|(_, engine)| is_open(engine)) else {
                continue;
            };
            let auth = engine.auth();
            let (state, help) = match auth {
                Auth::Absent => (
                    "has no authentication of its own",
                    "put a gateway, a proxy sidecar or the router's authentication before it, or \
                     do not expose it",
                ),
                Auth::Off(Some(_)) => (
                    "has its authentication switched off",
                    "remove the setting that switches it off, or do not expose it",
                ),
                _ => (
                    "is given no key to ask for",
                    "set its key from a Secret, or put authentication before it",
                ),
            };
            let finding = report.at(
                &backend.at,
                format!("{} leads to {}, which {state}", name(entrance.kind), engine.facts.name),
                "whoever finds the address can use the GPU, read or delete models, and spend what \
                 is behind them",
                help,
            );
            finding.related("the engine", &container.at);
            match auth {
                Auth::Off(Some(setting)) => {
                    finding.related("the setting that opens it", &setting.at);
                }
                Auth::Unsure(object) => {
                    finding
                        .undecided(
                            "the keys of an object outside the release, which become variables",
                        )
                        .related("that object", object);
                }
                _ => {}
            }
        }
    }
}

/// Returns the container and engine that a way leads to, where that is certain.
fn target<'a>(app: &'a App, reach: &Reach) -> Option<(&'a Container, &'a Engine)> {
    let containers = &app.workloads.get(reach.workload.0)?.pod.containers;
    let index = reach.container.or_else(|| (containers.len() == 1).then_some(0))?;
    let container = containers.get(index)?;
    let engine = container.engine.as_ref().filter(|engine| engine.role != Role::Tool)?;
    // Another program may listen beside the engine on a port of its own.
    let is_own = reach.port.zip(engine.port()).is_none_or(|(port, own)| port == own);
    is_own.then_some((container, engine))
}

fn is_open(engine: &Engine) -> bool {
    !matches!(engine.auth(), Auth::On(_))
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
