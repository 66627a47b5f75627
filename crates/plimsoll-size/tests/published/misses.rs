//! The rows that are known not to hold, as `docs/SIZING.md` lists and explains them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const START: &str = "### What is missed";

/// The names of the rows and why they are missed.
pub(crate) fn listed() -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/SIZING.md");
    let text = fs::read_to_string(path).unwrap();
    let at = text.find(START).expect("the page lists what is missed");
    let section = text[at + START.len()..].split("\n#").next().unwrap_or_default();
    let items = section.split("\n- `").skip(1);
    items
        .map(|item| {
            let (name, why) = item.split_once("`: ").unwrap_or_else(|| panic!("no reason: {item}"));
            (name.to_owned(), why.trim().to_owned())
        })
        .collect()
}

/// Fails for a row that is missed and not listed, and for one that is listed and holds.
pub(crate) fn judge(name: &str, holds: bool, shown: &str) {
    let is_listed = listed().contains_key(name);
    assert!(holds || is_listed, "{name}: {shown}, and docs/SIZING.md does not list it");
    assert!(!(holds && is_listed), "{name}: {shown} holds now; take it out of docs/SIZING.md");
}

#[test]
fn every_miss_has_a_reason() {
    let listed = listed();
    assert!(!listed.is_empty());
    for (name, why) in listed {
        assert!(why.len() > 20, "{name}: {why}");
    }
}
