//! The differences that COMPATIBILITY.md admits.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const HEADING: &str = "\n## Cases that differ\n";

/// Returns case and profile of each row of the list.
pub(crate) fn differences() -> BTreeSet<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../COMPATIBILITY.md");
    let page = fs::read_to_string(path).unwrap();
    let (_, list) = page.split_once(HEADING).expect("COMPATIBILITY.md lists the cases that differ");
    let list = list.split("\n## ").next().unwrap();
    // The first two rows are the table's head.
    list.lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
        .flat_map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let [_, case, profiles, why, ..] = cells.as_slice() else {
                panic!("a row of COMPATIBILITY.md has too few columns: {row}");
            };
            assert!(!why.is_empty(), "a row of COMPATIBILITY.md gives no reason: {row}");
            let case = case.trim_matches('`').to_owned();
            profiles.split(", ").map(move |profile| (case.clone(), profile.to_owned()))
        })
        .collect()
}
