//! Turns the origins of a stretch of text into an answer for people.

mod copied;

use std::collections::HashSet;
use std::sync::Arc;

use plimsoll_yaml::{FieldPath, Input, Origin, OriginKind, Place, Provenance, Span, Step};

use crate::trace::{self, FrameId, Leaf, OriginId, Site, Trace};
use crate::value::{Mark, Text};

/// The origins of one rendered file.
#[derive(Debug)]
pub(crate) struct Rendering {
    pub(crate) trace: Arc<Trace>,
    /// The file's text in which spans count.
    pub(crate) text: Text,
    /// The origin of all of it, when it has no marks.
    pub(crate) whole: OriginId,
}

/// What a built-in object is called that stands for what the cluster knows.
const LOOKUP: &str = "lookup";

/// How many nodes of the graph an answer looks at. Real answers need a few dozen.
const REACH: usize = 20_000;

impl Provenance for Rendering {
    fn origin(&self, span: Span) -> Origin {
        let mut answer = Answer::new(&self.trace);
        for piece in self.pieces(span) {
            answer.take_piece(&piece);
        }
        for origin in self.gaps(span) {
            answer.data(origin, None);
        }
        answer.finish(self.text.as_str().get(span.start..span.end).unwrap_or(""))
    }
}

/// A part of the text and where it comes from.
struct Piece<'t> {
    text: &'t str,
    origin: OriginId,
    /// How far into its mark the part begins, and how long the mark is.
    offset: usize,
    mark_len: usize,
}

impl Rendering {
    /// What might have been written inside the text of a node, or right beside it on its line.
    fn gaps(&self, span: Span) -> Vec<OriginId> {
        let text = self.text.as_str();
        let marks = self.text.marks().unwrap_or_default();
        let (Some(above), Some(below)) = (text.get(..span.start), text.get(span.end..)) else {
            return Vec::new();
        };
        let start = above.trim_end_matches([' ', '\t']).len();
        let end = text.len() - below.trim_start_matches([' ', '\t']).len();
        let first = marks.partition_point(|mark| mark.end < start);
        let mut before = if first == 0 { 0 } else { marks[first - 1].end };
        let mut gaps = Vec::new();
        for mark in marks[first..].iter().take_while(|mark| mark.end <= end) {
            let is_gap = mark.end == before;
            before = mark.end;
            if is_gap && self.touches(mark, span) {
                gaps.push(mark.origin);
            }
        }
        gaps
    }

    /// Tells whether what is missing at `mark` would belong to the node at `span`.
    fn touches(&self, mark: &Mark, span: Span) -> bool {
        if (span.start + 1..span.end).contains(&mark.end) {
            return true;
        }
        let missing = self.trace.missing(mark.origin);
        let node = self.text.as_str().get(span.start..span.end).unwrap_or("");
        if mark.end <= span.start && !span.is_empty() {
            return missing.leads();
        }
        let is_block = node.starts_with(['|', '>']);
        // A named template may be indented by its caller: it goes on with the text that it began.
        if let Some(frame) = missing.part_of.filter(|_| is_block) {
            let last = self.pieces(span).last().map(|piece| self.trace.missing(piece.origin));
            return last.is_some_and(|last| last.part_of == Some(frame));
        }
        if let Some(indentation) = missing.indentation().filter(|_| is_block) {
            let last = node.trim_end().rsplit('\n').next().unwrap_or("");
            return indentation >= last.len() - last.trim_start_matches(' ').len();
        }
        missing.continues()
    }

    fn pieces(&self, span: Span) -> Vec<Piece<'_>> {
        let text = self.text.as_str();
        let whole = [Mark { end: text.len(), origin: self.whole }];
        let marks = self.text.marks().unwrap_or(&whole);
        // An empty node (no value written) is explained by what stands at its place.
        let end = span.end.max(span.start + usize::from(span.is_empty())).min(text.len());
        let first = marks.partition_point(|mark| mark.end <= span.start);
        let mut start = if first == 0 { 0 } else { marks[first - 1].end };
        let mut pieces = Vec::new();
        for mark in &marks[first..] {
            if start >= end {
                break;
            }
            let from = start.max(span.start);
            let to = mark.end.min(end);
            pieces.push(Piece {
                text: text.get(from..to).unwrap_or(""),
                origin: mark.origin,
                offset: from - start,
                mark_len: mark.end - start,
            });
            start = mark.end;
        }
        pieces
    }
}

/// An answer in the making.
struct Answer<'t> {
    trace: &'t Trace,
    left: usize,
    seen: HashSet<(OriginId, bool)>,
    written: Option<(Place, bool)>,
    trail: Vec<Place>,
    inputs: Vec<Input>,
    decided_by: Vec<Input>,
    /// Where the last of the inputs is set, if it is a value.
    set_at: Option<Site>,
    /// Some text came out of a function of several inputs, or was mixed with literal text.
    computed: bool,
    literal_text: bool,
    value_pieces: usize,
}

impl<'t> Answer<'t> {
    fn new(trace: &'t Trace) -> Self {
        Self {
            trace,
            left: REACH,
            seen: HashSet::new(),
            written: None,
            trail: Vec::new(),
            inputs: Vec::new(),
            decided_by: Vec::new(),
            set_at: None,
            computed: false,
            literal_text: false,
            value_pieces: 0,
        }
    }

    fn take_piece(&mut self, piece: &Piece<'_>) {
        let before = self.inputs.len();
        self.data(piece.origin, Some(piece));
        let bare = piece.text.trim_matches(|c: char| c.is_whitespace() || "\"'|>-+".contains(c));
        if self.inputs.len() == before && self.is_literal(piece.origin) {
            self.literal_text |= !bare.is_empty();
        } else if !piece.text.trim().is_empty() {
            self.value_pieces += 1;
        }
    }

    fn is_literal(&self, origin: OriginId) -> bool {
        match self.trace.get(origin) {
            trace::Origin::None => true,
            trace::Origin::Written { data, .. } => data == OriginId::NONE,
            trace::Origin::Decided { value, .. } => self.is_literal(value),
            _ => false,
        }
    }

    /// Follows what a text was made of.
    fn data(&mut self, origin: OriginId, piece: Option<&Piece<'_>>) {
        let mut stack = vec![(origin, true)];
        while let Some((id, is_data)) = stack.pop() {
            if self.left == 0 || !self.seen.insert((id, is_data)) {
                continue;
            }
            self.left -= 1;
            match self.trace.get(id) {
                trace::Origin::None => {}
                trace::Origin::Leaf(index) => {
                    self.leaf(index, is_data);
                    stack.extend(self.holder(index).map(|holder| (holder, false)));
                }
                trace::Origin::Both(a, b) => {
                    self.computed |= is_data;
                    stack.push((b, is_data));
                    stack.push((a, is_data));
                }
                trace::Origin::Decided { value, by } => {
                    stack.push((by, false));
                    stack.push((value, is_data));
                }
                trace::Origin::Written { site, frame, data, control } => {
                    if is_data {
                        self.write(site, frame, data, piece);
                    }
                    stack.push((control, false));
                    stack.push((data, is_data));
                    self.through_tpl(site, is_data, &mut stack);
                }
            }
        }
    }

    /// Text written by a template that was itself a value owes to that value's parts too.
    fn through_tpl(&self, site: Site, is_data: bool, stack: &mut Vec<(OriginId, bool)>) {
        let Some(source) = self.trace.get_source(site.source) else { return };
        let Some((text, whole, _)) = &source.made_of else { return };
        let span = site.span();
        if text.marks().is_some() {
            stack.push((*whole, false));
        }
        for (_, origin) in text.pieces(span.start..span.end, *whole) {
            stack.push((origin, is_data));
        }
    }

    fn leaf(&mut self, index: u32, is_data: bool) {
        let Some(leaf) = self.trace.get_leaf(index) else { return };
        if is_data {
            self.set_at = if let Leaf::Value { site, .. } = leaf { Some(*site) } else { None };
        }
        let Some(input) = self.input(leaf) else { return };
        let list = if is_data { &mut self.inputs } else { &mut self.decided_by };
        if !list.contains(&input) {
            list.push(input);
        }
    }

    /// What holds a key that is not there, when that is none that a user could set: a map that a
    /// template made, or what the cluster knows.
    fn holder(&self, index: u32) -> Option<OriginId> {
        let leaf = self.trace.get_leaf(index)?;
        let Leaf::Unset { parent, .. } = leaf else { return None };
        let can_be_set = match self.unset(leaf).0 {
            Some(Leaf::Builtin(name)) => *name != *LOOKUP,
            base => base.is_some(),
        };
        (!can_be_set).then_some(*parent)
    }

    /// What people are told about a leaf, if anything.
    fn input(&self, leaf: &Leaf) -> Option<Input> {
        Some(match leaf {
            Leaf::Value { path, site } => match place(self.trace, *site) {
                Some(place) => Input::Value { path: path.to_string(), place },
                None => Input::Unset { path: path.to_string() },
            },
            Leaf::Unset { .. } => match self.unset(leaf) {
                (Some(Leaf::Value { .. }), path) => Input::Unset { path },
                (Some(Leaf::Builtin(name)), path) if *name != *LOOKUP => Input::Builtin(path),
                _ => return None,
            },
            Leaf::Builtin(name) => Input::Builtin(name.to_string()),
            Leaf::File(name) => Input::File(name.to_string()),
            Leaf::Generated(function) => Input::Generated(function),
        })
    }

    /// What the outermost missing key would be a part of, and the path of the leaf from there.
    fn unset(&self, leaf: &'t Leaf) -> (Option<&'t Leaf>, String) {
        let mut keys = Vec::new();
        let mut base = Some(leaf);
        while let Some(Leaf::Unset { parent, key }) = base {
            keys.push(self.trace.key(key).to_owned());
            base = self.leaf_of(*parent);
        }
        let path = FieldPath(keys.into_iter().rev().map(Step::Key).collect()).to_string();
        let base_path = match base {
            Some(Leaf::Value { path, .. }) => &**path,
            Some(Leaf::Builtin(name)) => &**name,
            Some(Leaf::File(name)) => &**name,
            _ => "",
        };
        let joint = if base_path.is_empty() || path.starts_with('[') { "" } else { "." };
        (base, format!("{base_path}{joint}{path}"))
    }

    /// The leaf that an origin comes down to, when it is only one.
    fn leaf_of(&self, origin: OriginId) -> Option<&'t Leaf> {
        let mut id = origin;
        for _ in 0..100 {
            match self.trace.get(id) {
                trace::Origin::Leaf(index) => return self.trace.get_leaf(index),
                trace::Origin::Decided { value, .. } => id = value,
                _ => return None,
            }
        }
        None
    }

    /// Notes the place that wrote the text; a place that wrote a value is better than one that
    /// wrote quotes around it.
    fn write(&mut self, site: Site, frame: FrameId, data: OriginId, piece: Option<&Piece<'_>>) {
        let is_value = data != OriginId::NONE
            || piece.is_some_and(|piece| {
                !piece
                    .text
                    .trim_matches(|c: char| c.is_whitespace() || "\"'".contains(c))
                    .is_empty()
            });
        if self.written.as_ref().is_some_and(|(_, had_value)| *had_value || !is_value) {
            return;
        }
        let part = piece.filter(|_| data == OriginId::NONE);
        let span =
            part.and_then(|piece| self.copied_span(site, piece)).unwrap_or_else(|| site.span());
        let Some(place) = place_of(self.trace, site, span) else { return };
        self.trail = trail(self.trace, frame);
        self.written = Some((place, is_value));
    }

    /// The part of a template that was copied byte for byte to become `piece`: what a function made
    /// of a literal may be as long as what calls it.
    fn copied_span(&self, site: Site, piece: &Piece<'_>) -> Option<Span> {
        let whole = site.span();
        if piece.mark_len != whole.len() {
            return None;
        }
        let blank = piece.text.len() - piece.text.trim_start().len();
        let start = whole.start + piece.offset + blank;
        let text = piece.text.trim();
        let span = Span::new(start, start + text.len());
        let source = self.trace.get_source(site.source)?;
        (source.text.get(span.start..span.end) == Some(text)).then_some(span)
    }

    /// Tells whether a text still is the value that it comes from, where that can be known.
    fn is_copy(&self, written: &str) -> bool {
        let Some(site) = self.set_at else { return true };
        let Some(source) = self.trace.get_source(site.source) else { return true };
        copied::is_same(written, source.text.get(site.span().start..site.span().end).unwrap_or(""))
    }

    /// The answer about the text `written`.
    fn finish(self, written: &str) -> Origin {
        let generated = self.inputs.iter().any(|input| matches!(input, Input::Generated(_)));
        let kind = if generated {
            OriginKind::Generated
        } else if self.inputs.is_empty() {
            if self.written.is_some() { OriginKind::Literal } else { OriginKind::Unknown }
        } else if self.computed
            || self.literal_text
            || self.inputs.len() > 1
            || self.value_pieces > 1
            || !self.is_copy(written)
        {
            OriginKind::Computed
        } else {
            OriginKind::Copied
        };
        Origin {
            kind,
            written: self.written.map(|(place, _)| place),
            trail: self.trail,
            inputs: self.inputs,
            decided_by: self.decided_by,
        }
    }
}

fn trail(trace: &Trace, frame: FrameId) -> Vec<Place> {
    let mut places = Vec::new();
    let mut id = frame;
    while id != FrameId::ROOT && places.len() < 100 {
        let Some(frame) = trace.get_frame(id) else { break };
        places.extend(place(trace, frame.call));
        id = frame.parent;
    }
    places.reverse();
    places
}

fn place(trace: &Trace, site: Site) -> Option<Place> {
    place_of(trace, site, site.span())
}

fn place_of(trace: &Trace, site: Site, span: Span) -> Option<Place> {
    let source = trace.get_source(site.source)?;
    let position = source.position(span.start);
    Some(Place { file: Arc::clone(&source.name), span, position })
}
