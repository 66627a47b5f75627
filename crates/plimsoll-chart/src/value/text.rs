//! Strings whose parts remember where they come from.

use std::ops::Range;
use std::sync::Arc;

use super::Value;
use crate::trace::OriginId;

/// A string. Without marks all of it has the origin of the value that holds it.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    text: Arc<str>,
    marks: Option<Arc<[Mark]>>,
}

/// The origin of the bytes up to `end` that the mark before does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) end: usize,
    pub(crate) origin: OriginId,
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

    /// The pieces within `range` in order, each with its origin; `whole` is the holder's origin.
    pub(crate) fn pieces(
        &self,
        range: Range<usize>,
        whole: OriginId,
    ) -> impl Iterator<Item = (&str, OriginId)> {
        let single = [Mark { end: self.text.len(), origin: whole }];
        let (marks, first) = match &self.marks {
            None => (None, Some(single[0])),
            Some(marks) => {
                let from = marks.partition_point(|mark| mark.end <= range.start);
                (Some(&marks[from..]), None)
            }
        };
        let mut start = range.start;
        marks
            .unwrap_or_default()
            .iter()
            .copied()
            .chain(first)
            .map_while(move |mark| {
                if start >= range.end {
                    return None;
                }
                let end = mark.end.min(range.end);
                let piece = self.text.get(start..end).unwrap_or("");
                start = end;
                Some((piece, mark.origin))
            })
            .filter(|(piece, _)| !piece.is_empty())
    }
}

/// Builds a string from pieces of different origins.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextBuilder {
    text: String,
    marks: Vec<Mark>,
}

impl TextBuilder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Appends `piece`, which comes from `origin`.
    pub(crate) fn push(&mut self, piece: &str, origin: OriginId) {
        if piece.is_empty() {
            return;
        }
        self.text.push_str(piece);
        let end = self.text.len();
        match self.marks.last_mut() {
            Some(last) if last.origin == origin => last.end = end,
            _ => self.marks.push(Mark { end, origin }),
        }
    }

    /// Appends the bytes `range` of `text`, a string held by a value of origin `whole`.
    pub(crate) fn push_part(&mut self, text: &Text, range: Range<usize>, whole: OriginId) {
        for (piece, origin) in text.pieces(range, whole) {
            self.push(piece, origin);
        }
    }

    /// Appends all of a string value.
    pub(crate) fn push_text(&mut self, text: &Text, whole: OriginId) {
        self.push_part(text, 0..text.len(), whole);
    }

    /// Returns the string; of one piece only, its origin is the value's.
    pub(crate) fn finish(self) -> Value {
        let text = Arc::from(self.text);
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
        let plain = Text::plain("abc");
        assert_eq!(plain.pieces(1..3, b).collect::<Vec<_>>(), [("bc", b)]);
    }
}
