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
mod lister;
mod problem;
mod property;
mod quick;
mod scanner;
mod skim;
mod tag;
mod token;
mod words;

use crate::{Comment, Content, Error, ErrorKind, LineIndex, Node, NodeList, Repeated, Span};
use grammar::Grammar;
pub use skim::{Skimmed, skim_part};

/// How deep collections may nest. Go's library reads 10000 levels; no manifest has 100, and a
/// bound lets every caller walk a tree with ordinary recursion.
pub const MAX_DEPTH: usize = 512;

/// How many nodes a document may have, those that aliases repeat counted each time. Go's library
/// knows no such bound; no manifest has a tenth of it.
pub const MAX_NODES: usize = 1_000_000;

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
    /// Keys that repeat an earlier key of their mapping, in the order of the text. The tree has the
    /// last of them; other readers of YAML refuse such a document.
    pub repeated: Vec<Repeated>,
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

/// Reads the documents of `text` one after the other.
///
/// A document that is good YAML but cannot be passed on as JSON yields an error, and the next one
/// comes after it. After an error of syntax come no more.
pub fn documents(text: &str) -> impl Iterator<Item = Result<Parsed, Error>> {
    let mut grammar = start(text, Span::new(0, text.len()));
    std::iter::from_fn(move || grammar.document().transpose())
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
    let part = within(text, part);
    if character::forbidden(&text.as_bytes()[part.start..part.end]).is_none()
        && let Some(parsed) = quick::read(text, part)
    {
        return Ok(parsed);
    }
    slowly(text, part)
}

/// Reads the first document of the bytes `part` of `text` as [`parse_part`] does, into a list and
/// without its comments.
///
/// # Errors
///
/// As for [`parse`].
pub fn parse_list(text: &str, part: Span) -> Result<NodeList, Error> {
    let part = within(text, part);
    if character::forbidden(&text.as_bytes()[part.start..part.end]).is_none()
        && let Some(list) = quick::list(text, part)
    {
        return Ok(list);
    }
    Ok(NodeList::of(&slowly(text, part)?.root))
}

/// A part as far as the text has whole characters of it.
fn within(text: &str, part: Span) -> Span {
    let start = character::floor_boundary(text, part.start);
    Span::new(start, character::floor_boundary(text, part.end).max(start))
}

/// Reads the first document of a part token by token.
fn slowly(text: &str, part: Span) -> Result<Parsed, Error> {
    let mut grammar = start(text, part);
    if let Some(parsed) = grammar.document()? {
        return Ok(parsed);
    }
    let root = Node { content: Content::Null, span: Span::new(part.start, part.start) };
    Ok(Parsed { root, comments: grammar.leftover_comments(), repeated: Vec::new() })
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
        Span::new(bad, bad + character.len_utf8()),
        LineIndex::new(text).position(text, bad),
        format!(
            "the character U+{:04X} is not allowed in YAML: remove it, or write it as an escape in double quotes",
            u32::from(character)
        ),
        None,
        "control characters are not allowed",
    );
    Grammar::new(text, Span::new(part.start, part.start + end), Some(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the tree of `text`, each scalar shown with the text of its span.
    fn check(text: &str, expected: &[&str]) {
        let parsed = parse_one(text).unwrap();
        let mut found = Vec::new();
        parsed.root.walk(&mut |path, node| {
            found.push(format!("{path} {:?}", node.span.of(text)));
        });
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn spans_cover_content_only() {
        check(
            "a:  'b' # c\nd:\n  - e f  \n  - [g, {h: i}]\n",
            &[
                " \"a:  'b' # c\\nd:\\n  - e f  \\n  - [g, {h: i}]\"",
                "a \"'b'\"",
                "d \"- e f  \\n  - [g, {h: i}]\"",
                "d[0] \"e f\"",
                "d[1] \"[g, {h: i}]\"",
                "d[1][0] \"g\"",
                "d[1][1] \"{h: i}\"",
                "d[1][1].h \"i\"",
            ],
        );
        check("a: !!str &b 1\n", &[" \"a: !!str &b 1\"", "a \"1\""]);
        check("a: &b 1\nc: *b\n", &[" \"a: &b 1\\nc: *b\"", "a \"1\"", "c \"1\""]);
        check(
            "a: |  # x\n  b\n\nc: 1",
            &[" \"a: |  # x\\n  b\\n\\nc: 1\"", "a \"|  # x\\n  b\\n\"", "c \"1\""],
        );
        check(
            "- >-\n  b\n\n- |+\n  c\n\n",
            &[
                " \"- >-\\n  b\\n\\n- |+\\n  c\\n\\n\"",
                "[0] \">-\\n  b\"",
                "[1] \"|+\\n  c\\n\\n\"",
            ],
        );
    }

    #[test]
    fn absent_values_stand_after_their_colon() {
        let text = "a:\nb: {c: , d}\ne:\n-\n";
        let root = parse_one(text).unwrap().root;
        let start = |path: &str| {
            let node = root.find(&path.parse().unwrap()).unwrap();
            assert!(node.is_null() && node.span.is_empty(), "{path}");
            node.span.start
        };
        assert_eq!([start("a"), start("b.c"), start("b.d"), start("e[0]")], [2, 9, 13, 19]);
    }

    #[test]
    fn comments_belong_to_the_document_before_the_marker() {
        let text = "# one\na: 1 # two\n--- # three\nb: '#'\n# four\n";
        let documents = parse(text).unwrap();
        let comments: Vec<Vec<&str>> = documents
            .iter()
            .map(|document| document.comments.iter().map(|c| c.span.of(text)).collect())
            .collect();
        assert_eq!(comments, [vec!["# one", "# two"], vec!["# three", "# four"]]);
        assert_eq!(parse_one("# only\n").unwrap().comments.len(), 1);
    }

    #[test]
    fn the_last_of_duplicate_keys_stays_where_it_stands() {
        let text = "a: 1\nb: 2\na: 3\n";
        let root = parse_one(text).unwrap().root;
        let keys: Vec<&str> = root.entries().iter().map(|entry| &*entry.key).collect();
        assert_eq!(keys, ["b", "a"]);
        assert_eq!(root.get("a").unwrap().as_i64(), Some(3));
    }

    #[test]
    fn repeated_keys_are_named_and_merged_ones_are_none() {
        let text =
            "b: &b {x: 1}\na: 1\nc: {<<: *b, x: 2, y: 1, y: 2}\na: 3\nd: {<<: {x: 1}, x: 2}\n";
        let repeated = parse_one(text).unwrap().repeated;
        let rest = |span: Span| &text[span.start..];
        let lines: Vec<[&str; 2]> =
            repeated.iter().map(|one| [rest(one.first), rest(one.key)]).collect();
        let [[first, again], [outer, last]] = lines.as_slice() else { panic!("{lines:?}") };
        assert!(first.starts_with("y: 1,") && again.starts_with("y: 2}"), "{lines:?}");
        assert!(outer.starts_with("a: 1") && last.starts_with("a: 3"), "{lines:?}");
    }

    #[test]
    fn parts_are_read_with_the_spans_of_the_whole() {
        let text = "a: [\n---\nb: é\nc: d\n---\n";
        let part = Span::new(9, 20);
        let parsed = parse_part(text, part).unwrap();
        assert_eq!(parsed.root.get("c").unwrap().span.of(text), "d");
        let error = parse_part(text, Span::new(0, 5)).unwrap_err();
        assert_eq!(error.upstream(), "yaml: line 1: did not find expected node content");
        assert_eq!(error.position().line, 2);
        assert!(parse_part("é", Span::new(1, 99)).unwrap().root.as_str().is_some());
    }

    #[test]
    fn a_document_that_is_no_json_does_not_end_the_text() {
        let found: Vec<_> = documents("a: .inf\n---\nb: 1\n---\nc: [\n---\nd: 1\n").collect();
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].as_ref().unwrap_err().kind(), ErrorKind::Number);
        assert!(found[1].is_ok());
        assert_eq!(found[2].as_ref().unwrap_err().kind(), ErrorKind::Syntax);
    }

    #[test]
    fn errors_say_where_and_what_to_do() {
        let error = parse_one("a: 1\nb: c: d\n").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Syntax);
        assert_eq!(error.position().to_string(), "2:5");
        assert_eq!(error.upstream_line(), Some(2));
        assert_eq!(
            error.to_string(),
            "a second `: ` in one value: quote the value, or indent the key on its own line"
        );
        let error = parse_one("a: \u{1}\n").unwrap_err();
        assert_eq!((error.kind(), error.span()), (ErrorKind::Character, Span::new(3, 4)));
        assert_eq!(error.upstream_line(), None);
    }

    #[test]
    fn deep_nesting_is_refused_and_never_overflows() {
        for text in [
            "[".repeat(100_000),
            "- ".repeat(100_000),
            "{a: ".repeat(100_000),
            "? ".repeat(100_000),
        ] {
            assert_eq!(parse_one(&text).unwrap_err().kind(), ErrorKind::Depth);
        }
        let deepest = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        assert!(parse_one(&deepest).is_ok());
    }

    #[test]
    fn aliases_cannot_nest_beyond_the_bound() {
        let mut text = "a0: &a0 [x]\n".to_owned();
        for level in 1..10 {
            let (open, close) = ("[".repeat(100), "]".repeat(100));
            text.push_str(&format!("a{level}: &a{level} {open}*a{}{close}\n", level - 1));
        }
        assert_eq!(parse_one(&text).unwrap_err().kind(), ErrorKind::Depth);
    }

    #[test]
    fn anchors_inside_anchors_cannot_fill_the_memory() {
        let anchors: String = (0..500).map(|level| format!("&a{level} [")).collect();
        let text = format!("{anchors}{}{}", "x, ".repeat(10_000), "]".repeat(500));
        assert_eq!(parse_one(&text).unwrap_err().kind(), ErrorKind::Expansion);
    }

    #[test]
    fn aliases_cannot_blow_a_document_up() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        assert_eq!(parse_one(&text).unwrap_err().kind(), ErrorKind::Expansion);
    }
}
