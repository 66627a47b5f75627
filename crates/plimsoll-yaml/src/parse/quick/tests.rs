//! Both readers against each other.

use super::super::{character, skim_part, slowly};
use super::*;

const TEXTS: &[&str] = &[
    "# c\na: b # d\ne:\n  f: 'g'\n\n  h: \"i j\"\nk:\n- l\n- m: n\n  o:\n  - p\n- - q\n  -\n    r\n",
    "---\na: [b, 'c', {d: e, f: [1, -2]}, ]\ng: {}\nh: []\n'i j': |-\n  k\n   l\n\nm: >\n n\n o\n---\np: q\n",
    "- a:b\n-  c: d\n   e: http://f?g=h\n- \"i\\n\"\n- ''''\n-\n- # j\n  k\n",
    "a:\n  b:\n    c\n  <<: {d: e}\n  f: ~\n  1: yes\n  f: .inf\ng: \u{e9} \u{2028}\nh: -x\ni: ?y\n",
    "# a\nb c # d\n",
    "'b' # c",
    "[b, {c: d}]\n# e\n",
];

/// Tells whether this reader reads `text`; if so, both must make the same of it.
fn agrees(text: &str) -> bool {
    let part = Span::new(0, text.len());
    if character::forbidden(text.as_bytes()).is_some() {
        return false;
    }
    let Some(parsed) = read(text, part) else {
        assert_eq!(list(text, part), None, "{text:?}");
        return false;
    };
    assert_eq!(slowly(text, part).ok().as_ref(), Some(&parsed), "{text:?}");
    if let Some(listed) = list(text, part) {
        assert_eq!(listed, NodeList::of(&parsed.root), "{text:?}");
    }
    if let Some(skimmed) = skim_part(text, part, &["a", "k"]) {
        let root = (&skimmed.root, &parsed.root);
        assert_eq!(root.0.get("a"), root.1.get("a"), "{text:?}");
        assert_eq!(root.0.get("k"), root.1.get("k"), "{text:?}");
        assert_eq!(root.0.entries().len(), root.1.entries().len(), "{text:?}");
        let is_exact = skimmed.nodes == parsed.root.count();
        assert!(is_exact || !parsed.repeated.is_empty(), "{text:?} {}", skimmed.nodes);
    }
    true
}

#[test]
fn both_readers_agree_on_what_this_one_reads() {
    const SIGNS: &[&str] = &[
        "", " ", "  ", "\n", "\t", "- ", ":", ": ", "#", ",", "?", "[", "}", "'", "\"", "|", "&",
        "\u{85}",
    ];
    let (mut read, mut all) = (0, 0);
    for text in TEXTS {
        for (at, character) in text.char_indices() {
            for sign in SIGNS {
                let rest = &text[at..];
                for rest in [rest, &rest[character.len_utf8()..]] {
                    all += 1;
                    read += usize::from(agrees(&format!("{}{sign}{rest}", &text[..at])));
                }
            }
        }
    }
    assert!(read > all / 5, "only {read} of {all} were read");
}

#[test]
fn what_cannot_be_passed_on_is_not_skimmed() {
    let skim = |text: &str| skim_part(text, Span::new(0, text.len()), &["a"]).is_some();
    assert!(skim("a: 1\nb: {c: [d]}\n"));
    for text in ["b: .inf\n", "b: [-.Inf]\n", "b: {~: 1}\n", "b:\n  <<: 1\n"] {
        assert!(!skim(text), "{text:?}");
    }
}

#[test]
fn ordinary_texts_are_read() {
    assert!(TEXTS[..3].iter().all(|text| agrees(text)));
}
