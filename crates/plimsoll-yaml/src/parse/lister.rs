//! Lists the nodes of a document as they are read.

use std::sync::Arc;

use super::MAX_NODES;
use super::quick::Target;
use super::skim::is_text_key;
use super::words::Words;
use crate::list::{ListedContent, ListedNode, NodeList, sort};
use crate::scalar::{Scalar, resolve};
use crate::{Number, Span};

/// Among keys and values there are at most twice as many nodes; longer documents are left to the
/// reader that knows their bound.
const MOST_NODES: usize = MAX_NODES / 2;

/// A list in the making.
///
/// It takes only what most documents consist of, as [`super::quick`] does.
pub(super) struct Lister {
    nodes: Vec<ListedNode>,
    sorted: Vec<u32>,
    /// The numbers of the collections that are open, innermost last.
    open: Vec<usize>,
    /// The key whose value is due.
    key: Option<Arc<str>>,
    words: Words,
    /// Where the last node ends.
    end: usize,
    /// A key stands twice in its mapping, or there are too many nodes.
    is_odd: bool,
}

impl Lister {
    /// Prepares to list the nodes of `len` bytes of text that start at `start`.
    pub(super) fn new(start: usize, len: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(len / 32),
            sorted: Vec::new(),
            open: Vec::with_capacity(16),
            key: None,
            words: Words::new(len),
            end: start,
            is_odd: false,
        }
    }

    /// The list; an absent root would stand at `end`.
    pub(super) fn finish(mut self, end: usize) -> Option<NodeList> {
        if self.nodes.is_empty() {
            self.push(ListedContent::Null, Span::new(end, end));
        }
        (!self.is_odd).then_some(NodeList { nodes: self.nodes, sorted: self.sorted })
    }

    fn push(&mut self, content: ListedContent, span: Span) {
        let (key, after) = (self.key.take(), self.nodes.len() + 1);
        let by_key = 0..0;
        self.nodes.push(ListedNode { key, content, span, after, by_key, holds_null: false });
    }

    /// Tells whether a key is what comes next.
    fn awaits_key(&self) -> bool {
        self.key.is_none()
            && self
                .open
                .last()
                .is_some_and(|number| matches!(self.nodes[*number].content, ListedContent::Mapping))
    }

    fn note_null(&mut self) {
        if let Some(number) = self.open.last() {
            let holder = &mut self.nodes[*number];
            holder.holds_null |= matches!(holder.content, ListedContent::Mapping);
        }
    }

    fn close(&mut self, end: usize) {
        let Some(number) = self.open.pop() else { return };
        self.end = end;
        let after = self.nodes.len();
        let node = &mut self.nodes[number];
        node.after = after;
        node.span.end = end;
        let is_mapping = matches!(node.content, ListedContent::Mapping);
        if node.holds_null {
            self.note_null();
        }
        self.is_odd |=
            after >= MOST_NODES || (is_mapping && sort(&mut self.nodes, number, &mut self.sorted));
    }
}

impl Target for Lister {
    fn begin(&mut self, mapping: bool, start: usize) {
        let content = if mapping { ListedContent::Mapping } else { ListedContent::Sequence };
        self.is_odd |= self.awaits_key();
        self.open.push(self.nodes.len());
        self.push(content, Span::new(start, start));
    }

    fn scalar(&mut self, text: &str, plain: bool, span: Span) -> Option<()> {
        if self.nodes.len() >= MOST_NODES {
            return None;
        }
        self.end = span.end;
        if self.awaits_key() {
            self.key = is_text_key(text, plain).then(|| self.words.share(text));
            return self.key.is_some().then_some(());
        }
        let resolved = if plain { resolve(text) } else { Scalar::Text };
        let content = match resolved {
            Scalar::Null => {
                self.note_null();
                ListedContent::Null
            }
            Scalar::Bool(value) => ListedContent::Bool(value),
            Scalar::Number(Number::Float(float)) if !float.is_finite() => return None,
            Scalar::Number(number) => ListedContent::Number(number),
            Scalar::Text | Scalar::Timestamp => ListedContent::String(self.words.share(text)),
        };
        self.push(content, span);
        Some(())
    }

    fn end_block_mapping(&mut self) {
        self.close(self.end);
    }

    fn end_mapping(&mut self, end: usize) {
        self.close(end);
    }

    fn end_sequence(&mut self, end: Option<usize>) {
        self.close(end.unwrap_or(self.end));
    }

    fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}
