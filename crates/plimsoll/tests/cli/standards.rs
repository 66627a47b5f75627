//! `docs/CHART-STANDARDS.md`: what a chart of this repository has to satisfy, and what checks it.
//!
//! `UPDATE=1 cargo test -p plimsoll --test cli standards` writes it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_rules::RULES;
use serde::Deserialize;

/// What `standards.toml` holds: the guidelines, with the reasons that no registry knows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    area: Vec<Area>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Area {
    title: String,
    standard: Vec<Standard>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Standard {
    id: String,
    title: String,
    /// What a chart has to do.
    what: String,
    /// What goes wrong otherwise.
    why: String,
    /// What the charts of this repository do.
    charts: String,
    /// Values that `charts` names, which must exist.
    #[serde(default)]
    values: Vec<String>,
}

fn areas() -> Vec<Area> {
    toml::from_str::<Table>(include_str!("standards.toml")).unwrap().area
}

/// Rules by the guideline that they serve.
fn rules() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in RULES {
        for guideline in rule.guidelines {
            found.entry(*guideline).or_default().push(rule.slug);
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> String {
    let rules = rules();
    let areas = areas();
    let standards: Vec<&Standard> = areas.iter().flat_map(|area| &area.standard).collect();
    let unchecked: Vec<&str> =
        standards.iter().map(|own| own.id.as_str()).filter(|id| !rules.contains_key(id)).collect();
    let mut page = format!(
        "# Chart standards\n\nWhat a chart for an AI application has to satisfy here, why, which \
         rules of `plimsoll check` decide it, and what the charts under `charts/ai/` do. The rules \
         come from the registry, so this page is never ahead of it: of {} guidelines {} have at \
         least one rule. **No rule checks these yet:** {}.\n",
        standards.len(),
        standards.len() - unchecked.len(),
        unchecked.join(", ")
    );
    for area in &areas {
        let _ = writeln!(page, "\n## {}", area.title);
        for own in &area.standard {
            let Standard { id, title, what, why, charts, .. } = own;
            let _ = write!(page, "\n### {id} {title}\n\n{what}\n\n*Why:* {why}\n\n");
            let checked = match rules.get(id.as_str()) {
                Some(slugs) => slugs
                    .iter()
                    .map(|slug| format!("[`{slug}`](rules/{slug}.md)"))
                    .collect::<Vec<_>>()
                    .join(", "),
                None => "no rule yet".to_owned(),
            };
            let _ = write!(page, "*Checked by:* {checked}.\n\n*The charts:* {charts}\n");
        }
    }
    page.push_str(
        "\n## Beyond the guidelines\n\nRules that serve none of the guidelines above, and hold all \
         the same:\n\n| rule | what it finds |\n|---|---|\n",
    );
    for rule in RULES.iter().filter(|rule| rule.guidelines.is_empty()) {
        let summary = plimsoll_rules::summary(rule).replace('|', "\\|");
        let _ = writeln!(page, "| [`{0}`](rules/{0}.md) | {summary} |", rule.slug);
    }
    page
}

#[test]
fn the_page_is_what_the_registry_and_the_table_say() {
    let (path, text) = (root().join("docs/CHART-STANDARDS.md"), page());
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(&path, &text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "{} is stale; run the tests with UPDATE=1", path.display());
}

#[test]
fn each_guideline_stands_once_and_in_order() {
    let areas = areas();
    let found: Vec<&str> =
        areas.iter().flat_map(|area| &area.standard).map(|own| own.id.as_str()).collect();
    let wanted: Vec<String> = (1..=54).map(|number| format!("G{number:02}")).collect();
    assert_eq!(found, wanted);
    for guideline in rules().keys() {
        assert!(found.contains(guideline), "a rule serves {guideline}, which is not there");
    }
}

/// A value that the page promises exists in the library that the charts share.
#[test]
fn the_values_that_the_page_names_exist() {
    let library = root().join("charts/library/ai-app/values.yaml");
    let parsed = plimsoll_yaml::parse_one(&fs::read_to_string(library).unwrap()).unwrap();
    let groups = parsed.root.get("exports").unwrap();
    for own in areas().iter().flat_map(|area| &area.standard) {
        for path in &own.values {
            let keys: Vec<&str> = path.split('.').collect();
            assert!(
                groups.entries().iter().any(|group| group.value.dig(&keys).is_some()),
                "{} names the value {path}, which no group of the library has",
                own.id
            );
            assert!(own.charts.contains(path), "{} does not name {path}", own.id);
        }
    }
}

/// The page says "in each README"; here is what that rests on.
#[test]
fn each_chart_has_the_sections_that_the_page_promises() {
    const SECTIONS: [&str; 4] = ["authentication", "secrets", "resources", "privacy"];
    for entry in fs::read_dir(root().join("charts/ai")).unwrap() {
        let chart = entry.unwrap().path();
        let text = fs::read_to_string(chart.join("README.md")).unwrap().to_lowercase();
        for section in SECTIONS {
            assert!(
                text.lines().any(|line| line.starts_with("## ") && line.contains(section)),
                "{} says nothing under a heading with the word {section}",
                chart.display()
            );
        }
    }
}
