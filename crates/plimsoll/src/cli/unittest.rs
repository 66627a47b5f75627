//! `plimsoll unittest`: helm-unittest suites, run natively.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result};

use super::{Color, Exit, opening};
use crate::engine::HelmProfile;
use crate::output::{self, Stream, Style, suites, test_xml};
use crate::siblings::SiblingArgs;
use crate::unittest::{self, ChartRun, Wanted};

/// What to test and how to tell, with the flags of helm-unittest.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The charts.
    #[arg(value_name = "CHART", required = true)]
    charts: Vec<PathBuf>,
    /// Suite files by glob, relative to the chart; repeat it for more [default: tests/*_test.yaml].
    #[arg(short, long = "file", value_name = "GLOB")]
    files: Vec<String>,
    /// Values files by glob, added to those of every suite.
    #[arg(short = 'v', long = "values", value_name = "GLOB")]
    values: Vec<String>,
    /// Write snapshots that differ anew; look at the change before you keep it.
    #[arg(short, long)]
    update_snapshot: bool,
    /// Run the suites of subcharts in charts/ too.
    #[arg(short = 's', long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_value_t = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    with_subchart: bool,
    /// Refuse keys that mean nothing.
    #[arg(long)]
    strict: bool,
    /// Stop at the first test that fails.
    #[arg(short = 'q', long)]
    failfast: bool,
    /// Write the results into this file as well.
    #[arg(short, long, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// The form of that file.
    #[arg(short = 't', long, value_enum, ignore_case = true, default_value_t = test_xml::Form::XUnit,
          value_name = "FORM")]
    output_type: test_xml::Form,
    /// A directory of the chart that holds a chart of suites, whose templates are rendered first.
    #[arg(long, value_name = "DIRECTORY")]
    chart_tests_path: Option<PathBuf>,
    /// Do not hold values against values.schema.json.
    #[arg(long)]
    skip_schema_validation: bool,
    /// Which major version of Helm to render like; helm-unittest itself is built on Helm 3.
    #[arg(long, value_enum, default_value_t = HelmProfile::Three, value_name = "VERSION")]
    helm_profile: HelmProfile,
    #[command(flatten)]
    siblings: SiblingArgs,
}

pub(super) fn run(args: &Args, color: Color) -> Result<Exit> {
    let start = Instant::now();
    let siblings = match opening::stand_ins(args.siblings.or_declared()) {
        Ok(siblings) => siblings,
        Err(exit) => return Ok(exit),
    };
    let default = ["tests/*_test.yaml".to_owned()];
    let wanted = Wanted {
        files: if args.files.is_empty() { &default } else { &args.files },
        values: &args.values,
        update_snapshot: args.update_snapshot,
        with_subchart: args.with_subchart,
        strict: args.strict,
        fail_fast: args.failfast,
        chart_tests_path: args.chart_tests_path.as_deref(),
        skip_schema: args.skip_schema_validation,
        profile: args.helm_profile.into(),
        siblings: &siblings,
    };
    for pattern in wanted.files.iter().chain(wanted.values) {
        if let Err(error) = globset::Glob::new(pattern) {
            output::error(&format!("{pattern} is no glob: {}", error.kind()));
            return Ok(Exit::Usage);
        }
    }
    let runs = unittest::charts(&args.charts, &wanted);
    let mut out = std::io::stdout().lock();
    let mut report = suites::Report::new(Style::new(color, Stream::Out));
    for run in &runs {
        write!(out, "{}", report.chart(run))?;
    }
    write!(out, "{}", report.summary(&runs, start.elapsed()))?;
    if let Some(file) = &args.output_file {
        let text = test_xml::report(&runs, args.output_type);
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent)
                .with_context(|| format!("cannot make {}", parent.display()))?;
        }
        std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(exit(&runs))
}

fn exit(runs: &[ChartRun]) -> Exit {
    if runs.iter().any(ChartRun::has_errors) {
        Exit::Unreadable
    } else if runs.iter().any(ChartRun::has_failures) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
