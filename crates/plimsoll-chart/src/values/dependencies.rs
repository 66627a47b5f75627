//! Which subcharts take part, and under which names (Helm's `dependencies.go`).

use std::sync::Arc;

use super::coalesce::coalesce_values;
use super::copy::as_map;
use super::family::{Family, MemberId, Requirement, RequirementId};
use super::import::import_values;
use super::lookup::{scalar, table};
use crate::functions::is_compatible;
use crate::trace::{Leaf, OriginId, Trace};
use crate::value::{Data, Map};
use crate::values::ValuesSet;
use crate::{Chart, Error, ErrorKind, Profile, stack};

/// How many charts may take part; aliases within aliases multiply.
const MAX_MEMBERS: usize = 1024;

/// Removes subcharts that conditions or tags switch off, makes one for each alias, and takes over
/// what `import-values` names.
pub(crate) fn process_dependencies(
    family: &mut Family,
    trace: &mut Trace,
    profile: Profile,
    values: &Map,
) -> Result<(), Error> {
    let processed = enable_dependencies(family, trace, profile, values)
        .and_then(|()| import_values(family, trace, profile, Family::ROOT));
    processed.map_err(|error| {
        if profile.speaks_helm_4() {
            error.within("chart dependencies processing failed")
        } else {
            error
        }
    })
}

/// Removes subcharts that are switched off, and makes one for each alias.
pub(super) fn enable_dependencies(
    family: &mut Family,
    trace: &mut Trace,
    profile: Profile,
    values: &Map,
) -> Result<(), Error> {
    Processing::new(family, trace, profile).enable(Family::ROOT, values, "")
}

/// Which of a chart's declared dependencies take part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switches {
    /// The chart's values path, such as `backend.redis`; empty for the top chart.
    pub chart: String,
    /// One for each declared dependency, in their order.
    pub enabled: Vec<bool>,
}

impl Chart {
    /// Tells which declared dependencies take part under some values, by their conditions and
    /// tags: of the top chart first, then of each subchart that takes part. Whether they are in
    /// `charts/` does not matter.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Values`] and what else keeps values from being merged.
    pub fn switches(&self, values: &ValuesSet, profile: Profile) -> Result<Vec<Switches>, Error> {
        stack::deep(|| {
            let mut trace = Trace::new();
            let values = values.merged(&mut trace)?;
            let mut family = Family::new(self);
            let mut processing = Processing::new(&mut family, &mut trace, profile);
            processing.enable(Family::ROOT, &values, "")?;
            Ok(processing.switches)
        })
    }
}

#[derive(Debug)]
struct Processing<'p> {
    family: &'p mut Family,
    trace: &'p mut Trace,
    profile: Profile,
    switches: Vec<Switches>,
}

impl<'p> Processing<'p> {
    const fn new(family: &'p mut Family, trace: &'p mut Trace, profile: Profile) -> Self {
        Self { family, trace, profile, switches: Vec::new() }
    }

    /// Settles the subcharts of `chart`, whose values lie at `path` in `values`.
    fn enable(&mut self, chart: MemberId, values: &Map, path: &str) -> Result<(), Error> {
        let Some(requirements) = self.family.identity(chart).requirements.clone() else {
            return Ok(());
        };
        let chosen = self.choose(chart, &requirements);
        if self.family.len() > MAX_MEMBERS {
            let message =
                format!("dependencies and their aliases make more than {MAX_MEMBERS} charts");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        self.family.set_dependencies(chart, chosen);
        for id in &requirements {
            self.family.requirement_mut(*id).enabled = true;
        }
        let merged = coalesce_values(self.family, self.trace, self.profile, chart, values)?;
        let root = self.family.values(Family::ROOT, self.trace).origin;
        let merged = as_map(&merged).cloned().unwrap_or_else(Map::new);
        self.apply_tags(&requirements, &merged);
        self.apply_conditions(&requirements, &merged, path, root);
        self.switches.push(Switches {
            chart: path.trim_end_matches('.').to_owned(),
            enabled: requirements.iter().map(|id| self.family.requirement(*id).enabled).collect(),
        });

        let off: Vec<Arc<str>> = requirements
            .iter()
            .map(|id| self.family.requirement(*id))
            .filter(|requirement| !requirement.enabled)
            .map(|requirement| Arc::clone(&requirement.name))
            .collect();
        let mut kept = self.family.dependencies(chart);
        kept.retain(|sub| !off.contains(&self.family.name(*sub)));
        for sub in &kept {
            let name = self.family.name(*sub);
            let declared = requirements
                .iter()
                .map(|id| self.family.requirement(*id))
                .find(|requirement| requirement.name == name);
            if let Some(by) = declared.map(|requirement| requirement.decided_by) {
                let member = self.family.member_mut(*sub);
                member.decided_by = self.trace.join(member.decided_by, by);
            }
            let below = format!("{path}{}.", self.family.name(*sub));
            self.enable(*sub, &merged, &below)?;
        }
        let mut left = requirements;
        left.retain(|id| !off.contains(&self.family.requirement(*id).name));
        self.family.identity_mut(chart).requirements = (!left.is_empty()).then_some(left);
        self.family.set_dependencies(chart, kept);
        Ok(())
    }

    /// The subcharts that nobody declares, then one for each declaration that finds its chart.
    fn choose(&mut self, chart: MemberId, requirements: &[RequirementId]) -> Vec<MemberId> {
        let present = self.family.dependencies(chart);
        let mut chosen: Vec<MemberId> = present
            .iter()
            .copied()
            .filter(|sub| !requirements.iter().any(|id| self.fits(*sub, *id)))
            .collect();
        for id in requirements {
            // The first chart that fits is taken, and is copied for each declaration.
            if let Some(sub) = present.iter().copied().find(|sub| self.fits(*sub, *id)) {
                chosen.push(self.copy(sub, *id, chart));
            }
            let requirement = self.family.requirement_mut(*id);
            if !requirement.declared.alias.is_empty() {
                requirement.name = Arc::clone(&requirement.declared.alias);
            }
        }
        chosen
    }

    fn fits(&self, sub: MemberId, id: RequirementId) -> bool {
        let metadata = self.family.member(sub).chart.metadata();
        let requirement = self.family.requirement(id);
        self.family.name(sub) == requirement.name
            && is_compatible(&requirement.declared.version, &metadata.version)
    }

    /// A copy of a subchart for one declaration, under its alias.
    fn copy(&mut self, sub: MemberId, id: RequirementId, parent: MemberId) -> MemberId {
        let mut identity = self.family.identity(sub).clone();
        let alias = &self.family.requirement(id).declared.alias;
        if !alias.is_empty() {
            identity.name = Arc::clone(alias);
        }
        let copies = self.profile.copies_dependencies();
        if copies && let Some(requirements) = &mut identity.requirements {
            for id in requirements {
                let copied: Requirement = self.family.requirement(*id).clone();
                *id = self.family.require(copied);
            }
        }
        let mut member = self.family.member(sub).clone();
        member.parent = Some(parent);
        member.identity = self.family.identify(identity);
        let copy = self.family.add(member);
        self.family.replant(copy);
        if copies {
            let mut below = Vec::new();
            for sub in self.family.dependencies(copy) {
                let member = self.family.member(sub).clone();
                let sub = self.family.add(member);
                self.family.replant(sub);
                below.push(sub);
            }
            self.family.set_dependencies(copy, below);
        }
        copy
    }

    fn apply_tags(&mut self, requirements: &[RequirementId], values: &Map) {
        let Ok(tags) = table(values, "tags") else { return };
        let Some(tags) = as_map(&tags) else { return };
        for id in requirements {
            let declared = self.family.requirement(*id).declared.tags.clone();
            let (mut on, mut off) = (false, false);
            for tag in declared {
                let value = tags.get(&tag);
                if let Some(value) = &value {
                    let requirement = self.family.requirement_mut(*id);
                    requirement.decided_by = self.trace.join(requirement.decided_by, value.origin);
                }
                match value.map(|value| value.data) {
                    Some(Data::Bool(true)) => on = true,
                    Some(Data::Bool(false)) => off = true,
                    Some(_) => {
                        let name = Arc::clone(&self.family.requirement(*id).name);
                        self.family
                            .warn(format!("Tag '{tag}' for chart {name} returned non-bool value"));
                    }
                    None => {}
                }
            }
            self.family.requirement_mut(*id).enabled = on || !off;
        }
    }

    /// `root` is the origin of all values.
    fn apply_conditions(
        &mut self,
        requirements: &[RequirementId],
        values: &Map,
        path: &str,
        root: OriginId,
    ) {
        for id in requirements {
            let condition = Arc::clone(&self.family.requirement(*id).declared.condition);
            let mut conditions = OriginId::NONE;
            for name in condition.trim().split(',').filter(|name| !name.is_empty()) {
                let name_in_full = format!("{path}{name}");
                let value = scalar(values, &name_in_full);
                let origin = match &value {
                    Some(value) => value.origin,
                    None => unset(self.trace, root, &name_in_full),
                };
                let requirement = self.family.requirement_mut(*id);
                match value.map(|value| value.data) {
                    Some(Data::Bool(on)) => {
                        requirement.enabled = on;
                        // It overrules the tags.
                        requirement.decided_by = self.trace.join(conditions, origin);
                        break;
                    }
                    Some(_) => {
                        let chart = Arc::clone(&self.family.requirement(*id).name);
                        self.family.warn(format!(
                            "Condition path '{name}' for chart {chart} returned non-bool value"
                        ));
                    }
                    None => {}
                }
                conditions = self.trace.join(conditions, origin);
                let requirement = self.family.requirement_mut(*id);
                requirement.decided_by = self.trace.join(requirement.decided_by, origin);
            }
        }
    }
}

/// The origin of a value that is not there; setting it would decide.
fn unset(trace: &mut Trace, values: OriginId, path: &str) -> OriginId {
    path.split('.').fold(values, |parent, key| trace.leaf(Leaf::Unset { parent, key: key.into() }))
}
