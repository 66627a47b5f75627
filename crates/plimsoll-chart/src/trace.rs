//! Origins while templates run: an append-only graph that is resolved only when somebody asks.
//!
//! Each value and each stretch of text carries an [`OriginId`]. Deriving a value appends at most
//! one node, so tracking costs a few machine words for each action, whatever the values' size.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use plimsoll_yaml::{LineIndex, NodeList, Position, Span};

/// A node of the origin graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct OriginId(u32);

impl OriginId {
    /// The origin `by` places after this one; nowhere stays so.
    pub(crate) const fn after(self, by: u32) -> Self {
        if self.0 == Self::NONE.0 { self } else { Self(self.0.saturating_add(by)) }
    }

    /// Comes from nowhere in particular: a literal, or a structure that a template built.
    pub(crate) const NONE: Self = Self(0);
    /// Not decided yet: the caller of the function fills in the join of its arguments' origins.
    pub(crate) const UNSET: Self = Self(u32::MAX);
}

/// A text in which spans of origins count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SourceId(u32);

/// A chain of template calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FrameId(pub(crate) u32);

impl FrameId {
    /// The frame of a template that Helm itself runs.
    pub(crate) const ROOT: Self = Self(0);
}

/// A stretch of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) source: SourceId,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Site {
    pub(crate) fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}

/// Where a value enters the rendering.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Leaf {
    /// Set by a values file or flag: values path as the top chart sees it, and the place.
    Value { path: Arc<str>, site: Site },
    /// Read below `parent`, but set nowhere.
    Unset { parent: OriginId, key: Key },
    /// A field of a built-in object, such as `Release.Name`.
    Builtin(Cow<'static, str>),
    /// A file of the chart.
    File(Arc<str>),
    /// Made by a random or time-dependent function of this name.
    Generated(&'static str),
}

/// A key that is not there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Key {
    Text(Arc<str>),
    /// A template spells it.
    Written(Site),
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::Text(Arc::from(text))
    }
}

/// One step of derivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    None,
    /// Index into the leaves.
    Leaf(u32),
    /// Computed from both; from one value when they are the same.
    Both(OriginId, OriginId),
    /// `value`, but which value it is was decided by `by`.
    Decided {
        value: OriginId,
        by: OriginId,
    },
    /// Text that a template's literal or action wrote while `control` decided that it is written.
    Written {
        site: Site,
        frame: FrameId,
        data: OriginId,
        control: OriginId,
    },
}

/// A call of a named template, or of `tpl`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) parent: FrameId,
    pub(crate) call: Site,
}

/// What a source is.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The file, as Helm names templates and as the user names values files.
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
    /// For text given to `tpl`: the text with its own origins, and the call.
    pub(crate) made_of: Option<(crate::value::Text, OriginId, FrameId)>,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// A file.
    pub(crate) const fn file(name: Arc<str>, text: Arc<str>) -> Self {
        Self { name, text, made_of: None, lines: OnceLock::new() }
    }

    /// A text that a template made and gave to `tpl`.
    pub(crate) fn made(
        name: Arc<str>,
        text: crate::value::Text,
        origin: OriginId,
        frame: FrameId,
    ) -> Self {
        let shared = text.shared();
        let made_of = Some((text, origin, frame));
        Self { name, text: shared, made_of, lines: OnceLock::new() }
    }

    /// Where byte `offset` is, as people count.
    pub(crate) fn position(&self, offset: usize) -> Position {
        self.lines.get_or_init(|| LineIndex::new(&self.text)).position(&self.text, offset)
    }
}

/// The part of a template that writes nothing this time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Missing<'t> {
    text: &'t str,
    /// The named template that it is a part of, if it is one's.
    pub(crate) part_of: Option<FrameId>,
}

impl Missing<'_> {
    /// Tells whether it would go on with the line before it.
    pub(crate) fn continues(self) -> bool {
        match self.text.strip_prefix("{{") {
            // What an action writes shows only when it does; `nindent` starts a line.
            Some(action) => !action.split("}}").next().unwrap_or("").contains("nindent"),
            None => !self.text.starts_with(['\n', '\r']),
        }
    }

    /// Tells whether the line after it would go on with what it writes.
    pub(crate) fn leads(self) -> bool {
        let last = self.text.rsplit('\n').next().unwrap_or("");
        !last.trim().is_empty() || !self.text.contains('\n')
    }

    /// Tells whether it would add items to a list whose dashes stand in column `column`.
    pub(crate) fn is_item(self, column: usize) -> bool {
        let line = self.text.trim_start_matches(['\r', '\n']).trim_start_matches(' ');
        let could_be = line.starts_with("- ") || line.starts_with("{{");
        could_be && self.indentation().is_some_and(|indentation| indentation >= column)
    }

    /// How far its first line would be indented, when it would start a line.
    pub(crate) fn indentation(self) -> Option<usize> {
        let text = self.text.strip_prefix('\r').unwrap_or(self.text);
        let line = match text.strip_prefix('\n') {
            Some(text) => text.trim_start_matches('\n').lines().next().unwrap_or(""),
            None if self.continues() => return None,
            None => text.lines().next().unwrap_or(""),
        };
        if let Some((_, indent)) = line.split_once("indent ").filter(|_| line.contains("{{")) {
            let digits = indent.trim_start().split(|c: char| !c.is_ascii_digit()).next();
            return digits.and_then(|digits| digits.parse().ok());
        }
        Some(line.len() - line.trim_start_matches(' ').len())
    }
}

/// The leaves of planted nodes have numbers from here on.
const FIRST_PLANTED: u32 = 1 << 31;

/// A values file whose nodes set values.
#[derive(Clone, Debug)]
struct Planted {
    /// The number of its first node's leaf.
    first: u32,
    nodes: Arc<NodeList>,
    source: SourceId,
    /// The values path of its root, as the top chart sees it.
    path: Arc<str>,
    /// One for each node, once somebody asked for one.
    leaves: OnceLock<Vec<Leaf>>,
}

impl Planted {
    /// The number after its last node's leaf.
    fn end(&self) -> u32 {
        self.first.saturating_add(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX))
    }

    fn leaves(&self) -> &[Leaf] {
        self.leaves.get_or_init(|| crate::values::leaves(&self.nodes, self.source, &self.path))
    }
}

/// The graph of one rendering.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    origins: Vec<Origin>,
    leaves: Vec<Leaf>,
    /// Values files that are set as they are, in the order of their leaves.
    planted: Vec<Planted>,
    frames: Vec<Frame>,
    sources: Vec<Source>,
    recent: Recent,
}

/// Nodes that join two others, made not long ago: loops ask for the same ones again and again.
#[derive(Clone, Debug)]
struct Recent(Vec<Option<(Origin, OriginId)>>);

impl Recent {
    /// A power of two.
    const SLOTS: usize = 256;

    fn new() -> Self {
        Self(vec![None; Self::SLOTS])
    }

    /// The slot of a node that refers to `a` and `b`.
    fn slot(&mut self, a: OriginId, b: OriginId) -> &mut Option<(Origin, OriginId)> {
        // Knuth's multiplicative hashing spreads neighbours over the slots.
        let mixed = a.0.wrapping_mul(0x9E37_79B1) ^ b.0.wrapping_mul(0x85EB_CA6B);
        &mut self.0[(mixed >> 16) as usize % Self::SLOTS]
    }
}

impl Trace {
    pub(crate) fn new() -> Self {
        let nowhere = Site { source: SourceId(0), start: 0, end: 0 };
        Self {
            origins: {
                // Even small charts have hundreds.
                let mut origins = Vec::with_capacity(1024);
                origins.push(Origin::None);
                origins
            },
            leaves: Vec::new(),
            planted: Vec::new(),
            frames: vec![Frame { parent: FrameId::ROOT, call: nowhere }],
            sources: Vec::new(),
            recent: Recent::new(),
        }
    }

    /// Appends a node; a graph of four billion nodes stops growing and says “nowhere”.
    #[inline]
    pub(crate) fn push(&mut self, origin: Origin) -> OriginId {
        let Ok(id) = u32::try_from(self.origins.len()) else { return OriginId::NONE };
        if id == OriginId::UNSET.0 {
            return OriginId::NONE;
        }
        self.origins.push(origin);
        OriginId(id)
    }

    /// Roughly the bytes that all origins occupy.
    #[inline]
    pub(crate) fn size(&self) -> usize {
        self.origins.len() * size_of::<Origin>()
            + self.leaves.len() * size_of::<Leaf>()
            + self.frames.len() * size_of::<Frame>()
            + self.sources.len() * size_of::<Source>()
    }

    pub(crate) fn leaf(&mut self, leaf: Leaf) -> OriginId {
        let index = u32::try_from(self.leaves.len()).ok().filter(|index| *index < FIRST_PLANTED);
        let Some(index) = index else { return OriginId::NONE };
        self.leaves.push(leaf);
        self.push(Origin::Leaf(index))
    }

    /// Makes all nodes of a values file known, which set values below `path`; their leaves are made
    /// when somebody asks. Returns the origin of the first one; the others follow it.
    pub(crate) fn plant(
        &mut self,
        nodes: Arc<NodeList>,
        source: SourceId,
        path: Arc<str>,
    ) -> OriginId {
        let before = self.planted.last().map_or(FIRST_PLANTED, Planted::end);
        let (Ok(count), Ok(id)) = (u32::try_from(nodes.len()), u32::try_from(self.origins.len()))
        else {
            return OriginId::NONE;
        };
        let (Some(end), Some(_)) = (before.checked_add(count), id.checked_add(count)) else {
            return OriginId::NONE;
        };
        self.planted.push(Planted { first: before, nodes, source, path, leaves: OnceLock::new() });
        self.origins.extend((before..end).map(Origin::Leaf));
        OriginId(id)
    }

    /// Returns the origin of something computed from `a` and `b`.
    #[inline]
    pub(crate) fn join(&mut self, a: OriginId, b: OriginId) -> OriginId {
        if a == b || b == OriginId::NONE {
            a
        } else if a == OriginId::NONE {
            b
        } else {
            self.push_pair(a, b, Origin::Both(a, b))
        }
    }

    /// Appends a node that refers to `a` and `b`, unless it is there.
    fn push_pair(&mut self, a: OriginId, b: OriginId, origin: Origin) -> OriginId {
        if let Some((known, id)) = *self.recent.slot(a, b)
            && known == origin
        {
            return id;
        }
        let id = self.push(origin);
        *self.recent.slot(a, b) = Some((origin, id));
        id
    }

    /// Returns the origin of `value` when `by` decided that it is this value.
    #[inline]
    pub(crate) fn decided(&mut self, value: OriginId, by: OriginId) -> OriginId {
        if by == OriginId::NONE || by == value {
            value
        } else {
            self.push_pair(value, by, Origin::Decided { value, by })
        }
    }

    /// Returns what decided that a value of this origin is the one and not another. Whatever is
    /// taken out of the value owes to that too.
    #[inline]
    pub(crate) fn decision(&mut self, origin: OriginId) -> OriginId {
        match self.get(origin) {
            Origin::Decided { .. } | Origin::Both(..) => self.decision_within(origin),
            Origin::None | Origin::Leaf(_) | Origin::Written { .. } => OriginId::NONE,
        }
    }

    fn decision_within(&mut self, origin: OriginId) -> OriginId {
        const MOST_STEPS: usize = 64;
        let (mut id, mut decided_by) = (origin, OriginId::NONE);
        let mut aside: Vec<OriginId> = Vec::new();
        for _ in 0..MOST_STEPS {
            match self.get(id) {
                Origin::Decided { value, by } => {
                    decided_by = self.join(decided_by, by);
                    id = value;
                }
                Origin::Both(a, b) => {
                    aside.push(b);
                    id = a;
                }
                _ => match aside.pop() {
                    Some(next) => id = next,
                    None => break,
                },
            }
        }
        decided_by
    }

    /// Returns the origin of something computed from what `origin` says, even if it is one value.
    pub(crate) fn computed(&mut self, origin: OriginId) -> OriginId {
        match self.get(origin) {
            Origin::None | Origin::Both(..) => origin,
            _ => self.push_pair(origin, origin, Origin::Both(origin, origin)),
        }
    }

    /// What would have been written where nothing is.
    pub(crate) fn missing(&self, origin: OriginId) -> Missing<'_> {
        const MOST_STEPS: usize = 64;
        let mut id = origin;
        for _ in 0..MOST_STEPS {
            match self.get(id) {
                Origin::Written { site, frame, .. } => {
                    let source = self.get_source(site.source);
                    let text = source.map_or("", |source| site.span().of(&source.text));
                    let part_of = (frame != FrameId::ROOT).then_some(frame);
                    return Missing { text, part_of };
                }
                Origin::Decided { value, .. } => id = value,
                Origin::Both(a, _) => id = a,
                Origin::None | Origin::Leaf(_) => break,
            }
        }
        Missing { text: "", part_of: None }
    }

    pub(crate) fn frame(&mut self, frame: Frame) -> FrameId {
        let Ok(id) = u32::try_from(self.frames.len()) else { return FrameId::ROOT };
        self.frames.push(frame);
        FrameId(id)
    }

    pub(crate) fn source(&mut self, source: Source) -> SourceId {
        let id = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        self.sources.push(source);
        SourceId(id)
    }

    #[inline]
    pub(crate) fn get(&self, id: OriginId) -> Origin {
        self.origins.get(id.0 as usize).copied().unwrap_or(Origin::None)
    }

    /// Tells whether an origin is a built-in object, or nothing.
    pub(crate) fn is_builtin(&self, origin: OriginId) -> bool {
        match self.get(origin) {
            Origin::None => true,
            Origin::Leaf(index) => {
                matches!(self.leaves.get(index as usize), Some(Leaf::Builtin(_)))
            }
            _ => false,
        }
    }

    /// The text of a key.
    pub(crate) fn key<'t>(&'t self, key: &'t Key) -> &'t str {
        match key {
            Key::Text(text) => text,
            Key::Written(site) => {
                self.get_source(site.source).map_or("", |source| site.span().of(&source.text))
            }
        }
    }

    pub(crate) fn get_leaf(&self, index: u32) -> Option<&Leaf> {
        if index < FIRST_PLANTED {
            return self.leaves.get(index as usize);
        }
        let after = self.planted.partition_point(|planted| planted.first <= index);
        let planted = self.planted.get(after.checked_sub(1)?)?;
        planted.leaves().get((index - planted.first) as usize)
    }

    pub(crate) fn get_frame(&self, id: FrameId) -> Option<Frame> {
        self.frames.get(id.0 as usize).copied()
    }

    pub(crate) fn get_source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }
}
