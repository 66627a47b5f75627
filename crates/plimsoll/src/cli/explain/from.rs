//! What a chart renders from one value: the way back from a values path to fields.

use std::fmt::Write as _;

use plimsoll_yaml::{Document, FieldPath, Input, Node, Origin, OriginKind, Step};

use super::field::shown;
use super::object::title;
use crate::output::Style;
use crate::secrecy::Hidden;
use crate::suggest;

/// How a field depends on a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum How {
    /// The field holds it.
    Copied,
    /// The field holds something that was made of it.
    Computed,
    /// It decides that the field is there, or what it holds.
    Decided,
}

impl How {
    const fn word(self) -> &'static str {
        match self {
            Self::Copied => "copied to",
            Self::Computed => "computed into",
            Self::Decided => "decides on",
        }
    }
}

/// A field, or all of a part of an object, that depends on a value.
#[derive(Debug)]
pub(super) struct Dependent<'d> {
    pub(super) document: &'d Document,
    pub(super) field: FieldPath,
    pub(super) how: How,
    /// How many scalars there are at and below the field.
    pub(super) scalars: usize,
    /// What the field holds, if it is one scalar; never a secret.
    pub(super) value: Option<String>,
}

/// Finds what depends on the value at `path`, or on a part of it.
pub(super) fn dependents<'d>(documents: &'d [Document], path: &str) -> Vec<Dependent<'d>> {
    let mut found = Vec::new();
    for document in documents {
        let hidden = Hidden::of(&document.root);
        let mut search = Search { document, path, hidden: &hidden, found: Vec::new() };
        search.node(&document.root, &mut FieldPath::default());
        found.extend(search.found);
    }
    found
}

struct Search<'s, 'd> {
    document: &'d Document,
    path: &'s str,
    hidden: &'s Hidden,
    found: Vec<Dependent<'d>>,
}

impl<'d> Search<'_, 'd> {
    /// Looks through a node; returns how many scalars it has, and whether all are only decided by
    /// the value, in which case the node stands for them.
    fn node(&mut self, node: &'d Node, path: &mut FieldPath) -> (usize, bool) {
        let children = node.entries().len() + node.items().len();
        if children == 0 {
            let how = how(&self.document.origin(node), self.path);
            if let Some(how) = how {
                let value = Some(shown(self.document, node, self.hidden));
                self.push(path, how, 1, value);
            }
            return (1, how == Some(How::Decided));
        }
        let before = self.found.len();
        let (mut scalars, mut all) = (0, true);
        let keys =
            node.entries().iter().map(|entry| (Step::Key(entry.key.to_string()), &entry.value));
        let items = node.items().iter().enumerate().map(|(at, item)| (Step::Index(at), item));
        for (step, child) in keys.chain(items) {
            path.0.push(step);
            let (count, is_all) = self.node(child, path);
            path.0.pop();
            scalars += count;
            all &= is_all;
        }
        if all && scalars > 1 {
            self.found.truncate(before);
            self.push(path, How::Decided, scalars, None);
        }
        (scalars, all)
    }

    fn push(&mut self, field: &FieldPath, how: How, scalars: usize, value: Option<String>) {
        let (document, field) = (self.document, field.clone());
        self.found.push(Dependent { document, field, how, scalars, value });
    }
}

fn how(origin: &Origin, path: &str) -> Option<How> {
    if origin.inputs.iter().any(|input| is_part(input, path)) {
        return Some(if origin.kind == OriginKind::Copied { How::Copied } else { How::Computed });
    }
    origin.decided_by.iter().any(|input| is_part(input, path)).then_some(How::Decided)
}

/// Tells whether an input is the value at `path`, or a part of it.
fn is_part(input: &Input, path: &str) -> bool {
    let (Input::Value { path: own, .. } | Input::Unset { path: own }) = input else { return false };
    own.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The values path that some field depends on and that is closest to `wanted`.
pub(super) fn closest(documents: &[Document], wanted: &str) -> Option<String> {
    let mut known: Vec<String> = Vec::new();
    for document in documents {
        document.root.walk(&mut |_, node| {
            if !node.entries().is_empty() || !node.items().is_empty() {
                return;
            }
            let origin = document.origin(node);
            for input in origin.inputs.into_iter().chain(origin.decided_by) {
                if let Input::Value { path, .. } | Input::Unset { path } = input {
                    known.push(path);
                }
            }
        });
    }
    known.sort();
    known.dedup();
    suggest::closest(wanted, known.iter().map(String::as_str)).map(str::to_owned)
}

/// Lists dependents by object.
pub(super) fn list(dependents: &[Dependent<'_>], style: Style) -> String {
    let mut text = String::new();
    let mut last: Option<&Document> = None;
    for dependent in dependents {
        if !last.is_some_and(|last| std::ptr::eq(last, dependent.document)) {
            last = Some(dependent.document);
            let _ = writeln!(text, "{}", style.bold(&title(dependent.document)));
        }
        let field = match (dependent.field.0.is_empty(), &dependent.value) {
            (true, _) => format!("all of it ({} fields)", dependent.scalars),
            (_, None) => format!("{} ({} fields)", dependent.field, dependent.scalars),
            (_, Some(value)) => format!("{}: {value}", dependent.field),
        };
        let _ = writeln!(text, "    {:<15}{field}", dependent.how.word());
    }
    text
}
