//! The pieces that the scanner cuts a text into.

use std::borrow::Cow;

use crate::Span;

/// A piece of text and what it is.
#[derive(Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind<'t>,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) enum TokenKind<'t> {
    StreamEnd,
    Version {
        major: u8,
        minor: u8,
    },
    /// A `%TAG` directive or a node's tag.
    TagDirective(Box<TagParts<'t>>),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'t str),
    Anchor(&'t str),
    Tag(Box<TagParts<'t>>),
    Scalar {
        value: Cow<'t, str>,
        plain: bool,
    },
}

/// A tag's handle and what follows it.
#[derive(Debug)]
pub(super) struct TagParts<'t> {
    /// `!`, `!!`, `!name!`, or empty for a verbatim tag.
    pub(super) handle: &'t str,
    /// A tag's suffix, or the prefix that a directive gives the handle.
    pub(super) rest: String,
}
