//! `plimsoll check`: the main job.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use plimsoll_chart::ParsedTemplates;
use plimsoll_rules::{Date, Level, RULES};
use rayon::prelude::*;

use super::opening::Opening;
use super::{Color, Exit};
use crate::discover::Found;
use crate::engine::HelmProfile;
use crate::judge::{self, Verdict};
use crate::output::summary::Summary;
use crate::output::{self, Stream, Style, json, short, text};
use crate::progress::Progress;
use crate::siblings::{SiblingArgs, Siblings};
use crate::suggest;
use crate::world::System;

/// What to judge and how to tell.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Charts, files of charts, or directories that hold charts.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to write the report.
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,
    /// The level from which findings make the exit code 1.
    #[arg(long, value_enum, default_value_t = Threshold::Warning, value_name = "LEVEL")]
    fail_on: Threshold,
    /// Report what this rule finds and nothing else; repeat it for more rules.
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
    /// Which major version of Helm to render like.
    #[arg(long, value_enum, default_value_t = HelmProfile::Four, value_name = "VERSION")]
    helm_profile: HelmProfile,
    #[command(flatten)]
    siblings: SiblingArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: each finding with the lines to change.
    Text,
    /// For grep and editors: one line for each finding.
    Short,
    /// For machines, as docs/REPORT.md describes.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Threshold {
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
    if let Some(unknown) = args.rule.iter().find(|slug| plimsoll_rules::rule(slug).is_none()) {
        output::error(&no_rule(unknown));
        return Ok(Exit::Usage);
    }
    let Opening { found, siblings } = match Opening::new(&args.paths, args.siblings.or_declared()) {
        Ok(opening) => opening,
        Err(exit) => return Ok(exit),
    };
    let today = today().context("cannot tell today's date")?;
    let mut verdicts = judge_all(&found, args, &siblings, today);
    if !args.rule.is_empty() {
        for verdict in &mut verdicts {
            verdict.findings.retain(|one| args.rule.iter().any(|slug| slug == one.rule.slug));
        }
    }
    match args.output {
        Format::Text => write_text(&verdicts, Style::new(color, Stream::Out))?,
        Format::Short => write_short(&verdicts)?,
        Format::Json => write_json(&verdicts, &found)?,
    }
    Ok(exit(&verdicts, args.fail_on, !found.problems.is_empty()))
}

/// Says that no rule has this name, and which one has a name like it.
pub(super) fn no_rule(slug: &str) -> String {
    let close = suggest::closest(slug, RULES.iter().map(|rule| rule.slug));
    let close = close.map_or_else(
        || "`plimsoll rules` lists them".to_owned(),
        |close| format!("did you mean {close}?"),
    );
    format!("no rule is called {slug}; {close}")
}

fn judge_all(found: &Found, args: &Args, siblings: &Siblings, today: Date) -> Vec<Verdict> {
    let progress = Progress::start(found.charts.len() as u64);
    let parsed = ParsedTemplates::default();
    found
        .charts
        .par_iter()
        .map(|path| {
            let verdict = judge::chart(path, args.helm_profile.into(), siblings, today, &parsed);
            progress.step();
            verdict
        })
        .collect()
}

pub(super) fn exit(verdicts: &[Verdict], fail_on: Threshold, has_problems: bool) -> Exit {
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

pub(super) fn today() -> Option<Date> {
    use plimsoll_chart::World as _;
    Date::from_unix_days(System.now().seconds.div_euclid(86_400))
}

fn write_json(verdicts: &[Verdict], found: &Found) -> Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &json::Report::new(verdicts, &found.problems))?;
    writeln!(out)?;
    Ok(())
}

fn write_short(verdicts: &[Verdict]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for verdict in verdicts {
        write!(out, "{}", output::harmless(&short::chart(verdict)))?;
    }
    output::line(&Summary::of(verdicts).line());
    Ok(())
}

/// Findings first, then loudly what could not be judged, then the count of both.
pub(super) fn write_text(verdicts: &[Verdict], style: Style) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let mut report = text::Report::new(style);
    for verdict in verdicts {
        write!(out, "{}", output::harmless(&report.findings(verdict)))?;
    }
    write!(out, "{}", output::harmless(&report.failures(verdicts)))?;
    write!(out, "{}", output::harmless(&report.unchecked(verdicts)))?;
    write!(out, "{}", output::harmless(&report.summary(&Summary::of(verdicts))))?;
    Ok(())
}
