//! A container that serves models or a user interface.

use plimsoll_app::engines::{Engine, HealthFact, HealthMeaning, Role};
use plimsoll_app::{Action, Container, Field, Labels, PortRef, Workload};

use crate::Context;

/// A container that runs a known engine for good, with its workload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Server<'a> {
    /// The workload.
    pub(crate) workload: &'a Workload,
    /// The container.
    pub(crate) container: &'a Container,
    /// The engine that it runs.
    pub(crate) engine: &'a Engine,
}

impl<'a> Context<'a> {
    /// Returns the containers that run a known engine for good; jobs, tests, init containers and
    /// those that only use an engine's tools are left out.
    pub(crate) fn servers(&self) -> impl Iterator<Item = Server<'a>> {
        let lasting = self.app.workloads.iter().filter(|workload| {
            !workload.kind.is_batch() && !self.app.object(workload.object).is_test()
        });
        lasting.flat_map(|workload| {
            let beside = workload.pod.init_containers.iter().filter(|one| one.is_sidecar);
            let all = workload.pod.containers.iter().chain(beside);
            all.filter_map(move |container| {
                let engine = container.engine.as_ref().filter(|one| one.role != Role::Tool)?;
                Some(Server { workload, container, engine })
            })
        })
    }
}

/// A probe that asks a path of which something is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProbedPath<'a> {
    /// The name of the probe's field.
    pub(crate) field: &'static str,
    /// The path.
    pub(crate) path: &'a Field<String>,
    /// Headers that the probe sends.
    pub(crate) headers: &'a Labels,
    /// What is known of the path.
    pub(crate) fact: &'static HealthFact,
}

impl<'a> Server<'a> {
    /// Returns the probes that ask the engine on its own port for a path that is known.
    pub(crate) fn probed_paths(&self) -> impl Iterator<Item = ProbedPath<'a>> {
        let Self { container, engine, .. } = *self;
        container.probes().filter_map(move |(field, probe)| {
            let Action::Http { path, port, headers, .. } = &probe.action else { return None };
            let number = match &port.value {
                PortRef::Number(number) => Some(*number),
                PortRef::Name(name) => container.port_named(name).map(|port| port.port.value),
            };
            let is_own = number.zip(engine.port()).is_none_or(|(asked, own)| asked == own);
            let fact = engine.facts.health(&path.value).filter(|_| is_own)?;
            Some(ProbedPath { field, path, headers, fact })
        })
    }

    /// Returns the engine's paths of a meaning, in words; the path to use first where it has none.
    pub(crate) fn paths(&self, meaning: HealthMeaning) -> String {
        let facts = self.engine.facts.health.iter().filter(|fact| fact.meaning == meaning);
        let paths: Vec<&str> =
            facts.filter(|fact| !fact.needs_auth).map(|fact| fact.path).collect();
        match (paths.as_slice(), self.engine.facts.health.first()) {
            ([], Some(first)) => first.path.to_owned(),
            ([], None) => "another path".to_owned(),
            (some, _) => some.join(" or "),
        }
    }
}
