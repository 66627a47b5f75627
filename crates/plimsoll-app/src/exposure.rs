//! What can be reached from outside, and how.

use crate::{App, Backend, Container, Entrance, Reach, Workload};

/// A container that can be reached from outside through an entrance.
#[derive(Clone, Copy, Debug)]
pub struct Exposure<'a> {
    /// The way in.
    pub entrance: &'a Entrance,
    /// The part of it that leads here.
    pub backend: &'a Backend,
    /// Which port it ends at.
    pub reach: &'a Reach,
    /// The workload.
    pub workload: &'a Workload,
    /// The container; absent where it is not known which of several listens.
    pub container: Option<&'a Container>,
}

impl App {
    /// Returns every container that can be reached from outside, once for each way; what stands
    /// before it in the same pod, such as a proxy, has to be judged beside it.
    pub fn exposures(&self) -> impl Iterator<Item = Exposure<'_>> {
        let backends = self
            .entrances
            .iter()
            .flat_map(|entrance| entrance.backends.iter().map(move |backend| (entrance, backend)));
        backends.flat_map(move |(entrance, backend)| {
            backend.reaches.iter().map(move |reach| {
                let workload = self.workload(reach.workload);
                let container =
                    reach.container.and_then(|index| workload.pod.containers.get(index));
                Exposure { entrance, backend, reach, workload, container }
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::app;
    use crate::{EntranceKind, Tls};

    const POD: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: ollama, namespace: ai}
spec:
  selector: {matchLabels: {app: ollama}}
  template:
    metadata: {labels: {app: ollama, tier: x}}
    spec:
      containers:
      - name: proxy
        image: envoyproxy/envoy:v1.34
        ports: [{containerPort: 8443, name: https}]
      - name: ollama
        image: ollama/ollama:0.33.0
        ports: [{containerPort: 11434, name: http}]
---
apiVersion: v1
kind: Service
metadata: {name: ollama}
spec:
  selector: {app: ollama}
  ports:
  - {name: api, port: 80, targetPort: http}
  - {name: tls, port: 443, targetPort: 8443}
  - {name: raw, port: 11434}
";

    /// Returns the kind of each way in, with the container and port that it ends at.
    fn ways(entrance: &str) -> Vec<(EntranceKind, Option<String>, Option<u16>)> {
        let app = app(&format!("{POD}---\n{entrance}"));
        let ways = app.exposures().map(|way| {
            let name = way.container.map(|container| container.name.value.clone());
            (way.entrance.kind, name, way.reach.port)
        });
        ways.collect()
    }

    fn one(
        kind: EntranceKind,
        container: &str,
        port: u16,
    ) -> Vec<(EntranceKind, Option<String>, Option<u16>)> {
        vec![(kind, Some(container.to_owned()), Some(port))]
    }

    #[test]
    fn a_route_leads_to_the_pods_port_or_the_services_by_name() {
        for (port, container, number) in
            [("http", "ollama", 11434), ("tls", "proxy", 8443), ("8443", "proxy", 8443)]
        {
            let route = format!(
                "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {{name: r}}\n\
                 spec: {{to: {{kind: Service, name: ollama}}, port: {{targetPort: {port}}}}}"
            );
            assert_eq!(ways(&route), one(EntranceKind::Route, container, number), "{port}");
        }
        let any = "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: r}\n\
                   spec: {to: {kind: Service, name: ollama}}";
        assert_eq!(ways(any).len(), 2);
    }

    #[test]
    fn an_ingress_leads_to_the_services_port() {
        let new = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec:\n  \
                   rules: [{host: a.example, http: {paths: [{path: /x, pathType: Prefix, backend: \
                   {service: {name: ollama, port: {number: 80}}}}]}}]";
        assert_eq!(ways(new), one(EntranceKind::Ingress, "ollama", 11434));
        let old = "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: i}\nspec:\n  \
                   backend: {serviceName: ollama, servicePort: tls}";
        assert_eq!(ways(old), one(EntranceKind::Ingress, "proxy", 8443));
        let elsewhere = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\n\
                         spec: {defaultBackend: {service: {name: other, port: {number: 80}}}}";
        assert_eq!(ways(elsewhere), []);
    }

    #[test]
    fn gateway_routes_lead_in_unless_they_are_for_the_mesh() {
        let http = |parent: &str| {
            format!(
                "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: h}}\n\
                 spec: {{parentRefs: [{{{parent}name: g}}], hostnames: [a.example], rules: \
                 [{{backendRefs: [{{name: ollama, port: 11434}}]}}]}}"
            )
        };
        assert_eq!(ways(&http("")), one(EntranceKind::HttpRoute, "ollama", 11434));
        assert_eq!(ways(&http("kind: Service, ")), []);
        let istio = |gateways: &str| {
            format!(
                "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: v}}\n\
                 spec: {{hosts: [a.example], gateways: [{gateways}], http: [{{route: [{{destination: \
                 {{host: ollama.ai.svc.cluster.local, port: {{number: 443}}}}}}]}}]}}"
            )
        };
        assert_eq!(
            ways(&istio("istio-system/g")),
            one(EntranceKind::VirtualService, "proxy", 8443)
        );
        assert_eq!(ways(&istio("mesh")), []);
    }

    #[test]
    fn traefiks_route_tells_its_hosts() {
        let route = "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: t}\n\
                     spec:\n  tls: {}\n  routes:\n  - match: Host(`a.example`, `b.example`) && PathPrefix(`/v1`)\n    \
                     services: [{name: ollama, port: api}]";
        let app = app(&format!("{POD}---\n{route}"));
        let entrance = &app.entrances[0];
        let hosts: Vec<_> = entrance.hosts.iter().map(|host| host.value.as_str()).collect();
        assert_eq!(hosts, ["a.example", "b.example"]);
        assert_eq!(entrance.backends[0].path.as_ref().unwrap().value, "/v1");
        assert_eq!((entrance.tls.value, entrance.is_encrypted()), (Tls::Edge, Some(true)));
        assert_eq!(app.exposures().count(), 1);
    }

    #[test]
    fn services_and_host_ports_are_entrances_of_their_own() {
        for (change, kind) in [
            ("type: LoadBalancer", EntranceKind::LoadBalancer),
            ("type: NodePort", EntranceKind::NodePort),
            ("externalIPs: [192.0.2.1]", EntranceKind::ExternalIp),
        ] {
            let text = POD.replace(
                "spec:\n  selector: {app",
                &format!("spec:\n  {change}\n  selector: {{app"),
            );
            let app = app(&text);
            assert_eq!(app.entrances.len(), 1, "{change}");
            assert_eq!(app.entrances[0].kind, kind);
            assert_eq!(app.exposures().count(), 3);
        }
        let app = app(&POD.replace("11434, name: http", "11434, hostPort: 80"));
        assert_eq!(app.exposures().next().unwrap().container.unwrap().name.value, "ollama");
    }

    #[test]
    fn an_engine_listens_without_declaring_its_port() {
        let text = POD
            .replace("        ports: [{containerPort: 11434, name: http}]\n", "")
            .replace("spec:\n  selector: {app", "spec:\n  type: LoadBalancer\n  selector: {app");
        let app = app(&text);
        let names: Vec<_> =
            app.exposures().map(|way| way.container.map(|own| &*own.name.value)).collect();
        assert_eq!(names, [None, Some("proxy"), Some("ollama")]);
    }

    #[test]
    fn another_namespace_is_out_of_reach() {
        let route = "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: r, namespace: b}\n\
                     spec: {to: {name: ollama}}";
        let other = POD.replace(
            "kind: Service\nmetadata: {name: ollama}",
            "kind: Service\nmetadata: {name: ollama, namespace: ai}",
        );
        assert_eq!(app(&format!("{other}---\n{route}")).exposures().count(), 0);
    }
}
