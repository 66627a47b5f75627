//! A chart as it lies on disk, read once and loaded for either Helm, perhaps with siblings for
//! dependencies that are missing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use plimsoll_chart::{Chart, ChartFile, Dependency, Fit, IgnoreRules, ParsedTemplates, Profile};

use crate::chart_dir::{self, ChartDir};
use crate::siblings::{Sibling, Siblings};

/// A chart's files.
#[derive(Debug)]
pub(crate) struct ChartSource<'s> {
    path: &'s Path,
    files: Vec<ChartFile>,
    /// Those of the top chart, which Helm applies to all that lies below it.
    rules: IgnoreRules,
    siblings: Option<&'s Siblings>,
    parsed: ParsedTemplates,
}

/// How many charts may be filled into each other.
const MAX_DEPTH: usize = 32;

impl<'s> ChartSource<'s> {
    /// Reads the chart at `path`; `siblings` are used where they are given.
    ///
    /// # Errors
    /// As for [`chart_dir::read`].
    pub(crate) fn read(path: &'s Path, siblings: Option<&'s Siblings>) -> Result<Self> {
        let ChartDir { files, rules } = chart_dir::read(path)?;
        Ok(Self { path, files, rules, siblings, parsed: ParsedTemplates::default() })
    }

    /// The same, with templates parsed only where nobody who shares `parsed` has parsed them.
    pub(crate) fn sharing(self, parsed: &ParsedTemplates) -> Self {
        Self { parsed: parsed.clone(), ..self }
    }

    /// Builds the chart.
    ///
    /// # Errors
    /// As for [`Chart::load`]; and if siblings are used, whatever is wrong with one, or siblings
    /// that need each other.
    pub(crate) fn load(&self, profile: Profile) -> Result<Chart> {
        let label = self.path.display().to_string();
        self.filled(
            Chart::load_sharing(&self.parsed, self.files.clone(), &label, profile)?,
            profile,
        )
    }

    /// Builds the chart whatever its `apiVersion`, as `helm dependency` does.
    ///
    /// # Errors
    /// As for [`ChartSource::load`].
    pub(crate) fn load_any_version(&self, profile: Profile) -> Result<Chart> {
        let label = self.path.display().to_string();
        self.filled(
            Chart::load_subchart(&self.parsed, self.files.clone(), &label, profile)?,
            profile,
        )
    }

    fn filled(&self, chart: Chart, profile: Profile) -> Result<Chart> {
        let Some(siblings) = self.siblings else { return Ok(chart) };
        let Ok(real) = fs::canonicalize(self.path) else { return Ok(chart) };
        let mut filling = Filling {
            rules: &self.rules,
            siblings,
            parsed: &self.parsed,
            profile,
            above: vec![real],
        };
        let filled = filling.fill(&chart, self.path, "")?;
        Ok(filled.unwrap_or(chart))
    }
}

struct Filling<'f> {
    rules: &'f IgnoreRules,
    siblings: &'f Siblings,
    parsed: &'f ParsedTemplates,
    profile: Profile,
    /// The directories of the charts around, outermost first.
    above: Vec<PathBuf>,
}

impl Filling<'_> {
    /// Returns the chart with siblings for what is missing in it and in its subcharts; nothing
    /// where there is none. It lies at `path` on disk and at `place` in the top chart.
    fn fill(&mut self, chart: &Chart, path: &Path, place: &str) -> Result<Option<Chart>> {
        let mut subcharts: Vec<(String, Chart)> = Vec::new();
        let mut is_filled = false;
        for sub in chart.subcharts() {
            let name = directory_name(sub);
            let below = path.join("charts").join(&name);
            // What is packed was complete when it was.
            let filled = if below.is_dir() {
                self.fill(sub, &below, &format!("{place}charts/{name}/"))?
            } else {
                None
            };
            is_filled |= filled.is_some();
            subcharts.push((name, filled.unwrap_or_else(|| sub.clone())));
        }
        for dependency in missing(chart) {
            if let Some(sub) = self.stand_in(dependency, chart, path, place)? {
                is_filled = true;
                subcharts.push((dependency.name.to_string(), sub));
            }
        }
        subcharts.sort_by(|(a, _), (b, _)| a.cmp(b));
        let subcharts = subcharts.into_iter().map(|(_, sub)| sub).collect();
        Ok(is_filled.then(|| chart.with_subcharts(subcharts)))
    }

    /// The sibling that stands in for a dependency, itself filled.
    fn stand_in(
        &mut self,
        dependency: &Dependency,
        chart: &Chart,
        path: &Path,
        place: &str,
    ) -> Result<Option<Chart>> {
        let mut candidates = self.siblings.candidates(dependency, path).into_iter();
        let Some((sibling, Fit::Fits)) = candidates.next() else { return Ok(None) };
        if self.above.contains(&sibling.real) || self.above.len() > MAX_DEPTH {
            let path = sibling.path.display();
            bail!(
                "{path} stands in for a dependency of {}, and needs that chart itself",
                chart.label()
            );
        }
        let name = &dependency.name;
        let place = format!("{place}charts/{name}");
        let loaded = self.load(&sibling, &place).with_context(|| {
            format!("error unpacking subchart {name} in {}", chart.metadata().name)
        })?;
        let Some(loaded) = loaded else { return Ok(None) };
        self.above.push(sibling.real.clone());
        let filled = self.fill(&loaded, &sibling.path, &format!("{place}/"));
        self.above.pop();
        Ok(Some(filled?.unwrap_or(loaded)))
    }

    fn load(&self, sibling: &Sibling, place: &str) -> Result<Option<Chart>> {
        let Some(files) = chart_dir::read_below(&sibling.path, place, self.rules)? else {
            return Ok(None);
        };
        let label = sibling.path.display().to_string();
        Ok(Some(Chart::load_subchart(self.parsed, files, &label, self.profile)?))
    }
}

/// The declared dependencies that Helm misses in `charts/`, each name once.
pub(crate) fn missing(chart: &Chart) -> Vec<&Dependency> {
    let mut missing: Vec<&Dependency> = Vec::new();
    for dependency in &chart.metadata().dependencies {
        let is_there = chart.subcharts().iter().any(|sub| sub.metadata().name == dependency.name);
        if !is_there && missing.iter().all(|old| old.name != dependency.name) {
            missing.push(dependency);
        }
    }
    missing
}

/// What a subchart's directory or archive in `charts/` is called.
pub(crate) fn directory_name(chart: &Chart) -> String {
    let label = chart.label();
    label.rsplit('/').next().unwrap_or(label).to_owned()
}
