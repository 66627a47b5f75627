//! docs/SAFETY.md: its bounds are those of the code, and its figures are measured.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use plimsoll_chart::{
    HELD_BYTES, Limits, MAX_CHART_BYTES, MAX_ENTRIES, MAX_FILE_BYTES, MAX_NODES, MAX_TEMPLATE_NODES,
};

use crate::process::{Figures, page_is_asked_for};

const START: &str = "<!-- figures -->\n";
const END: &str = "<!-- end of figures -->\n";

fn page() -> (std::path::PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/SAFETY.md");
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

/// Writes the figures into the page if they are asked for; else holds the page to the cases.
pub(crate) fn check(figures: &[Figures]) {
    let (path, text) = page();
    let (before, rest) = text.split_once(START).unwrap();
    let (old, after) = rest.split_once(END).unwrap();
    if page_is_asked_for() {
        fs::write(path, format!("{before}{START}{}{END}{after}", table(figures))).unwrap();
        return;
    }
    let listed: Vec<String> = old.lines().skip(2).map(row_head).collect();
    let wanted: Vec<String> =
        figures.iter().map(|one| format!("| `{}` | {} |", one.name, one.what)).collect();
    assert_eq!(listed, wanted, "measure again as the head of this test says");
}

fn row_head(row: &str) -> String {
    row.match_indices('|').nth(2).map_or(row, |(end, _)| &row[..=end]).to_owned()
}

fn table(figures: &[Figures]) -> String {
    let mut table = "| chart | what it tries | CPU s | MB |\n|---|---|---|---|\n".to_owned();
    for Figures { name, what, millis, memory } in figures {
        let (seconds, hundredths) = (millis / 1000, millis % 1000 / 10);
        let memory = memory / 1_000_000;
        writeln!(table, "| `{name}` | {what} | {seconds}.{hundredths:02} | {memory} |").unwrap();
    }
    table
}

#[test]
fn the_page_states_the_bounds() {
    let (_, text) = page();
    let mib = |bytes: u64| format!("{} MiB", bytes / (1024 * 1024));
    let limits = Limits::default();
    let rows = [
        ("steps", limits.steps.to_string()),
        ("text and lists made", mib(limits.text_bytes as u64)),
        ("large texts held", mib(HELD_BYTES as u64)),
        ("origins", mib(limits.origin_bytes as u64)),
        ("output", mib(limits.output_bytes as u64)),
        ("parts of all templates", MAX_TEMPLATE_NODES.to_string()),
        ("values in YAML", MAX_NODES.to_string()),
        ("files of a chart", mib(MAX_CHART_BYTES)),
        ("one file", mib(MAX_FILE_BYTES)),
        ("number of files", MAX_ENTRIES.to_string()),
    ];
    for (what, bound) in rows {
        let row = format!("| {what} | {bound} |");
        assert!(text.contains(&row), "no {row}");
    }
}
