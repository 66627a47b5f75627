//! OpenShift's Route and the Ingress of Kubernetes.

use crate::read::Cursor;
use crate::{Field, PortRef, ProblemKind};

use super::{Backend, Entrance, EntranceKind, Tls};

/// Reads a Route's spec.
///
/// Source: openshift/api, route/v1/types.go, 4.22.
pub(super) fn route(spec: &Cursor<'_>) -> Entrance {
    let tls = spec.map("tls");
    let port = spec.map("port").and_then(|port| port.port_ref("targetPort"));
    let path = spec.text("path");
    let mut targets: Vec<_> = spec.map("to").into_iter().collect();
    targets.extend(spec.maps("alternateBackends"));
    let backends = targets.iter().map(|target| {
        Backend::new(target.text_wanted("name"), port.clone(), path.clone(), target.spot())
    });
    Entrance {
        object: spec.object(),
        kind: EntranceKind::Route,
        hosts: spec.text("host").or_else(|| spec.text("subdomain")).into_iter().collect(),
        tls: tls.as_ref().map_or_else(|| Field::default_in(Tls::None, spec.spot()), termination),
        insecure_policy: tls.as_ref().and_then(|own| own.text("insecureEdgeTerminationPolicy")),
        backends: backends.collect(),
        at: spec.spot(),
    }
}

fn termination(tls: &Cursor<'_>) -> Field<Tls> {
    let Some(written) = tls.text("termination") else {
        tls.problem(ProblemKind::Missing, "termination is missing");
        return Field::default_in(Tls::Edge, tls.spot());
    };
    let termination = match written.value.as_str() {
        "edge" => Tls::Edge,
        "reencrypt" => Tls::Reencrypt,
        "passthrough" => Tls::Passthrough,
        _ => {
            tls.problem(ProblemKind::WrongValue, "the termination is unknown");
            Tls::Edge
        }
    };
    written.map(|_| termination)
}

/// Reads an Ingress's spec, in the shape of v1 and of the versions before it.
pub(super) fn ingress(spec: &Cursor<'_>) -> Entrance {
    let rules = spec.maps("rules");
    let mut backends = Vec::new();
    for rule in &rules {
        let paths = rule.map("http").map_or_else(Vec::new, |http| http.maps("paths"));
        for own in paths {
            let backend = own.map("backend");
            backends
                .extend(backend.and_then(|backend| ingress_backend(&backend, own.text("path"))));
        }
    }
    let default = spec.map("defaultBackend").or_else(|| spec.map("backend"));
    backends.extend(default.and_then(|backend| ingress_backend(&backend, None)));
    let tls = spec.items("tls");
    let tls = tls.first().map_or_else(
        || Field::default_in(Tls::None, spec.spot()),
        |first| Field::written(Tls::Edge, first.spot()),
    );
    Entrance {
        object: spec.object(),
        kind: EntranceKind::Ingress,
        hosts: rules.iter().filter_map(|rule| rule.text("host")).collect(),
        tls,
        insecure_policy: None,
        backends,
        at: spec.spot(),
    }
}

fn ingress_backend(backend: &Cursor<'_>, path: Option<Field<String>>) -> Option<Backend> {
    if let Some(service) = backend.map("service") {
        let port = service.map("port").and_then(|port| {
            let number = || Some(port.port("number")?.map(PortRef::Number));
            let name = || Some(port.text("name")?.map(PortRef::Name));
            number().or_else(name)
        });
        return Some(Backend::new(service.text_wanted("name"), port, path, backend.spot()));
    }
    let name = backend.text("serviceName")?;
    Some(Backend::new(name, backend.port_ref("servicePort"), path, backend.spot()))
}
