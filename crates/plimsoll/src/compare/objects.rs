//! Which objects of two renderings are the same one, and how their texts differ.

use std::collections::HashMap;
use std::ops::Range;

use plimsoll_chart::{Manifest, Rendered};
use plimsoll_yaml::{Document, Node, Span};

/// An object of a rendering.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) document: Document,
    pub(crate) text: String,
    pub(crate) template: String,
    pub(crate) is_hook: bool,
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
}

impl Object {
    fn new(manifest: &Manifest) -> Self {
        let document = manifest.installed();
        let word = |keys: &[&str]| {
            document.root.dig(keys).and_then(Node::as_str).unwrap_or_default().to_owned()
        };
        Self {
            text: manifest.text().to_owned(),
            template: manifest.template().to_owned(),
            is_hook: manifest.hook().is_some(),
            api_version: word(&["apiVersion"]),
            kind: manifest.kind().to_owned(),
            namespace: word(&["metadata", "namespace"]),
            name: manifest.name().to_owned(),
            document,
        }
    }

    /// What people call it: `Deployment/ollama`.
    pub(crate) fn title(&self) -> String {
        let word = |text: &str| if text.is_empty() { "?".to_owned() } else { text.to_owned() };
        format!("{}/{}", word(&self.kind), word(&self.name))
    }
}

/// Returns the objects of a rendering in Helm's order, manifests before hooks; documents that hold
/// nothing are left out.
pub(crate) fn objects(rendered: &Rendered) -> Vec<Object> {
    let all = rendered.manifests().iter().chain(rendered.hooks());
    all.map(Object::new).filter(|object| !object.document.root.is_null()).collect()
}

/// Indexes of the objects on both sides that are the same one; of one that is on one side only,
/// the other index is absent.
pub(crate) type Pair = (Option<usize>, Option<usize>);

/// What two objects must have in common to be the same one; the strictest first.
const KEYS: [fn(&Object) -> Vec<&str>; 4] = [
    |one| vec![&one.template, &one.api_version, &one.kind, &one.namespace, &one.name],
    |one| vec![&one.kind, &one.namespace, &one.name],
    |one| vec![&one.template, &one.kind, &one.name],
    |one| vec![&one.template, &one.kind],
];

/// Pairs objects in the order of `before`; those that are new come last. Of several that have all
/// in common the first ones on both sides are paired.
pub(crate) fn pairs(before: &[Object], after: &[Object]) -> Vec<Pair> {
    let mut partner: Vec<Option<usize>> = vec![None; before.len()];
    let mut taken = vec![false; after.len()];
    for key in KEYS {
        let mut free: HashMap<Vec<&str>, Vec<usize>> = HashMap::new();
        for (index, object) in after.iter().enumerate().rev().filter(|(index, _)| !taken[*index]) {
            free.entry(key(object)).or_default().push(index);
        }
        for (object, partner) in before.iter().zip(&mut partner) {
            if partner.is_none()
                && let Some(index) = free.get_mut(&key(object)).and_then(Vec::pop)
            {
                *partner = Some(index);
                taken[index] = true;
            }
        }
    }
    let kept = partner.into_iter().enumerate().map(|(index, other)| (Some(index), other));
    let new = (0..after.len()).filter(|index| !taken[*index]).map(|index| (None, Some(index)));
    kept.chain(new).collect()
}

/// Returns the indexes into `sequence` of those that stand in another order than the rest: all but
/// a longest run that rises.
pub(crate) fn moved(sequence: &[usize]) -> Vec<usize> {
    // Patience sorting: `piles` holds the index of the smallest end of each length of run.
    let mut piles: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; sequence.len()];
    for (index, value) in sequence.iter().enumerate() {
        let at = piles.partition_point(|top| sequence[*top] < *value);
        previous[index] = at.checked_sub(1).map(|below| piles[below]);
        if at == piles.len() {
            piles.push(index);
        } else {
            piles[at] = index;
        }
    }
    let mut stays = vec![false; sequence.len()];
    let mut next = piles.last().copied();
    while let Some(index) = next {
        stays[index] = true;
        next = previous[index];
    }
    (0..sequence.len()).filter(|index| !stays[*index]).collect()
}

/// How two texts that mean the same differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Look {
    Same,
    /// Blank lines, and white space at the ends of lines.
    Space,
    /// Comments besides.
    Comments,
    /// The order of keys, or how scalars are written.
    Style,
}

/// Compares the texts of two objects that mean the same.
pub(crate) fn look(before: &Object, after: &Object) -> Look {
    if before.text == after.text && before.template == after.template {
        Look::Same
    } else if bare(&before.text) == bare(&after.text) {
        Look::Space
    } else if bare(&without_comments(before)) == bare(&without_comments(after)) {
        Look::Comments
    } else {
        Look::Style
    }
}

fn bare(text: &str) -> Vec<&str> {
    // Helm 3 takes a second separator for a part of the document.
    let says = |line: &&str| !line.is_empty() && *line != "---";
    text.lines().map(str::trim_end).filter(says).collect()
}

fn without_comments(object: &Object) -> String {
    let document = &object.document;
    let Some(part) = position(&document.text, &object.text, document.root.span) else {
        return object.text.clone();
    };
    let mut text = String::new();
    let mut from = part.start;
    for comment in &document.comments {
        let Span { start, end, .. } = comment.span;
        if start >= from && end <= part.end {
            text.push_str(&document.text[from..start]);
            from = end;
        }
    }
    text.push_str(&document.text[from..part.end]);
    text
}

/// Where a part lies in its file: the occurrence that holds the root's bytes.
fn position(file: &str, part: &str, root: Span) -> Option<Range<usize>> {
    let found = file.match_indices(part).map(|(start, part)| start..start + part.len());
    found.into_iter().find(|range| range.start <= root.start && root.end <= range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_moved() {
        assert_eq!(moved(&[0, 1, 2]), [0; 0]);
        assert_eq!(moved(&[3, 0, 1, 2]), [0]);
        assert_eq!(moved(&[0, 2, 1, 3]).len(), 1);
        assert_eq!(moved(&[]), [0; 0]);
    }
}
