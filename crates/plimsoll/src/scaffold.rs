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

/// The README with what was ordered, below its title.
fn described(text: &str, order: &Order, library: Library) -> String {
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    let text = format!("{title}\n\n## As it was ordered\n\n{}{rest}", order.describe());
    match library {
        Library::Repository => text,
        Library::Own => text
            .replace("../../library/ai-app/", "charts/ai-app/")
            .replace("charts/library/ai-app/", "charts/ai-app/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
