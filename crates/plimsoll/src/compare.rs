//! What changes when a chart moves from Helm 3 to Helm 4.

mod field;
mod objects;
mod reason;
mod tree;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use plimsoll_chart::{Difference, ErrorKind, Profile, Rendered};
use plimsoll_yaml::Place;

pub(crate) use field::{Field, Shown};

use crate::chart_source::ChartSource;
use crate::output::source::Sources;
use crate::trouble::Trouble;
use crate::values_args::{SettingArgs, ValuesTexts};
use crate::world::Seeded;
use objects::{Look, Object};
use reason::Reasons;

/// One chart under one values set, rendered as both Helms do.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) chart: PathBuf,
    /// What the values set is called.
    pub(crate) set: String,
    /// Why Helm 3 and Helm 4 refuse the chart, where they do.
    pub(crate) refused: [Option<Trouble>; 2],
    /// What makes one of them refuse it, where it can be told.
    pub(crate) refused_because: Option<&'static Difference>,
    /// The chart is a library, which neither renders.
    pub(crate) is_library: bool,
    /// What Helm 3 alone and Helm 4 alone warn of.
    pub(crate) warnings: [Vec<String>; 2],
    /// Objects that mean something else, or are there in one rendering only.
    pub(crate) changed: Vec<Changed>,
    /// Objects that mean the same and look different, by how.
    pub(crate) looks: Looks,
    /// Objects that mean the same and stand elsewhere in the order of installation.
    pub(crate) moved: Vec<String>,
    /// The text for the user differs.
    pub(crate) notes_differ: bool,
    /// How many objects were compared.
    pub(crate) objects: usize,
    /// Texts of files that places lie in.
    pub(crate) texts: Vec<(Arc<str>, Arc<str>)>,
    /// Where values and templates hold what ends up as a secret.
    pub(crate) secrets: Vec<Place>,
}

/// How many objects differ in text alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Looks {
    pub(crate) space: usize,
    pub(crate) comments: usize,
    pub(crate) style: usize,
    /// Documents without an object, which hold comments at most, that are there in one rendering
    /// only.
    pub(crate) empty: usize,
}

/// An object that means something else.
#[derive(Debug)]
pub(crate) struct Changed {
    /// What people call it: `Deployment/ollama`.
    pub(crate) title: String,
    /// The template's name as Helm prints it.
    pub(crate) template: String,
    pub(crate) is_hook: bool,
    pub(crate) kind: ChangeKind,
    /// What makes it be there in one rendering only, where it can be told.
    pub(crate) because: Option<&'static Difference>,
    /// The template line that writes an object that one rendering lacks.
    pub(crate) written: Option<Place>,
}

/// What became of an object.
#[derive(Debug)]
pub(crate) enum ChangeKind {
    /// Helm 4 alone renders it.
    Added,
    /// Helm 3 alone renders it.
    Removed,
    /// Both do, with other fields.
    Fields(Vec<Field>),
}

impl Comparison {
    /// What is known of a chart, or a values set, that cannot be read.
    pub(crate) fn unreadable(chart: &Path, set: &str, error: &anyhow::Error) -> Self {
        let trouble = Trouble::new(error, chart, &Sources::default().known());
        Self {
            chart: chart.to_owned(),
            set: set.to_owned(),
            refused: [Some(trouble.clone()), Some(trouble)],
            ..Self::default()
        }
    }

    /// Tells whether what is installed differs, or whether anything is.
    pub(crate) fn changes_meaning(&self) -> bool {
        !self.changed.is_empty() || self.refused.iter().filter(|one| one.is_some()).count() == 1
    }

    /// Tells whether neither Helm renders the chart.
    pub(crate) fn is_unreadable(&self) -> bool {
        !self.is_library && self.refused.iter().all(Option::is_some)
    }
}

/// What to compare, and how.
#[derive(Debug)]
pub(crate) struct Task<'t> {
    pub(crate) chart: &'t Path,
    /// The values set's name, and what is in it.
    pub(crate) set: &'t str,
    pub(crate) values: &'t ValuesTexts,
    pub(crate) settings: &'t SettingArgs,
    pub(crate) release: &'t str,
}

const PROFILES: [Profile; 2] = [Profile::Helm3, Profile::Helm4];

/// Compares the renderings of one chart. A chart on which Plimsoll itself fails does not keep the
/// others from being compared.
pub(crate) fn compare(task: &Task<'_>, source: &Result<ChartSource<'_>>) -> Comparison {
    let compared = catch_unwind(AssertUnwindSafe(|| task.compare(source)));
    compared.unwrap_or_else(|panic| {
        let refused = [Some(Trouble::of_panic(&*panic)), Some(Trouble::of_panic(&*panic))];
        Comparison { refused, ..task.empty() }
    })
}

impl Task<'_> {
    fn empty(&self) -> Comparison {
        Comparison {
            chart: self.chart.to_owned(),
            set: self.set.to_owned(),
            ..Comparison::default()
        }
    }

    fn compare(&self, source: &Result<ChartSource<'_>>) -> Comparison {
        let mut comparison = self.empty();
        let source = match source {
            Ok(source) => source,
            Err(error) => return Comparison::unreadable(self.chart, self.set, error),
        };
        let [three, four] = PROFILES.map(|profile| self.render(source, profile));
        for outcome in [&three, &four] {
            comparison.texts.extend(outcome.texts.iter().cloned());
        }
        comparison.texts.extend(self.values.texts());
        match (&three.rendered, &four.rendered) {
            (Ok(old), Ok(new)) => self.fill(&mut comparison, source, old, new),
            _ => self.refuse(&mut comparison, source, [&three, &four]),
        }
        let (old, new): (BTreeSet<_>, BTreeSet<_>) =
            (three.warnings.iter().collect(), four.warnings.iter().collect());
        let only = |one: &BTreeSet<&String>, other: &BTreeSet<&String>| {
            one.difference(other).map(|warning| (*warning).clone()).collect()
        };
        if comparison.refused.iter().all(Option::is_none) {
            comparison.warnings = [only(&old, &new), only(&new, &old)];
        }
        comparison
    }

    /// What one Helm makes of the chart; chance and time are the same for all.
    fn render(&self, source: &ChartSource<'_>, profile: Profile) -> Outcome {
        let mut texts = Vec::new();
        let mut warnings = Vec::new();
        let rendered = self.rendered(source, profile, &mut texts, &mut warnings);
        Outcome { rendered, texts, warnings }
    }

    fn rendered(
        &self,
        source: &ChartSource<'_>,
        profile: Profile,
        texts: &mut Vec<(Arc<str>, Arc<str>)>,
        warnings: &mut Vec<String>,
    ) -> Result<Rendered> {
        let chart = source.load(profile)?;
        *texts = chart.sources();
        warnings.extend(chart.warnings().into_iter().map(str::to_owned));
        let values = self.values.set(self.settings, profile)?;
        let options = self.settings.options(profile, self.release)?;
        let rendered = chart.render(&values, &options, Arc::new(Seeded(1)))?;
        warnings.extend(rendered.warnings().iter().cloned());
        Ok(rendered)
    }

    fn refuse(
        &self,
        comparison: &mut Comparison,
        source: &ChartSource<'_>,
        outcomes: [&Outcome; 2],
    ) {
        let mut sources = Sources::default();
        sources.add_all(&comparison.texts);
        let known = sources.known();
        comparison.refused = outcomes.map(|outcome| {
            outcome.rendered.as_ref().err().map(|error| Trouble::new(error, self.chart, &known))
        });
        comparison.is_library =
            outcomes.iter().all(|outcome| outcome.rendered.as_ref().is_err_and(is_library));
        let refuses = |profile| self.render(source, profile).rendered.is_err();
        comparison.refused_because = match &comparison.refused {
            [None, Some(_)] => reason::of_refusal(Profile::Helm4, refuses),
            [Some(_), None] => reason::of_refusal(Profile::Helm3, refuses),
            _ => None,
        };
    }

    fn fill(
        &self,
        comparison: &mut Comparison,
        source: &ChartSource<'_>,
        old: &Rendered,
        new: &Rendered,
    ) {
        let (before, after) = (objects::objects(old), objects::objects(new));
        let pairs = objects::pairs(&before, &after);
        comparison.objects = pairs.len();
        comparison.notes_differ = old.notes() != new.notes();
        let empty = |rendered: &Rendered, objects: &[Object]| {
            rendered.manifests().len() + rendered.hooks().len() - objects.len()
        };
        comparison.looks.empty = empty(old, &before).abs_diff(empty(new, &after));
        let render = |profile| self.render(source, profile).rendered.ok();
        let mut reasons = Reasons::new(&before, &after, &render);
        for pair in &pairs {
            let (one, other) = (pair.0.map(|at| &before[at]), pair.1.map(|at| &after[at]));
            match reason::changed(one, other, &mut reasons) {
                Some(changed) => {
                    for object in [one, other].into_iter().flatten() {
                        comparison.secrets.extend(crate::judge::secret_places(&object.document));
                    }
                    comparison.changed.push(changed);
                }
                None => comparison.looks.add(one, other),
            }
        }
        let both: Vec<(usize, usize)> =
            pairs.iter().filter_map(|pair| Some((pair.0?, pair.1?))).collect();
        let sequence: Vec<usize> = both.iter().map(|(_, at)| *at).collect();
        let moved = objects::moved(&sequence);
        comparison.moved = moved.into_iter().map(|index| before[both[index].0].title()).collect();
    }
}

/// What one Helm makes of a chart.
struct Outcome {
    rendered: Result<Rendered>,
    texts: Vec<(Arc<str>, Arc<str>)>,
    warnings: Vec<String>,
}

fn is_library(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<plimsoll_chart::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::NotInstallable)
}

impl Looks {
    fn add(&mut self, before: Option<&Object>, after: Option<&Object>) {
        let (Some(before), Some(after)) = (before, after) else { return };
        match objects::look(before, after) {
            Look::Same => {}
            Look::Space => self.space += 1,
            Look::Comments => self.comments += 1,
            Look::Style => self.style += 1,
        }
    }

    /// How many objects look different.
    pub(crate) const fn total(self) -> usize {
        self.space + self.comments + self.style
    }
}
