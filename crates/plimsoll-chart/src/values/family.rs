//! A chart with its subcharts while dependencies are processed.
//!
//! Helm works on pointers that several charts share, above all in version 3, and what it renders
//! depends on who shares what. Indexes into one pool stand for those pointers here.

use std::collections::HashSet;
use std::sync::Arc;

use super::plant::{Planter, push_key, register};
use crate::load::{Chart, Dependency, Documents, SourceFile, join};
use crate::trace::{OriginId, Trace};
use crate::value::{Data, Map, Value};

/// A chart of the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MemberId(usize);

/// A declared dependency of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequirementId(usize);

/// What is left of a member's `Chart.yaml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IdentityId(usize);

/// A chart as it takes part in a rendering.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) chart: Chart,
    pub(crate) identity: IdentityId,
    pub(crate) parent: Option<MemberId>,
    pub(crate) dependencies: Vec<MemberId>,
    /// What decided that the chart takes part.
    pub(crate) decided_by: OriginId,
    /// The chart's own values, once somebody asked for them.
    values: Option<Value>,
}

/// The part of a `Chart.yaml` that changes while dependencies are processed.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// The name in `Chart.yaml`, or the alias.
    pub(crate) name: Arc<str>,
    pub(crate) version: Arc<str>,
    pub(crate) app_version: Arc<str>,
    /// Absent where `Chart.yaml` has no such field.
    pub(crate) requirements: Option<Vec<RequirementId>>,
}

/// A declared dependency and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    pub(crate) declared: Dependency,
    /// The declared name, or the alias once the chart was found.
    pub(crate) name: Arc<str>,
    pub(crate) enabled: bool,
    /// The tags or the condition that say so.
    pub(crate) decided_by: OriginId,
    /// `import-values` in full: what to take and where to put it.
    pub(crate) imports: Option<Vec<(String, String)>>,
}

/// All members; the first one is the top chart.
#[derive(Debug)]
pub(crate) struct Family {
    members: Vec<Member>,
    identities: Vec<Identity>,
    requirements: Vec<Requirement>,
    /// What Helm would print while it merges, without repeats and without values.
    pub(crate) warnings: Vec<String>,
    warned: HashSet<String>,
}

impl Family {
    pub(crate) const ROOT: MemberId = MemberId(0);

    /// Takes a chart and everything in its `charts/`.
    pub(crate) fn new(chart: &Chart) -> Self {
        let mut family = Self {
            members: Vec::new(),
            identities: Vec::new(),
            requirements: Vec::new(),
            warnings: Vec::new(),
            warned: HashSet::new(),
        };
        family.adopt(chart, None);
        family
    }

    fn adopt(&mut self, chart: &Chart, parent: Option<MemberId>) -> MemberId {
        let metadata = chart.metadata();
        let mut ids = Vec::with_capacity(metadata.dependencies.len());
        for declared in &metadata.dependencies {
            ids.push(self.require(Requirement {
                name: Arc::clone(&declared.name),
                enabled: declared.enabled,
                decided_by: OriginId::NONE,
                declared: declared.clone(),
                imports: None,
            }));
        }
        let identity = self.identify(Identity {
            name: Arc::clone(&metadata.name),
            version: Arc::clone(&metadata.version),
            app_version: Arc::clone(&metadata.app_version),
            requirements: metadata.declares_dependencies.then_some(ids),
        });
        let id = self.add(Member {
            chart: chart.clone(),
            identity,
            parent,
            dependencies: Vec::new(),
            decided_by: OriginId::NONE,
            values: None,
        });
        for subchart in chart.subcharts() {
            let sub = self.adopt(subchart, Some(id));
            self.members[id.0].dependencies.push(sub);
        }
        id
    }

    /// Adds a member that is in nobody's list yet.
    pub(crate) fn add(&mut self, member: Member) -> MemberId {
        self.members.push(member);
        MemberId(self.members.len() - 1)
    }

    /// Adds an identity that is nobody's yet.
    pub(crate) fn identify(&mut self, identity: Identity) -> IdentityId {
        self.identities.push(identity);
        IdentityId(self.identities.len() - 1)
    }

    /// Adds a requirement that is in nobody's list yet.
    pub(crate) fn require(&mut self, requirement: Requirement) -> RequirementId {
        self.requirements.push(requirement);
        RequirementId(self.requirements.len() - 1)
    }

    /// How many members there are, those that were left out included.
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    pub(crate) fn member(&self, id: MemberId) -> &Member {
        &self.members[id.0]
    }

    pub(crate) fn member_mut(&mut self, id: MemberId) -> &mut Member {
        &mut self.members[id.0]
    }

    pub(crate) fn identity(&self, id: MemberId) -> &Identity {
        &self.identities[self.member(id).identity.0]
    }

    pub(crate) fn identity_mut(&mut self, id: MemberId) -> &mut Identity {
        let identity = self.member(id).identity;
        &mut self.identities[identity.0]
    }

    /// Replaces the versions of a member; those that are empty stay.
    pub(crate) fn set_versions(&mut self, id: MemberId, version: &str, app_version: &str) {
        let identity = self.identity_mut(id);
        for (field, text) in
            [(&mut identity.version, version), (&mut identity.app_version, app_version)]
        {
            if !text.is_empty() {
                *field = Arc::from(text);
            }
        }
    }

    pub(crate) fn requirement(&self, id: RequirementId) -> &Requirement {
        &self.requirements[id.0]
    }

    pub(crate) fn requirement_mut(&mut self, id: RequirementId) -> &mut Requirement {
        &mut self.requirements[id.0]
    }

    /// The dependencies of a member, as a list of its own.
    pub(crate) fn dependencies(&self, id: MemberId) -> Vec<MemberId> {
        self.member(id).dependencies.clone()
    }

    /// Makes `dependencies` the subcharts of `id`, and `id` their parent.
    pub(crate) fn set_dependencies(&mut self, id: MemberId, dependencies: Vec<MemberId>) {
        for sub in &dependencies {
            self.member_mut(*sub).parent = Some(id);
        }
        self.member_mut(id).dependencies = dependencies;
    }

    /// The name of a member.
    pub(crate) fn name(&self, id: MemberId) -> Arc<str> {
        Arc::clone(&self.identity(id).name)
    }

    /// The names from below the top chart down to the member.
    fn lineage(&self, id: MemberId) -> Vec<Arc<str>> {
        let mut names = Vec::new();
        let mut at = id;
        // Parents form no circle, but shared members make that hard to see; the bound is certain.
        for _ in 0..self.members.len() {
            let Some(parent) = self.member(at).parent else { break };
            names.push(self.name(at));
            at = parent;
        }
        names.reverse();
        names
    }

    /// The values path of a member's values, as the top chart sees it.
    pub(crate) fn values_path(&self, id: MemberId) -> String {
        let mut path = String::new();
        for name in self.lineage(id) {
            push_key(&mut path, &name);
        }
        path
    }

    /// Helm's `ChartFullPath`: the directory that template names start with.
    pub(crate) fn full_path(&self, id: MemberId) -> String {
        let mut path = self.name(Self::ROOT).to_string();
        for name in self.lineage(id) {
            path.push_str("/charts/");
            path.push_str(&name);
        }
        path
    }

    /// The chart's own values, which nobody may change in place.
    pub(crate) fn values(&mut self, id: MemberId, trace: &mut Trace) -> Value {
        if let Some(values) = &self.member(id).values {
            return values.clone();
        }
        let path = self.values_path(id);
        let chart = self.member(id).chart.clone();
        let values = match &chart.0.values {
            Some(documents) => {
                let source = register(trace, &documents.source);
                Planter::new(trace, source, &path).documents(documents)
            }
            None => {
                let source = SourceFile::new(join(&chart.0.root, "values.yaml"), "");
                let id = register(trace, &source);
                let nothing = Documents { source, lists: Vec::new() };
                Planter::new(trace, id, &path).documents(&nothing)
            }
        };
        self.member_mut(id).values = Some(values.clone());
        values
    }

    /// Replaces the chart's own values.
    pub(crate) fn set_values(&mut self, id: MemberId, values: Map, trace: &mut Trace) {
        let origin = self.values(id, trace).origin;
        self.member_mut(id).values = Some(Value::of(Data::Map(values), origin));
    }

    /// Forgets planted values, whose paths no longer hold once the member moved.
    pub(crate) fn replant(&mut self, id: MemberId) {
        self.member_mut(id).values = None;
    }

    pub(crate) fn warn(&mut self, warning: String) {
        if self.warned.insert(warning.clone()) {
            self.warnings.push(warning);
        }
    }
}
