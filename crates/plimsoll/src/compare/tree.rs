//! Where two YAML trees differ.

use std::collections::{HashMap, HashSet};

use plimsoll_yaml::{Content, Entry, FieldPath, Node, Number};

/// A field that is there on one side only, or holds something else on each.
#[derive(Clone, Debug)]
pub(crate) struct Change<'n> {
    /// Where it is: in the tree after the change, or in the one before for a field that went.
    pub(crate) path: FieldPath,
    pub(crate) before: Option<&'n Node>,
    pub(crate) after: Option<&'n Node>,
}

/// Returns what differs between two trees, in the order of the first; nothing when both mean the
/// same.
pub(crate) fn changes<'n>(before: &'n Node, after: &'n Node) -> Vec<Change<'n>> {
    let mut comparing = Comparing { changes: Vec::new() };
    comparing.nodes(&FieldPath::default(), before, after);
    comparing.changes
}

/// Tells whether two trees mean the same: the order of keys and the form of scalars do not count.
pub(crate) fn same(one: &Node, other: &Node) -> bool {
    match (&one.content, &other.content) {
        (Content::Mapping(a), Content::Mapping(b)) => {
            a.len() == b.len() && {
                let values = by_key(b);
                a.iter().all(|entry| {
                    values.get(&*entry.key).is_some_and(|value| same(&entry.value, value))
                })
            }
        }
        (Content::Sequence(a), Content::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Content::Number(a), Content::Number(b)) => same_number(*a, *b),
        (a, b) => a == b,
    }
}

#[expect(clippy::float_cmp, reason = "the same text gives the same float")]
fn same_number(a: Number, b: Number) -> bool {
    a == b
        || (matches!((a, b), (Number::Float(_), _) | (_, Number::Float(_)))
            && a.as_f64() == b.as_f64())
}

/// A mapping's values by key; looking for each in the list would take the square of its length.
fn by_key(entries: &[Entry]) -> HashMap<&str, &Node> {
    entries.iter().map(|entry| (&*entry.key, &entry.value)).collect()
}

struct Comparing<'n> {
    changes: Vec<Change<'n>>,
}

impl<'n> Comparing<'n> {
    fn nodes(&mut self, path: &FieldPath, before: &'n Node, after: &'n Node) {
        match (&before.content, &after.content) {
            (Content::Mapping(_), Content::Mapping(_)) => self.mappings(path, before, after),
            (Content::Sequence(a), Content::Sequence(b)) => self.lists(path, a, b),
            _ if same(before, after) => {}
            _ => self.add(path.clone(), Some(before), Some(after)),
        }
    }

    fn add(&mut self, path: FieldPath, before: Option<&'n Node>, after: Option<&'n Node>) {
        self.changes.push(Change { path, before, after });
    }

    fn mappings(&mut self, path: &FieldPath, before: &'n Node, after: &'n Node) {
        let [old, new] = [before, after].map(|node| by_key(node.entries()));
        for entry in before.entries() {
            let path = path.key(&entry.key);
            match new.get(&*entry.key).copied() {
                Some(value) => self.nodes(&path, &entry.value, value),
                None => self.add(path, Some(&entry.value), None),
            }
        }
        for entry in after.entries() {
            if !old.contains_key(&*entry.key) {
                self.add(path.key(&entry.key), None, Some(&entry.value));
            }
        }
    }

    /// Elements are paired by name where lists have such, as Kubernetes does with containers and
    /// variables; else what is alike at both ends is left out and the rest is paired in order.
    fn lists(&mut self, path: &FieldPath, before: &'n [Node], after: &'n [Node]) {
        if let (Some(old), Some(new)) = (names(before), names(after))
            && in_one_order(&old, &new)
        {
            return self.named(path, (before, &old), (after, &new));
        }
        let start = before.iter().zip(after).take_while(|(a, b)| same(a, b)).count();
        let (before, after) = (&before[start..], &after[start..]);
        let end =
            before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| same(a, b)).count();
        let (before, after) = (&before[..before.len() - end], &after[..after.len() - end]);
        for index in 0..before.len().max(after.len()) {
            let path = path.index(start + index);
            match (before.get(index), after.get(index)) {
                (Some(before), Some(after)) => self.nodes(&path, before, after),
                (before, after) => self.add(path, before, after),
            }
        }
    }

    fn named(
        &mut self,
        path: &FieldPath,
        (before, old): (&'n [Node], &[&str]),
        (after, new): (&'n [Node], &[&str]),
    ) {
        for (index, (node, name)) in before.iter().zip(old).enumerate() {
            match new.iter().position(|other| other == name) {
                Some(at) => self.nodes(&path.index(at), node, &after[at]),
                None => self.add(path.index(index), Some(node), None),
            }
        }
        for (index, (node, name)) in after.iter().zip(new).enumerate() {
            if !old.contains(name) {
                self.add(path.index(index), None, Some(node));
            }
        }
    }
}

/// Longer lists are paired in order, which takes no time that grows with the square.
const MOST_NAMES: usize = 500;

/// The names of all elements, if each has one of its own.
fn names(list: &[Node]) -> Option<Vec<&str>> {
    if list.len() > MOST_NAMES {
        return None;
    }
    let names: Vec<&str> =
        list.iter().map(|node| node.get("name").and_then(Node::as_str)).collect::<Option<_>>()?;
    let unique: HashSet<&str> = names.iter().copied().collect();
    (unique.len() == names.len()).then_some(names)
}

/// Tells whether the names that both lists have stand in the same order in both.
fn in_one_order(old: &[&str], new: &[&str]) -> bool {
    let kept = old.iter().filter(|name| new.contains(name));
    kept.eq(new.iter().filter(|name| old.contains(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(before: &str, after: &str) -> Vec<String> {
        let [before, after] =
            [before, after].map(|text| plimsoll_yaml::parse_one(text).unwrap().root);
        let found = changes(&before, &after);
        assert_eq!(found.is_empty(), same(&before, &after), "{before:?} {after:?}");
        let word = |node: Option<&Node>| node.is_some();
        let shown = found.iter().map(|change| {
            let kind = match (word(change.before), word(change.after)) {
                (true, false) => '-',
                (false, true) => '+',
                _ => '~',
            };
            format!("{kind}{}", change.path)
        });
        shown.collect()
    }

    #[test]
    fn what_means_the_same_is_no_change() {
        for (before, after) in [
            ("a: 1\nb: 2\n", "b: 2\na: 0x1\n"),
            ("a: [1, 'x']\n", "a:\n- 1.0\n- x # c\n"),
            ("a: ~\n", "a:\n"),
        ] {
            assert_eq!(changed(before, after), [""; 0]);
        }
    }

    #[test]
    fn changes_have_paths() {
        for (before, after, want) in [
            ("a: 1\n", "a: '1'\n", "~a"),
            ("a: {b: 1, c: 2}\n", "a: {b: 1}\n", "-a.c"),
            ("a: ~\n", "a: {}\n", "~a"),
            ("a: [1, 2, 3]\n", "a: [1, 3]\n", "-a[1]"),
            ("a: [1, 3]\n", "a: [1, 2, 3]\n", "+a[1]"),
            ("a: [{name: p, v: 1}, {name: q}]\n", "a: [{name: q}]\n", "-a[0]"),
            (
                "a: [{name: p}, {name: q, v: 1}]\n",
                "a: [{name: r}, {name: p}, {name: q, v: 2}]\n",
                "~a[2].v +a[0]",
            ),
            ("a: [{name: p}, {name: q}]\n", "a: [{name: q}, {name: p}]\n", "~a[0].name ~a[1].name"),
            ("a: 9007199254740993\n", "a: 9007199254740992\n", "~a"),
        ] {
            assert_eq!(changed(before, after).join(" "), want, "{before}{after}");
        }
    }
}
