//! The YAML reader and writer.

use plimsoll_yaml::{
    Content, Node, Span, documents, parse_json, parse_one, parse_part, to_json, to_json_pretty,
    to_yaml,
};

/// Reads the bytes as YAML; spans lie in the text, and what is written reads back.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for document in documents(&text) {
        let document = match document {
            Ok(document) => document,
            Err(error) => {
                assert_inside(error.span(), &text);
                assert!(!error.to_string().is_empty());
                continue;
            }
        };
        for comment in &document.comments {
            assert_inside(comment.span, &text);
            assert!(comment.span.of(&text).starts_with('#'), "{comment:?}");
        }
        document.root.walk(&mut |_, node| {
            assert_inside(node.span, &text);
            node.entries().iter().for_each(|entry| assert_inside(entry.key_span, &text));
        });
        check_written(&document.root);
    }
    check_first(&text);
    if let Ok(root) = parse_json(&text) {
        check_written(&root);
    }
}

fn assert_inside(span: Span, text: &str) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?} in {text:?}");
}

/// Checks that the tree, written in each form, reads back as it is. What is written as YAML is what
/// the tree's JSON means as YAML, where a line break of Unicode in quotes is a blank.
fn check_written(root: &Node) {
    let Ok(json) = to_json(&root) else { return };
    let again = parse_json(&json).expect("JSON that was written is read");
    assert!(same(root, &again), "{json}");
    assert!(to_json_pretty(&root).is_ok());
    if let Ok(yaml) = to_yaml(&root)
        && !has_merge_key(root)
    {
        let means = parse_one(&json).expect("JSON that was written as YAML was read as YAML");
        let again = parse_one(&yaml).expect("YAML that was written is read");
        assert!(same(&means.root, &again.root), "{yaml}\n{:?}", again.root);
    }
}

/// A key `<<` of a string is written plain, and read as a merge.
fn has_merge_key(root: &Node) -> bool {
    let mut found = false;
    root.walk(&mut |_, node| {
        found |= node.entries().iter().any(|entry| &*entry.key == "<<");
    });
    found
}

/// Checks that the first document alone, and as a part of more text, reads alike.
fn check_first(text: &str) {
    let alone = parse_one(text);
    match (&alone, documents(text).next()) {
        (Ok(one), Some(Ok(first))) => assert!(same(&one.root, &first.root)),
        (Ok(one), None) => assert!(one.root.is_null()),
        (Err(one), Some(Err(first))) => assert_eq!(one.upstream(), first.upstream()),
        (one, first) => panic!("{one:?} but {first:?}"),
    }
    let before = "x: [é\n";
    let long = format!("{before}{text}]: y");
    let part = parse_part(&long, Span::new(before.len(), before.len() + text.len()));
    match (alone, part) {
        (Ok(alone), Ok(part)) => assert!(same(&alone.root, &part.root)),
        (Err(alone), Err(part)) => {
            assert_eq!(alone.upstream(), part.upstream());
            assert_eq!(alone.span().shifted(before.len()), part.span());
        }
        (alone, part) => panic!("{alone:?} but {part:?}"),
    }
}

/// Tells whether both hold the same; numbers are compared as JSON would. YAML loses a zero's sign.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.content, &b.content) {
        (Content::Number(a), Content::Number(b)) => a.as_f64() == b.as_f64(),
        (Content::Sequence(a), Content::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Content::Mapping(_), Content::Mapping(_)) => {
            let sorted = |node: &Node| {
                let mut entries = node.entries().to_vec();
                entries.sort_by(|a, b| a.key.cmp(&b.key));
                entries
            };
            let (a, b) = (sorted(a), sorted(b));
            a.len() == b.len()
                && a.iter().zip(&b).all(|(a, b)| a.key == b.key && same(&a.value, &b.value))
        }
        (a, b) => a == b,
    }
}
