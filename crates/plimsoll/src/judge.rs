//! Judges one chart under all its values sets.

mod finding;
mod places;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use plimsoll_app::{App, Problem};
use plimsoll_chart::{Chart, ErrorKind, ParsedTemplates, Profile, Rendered, with_deep_stack};
use plimsoll_rules::{Context, Date, Finding, Suppression};
use plimsoll_yaml::{Document, Place};

pub(crate) use finding::Judged;
pub(crate) use places::Spotted;

use crate::chart_source::ChartSource;
use crate::secrecy::{self, Known};
use crate::siblings::Siblings;
use crate::trouble::Trouble;
use crate::{discover, engine, file};

/// What is known of one chart after judging it.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// The chart as the user named it.
    pub(crate) chart: PathBuf,
    /// The values sets under which it was rendered.
    pub(crate) sets: Vec<String>,
    /// Findings that no comment allows, worst first.
    pub(crate) findings: Vec<Judged>,
    /// How many findings comments allow.
    pub(crate) allowed: usize,
    /// What could not be read or rendered.
    pub(crate) failures: Vec<Failure>,
    /// Parts of the rendering that the rules could not look at.
    pub(crate) unchecked: Vec<Unchecked>,
    /// Kinds of objects about which there are no rules.
    pub(crate) unread_kinds: BTreeSet<String>,
    /// How many objects were judged, over all sets.
    pub(crate) objects: usize,
    /// Texts of the chart's files that places lie in: their names and what they hold.
    pub(crate) texts: Vec<(Arc<str>, Arc<str>)>,
    /// Where values and templates hold what ends up as a secret.
    pub(crate) secrets: Vec<Place>,
}

/// Why the chart could not be read, or not be rendered under some values sets.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The values sets; empty when the chart itself cannot be read.
    pub(crate) sets: Vec<String>,
    pub(crate) trouble: Trouble,
}

/// A part of a rendering that the rules could not look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unchecked {
    pub(crate) place: Option<Place>,
    pub(crate) message: String,
}

/// What a values set is called when no file but the chart's own is used.
pub(crate) const DEFAULTS: &str = "defaults";

/// One rendering of the chart.
struct Rendition {
    set: String,
    app: App,
    again: Option<App>,
}

/// Judges the chart at `path` under its defaults and each of its `ci/*-values.yaml`.
///
/// A chart on which Plimsoll itself fails does not keep the others from being judged.
/// Templates that charts have in common are parsed once, into `parsed`.
pub(crate) fn chart(
    path: &Path,
    profile: Profile,
    siblings: &Siblings,
    today: Date,
    parsed: &ParsedTemplates,
) -> Verdict {
    let source = || ChartSource::read(path, Some(siblings)).map(|source| source.sharing(parsed));
    guarded(path, || with_deep_stack(|| judge(path, source(), profile, today)))
}

fn guarded(path: &Path, judge: impl FnOnce() -> Verdict) -> Verdict {
    match catch_unwind(AssertUnwindSafe(judge)) {
        Ok(judged) => judged,
        Err(panic) => {
            let mut verdict = Verdict { chart: path.to_owned(), ..Verdict::default() };
            verdict.fail(None, Trouble::of_panic(&*panic));
            verdict
        }
    }
}

fn judge(path: &Path, source: Result<ChartSource<'_>>, profile: Profile, today: Date) -> Verdict {
    let mut verdict = Verdict { chart: path.to_owned(), ..Verdict::default() };
    let loaded = source.and_then(|source| source.load(profile));
    let sets = values_sets(path);
    let (chart, sets) = match (loaded, sets) {
        (Ok(chart), Ok(sets)) => (chart, sets),
        (Err(error), _) | (_, Err(error)) => {
            verdict.fail(None, Trouble::new(&error, path, &Known::default()));
            return verdict;
        }
    };
    verdict.texts = chart.sources();
    let mut secrets = Known::default();
    verdict.texts.iter().for_each(|(_, text)| secrets.learn(text));
    let mut renditions = Vec::new();
    for (set, values) in sets {
        match verdict.rendition(&chart, &set, values.as_deref(), profile, &mut secrets) {
            Ok(rendition) => {
                verdict.sets.push(set);
                renditions.push(rendition);
            }
            Err(error) if is_library(&error) => return verdict.library(),
            Err(error) => verdict.fail(Some(set), Trouble::new(&error, path, &secrets)),
        }
    }
    let suppressions = suppressions(&verdict.texts, path);
    verdict.take(&renditions, &suppressions, today);
    verdict.keep_pointed_texts();
    verdict
}

/// The rule that finds comments which allow nothing.
const UNUSED: &str = "suppression-unused";

/// The chart's values sets: what each is called, and its file.
fn values_sets(path: &Path) -> anyhow::Result<Vec<(String, Option<PathBuf>)>> {
    let mut sets = vec![(DEFAULTS.to_owned(), None)];
    for file in discover::ci_values(path)? {
        let name = file.strip_prefix(path).unwrap_or(&file).display().to_string();
        sets.push((name, Some(file)));
    }
    Ok(sets)
}

fn is_library(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<plimsoll_chart::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::NotInstallable)
}

/// The comments that allow findings, in every file of the chart that a finding can point at.
fn suppressions(texts: &[(Arc<str>, Arc<str>)], path: &Path) -> Vec<Suppression> {
    let mut found = Vec::new();
    for (name, text) in texts {
        found.extend(plimsoll_rules::suppressions(name, text));
    }
    // A file that cannot be read has failed as a values set already.
    for values in discover::ci_values(path).unwrap_or_default() {
        if let Ok(text) = file::read_regular_text(&values, plimsoll_chart::MAX_FILE_BYTES) {
            let name: Arc<str> = values.display().to_string().into();
            found.extend(plimsoll_rules::suppressions(&name, &text));
        }
    }
    found
}

impl Verdict {
    fn library(mut self) -> Self {
        let message = "a library chart renders nothing by itself".to_owned();
        self.unchecked.push(Unchecked { place: None, message });
        self
    }

    /// Notes a failure; the same one under several values sets is one.
    fn fail(&mut self, set: Option<String>, trouble: Trouble) {
        match self.failures.iter_mut().find(|old| old.trouble == trouble) {
            Some(old) => old.sets.extend(set),
            None => self.failures.push(Failure { sets: set.into_iter().collect(), trouble }),
        }
    }

    fn rendition(
        &mut self,
        chart: &Chart,
        set: &str,
        file: Option<&Path>,
        profile: Profile,
        secrets: &mut Known,
    ) -> anyhow::Result<Rendition> {
        let values = engine::values_of(file, profile, secrets)?;
        let first = documents(&engine::render(chart, &values, profile, 1)?);
        self.secrets.extend(first.iter().flat_map(|document| secret_places(document)));
        // Whatever differs under other randomness would differ with each upgrade.
        let again = match engine::render(chart, &values, profile, 2) {
            Ok(again) => Some(App::new(documents(&again))),
            Err(error) => {
                let trouble = Trouble::new(&error, &self.chart, secrets);
                self.unchecked.push(Unchecked {
                    message: format!(
                        "what a second rendering with {set} would change: it fails by chance: {}",
                        trouble.short_message()
                    ),
                    place: trouble.place,
                });
                None
            }
        };
        Ok(Rendition { set: set.to_owned(), app: App::new(first), again })
    }

    fn take(&mut self, renditions: &[Rendition], suppressions: &[Suppression], today: Date) {
        let mut found: Vec<(Finding, usize)> = Vec::new();
        let mut unchecked = BTreeSet::new();
        for (index, Rendition { app, again, .. }) in renditions.iter().enumerate() {
            let context = Context::chart(app, again.as_ref());
            found.extend(plimsoll_rules::check(&context).into_iter().map(|one| (one, index)));
            self.objects += app.objects.len();
            unchecked.extend(app.problems.iter().map(|problem| self::unchecked(app, problem)));
            let kinds = app.unread.iter().filter_map(|id| app.objects.get(id.0));
            self.unread_kinds.extend(kinds.map(|object| object.kind.value.clone()));
        }
        self.unread_kinds.remove("");
        self.unchecked.extend(unchecked);
        let places: Vec<_> = found
            .iter()
            .map(|(finding, index)| {
                (finding.rule, places::allowing(finding, &renditions[*index].app))
            })
            .collect();
        let allowance = plimsoll_rules::allow(&places, suppressions, today);
        let mut judged: Vec<Judged> = Vec::new();
        for ((finding, index), by) in found.iter().zip(&allowance.by) {
            if by.is_some() {
                self.allowed += 1;
                continue;
            }
            let rendition = &renditions[*index];
            finding::merge(&mut judged, Judged::new(finding, Some(&rendition.app), &rendition.set));
        }
        // What a comment allows may stand in a rendering that failed.
        let (open, known): (Vec<&Finding>, Vec<&Finding>) = allowance
            .findings
            .iter()
            .partition(|finding| !self.failures.is_empty() && finding.rule.slug == UNUSED);
        for finding in known {
            finding::merge(&mut judged, Judged::new(finding, None, DEFAULTS));
        }
        if !open.is_empty() {
            let message =
                "whether all comments that allow findings are still needed, since not all \
                           values sets could be rendered"
                    .to_owned();
            self.unchecked.push(Unchecked { place: None, message });
        }
        judged.sort_by(|a, b| {
            let key = |one: &Judged| one.places.first().map(|spotted| spotted.place.clone());
            b.level.cmp(&a.level).then_with(|| key(a).cmp(&key(b)))
        });
        self.findings = judged;
    }

    /// Lets go of texts in which no place lies, so that many large charts fit in memory.
    fn keep_pointed_texts(&mut self) {
        let spotted = self.findings.iter().flat_map(|one| one.places.iter().chain(&one.related));
        let troubled = self.failures.iter().filter_map(|failure| failure.trouble.place.as_ref());
        let pointed: BTreeSet<Arc<str>> = spotted
            .map(|spotted| &spotted.place)
            .chain(troubled)
            .map(|place| Arc::clone(&place.file))
            .collect();
        self.texts.retain(|(name, _)| pointed.contains(name));
        self.secrets.retain(|place| pointed.contains(&place.file));
        self.secrets.sort_unstable();
        self.secrets.dedup();
    }
}

fn documents(rendered: &Rendered) -> Vec<Arc<Document>> {
    rendered.documents().into_iter().map(Arc::new).collect()
}

/// Where the secrets of a rendered document come from: the values that they are made of, and the
/// template lines that write them.
pub(crate) fn secret_places(document: &Document) -> Vec<Place> {
    let hidden = secrecy::Hidden::of(&document.root);
    let origins = hidden.spans().iter().map(|span| document.provenance.origin(*span));
    origins.flat_map(places::sources).collect()
}

fn unchecked(app: &App, problem: &Problem) -> Unchecked {
    let place = app.origin(&problem.at).place_to_change().cloned();
    let Some(object) = app.objects.get(problem.at.object.0) else {
        return Unchecked { place, message: secrecy::said(&problem.message) };
    };
    let name = if object.kind.value.is_empty() {
        object.document.name.to_string()
    } else {
        object.title()
    };
    let path = problem.at.path.to_string();
    let field = if path.is_empty() { String::new() } else { format!(" {path}") };
    let message = secrecy::said(&format!("{name}{field}: {}", problem.message));
    Unchecked { place, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_defect_of_ours_is_told_as_one() {
        let verdict = guarded(Path::new("charts/a"), || panic!("of all things"));
        assert_eq!(verdict.chart, Path::new("charts/a"));
        let [failure] = verdict.failures.as_slice() else { panic!("{verdict:?}") };
        assert_eq!(failure.trouble.kind, "defect");
        assert_eq!(failure.trouble.message, "Plimsoll itself failed: of all things");
    }
}
