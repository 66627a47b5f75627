//! The pages under `docs/` that are made from the registry of rules and the table of functions.
//!
//! `UPDATE=1 cargo test -p plimsoll --test cli documents` writes them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_chart::{FunctionDoc, Profile};
use plimsoll_rules::RULES;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// Fails unless the page holds this text; writes it where that is asked for.
fn holds(page: &Path, text: &str) {
    if is_update() {
        fs::create_dir_all(page.parent().unwrap()).unwrap();
        fs::write(page, text).unwrap();
    }
    let found = fs::read_to_string(page).unwrap_or_default();
    assert!(found == text, "{} is stale; run the tests with UPDATE=1", page.display());
}

#[test]
fn each_rule_has_its_page_and_the_list_has_each_rule() {
    let mut list = "# Rules\n\n`plimsoll explain RULE` prints a rule's page. A comment allows a \
                    finding: see the [README](../README.md#allowing-a-finding).\n\n\
                    | rule | level | what it finds |\n|---|---|---|\n"
        .to_owned();
    let pages = docs().join("rules");
    for rule in RULES {
        let slug = rule.slug;
        let summary = plimsoll_rules::summary(rule).replace('|', "\\|");
        let _ = writeln!(list, "| [`{slug}`](rules/{slug}.md) | {} | {summary} |", rule.level);
        holds(&pages.join(format!("{slug}.md")), &plimsoll_rules::page(rule));
    }
    holds(&docs().join("RULES.md"), &list);
    let known: BTreeSet<String> = RULES.iter().map(|rule| format!("{}.md", rule.slug)).collect();
    for entry in fs::read_dir(pages).unwrap() {
        let entry = entry.unwrap();
        if !known.contains(&*entry.file_name().to_string_lossy()) {
            assert!(is_update(), "{} is the page of no rule", entry.path().display());
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

/// Fails unless the stretch of a page between two marks holds this text.
fn holds_between(page: &Path, text: &str) {
    const MARKS: [&str; 2] = ["<!-- made from the table of differences -->\n", "<!-- end -->\n"];
    let old = fs::read_to_string(page).unwrap();
    let (before, rest) = old.split_once(MARKS[0]).expect("the page has a first mark");
    let (_, after) = rest.split_once(MARKS[1]).expect("the page has a second mark");
    holds(page, &format!("{before}{}{text}{}{after}", MARKS[0], MARKS[1]));
}

#[test]
fn every_difference_between_the_helms_is_listed() {
    let mut table =
        "| name | changes | Helm 3.21 | Helm 4.2 | what to do |\n|---|---|---|---|---|\n"
            .to_owned();
    for one in Profile::differences() {
        let (effect, [helm3, helm4, advice]) = (
            one.effect.word(),
            [one.helm3, one.helm4, one.advice].map(|text| text.replace('|', "\\|")),
        );
        let _ = writeln!(table, "| `{}` | {effect} | {helm3} | {helm4} | {advice} |", one.name);
    }
    holds_between(&docs().join("HELM-3-TO-4.md"), &table);
}

#[test]
fn the_reference_lists_every_function() {
    let functions = plimsoll_chart::functions();
    let count = functions.len();
    let mut page = format!(
        "# Template functions\n\nThe {count} functions that templates can call, with their \
         parameters in Go's types. They do what they do in Helm 4.2; \
         [COMPATIBILITY.md](../COMPATIBILITY.md) lists the differences.\n"
    );
    for family in functions.chunk_by(|one, next| one.family == next.family) {
        let FunctionDoc { family: name, source, .. } = &family[0];
        let _ = writeln!(page, "\n## {name}\n\nSource: {source}.\n");
        page.push_str("| function | parameters | what it does |\n|---|---|---|\n");
        for FunctionDoc { name, parameters, doc, .. } in family {
            let doc = doc.replace('|', "\\|");
            let _ = writeln!(page, "| `{name}` | `{parameters}` | {doc} |");
        }
    }
    holds(&docs().join("FUNCTIONS.md"), &page);
}
