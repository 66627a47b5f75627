//! The report for people: each finding with the lines to change.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Element, Level as Shown, Origin, Renderer, Snippet};
use plimsoll_rules::{Certainty, Level};
use plimsoll_yaml::Place;

use super::source::{Excerpt, Sources};
use super::style::Style;
use super::summary::{Summary, counted};
use super::{trouble, wrap::wrap};
use crate::judge::{DEFAULTS, Failure, Judged, Spotted, Verdict};
use crate::trouble::MISSING_DEPENDENCY;

/// How many findings that are alike are listed below the first.
const MOST_ALIKE: usize = 6;

/// How many charts that lack dependencies are shown one by one.
const MOST_LACKING: usize = 3;

/// How many values sets are named one by one.
const MOST_SETS: usize = 3;

/// Writes reports.
#[derive(Debug)]
pub(crate) struct Report {
    renderer: Renderer,
    style: Style,
    sources: Sources,
}

impl Report {
    pub(crate) fn new(style: Style) -> Self {
        Self { renderer: style.renderer(), style, sources: Sources::default() }
    }

    /// Returns the findings in one chart below a heading; nothing where there are none.
    pub(crate) fn findings(&mut self, verdict: &Verdict) -> String {
        if verdict.findings.is_empty() {
            return String::new();
        }
        self.learn(verdict);
        let mut text = format!("{}\n\n", self.heading(verdict));
        for alike in groups(&verdict.findings) {
            text.push_str(&self.finding(&alike));
            text.push_str("\n\n");
        }
        text
    }

    /// Returns why charts, or charts under some values sets, could not be judged.
    ///
    /// In a repository of charts whose dependencies nobody built they are a list and not a page
    /// each.
    pub(crate) fn failures(&mut self, verdicts: &[Verdict]) -> String {
        let all = verdicts
            .iter()
            .flat_map(|verdict| verdict.failures.iter().map(move |failure| (verdict, failure)));
        let (lacking, other): (Vec<_>, Vec<_>) =
            all.partition(|(_, failure)| failure.trouble.kind == MISSING_DEPENDENCY);
        let (listed, shown) = if lacking.len() > MOST_LACKING {
            (lacking, other)
        } else {
            (Vec::new(), [other, lacking].concat())
        };
        let mut text = String::new();
        for (verdict, failure) in shown {
            self.learn(verdict);
            text.push_str(&self.failure(verdict, failure));
            text.push_str("\n\n");
        }
        if !listed.is_empty() {
            text.push_str(&self.lacking(&listed));
            text.push_str("\n\n");
        }
        text
    }

    /// Returns what no rule looked at in any chart; nothing where there is no such thing.
    pub(crate) fn unchecked(&self, verdicts: &[Verdict]) -> String {
        let mut text = String::new();
        for verdict in verdicts {
            for part in &verdict.unchecked {
                let at = match &part.place {
                    Some(place) => place.to_string(),
                    None => verdict.chart.display().to_string(),
                };
                let _ = writeln!(text, "  {at}: {}", part.message);
            }
        }
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for kind in verdicts.iter().flat_map(|verdict| &verdict.unread_kinds) {
            *kinds.entry(kind).or_default() += 1;
        }
        if !kinds.is_empty() {
            let list: Vec<_> = kinds.into_keys().collect();
            let line = format!("kinds without rules: {}", list.join(", "));
            for line in wrap(&line, self.style.width - 4).lines() {
                let _ = writeln!(text, "  {line}");
            }
        }
        if text.is_empty() {
            return text;
        }
        format!("{}\n{text}\n", self.style.bold("Not checked"))
    }

    /// Returns the last line.
    pub(crate) fn summary(&self, summary: &Summary) -> String {
        format!("{}\n", self.style.bold(&summary.line()))
    }

    fn learn(&mut self, verdict: &Verdict) {
        self.sources.add_all(&verdict.texts);
        let secret = verdict.findings.iter().filter(|finding| finding.is_secret);
        let places = secret.flat_map(|finding| finding.places.iter().map(|spotted| &spotted.place));
        for place in verdict.secrets.iter().chain(places) {
            self.sources.hide(place);
        }
    }

    fn heading(&self, verdict: &Verdict) -> String {
        let count = |level| verdict.findings.iter().filter(|one| one.level == level).count();
        let counts = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Note, "note")];
        let counts: Vec<_> = counts
            .into_iter()
            .map(|(level, noun)| (count(level), noun))
            .filter(|(count, _)| *count > 0)
            .map(|(count, noun)| counted(count, noun))
            .collect();
        let chart = self.style.bold(&format!("== {}", verdict.chart.display()));
        let sets = counted(verdict.sets.len(), "values set");
        let tail = format!(" ({}; {sets})", counts.join(", "));
        format!("{chart}{}", self.style.dim(&tail))
    }

    /// Shows the first of several findings that are alike, and lists the others.
    fn finding(&mut self, alike: &[&Judged]) -> String {
        let Some((finding, others)) = alike.split_first() else { return String::new() };
        let shown: Vec<_> = finding
            .places
            .iter()
            .chain(finding.related.iter().filter(|one| !finding.points_at(&one.place)))
            .map(|spotted| (spotted, self.sources.excerpt(&spotted.place)))
            .collect();
        let level = match finding.level {
            Level::Error => Shown::ERROR,
            Level::Warning => Shown::WARNING,
            Level::Note => Shown::NOTE,
        };
        let elements = shown.iter().map(|(spotted, excerpt)| element(spotted, excerpt.as_ref()));
        let title = level.primary_title(finding.what.as_str()).id(finding.rule.slug);
        let mut group = title.elements(elements);
        let room = |name: &str| self.style.width.saturating_sub(name.len() + 8);
        for (name, said) in notes(finding) {
            group = group.element(Shown::NOTE.with_name(name).message(wrap(&said, room(name))));
        }
        if !others.is_empty() {
            let said = also(finding, others, room("also"));
            group = group.element(Shown::NOTE.with_name("also").message(said));
        }
        self.renderer.render(&[group])
    }

    fn lacking(&self, failures: &[(&Verdict, &Failure)]) -> String {
        let charts = counted(failures.len(), "chart");
        let title = format!("{charts} could not be rendered: dependencies are not in charts/");
        let items = failures.iter().map(|(verdict, failure)| {
            // Helm's message ends with the names.
            let names = failure.trouble.message.rsplit(": ").next().unwrap_or_default();
            format!("{}: {names}", verdict.chart.display())
        });
        let list = list(items, self.style.width.saturating_sub(6));
        let help = "run `helm dependency build` on each of them, or use charts of this repository \
                    with --siblings; nothing is fetched here";
        let group = Shown::ERROR
            .primary_title(title)
            .id(MISSING_DEPENDENCY)
            .element(Shown::NOTE.no_name().message(list))
            .element(Shown::HELP.message(help));
        self.renderer.render(&[group])
    }

    fn failure(&mut self, verdict: &Verdict, failure: &Failure) -> String {
        let chart = verdict.chart.display();
        let title = match failure.sets.as_slice() {
            [] => format!("{chart} could not be read"),
            sets => format!("{chart} could not be rendered with {}", named(sets)),
        };
        let title = Shown::ERROR.primary_title(title).id(failure.trouble.kind);
        let room = self.style.width.saturating_sub(6);
        let message = wrap(&failure.trouble.short_message(), room);
        let group = title.elements(std::iter::empty::<Element<'_>>());
        let group =
            trouble::tail(group, &failure.trouble, Some(&message), &mut self.sources, self.style);
        self.renderer.render(&[group])
    }
}

/// Puts findings of one rule together that one change mends: at one template line, or the same at
/// one values line. Groups are in the order of the first of each.
fn groups(findings: &[Judged]) -> Vec<Vec<&Judged>> {
    let mut groups: Vec<Vec<&Judged>> = Vec::new();
    for finding in findings {
        let same = |group: &&mut Vec<&Judged>| group.first().is_some_and(|one| alike(one, finding));
        match groups.iter_mut().find(same) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

fn alike(one: &Judged, other: &Judged) -> bool {
    let same_template = one.template().is_some() && one.template() == other.template();
    let same_line = one.place_to_change().is_some()
        && one.place_to_change() == other.place_to_change()
        && one.what == other.what;
    one.rule == other.rule && one.level == other.level && (same_template || same_line)
}

fn element<'a>(spotted: &'a Spotted, excerpt: Option<&'a Excerpt>) -> Element<'a> {
    let position = spotted.place.position;
    let Some(excerpt) = excerpt else {
        return Origin::path(&*spotted.place.file)
            .line(position.line)
            .char_column(position.column)
            .into();
    };
    let kind =
        if spotted.role.is_main() { AnnotationKind::Primary } else { AnnotationKind::Context };
    let annotation = kind.span(excerpt.span.start..excerpt.span.end).label(spotted.label.as_str());
    Snippet::source(excerpt.line.as_str())
        .line_start(position.line)
        .path(&*spotted.place.file)
        .annotation(annotation)
        .into()
}

fn notes(finding: &Judged) -> Vec<(&'static str, String)> {
    let mut notes = Vec::new();
    if !finding.object.is_empty() {
        notes.push(("object", finding.subject()));
    }
    if finding.sets.iter().all(|set| set != DEFAULTS) {
        notes.push(("values", format!("only with {}", named(&finding.sets))));
    }
    notes.push(("why", finding.why.clone()));
    notes.push(("help", finding.help.clone()));
    if let Certainty::Undecided { missing } = &finding.certainty {
        notes.push(("undecided", missing.clone()));
    }
    notes
}

/// The findings that are alike, an item for each: what differs from the first.
fn also(first: &Judged, others: &[&Judged], room: usize) -> String {
    let mut items: Vec<String> =
        others.iter().take(MOST_ALIKE).map(|other| difference(first, other)).collect();
    if others.len() > MOST_ALIKE {
        items.push(format!("and {} more; --output short lists all", others.len() - MOST_ALIKE));
    }
    list(items, room)
}

/// Items with a dash before each.
fn list(items: impl IntoIterator<Item = String>, room: usize) -> String {
    let items = items.into_iter();
    let items = items.map(|item| wrap(&item, room.saturating_sub(2)).replace('\n', "\n  "));
    items.map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n")
}

fn difference(first: &Judged, other: &Judged) -> String {
    let places = [other.place_to_change(), other.template().map(|one| &one.place)];
    let is_new = |place: &&Place| {
        Some(*place) != first.place_to_change()
            && Some(*place) != first.template().map(|one| &one.place)
    };
    let place = places.into_iter().flatten().find(is_new);
    let what = if other.what == first.what { String::new() } else { format!(": {}", other.what) };
    let is_told = other.sets == first.sets
        || other.sets.iter().any(|set| set == DEFAULTS)
        || place.is_some_and(|place| other.sets.iter().any(|set| place.file.ends_with(set)));
    let sets = if is_told { String::new() } else { format!(", with {}", named(&other.sets)) };
    let place = place.map(|place| format!("{place}: ")).unwrap_or_default();
    let subject = if other.field == first.field { other.object.clone() } else { other.subject() };
    format!("{place}{subject}{what}{sets}")
}

/// The names of values sets, few of them in full.
fn named(sets: &[String]) -> String {
    let name = |set: &String| if set == DEFAULTS { "its defaults".to_owned() } else { set.clone() };
    let shown: Vec<_> = sets.iter().take(MOST_SETS).map(name).collect();
    let rest = sets.len().saturating_sub(MOST_SETS);
    if rest == 0 {
        shown.join(", ")
    } else {
        format!("{} and {}", shown.join(", "), counted(rest, "other values set"))
    }
}
