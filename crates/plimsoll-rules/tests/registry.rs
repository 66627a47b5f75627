//! What every rule must have: a name, a place, words for people.

use std::collections::BTreeSet;
use std::path::Path;

use plimsoll_rules::{RULES, doc, page, rule};

#[test]
fn slugs_are_unique_and_sorted() {
    assert!(RULES.windows(2).all(|pair| pair[0].slug < pair[1].slug));
    for one in RULES {
        assert_eq!(rule(one.slug), Some(*one));
    }
    assert_eq!(rule("no-such-rule"), None);
}

#[test]
fn slugs_are_kebab_case_and_name_their_file() {
    for rule in RULES {
        let plain = rule.slug.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        assert!(plain, "{}", rule.slug);
        let file = Path::new(rule.file).file_stem().and_then(|stem| stem.to_str());
        assert_eq!(file, Some(rule.slug.replace('-', "_").as_str()));
    }
}

#[test]
fn every_file_of_a_rule_is_listed() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files: BTreeSet<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let listed: BTreeSet<_> = RULES.iter().map(|rule| rule.slug.replace('-', "_")).collect();
    assert_eq!(files, listed);
}

#[test]
fn texts_have_all_headings_and_a_source() {
    for rule in RULES {
        let sections = doc::sections(&rule.text());
        let headings: Vec<_> = sections.iter().map(|section| section.heading.as_str()).collect();
        assert_eq!(headings, doc::HEADINGS, "{}", rule.slug);
        for section in &sections {
            assert!(!section.body.is_empty(), "{}: {} is empty", rule.slug, section.heading);
        }
        let sources = &sections.last().unwrap().body;
        assert!(sources.lines().any(|line| line.starts_with("- ")), "{}: no source", rule.slug);
    }
}

#[test]
fn examples_show_the_smell_and_its_absence() {
    for rule in RULES {
        let examples =
            doc::examples(&rule.text()).unwrap_or_else(|why| panic!("{}: {why}", rule.slug));
        let has = |verdict| examples.iter().any(|example| example.verdict == verdict);
        assert!(has(doc::Verdict::Bad), "{}: no bad example", rule.slug);
        let mends = rule.check.is_some();
        assert!(!mends || has(doc::Verdict::Good), "{}: no good example", rule.slug);
    }
}

#[test]
fn facts_are_well_formed() {
    for rule in RULES {
        for id in rule.guidelines {
            let number = id.strip_prefix('G').and_then(|number| number.parse::<u8>().ok());
            assert!(number.is_some_and(|n| (1..=54).contains(&n)) && id.len() == 3, "{id}");
        }
        assert!(rule.guidelines.is_sorted(), "{}", rule.slug);
        assert_eq!(rule.since.split('.').count(), 3, "{}", rule.slug);
    }
}

#[test]
fn pages_hide_what_only_tests_read() {
    for rule in RULES {
        let page = page(rule);
        assert!(page.starts_with(&format!("# {}\n", rule.slug)));
        assert!(!page.contains("^^"), "{}", rule.slug);
        for info in ["```yaml bad", "```yaml good"] {
            assert!(!page.contains(info), "{}", rule.slug);
        }
        for heading in doc::HEADINGS {
            assert!(page.contains(&format!("\n## {heading}\n\n")), "{}", rule.slug);
        }
    }
}
