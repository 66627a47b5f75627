//! Builds a document's tree: resolves scalars, turns keys into strings, expands aliases and merges.
//!
//! go-yaml first reads a whole document, then decodes it, and then turns it into JSON. A syntax
//! trouble anywhere thus comes before any trouble of meaning, so the latter wait until the end.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::go_syntax::go_syntax;
use super::key::{key_text, search_bad_key, search_non_finite};
use super::tag::{Tagged, resolve_tagged};
use super::words::Words;
use super::{MAX_DEPTH, MAX_NODES};
use crate::scalar::{Scalar, resolve};
use crate::tree::{are_unique, drop_duplicates};
use crate::{Content, Entry, Error, ErrorKind, LineIndex, Node, Number, Repeated, Span};

type Result<T> = std::result::Result<T, Error>;

/// How many nodes a document's anchors may hold, all together.
///
/// go-yaml shares the nodes; here each anchor holds a copy, so anchors inside anchors add up.
const MOST_KEPT: usize = 2_000_000;

/// The tag of a merge key.
const MERGE_TAG: &str = "tag:yaml.org,2002:merge";

/// A scalar as the text writes it.
pub(super) struct ScalarText<'t> {
    pub(super) value: Cow<'t, str>,
    /// Neither quoted nor a block.
    pub(super) plain: bool,
    pub(super) tag: Option<String>,
    pub(super) span: Span,
}

impl ScalarText<'_> {
    /// Returns the scalar that stands for nothing at all.
    pub(super) const fn absent(span: Span) -> Self {
        Self { value: Cow::Borrowed(""), plain: true, tag: None, span }
    }
}

/// A document's tree in the making.
#[derive(Debug)]
pub(super) struct Builder<'t> {
    text: &'t str,
    /// Made for the first error.
    lines: OnceCell<LineIndex>,
    words: Words,
    frames: Vec<Frame<'t>>,
    /// The entries of all mappings that are open, innermost last.
    entries: Vec<Entry>,
    /// The elements of all sequences that are open, innermost last.
    items: Vec<Node>,
    /// Which of `entries` come from merge keys, in ascending order.
    merged: Vec<usize>,
    /// Keys that repeat an earlier key of their mapping.
    repeated: Vec<Repeated>,
    root: Option<Node>,
    anchors: HashMap<&'t str, Anchor>,
    /// How many anchors the document has defined so far.
    defined: usize,
    /// How many nodes go-yaml would have decoded so far, and how many of them through aliases.
    decoded: usize,
    aliased: usize,
    /// How many nodes were copied because an alias may ask for them.
    kept: usize,
    /// The first trouble of meaning.
    trouble: Option<Error>,
    /// Where keys stand that JSON cannot hold. A later duplicate may yet remove their mapping.
    bad_keys: Vec<usize>,
    non_finite: bool,
}

/// A collection that is open.
#[derive(Debug)]
struct Frame<'t> {
    start: usize,
    end: usize,
    anchor: Option<Definition<'t>>,
    /// Where its part of `entries` or `items` starts.
    base: usize,
    slot: Slot,
}

/// Where a collection's next node goes.
#[derive(Debug)]
enum Slot {
    Item,
    Key,
    Merge,
    Value(Arc<str>, Span),
}

#[derive(Clone, Copy, Debug)]
struct Definition<'t> {
    name: &'t str,
    number: usize,
    decoded_before: usize,
}

#[derive(Debug)]
enum Anchor {
    /// The anchored collection is not complete yet.
    Open { number: usize },
    /// What an alias stands for, how many nodes go-yaml decodes for it, and how deep they nest.
    Done { node: Node, size: usize, height: usize },
}

impl<'t> Builder<'t> {
    /// Prepares to build the trees of `len` bytes of `text`.
    pub(super) fn new(text: &'t str, len: usize) -> Self {
        Self {
            text,
            lines: OnceCell::new(),
            words: Words::new(len),
            frames: Vec::new(),
            entries: Vec::new(),
            items: Vec::new(),
            merged: Vec::new(),
            repeated: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            defined: 0,
            decoded: 1,
            aliased: 0,
            kept: 0,
            trouble: None,
            bad_keys: Vec::new(),
            non_finite: false,
        }
    }

    /// Tells whether no node was added yet.
    pub(super) const fn is_empty(&self) -> bool {
        self.root.is_none() && self.frames.is_empty()
    }

    /// Returns the document's root and forgets all about the document.
    ///
    /// `end` is where an absent root would stand.
    pub(super) fn finish(&mut self, end: usize) -> Result<Node> {
        let null = || Node { content: Content::Null, span: Span::new(end, end) };
        let root = self.root.take().unwrap_or_else(null);
        self.anchors.clear();
        self.decoded = 1;
        self.aliased = 0;
        self.kept = 0;
        let bad_keys = std::mem::take(&mut self.bad_keys);
        let non_finite = std::mem::take(&mut self.non_finite);
        if let Some(error) = self.trouble.take() {
            return Err(error);
        }
        if !bad_keys.is_empty()
            && let Some(entry) = search_bad_key(&root, &bad_keys)
        {
            return Err(self.bad_key_error(entry));
        }
        if non_finite && let Some((node, name)) = search_non_finite(&root) {
            let message =
                format!("{name} cannot be passed on as JSON: quote it, or write a finite number");
            let upstream = format!("json: unsupported value: {name}");
            return Err(self.error(ErrorKind::Number, node.span, message, &upstream));
        }
        Ok(root)
    }

    /// Opens a collection.
    pub(super) fn begin(&mut self, mapping: bool, start: usize, anchor: Option<&'t str>) {
        let merged = self.frames.last().is_some_and(|frame| matches!(frame.slot, Slot::Merge));
        let decoded_before = self.decoded;
        if mapping || !merged {
            self.count();
        }
        let anchor = anchor.map(|name| {
            self.defined += 1;
            let number = self.defined;
            self.anchors.insert(name, Anchor::Open { number });
            Definition { name, number, decoded_before }
        });
        let (base, slot) =
            if mapping { (self.entries.len(), Slot::Key) } else { (self.items.len(), Slot::Item) };
        self.frames.push(Frame { start, end: start, anchor, base, slot });
    }

    /// Closes a block mapping, which ends where its last node does.
    pub(super) fn end_block_mapping(&mut self) {
        if let Some(frame) = self.frames.last() {
            self.end_mapping(frame.end);
        }
    }

    /// Closes a mapping that ends at `end`.
    pub(super) fn end_mapping(&mut self, end: usize) {
        if let Some(frame) = self.frames.pop() {
            let mut entries = self.entries.split_off(frame.base);
            if !are_unique(&entries) {
                self.note_repeated(&entries, frame.base);
                drop_duplicates(&mut entries);
            }
            self.merged.truncate(self.merged.partition_point(|index| *index < frame.base));
            self.close(&frame, Content::Mapping(entries), end);
        }
    }

    /// Keeps where a mapping, whose entries start at `base`, writes a key a second time.
    fn note_repeated(&mut self, entries: &[Entry], base: usize) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            if self.merged.binary_search(&(base + index)).is_ok() {
                continue;
            }
            let first = *seen.entry(&*entry.key).or_insert(entry.key_span);
            if first != entry.key_span {
                self.repeated.push(Repeated { key: entry.key_span, first });
            }
        }
    }

    /// Returns the keys that repeat an earlier key of their mapping, and forgets them.
    pub(super) fn take_repeated(&mut self) -> Vec<Repeated> {
        let mut repeated = std::mem::take(&mut self.repeated);
        repeated.sort_unstable();
        repeated
    }

    /// Closes a sequence; one in block style ends where its last node does.
    pub(super) fn end_sequence(&mut self, end: Option<usize>) {
        if let Some(frame) = self.frames.pop() {
            let items = self.items.split_off(frame.base);
            self.close(&frame, Content::Sequence(items), end.unwrap_or(frame.end));
        }
    }

    fn close(&mut self, frame: &Frame<'t>, content: Content, end: usize) {
        let node = Node { content, span: Span::new(frame.start, end) };
        if let Some(anchor) = frame.anchor {
            self.define(anchor, &node);
        }
        self.attach(node, end, false);
    }

    /// Makes `node` what the anchor's name stands for, unless the name was given anew inside it.
    fn define(&mut self, anchor: Definition<'t>, node: &Node) {
        let ours = matches!(
            self.anchors.get(anchor.name),
            Some(Anchor::Open { number }) if *number == anchor.number
        );
        if !ours {
            return;
        }
        let size = self.decoded - anchor.decoded_before;
        self.kept += size;
        if self.kept > MOST_KEPT {
            let message = "anchors stand inside each other too often: write the values out";
            let upstream = "document contains excessive aliasing";
            self.report(ErrorKind::Expansion, node.span, message, upstream);
            return;
        }
        let done = Anchor::Done { node: node.clone(), size, height: height(node) };
        self.anchors.insert(anchor.name, done);
    }

    /// Adds a scalar.
    pub(super) fn scalar(&mut self, scalar: ScalarText<'_>, anchor: Option<&'t str>) {
        if let Some(frame) = self.frames.last_mut()
            && matches!(frame.slot, Slot::Key)
            && is_merge(&scalar)
        {
            frame.slot = Slot::Merge;
            frame.end = scalar.span.end;
            if let Some(name) = anchor {
                let content = Content::String(self.words.share("<<"));
                let node = Node { content, span: scalar.span };
                self.anchors.insert(name, Anchor::Done { node, size: 1, height: 0 });
            }
            return;
        }
        self.count();
        // A merge key's value is checked before its own text is.
        let merged = self.frames.last().is_some_and(|frame| matches!(frame.slot, Slot::Merge));
        let content = if merged { Content::Null } else { self.content(&scalar) };
        let node = Node { content, span: scalar.span };
        if let Some(name) = anchor {
            self.anchors.insert(name, Anchor::Done { node: node.clone(), size: 1, height: 0 });
        }
        self.attach(node, scalar.span.end, false);
    }

    #[inline]
    fn content(&mut self, scalar: &ScalarText<'_>) -> Content {
        let resolved = match &scalar.tag {
            None if scalar.plain => resolve(&scalar.value),
            None => Scalar::Text,
            Some(tag) => match resolve_tagged(tag, &scalar.value) {
                Ok(Tagged::Scalar(resolved)) => resolved,
                Ok(Tagged::Binary(text)) => return Content::String(Arc::from(text)),
                Err(upstream) => {
                    let message = "the text does not fit its tag: correct one of them";
                    self.report(ErrorKind::Tag, scalar.span, message, &upstream);
                    Scalar::Null
                }
            },
        };
        match resolved {
            Scalar::Null => Content::Null,
            Scalar::Bool(value) => Content::Bool(value),
            Scalar::Number(number) => {
                if let Number::Float(float) = number {
                    self.non_finite |= !float.is_finite();
                }
                Content::Number(number)
            }
            Scalar::Text | Scalar::Timestamp => Content::String(self.words.share(&scalar.value)),
        }
    }

    /// Adds what an alias stands for.
    pub(super) fn alias(&mut self, name: &'t str, span: Span) -> Result<()> {
        let mut node = Node { content: Content::Null, span };
        self.count();
        match self.anchors.get(name) {
            None => {
                let message = format!(
                    "no anchor `&{name}` comes before this alias: add it, or quote the value if it is no alias"
                );
                let upstream = format!("unknown anchor '{name}' referenced");
                return Err(self.error(ErrorKind::Alias, span, message, &upstream));
            }
            Some(Anchor::Open { .. }) => {
                let upstream = format!("anchor '{name}' value contains itself");
                let message = "the alias stands inside the value that it repeats: remove it";
                self.report(ErrorKind::Alias, span, message, &upstream);
            }
            Some(Anchor::Done { height, .. }) if self.frames.len() + height > MAX_DEPTH => {
                return Err(self.depth_error(span));
            }
            Some(Anchor::Done { node: target, size, .. }) => {
                self.decoded += size;
                self.aliased += size;
                if self.trouble.is_none()
                    && self.decoded <= MAX_NODES
                    && !is_excessive(self.decoded, self.aliased)
                {
                    node = target.clone();
                }
                self.check_expansion(span);
            }
        }
        self.attach(node, span.end, true);
        Ok(())
    }

    #[inline]
    fn count(&mut self) {
        self.decoded += 1;
        if self.aliased > 100 {
            self.check_expansion(Span::default());
        }
    }

    fn check_expansion(&mut self, span: Span) {
        if self.trouble.is_none() && is_excessive(self.decoded, self.aliased) {
            let message = "aliases make most of the document: write the values out";
            let upstream = "document contains excessive aliasing";
            self.report(ErrorKind::Expansion, span, message, upstream);
        }
    }

    /// Puts a complete node where its collection wants it. `end` is where the text goes on, which
    /// for an alias is not where the node ends.
    fn attach(&mut self, node: Node, end: usize, alias: bool) {
        let is_full = self.decoded > MAX_NODES;
        if is_full {
            let message = format!("the document has more than {MAX_NODES} values: split it");
            self.report(ErrorKind::Expansion, node.span, message, "document has too many values");
        }
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.end = end;
        match std::mem::replace(&mut frame.slot, Slot::Key) {
            Slot::Item => {
                frame.slot = Slot::Item;
                if !is_full {
                    self.items.push(node);
                }
            }
            Slot::Value(..) if is_full => {}
            Slot::Value(key, key_span) => self.entries.push(Entry { key, key_span, value: node }),
            Slot::Key => {
                let key = self.key(&node);
                if let Some(frame) = self.frames.last_mut() {
                    frame.slot = Slot::Value(key, node.span);
                }
            }
            Slot::Merge => self.merge(node, alias),
        }
    }

    /// Turns a key into a string as `sigs.k8s.io/yaml` does.
    #[inline]
    fn key(&mut self, node: &Node) -> Arc<str> {
        match &node.content {
            Content::String(text) => Arc::clone(text),
            Content::Sequence(_) | Content::Mapping(_) => {
                if self.trouble.is_none() {
                    let message = "a list or a mapping cannot be a key: quote it; a template's braces need quotes too";
                    let upstream = format!("invalid map key: {}", go_syntax(&node.content));
                    self.report(ErrorKind::Key, node.span, message, &upstream);
                }
                self.words.share("")
            }
            scalar => {
                if let Some(text) = key_text(scalar) {
                    self.words.share(&text)
                } else {
                    self.bad_keys.push(node.span.start);
                    // Such a key is like no other key but itself.
                    self.words.share("\0")
                }
            }
        }
    }

    /// Adds the entries of a merge key's value.
    ///
    /// They take the place of equal keys before them, and equal keys after them take theirs.
    fn merge(&mut self, node: Node, alias: bool) {
        let before = self.entries.len();
        match node.content {
            Content::Mapping(entries) => self.entries.extend(entries),
            Content::Sequence(items)
                if !alias
                    && items.iter().all(|item| matches!(item.content, Content::Mapping(_))) =>
            {
                for item in items.into_iter().rev() {
                    if let Content::Mapping(entries) = item.content {
                        self.entries.extend(entries);
                    }
                }
            }
            _ => {
                let message = "a merge key `<<` takes a mapping or a list of mappings";
                let upstream = "map merge requires map or sequence of maps as the value";
                self.report(ErrorKind::Merge, node.span, message, upstream);
            }
        }
        self.merged.extend(before..self.entries.len());
    }

    /// Keeps a trouble of meaning, if it is the document's first.
    fn report(&mut self, kind: ErrorKind, span: Span, message: impl Into<String>, upstream: &str) {
        if self.trouble.is_none() {
            self.trouble = Some(self.error(kind, span, message, upstream));
        }
    }

    fn error(
        &self,
        kind: ErrorKind,
        span: Span,
        message: impl Into<String>,
        upstream: &str,
    ) -> Error {
        let lines = self.lines.get_or_init(|| LineIndex::new(self.text));
        let position = lines.position(self.text, span.start);
        Error::new(kind, span, position, message, None, upstream)
    }

    /// Makes the error of nesting that goes beyond [`MAX_DEPTH`].
    pub(super) fn depth_error(&self, span: Span) -> Error {
        let message = format!("values nest deeper than {MAX_DEPTH} levels: flatten them");
        self.error(ErrorKind::Depth, span, message, "exceeded max depth of 10000")
    }

    fn bad_key_error(&self, entry: &Entry) -> Error {
        let written = entry.key_span.of(self.text);
        let (kind, key) = match resolve(written) {
            Scalar::Number(Number::Uint(key)) => ("uint64", format!("{key:#x}")),
            _ => ("%!s(<nil>)", "<nil>".to_owned()),
        };
        let value = go_syntax(&entry.value.content);
        let message = "this key is null or too large a number: quote it";
        let upstream = format!("unsupported map key of type: {kind}, key: {key}, value: {value}");
        self.error(ErrorKind::Key, entry.key_span, message, &upstream)
    }
}

fn is_merge(scalar: &ScalarText<'_>) -> bool {
    scalar.value == "<<"
        && match scalar.tag.as_deref() {
            None => scalar.plain,
            Some(tag) => tag == "!" || tag == MERGE_TAG,
        }
}

/// Returns how many levels of collections the node has.
fn height(node: &Node) -> usize {
    let below = |nodes: &mut dyn Iterator<Item = &Node>| nodes.map(height).max().unwrap_or(0) + 1;
    match &node.content {
        Content::Sequence(items) => below(&mut items.iter()),
        Content::Mapping(entries) => below(&mut entries.iter().map(|entry| &entry.value)),
        _ => 0,
    }
}

/// Tells whether go-yaml refuses to decode on: it allows 99 % of the nodes of a small document and
/// 10 % of those of a large one to come through aliases.
#[expect(clippy::cast_precision_loss, reason = "go-yaml computes in float64 too")]
fn is_excessive(decoded: usize, aliased: usize) -> bool {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    if aliased <= 100 || decoded <= 1000 {
        return false;
    }
    let (decoded, aliased) = (decoded as f64, aliased as f64);
    let allowed = 0.99 - 0.89 * ((decoded - LOW) / (HIGH - LOW)).clamp(0.0, 1.0);
    aliased / decoded > allowed
}
