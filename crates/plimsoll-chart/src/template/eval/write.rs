//! What a template writes: its own text and what its actions print, with their origins.

use super::{Bytes, Run, State};
use crate::go::print;
use crate::template::ast::offset;
use crate::trace::{FrameId, Origin, OriginId, Site, Trace};
use crate::value::{Data, Value};

impl State<'_> {
    pub(super) fn text(&mut self, span: Bytes) -> Run<()> {
        self.spend(span.len())?;
        let text = span.of(&self.parts.text);
        // Text that a function may cut into lines is written line by line, so that each line
        // keeps its own place; text that goes straight to a file can be mapped back as a whole.
        if self.frame == FrameId::ROOT {
            let origin = self.written(span, OriginId::NONE);
            self.out.push(text, origin);
            return Ok(());
        }
        let mut start = span.start;
        for line in text.split_inclusive('\n') {
            let end = start + offset(line.len());
            let piece = Bytes { start, end };
            let origin = self.written(piece, OriginId::NONE);
            self.out.push(line, origin);
            start = end;
        }
        Ok(())
    }

    pub(super) const fn site(&self, span: Bytes) -> Site {
        Site { source: self.source, start: span.start, end: span.end }
    }

    pub(super) fn written(&mut self, span: Bytes, data: OriginId) -> OriginId {
        let site = self.site(span);
        let origin = Origin::Written { site, frame: self.frame, data, control: self.control };
        self.machine.env.trace.push(origin)
    }

    /// Writes a value as `fmt.Fprint` does.
    pub(super) fn print(&mut self, value: &Value, span: Bytes) -> Run<()> {
        if value.as_text().is_some() {
            return self.print_text(value, span);
        }
        if matches!(value.data, Data::Octets(_)) {
            return Err(self.error("what is to be written is not UTF-8"));
        }
        let env = &mut self.machine.env;
        let mut printed = env.builder();
        print::write_value(value, &mut printed, env)
            .map_err(|failure| self.failed(self.at, "print", failure))?;
        let text = self.machine.env.built(printed);
        self.print_text(&text, span)
    }

    fn print_text(&mut self, value: &Value, span: Bytes) -> Run<()> {
        let Some(text) = value.as_text() else { return Ok(()) };
        if text.is_empty() {
            self.meets(value.origin);
            let wrapped = self.wrap(value.origin, span);
            self.out.push("", wrapped);
            return Ok(());
        }
        self.spend(text.len())?;
        let beside = if text.marks().is_some() { value.origin } else { OriginId::NONE };
        let wrapping =
            Wrapping { site: self.site(span), frame: self.frame, control: self.control, beside };
        let trace = &mut self.machine.env.trace;
        self.out.push_mapped(text, 0..text.len(), value.origin, |origin| {
            wrapping.origin(origin, trace)
        });
        Ok(())
    }

    /// The origin of what an action printed.
    fn wrap(&mut self, origin: OriginId, span: Bytes) -> OriginId {
        let (frame, control) = (self.frame, self.control);
        let wrapping = Wrapping { site: self.site(span), frame, control, beside: OriginId::NONE };
        wrapping.origin(origin, &mut self.machine.env.trace)
    }
}

/// An action that prints.
#[derive(Clone, Copy)]
struct Wrapping {
    site: Site,
    frame: FrameId,
    control: OriginId,
    /// What the text as a whole owes to besides its pieces' origins.
    beside: OriginId,
}

impl Wrapping {
    /// The origin of a piece that the action prints: what wrote it first, and what decides now.
    #[inline]
    fn origin(&self, origin: OriginId, trace: &mut Trace) -> OriginId {
        let origin = trace.decided(origin, self.beside);
        match trace.get(origin) {
            Origin::Written { control, .. } if control == self.control => origin,
            Origin::Written { .. } => trace.decided(origin, self.control),
            _ => {
                let Self { site, frame, control, .. } = *self;
                trace.push(Origin::Written { site, frame, data: origin, control })
            }
        }
    }
}
