//! A YAML document whose nodes keep their place in the text.

use std::collections::HashSet;
use std::sync::Arc;

use crate::{FieldPath, Origin, Provenance, Span, Step};

/// A number as Go reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Fits a signed 64-bit integer.
    Int(i64),
    /// Fits only an unsigned 64-bit integer.
    Uint(u64),
    /// Anything else.
    Float(f64),
}

impl Number {
    /// Returns the value as a float, as JSON would hold it.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "Go's conversion to float64 rounds likewise")]
    pub const fn as_f64(self) -> f64 {
        match self {
            Self::Int(int) => int as f64,
            Self::Uint(uint) => uint as f64,
            Self::Float(float) => float,
        }
    }
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// `null`, `~`, or nothing at all.
    Null,
    /// A YAML 1.1 boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Arc<str>),
    /// A sequence, in order.
    Sequence(Vec<Node>),
    /// A mapping in the order of the text; of duplicate keys only the last is kept.
    Mapping(Vec<Entry>),
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it holds.
    pub content: Content,
    /// Its bytes in the document's text, quotes included, comments excluded.
    pub span: Span,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as a string, since JSON knows no other keys.
    pub key: Arc<str>,
    /// The key's bytes.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// A key that stands in its mapping more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repeated {
    /// The key where it stands again.
    pub key: Span,
    /// The key where it stands first, with a value that the tree does not have.
    pub first: Span,
}

/// A comment of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its bytes, from `#` to the end of the line.
    pub span: Span,
}

impl Node {
    /// Returns the mapping's value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Returns the mapping's entry under `key`.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// Returns the sequence's element at `index`.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<&Self> {
        self.items().get(index)
    }

    /// Walks `keys` down through mappings.
    #[must_use]
    pub fn dig(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Walks `path` down.
    #[must_use]
    pub fn find(&self, path: &FieldPath) -> Option<&Self> {
        path.0.iter().try_fold(self, |node, step| match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.at(*index),
        })
    }

    /// Returns the mapping's entries; empty for any other node.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        if let Content::Mapping(entries) = &self.content { entries } else { &[] }
    }

    /// Returns the sequence's elements; empty for any other node.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Content::Sequence(items) = &self.content { items } else { &[] }
    }

    /// Returns the string; nothing for any other node.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Content::String(text) = &self.content { Some(text) } else { None }
    }

    /// Returns the boolean; nothing for any other node.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        if let Content::Bool(bool) = &self.content { Some(*bool) } else { None }
    }

    /// Returns the integer; nothing for any other node. Whole floats count as integers.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before the cast")]
    pub fn as_i64(&self) -> Option<i64> {
        match self.content {
            Content::Number(Number::Int(int)) => Some(int),
            Content::Number(Number::Float(float))
                if float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0 =>
            {
                Some(float as i64)
            }
            _ => None,
        }
    }

    /// Returns how many nodes there are, this one and all below it.
    #[must_use]
    pub fn count(&self) -> usize {
        let below = self.entries().iter().map(|entry| &entry.value).chain(self.items());
        1 + below.map(Self::count).sum::<usize>()
    }

    /// Tells whether the node is null.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self.content, Content::Null)
    }

    /// Visits this node and all below it, parents first, each with its path.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&FieldPath, &'a Self)) {
        fn go<'a>(
            node: &'a Node,
            path: &mut FieldPath,
            visit: &mut dyn FnMut(&FieldPath, &'a Node),
        ) {
            visit(path, node);
            for entry in node.entries() {
                path.0.push(Step::Key(entry.key.to_string()));
                go(&entry.value, path, visit);
                path.0.pop();
            }
            for (index, item) in node.items().iter().enumerate() {
                path.0.push(Step::Index(index));
                go(item, path, visit);
                path.0.pop();
            }
        }
        go(self, &mut FieldPath::default(), visit);
    }
}

/// A document: a text, its tree, and whoever knows where the text comes from.
#[derive(Clone, Debug)]
pub struct Document {
    /// What the text is called: a template's name or a file's path.
    pub name: Arc<str>,
    /// The whole text in which spans count; it may hold several documents.
    pub text: Arc<str>,
    /// The tree.
    pub root: Node,
    /// The document's comments in the order of the text.
    pub comments: Vec<Comment>,
    /// Keys that stand in their mapping more than once, in the order of the text.
    pub repeated: Vec<Repeated>,
    /// Answers where parts of the text come from.
    pub provenance: Arc<dyn Provenance>,
}

impl Document {
    /// Returns where `node`, a node of this document, comes from.
    #[must_use]
    pub fn origin(&self, node: &Node) -> Origin {
        self.provenance.origin(node.span)
    }
}

/// Tells whether no two entries have the same key.
pub(crate) fn are_unique(entries: &[Entry]) -> bool {
    /// Above this many entries, keys are compared by hash.
    const FEW: usize = 16;
    if entries.len() <= FEW {
        return (1..entries.len())
            .all(|i| entries[..i].iter().all(|entry| entry.key != entries[i].key));
    }
    let mut seen = HashSet::with_capacity(entries.len());
    entries.iter().all(|entry| seen.insert(&*entry.key))
}

/// Keeps the last of each key's entries.
pub(crate) fn drop_duplicates(entries: &mut Vec<Entry>) {
    if are_unique(entries) {
        return;
    }
    let mut seen = HashSet::with_capacity(entries.len());
    let keep: Vec<bool> =
        entries.iter().rev().map(|entry| seen.insert(Arc::clone(&entry.key))).collect();
    let mut keep = keep.into_iter().rev();
    entries.retain(|_| keep.next().unwrap_or(true));
}
