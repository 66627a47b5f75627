//! What changes from Helm 3 to Helm 4, for people.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use plimsoll_chart::{Difference, Profile};
use plimsoll_yaml::Place;
use serde_json::Value as Json;

use crate::compare::{ChangeKind, Changed, Comparison, Field, Looks, Shown};
use crate::output::source::Sources;
use crate::output::{self, Style};
use crate::trouble::Trouble;

/// Returns the whole report: each chart that differs, what makes it differ, and a count.
pub(crate) fn report(comparisons: &[Comparison], style: Style) -> String {
    let mut text = String::new();
    let is_alone = comparisons.len() == 1;
    for of_one in comparisons.chunk_by(|one, next| one.chart == next.chart) {
        // What a chart says under several values sets is said once.
        let mut said: Vec<(String, Vec<&str>)> = Vec::new();
        for comparison in of_one {
            let body = Chart::new(comparison, style, is_alone).body();
            match said.iter_mut().find(|(old, _)| *old == body) {
                Some((_, sets)) => sets.push(&comparison.set),
                None => said.push((body, vec![&comparison.set])),
            }
        }
        for (body, sets) in said.iter().filter(|(body, _)| !body.is_empty()) {
            let title = format!("{} ({})", of_one[0].chart.display(), sets.join(", "));
            let _ = writeln!(text, "{}\n{body}", style.bold(&title));
        }
    }
    reasons(comparisons, style, &mut text);
    let _ = writeln!(text, "{}", summary(comparisons));
    text
}

/// Writes what is known of one chart.
struct Chart<'c> {
    comparison: &'c Comparison,
    sources: Sources,
    style: Style,
    /// Say, too, what differs in text alone.
    is_alone: bool,
    text: String,
}

const HELMS: [&str; 2] = ["Helm 3", "Helm 4"];

/// How many characters of a value are shown.
const LONGEST: usize = 100;

/// How many lines of a text that lost some and gained some are shown of each.
const MOST_LINES: usize = 5;

impl<'c> Chart<'c> {
    fn new(comparison: &'c Comparison, style: Style, is_alone: bool) -> Self {
        let mut sources = Sources::default();
        sources.add_all(&comparison.texts);
        for place in &comparison.secrets {
            sources.hide(place);
        }
        Self { comparison, sources, style, is_alone, text: String::new() }
    }

    /// Everything but the chart's name; empty where there is nothing to say.
    fn body(mut self) -> String {
        let Comparison { changed, warnings, looks, .. } = self.comparison;
        if !self.comparison.is_library {
            self.refusals();
        }
        for changed in changed {
            self.changed(changed);
        }
        for (helm, warnings) in HELMS.iter().zip(warnings) {
            for warning in warnings {
                self.line(&format!("  {helm} alone warns: {warning}"));
            }
        }
        self.asides();
        if self.is_alone || !self.text.is_empty() {
            self.looks(*looks);
        }
        self.text
    }

    fn refusals(&mut self) {
        let Comparison { refused, refused_because, .. } = self.comparison;
        match refused {
            [None, None] => {}
            [Some(_), Some(trouble)] => self.trouble("both refuse it", trouble),
            [Some(trouble), None] => self.trouble("Helm 3 alone refuses it", trouble),
            [None, Some(trouble)] => self.trouble("Helm 4 alone refuses it", trouble),
        }
        if let Some(difference) = refused_because {
            self.line(&format!("    {:<11}{}", "because", difference.name));
        }
    }

    fn trouble(&mut self, what: &str, trouble: &Trouble) {
        self.line(&format!("  {what}: {}", trouble.short_message()));
        let shown = output::trouble(trouble, &mut self.sources, self.style);
        for line in shown.lines() {
            self.line(&format!("  {line}"));
        }
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}", line.trim_end());
    }

    /// What differs besides without a change in what is installed.
    fn asides(&mut self) {
        let Comparison { moved, notes_differ, .. } = self.comparison;
        if !moved.is_empty() {
            self.line(&format!("  installed in another order: {}", moved.join(", ")));
        }
        if *notes_differ {
            self.line("  the notes for the user differ");
        }
    }

    /// What differs in text alone.
    fn looks(&mut self, looks: Looks) {
        if looks.total() > 0 {
            let parts = [
                (looks.space, "in white space"),
                (looks.comments, "in comments"),
                (looks.style, "in the order of keys or in quotes"),
            ];
            let parts: Vec<String> = parts
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, how)| format!("{count} {how}"))
                .collect();
            let total = counted(looks.total(), "object");
            self.line(&format!("  text alone differs in {total}: {}", parts.join(", ")));
        }
        if looks.empty > 0 {
            let count = counted(looks.empty, "document");
            self.line(&format!("  {count} without an object in one of them alone"));
        }
    }

    fn changed(&mut self, changed: &Changed) {
        let Changed { title, template, is_hook, kind, because, written } = changed;
        let (sign, what) = match kind {
            ChangeKind::Added => ('+', "Helm 4 alone renders it"),
            ChangeKind::Removed => ('-', "Helm 3 alone renders it"),
            ChangeKind::Fields(_) => ('~', ""),
        };
        let hook = if *is_hook { " (hook)" } else { "" };
        let title = self.style.bold(title);
        self.line(&format!("  {sign} {title}{hook}  {}  {what}", self.style.dim(template)));
        match kind {
            ChangeKind::Fields(fields) => fields.iter().for_each(|field| self.field(field)),
            _ => {
                if let Some(place) = written {
                    self.place("template", "", place);
                }
                self.because(*because);
            }
        }
    }

    fn field(&mut self, field: &Field) {
        let path = field.path.to_string();
        let path = if path.is_empty() { "(all of it)" } else { &path };
        self.line(&format!("      {}", self.style.bold(path)));
        match (text_of(field.before.as_ref()), text_of(field.after.as_ref())) {
            (Some(before), Some(after)) if before.contains('\n') || after.contains('\n') => {
                self.texts(before, after);
            }
            _ => {
                self.line(&format!("        - {}", shown(field.before.as_ref())));
                self.line(&format!("        + {}", shown(field.after.as_ref())));
            }
        }
        for (index, (path, place)) in field.values.iter().enumerate() {
            let role = match (index, field.only_decided) {
                (0, false) => "values",
                (0, true) => "decided by",
                _ => "and",
            };
            self.place(role, path, place);
        }
        if let Some(place) = &field.written {
            self.place("template", "", place);
        }
        self.because(field.because);
    }

    /// Two texts of several lines: what lies between the lines that both begin and end with.
    fn texts(&mut self, before: &str, after: &str) {
        let (old, new): (Vec<&str>, Vec<&str>) =
            (before.split('\n').collect(), after.split('\n').collect());
        let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let (old, new) = (&old[start..], &new[start..]);
        let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
        self.line(&format!("        from line {}", start + 1));
        for (sign, lines) in [('-', &old[..old.len() - end]), ('+', &new[..new.len() - end])] {
            for line in lines.iter().take(MOST_LINES) {
                let text = format!("        {sign} {}", cut(line));
                self.text.push_str(&text);
                self.text.push('\n');
            }
            if let Some(more) = lines.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
                self.line(&format!("        {sign} … {} more", counted(more, "line")));
            }
        }
    }

    fn because(&mut self, difference: Option<&'static Difference>) {
        let name = difference.map_or("several differences together", |one| one.name);
        self.line(&format!("        {:<11}{name}", "because"));
    }

    /// A place, where terminals can jump to it, and what stands there.
    fn place(&mut self, role: &str, path: &str, place: &Place) {
        let line = self.sources.excerpt(place).map(|excerpt| excerpt.line);
        let line = line.as_deref().map(str::trim).filter(|line| !line.is_empty());
        let line = line.map(|line| self.style.dim(&format!("  | {}", cut(line))));
        let path = if path.is_empty() { String::new() } else { format!("{path} ") };
        self.line(&format!("        {role:<11}{path}{place}{}", line.unwrap_or_default()));
    }
}

fn text_of(shown: Option<&Shown>) -> Option<&str> {
    shown.and_then(|Shown(json)| json.as_str())
}

fn shown(shown: Option<&Shown>) -> String {
    match shown {
        None => "(absent)".to_owned(),
        Some(Shown(Json::String(text))) if text == crate::secrecy::HIDDEN => text.clone(),
        Some(Shown(json)) => cut(&json.to_string()),
    }
}

fn cut(line: &str) -> String {
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let start: String = line.chars().take(LONGEST).collect();
    format!("{}…", start.trim_end())
}

/// Explains each difference that changes something, once for all charts.
fn reasons(comparisons: &[Comparison], style: Style, text: &mut String) {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for comparison in comparisons {
        names.extend(comparison.refused_because.map(|one| one.name));
        for changed in &comparison.changed {
            names.extend(changed.because.map(|one| one.name));
            if let ChangeKind::Fields(fields) = &changed.kind {
                names.extend(fields.iter().filter_map(|field| field.because).map(|one| one.name));
            }
        }
    }
    for difference in Profile::differences().iter().filter(|one| names.contains(one.name)) {
        let _ = writeln!(text, "{}", style.bold(difference.name));
        let parts = [
            ("Helm 3", difference.helm3),
            ("Helm 4", difference.helm4),
            ("what to do", difference.advice),
        ];
        for (label, what) in parts {
            let wrapped = output::wrap(what, style.width.saturating_sub(14));
            for (index, line) in wrapped.lines().enumerate() {
                let label = if index == 0 { label } else { "" };
                let _ = writeln!(text, "  {label:<12}{line}");
            }
        }
        text.push('\n');
    }
}

fn summary(comparisons: &[Comparison]) -> String {
    let charts: BTreeSet<_> = comparisons.iter().map(|one| &one.chart).collect();
    let changing: BTreeSet<_> =
        comparisons.iter().filter(|one| one.changes_meaning()).map(|one| &one.chart).collect();
    let objects: usize = comparisons.iter().map(|one| one.objects).sum();
    let changed: usize = comparisons.iter().map(|one| one.changed.len()).sum();
    let unreadable = comparisons.iter().filter(|one| one.is_unreadable()).count();
    let mut text = format!(
        "{} of {} mean something else under Helm 4: {} of {} in {}",
        changing.len(),
        counted(charts.len(), "chart"),
        changed,
        counted(objects, "object"),
        counted(comparisons.len(), "values set"),
    );
    let looking: BTreeSet<_> = comparisons
        .iter()
        .filter(|one| !one.changes_meaning() && one.looks != Looks::default())
        .map(|one| &one.chart)
        .collect();
    if !looking.is_empty() {
        let _ = write!(text, "; text alone differs in {}", counted(looking.len(), "chart"));
    }
    if unreadable > 0 {
        let _ =
            write!(text, "; {} could not be rendered by either", counted(unreadable, "values set"));
    }
    text
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
