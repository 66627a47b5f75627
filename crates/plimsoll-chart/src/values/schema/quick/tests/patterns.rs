use proptest::prelude::*;
use serde_json::json;

use super::super::pattern::Pattern;
use super::Judge;
use crate::value::Value;

#[track_caller]
fn assert_same(pattern: &str, texts: &[&str]) {
    let read = Pattern::read(pattern).unwrap_or_else(|| panic!("{pattern} is not read"));
    let judge = Judge::new(&json!({ "pattern": pattern }));
    assert!(judge.0.is_some(), "{pattern}");
    for text in texts {
        let expected = judge.accepts(&Value::str(*text));
        assert_eq!(read.is_match(text), Some(expected), "{pattern} {text:?}");
    }
}

#[test]
fn plain_expressions_match_alike() {
    let texts = [
        "",
        "a",
        "A",
        "9",
        "_",
        "-",
        "/",
        "/a",
        "a/b",
        "https://a.b/c",
        "https://a b",
        "1.5Gi",
        "12m",
        "1h30m",
        "a@b.c",
        "a\n",
        "\n",
        "é",
        "٣",
        "a\u{a0}b",
        "\u{2003}",
        "\u{85}",
        "\u{b}",
        "\"",
        "\\",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ];
    for pattern in [
        "",
        "^$",
        "^/",
        "^[^\"\\\\]+$",
        "^[0-9]*$",
        "^(sha256:[0-9a-f]{64})?$",
        "^([0-9]+(ms|s|m|h))+$",
        "^[0-9]+(\\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi)?$",
        "^[-._a-zA-Z0-9]+$",
        "^https?://[^\\s\"\\\\]+$",
        "^\\S+@\\S+$",
        "^$|^[^/].*$",
        "^(mysql|sqlite)(\\+\\w+)?$",
        ".*",
        "^--*",
        "^[a-z]{2,}$",
        "^[a-z]{0,3}?$",
        "\\d",
        "\\D",
        "\\w",
        "\\W",
        "\\s",
        "\\S",
        "[\\d\\s]",
        "[^\\w]",
        "[^\\S]",
        "^.$",
        "^(?:a|b|)$",
        "a||b",
        "(a*)*$",
        "^(|a){5}$",
        "[+-]",
        "[a\\-z]",
        "^[^@\\s]+@[^@\\s]+$",
        "[\\w-]",
        "x|$",
        "(^a|b$)",
        "[\\]\\[]",
        "\\t|\\n",
    ] {
        assert_same(pattern, &texts);
    }
}

#[test]
fn what_engines_may_read_otherwise_is_not_read() {
    for pattern in [
        "(?i)a",
        "(?P<a>b)",
        "(?=a)",
        "\\b",
        "\\p{L}",
        "\\x41",
        "\\u0041",
        "\\cA",
        "\\a",
        "\\1",
        "a**",
        "a{,3}",
        "a{2",
        "{",
        "}",
        "]",
        "[",
        "[]",
        "[]a]",
        "[^]",
        "[a&&b]",
        "[a--b]",
        "[a~~b]",
        "[[a]]",
        "[a-\\d]",
        "[\\d-z]",
        "[z-a]",
        "(",
        ")",
        "(a",
        "a)",
        "*",
        "+a",
        "^*",
        "${2}",
        "é",
        "[é]",
        "\\",
        "a{1001}",
        "a{3,2}",
        "((a{500}){500}){500}",
        "((((){1000}){1000}){1000}){1000}",
        "(((a{0}){1000}){1000}){1000}",
        "a{1}{2}",
        "a{999}b{999}",
        "\u{7}",
    ] {
        assert!(Pattern::read(pattern).is_none(), "{pattern}");
    }
    let deep = format!("{}a{}", "(".repeat(100), ")".repeat(100));
    assert!(Pattern::read(&deep).is_none());
    let long = Pattern::read("[a-z]{500}$").unwrap();
    assert_eq!(long.is_match(&"a".repeat(1_000_000)), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_read_matches_alike(
        pattern in proptest::collection::vec(prop_oneof![
            4 => "[ab-]",
            1 => r"[\[\]()|^$.*+?{}\\&~,012]",
            3 => prop_oneof![
                Just(r"\d"), Just(r"\w"), Just(r"\s"), Just(r"\S"), Just(r"\."), Just("[ab]"),
                Just("[^a-b]"), Just("[-a]"), Just(r"[^\s-]"), Just("(a|b)"), Just("(?:"), Just("(b"),
                Just(")"), Just("*"), Just("+"), Just("?"), Just("{1,2}"), Just("{2}"), Just("{1,}"),
            ].prop_map(str::to_owned),
        ], 0..9).prop_map(|parts| parts.concat()),
        text in "[ab \n.é1-]{0,6}",
    ) {
        if let Some(read) = Pattern::read(&pattern) {
            let judge = Judge::new(&json!({ "pattern": pattern }));
            prop_assert!(judge.0.is_some(), "{pattern}");
            prop_assert_eq!(read.is_match(&text), Some(judge.accepts(&Value::str(text.as_str()))));
        }
    }
}
