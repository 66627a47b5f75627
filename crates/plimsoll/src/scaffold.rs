//! New charts, made from those that ship: the best chart for a pattern, under another name, with
//! values that fit the order.

mod base;
mod disk;
mod figures;
mod order;
mod repository;
mod shelf;
mod values;

pub(crate) use base::{Base, Pattern};
pub(crate) use disk::write;
pub(crate) use figures::{Figures, Wanted};
pub(crate) use order::{Entrance, Image, Order, Placement, Platform, Vendor};
pub(crate) use repository::{Role, library_for};

use anyhow::{Context as _, Result};

/// A file of a new chart: its path in the chart, and its text.
pub(crate) type File = (String, String);

/// Where a new chart gets the library from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    /// From `charts/library` of the same repository.
    Repository,
    /// From its own `charts/`, so that it is whole by itself.
    Own,
}

/// Makes the files of a new chart.
///
/// # Errors
/// If a value has no place in the base's values, which is an error of the program.
pub(crate) fn chart(order: &Order, library: Library) -> Result<Vec<File>> {
    let base = order.base;
    let mut files = Vec::new();
    for (path, text) in shelf::chart(base.chart) {
        let text = renamed(base.chart, &order.name, path, text);
        let text = match path {
            "values.yaml" => valued(&text, order).context("values.yaml")?,
            "Chart.yaml" if library == Library::Own => {
                text.replace("    repository: file://../../library/ai-app\n", "")
            }
            "README.md" => described(&text, order, library),
            _ => text,
        };
        files.push((path.to_owned(), text));
    }
    if order.vendor != Vendor::None {
        let text = "# Without the GPU: what must work before a node with one is asked for.\n\
                    gpu:\n  vendor: none\n";
        files.push(("ci/gpu-off-values.yaml".to_owned(), text.to_owned()));
    }
    if library == Library::Own {
        let own = |(path, text): (&str, &str)| (format!("charts/ai-app/{path}"), text.to_owned());
        files.extend(shelf::chart(shelf::LIBRARY).map(own));
    }
    Ok(files)
}

/// A file of the base under the new chart's name: names of templates are global, so they change too.
fn renamed(base: &str, name: &str, path: &str, text: &str) -> String {
    let text = text
        .replace(&format!("\"{base}."), &format!("\"{name}."))
        .replace(&format!("<release>-{base}"), &format!("<release>-{name}"))
        .replace(&format!("charts/ai/{base}"), &format!("charts/ai/{name}"));
    match path {
        "Chart.yaml" => text.replacen(&format!("name: {base}\n"), &format!("name: {name}\n"), 1),
        "README.md" => text.replacen(&format!("# {base}\n"), &format!("# {name}\n"), 1),
        "values.schema.json" => {
            text.replacen(&format!("the {base} chart"), &format!("the {name} chart"), 1)
        }
        _ => text,
    }
}

fn valued(text: &str, order: &Order) -> Result<String> {
    values::changes(order).into_iter().try_fold(text.to_owned(), |text, (keys, value)| {
        let keys: Vec<&str> = keys.split('.').collect();
        Ok(plimsoll_yaml::set(&text, &keys, &value)?)
    })
}

/// Sections of a base's README that are true of it alone: they install its files in `ci/`, and tell
/// what was tried with it.
const OF_THE_BASE: [&str; 3] = ["Install", "Run", "How it was checked"];

/// The README with what was ordered, and how to install it, below its title.
fn described(text: &str, order: &Order, library: Library) -> String {
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    let rest = without_sections(rest, &OF_THE_BASE);
    let (ordered, install) = (order.describe(), installed(order, library));
    let text = format!("{title}\n\n## As it was ordered\n\n{ordered}\n{install}{rest}");
    match library {
        Library::Repository => text,
        Library::Own => text
            .replace("../../library/ai-app/", "charts/ai-app/")
            .replace("charts/library/ai-app/", "charts/ai-app/"),
    }
}

/// How the new chart is installed.
fn installed(order: &Order, library: Library) -> String {
    let name = &order.name;
    let mut commands = String::new();
    let directory = match library {
        Library::Own => format!("./{name}"),
        Library::Repository => {
            let directory = format!("charts/ai/{name}");
            commands.push_str(&format!(
                "helm dependency build {directory}   # brings the library; Argo CD does it by itself\n"
            ));
            directory
        }
    };
    commands.push_str(&format!("helm install {name} {directory} -n {name} --create-namespace\n"));
    format!(
        "## Install\n\n```bash\n{commands}```\n\nWhat Helm prints then says which Secrets are yours to \
         make, and how to test it. Files in `ci/` that are named below are those of the chart `{}`.\n",
        order.base.chart
    )
}

/// A page without some of its sections.
fn without_sections(text: &str, titles: &[&str]) -> String {
    let mut kept = String::new();
    let (mut is_code, mut is_out) = (false, false);
    for line in text.split_inclusive('\n') {
        is_code ^= line.starts_with("```");
        if let Some(title) = line.strip_prefix("## ").filter(|_| !is_code) {
            is_out = titles.contains(&title.trim_end());
        }
        if !is_out {
            kept.push_str(line);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readme_installs_the_chart_that_it_is_in() {
        for base in base::BASES {
            for library in [Library::Own, Library::Repository] {
                let order = Order::plain(base, "quite-another");
                let files = chart(&order, library).unwrap();
                let (_, readme) = files.iter().find(|(path, _)| path == "README.md").unwrap();
                let install: Vec<&str> =
                    readme.lines().filter(|line| line.starts_with("helm install ")).collect();
                assert!(install[0].starts_with("helm install quite-another "), "{install:?}");
                let foreign = readme.lines().filter(|line| line.contains("-values.yaml"));
                let commands: Vec<&str> = foreign.filter(|line| line.contains("helm ")).collect();
                assert!(commands.is_empty(), "{}: {commands:?}", base.chart);
            }
        }
    }

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let text = "a\n## Run\nb\n```\n## no title\n```\n## Other\nc\n";
        assert_eq!(without_sections(text, &["Run"]), "a\n## Other\nc\n");
    }

    #[test]
    fn every_base_is_in_the_program() {
        for base in base::BASES {
            let paths: Vec<&str> = shelf::chart(base.chart).map(|(path, _)| path).collect();
            for needed in ["Chart.yaml", "values.yaml", "values.schema.json", "README.md"] {
                assert!(paths.contains(&needed), "{} has no {needed}", base.chart);
            }
            assert!(!paths.iter().any(|path| path.starts_with("charts/")), "{}", base.chart);
        }
        assert!(shelf::chart(shelf::LIBRARY).any(|(path, _)| path == "values.yaml"));
    }

    #[test]
    fn nothing_of_the_base_s_name_remains_in_templates() {
        for base in base::BASES {
            let order = Order::plain(base, "quite-another");
            for (path, text) in chart(&order, Library::Repository).unwrap() {
                if path.starts_with("templates/") {
                    assert!(!text.contains(&format!("\"{}.", base.chart)), "{path}");
                }
            }
        }
    }
}
