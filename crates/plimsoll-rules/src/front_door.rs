//! Whether somebody asks for credentials before an entrance leads into the release.

use plimsoll_app::{App, Entrance, EntranceKind, Object};
use plimsoll_yaml::{Node, Step};

/// Kinds of objects that put authentication before routes, wherever they are attached.
///
/// Source: Envoy Gateway (gateway.envoyproxy.io), Kuadrant (kuadrant.io), Istio
/// (security.istio.io) and kgateway documentation, 2026.
const POLICIES: [&str; 6] = [
    "SecurityPolicy",
    "AuthPolicy",
    "AuthorizationPolicy",
    "RequestAuthentication",
    "TrafficPolicy",
    "AuthConfig",
];

/// Parts of an Ingress annotation's key that switch authentication on.
///
/// Source: ingress-nginx, HAProxy, AWS load balancer controller and Traefik documentation.
const ANNOTATIONS: [&str; 8] = [
    "/auth-url",
    "/auth-type",
    "/auth-secret",
    "/auth-tls-secret",
    "/auth-signin",
    "/auth-keycloak",
    "/whitelist-source-range",
    "/allowlist-source-range",
];

/// Words in the name of a middleware or plugin that say that it authenticates.
const WORDS: [&str; 8] = ["auth", "oidc", "jwt", "sso", "login", "key", "oauth", "authelia"];

/// Tells whether an entrance asks for credentials, or admits only known addresses.
///
/// A middleware counts by its name, since its object seldom lies in the same release.
pub(crate) fn is_guarded(app: &App, entrance: &Entrance) -> bool {
    let object = app.object(entrance.object);
    by_annotation(object)
        || by_class(app, object)
        || by_source_ranges(app, object)
        || (!is_direct(entrance.kind) && (by_policy(app) || by_filter(app, object)))
}

/// Tells whether traffic comes in without a router that could ask for credentials.
const fn is_direct(kind: EntranceKind) -> bool {
    matches!(
        kind,
        EntranceKind::LoadBalancer
            | EntranceKind::NodePort
            | EntranceKind::ExternalIp
            | EntranceKind::HostPort
    )
}

fn by_annotation(object: &Object) -> bool {
    object.annotations.iter().any(|pair| {
        let key = pair.key.value.as_str();
        let value = pair.value.value.to_ascii_lowercase();
        let names_one = key.ends_with("/router.middlewares")
            || key.ends_with("/plugins")
            || key.contains("middleware");
        let ip_list = key.ends_with("/ip_whitelist") || key.ends_with("/ip_allowlist");
        ip_list
            || ANNOTATIONS.iter().any(|part| key.ends_with(part))
            || (names_one && WORDS.iter().any(|word| value.contains(word)))
    })
}

/// Tells whether only members of a private network come through: Tailscale's Ingress and load
/// balancers.
///
/// Source: Tailscale documentation, “Kubernetes operator”, cluster ingress (1.90).
fn by_class(app: &App, object: &Object) -> bool {
    let Some(root) = app.node(&object.at) else { return false };
    let class =
        root.dig(&["spec", "ingressClassName"]).or(root.dig(&["spec", "loadBalancerClass"]));
    let funnel = object.annotations.get("tailscale.com/funnel");
    let is_funnel = funnel.is_some_and(|value| value.value == "true");
    class.and_then(Node::as_str) == Some("tailscale") && !is_funnel
}

fn by_source_ranges(app: &App, object: &Object) -> bool {
    let root = app.node(&object.at);
    let ranges = root.and_then(|root| root.dig(&["spec", "loadBalancerSourceRanges"]));
    ranges.is_some_and(|node| {
        !node.items().is_empty() && node.items().iter().all(|one| one.as_str() != Some("0.0.0.0/0"))
    })
}

fn by_policy(app: &App) -> bool {
    app.objects.iter().any(|object| POLICIES.contains(&object.kind.value.as_str()))
}

/// Tells whether a route hands requests to an extension or middleware whose name speaks of
/// authentication.
fn by_filter(app: &App, object: &Object) -> bool {
    let Some(root) = app.node(&object.at) else { return false };
    let is_key = |step: &Step, names: &[&str]| match step {
        Step::Key(key) => names.contains(&key.as_str()),
        Step::Index(_) => false,
    };
    let references = ["extensionRef", "middlewares", "externalAuth"];
    let mut found = false;
    root.walk(&mut |path, node| {
        let Some(name) = node.as_str() else { return };
        let is_name = path.0.last().is_some_and(|step| is_key(step, &["name"]));
        found |= is_name
            && path.0.iter().any(|step| is_key(step, &references))
            && WORDS.iter().any(|word| name.to_ascii_lowercase().contains(word));
    });
    found
}
