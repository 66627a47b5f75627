//! What a chart declares as dependencies, what of it is there, and where the rest could come from.

mod lock;
mod origin;
mod status;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use anyhow::Result;
use plimsoll_chart::{Chart, Dependency, Fit, Profile, Switches};

pub(crate) use lock::{LockReport, LockState};
pub(crate) use origin::{Origin, OriginKind};
pub(crate) use status::{Found, Status};

use crate::chart_source::{self, ChartSource};
use crate::output::source::Sources;
use crate::siblings::{Sibling, Siblings};
use crate::trouble::Trouble;
use crate::values_args::RenderArgs;

/// What is known of one chart's dependencies.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    pub(crate) chart: PathBuf,
    /// Why the chart could not be read, or values not be applied.
    pub(crate) trouble: Option<Trouble>,
    /// Absent where the chart could not be read.
    pub(crate) needs: Option<Needs>,
}

/// A chart with what it declares.
#[derive(Debug)]
pub(crate) struct Needs {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) needs: Vec<Need>,
    /// Charts in `charts/` that are not declared, as the user names them.
    pub(crate) undeclared: Vec<String>,
    /// Of the top chart only: the lock of a packed chart is no concern of who uses it.
    pub(crate) lock: Option<LockReport>,
}

/// A declared dependency.
#[derive(Debug)]
pub(crate) struct Need {
    pub(crate) declared: Dependency,
    pub(crate) status: Status,
    /// Whether it takes part under the given values; absent where that cannot be told.
    pub(crate) enabled: Option<bool>,
    pub(crate) found: Option<Found>,
    /// Where it could come from, where it is not there.
    pub(crate) origins: Vec<Origin>,
    /// The sibling that stands in for it.
    pub(crate) stand_in: Option<PathBuf>,
    /// What the chart needs that is there, or that stands in.
    pub(crate) below: Option<Needs>,
}

impl Need {
    /// Tells whether the right chart is there, or one stands in.
    pub(crate) fn is_met(&self) -> bool {
        self.stand_in.is_some() || self.status.is_good()
    }
}

impl Needs {
    /// All dependencies, those of dependencies included.
    pub(crate) fn all(&self) -> Vec<&Need> {
        let mut all = Vec::new();
        for need in &self.needs {
            all.push(need);
            all.extend(need.below.as_ref().map(Self::all).unwrap_or_default());
        }
        all
    }

    /// Tells whether everything is there and as the lock says.
    pub(crate) fn are_met(&self) -> bool {
        self.all().into_iter().all(Need::is_met)
            && self.lock.as_ref().is_none_or(LockReport::is_good)
    }
}

/// Looks at one chart. A chart on which Plimsoll itself fails does not keep the others from being
/// looked at.
pub(crate) fn inventory(path: &Path, args: &RenderArgs, looking: &Looking<'_>) -> Inventory {
    let chart = path.to_owned();
    let looked = catch_unwind(AssertUnwindSafe(|| looking.chart(path, args)));
    match looked {
        Ok(Ok((needs, trouble))) => {
            let trouble = trouble.map(|error| trouble_of(&error, path));
            Inventory { chart, trouble, needs: Some(needs) }
        }
        Ok(Err(error)) => {
            let trouble = Some(trouble_of(&error, path));
            Inventory { chart, trouble, needs: None }
        }
        Err(panic) => Inventory { chart, trouble: Some(Trouble::of_panic(&*panic)), needs: None },
    }
}

fn trouble_of(error: &anyhow::Error, path: &Path) -> Trouble {
    Trouble::new(error, path, &Sources::default().known())
}

/// How to look for dependencies.
#[derive(Debug)]
pub(crate) struct Looking<'l> {
    /// Names siblings.
    pub(crate) siblings: &'l Siblings,
    /// They stand in for what is missing.
    pub(crate) stand_in: bool,
    pub(crate) profile: Profile,
}

impl Looking<'_> {
    /// The chart's needs, and what keeps its switches from being told.
    fn chart(&self, path: &Path, args: &RenderArgs) -> Result<(Needs, Option<anyhow::Error>)> {
        let profile = self.profile;
        let bare = ChartSource::read(path, None)?.load_any_version(profile)?;
        let siblings = self.stand_in.then_some(self.siblings);
        let filled = ChartSource::read(path, siblings)?.load_any_version(profile)?;
        let switches = args
            .values_set(&mut Sources::default())
            .and_then(|values| Ok(filled.switches(&values, profile)?));
        let (switches, trouble) = match switches {
            Ok(switches) => (switches, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let one = One { bare: Some(&bare), filled: &filled, path, values_path: "" };
        let mut needs = self.needs(&one, &switches);
        needs.lock = lock::report(&bare);
        Ok((needs, trouble))
    }

    fn needs(&self, one: &One<'_>, switches: &[Switches]) -> Needs {
        let metadata = one.filled.metadata();
        let enabled = switches.iter().find(|on| on.chart == one.values_path);
        let needs = metadata.dependencies.iter().enumerate().map(|(index, declared)| {
            let enabled = enabled.and_then(|on| on.enabled.get(index).copied());
            self.need(one, declared, enabled, switches)
        });
        let is_declared = |sub: &&Chart| {
            metadata.dependencies.iter().any(|declared| declared.name == sub.metadata().name)
        };
        let undeclared = one.filled.subcharts().iter().filter(|sub| !is_declared(sub));
        Needs {
            name: metadata.name.to_string(),
            version: metadata.version.to_string(),
            needs: needs.collect(),
            undeclared: undeclared.map(|sub| sub.label().to_owned()).collect(),
            lock: None,
        }
    }

    fn need(
        &self,
        one: &One<'_>,
        declared: &Dependency,
        enabled: Option<bool>,
        switches: &[Switches],
    ) -> Need {
        let (status, found) = match one.bare {
            Some(bare) => status::of(declared, bare, one.path),
            None => (Status::Missing, None),
        };
        let sub = |chart: &Chart| {
            let mut subs = chart.subcharts().iter();
            subs.find(|sub| sub.metadata().name == declared.name).cloned()
        };
        let (bare, filled) = (one.bare.and_then(sub), sub(one.filled));
        let candidates = match status {
            Status::Missing => self.siblings.candidates(declared, one.path),
            _ => Vec::new(),
        };
        let stands_in = bare.is_none() && filled.is_some();
        let stand_in = candidates.first().filter(|_| stands_in).map(|(one, _)| one.path.clone());
        let below = filled.filter(|sub| !sub.metadata().dependencies.is_empty()).map(|filled| {
            let directory = chart_source::directory_name(&filled);
            let inside = one.path.join("charts").join(directory);
            let path = stand_in.as_deref().unwrap_or(&inside);
            let values_path = match one.values_path {
                "" => declared.key().to_owned(),
                above => format!("{above}.{}", declared.key()),
            };
            // A stand-in is looked at where it lies.
            let own = stand_in.as_deref().and_then(|path| {
                ChartSource::read(path, None)
                    .and_then(|source| source.load_any_version(self.profile))
                    .ok()
            });
            let bare = bare.as_ref().or(own.as_ref());
            let one = One { bare, filled: &filled, path, values_path: &values_path };
            self.needs(&one, switches)
        });
        let origins = match status {
            status if status.is_good() => Vec::new(),
            _ => origin::of(declared, self.siblings.local(declared, one.path), &candidates),
        };
        Need { declared: declared.clone(), status, enabled, found, origins, stand_in, below }
    }
}

/// A chart that is looked at.
struct One<'o> {
    /// As it lies on disk.
    bare: Option<&'o Chart>,
    /// With siblings for what is missing.
    filled: &'o Chart,
    path: &'o Path,
    /// Where its values lie in the top chart's.
    values_path: &'o str,
}

/// A sibling and how its version fits.
pub(crate) type Candidate = (Sibling, Fit);
