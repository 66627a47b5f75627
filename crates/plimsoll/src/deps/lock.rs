//! The lock file against what is declared and what is there.

use plimsoll_chart::{Chart, Fit};

/// What the lock file is worth.
#[derive(Clone, Debug)]
pub(crate) struct LockReport {
    /// `Chart.lock` or `requirements.lock`.
    pub(crate) file: &'static str,
    pub(crate) state: LockState,
    /// Where it differs from what is declared and what is there, one sentence each.
    pub(crate) drift: Vec<String>,
}

/// How the lock's digest stands to what is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LockState {
    Current,
    /// `helm dependency build` refuses it.
    Stale,
    /// Repositories are written as `@NAME`, for which the digest holds a URL that is not known
    /// here.
    Unknown,
}

impl LockState {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Stale => "stale",
            Self::Unknown => "unknown",
        }
    }
}

impl LockReport {
    pub(crate) fn is_good(&self) -> bool {
        self.state != LockState::Stale && self.drift.is_empty()
    }
}

/// Reports on a chart's lock; nothing if it has none.
pub(super) fn report(chart: &Chart) -> Option<LockReport> {
    let lock = chart.lock()?;
    let metadata = chart.metadata();
    let file = if &*metadata.api_version == "v1" { "requirements.lock" } else { "Chart.lock" };
    let is_alias =
        |repository: &str| repository.starts_with('@') || repository.starts_with("alias:");
    let state = if lock.matches(metadata) {
        LockState::Current
    } else if metadata.dependencies.iter().any(|one| is_alias(&one.repository)) {
        LockState::Unknown
    } else {
        LockState::Stale
    };
    let mut drift = Vec::new();
    for declared in &metadata.dependencies {
        let name = &declared.name;
        let mut locked = lock.dependencies.iter().filter(|locked| locked.name == *name).peekable();
        if locked.peek().is_none() {
            drift.push(format!("{name} is declared and not locked"));
        } else if !locked.any(|locked| declared.fit(&locked.version) == Fit::Fits) {
            drift.push(format!(
                "{name} is locked at a version that {} does not allow",
                declared.version
            ));
        }
    }
    for locked in &lock.dependencies {
        let name = &locked.name;
        if !metadata.dependencies.iter().any(|declared| declared.name == *name) {
            drift.push(format!("{name} is locked and not declared"));
            continue;
        }
        let mut there = chart
            .subcharts()
            .iter()
            .map(|sub| sub.metadata())
            .filter(|sub| sub.name == *name)
            .peekable();
        let Some(first) = there.peek().map(|first| first.version.to_string()) else { continue };
        // A chart that lies in charts/ and has no repository is locked at its constraint.
        if !there.any(|sub| locked.fit(&sub.version) == Fit::Fits) {
            drift.push(format!("{name} is locked at {} and there at {first}", locked.version));
        }
    }
    Some(LockReport { file, state, drift })
}
