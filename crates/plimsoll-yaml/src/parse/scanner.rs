//! Cuts a text into tokens, with the indentation and the simple keys of YAML 1.1.
//!
//! The rules, and the order in which troubles are noticed, are those of libyaml as go-yaml v2.4.3
//! carries it: a key is known to be one only when its `:` arrives, so tokens wait in a queue until
//! no token in front of them can still turn out to start a key.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::character::{
    at, break_len, count_breaks, is_blank, is_blank_or_end, is_line_end, line_end,
};
use super::problem::Problem;
use super::token::{Token, TokenKind};
use crate::{Comment, Error, ErrorKind, LineIndex, Span};

/// A `:` more than this many characters after its key's start makes no key.
pub(super) const KEY_REACH: usize = 1024;

type Result<T> = std::result::Result<T, Error>;

/// The state between two tokens.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    /// The bytes of `text` up to where scanning ends.
    pub(super) bytes: &'t [u8],
    pub(super) pos: usize,
    pub(super) line_start: usize,
    /// One more than the column of the innermost block collection; 0 outside all of them.
    pub(super) inside: usize,
    /// The flow collections that are open.
    flows: Vec<Flow>,
    pub(super) key_allowed: bool,
    pub(super) comments: Vec<Comment>,
    outer: Vec<usize>,
    /// Places that may turn out to be keys, at most one for each flow level, outermost first.
    candidates: VecDeque<Candidate>,
    queue: VecDeque<Token<'t>>,
    taken: usize,
    start: usize,
    /// What to say instead of the end of the text.
    end_error: Option<Error>,
    at_end: bool,
}

/// An open flow collection.
#[derive(Debug)]
struct Flow {
    /// The number of its opening token.
    token: usize,
    /// Whether anything in it could have been a key.
    had_candidate: bool,
}

#[derive(Debug)]
struct Candidate {
    flow_level: usize,
    token: usize,
    /// go-yaml lost sight of it, see [`Scanner::close_flow`].
    lost: bool,
    pos: usize,
    line_start: usize,
    column: usize,
    required: bool,
}

impl<'t> Scanner<'t> {
    /// Starts to scan the bytes `part` of `text`.
    ///
    /// Where `end_error` is given, it takes the place of the part's end.
    pub(super) fn new(text: &'t str, part: Span, end_error: Option<Error>) -> Self {
        let bytes = &text.as_bytes()[..part.end];
        let bom = if bytes[part.start..].starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        Self {
            text,
            bytes,
            pos: part.start + bom,
            line_start: part.start + bom,
            inside: 0,
            flows: Vec::new(),
            key_allowed: true,
            comments: Vec::new(),
            outer: Vec::new(),
            candidates: VecDeque::new(),
            queue: VecDeque::new(),
            taken: 0,
            start: part.start,
            end_error,
            at_end: false,
        }
    }

    /// Returns the next token without taking it.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<&Token<'t>> {
        self.fill()?;
        Ok(&self.queue[0])
    }

    /// Takes the next token.
    #[inline]
    pub(super) fn take(&mut self) -> Result<Token<'t>> {
        self.fill()?;
        self.taken += 1;
        Ok(self.queue.pop_front().expect("fill leaves a token in the queue"))
    }

    /// Scans the quoted or block scalar that stands here, where block collections reach up to the
    /// column before `inside` and no token waits.
    pub(super) fn lone_scalar(&mut self, inside: usize) -> Result<(Cow<'t, str>, Span)> {
        self.inside = inside;
        match at(self.bytes, self.pos) {
            byte @ (b'|' | b'>') => self.scan_block_scalar(byte == b'|')?,
            _ => self.scan_quoted()?,
        }
        match self.queue.pop_back() {
            Some(Token { kind: TokenKind::Scalar { value, .. }, span }) => Ok((value, span)),
            _ => Err(self.trouble(Problem::NoToken, self.pos)),
        }
    }

    /// Makes the error of a trouble that the scanner sees at byte `offset`.
    pub(super) fn trouble(&self, problem: Problem, offset: usize) -> Error {
        // Whoever looks at the end has to read on, and that fails first.
        if let Some(error) = self.end_error.as_ref().filter(|_| offset >= self.bytes.len()) {
            return error.clone();
        }
        let line = self.line_from_zero(offset);
        self.error(problem, offset, (line > 0).then_some(line + 1))
    }

    /// Makes the error of a trouble that the grammar sees at a token that starts at `offset`.
    ///
    /// go-yaml counts lines from 0 and forgets to add one here.
    pub(super) fn grammar_trouble(&self, problem: Problem, offset: usize) -> Error {
        let line = self.line_from_zero(offset);
        self.error(problem, offset, (line > 0).then_some(line))
    }

    fn error(&self, problem: Problem, offset: usize, line: Option<usize>) -> Error {
        let end = self.text[offset..self.bytes.len()].chars().next().map_or(0, char::len_utf8);
        let span = Span::new(offset, offset + end);
        let position = LineIndex::new(self.text).position(self.text, offset);
        let (message, upstream) = (problem.message(), problem.upstream());
        Error::new(ErrorKind::Syntax, span, position, message, line, upstream)
    }

    fn line_from_zero(&self, offset: usize) -> usize {
        let part = &self.bytes[self.start..];
        let unfinished = self.at_end && offset == self.bytes.len() && !ends_in_break(part);
        count_breaks(part, offset - self.start) + usize::from(unfinished)
    }

    /// Scans until the first token in the queue is settled.
    #[inline]
    fn fill(&mut self) -> Result<()> {
        let waits = self.candidates.front().is_some_and(|front| front.token == self.taken);
        if !self.queue.is_empty() && !waits {
            return Ok(());
        }
        self.fill_queue()
    }

    fn fill_queue(&mut self) -> Result<()> {
        loop {
            if !self.queue.is_empty() {
                let Some(front) = self.candidates.front() else { return Ok(()) };
                if front.token != self.taken || front.lost {
                    return Ok(());
                }
                if self.is_stale(front) {
                    if front.required {
                        return Err(self.trouble(Problem::KeyWithoutColon, self.pos));
                    }
                    self.candidates.pop_front();
                    return Ok(());
                }
            }
            self.scan()?;
        }
    }

    fn is_stale(&self, candidate: &Candidate) -> bool {
        candidate.line_start != self.line_start || {
            let part = &self.bytes[candidate.pos..self.pos];
            part.len() > KEY_REACH
                && (part.len() > 4 * KEY_REACH
                    || part.iter().filter(|byte| **byte & 0xC0 != 0x80).count() > KEY_REACH)
        }
    }

    /// Scans one more piece of text, which yields at least one token.
    fn scan(&mut self) -> Result<()> {
        self.skip_to_token();
        let column = self.column();
        self.close_blocks(column + 1);
        if self.pos >= self.bytes.len() {
            return self.scan_stream_end();
        }
        let byte = self.bytes[self.pos];
        if column == 0 {
            if byte == b'%' {
                self.close_blocks(0);
                self.drop_candidate()?;
                self.key_allowed = false;
                return self.scan_directive();
            }
            if self.is_document_marker() {
                let kind =
                    if byte == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
                self.close_blocks(0);
                self.drop_candidate()?;
                self.key_allowed = false;
                self.push_sized(kind, 3);
                return Ok(());
            }
        }
        match byte {
            b'[' => self.open_flow(TokenKind::FlowSequenceStart),
            b'{' => self.open_flow(TokenKind::FlowMappingStart),
            b']' => self.close_flow(TokenKind::FlowSequenceEnd),
            b'}' => self.close_flow(TokenKind::FlowMappingEnd),
            b',' => {
                self.drop_candidate()?;
                self.key_allowed = true;
                self.push_sized(TokenKind::FlowEntry, 1);
                Ok(())
            }
            b'-' if is_blank_or_end(self.bytes, self.pos + 1) => self.scan_block_entry(),
            b'?' if !self.flows.is_empty() || is_blank_or_end(self.bytes, self.pos + 1) => {
                self.scan_key()
            }
            b':' if !self.flows.is_empty() || is_blank_or_end(self.bytes, self.pos + 1) => {
                self.scan_value()
            }
            b'*' | b'&' => {
                self.note_candidate()?;
                self.key_allowed = false;
                self.scan_anchor()
            }
            b'!' => {
                self.note_candidate()?;
                self.key_allowed = false;
                self.scan_tag()
            }
            b'|' | b'>' if self.flows.is_empty() => {
                self.drop_candidate()?;
                self.key_allowed = true;
                self.scan_block_scalar(byte == b'|')
            }
            b'\'' | b'"' => {
                self.note_candidate()?;
                self.key_allowed = false;
                self.scan_quoted()
            }
            b'\t' => Err(self.trouble(Problem::TabIndent, self.pos)),
            b'%' | b'@' | b'`' | b'|' | b'>' | b'#' => {
                Err(self.trouble(Problem::NoToken, self.pos))
            }
            _ => {
                self.note_candidate()?;
                self.key_allowed = false;
                self.scan_plain()
            }
        }
    }

    /// Skips blanks, comments and line breaks.
    fn skip_to_token(&mut self) {
        loop {
            let tabs = !self.flows.is_empty() || !self.key_allowed;
            while at(self.bytes, self.pos) == b' ' || (tabs && at(self.bytes, self.pos) == b'\t') {
                self.pos += 1;
            }
            self.skip_comment();
            let len = break_len(self.bytes, self.pos);
            if len == 0 {
                return;
            }
            self.pass_break(len);
            if self.flows.is_empty() {
                self.key_allowed = true;
            }
        }
    }

    /// Passes the comment that starts here, if one does.
    pub(super) fn skip_comment(&mut self) {
        if at(self.bytes, self.pos) == b'#' {
            let end = line_end(self.bytes, self.pos);
            self.comments.push(Comment { span: Span::new(self.pos, end) });
            self.pos = end;
        }
    }

    /// Passes the rest of a line that may hold only blanks and a comment.
    pub(super) fn finish_line(&mut self, problem: Problem) -> Result<()> {
        while is_blank(self.bytes, self.pos) {
            self.pos += 1;
        }
        self.skip_comment();
        if !is_line_end(self.bytes, self.pos) {
            return Err(self.trouble(problem, self.pos));
        }
        let len = break_len(self.bytes, self.pos);
        if len > 0 {
            self.pass_break(len);
        }
        Ok(())
    }

    /// Passes the line break of `len` bytes that stands here.
    #[inline]
    pub(super) fn pass_break(&mut self, len: usize) {
        self.pos += len;
        self.line_start = self.pos;
    }

    #[inline]
    pub(super) fn flow_level(&self) -> usize {
        self.flows.len()
    }

    /// Returns the column in bytes. Indentation is ASCII, so bytes are characters where it counts.
    #[inline]
    pub(super) fn column(&self) -> usize {
        self.pos - self.line_start
    }

    /// Tells whether a document marker stands here, given that a line starts here.
    #[inline]
    pub(super) fn is_document_marker(&self) -> bool {
        matches!(at(self.bytes, self.pos), b'-' | b'.')
            && matches!(self.bytes.get(self.pos..self.pos + 3), Some(b"---" | b"..."))
            && is_blank_or_end(self.bytes, self.pos + 3)
    }

    /// Appends a token that starts at `start` and ends here.
    #[inline]
    pub(super) fn push(&mut self, kind: TokenKind<'t>, start: usize, end: usize) {
        self.queue.push_back(Token { kind, span: Span::new(start, end) });
    }

    /// Appends the token of a scalar that starts at `start` and ends at `end`.
    ///
    /// Where a `:` follows at once, the scalar is a key, as most are; that is settled here without
    /// a detour through the candidates.
    #[inline]
    pub(super) fn push_scalar(&mut self, kind: TokenKind<'t>, start: usize, end: usize) {
        let number = self.taken + self.queue.len();
        let is_key = self.pos == end
            && at(self.bytes, end) == b':'
            && (!self.flows.is_empty() || is_blank_or_end(self.bytes, end + 1))
            && self.candidates.back().is_some_and(|last| {
                last.token == number && last.line_start == self.line_start && !last.lost
            })
            && end - start <= KEY_REACH;
        if !is_key {
            self.push(kind, start, end);
            return;
        }
        self.candidates.pop_back();
        self.open_block(start - self.line_start, TokenKind::BlockMappingStart, None, start);
        self.push(TokenKind::Key, start, start);
        self.push(kind, start, end);
        self.key_allowed = false;
        self.push_sized(TokenKind::Value, 1);
    }

    fn push_sized(&mut self, kind: TokenKind<'t>, len: usize) {
        let start = self.pos;
        self.pos += len;
        self.push(kind, start, self.pos);
    }

    /// Remembers that a key may start here.
    #[inline]
    fn note_candidate(&mut self) -> Result<()> {
        if !self.key_allowed {
            return Ok(());
        }
        self.drop_candidate()?;
        let column = self.column();
        if let Some(flow) = self.flows.last_mut() {
            flow.had_candidate = true;
        }
        self.candidates.push_back(Candidate {
            flow_level: self.flow_level(),
            token: self.taken + self.queue.len(),
            lost: false,
            pos: self.pos,
            line_start: self.line_start,
            column,
            required: self.flows.is_empty() && self.inside == column + 1,
        });
        Ok(())
    }

    /// Forgets the candidate of this flow level, which must not be one that has to be a key.
    #[inline]
    fn drop_candidate(&mut self) -> Result<()> {
        let Some(last) = self.candidates.back() else { return Ok(()) };
        if last.flow_level == self.flow_level() {
            if last.required {
                return Err(self.trouble(Problem::KeyWithoutColon, self.pos));
            }
            self.candidates.pop_back();
        }
        Ok(())
    }

    /// Opens a block collection at `column` if that is further in than the innermost one.
    fn open_block(
        &mut self,
        column: usize,
        kind: TokenKind<'t>,
        token: Option<usize>,
        offset: usize,
    ) {
        if self.flows.is_empty() && self.inside <= column {
            self.outer.push(self.inside);
            self.inside = column + 1;
            let token = token.and_then(|number| number.checked_sub(self.taken));
            let token = token.unwrap_or(self.queue.len());
            self.queue.insert(token, Token { kind, span: Span::new(offset, offset) });
        }
    }

    /// Closes the block collections that are further in than `inside`.
    #[inline]
    fn close_blocks(&mut self, inside: usize) {
        if !self.flows.is_empty() {
            return;
        }
        while self.inside > inside {
            self.push(TokenKind::BlockEnd, self.pos, self.pos);
            self.inside = self.outer.pop().unwrap_or(0);
        }
    }

    fn scan_stream_end(&mut self) -> Result<()> {
        if let Some(error) = self.end_error.take() {
            return Err(error);
        }
        self.at_end = true;
        self.line_start = self.pos;
        self.close_blocks(0);
        self.drop_candidate()?;
        self.key_allowed = false;
        self.push(TokenKind::StreamEnd, self.pos, self.pos);
        Ok(())
    }

    fn open_flow(&mut self, kind: TokenKind<'t>) -> Result<()> {
        self.note_candidate()?;
        let token = self.taken + self.queue.len();
        self.flows.push(Flow { token, had_candidate: false });
        self.key_allowed = true;
        self.push_sized(kind, 1);
        Ok(())
    }

    /// Closes a flow collection.
    ///
    /// One that holds nothing takes the candidate that starts at its bracket out of go-yaml's
    /// index, so that its tokens no longer wait for a `:`. This decides which error is named.
    fn close_flow(&mut self, kind: TokenKind<'t>) -> Result<()> {
        self.drop_candidate()?;
        let flow = self.flows.pop();
        if let (Some(flow), Some(last)) = (flow, self.candidates.back_mut()) {
            last.lost |= !flow.had_candidate && last.token == flow.token;
        }
        self.key_allowed = false;
        self.push_sized(kind, 1);
        Ok(())
    }

    fn scan_block_entry(&mut self) -> Result<()> {
        if self.flows.is_empty() {
            if !self.key_allowed {
                return Err(self.trouble(Problem::EntryHere, self.pos));
            }
            self.open_block(self.column(), TokenKind::BlockSequenceStart, None, self.pos);
        }
        self.drop_candidate()?;
        self.key_allowed = true;
        self.push_sized(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn scan_key(&mut self) -> Result<()> {
        if self.flows.is_empty() {
            if !self.key_allowed {
                return Err(self.trouble(Problem::KeyHere, self.pos));
            }
            self.open_block(self.column(), TokenKind::BlockMappingStart, None, self.pos);
        }
        self.drop_candidate()?;
        self.key_allowed = self.flows.is_empty();
        self.push_sized(TokenKind::Key, 1);
        Ok(())
    }

    fn scan_value(&mut self) -> Result<()> {
        if let Some(key) = self.current_candidate()? {
            // The tokens of a lost candidate may be gone already.
            let place = key.token.checked_sub(self.taken).unwrap_or(self.queue.len());
            let span = Span::new(key.pos, key.pos);
            self.queue.insert(place, Token { kind: TokenKind::Key, span });
            self.open_block(key.column, TokenKind::BlockMappingStart, Some(key.token), key.pos);
            self.key_allowed = false;
        } else {
            if self.flows.is_empty() {
                if !self.key_allowed {
                    return Err(self.trouble(Problem::ValueHere, self.pos));
                }
                self.open_block(self.column(), TokenKind::BlockMappingStart, None, self.pos);
            }
            self.key_allowed = self.flows.is_empty();
        }
        self.push_sized(TokenKind::Value, 1);
        Ok(())
    }

    /// Takes the candidate of this flow level, if it can still be a key.
    fn current_candidate(&mut self) -> Result<Option<Candidate>> {
        if self.candidates.back().is_none_or(|last| last.flow_level != self.flow_level()) {
            return Ok(None);
        }
        let candidate = self.candidates.pop_back().expect("a candidate was just seen");
        if !self.is_stale(&candidate) {
            return Ok(Some(candidate));
        }
        if candidate.required {
            return Err(self.trouble(Problem::KeyWithoutColon, self.pos));
        }
        Ok(None)
    }
}

fn ends_in_break(bytes: &[u8]) -> bool {
    bytes.is_empty()
        || bytes.ends_with(b"\n")
        || bytes.ends_with(b"\r")
        || bytes.ends_with("\u{85}".as_bytes())
        || bytes.ends_with("\u{2028}".as_bytes())
        || bytes.ends_with("\u{2029}".as_bytes())
}
