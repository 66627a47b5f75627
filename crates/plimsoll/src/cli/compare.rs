//! `plimsoll compare`: what changes when charts move from Helm 3 to Helm 4.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use plimsoll_chart::MAX_FILE_BYTES;
use rayon::prelude::*;

use super::opening::Opening;
use super::{Color, Exit};
use crate::chart_source::ChartSource;
use crate::compare::{self, Comparison, Task};
use crate::discover::{self, Found};
use crate::output::compare::{json, text};
use crate::output::{Stream, Style};
use crate::progress::Progress;
use crate::siblings::{SiblingArgs, Siblings};
use crate::values_args::{SettingArgs, ValuesTexts};
use crate::{file, judge};

/// What to compare, and with which values.
#[derive(Debug, clap::Args)]
#[command(after_help = "Without values on the command line, each chart is compared under its \
                        defaults and under each of its ci/*-values.yaml.\n\n\
                        Exit codes: 0 nothing changes but text, 1 something changes, 2 usage, \
                        3 something could not be read or rendered.")]
pub(super) struct Args {
    /// Charts, or directories that hold charts.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to write the report.
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,
    /// The release's name.
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    name: String,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    siblings: SiblingArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: each field that changes, with the lines it comes from and the reason.
    Text,
    /// For machines, as docs/HELM-3-TO-4.md describes.
    Json,
}

pub(super) fn run(args: &Args, color: Color) -> Result<Exit> {
    let Opening { found, siblings } = match Opening::new(&args.paths, args.siblings.or_declared()) {
        Ok(opening) => opening,
        Err(exit) => return Ok(exit),
    };
    let comparisons = args.compare_all(&found, &siblings);
    let mut out = std::io::stdout().lock();
    match args.output {
        Format::Text => {
            write!(out, "{}", text::report(&comparisons, Style::new(color, Stream::Out)))?;
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &json::Report::new(&comparisons))?;
            writeln!(out)?;
        }
    }
    Ok(exit(&comparisons, !found.problems.is_empty()))
}

fn exit(comparisons: &[Comparison], has_problems: bool) -> Exit {
    if has_problems || comparisons.iter().any(Comparison::is_unreadable) {
        Exit::Unreadable
    } else if comparisons.iter().any(Comparison::changes_meaning) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

impl Args {
    fn compare_all(&self, found: &Found, siblings: &Siblings) -> Vec<Comparison> {
        // Standard input can be read once only.
        let given = self.settings.has_values().then(|| self.settings.texts());
        let progress = Progress::start(found.charts.len() as u64);
        let compared = found.charts.par_iter().map(|path| {
            let compared = self.compare(path, siblings, given.as_ref());
            progress.step();
            compared
        });
        compared.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn compare(
        &self,
        chart: &Path,
        siblings: &Siblings,
        given: Option<&ValuesTexts>,
    ) -> Vec<Comparison> {
        let source = ChartSource::read(chart, Some(siblings));
        let task = |set: &str, values: &ValuesTexts| {
            let settings = &self.settings;
            compare::compare(&Task { chart, set, values, settings, release: &self.name }, &source)
        };
        if let Some(values) = given {
            return vec![task("given values", values)];
        }
        let mut compared = vec![task(judge::DEFAULTS, &ValuesTexts::default())];
        let more = match discover::ci_values(chart) {
            Ok(more) => more,
            Err(error) => {
                compared.push(Comparison::unreadable(chart, "ci", &error.into()));
                return compared;
            }
        };
        for path in more {
            let mut values = ValuesTexts::default();
            values.add(&path, file::read_regular_text(&path, MAX_FILE_BYTES));
            let name = path.strip_prefix(chart).unwrap_or(&path).display().to_string();
            compared.push(task(&name, &values));
        }
        compared
    }
}
