//! The ways in which a text can fail to be YAML.
//!
//! Each has two texts: ours, which says what to do, and go-yaml's, which callers compare.

/// A syntax trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    NoToken,
    TabIndent,
    KeyWithoutColon,
    EntryHere,
    KeyHere,
    ValueHere,
    DirectiveUnknown,
    DirectiveTail,
    DirectiveName,
    DirectiveNameEnd,
    VersionDot,
    VersionLong,
    VersionNumber,
    TagSpace,
    TagLineEnd,
    TagUri,
    TagBang,
    TagAngle,
    TagEnd,
    TagEscape,
    TagEscapeLead,
    TagEscapeTrail,
    TagHandle,
    AnchorName,
    BlockIndentZero,
    BlockHeader,
    BlockTab,
    QuotedIndicator,
    QuotedEnd,
    EscapeUnknown,
    EscapeHex,
    EscapeCode,
    PlainTab,
    DocumentStart,
    VersionTwice,
    VersionOther,
    TagDirectiveTwice,
    NodeExpected,
    DashExpected,
    KeyExpected,
    FlowSequenceEnd,
    FlowMappingEnd,
}

impl Problem {
    /// Returns go-yaml's text (v2.4.3).
    pub(super) const fn upstream(self) -> &'static str {
        self.texts().0
    }

    /// Returns our text: the trouble and the next step.
    pub(super) const fn message(self) -> &'static str {
        self.texts().1
    }

    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::NoToken
            | Self::TabIndent
            | Self::KeyWithoutColon
            | Self::EntryHere
            | Self::KeyHere
            | Self::ValueHere
            | Self::DocumentStart
            | Self::NodeExpected
            | Self::DashExpected
            | Self::KeyExpected
            | Self::FlowSequenceEnd
            | Self::FlowMappingEnd => self.structure(),
            Self::BlockIndentZero
            | Self::BlockHeader
            | Self::BlockTab
            | Self::QuotedIndicator
            | Self::QuotedEnd
            | Self::EscapeUnknown
            | Self::EscapeHex
            | Self::EscapeCode
            | Self::PlainTab => self.scalar(),
            _ => self.property(),
        }
    }

    const fn structure(self) -> (&'static str, &'static str) {
        match self {
            Self::NoToken => (
                "found character that cannot start any token",
                "this character cannot start a value: quote the value",
            ),
            Self::TabIndent => {
                ("found character that cannot start any token", "a tab cannot indent: use spaces")
            }
            Self::KeyWithoutColon => (
                "could not find expected ':'",
                "the key lacks its colon: write `key: value`, or indent the text under the value that it belongs to",
            ),
            Self::EntryHere => (
                "block sequence entries are not allowed in this context",
                "a list item cannot start here: put `- ` on a line of its own",
            ),
            Self::KeyHere => (
                "mapping keys are not allowed in this context",
                "a `? ` key cannot start here: put it on a line of its own",
            ),
            Self::ValueHere => (
                "mapping values are not allowed in this context",
                "a second `: ` in one value: quote the value, or indent the key on its own line",
            ),
            Self::DocumentStart => (
                "did not find expected <document start>",
                "the document ended before this: separate documents with a line `---`",
            ),
            Self::NodeExpected => (
                "did not find expected node content",
                "a value is missing here: write one, or quote the text if it starts with a special character",
            ),
            Self::DashExpected => (
                "did not find expected '-' indicator",
                "this line stands among list items but is none: start it with `- ` or change its indentation",
            ),
            Self::KeyExpected => (
                "did not find expected key",
                "this stands among the keys of a mapping but is none: check the indentation and the quotes",
            ),
            Self::FlowSequenceEnd => {
                ("did not find expected ',' or ']'", "the list `[` goes on without a `,` or `]`")
            }
            _ => {
                ("did not find expected ',' or '}'", "the mapping `{` goes on without a `,` or `}`")
            }
        }
    }

    const fn scalar(self) -> (&'static str, &'static str) {
        match self {
            Self::BlockIndentZero => (
                "found an indentation indicator equal to 0",
                "a block's indentation indicator is 1 to 9: remove the 0",
            ),
            Self::BlockHeader => (
                "did not find expected comment or line break",
                "text follows the block indicator: start the text on the next line",
            ),
            Self::BlockTab => (
                "found a tab character where an indentation space is expected",
                "a tab cannot indent a block: use spaces",
            ),
            Self::QuotedIndicator => (
                "found unexpected document indicator",
                "a document marker stands inside a quoted text: close the quote",
            ),
            Self::QuotedEnd => {
                ("found unexpected end of stream", "the quoted text never ends: close the quote")
            }
            Self::EscapeUnknown => (
                "found unknown escape character",
                "double quotes know no such escape: double the backslash, or use single quotes",
            ),
            Self::EscapeHex => (
                "did not find expected hexdecimal number",
                "the escape lacks hexadecimal digits: `\\x` takes 2, `\\u` 4, `\\U` 8",
            ),
            Self::EscapeCode => (
                "found invalid Unicode character escape code",
                "the escape is no Unicode character",
            ),
            _ => (
                "found a tab character that violates indentation",
                "a tab cannot indent a continued line: use spaces",
            ),
        }
    }

    const fn property(self) -> (&'static str, &'static str) {
        match self {
            Self::DirectiveUnknown => (
                "found unknown directive name",
                "only %YAML and %TAG directives exist: quote a value that starts with `%`",
            ),
            Self::DirectiveTail => (
                "did not find expected comment or line break",
                "text follows the directive: end the line after it",
            ),
            Self::DirectiveName => {
                ("could not find expected directive name", "the directive has no name")
            }
            Self::DirectiveNameEnd => (
                "found unexpected non-alphabetical character",
                "a directive's name has letters only: quote a value that starts with `%`",
            ),
            Self::VersionDot => (
                "did not find expected digit or '.' character",
                "the version is written as in `%YAML 1.1`",
            ),
            Self::VersionLong => {
                ("found extremely long version number", "the version is written as in `%YAML 1.1`")
            }
            Self::VersionNumber => {
                ("did not find expected version number", "the version is written as in `%YAML 1.1`")
            }
            Self::TagSpace => {
                ("did not find expected whitespace", "the tag handle needs a space after it")
            }
            Self::TagLineEnd => (
                "did not find expected whitespace or line break",
                "the tag prefix needs the line's end after it",
            ),
            Self::TagUri => ("did not find expected tag URI", "the tag has no name after `!`"),
            Self::TagBang => ("did not find expected '!'", "a tag handle ends with `!`"),
            Self::TagAngle => ("did not find the expected '>'", "the tag `!<` lacks its `>`"),
            Self::TagEnd => (
                "did not find expected whitespace or line break",
                "a tag needs a space after it: quote a value that starts with `!`",
            ),
            Self::TagEscape => (
                "did not find URI escaped octet",
                "a `%` in a tag needs two hexadecimal digits after it",
            ),
            Self::TagEscapeLead => {
                ("found an incorrect leading UTF-8 octet", "the escapes in the tag are not UTF-8")
            }
            Self::TagEscapeTrail => {
                ("found an incorrect trailing UTF-8 octet", "the escapes in the tag are not UTF-8")
            }
            Self::TagHandle => {
                ("found undefined tag handle", "no %TAG directive defines this tag's handle")
            }
            Self::VersionTwice => {
                ("found duplicate %YAML directive", "a second %YAML directive: remove it")
            }
            Self::VersionOther => (
                "found incompatible YAML document",
                "Helm and Kubernetes read YAML 1.1 only: remove the %YAML directive",
            ),
            Self::TagDirectiveTwice => (
                "found duplicate %TAG directive",
                "a second %TAG directive for one handle: remove it",
            ),
            _ => (
                "did not find expected alphabetic or numeric character",
                "a name of letters, digits, `-` and `_` must follow `&` or `*`: quote a value that starts with one",
            ),
        }
    }
}
