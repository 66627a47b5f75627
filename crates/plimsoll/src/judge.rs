//! Judges one chart under all its values sets.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use plimsoll_app::App;
use plimsoll_chart::{Chart, ErrorKind, Profile, Rendered};
use plimsoll_rules::{Certainty, Context, Date, Finding, Level, Rule, Site, Suppression};
use plimsoll_yaml::{Input, LineIndex, Origin, Place};

use crate::engine;
use crate::{chart_dir, discover};

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
    pub(crate) unchecked: Vec<String>,
    /// How many objects were judged, over all sets.
    pub(crate) objects: usize,
}

/// A values set under which the chart could not be read or rendered.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The values set; none when the chart itself cannot be read.
    pub(crate) set: Option<String>,
    pub(crate) message: String,
    pub(crate) place: Option<Place>,
}

/// A finding in terms of files.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) rule: &'static Rule,
    pub(crate) level: Level,
    pub(crate) certainty: Certainty,
    pub(crate) what: String,
    pub(crate) why: String,
    pub(crate) help: String,
    /// `Kind/name`; empty for findings about a comment.
    pub(crate) object: String,
    /// The field's path in the object.
    pub(crate) field: String,
    /// The values sets that bring it out.
    pub(crate) sets: Vec<String>,
    /// Where it can be changed, the line to change first.
    pub(crate) places: Vec<Spotted>,
    /// Other fields that take part.
    pub(crate) related: Vec<Spotted>,
}

/// A place with what it has to do with the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spotted {
    pub(crate) label: String,
    pub(crate) place: Place,
}

/// What a values set is called when no file but the chart's own is used.
const DEFAULTS: &str = "defaults";

/// One rendering of the chart.
struct Rendition {
    set: String,
    app: App,
    again: Option<App>,
}

/// Judges the chart at `path` under its defaults and each of its `ci/*-values.yaml`.
pub(crate) fn chart(path: &Path, profile: Profile, today: Date) -> Verdict {
    let mut verdict = Verdict { chart: path.to_owned(), ..Verdict::default() };
    let label = path.display().to_string();
    let chart =
        match chart_dir::read(path).and_then(|files| Ok(Chart::load(files, &label, profile)?)) {
            Ok(chart) => chart,
            Err(error) => {
                verdict.failures.push(failure(None, &error));
                return verdict;
            }
        };
    let mut renditions = Vec::new();
    for (set, file) in values_sets(path) {
        match rendition(&chart, set.clone(), file.as_deref(), profile) {
            Ok(rendition) => {
                verdict.sets.push(set);
                renditions.push(rendition);
            }
            Err(error) if is_library(&error) => return verdict.library(),
            Err(error) => verdict.failures.push(failure(Some(set), &error)),
        }
    }
    let sources = suppression_sources(&chart, path);
    verdict.take(&renditions, &sources, today);
    verdict
}

fn values_sets(path: &Path) -> Vec<(String, Option<PathBuf>)> {
    let mut sets = vec![(DEFAULTS.to_owned(), None)];
    for file in discover::ci_values(path) {
        let name = file.strip_prefix(path).unwrap_or(&file).display().to_string();
        sets.push((name, Some(file)));
    }
    sets
}

fn rendition(
    chart: &Chart,
    set: String,
    file: Option<&Path>,
    profile: Profile,
) -> anyhow::Result<Rendition> {
    let values = engine::values_of(file, profile)?;
    let first = engine::render(chart, &values, profile, 1)?;
    // Whatever differs under other randomness would differ with each upgrade.
    let again = engine::render(chart, &values, profile, 2).ok();
    Ok(Rendition { set, app: app(&first), again: again.map(|again| app(&again)) })
}

fn app(rendered: &Rendered) -> App {
    App::new(rendered.documents().into_iter().map(Arc::new).collect())
}

fn is_library(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<plimsoll_chart::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::NotInstallable)
}

fn failure(set: Option<String>, error: &anyhow::Error) -> Failure {
    let place = error.downcast_ref::<plimsoll_chart::Error>().and_then(|error| error.place());
    Failure { set, message: format!("{error:#}"), place: place.cloned() }
}

/// The comments that allow findings, in every file of the chart that a finding can point at.
fn suppression_sources(chart: &Chart, path: &Path) -> Vec<Suppression> {
    let mut found = Vec::new();
    for (name, text) in chart.sources() {
        found.extend(plimsoll_rules::suppressions(&name, &text));
    }
    for file in discover::ci_values(path) {
        if let Ok(bytes) = chart_dir::read_bounded(&file, plimsoll_chart::MAX_FILE_BYTES) {
            let name: Arc<str> = file.display().to_string().into();
            found.extend(plimsoll_rules::suppressions(&name, &String::from_utf8_lossy(&bytes)));
        }
    }
    found
}

impl Verdict {
    fn library(mut self) -> Self {
        self.unchecked.push("a library chart renders nothing by itself".to_owned());
        self
    }

    fn take(&mut self, renditions: &[Rendition], suppressions: &[Suppression], today: Date) {
        let mut found: Vec<(Finding, usize)> = Vec::new();
        let mut unchecked = BTreeSet::new();
        for (index, rendition) in renditions.iter().enumerate() {
            let context = Context::chart(&rendition.app, rendition.again.as_ref());
            found.extend(plimsoll_rules::check(&context).into_iter().map(|one| (one, index)));
            self.objects += rendition.app.objects.len();
            unchecked.extend(unread(&rendition.app));
        }
        self.unchecked.extend(unchecked);
        let places: Vec<_> = found
            .iter()
            .map(|(finding, index)| (finding.rule, finding.places(&renditions[*index].app)))
            .collect();
        let allowance = plimsoll_rules::allow(&places, suppressions, today);
        let mut judged: Vec<Judged> = Vec::new();
        for ((finding, index), by) in found.iter().zip(&allowance.by) {
            if by.is_some() {
                self.allowed += 1;
                continue;
            }
            let rendition = &renditions[*index];
            merge(&mut judged, Judged::new(finding, Some(&rendition.app), &rendition.set));
        }
        for finding in &allowance.findings {
            merge(&mut judged, Judged::new(finding, None, DEFAULTS));
        }
        judged.sort_by(|a, b| {
            let key = |one: &Judged| one.places.first().map(|spotted| spotted.place.clone());
            b.level.cmp(&a.level).then_with(|| key(a).cmp(&key(b)))
        });
        self.findings = judged;
    }
}

/// The same finding under several values sets is one finding.
fn merge(judged: &mut Vec<Judged>, new: Judged) {
    let same = |old: &&mut Judged| {
        old.rule == new.rule
            && old.object == new.object
            && old.field == new.field
            && old.places.first() == new.places.first()
    };
    match judged.iter_mut().find(same) {
        Some(old) => old
            .sets
            .extend(new.sets.into_iter().filter(|set| !old.sets.contains(set)).collect::<Vec<_>>()),
        None => judged.push(new),
    }
}

fn unread(app: &App) -> Vec<String> {
    app.problems
        .iter()
        .map(|problem| {
            let object = app
                .objects
                .get(problem.at.object.0)
                .map_or_else(String::new, |object| format!("{} ", object.title()));
            format!("{object}{}: {}", problem.at.path, problem.message)
        })
        .collect()
}

impl Judged {
    fn new(finding: &Finding, app: Option<&App>, set: &str) -> Self {
        let mut judged = Self {
            rule: finding.rule,
            level: finding.level,
            certainty: finding.certainty.clone(),
            what: finding.what.clone(),
            why: finding.why.clone(),
            help: finding.help.clone(),
            object: String::new(),
            field: String::new(),
            sets: vec![set.to_owned()],
            places: Vec::new(),
            related: Vec::new(),
        };
        match (&finding.site, app) {
            (Site::File(place), _) => {
                judged.places.push(Spotted { label: "here".to_owned(), place: place.clone() });
            }
            (Site::Field(spot), Some(app)) => {
                if let Some(object) = app.objects.get(spot.object.0) {
                    judged.object = object.title();
                }
                judged.field = spot.path.to_string();
                judged.places = spotted(app, spot);
                for (label, spot) in &finding.related {
                    if let Some(first) = spotted(app, spot).into_iter().next() {
                        let related = Spotted { label: label.clone(), place: first.place };
                        if !judged.related.contains(&related) {
                            judged.related.push(related);
                        }
                    }
                }
            }
            (Site::Field(_), None) => {}
        }
        judged
    }
}

/// How many values lines a finding shows. A field that owes to more is computed from them, and its
/// template line says more than their list.
const MOST_VALUES: usize = 3;

/// The places of a field: the values lines, then the template line, then the outermost call.
fn spotted(app: &App, spot: &plimsoll_app::Spot) -> Vec<Spotted> {
    let origin = app.origin(spot);
    let mut places: Vec<Spotted> = Vec::new();
    let mut add = |label: String, place: Place| {
        if !places.iter().any(|old| old.place == place) {
            places.push(Spotted { label, place });
        }
    };
    for (path, place) in values_lines(app, spot, &origin) {
        add(format!("{path} is set here"), place);
    }
    if let Some(place) = origin.written {
        add("written here".to_owned(), place);
    }
    if let Some(place) = origin.trail.into_iter().next() {
        add("included here".to_owned(), place);
    }
    if places.is_empty()
        && let Some(object) = app.objects.get(spot.object.0)
    {
        let document = &object.document;
        let position = LineIndex::new(&document.text).position(&document.text, spot.span.start);
        let place = Place { file: document.name.clone(), span: spot.span, position };
        places.push(Spotted { label: "in the rendered text".to_owned(), place });
    }
    places
}

/// The values lines worth showing: those of a scalar, most specific ones only. A whole mapping owes
/// to everything in it, so its template line stands for it.
fn values_lines(app: &App, spot: &plimsoll_app::Spot, origin: &Origin) -> Vec<(String, Place)> {
    let is_scalar =
        app.node(spot).is_none_or(|node| node.entries().is_empty() && node.items().is_empty());
    let set: Vec<(String, Place)> = origin
        .inputs
        .iter()
        .filter_map(|input| match input {
            Input::Value { path, place } => Some((path.clone(), place.clone())),
            _ => None,
        })
        .collect();
    if !is_scalar && set.len() > MOST_VALUES {
        return Vec::new();
    }
    let holds = |path: &str, other: &str| {
        other.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    let specific = |(path, _): &&(String, Place)| !set.iter().any(|(other, _)| holds(path, other));
    set.iter().filter(specific).take(MOST_VALUES).cloned().collect()
}
