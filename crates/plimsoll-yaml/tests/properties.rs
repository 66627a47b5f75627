//! What must hold for every text and every value.

use std::sync::Arc;

use plimsoll_yaml::{
    Content, Entry, Node, Number, Span, documents, parse, parse_json, parse_one, parse_part,
    to_json, to_yaml,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

fn config() -> Config {
    Config {
        cases: 512,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..Config::default()
    }
}

/// Text made of pieces that mean something to a YAML reader.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b: c",
        "key",
        "1",
        "yes",
        "~",
        "é",
        "日本",
        ": ",
        ":",
        "- ",
        "-",
        "? ",
        "\n",
        "\n  ",
        "\n    ",
        "\n\n",
        " ",
        "\t",
        "\r\n",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'",
        "\"",
        "\\",
        "\\n",
        "|",
        "|-\n",
        ">+\n",
        "|2\n",
        "\n  x\n",
        "#",
        " # c\n",
        "&a ",
        "*a",
        "!!int ",
        "!t ",
        "<<: ",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\u{1}",
        ".inf",
        "1e400",
        "a: &a {b: c}\n",
        "d: *a\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// A manifest with bytes changed here and there.
fn mutated() -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), soup());
    prop::collection::vec(edit, 0..4).prop_map(|edits| {
        let mut text: Vec<char> = MANIFEST.chars().collect();
        for (from, to, piece) in edits {
            let (from, to) = (from.index(text.len() + 1), to.index(text.len() + 1));
            let to = to.clamp(from, (from + 5).min(text.len()));
            text.splice(from..to, piece.chars().take(20));
        }
        text.into_iter().collect()
    })
}

const MANIFEST: &str = "\
# Source: chart/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: \"a-b\"   # the name
  labels: {app: x, 'tier': \"back\\tend\", n: }
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: main
        args: [\"--port\", '8080', -v, 1.5]
        command:
        - sh
        - -c
        - |
          set -e
            echo \"x: y\"

        - >-
          folded
          text
        env:
          - name: URL
            value: http://host:80/a?b=c#d
          - name: PLAIN
            value: several words
              over lines
---
kind: Other
data: &d
  a: 1
copy:
  <<: *d
  b: *d
";

fn value() -> impl Strategy<Value = Node> {
    let text = prop_oneof![
        "[a-zA-Z0-9 ._/:#'\"\\\\\n\t-]{0,40}",
        "[ \n\u{2028}\u{feff}a-cé日😀\u{0}-\u{20}]{0,12}",
        "[a-z ]{70,120}",
        "(yes|no|null|~|[0-9_.e+-]{1,8}|0x[0-9a-f]{1,3}|[0-9]{4}-[0-9]-[0-9]|[0-9]:[0-9]{2})",
    ];
    let leaf = prop_oneof![
        Just(Content::Null),
        any::<bool>().prop_map(Content::Bool),
        any::<i64>().prop_map(|int| Content::Number(Number::Int(int))),
        (i64::MAX as u64 + 1..=u64::MAX).prop_map(|int| Content::Number(Number::Uint(int))),
        prop::num::f64::NORMAL.prop_map(|float| Content::Number(Number::Float(float))),
        text.clone().prop_map(|text| Content::String(Arc::from(text))),
    ];
    let node = |content| Node { content, span: Span::default() };
    leaf.prop_map(node).prop_recursive(4, 40, 5, move |inner| {
        let entry = (text.clone(), inner.clone()).prop_filter_map("merge key", |(key, value)| {
            let key = Arc::from(key);
            (&*key != "<<").then_some(Entry { key, key_span: Span::default(), value })
        });
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Content::Sequence),
            prop::collection::vec(entry, 0..5).prop_map(|mut entries| {
                entries.sort_by(|a, b| a.key.cmp(&b.key));
                entries.dedup_by(|a, b| a.key == b.key);
                Content::Mapping(entries)
            }),
        ]
        .prop_map(node)
    })
}

/// Checks everything that holds for whatever can be read of a text.
fn check_text(text: &str) -> Result<(), TestCaseError> {
    let whole = Span::new(0, text.len());
    let inside = |span: Span| {
        span.start <= span.end
            && span.end <= whole.end
            && text.is_char_boundary(span.start)
            && text.is_char_boundary(span.end)
    };
    for document in documents(text) {
        let document = match document {
            Ok(document) => document,
            Err(error) => {
                prop_assert!(inside(error.span()), "{error:?}");
                prop_assert!(!error.to_string().is_empty());
                continue;
            }
        };
        for comment in &document.comments {
            prop_assert!(comment.span.of(text).starts_with('#') && inside(comment.span));
        }
        let mut outside = Vec::new();
        document.root.walk(&mut |path, node| {
            if !inside(node.span) {
                outside.push(path.to_string());
            }
        });
        prop_assert!(outside.is_empty(), "{outside:?}");
        check_scalars(text, &document.root)?;
    }
    let one = parse_one(text);
    match (&one, documents(text).next()) {
        (Ok(one), Some(Ok(first))) => prop_assert!(same(&one.root, &first.root)),
        (Ok(one), None) => prop_assert!(one.root.is_null()),
        (Err(one), Some(Err(first))) => prop_assert_eq!(one.upstream(), first.upstream()),
        (one, first) => prop_assert!(false, "{one:?} but {first:?}"),
    }
    check_part(text)
}

/// Checks that a scalar's span, read alone, gives the same scalar.
///
/// A tag stands outside the span, an explicit indentation counts from the surroundings, and a dash
/// or a colon at the end means something else outside a flow collection.
fn check_scalars(text: &str, root: &Node) -> Result<(), TestCaseError> {
    if text.contains('!') {
        return Ok(());
    }
    let mut scalars = Vec::new();
    root.walk(&mut |_, node| {
        let explicit = node.span.of(text).starts_with(['|', '>'])
            && node.span.of(text).lines().next().is_some_and(|line| line.contains('2'));
        if node.items().is_empty() && node.entries().is_empty() && !explicit {
            scalars.push(node);
        }
    });
    for node in scalars {
        let alone = node.span.of(text);
        if alone == "-" || alone.ends_with(':') {
            continue;
        }
        let again = parse_one(&format!(" {alone}"));
        prop_assert!(
            again.as_ref().is_ok_and(|again| same(&again.root, node)),
            "{alone:?} in {text:?} is {:?}, alone {again:?}",
            node.content
        );
    }
    Ok(())
}

/// Checks that a part of a longer text reads like the part alone.
fn check_part(text: &str) -> Result<(), TestCaseError> {
    let before = "x: [é\n";
    let long = format!("{before}{text}]: y");
    let part = Span::new(before.len(), before.len() + text.len());
    match (parse_one(text), parse_part(&long, part)) {
        (Ok(alone), Ok(part)) => {
            prop_assert_eq!(to_json(&&alone.root).ok(), to_json(&&part.root).ok());
            prop_assert_eq!(alone.root.span.shifted(before.len()), part.root.span);
        }
        (Err(alone), Err(part)) => {
            prop_assert_eq!(alone.upstream(), part.upstream());
            prop_assert_eq!(alone.span().shifted(before.len()), part.span());
        }
        (alone, part) => prop_assert!(false, "{alone:?} but {part:?}"),
    }
    Ok(())
}

/// Tells whether both hold the same; numbers are compared as JSON would.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.content, &b.content) {
        (Content::Number(a), Content::Number(b)) => a.as_f64().total_cmp(&b.as_f64()).is_eq(),
        (Content::Sequence(a), Content::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Content::Mapping(a), Content::Mapping(b)) => {
            a.len() == b.len()
                && a.iter().all(|entry| {
                    b.iter().any(|other| entry.key == other.key && same(&entry.value, &other.value))
                })
        }
        (a, b) => a == b,
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        check_text(&text)?;
    }

    #[test]
    fn any_soup_is_read_or_refused(text in soup()) {
        check_text(&text)?;
    }

    #[test]
    fn any_changed_manifest_is_read_or_refused(text in mutated()) {
        check_text(&text)?;
    }

    #[test]
    fn what_is_written_reads_back(value in value()) {
        let yaml = to_yaml(&&value).unwrap();
        let again = parse_one(&yaml).unwrap();
        prop_assert!(same(&again.root, &value), "{yaml}\n{:?}", again.root);
        check_text(&yaml)?;
        prop_assert_eq!(&to_yaml(&&again.root).unwrap(), &yaml);
    }

    #[test]
    fn json_is_read_as_other_readers_read_it(value in value(), cut in any::<prop::sample::Index>()) {
        let json = to_json(&&value).unwrap();
        let ours = parse_json(&json).unwrap();
        prop_assert!(same(&ours, &value), "{json}");
        let theirs: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert!(serde_json::from_str::<serde_json::Value>(&to_json(&&ours).unwrap()).is_ok());
        let yaml = parse_one(&json).unwrap();
        prop_assert!(same(&yaml.root, &value), "{theirs}");
        let mut cut = cut.index(json.len());
        while !json.is_char_boundary(cut) {
            cut -= 1;
        }
        let theirs = serde_json::from_str::<serde_json::Value>(&json[..cut]);
        prop_assert_eq!(parse_json(&json[..cut]).is_ok(), theirs.is_ok());
    }
}

#[test]
fn the_manifest_is_read_whole() {
    let documents = parse(MANIFEST).unwrap();
    assert_eq!(documents.len(), 2);
    let copy = documents[1].root.get("copy").unwrap();
    assert_eq!(copy.get("a").unwrap().as_i64(), Some(1));
    assert_eq!(copy.dig(&["b", "a"]).unwrap().span.of(MANIFEST), "1");
    check_text(MANIFEST).unwrap();
}
