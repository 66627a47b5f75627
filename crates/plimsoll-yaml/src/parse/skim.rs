//! Reads of a document what stands under a few keys, and no more of the rest than its form takes.

use std::borrow::Cow;

use super::builder::{Builder, ScalarText};
use super::quick::{Quick, Target};
use super::{MAX_NODES, character};
use crate::scalar::{Scalar, resolve};
use crate::{Node, Number, Span};

/// What was read of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Skimmed {
    /// The document as [`super::parse_part`] reads it, but with null under the other keys of its
    /// outermost mapping, whose own span then means nothing.
    pub root: Node,
    /// How many nodes the whole document has; of repeated keys each counts.
    pub nodes: usize,
}

/// Reads what stands under `keys` in the outermost mapping of the first document of the bytes
/// `part` of `text`.
///
/// Nothing where the document holds what only [`super::parse_part`] reads, be it rare or wrong;
/// what this function reads, that one reads without an error.
#[must_use]
pub fn skim_part(text: &str, part: Span, keys: &[&str]) -> Option<Skimmed> {
    if !text.is_char_boundary(part.start) || !text.is_char_boundary(part.end) {
        return None;
    }
    if character::forbidden(text.as_bytes().get(part.start..part.end)?).is_some() {
        return None;
    }
    let target = Skim {
        builder: Builder::new(text, 2048),
        keys,
        open: Vec::new(),
        skips: false,
        skipped: Vec::new(),
        nodes: 0,
        end: part.start,
    };
    let mut quick = Quick::new(text, part, target);
    quick.document()?;
    let end = quick.end;
    let root = quick.target.builder.finish(end).ok()?;
    let nodes = root.count() + quick.target.nodes;
    (nodes <= MAX_NODES).then_some(Skimmed { root, nodes })
}

struct Skim<'t, 'k> {
    builder: Builder<'t>,
    keys: &'k [&'k str],
    /// The open collections that the builder knows.
    open: Vec<Place>,
    /// The value of a key that nobody asked for is due, or being read.
    skips: bool,
    /// The open collections in it.
    skipped: Vec<Place>,
    /// How many nodes the builder does not know.
    nodes: usize,
    end: usize,
}

/// What comes next in a collection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Item,
    Key,
    Value,
}

impl Skim<'_, '_> {
    /// Goes on after a node that the builder took.
    fn taken(&mut self) {
        if let Some(place @ Place::Value) = self.open.last_mut() {
            *place = Place::Key;
        }
    }

    /// Goes on after a node that was skipped.
    fn passed(&mut self) {
        match self.skipped.last_mut() {
            Some(place @ Place::Value) => *place = Place::Key,
            Some(_) => {}
            None => {
                // The builder gets a null in its place, which counts as one node.
                self.nodes -= 1;
                let span = Span::new(self.end, self.end);
                self.builder.scalar(ScalarText::absent(span), None);
                self.skips = false;
                self.taken();
            }
        }
    }

    /// Closes the innermost collection; tells whether the builder knows it.
    fn close(&mut self) -> bool {
        if self.skips {
            self.skipped.pop();
            self.passed();
            return false;
        }
        self.open.pop();
        true
    }
}

impl Target for Skim<'_, '_> {
    fn begin(&mut self, mapping: bool, start: usize) {
        let place = if mapping { Place::Key } else { Place::Item };
        if self.skips {
            self.nodes += 1;
            self.skipped.push(place);
        } else {
            self.open.push(place);
            self.builder.begin(mapping, start, None);
        }
    }

    fn scalar(&mut self, text: &str, plain: bool, span: Span) -> Option<()> {
        self.end = span.end;
        if self.skips {
            if let Some(place @ Place::Key) = self.skipped.last_mut() {
                *place = Place::Value;
                return is_text_key(text, plain).then_some(());
            }
            self.nodes += 1;
            self.passed();
            return (!plain || is_finite(text)).then_some(());
        }
        let scalar = ScalarText { value: Cow::Borrowed(text), plain, tag: None, span };
        if let Some(place @ Place::Key) = self.open.last_mut() {
            *place = Place::Value;
            if !is_text_key(text, plain) {
                return None;
            }
            self.skips = self.open.len() == 1 && !self.keys.contains(&text);
            self.builder.scalar(scalar, None);
            return Some(());
        }
        self.builder.scalar(scalar, None);
        self.taken();
        Some(())
    }

    fn end_block_mapping(&mut self) {
        if self.close() {
            self.builder.end_block_mapping();
            self.taken();
        }
    }

    fn end_mapping(&mut self, end: usize) {
        self.end = end;
        if self.close() {
            self.builder.end_mapping(end);
            self.taken();
        }
    }

    fn end_sequence(&mut self, end: Option<usize>) {
        self.end = end.unwrap_or(self.end);
        if self.close() {
            self.builder.end_sequence(end);
            self.taken();
        }
    }

    fn is_empty(&self) -> bool {
        self.builder.is_empty()
    }
}

/// Tells whether a key is a plain text, as nearly all are, and neither a number nor a merge.
pub(super) fn is_text_key(key: &str, plain: bool) -> bool {
    !plain || (matches!(resolve(key), Scalar::Text) && key != "<<")
}

/// Tells whether a plain scalar can be passed on as JSON.
fn is_finite(text: &str) -> bool {
    let may_be_number = matches!(text.bytes().next(), Some(b'0'..=b'9' | b'+' | b'-' | b'.'));
    !may_be_number
        || match resolve(text) {
            Scalar::Number(Number::Float(float)) => float.is_finite(),
            _ => true,
        }
}
