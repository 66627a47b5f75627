//! Reads tokens as YAML's productions and hands their meaning to the tree's builder.
//!
//! The states are those of libyaml's parser, kept on a stack of our own, so that nesting costs no
//! call stack.

use super::builder::{Builder, ScalarText};
use super::problem::Problem;
use super::scanner::Scanner;
use super::token::{TagParts, Token, TokenKind};
use super::{MAX_DEPTH, Parsed};
use crate::{Error, Span};

type Result<T> = std::result::Result<T, Error>;

/// What comes next once the current node is complete.
#[derive(Clone, Copy, Debug)]
enum State {
    BlockEntry,
    IndentlessEntry,
    BlockKey,
    BlockValue,
    FlowEntry { first: bool },
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowKey { first: bool },
    FlowValue,
    FlowNoValue,
}

/// What may stand before a node's content.
#[derive(Default)]
struct Properties<'t> {
    anchor: Option<&'t str>,
    tag: Option<String>,
    /// Where the properties end, if there are any.
    end: Option<usize>,
}

/// Reads the documents of a text one after the other.
#[derive(Debug)]
pub(super) struct Grammar<'t> {
    scanner: Scanner<'t>,
    builder: Builder<'t>,
    states: Vec<State>,
    /// The handles that `%TAG` directives define, with their prefixes.
    handles: Vec<TagParts<'t>>,
    started: bool,
    /// A document was left half read, or the text is at its end.
    stopped: bool,
    /// Where the last token that was taken ends.
    end: usize,
}

impl<'t> Grammar<'t> {
    pub(super) fn new(text: &'t str, part: Span, end_error: Option<Error>) -> Self {
        Self {
            scanner: Scanner::new(text, part, end_error),
            builder: Builder::new(text, part.len()),
            states: Vec::new(),
            handles: Vec::new(),
            started: false,
            stopped: false,
            end: part.start,
        }
    }

    /// Reads the next document; nothing at the end of the text.
    ///
    /// After a trouble of meaning the next document can still be read, after a trouble of syntax
    /// none can.
    pub(super) fn document(&mut self) -> Result<Option<Parsed>> {
        if self.stopped {
            return Ok(None);
        }
        self.stopped = true;
        if !self.start_document()? {
            return Ok(None);
        }
        while let Some(state) = self.states.pop() {
            self.advance(state)?;
        }
        let token = self.scanner.peek()?;
        if matches!(token.kind, TokenKind::DocumentEnd) {
            self.take()?;
        }
        self.handles.clear();
        self.stopped = false;
        let comments = std::mem::take(&mut self.scanner.comments);
        let repeated = self.builder.take_repeated();
        let root = self.builder.finish(self.end)?;
        Ok(Some(Parsed { root, comments, repeated }))
    }

    /// Takes the comments that no document got.
    pub(super) fn leftover_comments(&mut self) -> Vec<crate::Comment> {
        std::mem::take(&mut self.scanner.comments)
    }

    fn start_document(&mut self) -> Result<bool> {
        let first = !std::mem::replace(&mut self.started, true);
        if !first {
            while matches!(self.scanner.peek()?.kind, TokenKind::DocumentEnd) {
                self.take()?;
            }
        }
        match self.scanner.peek()?.kind {
            TokenKind::StreamEnd => return Ok(false),
            TokenKind::DocumentStart | TokenKind::Version { .. } | TokenKind::TagDirective(_) => {}
            _ if first => {
                self.node(true, false)?;
                return Ok(true);
            }
            _ => {}
        }
        self.directives()?;
        let token = self.scanner.peek()?;
        if !matches!(token.kind, TokenKind::DocumentStart) {
            let start = token.span.start;
            return Err(self.scanner.grammar_trouble(Problem::DocumentStart, start));
        }
        self.take()?;
        match self.scanner.peek()?.kind {
            TokenKind::Version { .. }
            | TokenKind::TagDirective(_)
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => self.empty(),
            _ => self.node(true, false)?,
        }
        Ok(true)
    }

    fn directives(&mut self) -> Result<()> {
        let mut versioned = false;
        loop {
            let token = self.scanner.peek()?;
            let start = token.span.start;
            let problem = match &token.kind {
                TokenKind::Version { .. } if versioned => Some(Problem::VersionTwice),
                TokenKind::Version { major, minor } => {
                    versioned = true;
                    ((*major, *minor) != (1, 1)).then_some(Problem::VersionOther)
                }
                TokenKind::TagDirective(parts) => self
                    .handles
                    .iter()
                    .any(|known| known.handle == parts.handle)
                    .then_some(Problem::TagDirectiveTwice),
                _ => return Ok(()),
            };
            if let Some(problem) = problem {
                return Err(self.scanner.grammar_trouble(problem, start));
            }
            if let TokenKind::TagDirective(parts) = self.take()?.kind {
                self.handles.push(*parts);
            }
        }
    }

    #[inline]
    fn take(&mut self) -> Result<Token<'t>> {
        let token = self.scanner.take()?;
        if !matches!(token.kind, TokenKind::BlockEnd) {
            self.end = token.span.end;
        }
        Ok(token)
    }

    /// Adds the null that an absent node stands for.
    fn empty(&mut self) {
        let span = Span::new(self.end, self.end);
        self.builder.scalar(ScalarText::absent(span), None);
    }

    #[inline]
    fn advance(&mut self, state: State) -> Result<()> {
        match state {
            State::BlockKey => self.block_key(),
            State::BlockValue => self.block_value(),
            State::BlockEntry => self.block_entry(),
            State::IndentlessEntry => self.indentless_entry(),
            State::FlowEntry { first } => self.flow_entry(first),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => {
                let end = self.end;
                self.builder.end_mapping(end);
                Ok(())
            }
            State::FlowKey { first } => self.flow_key(first),
            State::FlowValue => self.flow_value(),
            State::FlowNoValue => {
                self.states.push(State::FlowKey { first: false });
                self.empty();
                Ok(())
            }
        }
    }

    /// Reads a node: at once if it is a scalar or an alias, else up to its first child.
    fn node(&mut self, block: bool, indentless: bool) -> Result<()> {
        let token = self.scanner.peek()?;
        let properties = match token.kind {
            TokenKind::Alias(name) => {
                let span = token.span;
                self.take()?;
                return self.builder.alias(name, span);
            }
            TokenKind::Anchor(_) | TokenKind::Tag(_) => self.properties()?,
            _ => Properties::default(),
        };
        let token = self.scanner.peek()?;
        let start = token.span.start;
        match token.kind {
            TokenKind::Scalar { .. } => {
                let token = self.take()?;
                let TokenKind::Scalar { value, plain } = token.kind else { return Ok(()) };
                let tag = properties.tag;
                let scalar = ScalarText { value, plain, tag, span: token.span };
                self.builder.scalar(scalar, properties.anchor);
                Ok(())
            }
            TokenKind::BlockEntry if indentless => {
                self.open(State::IndentlessEntry, start, false, properties.anchor)
            }
            TokenKind::BlockSequenceStart if block => {
                self.take()?;
                self.open(State::BlockEntry, start, false, properties.anchor)
            }
            TokenKind::BlockMappingStart if block => {
                self.take()?;
                self.open(State::BlockKey, start, true, properties.anchor)
            }
            TokenKind::FlowSequenceStart => {
                self.take()?;
                self.open(State::FlowEntry { first: true }, start, false, properties.anchor)
            }
            TokenKind::FlowMappingStart => {
                self.take()?;
                self.open(State::FlowKey { first: true }, start, true, properties.anchor)
            }
            _ => {
                let Some(end) = properties.end else {
                    return Err(self.scanner.grammar_trouble(Problem::NodeExpected, start));
                };
                let mut scalar = ScalarText::absent(Span::new(end, end));
                scalar.tag = properties.tag;
                self.builder.scalar(scalar, properties.anchor);
                Ok(())
            }
        }
    }

    fn open(
        &mut self,
        state: State,
        start: usize,
        mapping: bool,
        anchor: Option<&'t str>,
    ) -> Result<()> {
        if self.states.len() >= MAX_DEPTH {
            return Err(self.builder.depth_error(Span::new(start, start)));
        }
        self.states.push(state);
        self.builder.begin(mapping, start, anchor);
        Ok(())
    }

    fn properties(&mut self) -> Result<Properties<'t>> {
        let mut properties = Properties::default();
        let mut tag = None;
        for _ in 0..2 {
            match &self.scanner.peek()?.kind {
                TokenKind::Anchor(_) if properties.anchor.is_none() => {}
                TokenKind::Tag(_) if tag.is_none() => {}
                _ => break,
            }
            let token = self.take()?;
            properties.end = Some(token.span.end);
            match token.kind {
                TokenKind::Anchor(name) => properties.anchor = Some(name),
                TokenKind::Tag(parts) => tag = Some((parts, token.span.start)),
                _ => {}
            }
        }
        if let Some((parts, start)) = tag {
            // A trouble in the token that follows is noticed before an undefined handle.
            self.scanner.peek()?;
            let Some(name) = self.tag_name(&parts) else {
                return Err(self.scanner.grammar_trouble(Problem::TagHandle, start));
            };
            properties.tag = Some(name);
        }
        Ok(properties)
    }

    fn tag_name(&self, parts: &TagParts<'_>) -> Option<String> {
        if parts.handle.is_empty() {
            return Some(parts.rest.clone());
        }
        let defined = self.handles.iter().find(|known| known.handle == parts.handle);
        let prefix = match (defined, parts.handle) {
            (Some(known), _) => &known.rest,
            (None, "!") => "!",
            (None, "!!") => "tag:yaml.org,2002:",
            _ => return None,
        };
        Some(format!("{prefix}{}", parts.rest))
    }

    fn block_entry(&mut self) -> Result<()> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::BlockEntry => {
                self.take()?;
                self.states.push(State::BlockEntry);
                match self.scanner.peek()?.kind {
                    TokenKind::BlockEntry | TokenKind::BlockEnd => self.empty(),
                    _ => self.node(true, false)?,
                }
                Ok(())
            }
            TokenKind::BlockEnd => {
                self.take()?;
                self.builder.end_sequence(None);
                Ok(())
            }
            _ => {
                let start = token.span.start;
                Err(self.scanner.grammar_trouble(Problem::DashExpected, start))
            }
        }
    }

    fn indentless_entry(&mut self) -> Result<()> {
        if !matches!(self.scanner.peek()?.kind, TokenKind::BlockEntry) {
            self.builder.end_sequence(None);
            return Ok(());
        }
        self.take()?;
        self.states.push(State::IndentlessEntry);
        match self.scanner.peek()?.kind {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                self.empty();
            }
            _ => self.node(true, false)?,
        }
        Ok(())
    }

    fn block_key(&mut self) -> Result<()> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Key => {
                self.take()?;
                self.states.push(State::BlockValue);
                self.block_part()
            }
            TokenKind::BlockEnd => {
                self.take()?;
                self.builder.end_block_mapping();
                Ok(())
            }
            _ => {
                let start = token.span.start;
                Err(self.scanner.grammar_trouble(Problem::KeyExpected, start))
            }
        }
    }

    fn block_value(&mut self) -> Result<()> {
        self.states.push(State::BlockKey);
        if !matches!(self.scanner.peek()?.kind, TokenKind::Value) {
            self.empty();
            return Ok(());
        }
        self.take()?;
        self.block_part()
    }

    /// Reads a block mapping's key or value, which may be absent.
    #[inline]
    fn block_part(&mut self) -> Result<()> {
        match self.scanner.peek()?.kind {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                self.empty();
                Ok(())
            }
            _ => self.node(true, true),
        }
    }

    fn flow_entry(&mut self, first: bool) -> Result<()> {
        if !self.flow_continues(first, Problem::FlowSequenceEnd)? {
            let end = self.take()?.span.end;
            self.builder.end_sequence(Some(end));
            return Ok(());
        }
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Key => {
                let start = token.span.start;
                self.take()?;
                self.states.push(State::FlowEntry { first: false });
                self.open(State::FlowPairKey, start, true, None)
            }
            TokenKind::FlowSequenceEnd => self.flow_entry(true),
            _ => {
                self.states.push(State::FlowEntry { first: false });
                self.node(false, false)
            }
        }
    }

    /// Tells whether a flow collection goes on, past the comma that must then stand between.
    fn flow_continues(&mut self, first: bool, problem: Problem) -> Result<bool> {
        let token = self.scanner.peek()?;
        let ends = if matches!(problem, Problem::FlowSequenceEnd) {
            matches!(token.kind, TokenKind::FlowSequenceEnd)
        } else {
            matches!(token.kind, TokenKind::FlowMappingEnd)
        };
        if ends {
            return Ok(false);
        }
        if !first {
            if !matches!(token.kind, TokenKind::FlowEntry) {
                let start = token.span.start;
                return Err(self.scanner.grammar_trouble(problem, start));
            }
            self.take()?;
        }
        Ok(true)
    }

    fn flow_pair_key(&mut self) -> Result<()> {
        self.states.push(State::FlowPairValue);
        match self.scanner.peek()?.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                // libyaml drops this token, be it the colon or the bracket.
                self.empty();
                self.take()?;
                Ok(())
            }
            _ => self.node(false, false),
        }
    }

    fn flow_pair_value(&mut self) -> Result<()> {
        self.states.push(State::FlowPairEnd);
        if matches!(self.scanner.peek()?.kind, TokenKind::Value) {
            self.take()?;
            if !matches!(
                self.scanner.peek()?.kind,
                TokenKind::FlowEntry | TokenKind::FlowSequenceEnd
            ) {
                return self.node(false, false);
            }
        }
        self.empty();
        Ok(())
    }

    fn flow_key(&mut self, first: bool) -> Result<()> {
        if !self.flow_continues(first, Problem::FlowMappingEnd)? {
            let end = self.take()?.span.end;
            self.builder.end_mapping(end);
            return Ok(());
        }
        match self.scanner.peek()?.kind {
            TokenKind::Key => {
                self.take()?;
                self.states.push(State::FlowValue);
                match self.scanner.peek()?.kind {
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                        self.empty();
                        Ok(())
                    }
                    _ => self.node(false, false),
                }
            }
            TokenKind::FlowMappingEnd => self.flow_key(true),
            _ => {
                self.states.push(State::FlowNoValue);
                self.node(false, false)
            }
        }
    }

    fn flow_value(&mut self) -> Result<()> {
        self.states.push(State::FlowKey { first: false });
        if matches!(self.scanner.peek()?.kind, TokenKind::Value) {
            self.take()?;
            if !matches!(
                self.scanner.peek()?.kind,
                TokenKind::FlowEntry | TokenKind::FlowMappingEnd
            ) {
                return self.node(false, false);
            }
        }
        self.empty();
        Ok(())
    }
}
