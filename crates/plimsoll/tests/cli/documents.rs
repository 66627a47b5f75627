//! The pages under `docs/` that are made from the registry of rules and the table of functions.
//!
//! `UPDATE=1 cargo test -p plimsoll --test cli documents` writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_chart::FunctionDoc;
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

#[test]
fn the_reference_lists_every_function() {
    let mut families: BTreeMap<&str, Vec<FunctionDoc>> = BTreeMap::new();
    for function in plimsoll_chart::functions() {
        families.entry(function.family).or_default().push(function);
    }
    let count: usize = families.values().map(Vec::len).sum();
    let mut page = format!(
        "# Template functions\n\nThe {count} functions that templates can call, with their \
         parameters in Go's types. They do what they do in Helm 4.2; \
         [COMPATIBILITY.md](../COMPATIBILITY.md) lists the differences.\n"
    );
    for (family, functions) in &mut families {
        functions.sort_unstable_by_key(|function| function.name);
        let source = functions[0].source;
        let _ = writeln!(page, "\n## {family}\n\nSource: {source}.\n");
        page.push_str("| function | parameters | what it does |\n|---|---|---|\n");
        for FunctionDoc { name, parameters, doc, .. } in functions {
            let doc = doc.replace('|', "\\|");
            let _ = writeln!(page, "| `{name}` | `{parameters}` | {doc} |");
        }
    }
    holds(&docs().join("FUNCTIONS.md"), &page);
}
