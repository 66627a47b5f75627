//! References between the objects of one release.

use std::collections::{BTreeMap, BTreeSet};

use crate::entrance::{EntranceKind, Tls};
use crate::gpu::GpuRequest;
use crate::{
    App, Backend, ClaimId, Entrance, Field, Labels, MonitorKind, ObjectId, PodResourceClaim,
    PortRef, Problem, ProblemKind, Reach, ResourceClaim, Service, ServiceId, ServiceType,
    VolumeSource, Workload, WorkloadId,
};

/// Comparisons that joining may take: far more than any release needs, about a second.
const MAX_WORK: usize = 100_000_000;

/// The comparisons that are left; whoever finds none left stops, so that a hostile release cannot
/// hold the machine with products of long lists.
struct Work(usize);

impl Work {
    /// Takes `steps` and one more; false where there are not as many left.
    const fn take(&mut self, steps: usize) -> bool {
        match self.0.checked_sub(steps.saturating_add(1)) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => {
                self.0 = 0;
                false
            }
        }
    }
}

/// Gives out numbers and fills in what needs more than one object.
pub(super) fn join(app: &mut App) {
    let mut work = Work(MAX_WORK);
    for (index, workload) in app.workloads.iter_mut().enumerate() {
        workload.id = WorkloadId(index);
    }
    for (index, service) in app.services.iter_mut().enumerate() {
        service.id = ServiceId(index);
    }
    join_claims(app);
    join_devices(app, &mut work);
    join_selectors(app, &mut work);
    join_targets(app, &mut work);
    crate::engines::recognise_all(app);
    own_entrances(app);
    join_entrances(app, &mut work);
    let problem = cut(app, &work);
    app.problems.extend(problem);
}

/// Returns the problem that work ran out, where it did.
fn cut(app: &App, work: &Work) -> Option<Problem> {
    let first = app.objects.first().filter(|_| work.0 == 0)?;
    Some(Problem {
        at: first.at.clone(),
        kind: ProblemKind::TooLarge,
        message: "too many references between objects; some were not followed".to_owned(),
    })
}

fn join_claims(app: &mut App) {
    let mut by_name: BTreeMap<&str, Vec<(usize, ObjectId)>> = BTreeMap::new();
    for (index, claim) in app.claims.iter().enumerate() {
        by_name.entry(&claim.name.value).or_default().push((index, claim.object));
    }
    for workload in &mut app.workloads {
        let user = &app.objects[workload.object.0];
        for volume in &mut workload.pod.volumes {
            let VolumeSource::Claim { name, claim, .. } = &mut volume.source else { continue };
            let named = by_name.get(name.value.as_str()).map_or(&[][..], Vec::as_slice);
            let usable = named.iter().find(|(_, id)| user.may_share_namespace(&app.objects[id.0]));
            *claim = usable.map(|(index, _)| ClaimId(*index));
        }
    }
}

/// Adds the GPUs that containers use through the pod's resource claims.
fn join_devices(app: &mut App, work: &mut Work) {
    let App { objects, workloads, resource_claims, .. } = app;
    let mut by_name: BTreeMap<(bool, &str), &ResourceClaim> = BTreeMap::new();
    for claim in resource_claims.iter() {
        by_name.entry((claim.is_template, objects[claim.object.0].name())).or_insert(claim);
    }
    for pod in workloads.iter_mut().map(|workload| &mut workload.pod) {
        for container in pod.init_containers.iter_mut().chain(&mut pod.containers) {
            for used in &container.resources.claims {
                let object = pod
                    .resource_claims
                    .iter()
                    .find(|own| own.name.value == used.value && work.take(0))
                    .and_then(|own| by_name.get(&claim_key(own)?).copied());
                container.gpus.extend(devices(used, object, work));
            }
        }
    }
}

fn claim_key(claim: &PodResourceClaim) -> Option<(bool, &str)> {
    let by_claim = claim.claim.as_ref().map(|name| (false, name.value.as_str()));
    by_claim.or_else(|| claim.template.as_ref().map(|name| (true, name.value.as_str())))
}

fn devices(
    used: &Field<String>,
    claim: Option<&ResourceClaim>,
    work: &mut Work,
) -> Vec<GpuRequest> {
    let Some(claim) = claim.filter(|claim| work.take(claim.requests.len())) else {
        return vec![GpuRequest::of_claim(used, None)];
    };
    // Of the alternatives of a request one is given: the first stands for all.
    let mut seen = BTreeSet::new();
    let counted = claim
        .requests
        .iter()
        .filter(|request| !request.is_alternative || seen.insert(request.name.value.as_str()));
    counted
        .map(|request| GpuRequest::of_claim(used, Some((&request.class, request.count.value))))
        .collect()
}

fn join_selectors(app: &mut App, work: &mut Work) {
    let App { objects, workloads, services, network_policies, monitors, .. } = app;
    let near = |a: ObjectId, b: ObjectId| objects[a.0].may_share_namespace(&objects[b.0]);
    for service in services.iter_mut().filter(|service| !service.selector.is_empty()) {
        let selected = workloads.iter().filter(|load| {
            near(service.object, load.object)
                && work.take(service.selector.0.len() * load.pod.labels.0.len())
                && covers(&service.selector, &load.pod.labels)
        });
        service.workloads = selected.map(|load| load.id).collect();
    }
    for policy in network_policies {
        let selected = workloads.iter().filter(|load| {
            near(policy.object, load.object)
                && work.take(policy.pods.cost() * load.pod.labels.0.len())
                && policy.pods.matches(&load.pod.labels)
        });
        policy.workloads = selected.map(|load| load.id).collect();
    }
    for monitor in monitors {
        match monitor.kind {
            MonitorKind::Service => {
                let selected = services
                    .iter()
                    .filter(|service| monitor.selector.matches(&objects[service.object.0].labels));
                monitor.services = selected.map(|service| service.id).collect();
            }
            MonitorKind::Pod => {
                let selected = workloads.iter().filter(|load| {
                    work.take(monitor.selector.cost() * load.pod.labels.0.len())
                        && monitor.selector.matches(&load.pod.labels)
                });
                monitor.workloads = selected.map(|load| load.id).collect();
            }
        }
    }
}

/// Tells whether `labels` have all that `selector` asks for.
fn covers(selector: &Labels, labels: &Labels) -> bool {
    selector.iter().all(|pair| {
        labels.get(&pair.key.value).is_some_and(|label| label.value == pair.value.value)
    })
}

fn join_targets(app: &mut App, work: &mut Work) {
    for autoscaler in &mut app.autoscalers {
        let Some(target) = &mut autoscaler.target else { continue };
        let user = &app.objects[autoscaler.object.0];
        let meant = app.workloads.iter().filter(|load| {
            let object = &app.objects[load.object.0];
            work.take(0)
                && object.name() == target.name.value
                && object.kind.value == target.kind.value
                && user.may_share_namespace(object)
        });
        target.workloads = meant.map(|load| load.id).collect();
    }
}

/// Adds the entrances that are no objects of their own: Services that can be reached from outside,
/// and ports that containers take on their node.
fn own_entrances(app: &mut App) {
    for service in &app.services {
        let kind = match service.service_type.value {
            ServiceType::LoadBalancer => EntranceKind::LoadBalancer,
            ServiceType::NodePort => EntranceKind::NodePort,
            _ if !service.external_ips.is_empty() => EntranceKind::ExternalIp,
            _ => continue,
        };
        let at = match service.external_ips.first() {
            Some(first) if kind == EntranceKind::ExternalIp => first.at.clone(),
            _ => service.service_type.at.clone(),
        };
        let ports = service.ports.iter().map(|port| {
            let number = port.port.clone().map(PortRef::Number);
            Backend::new(service.name.clone(), Some(number), None, port.at.clone())
        });
        app.entrances.push(Entrance {
            object: service.object,
            kind,
            hosts: Vec::new(),
            tls: Field::default_in(Tls::None, service.at.clone()),
            insecure_policy: None,
            backends: ports.collect(),
            at,
        });
    }
    for workload in &app.workloads {
        app.entrances.extend(host_ports(&app.objects[workload.object.0].at, workload));
    }
}

fn host_ports(object: &crate::Spot, workload: &Workload) -> Option<Entrance> {
    let network = workload.pod.security.host_network.as_ref().filter(|field| field.value);
    let mut backends = Vec::new();
    for (index, container) in workload.pod.containers.iter().enumerate() {
        for port in &container.ports {
            let at = match (&port.host_port, network) {
                (Some(host_port), _) => host_port.at.clone(),
                (None, Some(_)) => port.port.at.clone(),
                (None, None) => continue,
            };
            let number = port.port.clone().map(PortRef::Number);
            let mut backend = Backend::new(container.name.clone(), Some(number), None, at);
            let port = Some(port.port.value);
            backend.reaches = vec![Reach { workload: workload.id, container: Some(index), port }];
            backends.push(backend);
        }
    }
    let first = backends.first()?;
    Some(Entrance {
        object: workload.object,
        kind: EntranceKind::HostPort,
        hosts: Vec::new(),
        tls: Field::default_in(Tls::None, object.clone()),
        insecure_policy: None,
        at: network.map_or_else(|| first.at.clone(), |field| field.at.clone()),
        backends,
    })
}

fn join_entrances(app: &mut App, work: &mut Work) {
    let App { objects, workloads, services, entrances, .. } = app;
    let mut by_name: BTreeMap<&str, Vec<&Service>> = BTreeMap::new();
    for service in services.iter() {
        by_name.entry(&service.name.value).or_default().push(service);
    }
    for entrance in entrances.iter_mut().filter(|own| own.kind != EntranceKind::HostPort) {
        let user = &objects[entrance.object.0];
        for backend in &mut entrance.backends {
            let named = by_name.get(backend.service_name.value.as_str());
            let service = named.into_iter().flatten().find(|service| {
                user.id == service.object || user.may_share_namespace(&objects[service.object.0])
            });
            let Some(service) = service else { continue };
            backend.service = Some(service.id);
            let is_route = entrance.kind == EntranceKind::Route;
            backend.reaches = reaches(workloads, service, backend.port.as_ref(), is_route, work);
        }
    }
}

/// Returns the containers behind a port of a Service; behind all its ports where none is named.
///
/// A Route names the pod's port, or a port of the Service by its name.
fn reaches(
    workloads: &[Workload],
    service: &Service,
    wanted: Option<&Field<PortRef>>,
    is_route: bool,
    work: &mut Work,
) -> Vec<Reach> {
    let is_wanted = |port: &&crate::ServicePort| {
        let Some(wanted) = wanted else { return true };
        let is_target = is_route && port.target.value == wanted.value;
        is_target
            || match &wanted.value {
                PortRef::Number(number) => port.port.value == *number,
                PortRef::Name(name) => port.name.as_ref().is_some_and(|own| own.value == *name),
            }
    };
    if !work.take(service.ports.len()) {
        return Vec::new();
    }
    let mut reaches = BTreeSet::new();
    for port in service.ports.iter().filter(is_wanted) {
        for id in &service.workloads {
            let workload = &workloads[id.0];
            let ports = workload.pod.containers.iter().map(|own| own.ports.len() + 1);
            if work.take(ports.sum()) {
                reaches.insert(reach(workload, &port.target.value));
            }
        }
    }
    reaches.into_iter().collect()
}

fn reach(workload: &Workload, target: &PortRef) -> Reach {
    let containers = &workload.pod.containers;
    let declared = containers.iter().enumerate().find_map(|(index, container)| {
        let port = container.ports.iter().find(|port| match target {
            PortRef::Number(number) => port.port.value == *number,
            PortRef::Name(name) => port.name.as_ref().is_some_and(|own| own.value == *name),
        })?;
        Some((index, port.port.value))
    });
    if let Some((index, port)) = declared {
        return Reach { workload: workload.id, container: Some(index), port: Some(port) };
    }
    let PortRef::Number(number) = target else {
        return Reach { workload: workload.id, container: None, port: None };
    };
    // Declaring a port is optional: an engine's own port tells too, and a lone container.
    let listens = |engine: &crate::engines::Engine| engine.port() == Some(*number);
    let by_engine = containers.iter().position(|own| own.engine.as_ref().is_some_and(listens));
    let container = by_engine.or_else(|| (containers.len() == 1).then_some(0));
    Reach { workload: workload.id, container, port: Some(*number) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProblemKind;
    use crate::testing::documents;

    #[test]
    fn work_runs_out_and_stays_out() {
        let mut work = Work(3);
        assert!(work.take(0) && work.take(1) && !work.take(0) && !work.take(0));
        assert!(!Work(5).take(usize::MAX));
    }

    #[test]
    fn a_product_of_long_lists_is_cut_and_said() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: b}}\nspec: {}\n---\n";
        let service =
            "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {a: b}}\n---\n";
        let mut app = App::new(documents(&format!("{}{}", pod.repeat(40), service.repeat(40))));
        assert!(app.problems.is_empty());
        let mut work = Work(100);
        join_selectors(&mut app, &mut work);
        let found = app.services.iter().map(|service| service.workloads.len()).sum::<usize>();
        assert!(found < 1600 && work.0 == 0, "{found}");
        app.problems.extend(cut(&app, &work));
        assert_eq!(app.problems[0].kind, ProblemKind::TooLarge);
    }
}
