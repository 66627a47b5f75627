//! Reading typed fields of a cluster file, and noting what is wrong with them.

use plimsoll_yaml::{Content, Node, Place, Span};

use super::{Cluster, ClusterProblem, kind_of};
use crate::is_object_name;

/// A list longer than this describes no cluster by hand.
const MOST_ITEMS: usize = 1000;

/// The reading of one file.
pub(super) struct Reader<'r> {
    pub(super) place: &'r dyn Fn(Span) -> Place,
    problems: Vec<ClusterProblem>,
}

impl<'r> Reader<'r> {
    pub(super) fn new(place: &'r dyn Fn(Span) -> Place) -> Self {
        Self { place, problems: Vec::new() }
    }

    pub(super) fn finish(mut self, cluster: Cluster) -> Result<Cluster, Vec<ClusterProblem>> {
        if self.problems.is_empty() {
            return Ok(cluster);
        }
        self.problems.sort_by_key(|problem| problem.place.span.start);
        Err(self.problems)
    }

    pub(super) fn problem(&mut self, span: Span, field: &str, message: impl Into<String>) {
        let (place, field) = ((self.place)(span), field.to_owned());
        self.problems.push(ClusterProblem { place, field, message: message.into() });
    }

    /// Makes sure that `node` is a mapping of the keys `known` and no others.
    pub(super) fn keys(&mut self, node: &Node, field: &str, known: &[&str]) {
        if !matches!(node.content, Content::Mapping(_)) {
            let message = format!(
                "a mapping of {} is expected here, not {}",
                known.join(", "),
                kind_of(node)
            );
            return self.problem(node.span, field, message);
        }
        for entry in node.entries() {
            if !known.contains(&&*entry.key) {
                let message = format!("unknown key {}; known are {}", entry.key, known.join(", "));
                self.problem(entry.key_span, field, message);
            }
        }
    }

    /// Returns the value under `key`, which must be there.
    pub(super) fn required<'n>(
        &mut self,
        node: &'n Node,
        field: &str,
        key: &str,
    ) -> Option<&'n Node> {
        let found = node.get(key);
        if found.is_none() && matches!(node.content, Content::Mapping(_)) {
            self.problem(node.span, field, format!("{key} is missing"));
        }
        found
    }

    /// Returns the text under `key`, which must be there.
    pub(super) fn text(&mut self, node: &Node, field: &str, key: &str) -> Option<String> {
        let found = self.required(node, field, key)?;
        match found.as_str() {
            Some(text) if !text.is_empty() && !text.contains(char::is_control) => {
                return Some(text.to_owned());
            }
            Some(_) => self.problem(found.span, &below(field, key), "it says nothing"),
            None => {
                let message = format!("a text is expected here, not {}", kind_of(found));
                self.problem(found.span, &below(field, key), message);
            }
        }
        None
    }

    /// Returns the name of an object under `key`: DNS labels, joined by dots.
    pub(super) fn name(&mut self, node: &Node, field: &str, key: &str) -> Option<String> {
        let text = self.text(node, field, key)?;
        if is_object_name(&text) {
            return Some(text);
        }
        let span = node.get(key).map_or(node.span, |node| node.span);
        let message = format!(
            "{text:?} is no name in Kubernetes: lower-case letters, digits, dashes and dots"
        );
        self.problem(span, &below(field, key), message);
        None
    }

    /// Returns one of `words`.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node,
        field: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let found = node.as_str();
        let value = words.iter().find(|(word, _)| found == Some(*word)).map(|(_, value)| *value);
        if value.is_none() {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let found = found.unwrap_or_else(|| kind_of(node));
            let message = format!("one of {} is expected here, not {found}", words.join(", "));
            self.problem(node.span, field, message);
        }
        value
    }

    /// Returns the number under `key`, at least 1.
    pub(super) fn count(&mut self, node: &Node, field: &str, key: &str) -> Option<u64> {
        let found = node.get(key)?;
        let count = found.as_i64().and_then(|count| u64::try_from(count).ok());
        let count = count.filter(|count| (1..=100_000).contains(count));
        if count.is_none() {
            self.problem(found.span, &below(field, key), "a number from 1 to 100000 is expected");
        }
        count
    }

    /// Returns the boolean under `key`, if there is one.
    pub(super) fn flag(&mut self, node: &Node, field: &str, key: &str) -> Option<bool> {
        let found = node.get(key)?;
        let flag = found.as_bool();
        if flag.is_none() {
            let message = format!("true or false is expected here, not {}", kind_of(found));
            self.problem(found.span, &below(field, key), message);
        }
        flag
    }

    /// Reads each element of the list under `key`; nothing where there is none.
    pub(super) fn list<T>(
        &mut self,
        node: &Node,
        key: &str,
        above: &str,
        read: impl Fn(&mut Self, &Node, &str) -> Option<T>,
    ) -> Vec<T> {
        let Some(found) = node.get(key) else { return Vec::new() };
        let field = below(above, key);
        let Content::Sequence(items) = &found.content else {
            let message = format!("a list is expected here, not {}", kind_of(found));
            self.problem(found.span, &field, message);
            return Vec::new();
        };
        if items.len() > MOST_ITEMS {
            self.problem(found.span, &field, format!("more than {MOST_ITEMS} entries"));
            return Vec::new();
        }
        let item = |(index, node): (usize, &Node)| read(self, node, &format!("{field}[{index}]"));
        items.iter().enumerate().filter_map(item).collect()
    }

    /// Reads the mapping of scalars under `key`; nothing where there is none.
    pub(super) fn pairs<T>(
        &mut self,
        node: &Node,
        field: &str,
        key: &str,
        read: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Vec<(String, T)> {
        let Some(found) = node.get(key) else { return Vec::new() };
        let field = below(field, key);
        if !matches!(found.content, Content::Mapping(_)) {
            let message = format!("a mapping is expected here, not {}", kind_of(found));
            self.problem(found.span, &field, message);
            return Vec::new();
        }
        let mut pairs = Vec::new();
        for entry in found.entries() {
            let number;
            let text = match (&entry.value.content, entry.value.as_i64()) {
                (Content::String(text), _) => &**text,
                (_, Some(whole)) => {
                    number = whole.to_string();
                    &number
                }
                _ => {
                    let message = format!("a text is expected here, not {}", kind_of(&entry.value));
                    self.problem(entry.value.span, &below(&field, &entry.key), message);
                    continue;
                }
            };
            match read(text) {
                Ok(value) => pairs.push((entry.key.to_string(), value)),
                Err(message) => {
                    self.problem(entry.value.span, &below(&field, &entry.key), message);
                }
            }
        }
        pairs
    }
}

fn below(field: &str, key: &str) -> String {
    if field.is_empty() { key.to_owned() } else { format!("{field}.{key}") }
}
