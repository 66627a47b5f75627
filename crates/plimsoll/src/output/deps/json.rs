//! What charts depend on, for machines, as `docs/DEPENDENCIES.md` describes. The format has a
//! version; fields are only ever added to it.

use serde::Serialize;

use crate::deps::{Inventory, LockReport, Need, Needs, Origin};
use crate::secrecy;

/// The whole report.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'a> {
    version: u32,
    tool: &'static str,
    tool_version: &'static str,
    charts: Vec<ChartReport<'a>>,
}

#[derive(Debug, Serialize)]
struct ChartReport<'a> {
    path: String,
    complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<TroubleReport<'a>>,
    #[serde(flatten)]
    needs: Option<NeedsReport<'a>>,
}

#[derive(Debug, Serialize)]
struct TroubleReport<'a> {
    kind: &'static str,
    message: String,
    help: &'a str,
}

#[derive(Debug, Serialize)]
struct NeedsReport<'a> {
    name: &'a str,
    chart_version: &'a str,
    dependencies: Vec<NeedReport<'a>>,
    undeclared: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<LockJson<'a>>,
}

#[derive(Debug, Serialize)]
struct NeedReport<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    alias: &'a str,
    constraint: &'a str,
    repository: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    condition: &'a str,
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<FoundReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stand_in: Option<String>,
    could_come_from: Vec<OriginReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chart: Option<NeedsReport<'a>>,
}

#[derive(Debug, Serialize)]
struct FoundReport<'a> {
    path: &'a str,
    version: &'a str,
}

#[derive(Debug, Serialize)]
struct OriginReport<'a> {
    kind: &'static str,
    place: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fits: Option<bool>,
}

#[derive(Debug, Serialize)]
struct LockJson<'a> {
    file: &'static str,
    digest: &'static str,
    drift: &'a [String],
}

impl<'a> Report<'a> {
    pub(crate) fn new(inventories: &'a [Inventory]) -> Self {
        Self {
            version: 1,
            tool: "plimsoll",
            tool_version: env!("CARGO_PKG_VERSION"),
            charts: inventories.iter().map(ChartReport::new).collect(),
        }
    }
}

impl<'a> ChartReport<'a> {
    fn new(inventory: &'a Inventory) -> Self {
        let trouble = inventory.trouble.as_ref().map(|trouble| TroubleReport {
            kind: trouble.kind,
            message: trouble.short_message(),
            help: &trouble.help,
        });
        Self {
            path: inventory.chart.display().to_string(),
            complete: inventory.needs.as_ref().is_some_and(Needs::are_met),
            trouble,
            needs: inventory.needs.as_ref().map(NeedsReport::new),
        }
    }
}

impl<'a> NeedsReport<'a> {
    fn new(needs: &'a Needs) -> Self {
        let lock = |lock: &'a LockReport| LockJson {
            file: lock.file,
            digest: lock.state.word(),
            drift: &lock.drift,
        };
        Self {
            name: &needs.name,
            chart_version: &needs.version,
            dependencies: needs.needs.iter().map(NeedReport::new).collect(),
            undeclared: &needs.undeclared,
            lock: needs.lock.as_ref().map(lock),
        }
    }
}

impl<'a> NeedReport<'a> {
    fn new(need: &'a Need) -> Self {
        let declared = &need.declared;
        let found = need.found.as_ref();
        Self {
            name: &declared.name,
            alias: &declared.alias,
            constraint: &declared.version,
            repository: secrecy::said(&declared.repository),
            condition: &declared.condition,
            tags: declared.tags.iter().map(|tag| &**tag).collect(),
            enabled: need.enabled,
            status: need.status.word(),
            found: found.map(|found| FoundReport { path: &found.path, version: &found.version }),
            stand_in: need.stand_in.as_ref().map(|path| path.display().to_string()),
            could_come_from: need.origins.iter().map(OriginReport::new).collect(),
            chart: need.below.as_ref().map(NeedsReport::new),
        }
    }
}

impl<'a> OriginReport<'a> {
    fn new(origin: &'a Origin) -> Self {
        let version = origin.version.as_ref();
        Self {
            kind: origin.kind.word(),
            place: &origin.place,
            version: version.map(|(version, _)| version.as_str()),
            fits: version.map(|(_, fits)| *fits),
        }
    }
}
