//! Comments that allow findings, and what is said about them.

use std::sync::Arc;

use plimsoll_rules::{Date, Rule, allow, rule, suppressions};
use plimsoll_yaml::{LineIndex, Place, Span};

const TODAY: (u16, u8, u8) = (2026, 6, 1);

/// Returns a place on the line of `text` that holds `word`.
fn place(file: &str, text: &str, word: &str) -> Place {
    let start = text.find(word).expect("the word is there");
    let position = LineIndex::new(text).position(text, start);
    Place { file: file.into(), span: Span::new(start, start + word.len()), position }
}

fn found(slug: &str, places: Vec<Place>) -> (&'static Rule, Vec<Place>) {
    (rule(slug).expect("a rule"), places)
}

/// Applies the comments of values.yaml to findings and returns which are allowed, and what is said
/// about the comments as `rule: text at the place`.
fn judge(text: &str, found: &[(&'static Rule, Vec<Place>)]) -> (Vec<bool>, Vec<String>) {
    let file: Arc<str> = "values.yaml".into();
    let today = Date::new(TODAY.0, TODAY.1, TODAY.2).expect("a day");
    let allowance = allow(found, &suppressions(&file, text), today);
    let said = allowance.findings.iter().map(|finding| {
        let plimsoll_rules::Site::File(place) = &finding.site else { panic!("{finding:?}") };
        format!("{}: {}", finding.rule.slug, place.span.of(text))
    });
    (allowance.by.iter().map(Option::is_some).collect(), said.collect())
}

#[test]
fn a_comment_allows_its_rule_on_its_line_only() {
    let text = "a: 1 # plimsoll: allow gpu-rollout-deadlock -- two GPUs here\nb: 2\n";
    let here = place("values.yaml", text, "a: 1");
    let there = place("values.yaml", text, "b: 2");
    let elsewhere = place("other.yaml", text, "a: 1");
    let (allowed, said) = judge(
        text,
        &[
            found("gpu-rollout-deadlock", vec![elsewhere.clone(), here.clone()]),
            found("gpu-resource-unknown", vec![here]),
            found("gpu-rollout-deadlock", vec![there]),
            found("gpu-rollout-deadlock", vec![elsewhere]),
        ],
    );
    assert_eq!(allowed, [true, false, false, false]);
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn a_comment_above_covers_several_findings_and_rules() {
    let text = "# plimsoll: allow gpu-rollout-deadlock, credential-literal -- demo\na: 1\n";
    let here = || vec![place("values.yaml", text, "a: 1")];
    let (allowed, said) = judge(
        text,
        &[
            found("gpu-rollout-deadlock", here()),
            found("gpu-rollout-deadlock", here()),
            found("credential-literal", here()),
        ],
    );
    assert_eq!(allowed, [true, true, true]);
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn each_name_that_nothing_needs_is_reported() {
    let text = "a: 1 # plimsoll: allow gpu-rollout-deadlock, credential-literal -- demo\n";
    let here = vec![place("values.yaml", text, "a: 1")];
    let (allowed, said) = judge(text, &[found("credential-literal", here)]);
    assert_eq!(allowed, [true]);
    assert_eq!(said, ["suppression-unused: gpu-rollout-deadlock"]);
}

#[test]
fn an_end_date_counts_to_its_last_day() {
    for (until, allowed) in [("2026-06-01", true), ("2026-05-31", false)] {
        let text = format!("a: 1 # plimsoll: allow credential-literal -- demo until={until}\n");
        let here = vec![place("values.yaml", &text, "a: 1")];
        let (by, said) = judge(&text, &[found("credential-literal", here)]);
        assert_eq!(by, [allowed], "{until}");
        assert_eq!(said.iter().any(|one| one.starts_with("suppression-expired")), !allowed);
        assert_eq!(said.len(), usize::from(!allowed), "an expired one is not unused as well");
    }
}

#[test]
fn what_cannot_be_read_allows_nothing() {
    let text = "a: 1 # plimsoll: allow credential-literal\nb: 2 # plimsoll: allow no-such -- x\n";
    let here = vec![place("values.yaml", text, "a: 1")];
    let (by, said) = judge(text, &[found("credential-literal", here)]);
    assert_eq!(by, [false]);
    assert_eq!(
        said,
        [
            "suppression-malformed: plimsoll: allow credential-literal",
            "suppression-unknown-rule: no-such",
        ]
    );
}
