//! Strings whose parts remember where they come from.

use std::ops::Range;
use std::sync::{Arc, Weak};

use memchr::memchr;

use super::Value;
use crate::limits::MAX_PIECES;
use crate::trace::OriginId;

/// A string. Without marks all of it has the origin of the value that holds it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    text: Arc<str>,
    marks: Option<Arc<[Mark]>>,
}

/// The origin of the bytes up to `end` that the mark before does not cover; where it covers them
/// all, why nothing more stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) end: usize,
    pub(crate) origin: OriginId,
}

/// A string that a call has made and that may be gone again.
#[derive(Clone, Debug)]
pub(crate) enum Made {
    Text(Weak<str>),
    Bytes(Weak<[u8]>),
}

impl Made {
    pub(crate) fn is_alive(&self) -> bool {
        match self {
            Self::Text(text) => text.strong_count() > 0,
            Self::Bytes(bytes) => bytes.strong_count() > 0,
        }
    }
}

impl Text {
    /// A string of one origin.
    pub(crate) fn plain(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), marks: None }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(crate) fn marks(&self) -> Option<&[Mark]> {
        self.marks.as_deref()
    }

    /// The bytes that it occupies with its marks, where nobody else holds it: it was just made.
    pub(super) fn newly_made(&self) -> Option<usize> {
        let size = || self.text.len() + self.marks().map_or(0, size_of_val);
        (Arc::strong_count(&self.text) == 1).then(size)
    }

    /// A handle that does not keep it alive.
    pub(super) fn handle(&self) -> Made {
        Made::Text(Arc::downgrade(&self.text))
    }

    /// Tells whether it has more pieces than are kept apart.
    pub(crate) fn has_too_many_pieces(&self) -> bool {
        self.marks().is_some_and(|marks| marks.len() >= MAX_PIECES)
    }

    /// The pieces within `range` in order, each with its origin; `whole` is the holder's origin.
    ///
    /// An empty piece stands where nothing was written and something might have been.
    pub(crate) fn pieces(&self, range: Range<usize>, whole: OriginId) -> Pieces<'_> {
        let (marks, before, single) = match &self.marks {
            None => (&[][..], 0, Some(whole)),
            Some(marks) => {
                let from = marks.partition_point(|mark| mark.end < range.start);
                let before = if from == 0 { 0 } else { marks[from - 1].end };
                (&marks[from..], before, None)
            }
        };
        Pieces { text: &self.text, marks, before, single, range }
    }
}

/// The pieces of a string, each with its origin.
#[derive(Debug)]
pub(crate) struct Pieces<'t> {
    text: &'t str,
    /// Those of the pieces to come.
    marks: &'t [Mark],
    /// Where the last mark ends.
    before: usize,
    /// The origin of a string without marks.
    single: Option<OriginId>,
    range: Range<usize>,
}

impl<'t> Iterator for Pieces<'t> {
    type Item = (&'t str, OriginId);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mark = match self.single.take() {
                Some(origin) => Mark { end: self.text.len(), origin },
                None => {
                    let (mark, rest) = self.marks.split_first()?;
                    self.marks = rest;
                    *mark
                }
            };
            let from = std::mem::replace(&mut self.before, mark.end);
            if from > self.range.end {
                return None;
            }
            let start = from.max(self.range.start);
            let end = mark.end.min(self.range.end);
            let is_gap = from == mark.end && start <= mark.end;
            let piece = self.text.get(start..end).unwrap_or("");
            if is_gap || !piece.is_empty() {
                return Some((piece, mark.origin));
            }
        }
    }
}

/// The marks of a text from some place on, and where the one before them ends.
#[derive(Clone, Copy)]
struct Rest<'t> {
    marks: &'t [Mark],
    before: usize,
}

impl Rest<'_> {
    /// Leaves the marks out that end before `start`, which are few.
    fn skip(&mut self, start: usize) {
        while let Some((first, rest)) = self.marks.split_first()
            && first.end < start
        {
            *self = Rest { marks: rest, before: first.end };
        }
    }

    /// Leaves the marks out that end before `start`, however many.
    fn skip_far(&mut self, start: usize) {
        let from = self.marks.partition_point(|mark| mark.end < start);
        if let Some(last) = self.marks[..from].last() {
            *self = Rest { marks: &self.marks[from..], before: last.end };
        }
    }
}

/// Builds a string from pieces of different origins.
///
/// From [`MAX_PIECES`] on they are not kept apart: whoever makes a text looks whether it
/// [has too many](Text::has_too_many_pieces).
#[derive(Clone, Debug, Default)]
pub(crate) struct TextBuilder {
    text: String,
    marks: Vec<Mark>,
}

impl TextBuilder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Makes room for so many bytes more.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.text.reserve(bytes);
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Appends `piece`, which comes from `origin`. An empty piece says why nothing stands there.
    pub(crate) fn push(&mut self, piece: &str, origin: OriginId) {
        if piece.is_empty() && matches!(origin, OriginId::NONE | OriginId::UNSET) {
            return;
        }
        self.text.push_str(piece);
        let end = self.text.len();
        match self.marks.last_mut() {
            Some(last) if last.origin == origin => last.end = end,
            _ => self.mark(end, origin),
        }
    }

    /// Appends what `write` writes, which comes from `origin`.
    pub(crate) fn push_with(&mut self, origin: OriginId, write: impl FnOnce(&mut String)) {
        let before = self.text.len();
        write(&mut self.text);
        let end = self.text.len();
        if end > before || !matches!(origin, OriginId::NONE | OriginId::UNSET) {
            self.mark(end, origin);
        }
    }

    fn mark(&mut self, end: usize, origin: OriginId) {
        let is_full = self.marks.len() >= MAX_PIECES;
        match self.marks.last_mut() {
            Some(last) if last.origin == origin || is_full => last.end = end,
            _ => self.marks.push(Mark { end, origin }),
        }
    }

    /// Appends the bytes `range` of `text`, a string held by a value of origin `whole`.
    pub(crate) fn push_part(&mut self, text: &Text, range: Range<usize>, whole: OriginId) {
        self.push_mapped(text, range, whole, |origin| origin);
    }

    /// Appends the bytes `range` of `text`, each piece with the origin that `map` makes of its own.
    pub(crate) fn push_mapped(
        &mut self,
        text: &Text,
        range: Range<usize>,
        whole: OriginId,
        mut map: impl FnMut(OriginId) -> OriginId,
    ) {
        let Some(marks) = text.marks() else {
            let piece = text.as_str().get(range).unwrap_or("");
            if !piece.is_empty() || text.is_empty() {
                self.push(piece, map(whole));
            }
            return;
        };
        let mut rest = Rest { marks, before: 0 };
        rest.skip_far(range.start);
        self.push_marked(text.as_str(), range, rest, &mut map);
    }

    /// Appends the lines of `text`, each after `pad`, its pieces with the origins that `map` makes
    /// of theirs. Behind a line break at the end stands a line more.
    pub(crate) fn push_lines(
        &mut self,
        text: &Text,
        whole: OriginId,
        (pad, origin): (&str, OriginId),
        mut map: impl FnMut(OriginId) -> OriginId,
    ) {
        let bytes = text.as_str().as_bytes();
        let mut rest = Rest { marks: text.marks().unwrap_or_default(), before: 0 };
        let mut start = 0;
        loop {
            let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at + 1);
            self.push(pad, origin);
            if text.marks().is_some() {
                rest.skip(start);
                self.push_marked(text.as_str(), start..end, rest, &mut map);
            } else {
                self.push(&text.as_str()[start..end], map(whole));
            }
            if end == start || bytes[end - 1] != b'\n' {
                return;
            }
            start = end;
        }
    }

    /// Appends the bytes `range` of a marked text, whose marks from `range` on are `rest`.
    fn push_marked(
        &mut self,
        text: &str,
        range: Range<usize>,
        rest: Rest<'_>,
        map: &mut impl FnMut(OriginId) -> OriginId,
    ) {
        let Some(part) = text.get(range.clone()) else { return };
        let shift = self.text.len();
        self.text.push_str(part);
        let mut from = rest.before;
        for mark in rest.marks {
            if from > range.end {
                break;
            }
            let is_gap = from == mark.end;
            let start = from.max(range.start);
            let end = mark.end.min(range.end);
            from = mark.end;
            if end > start {
                self.mark(shift + end - range.start, map(mark.origin));
            } else if is_gap && start <= mark.end {
                let origin = map(mark.origin);
                if !matches!(origin, OriginId::NONE | OriginId::UNSET) {
                    self.mark(shift + end - range.start, origin);
                }
            }
        }
    }

    /// Appends all of a string value.
    pub(crate) fn push_text(&mut self, text: &Text, whole: OriginId) {
        self.push_part(text, 0..text.len(), whole);
    }

    /// Tells whether it has more pieces than are kept apart.
    pub(crate) fn has_too_many_pieces(&self) -> bool {
        self.marks.len() >= MAX_PIECES
    }

    /// The same pieces `count` times over.
    pub(crate) fn repeated(self, count: usize) -> Self {
        // Of nothing there may be any number.
        if self.text.is_empty() {
            return self;
        }
        let mut all = Self { text: self.text.repeat(count), marks: Vec::new() };
        if let [only] = self.marks.as_slice() {
            all.marks.push(Mark { end: all.text.len(), ..*only });
            return all;
        }
        for round in 0..count {
            let before = round * self.text.len();
            self.marks.iter().for_each(|mark| all.mark(before + mark.end, mark.origin));
            if all.has_too_many_pieces() {
                break;
            }
        }
        all
    }

    /// Returns the string; of one piece only, its origin is the value's.
    pub(crate) fn finish(mut self) -> Value {
        self.take()
    }

    /// Returns the string and begins another one.
    pub(crate) fn take(&mut self) -> Value {
        let value = self.value();
        self.text.clear();
        self.marks.clear();
        value
    }

    /// Takes the line break at the end away, if there is one.
    pub(crate) fn strip_break(&mut self) {
        if !self.text.ends_with('\n') {
            return;
        }
        self.text.pop();
        let end = self.text.len();
        match self.marks.as_mut_slice() {
            [.., before, _] if before.end >= end => drop(self.marks.pop()),
            [.., last] => last.end = end,
            [] => {}
        }
    }

    /// How many bytes it occupies.
    pub(crate) const fn room(&self) -> usize {
        self.text.capacity() + self.marks.capacity() * size_of::<Mark>()
    }

    fn value(&self) -> Value {
        if self.text.is_empty() {
            return Value::of(super::Data::Str(Text::default()), OriginId::NONE);
        }
        let text: Arc<str> = Arc::from(self.text.as_str());
        match self.marks.as_slice() {
            [] => Value::of(super::Data::Str(Text { text, marks: None }), OriginId::NONE),
            [only] => Value::of(super::Data::Str(Text { text, marks: None }), only.origin),
            marks => {
                let marks = Some(Arc::from(marks));
                Value::of(super::Data::Str(Text { text, marks }), OriginId::NONE)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Leaf, Trace};

    #[test]
    fn repeated_pieces_are_those_that_were_pushed_again() {
        let mut trace = Trace::new();
        let a = trace.leaf(Leaf::Builtin("a".into()));
        let b = trace.leaf(Leaf::Builtin("b".into()));
        let rows: [&[(&str, OriginId)]; 5] = [
            &[],
            &[("one", a)],
            &[("one", a), ("two", b)],
            &[("one", a), ("two", b), ("three", a)],
            &[("", a), ("x", b), ("", a)],
        ];
        for pieces in rows {
            let push = |builder: &mut TextBuilder| {
                pieces.iter().for_each(|(piece, origin)| builder.push(piece, *origin));
            };
            let mut once = TextBuilder::new();
            push(&mut once);
            for count in 0..4 {
                let mut again = TextBuilder::new();
                (0..count).for_each(|_| push(&mut again));
                let repeated = once.clone().repeated(count);
                assert_eq!(repeated.text, again.text);
                // A text that is empty has no pieces, which its caller sees to.
                assert!(repeated.marks == again.marks || count == 0, "{pieces:?} {count}");
            }
        }
        assert_eq!(TextBuilder::new().repeated(usize::MAX).text, "");
    }

    #[test]
    fn pieces_keep_their_origin_through_slices() {
        let mut trace = Trace::new();
        let a = trace.leaf(Leaf::Builtin("a".into()));
        let b = trace.leaf(Leaf::Builtin("b".into()));
        let mut builder = TextBuilder::new();
        builder.push("one", a);
        builder.push("two", b);
        builder.push("three", b);
        let value = builder.finish();
        let text = value.as_text().unwrap();
        assert_eq!(text.as_str(), "onetwothree");
        let pieces: Vec<_> = text.pieces(2..7, OriginId::NONE).collect();
        assert_eq!(pieces, [("e", a), ("twot", b)]);
        assert_eq!(text.pieces(11..11, OriginId::NONE).count(), 0);
        let mut builder = TextBuilder::new();
        for (piece, origin) in [("", a), ("x", b), ("", a), ("y", b), ("", a)] {
            builder.push(piece, origin);
        }
        let value = builder.finish();
        let text = value.as_text().unwrap();
        let all = [("", a), ("x", b), ("", a), ("y", b), ("", a)];
        assert_eq!(text.pieces(0..2, OriginId::NONE).collect::<Vec<_>>(), all);
        assert_eq!(text.pieces(0..1, OriginId::NONE).collect::<Vec<_>>(), all[..3]);
        assert_eq!(text.pieces(1..2, OriginId::NONE).collect::<Vec<_>>(), all[2..]);
        let plain = Text::plain("abc");
        assert_eq!(plain.pieces(1..3, b).collect::<Vec<_>>(), [("bc", b)]);
    }

    #[test]
    fn lines_keep_the_pieces_that_parts_keep() {
        let mut trace = Trace::new();
        let a = trace.leaf(Leaf::Builtin("a".into()));
        let b = trace.leaf(Leaf::Builtin("b".into()));
        let rows: [&[(&str, OriginId)]; 6] = [
            &[("one\ntwo", a)],
            &[("one\nt", a), ("wo", b), ("\n", a)],
            &[("one\n", a), ("", b), ("two\n", a), ("", b)],
            &[("", b), ("\n\n", a), ("é", b), ("", a)],
            &[("x", OriginId::NONE), ("", a), ("y\n", OriginId::NONE)],
            &[("", a)],
        ];
        for pieces in rows {
            let mut builder = TextBuilder::new();
            pieces.iter().for_each(|(piece, origin)| builder.push(piece, *origin));
            let value = builder.finish();
            let text = value.as_text().unwrap();
            let mut by_parts = TextBuilder::new();
            let mut start = 0;
            for line in text.as_str().split('\n') {
                by_parts.push("  ", b);
                let end = (start + line.len() + 1).min(text.len());
                for (piece, origin) in text.pieces(start..end, value.origin) {
                    by_parts.push(piece, origin);
                }
                start = end;
            }
            let mut by_lines = TextBuilder::new();
            by_lines.push_lines(text, value.origin, ("  ", b), |origin| origin);
            assert_eq!(by_lines.text, by_parts.text, "{pieces:?}");
            assert_eq!(by_lines.marks, by_parts.marks, "{pieces:?}");
        }
    }
}
