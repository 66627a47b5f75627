//! `plimsoll check`: the main job.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use plimsoll_rules::{Date, Level};
use rayon::prelude::*;

use super::{Color, Exit};
use crate::discover;
use crate::engine::HelmProfile;
use crate::judge::{self, Verdict};
use crate::output::{self, json, text};
use crate::world::System;

/// What to judge and how to tell.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Charts, or directories that hold charts.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to write the report.
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,
    /// The level from which findings make the exit code 1.
    #[arg(long, value_enum, default_value_t = Threshold::Warning, value_name = "LEVEL")]
    fail_on: Threshold,
    /// Which major version of Helm to render like.
    #[arg(long, value_enum, default_value_t = HelmProfile::Four, value_name = "VERSION")]
    helm_profile: HelmProfile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: each finding with the lines to change.
    Text,
    /// For machines.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Threshold {
    Note,
    Warning,
    Error,
    Never,
}

impl Threshold {
    fn is_met_by(self, level: Level) -> bool {
        match self {
            Self::Note => true,
            Self::Warning => level >= Level::Warning,
            Self::Error => level >= Level::Error,
            Self::Never => false,
        }
    }
}

pub(super) fn run(args: &Args, color: Color) -> Result<Exit> {
    let found = discover::charts(&args.paths);
    for (path, why) in &found.problems {
        output::error(&format!("{}: {why}", path.display()));
    }
    if found.charts.is_empty() && found.problems.is_empty() {
        let paths: Vec<_> = args.paths.iter().map(|path| path.display().to_string()).collect();
        output::error(&format!(
            "no chart at or below {}; a chart is a directory with a Chart.yaml",
            paths.join(", ")
        ));
        return Ok(Exit::Usage);
    }
    let today = today().context("cannot tell today's date")?;
    let progress = progress(found.charts.len() as u64);
    let verdicts: Vec<Verdict> = found
        .charts
        .par_iter()
        .map(|path| {
            let verdict = judge::chart(path, args.helm_profile.into(), today);
            progress.inc(1);
            verdict
        })
        .collect();
    progress.finish_and_clear();
    match args.output {
        Format::Text => write_text(&verdicts, color)?,
        Format::Json => write_json(&verdicts)?,
    }
    Ok(exit(&verdicts, args.fail_on, !found.problems.is_empty()))
}

fn exit(verdicts: &[Verdict], fail_on: Threshold, has_problems: bool) -> Exit {
    let failed = verdicts.iter().any(|verdict| !verdict.failures.is_empty());
    let mut levels = verdicts.iter().flat_map(|verdict| &verdict.findings).map(|one| one.level);
    if failed || has_problems {
        Exit::Unreadable
    } else if levels.any(|level| fail_on.is_met_by(level)) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

fn today() -> Option<Date> {
    use plimsoll_chart::World as _;
    Date::from_unix_days(System.now().seconds.div_euclid(86_400))
}

/// A bar that shows itself when the work takes longer than a second, and only on a terminal.
fn progress(charts: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(charts), ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("judging charts {bar:30} {pos}/{len}") {
        bar.set_style(style);
    }
    let shown = bar.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(1));
        if !shown.is_finished() {
            shown.set_draw_target(ProgressDrawTarget::stderr());
            shown.tick();
        }
    });
    bar
}

fn write_json(verdicts: &[Verdict]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &json::Report::new(verdicts))?;
    writeln!(out)?;
    Ok(())
}

fn write_text(verdicts: &[Verdict], color: Color) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let mut report = text::Report::new(output::is_coloured(color));
    for verdict in verdicts {
        write!(out, "{}", report.chart(verdict))?;
    }
    for verdict in verdicts.iter().filter(|verdict| !verdict.unchecked.is_empty()) {
        writeln!(out, "not checked in {}:", verdict.chart.display())?;
        for part in &verdict.unchecked {
            writeln!(out, "  {part}")?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", summary(verdicts))?;
    Ok(())
}

fn summary(verdicts: &[Verdict]) -> String {
    let findings: Vec<_> = verdicts.iter().flat_map(|verdict| &verdict.findings).collect();
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let sum = |of: fn(&Verdict) -> usize| verdicts.iter().map(of).sum::<usize>();
    let mut parts = vec![
        counted(count(Level::Error), "error"),
        counted(count(Level::Warning), "warning"),
        counted(count(Level::Note), "note"),
    ];
    let allowed = sum(|verdict| verdict.allowed);
    if allowed > 0 {
        parts.push(format!("{allowed} allowed by comments"));
    }
    let failures = sum(|verdict| verdict.failures.len());
    if failures > 0 {
        parts.push(format!("{} could not be judged", counted(failures, "rendering")));
    }
    format!(
        "{} in {} ({} under {})",
        parts.join(", "),
        counted(verdicts.len(), "chart"),
        counted(sum(|verdict| verdict.objects), "object"),
        counted(sum(|verdict| verdict.sets.len()), "values set"),
    )
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
