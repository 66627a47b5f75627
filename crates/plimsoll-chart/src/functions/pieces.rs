//! Strings taken apart and put together with the origins of their parts.

use std::ops::Range;

use super::{Env, Failure, Outcome};
use crate::trace::OriginId;
use crate::value::{Data, Text, TextBuilder, Value};

impl Env {
    /// The bytes `range` of the string that `holder` holds, piece by piece with their origins.
    pub(crate) fn pieces(
        &mut self,
        holder: &Value,
        range: Range<usize>,
    ) -> Vec<(String, OriginId)> {
        let mut pieces = Vec::new();
        self.each_piece(holder, range, |piece, origin| pieces.push((piece.to_owned(), origin)));
        pieces
    }

    /// Hands out the bytes `range` of the string that `holder` holds, piece by piece with their
    /// origins.
    pub(crate) fn each_piece(
        &mut self,
        holder: &Value,
        range: Range<usize>,
        mut each: impl FnMut(&str, OriginId),
    ) {
        let Some(text) = holder.as_text() else { return };
        let whole = known(holder.origin);
        let marked = text.marks().is_some();
        for (piece, origin) in text.pieces(range, whole) {
            let origin = if marked { self.trace.join(known(origin), whole) } else { origin };
            each(piece, origin);
        }
    }

    /// Appends the bytes `range` of the string that `holder` holds to `out`.
    pub(crate) fn append_part(
        &mut self,
        out: &mut TextBuilder,
        holder: &Value,
        range: Range<usize>,
    ) {
        let Some(text) = holder.as_text() else { return };
        let whole = known(holder.origin);
        if text.marks().is_none() {
            out.push(text.as_str().get(range).unwrap_or(""), whole);
            return;
        }
        out.push_mapped(text, range, whole, |origin| self.trace.join(known(origin), whole));
    }

    /// Appends the lines of the string that `holder` holds, each after `pad`.
    pub(crate) fn append_lines(
        &mut self,
        out: &mut TextBuilder,
        holder: &Value,
        pad: (&str, OriginId),
    ) {
        let Some(text) = holder.as_text() else { return };
        let whole = known(holder.origin);
        let is_marked = text.marks().is_some();
        out.push_lines(text, whole, pad, |origin| {
            if is_marked { self.trace.join(known(origin), whole) } else { origin }
        });
    }

    /// The origin of the byte at `at` of the string that `holder` holds.
    pub(crate) fn slice_origin(&mut self, holder: &Value, at: usize) -> OriginId {
        let whole = known(holder.origin);
        let marks = holder.as_text().and_then(|text| text.marks()).unwrap_or_default();
        match marks.get(marks.partition_point(|mark| mark.end <= at)) {
            Some(mark) => self.trace.join(known(mark.origin), whole),
            None => whole,
        }
    }

    /// Appends all of the string that `holder` holds to `out`.
    pub(crate) fn append(&mut self, out: &mut TextBuilder, holder: &Value) {
        self.append_part(out, holder, 0..holder.as_text().map_or(0, Text::len));
    }

    /// The bytes from `start` to `end` of the string that `holder` holds; they must be in range.
    ///
    /// A cut that leaves half a character, which is no text, is an error.
    pub(crate) fn cut(&mut self, holder: &Value, start: i64, end: i64) -> Outcome {
        let text = holder.as_text().map_or("", Text::as_str);
        let start = usize::try_from(start).unwrap_or(0);
        let end = usize::try_from(end).unwrap_or(0).min(text.len());
        if text.get(start..end).is_none() {
            let at = if text.is_char_boundary(start) { end } else { start };
            return Err(Failure::error(format!(
                "cutting at byte {at} would leave half a character, which is no valid text"
            )));
        }
        if start == end {
            return Ok(Value::str(""));
        }
        Ok(self.slice(holder, start..end))
    }

    /// The bytes from `start` to `end` of the string that `holder` holds, text or not; they must be
    /// in range.
    pub(crate) fn cut_anywhere(&mut self, holder: &Value, start: i64, end: i64) -> Value {
        if let Ok(text) = self.cut(holder, start, end)
            && holder.as_text().is_some()
        {
            return text;
        }
        let bytes = holder.string_bytes().unwrap_or_default();
        let end = usize::try_from(end).unwrap_or(0).min(bytes.len());
        let start = usize::try_from(start).unwrap_or(0).min(end);
        let data = Data::string_of(&bytes[start..end]);
        Value::of(data, self.origin_of(holder))
    }

    /// The string in `out`; when it is empty, its origin is left to the caller of the function.
    pub(crate) fn finish(&mut self, out: TextBuilder) -> Value {
        let mut value = self.built(out);
        if matches!(&value.data, Data::Str(text) if text.is_empty()) {
            value.origin = OriginId::UNSET;
        }
        value
    }
}

fn known(origin: OriginId) -> OriginId {
    if origin == OriginId::UNSET { OriginId::NONE } else { origin }
}
