//! The report for people: each finding with the lines to change.

use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{
    AnnotationKind, Element, Group, Level as Shown, Origin, Renderer, Snippet,
};
use plimsoll_rules::{Certainty, Level};

use super::source::{Excerpt, Sources};
use crate::judge::{Failure, Judged, Spotted, Verdict};

/// Rules whose findings stand on a secret: the value is never shown.
const SECRET_RULES: [&str; 1] = ["literal-credential"];

/// Writes findings.
#[derive(Debug)]
pub(crate) struct Report {
    renderer: Renderer,
    sources: Sources,
}

impl Report {
    pub(crate) fn new(is_coloured: bool) -> Self {
        let renderer = if is_coloured { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(120);
        Self { renderer, sources: Sources::default() }
    }

    /// Returns everything about one chart; empty when there is nothing to say.
    pub(crate) fn chart(&mut self, verdict: &Verdict) -> String {
        let mut text = String::new();
        for finding in &verdict.findings {
            text.push_str(&self.finding(finding));
            text.push_str("\n\n");
        }
        for failure in &verdict.failures {
            text.push_str(&self.failure(verdict, failure));
            text.push_str("\n\n");
        }
        text
    }

    fn finding(&mut self, finding: &Judged) -> String {
        let is_secret = SECRET_RULES.contains(&finding.rule.slug);
        let shown: Vec<_> = finding
            .places
            .iter()
            .map(|spotted| (spotted, true))
            .chain(finding.related.iter().map(|spotted| (spotted, false)))
            .map(|(spotted, is_main)| {
                (spotted, is_main, self.sources.excerpt(&spotted.place, is_secret))
            })
            .collect();
        let level = match finding.level {
            Level::Error => Shown::ERROR,
            Level::Warning => Shown::WARNING,
            Level::Note => Shown::NOTE,
        };
        let mut group = level.primary_title(finding.what.as_str()).id(finding.rule.slug).elements(
            shown
                .iter()
                .map(|(spotted, is_main, excerpt)| element(spotted, *is_main, excerpt.as_ref())),
        );
        for (name, said) in notes(finding) {
            group = group.element(Shown::NOTE.with_name(name).message(said));
        }
        self.renderer.render(&[group])
    }

    fn failure(&mut self, verdict: &Verdict, failure: &Failure) -> String {
        let set = failure.set.as_ref().map(|set| format!(" with {set}")).unwrap_or_default();
        let title = format!("{}{set} could not be judged", verdict.chart.display());
        let mut group = Group::with_title(Shown::ERROR.primary_title(title));
        let excerpt = failure.place.as_ref().map(|place| {
            let spotted = Spotted { label: "here".to_owned(), place: place.clone() };
            let excerpt = self.sources.excerpt(place, false);
            (spotted, excerpt)
        });
        if let Some((spotted, excerpt)) = &excerpt {
            group = group.element(element(spotted, true, excerpt.as_ref()));
        }
        group = group.element(Shown::NOTE.no_name().message(failure.message.as_str()));
        self.renderer.render(&[group])
    }
}

fn element<'a>(spotted: &'a Spotted, is_main: bool, excerpt: Option<&'a Excerpt>) -> Element<'a> {
    let position = spotted.place.position;
    let Some(excerpt) = excerpt else {
        return Origin::path(&*spotted.place.file)
            .line(position.line)
            .char_column(position.column)
            .into();
    };
    let kind = if is_main { AnnotationKind::Primary } else { AnnotationKind::Context };
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
        let mut object = finding.object.clone();
        if !finding.field.is_empty() {
            let _ = write!(object, " {}", finding.field);
        }
        notes.push(("object", object));
    }
    if finding.sets.iter().all(|set| set != "defaults") {
        notes.push(("values", finding.sets.join(", ")));
    }
    notes.push(("why", finding.why.clone()));
    notes.push(("help", finding.help.clone()));
    if let Certainty::Undecided { missing } = &finding.certainty {
        notes.push(("undecided", missing.clone()));
    }
    notes
}
