//! What a map holds, ordered by key.

use std::collections::{BTreeMap, btree_map};
use std::sync::Arc;

use super::Value;

pub(super) type Entry = (Arc<str>, Value);

/// Keys with their values, ordered by key.
///
/// Most maps of a chart hold a handful of entries, which lie side by side; a tree serves those that
/// grow large.
#[derive(Clone, Debug)]
pub(crate) enum Entries {
    Few(Vec<Entry>),
    Many(BTreeMap<Arc<str>, Value>),
}

/// How many entries lie side by side.
const MOST: usize = 256;

/// Among so many, a key is looked for by its length first.
const HANDFUL: usize = 24;

impl Default for Entries {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Entries {
    /// Entries that are in the order of their keys, all of them different.
    pub(super) fn sorted(entries: Vec<Entry>) -> Self {
        if entries.len() > MOST { entries.into_iter().collect() } else { Self::Few(entries) }
    }

    /// Adds entries in the order of their keys, none of which is there.
    pub(super) fn adopt(&mut self, others: Vec<Entry>) {
        match self {
            Self::Few(entries) if entries.len() + others.len() <= MOST => {
                if entries.is_empty() {
                    *entries = others;
                } else if !others.is_empty() {
                    plimsoll_yaml::merge(entries, others, |(a, _), (b, _)| a < b);
                }
            }
            _ => others.into_iter().for_each(|(key, value)| drop(self.insert(key, value))),
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Few(entries) if entries.len() <= HANDFUL => {
                // Keys of one length mostly differ at their ends.
                let last = key.as_bytes().last();
                let is_it = |known: &str| {
                    known.len() == key.len() && known.as_bytes().last() == last && known == key
                };
                entries.iter().find(|(known, _)| is_it(known)).map(|(_, value)| value)
            }
            Self::Few(entries) => place(entries, key).ok().map(|at| &entries[at].1),
            Self::Many(entries) => entries.get(key),
        }
    }

    /// Sets a key, and returns the value that it had.
    pub(crate) fn insert(&mut self, key: Arc<str>, value: Value) -> Option<Value> {
        let entries = match self {
            Self::Few(entries) => entries,
            Self::Many(entries) => return entries.insert(key, value),
        };
        if entries.last().is_none_or(|(last, _)| **last < *key) {
            entries.push((key, value));
        } else {
            match place(entries, &key) {
                Ok(at) => return Some(std::mem::replace(&mut entries[at].1, value)),
                Err(at) => entries.insert(at, (key, value)),
            }
        }
        if entries.len() > MOST {
            *self = Self::Many(std::mem::take(entries).into_iter().collect());
        }
        None
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Value> {
        match self {
            Self::Few(entries) => place(entries, key).ok().map(|at| entries.remove(at).1),
            Self::Many(entries) => entries.remove(key),
        }
    }

    /// Removes the values that `keep` does not want.
    pub(crate) fn retain(&mut self, keep: impl Fn(&Value) -> bool) {
        match self {
            Self::Few(entries) => entries.retain(|(_, value)| keep(value)),
            Self::Many(entries) => entries.retain(|_, value| keep(value)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(entries) => entries.len(),
            Self::Many(entries) => entries.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn iter(&self) -> Iter<'_> {
        match self {
            Self::Few(entries) => Iter::Few(entries.iter()),
            Self::Many(entries) => Iter::Many(entries.iter()),
        }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
    }

    /// Changes each value.
    pub(crate) fn for_each_mut(&mut self, change: impl FnMut(&mut Value)) {
        match self {
            Self::Few(entries) => entries.iter_mut().map(|(_, value)| value).for_each(change),
            Self::Many(entries) => entries.values_mut().for_each(change),
        }
    }

    pub(crate) fn into_values(self) -> Box<dyn Iterator<Item = Value>> {
        match self {
            Self::Few(entries) => Box::new(entries.into_iter().map(|(_, value)| value)),
            Self::Many(entries) => Box::new(entries.into_values()),
        }
    }
}

/// Where a key is, or where it belongs.
fn place(entries: &[Entry], key: &str) -> Result<usize, usize> {
    entries.binary_search_by(|(known, _)| (**known).cmp(key))
}

impl FromIterator<Entry> for Entries {
    /// Of entries with the same key the last one counts.
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut entries: Vec<Entry> = entries.into_iter().collect();
        if entries.len() > MOST {
            return Self::Many(entries.into_iter().collect());
        }
        if !entries.is_sorted_by(|(a, _), (b, _)| a < b) {
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            entries.dedup_by(|later, earlier| {
                let is_same = later.0 == earlier.0;
                if is_same {
                    std::mem::swap(&mut later.1, &mut earlier.1);
                }
                is_same
            });
        }
        Self::Few(entries)
    }
}

impl<const N: usize> From<[Entry; N]> for Entries {
    fn from(entries: [Entry; N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<'e> IntoIterator for &'e Entries {
    type Item = (&'e Arc<str>, &'e Value);
    type IntoIter = Iter<'e>;

    fn into_iter(self) -> Iter<'e> {
        self.iter()
    }
}

/// The entries in order.
#[derive(Debug)]
pub(crate) enum Iter<'e> {
    Few(std::slice::Iter<'e, Entry>),
    Many(btree_map::Iter<'e, Arc<str>, Value>),
}

impl<'e> Iterator for Iter<'e> {
    type Item = (&'e Arc<str>, &'e Value);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Few(entries) => entries.next().map(|(key, value)| (key, value)),
            Self::Many(entries) => entries.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Few(entries) => entries.size_hint(),
            Self::Many(entries) => entries.size_hint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(numbers: impl Iterator<Item = i64>) -> Vec<(Arc<str>, Value)> {
        numbers.map(|number| (Arc::from(format!("{number:05}")), Value::int(number))).collect()
    }

    fn keys(entries: &Entries) -> Vec<String> {
        entries.keys().map(ToString::to_string).collect()
    }

    #[test]
    fn a_few_and_many_behave_alike() {
        for count in [0, 1, 5, 30, 255, 256, 257, 600] {
            let numbers = (0..count).map(|number| (number * 7919) % count.max(1));
            let all: Entries = entries(numbers.clone()).into_iter().collect();
            let mut one_by_one = Entries::default();
            for (key, value) in entries(numbers) {
                one_by_one.insert(key, value);
            }
            let expected: Vec<_> =
                entries(0..count).into_iter().map(|(key, _)| key.to_string()).collect();
            assert_eq!(keys(&all), expected, "{count}");
            assert_eq!(keys(&one_by_one), expected, "{count}");
            assert!(all.get("x").is_none() && one_by_one.remove("x").is_none());
            for key in &expected {
                assert!(all.get(key).is_some());
                assert!(one_by_one.remove(key).is_some());
            }
            assert!(one_by_one.is_empty());
        }
    }

    #[test]
    fn others_are_adopted_in_order() {
        for (odd, even) in [(0, 3), (3, 0), (4, 4), (200, 200)] {
            let mut all: Entries =
                entries((0..odd).map(|number| 2 * number + 1)).into_iter().collect();
            all.adopt(entries((0..even).map(|number| 2 * number)));
            assert_eq!(all.len(), usize::try_from(odd + even).unwrap());
            assert!(keys(&all).is_sorted());
        }
    }

    #[test]
    fn the_last_of_equal_keys_counts() {
        let entry = |number| (Arc::from("a"), Value::int(number));
        let entries: Entries = [entry(1), (Arc::from("b"), Value::int(0)), entry(2)].into();
        assert!(matches!(entries.get("a").unwrap().data, crate::value::Data::Int(2, _)));
        assert_eq!(entries.len(), 2);
    }
}
