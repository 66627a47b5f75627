//! Routes of the Gateway API, of Istio and of Traefik.

use crate::read::Cursor;
use crate::{Field, PortRef, ProblemKind};

use super::{Backend, Entrance, EntranceKind, Tls};

/// The Gateway API's own limit of matches in a rule.
const MAX_MATCHES: usize = 64;

fn entrance(kind: EntranceKind, spec: &Cursor<'_>, hosts: Vec<Field<String>>) -> Entrance {
    Entrance {
        object: spec.object(),
        kind,
        hosts,
        tls: Field::default_in(Tls::Gateway, spec.spot()),
        insecure_policy: None,
        backends: Vec::new(),
        at: spec.spot(),
    }
}

/// Reads the spec of a Gateway API route; nothing where it hangs only on Services, which makes it a
/// route inside a mesh.
///
/// Source: kubernetes-sigs/gateway-api, apis/v1 and geps/gep-1294, v1.6.
pub(super) fn route(kind: &str, spec: &Cursor<'_>) -> Option<Entrance> {
    let kind = match kind {
        "HTTPRoute" => EntranceKind::HttpRoute,
        "GRPCRoute" => EntranceKind::GrpcRoute,
        "TLSRoute" => EntranceKind::TlsRoute,
        "TCPRoute" => EntranceKind::TcpRoute,
        _ => return None,
    };
    let parents = spec.maps("parentRefs");
    let on_service = |parent: &Cursor<'_>| parent.text_or("kind", "Gateway").value == "Service";
    if !parents.is_empty() && parents.iter().all(on_service) {
        return None;
    }
    let mut own = entrance(kind, spec, spec.texts("hostnames"));
    for rule in spec.maps("rules") {
        let mut paths: Vec<_> = rule.maps("matches").iter().filter_map(match_path).collect();
        if paths.len() > MAX_MATCHES {
            rule.problem(ProblemKind::TooLarge, "a rule has 64 matches at most");
            paths.truncate(MAX_MATCHES);
        }
        for reference in rule.maps("backendRefs") {
            if reference.text_or("kind", "Service").value != "Service" {
                continue;
            }
            let name = reference.text_wanted("name");
            let port = reference.port("port").map(|port| port.map(PortRef::Number));
            let at = reference.spot();
            if paths.is_empty() {
                own.backends.push(Backend::new(name, port, None, at));
                continue;
            }
            own.backends.extend(paths.iter().map(|path| {
                Backend::new(name.clone(), port.clone(), Some(path.clone()), at.clone())
            }));
        }
    }
    Some(own)
}

fn match_path(own: &Cursor<'_>) -> Option<Field<String>> {
    own.map("path").and_then(|path| path.text("value"))
}

/// Reads a VirtualService's spec; nothing where it is bound to the mesh alone.
///
/// Source: istio/api, networking/v1/virtual_service.proto, 1.27: without gateways it is for the
/// mesh.
pub(super) fn virtual_service(spec: &Cursor<'_>) -> Option<Entrance> {
    let gateways = spec.texts("gateways");
    if gateways.iter().all(|gateway| gateway.value == "mesh") {
        return None;
    }
    let mut own = entrance(EntranceKind::VirtualService, spec, spec.texts("hosts"));
    let sections = ["http", "tls", "tcp"];
    for section in sections.iter().flat_map(|key| spec.maps(key)) {
        let paths = section.maps("match");
        let path = paths.first().and_then(|first| {
            let uri = first.map("uri")?;
            uri.text("prefix").or_else(|| uri.text("exact"))
        });
        for route in section.maps("route") {
            let Some(target) = route.map("destination") else { continue };
            // A host is a Service's name, alone or with its namespace and the cluster's domain.
            let host = target.text_wanted("host");
            let name = host.map(|host| host.split('.').next().unwrap_or_default().to_owned());
            let port = target.map("port").and_then(|port| port.port("number"));
            let port = port.map(|port| port.map(PortRef::Number));
            own.backends.push(Backend::new(name, port, path.clone(), target.spot()));
        }
    }
    Some(own)
}

/// Reads the spec of Traefik's IngressRoute.
///
/// Source: traefik/traefik, pkg/provider/kubernetes/crd/traefikio/v1alpha1/ingressroute.go, v3.5.
pub(super) fn ingress_route(spec: &Cursor<'_>) -> Entrance {
    let mut own = entrance(EntranceKind::IngressRoute, spec, Vec::new());
    own.tls = spec.child("tls").map_or_else(
        || Field::default_in(Tls::None, spec.spot()),
        |tls| Field::written(Tls::Edge, tls.spot()),
    );
    for route in spec.maps("routes") {
        if let Some(rule) = route.text("match") {
            own.hosts.extend(quoted(&rule, "Host("));
        }
        let path =
            route.text("match").and_then(|rule| quoted(&rule, "PathPrefix(").into_iter().next());
        for service in route.maps("services") {
            if service.text_or("kind", "Service").value == "Service" {
                let name = service.text_wanted("name");
                let port = service.port_ref("port");
                own.backends.push(Backend::new(name, port, path.clone(), service.spot()));
            }
        }
    }
    own
}

/// Returns the texts in backquotes of each call of `function` in a rule of Traefik.
fn quoted(rule: &Field<String>, function: &str) -> Vec<Field<String>> {
    let calls = rule.value.split(function).skip(1);
    let inside = calls.filter_map(|call| call.split(')').next());
    let texts = inside.flat_map(|list| list.split(','));
    let bare = texts.map(|text| text.trim().trim_matches(['`', '"', '\'']));
    bare.map(|text| Field::written(text.to_owned(), rule.at.clone())).collect()
}
