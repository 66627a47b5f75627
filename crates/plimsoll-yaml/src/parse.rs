//! Reads YAML as Helm and Kubernetes tools do.
//!
//! The reference is `sigs.k8s.io/yaml` v1.6.0, which is go-yaml v2.4.3 and then a conversion to
//! JSON: YAML 1.1 scalars, every key a string, the last of duplicate keys wins.

mod block_scalar;
mod builder;
mod character;
mod flow_scalar;
mod go_syntax;
mod grammar;
mod key;
mod problem;
mod property;
mod scanner;
mod tag;
mod token;
mod words;

use crate::{Comment, Content, Error, ErrorKind, Node, Span};
use grammar::Grammar;

/// How deep collections may nest. Go's library reads 10000 levels; no manifest has 100, and a
/// bound lets every caller walk a tree with ordinary recursion.
pub const MAX_DEPTH: usize = 512;

/// A document of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The tree; null where the document is empty.
    ///
    /// A scalar's span covers its quotes, but neither its tag nor its anchor. A block scalar's
    /// goes from its `|` or `>` to the last line that counts, with that line's break unless the
    /// block strips it. An absent value has an empty span, right after the colon or dash. A
    /// node that an alias or a merge key repeats keeps the span of the place that writes it out.
    pub root: Node,
    /// The comments from the end of the document before, in the order of the text.
    pub comments: Vec<Comment>,
}

/// Reads all documents of `text`.
///
/// Documents that hold only comments are no documents, but one that starts with `---` is, and its
/// tree is null.
///
/// # Errors
///
/// The first trouble of the text, where go-yaml has one too, or nesting beyond [`MAX_DEPTH`].
pub fn parse(text: &str) -> Result<Vec<Parsed>, Error> {
    documents(text).collect()
}

/// Reads the documents of `text` one after the other; after an error come no more.
pub fn documents(text: &str) -> impl Iterator<Item = Result<Parsed, Error>> {
    let mut grammar = Some(start(text, Span::new(0, text.len())));
    std::iter::from_fn(move || {
        let next = grammar.as_mut()?.document().transpose();
        if !matches!(next, Some(Ok(_))) {
            grammar = None;
        }
        next
    })
}

/// Reads the first document of `text`, as `sigs.k8s.io/yaml.Unmarshal` does.
///
/// An empty text reads as null. What follows the first document is not looked at.
///
/// # Errors
///
/// As for [`parse`].
pub fn parse_one(text: &str) -> Result<Parsed, Error> {
    parse_part(text, Span::new(0, text.len()))
}

/// Reads the first document of the bytes `part` of `text`, with all spans counted in `text`.
///
/// Lines in [`Error::upstream`] count from the start of the part. A part that does not fit the
/// text is cut to it.
///
/// # Errors
///
/// As for [`parse`].
pub fn parse_part(text: &str, part: Span) -> Result<Parsed, Error> {
    let start_at = character::floor_boundary(text, part.start);
    let end = character::floor_boundary(text, part.end).max(start_at);
    let mut grammar = start(text, Span::new(start_at, end));
    if let Some(parsed) = grammar.document()? {
        return Ok(parsed);
    }
    let root = Node { content: Content::Null, span: Span::new(start_at, start_at) };
    Ok(Parsed { root, comments: grammar.leftover_comments() })
}

/// Prepares to read a part of a text, having looked for characters that YAML forbids.
fn start(text: &str, part: Span) -> Grammar<'_> {
    /// go-yaml decodes its input in pieces of this many bytes and refuses a whole piece at once.
    const PIECE: usize = 512;
    let bytes = &text.as_bytes()[part.start..part.end];
    let Some(bad) = character::forbidden(bytes) else { return Grammar::new(text, part, None) };
    let mut end = 0;
    loop {
        let next = character::floor_boundary(text, part.start + end + PIECE) - part.start;
        if next > bad {
            break;
        }
        end = next;
    }
    let bad = part.start + bad;
    let character = text[bad..].chars().next().unwrap_or_default();
    let error = Error::new(
        ErrorKind::Character,
        text,
        Span::new(bad, bad + character.len_utf8()),
        format!(
            "the character U+{:04X} is not allowed in YAML: remove it, or write it as an escape in double quotes",
            u32::from(character)
        ),
        None,
        "control characters are not allowed",
    );
    Grammar::new(text, Span::new(part.start, part.start + end), Some(error))
}
