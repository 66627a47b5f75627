//! Rules stand whatever the manifests hold.

mod manifests;

use manifests::try_app;
use plimsoll_rules::doc::examples;
use plimsoll_rules::{Context, Date, RULES, allow, check, page, suppressions};

/// Values that a field seldom expects.
const ODD: [&str; 14] = [
    "null",
    "\"\"",
    "-1",
    "9223372036854775807",
    "0.5",
    "true",
    "[]",
    "{}",
    "[a, {b: c}]",
    "{a: [b]}",
    "999999999999999999999999",
    "\"%$(X)${Y}{{ z }}\"",
    "ä://b:c@d/\u{2028}",
    "nvidia.com/gpu",
];

/// A linear congruential generator, so that every run tries the same texts.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % sides.max(1)
    }
}

/// Damages a text in one of a few ways that keep it likely to be YAML.
fn damage(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=dice.roll(3) {
        let index = dice.roll(lines.len());
        match dice.roll(4) {
            0 => {
                lines.remove(index);
            }
            1 => lines.insert(index, lines[index].clone()),
            2 => {
                let other = dice.roll(lines.len());
                lines.swap(index, other);
            }
            _ => {
                let odd = ODD[dice.roll(ODD.len())];
                if let Some(colon) = lines[index].find(": ") {
                    lines[index].truncate(colon + 2);
                    lines[index].push_str(odd);
                }
            }
        }
        if lines.is_empty() {
            break;
        }
    }
    lines.join("\n")
}

#[test]
fn damaged_manifests_are_judged_without_a_panic() {
    let mut dice = Dice(20_260_601);
    let texts: Vec<String> = RULES
        .iter()
        .flat_map(|rule| examples(&rule.text()).unwrap())
        .map(|example| example.shown())
        .collect();
    let mut read = 0;
    for round in 0..12 {
        for text in &texts {
            let damaged = damage(text, &mut dice);
            let Some(app) = try_app(&damaged) else { continue };
            read += 1;
            let again = try_app(&damage(text, &mut dice));
            let context = Context { app: &app, is_chart: round % 2 == 0, again: again.as_ref() };
            let found: Vec<_> = check(&context)
                .into_iter()
                .map(|finding| (finding.rule, finding.places(&app)))
                .collect();
            let comments = suppressions(&"example.yaml".into(), &damaged);
            let today = Date::new(2026, 6, 1).unwrap();
            assert_eq!(allow(&found, &comments, today).by.len(), found.len());
        }
    }
    assert!(read > 300, "only {read} texts were YAML");
}

#[test]
fn damaged_comments_are_read_without_a_panic() {
    let mut dice = Dice(7);
    let text = "a: 1 # plimsoll: allow x-y, z -- ä reason until=2026-01-01 {{/* plimsoll: x */}}\n";
    for _ in 0..2000 {
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..=dice.roll(6) {
            let index = dice.roll(chars.len());
            match dice.roll(3) {
                0 => {
                    chars.remove(index);
                }
                1 => chars.insert(index, ['-', ',', ' ', '\n', 'é', '#', '*', '\r'][dice.roll(8)]),
                _ => chars.truncate(index + 1),
            }
            if chars.is_empty() {
                break;
            }
        }
        let damaged: String = chars.into_iter().collect();
        for one in suppressions(&"x".into(), &damaged) {
            assert!(damaged.is_char_boundary(one.place.span.start));
            assert!(damaged.is_char_boundary(one.place.span.end));
            if let Ok(grant) = one.grant {
                for (slug, place) in grant.rules {
                    assert_eq!(place.span.of(&damaged), slug);
                }
            }
        }
    }
}

#[test]
fn pages_of_all_rules_can_be_made() {
    assert!(RULES.iter().all(|rule| page(rule).len() > 300));
}
