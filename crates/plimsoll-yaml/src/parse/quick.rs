//! Reads what most files consist of, faster than token by token: block mappings and sequences of
//! scalars that stand in one line, block scalars, and small collections in flow style.
//!
//! Whatever is anything else, or wrong, is left to [`super::grammar`], which then begins anew: this
//! reader knows only texts of which both make the same tree.

use std::borrow::Cow;

use super::Parsed;
use super::builder::{Builder, ScalarText};
use super::character::{at, break_len, line_end};
use super::lister::Lister;
use super::scanner::{KEY_REACH, Scanner};
use crate::{Comment, NodeList, Span};

/// Deeper texts are left to the other reader, which knows the bound.
const MOST_LEVELS: usize = 100;

/// Collections in flow style that are nested deeper are left to the other reader.
const MOST_FLOWS: usize = 8;

/// Reads the first document of a part without forbidden characters; nothing where that takes more
/// than this reader knows.
pub(super) fn read(text: &str, part: Span) -> Option<Parsed> {
    let mut quick = Quick::new(text, part, Builder::new(text, part.len()));
    quick.comments = Some(Vec::new());
    quick.document()?;
    let root = quick.target.finish(quick.end).ok()?;
    let repeated = quick.target.take_repeated();
    Some(Parsed { root, comments: quick.comments.unwrap_or_default(), repeated })
}

/// Lists the first document of a part without forbidden characters; nothing where that takes more
/// than this reader knows.
pub(super) fn list(text: &str, part: Span) -> Option<NodeList> {
    let mut quick = Quick::new(text, part, Lister::new(part.start, part.len()));
    quick.document()?;
    quick.target.finish(quick.end)
}

/// What takes the nodes of a document in their order.
pub(super) trait Target {
    /// Opens a collection that starts at `start`.
    fn begin(&mut self, mapping: bool, start: usize);

    /// Takes a scalar, `plain` where it is neither quoted nor a block; nothing where that is not for
    /// this target.
    fn scalar(&mut self, text: &str, plain: bool, span: Span) -> Option<()>;

    /// Closes a block mapping, which ends where its last node does.
    fn end_block_mapping(&mut self);

    /// Closes a mapping in flow style.
    fn end_mapping(&mut self, end: usize);

    /// Closes a sequence; one in block style ends where its last node does.
    fn end_sequence(&mut self, end: Option<usize>);

    /// Tells whether no node was taken yet.
    fn is_empty(&self) -> bool;
}

impl Target for Builder<'_> {
    fn begin(&mut self, mapping: bool, start: usize) {
        Builder::begin(self, mapping, start, None);
    }

    fn scalar(&mut self, text: &str, plain: bool, span: Span) -> Option<()> {
        let scalar = ScalarText { value: Cow::Borrowed(text), plain, tag: None, span };
        Builder::scalar(self, scalar, None);
        Some(())
    }

    fn end_block_mapping(&mut self) {
        Builder::end_block_mapping(self);
    }

    fn end_mapping(&mut self, end: usize) {
        Builder::end_mapping(self, end);
    }

    fn end_sequence(&mut self, end: Option<usize>) {
        Builder::end_sequence(self, end);
    }

    fn is_empty(&self) -> bool {
        Builder::is_empty(self)
    }
}

/// A block collection that is open.
#[derive(Clone, Copy)]
struct Level {
    column: usize,
    kind: Kind,
    /// Its last key or dash has no value yet.
    waits: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Mapping,
    Sequence,
    /// A sequence in the column of the mapping that it is a value of.
    Indentless,
}

/// The reader of one document.
pub(super) struct Quick<'t, T> {
    scanner: Scanner<'t>,
    pub(super) target: T,
    levels: Vec<Level>,
    /// Where the last dash, colon or scalar ends.
    pub(super) end: usize,
    /// The comments so far, if anybody wants them.
    comments: Option<Vec<Comment>>,
    /// Nothing but line feeds can break lines.
    only_feeds: bool,
}

/// A scalar that stands in one line.
struct Word<'t> {
    value: Cow<'t, str>,
    plain: bool,
    span: Span,
}

/// How bytes end the words of a plain scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    No,
    Space,
    Break,
    Colon,
    /// A sign of flow style, which means nothing outside it.
    Flow,
    /// The first byte of characters of which some break lines.
    Beyond,
    /// Not for this reader.
    Never,
}

const STOPS: [Stop; 256] = {
    let mut stops = [Stop::No; 256];
    stops[b' ' as usize] = Stop::Space;
    stops[b'\n' as usize] = Stop::Break;
    stops[b':' as usize] = Stop::Colon;
    stops[b',' as usize] = Stop::Flow;
    stops[b'?' as usize] = Stop::Flow;
    stops[b'[' as usize] = Stop::Flow;
    stops[b']' as usize] = Stop::Flow;
    stops[b'{' as usize] = Stop::Flow;
    stops[b'}' as usize] = Stop::Flow;
    stops[0xC2] = Stop::Beyond;
    stops[0xE2] = Stop::Beyond;
    stops[0] = Stop::Never;
    stops[b'\t' as usize] = Stop::Never;
    stops[b'\r' as usize] = Stop::Never;
    stops
};

impl<'t, T: Target> Quick<'t, T> {
    pub(super) fn new(text: &'t str, part: Span, target: T) -> Self {
        let scanner = Scanner::new(text, part, None);
        let bytes = &scanner.bytes[part.start..];
        let only_feeds = memchr::memchr3(b'\r', 0xC2, 0xE2, bytes).is_none();
        let levels = Vec::with_capacity(16);
        Self { scanner, target, levels, end: part.start, comments: None, only_feeds }
    }

    /// Reads the first document.
    pub(super) fn document(&mut self) -> Option<()> {
        let mut column = self.next_line()??;
        if column == 0 && self.scanner.is_document_marker() {
            if !self.rest().starts_with(b"---\n") {
                return None;
            }
            self.scanner.pos += 3;
            column = self.next_line()??;
        }
        loop {
            if column == 0 && self.scanner.is_document_marker() {
                if !self.rest().starts_with(b"---") || self.target.is_empty() {
                    return None;
                }
                break;
            }
            self.line(column)?;
            match self.next_line()? {
                Some(next) => column = next,
                None => break,
            }
        }
        while let Some(level) = self.levels.pop() {
            self.close(level)?;
        }
        Some(())
    }

    fn rest(&self) -> &'t [u8] {
        &self.scanner.bytes[self.scanner.pos..]
    }

    /// Goes to the content of the next line that has some and returns its column; nothing inside at
    /// the end of the text.
    fn next_line(&mut self) -> Option<Option<usize>> {
        let mut is_fresh = self.is_fresh();
        loop {
            self.skip_spaces();
            if at(self.scanner.bytes, self.scanner.pos) == b'#' {
                self.skip_comment();
            }
            let scanner = &mut self.scanner;
            match scanner.bytes.get(scanner.pos) {
                None => return Some(None),
                Some(b'\n') => {
                    scanner.pass_break(1);
                    is_fresh = true;
                }
                Some(b'\t' | b'\r') => return None,
                Some(0xC2 | 0xE2) if break_len(scanner.bytes, scanner.pos) > 0 => return None,
                // Something else after the end of a value.
                Some(_) if !is_fresh => return None,
                Some(_) => return Some(Some(scanner.column())),
            }
        }
    }

    fn skip_comment(&mut self) {
        let start = self.scanner.pos;
        let bytes = self.scanner.bytes;
        self.scanner.pos = if self.only_feeds {
            memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |len| start + len)
        } else {
            line_end(bytes, start)
        };
        if let Some(comments) = &mut self.comments {
            comments.push(Comment { span: Span::new(start, self.scanner.pos) });
        }
    }

    /// Tells whether nothing but spaces stands between the start of the line and here.
    fn is_fresh(&self) -> bool {
        // After a block scalar that ends with the text, no line begins.
        let line = self.scanner.bytes.get(self.scanner.line_start..self.scanner.pos);
        line.is_none_or(|line| line.iter().all(|byte| *byte == b' '))
    }

    /// Reads the line whose content begins here, at `column`.
    fn line(&mut self, column: usize) -> Option<()> {
        let is_dash = self.is_dash();
        while let Some(level) = self.levels.last().copied() {
            let ends = level.column > column
                || (level.kind == Kind::Indentless && level.column == column && !is_dash);
            if !ends {
                break;
            }
            self.levels.pop();
            self.close(level)?;
        }
        let Some(level) = self.levels.last().copied() else {
            // Nothing follows the root.
            return if self.target.is_empty() { self.node(column) } else { None };
        };
        if level.column < column {
            return if level.waits { self.node(column) } else { None };
        }
        match level.kind {
            Kind::Mapping if is_dash && level.waits => {
                self.open(Kind::Indentless, column)?;
                self.dash(column)
            }
            Kind::Mapping => {
                if level.waits {
                    self.absent()?;
                }
                let line_start = self.scanner.line_start;
                let key = self.word(false)?;
                if self.scanner.line_start != line_start {
                    return None;
                }
                self.key(&key)
            }
            Kind::Sequence | Kind::Indentless if is_dash => {
                if level.waits {
                    self.absent()?;
                }
                self.dash(column)
            }
            Kind::Sequence | Kind::Indentless => None,
        }
    }

    /// Tells whether the dash of an entry stands here.
    fn is_dash(&self) -> bool {
        let rest = self.rest();
        rest.first() == Some(&b'-') && matches!(rest.get(1), None | Some(b' ' | b'\n'))
    }

    /// Opens a collection that is the value that the innermost level waits for.
    fn open(&mut self, kind: Kind, column: usize) -> Option<()> {
        if self.levels.len() >= MOST_LEVELS {
            return None;
        }
        self.settle();
        self.levels.push(Level { column, kind, waits: false });
        self.target.begin(kind == Kind::Mapping, self.scanner.pos);
        Some(())
    }

    fn close(&mut self, level: Level) -> Option<()> {
        if level.waits {
            self.absent()?;
        }
        if level.kind == Kind::Mapping {
            self.target.end_block_mapping();
        } else {
            self.target.end_sequence(None);
        }
        Some(())
    }

    /// Adds the null that the innermost level's last key or dash stands for.
    fn absent(&mut self) -> Option<()> {
        let span = Span::new(self.end, self.end);
        self.target.scalar("", true, span)
    }

    /// Reads what begins here, at `column`, where a node is waited for: a sequence, a mapping, or
    /// a value that ends in this line.
    fn node(&mut self, column: usize) -> Option<()> {
        if self.is_dash() {
            self.open(Kind::Sequence, column)?;
            return self.dash(column);
        }
        if let Some(()) = self.collection_or_block()? {
            return Some(());
        }
        let start = self.scanner.pos;
        let line_start = self.scanner.line_start;
        let word = self.word(false)?;
        if at(self.scanner.bytes, self.scanner.pos) != b':' {
            return self.value(&word);
        }
        if self.scanner.line_start != line_start {
            return None;
        }
        let after = std::mem::replace(&mut self.scanner.pos, start);
        self.open(Kind::Mapping, column)?;
        self.scanner.pos = after;
        self.key(&word)
    }

    /// Reads the entry whose dash stands here, at `column`.
    fn dash(&mut self, column: usize) -> Option<()> {
        self.scanner.pos += 1;
        self.end = self.scanner.pos;
        self.levels.last_mut()?.waits = true;
        let mut inner = column + 1;
        while at(self.scanner.bytes, self.scanner.pos) == b' ' {
            self.scanner.pos += 1;
            inner += 1;
        }
        if self.ends_line()? { Some(()) } else { self.node(inner) }
    }

    /// Tells whether the line ends here, but for a comment.
    fn ends_line(&self) -> Option<bool> {
        match self.scanner.bytes.get(self.scanner.pos) {
            None | Some(b'\n' | b'#') => Some(true),
            Some(b'\t' | b'\r') => None,
            Some(_) => Some(false),
        }
    }

    /// Takes a key, whose colon stands here, and the value after it in the line.
    fn key(&mut self, key: &Word<'t>) -> Option<()> {
        let colon = self.scanner.pos;
        if at(self.scanner.bytes, colon) != b':' || key.span.len() > KEY_REACH {
            return None;
        }
        self.target.scalar(&key.value, key.plain, key.span)?;
        self.scanner.pos = colon + 1;
        self.end = colon + 1;
        self.levels.last_mut()?.waits = true;
        match self.scanner.bytes.get(self.scanner.pos) {
            None | Some(b'\n' | b' ') => {}
            Some(_) => return None,
        }
        while at(self.scanner.bytes, self.scanner.pos) == b' ' {
            self.scanner.pos += 1;
        }
        if self.ends_line()? {
            return Some(());
        }
        if self.is_dash() {
            return None;
        }
        if let Some(()) = self.collection_or_block()? {
            return Some(());
        }
        let word = self.word(false)?;
        if at(self.scanner.bytes, self.scanner.pos) == b':' {
            return None;
        }
        self.value(&word)
    }

    /// Takes a scalar that is the value that the innermost level waits for.
    fn value(&mut self, word: &Word<'t>) -> Option<()> {
        self.settle();
        self.add(word)
    }

    /// What the innermost level waits for is here. The root is a node that no level waits for.
    fn settle(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.waits = false;
        }
    }

    fn add(&mut self, word: &Word<'t>) -> Option<()> {
        self.end = word.span.end;
        self.target.scalar(&word.value, word.plain, word.span)
    }

    /// Reads a collection in flow style or a block scalar, if one begins here.
    fn collection_or_block(&mut self) -> Option<Option<()>> {
        let byte = at(self.scanner.bytes, self.scanner.pos);
        match byte {
            b'[' | b'{' => {
                self.settle();
                self.flow(MOST_FLOWS)?;
                // What is a key after all is not for this reader.
                (at(self.scanner.bytes, self.scanner.pos) != b':').then_some(Some(()))
            }
            b'|' | b'>' => {
                let inside = self.levels.last()?.column + 1;
                let word = self.scan(inside)?;
                self.value(&word)?;
                Some(Some(()))
            }
            _ => Some(None),
        }
    }

    /// Reads a collection in flow style that ends in its line.
    fn flow(&mut self, depth: usize) -> Option<()> {
        let start = self.scanner.pos;
        let is_mapping = self.scanner.bytes[start] == b'{';
        let closing = if is_mapping { b'}' } else { b']' };
        self.target.begin(is_mapping, start);
        self.scanner.pos += 1;
        self.skip_spaces();
        while at(self.scanner.bytes, self.scanner.pos) != closing {
            if is_mapping {
                let key = self.word(true)?;
                let colon = self.scanner.pos;
                if !self.scanner.bytes[colon..].starts_with(b": ") || key.span.len() > KEY_REACH {
                    return None;
                }
                self.add(&key)?;
                self.scanner.pos = colon + 1;
                self.skip_spaces();
            }
            if matches!(at(self.scanner.bytes, self.scanner.pos), b'[' | b'{') {
                self.flow(depth.checked_sub(1)?)?;
            } else {
                let word = self.word(true)?;
                self.add(&word)?;
            }
            self.skip_spaces();
            match at(self.scanner.bytes, self.scanner.pos) {
                b',' => {
                    self.scanner.pos += 1;
                    self.skip_spaces();
                }
                byte if byte == closing => {}
                _ => return None,
            }
        }
        self.scanner.pos += 1;
        self.end = self.scanner.pos;
        if is_mapping {
            self.target.end_mapping(self.end);
        } else {
            self.target.end_sequence(Some(self.end));
        }
        Some(())
    }

    fn skip_spaces(&mut self) {
        while at(self.scanner.bytes, self.scanner.pos) == b' ' {
            self.scanner.pos += 1;
        }
    }

    /// Reads a plain or quoted scalar, and goes to its end.
    fn word(&mut self, in_flow: bool) -> Option<Word<'t>> {
        match at(self.scanner.bytes, self.scanner.pos) {
            quote @ (b'"' | b'\'') => self.quoted(quote, in_flow),
            b'-' | b':' | b'?' => {
                // A sign only before a space, in flow style sometimes without.
                let next = self.scanner.bytes.get(self.scanner.pos + 1).copied()?;
                let means_more = in_flow && !self.rest().starts_with(b"-");
                if means_more || STOPS[next as usize] != Stop::No {
                    return None;
                }
                self.plain(in_flow)
            }
            b',' | b'[' | b']' | b'{' | b'}' | b'*' | b'&' | b'!' | b'|' | b'>' | b'%' | b'@'
            | b'`' | b'#' => None,
            _ => self.plain(in_flow),
        }
    }

    fn quoted(&mut self, quote: u8, in_flow: bool) -> Option<Word<'t>> {
        let start = self.scanner.pos;
        let inside = &self.scanner.bytes[start + 1..];
        let len = inside.iter().position(|byte| {
            *byte == quote || matches!(byte, b'\\' | b'\n' | b'\r') || !byte.is_ascii()
        })?;
        let is_simple =
            inside[len] == quote && (quote == b'"' || inside.get(len + 1) != Some(&b'\''));
        if !is_simple {
            return if in_flow { None } else { self.scan(0) };
        }
        let end = start + 1 + len + 1;
        self.scanner.pos = end;
        let value = Cow::Borrowed(&self.scanner.text[start + 1..end - 1]);
        Some(Word { value, plain: false, span: Span::new(start, end) })
    }

    /// Reads a quoted or block scalar as the scanner does.
    fn scan(&mut self, inside: usize) -> Option<Word<'t>> {
        let (value, span) = self.scanner.lone_scalar(inside).ok()?;
        // A block's first line may hold one.
        if let Some(comments) = &mut self.comments {
            comments.append(&mut self.scanner.comments);
        }
        Some(Word { value, plain: false, span })
    }

    fn plain(&mut self, in_flow: bool) -> Option<Word<'t>> {
        let bytes = self.scanner.bytes;
        let start = self.scanner.pos;
        let mut i = start;
        let end = loop {
            while let Some(byte) = bytes.get(i)
                && STOPS[*byte as usize] == Stop::No
            {
                i += 1;
            }
            let Some(byte) = bytes.get(i) else { break i };
            match STOPS[*byte as usize] {
                Stop::No => i += 1,
                Stop::Space => {
                    let end = i;
                    while at(bytes, i) == b' ' {
                        i += 1;
                    }
                    match at(bytes, i) {
                        b'#' | b'\n' => break end,
                        b':' if matches!(bytes.get(i + 1), None | Some(b' ' | b'\n')) => {
                            return None;
                        }
                        b',' | b']' | b'}' if in_flow => break end,
                        0 if i >= bytes.len() => break end,
                        _ => {}
                    }
                }
                Stop::Break => break i,
                Stop::Colon => match bytes.get(i + 1) {
                    None | Some(b' ' | b'\n') => break i,
                    Some(next) => match STOPS[*next as usize] {
                        Stop::No | Stop::Colon => i += 1,
                        Stop::Flow if !in_flow => i += 1,
                        _ => return None,
                    },
                },
                Stop::Flow if !in_flow => i += 1,
                Stop::Flow => match byte {
                    b',' | b']' | b'}' => break i,
                    _ => return None,
                },
                Stop::Beyond if break_len(bytes, i) == 0 => i += 1,
                Stop::Beyond | Stop::Never => return None,
            }
        };
        self.scanner.pos = end;
        let value = Cow::Borrowed(&self.scanner.text[start..end]);
        Some(Word { value, plain: true, span: Span::new(start, end) })
    }
}

#[cfg(test)]
mod tests;
