//! The text that `helm template` prints.

use std::fmt::Write as _;

use super::{Rendered, split};
use crate::load::path_matches;
use crate::{Error, ErrorKind};

/// What to print of a rendering.
#[derive(Clone, Debug, Default)]
pub struct Printing {
    /// Print the files of `crds/` first (`--include-crds`).
    pub include_crds: bool,
    /// Leave out hooks that are tests (`--skip-tests`).
    pub skip_tests: bool,
    /// Leave out all hooks (`--no-hooks`).
    pub no_hooks: bool,
    /// Print only what these templates rendered, by glob patterns relative to the chart
    /// (`--show-only`); empty for everything.
    pub show_only: Vec<String>,
}

impl Rendered {
    /// Returns the text that `helm template` prints.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ShowOnly`] if a pattern matches nothing that was rendered.
    pub fn print(&self, printing: &Printing) -> Result<String, Error> {
        let mut text = String::new();
        if printing.include_crds {
            for crd in &self.crds {
                document(&mut text, &crd.name, crd.text());
            }
        }
        for manifest in &self.manifests {
            document(&mut text, manifest.template(), manifest.text());
        }
        let mut text = format!("{}\n", text.trim());
        if !printing.no_hooks {
            for manifest in &self.hooks {
                let is_test = manifest.hook().is_some_and(super::Hook::is_test);
                if !(printing.skip_tests && is_test) {
                    document(&mut text, manifest.template(), manifest.text());
                }
            }
        }
        if printing.show_only.is_empty() { Ok(text) } else { self.only(&text, &printing.show_only) }
    }

    fn only(&self, text: &str, patterns: &[String]) -> Result<String, Error> {
        let documents: Vec<&str> =
            split::parts(text, self.profile).into_iter().map(|part| part.of(text)).collect();
        let mut kept = String::new();
        for pattern in patterns {
            let before = kept.len();
            for shown in &documents {
                if source(shown).is_some_and(|name| path_matches(pattern, name).unwrap_or(false)) {
                    let _ = writeln!(kept, "---\n{shown}");
                }
            }
            if kept.len() == before {
                let message = format!("could not find template {pattern} in chart");
                return Err(Error::new(ErrorKind::ShowOnly, message));
            }
        }
        Ok(kept)
    }
}

fn document(text: &mut String, name: &str, content: &str) {
    let _ = writeln!(text, "---\n# Source: {name}\n{content}");
}

/// The template that a printed document names, relative to the chart.
fn source(document: &str) -> Option<&str> {
    let rest = document.split_once("# Source: ")?.1;
    let line = rest.lines().next()?;
    line.split_once('/').map(|(_, name)| name)
}
