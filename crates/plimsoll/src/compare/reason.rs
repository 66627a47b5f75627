//! Which difference between the Helms makes a change: found by rendering with one difference at a
//! time, never guessed.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use plimsoll_chart::{Difference, Effect, Profile, Rendered};
use plimsoll_yaml::{Content, Node};

use super::field::{Field, Side};
use super::objects::{self, Object};
use super::tree::{self, Change};
use super::{ChangeKind, Changed};

/// Renders as often as needed to tell what makes each change.
pub(crate) struct Reasons<'r> {
    before: &'r [Object],
    after: &'r [Object],
    render: &'r dyn Fn(Profile) -> Option<Rendered>,
    /// For each difference, once it was asked for: the changes that it makes to what Helm 3
    /// renders, and those that what Helm 4 renders would lack without it.
    made: HashMap<(&'static str, Way), HashSet<String>>,
}

/// How a difference is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Way {
    /// Added to Helm 3.
    Alone,
    /// Taken from Helm 4.
    Lacking,
}

impl<'r> Reasons<'r> {
    pub(crate) fn new(
        before: &'r [Object],
        after: &'r [Object],
        render: &'r dyn Fn(Profile) -> Option<Rendered>,
    ) -> Self {
        Self { before, after, render, made: HashMap::new() }
    }

    /// The difference that makes a change by itself; else the one without which it would not be
    /// there; none where it takes several that each do.
    fn of(&mut self, mark: &str) -> Option<&'static Difference> {
        let can = Profile::differences()
            .iter()
            .filter(|one| !matches!(one.effect, Effect::Words | Effect::Order));
        let mut makes = |way| can.clone().find(|one| self.marks(one, way).contains(mark));
        makes(Way::Alone).or_else(|| makes(Way::Lacking))
    }

    fn marks(&mut self, difference: &'static Difference, way: Way) -> &HashSet<String> {
        let Self { before, after, render, made } = self;
        made.entry((difference.name, way)).or_insert_with(|| match way {
            Way::Alone => render(Profile::Helm3.with(difference))
                .map(|rendered| marks(before, &objects::objects(&rendered)))
                .unwrap_or_default(),
            Way::Lacking => render(Profile::Helm4.without(difference))
                .map(|rendered| marks(&objects::objects(&rendered), after))
                .unwrap_or_default(),
        })
    }
}

/// Says what became of an object; nothing where it means the same.
pub(crate) fn changed(
    before: Option<&Object>,
    after: Option<&Object>,
    reasons: &mut Reasons<'_>,
) -> Option<Changed> {
    let object = after.or(before)?;
    let (kind, because) = match (before, after) {
        (Some(before), Some(after)) => {
            let changes = tree::changes(&before.document.root, &after.document.root);
            if changes.is_empty() {
                return None;
            }
            let both = [before, after].map(Side::new);
            let field = |change| Field::new(change, &both, reasons.of(&mark(before, Some(change))));
            (ChangeKind::Fields(changes.iter().map(field).collect()), None)
        }
        (Some(_), None) => (ChangeKind::Removed, reasons.of(&side('-', object))),
        _ => (ChangeKind::Added, reasons.of(&side('+', object))),
    };
    let document = &object.document;
    let written = match kind {
        ChangeKind::Fields(_) => None,
        _ => document.provenance.origin(document.root.span).written,
    };
    Some(Changed {
        title: object.title(),
        template: object.template.clone(),
        is_hook: object.is_hook,
        kind,
        because,
        written,
    })
}

/// A profile that lies one difference away from a Helm.
type Step = fn(&Difference) -> Profile;

/// The difference that makes one Helm refuse what the other renders; `refusing` is the one.
pub(crate) fn of_refusal(
    refusing: Profile,
    refuses: impl Fn(Profile) -> bool,
) -> Option<&'static Difference> {
    let (with, without) = (
        |one: &Difference| Profile::Helm3.with(one),
        |one: &Difference| Profile::Helm4.without(one),
    );
    let (refusing_with, lacking) = if refusing == Profile::Helm4 {
        (with as Step, without as Step)
    } else {
        (without as Step, with as Step)
    };
    let mut all = Profile::differences().iter().filter(|one| one.effect != Effect::Words);
    let alone = all.clone().find(|one| refuses(refusing_with(one)));
    alone.or_else(|| all.find(|one| !refuses(lacking(one))))
}

/// All changes between two renderings, each as a text that tells it from all others.
fn marks(before: &[Object], after: &[Object]) -> HashSet<String> {
    let mut marks = HashSet::new();
    for (one, other) in objects::pairs(before, after) {
        match (one.map(|at| &before[at]), other.map(|at| &after[at])) {
            (Some(one), Some(other)) => {
                let changes = tree::changes(&one.document.root, &other.document.root);
                marks.extend(changes.iter().map(|change| mark(one, Some(change))));
            }
            (Some(one), None) => drop(marks.insert(side('-', one))),
            (None, Some(other)) => drop(marks.insert(side('+', other))),
            (None, None) => {}
        }
    }
    marks
}

fn side(sign: char, object: &Object) -> String {
    format!("{sign}{}", mark(object, None))
}

fn mark(object: &Object, change: Option<&Change<'_>>) -> String {
    let mut text = format!("{}\n{}", object.template, object.title());
    if let Some(change) = change {
        let _ = writeln!(text, "\n{}", change.path);
        for node in [change.before, change.after] {
            match node {
                Some(node) => write_node(&mut text, node),
                None => text.push_str("absent"),
            }
            text.push('\n');
        }
    }
    text
}

/// Writes what a node means: keys sorted, no places.
fn write_node(text: &mut String, node: &Node) {
    match &node.content {
        Content::Mapping(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            text.push('{');
            for entry in entries {
                let _ = write!(text, "{:?}:", entry.key);
                write_node(text, &entry.value);
                text.push(',');
            }
            text.push('}');
        }
        Content::Sequence(items) => {
            text.push('[');
            for item in items {
                write_node(text, item);
                text.push(',');
            }
            text.push(']');
        }
        scalar => {
            let _ = write!(text, "{scalar:?}");
        }
    }
}
