//! Checks what public charts say about where their fields come from, by changing it.
//!
//! For each chart below the directories, under its defaults and each values file of its `ci/`, and
//! as either Helm: changes values that rendered scalars claim, and others, in the very place that is
//! claimed, renders again and compares. A copy must become the new value, what is computed or
//! decided must be able to change, and whatever changes must have claimed the value.
//!
//! `cargo run --release -p plimsoll-chart --example check-provenance -- DIR...`

mod corpus;
mod field;
mod leaf;
mod probe;
mod setting;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use corpus::Corpus;
use plimsoll_chart::Profile;
use probe::{Chance, Probe, Tally};
use setting::Setting;

const USAGE: &str = "usage: check-provenance [--all] [--seed N] [--scalars N] [--leaves N] [--every N] \
                     [--library DIR] [--only TEXT] [--helm 3|4] [--unmoved] DIR...";

/// What to do.
#[derive(Debug)]
struct Arguments {
    seed: u64,
    /// Scalars of each setting whose claims are tried.
    scalars: usize,
    /// Values of each setting that are tried whether claimed or not.
    leaves: usize,
    /// Changes every value instead of a sample.
    all: bool,
    /// Takes each `every`-th chart only.
    every: usize,
    /// Where charts may find dependencies that do not lie beside them.
    libraries: Vec<PathBuf>,
    /// Takes charts whose path holds this.
    only: String,
    profiles: Vec<Profile>,
    /// Lists the claims that no change bore out.
    shows_unmoved: bool,
    directories: Vec<PathBuf>,
}

impl Arguments {
    fn read(words: impl Iterator<Item = String>) -> Option<Self> {
        let mut words = words;
        let mut arguments = Self {
            seed: 1,
            scalars: 8,
            leaves: 8,
            all: false,
            every: 1,
            libraries: Vec::new(),
            only: String::new(),
            profiles: vec![Profile::Helm4, Profile::Helm3],
            shows_unmoved: false,
            directories: Vec::new(),
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--seed" => arguments.seed = words.next()?.parse().ok()?,
                "--scalars" => arguments.scalars = words.next()?.parse().ok()?,
                "--leaves" => arguments.leaves = words.next()?.parse().ok()?,
                "--every" => arguments.every = words.next()?.parse().ok()?,
                "--library" => arguments.libraries.push(words.next()?.into()),
                "--only" => arguments.only = words.next()?,
                "--all" => arguments.all = true,
                "--unmoved" => arguments.shows_unmoved = true,
                "--helm" => {
                    arguments.profiles = match words.next()?.as_str() {
                        "3" => vec![Profile::Helm3],
                        "4" => vec![Profile::Helm4],
                        _ => return None,
                    }
                }
                option if option.starts_with('-') => return None,
                directory => arguments.directories.push(directory.into()),
            }
        }
        (!arguments.directories.is_empty() && arguments.every > 0).then_some(arguments)
    }
}

fn main() -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let Some(arguments) = Arguments::read(std::env::args().skip(1)) else {
        writeln!(out, "{USAGE}")?;
        return Ok(ExitCode::from(2));
    };
    let mut rows = Vec::new();
    for directory in &arguments.directories {
        rows.push(row(directory, &arguments, &mut out)?);
    }
    table(&rows, &mut out)?;
    let is_clean =
        rows.iter().all(|row| row.tally.wrong.is_empty() && row.tally.incomplete.is_empty());
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What one directory comes to.
#[derive(Debug, Default)]
struct Row {
    name: String,
    charts: usize,
    /// Charts that do not render.
    silent: usize,
    tally: Tally,
}

fn row(directory: &Path, arguments: &Arguments, out: &mut dyn Write) -> io::Result<Row> {
    let corpus = Corpus::below(directory, &arguments.libraries);
    let name = directory.file_name().unwrap_or(directory.as_os_str()).to_string_lossy();
    let mut row = Row { name: name.into_owned(), ..Row::default() };
    let mut chance = Chance::new(arguments.seed);
    for chart in corpus.charts.iter().step_by(arguments.every) {
        let label = chart.strip_prefix(directory.parent().unwrap_or(directory)).unwrap_or(chart);
        let label = label.display().to_string();
        if !chart.display().to_string().contains(&arguments.only) {
            continue;
        }
        let tally = examine(chart, &label, &corpus, arguments, &mut chance);
        if tally.settings == 0 {
            row.silent += 1;
            continue;
        }
        list("wrong", &tally.wrong, out)?;
        list("incomplete", &tally.incomplete, out)?;
        if arguments.shows_unmoved {
            list("never moved", &tally.unmoved, out)?;
        }
        row.charts += 1;
        row.tally.add(tally);
    }
    Ok(row)
}

/// Lists complaints; of many about one value (all that stands before the second colon) the first
/// few.
fn list(what: &str, complaints: &[String], out: &mut dyn Write) -> io::Result<()> {
    const MOST: usize = 3;
    let subject = |text: &str| text.splitn(3, ": ").take(2).collect::<Vec<_>>().join(": ");
    let mut last = (String::new(), 0);
    for complaint in complaints {
        let of = subject(complaint);
        last = if last.0 == of { (of, last.1 + 1) } else { (of, 1) };
        if last.1 <= MOST {
            writeln!(out, "{what}: {complaint}")?;
        }
    }
    Ok(())
}

fn examine(
    chart: &Path,
    label: &str,
    corpus: &Corpus,
    arguments: &Arguments,
    chance: &mut Chance,
) -> Tally {
    let files = corpus.files(chart);
    let mut extras = vec![None];
    for path in corpus::ci_values(chart) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        extras.extend(
            std::fs::read_to_string(&path).ok().map(|text| Some((format!("ci/{name}"), text))),
        );
    }
    let mut tally = Tally::default();
    for extra in extras {
        for profile in &arguments.profiles {
            let values = extra.as_ref().map_or("", |(name, _)| name);
            let label = format!("{label} {values} {profile:?}");
            let setting = Setting { files: files.clone(), extra: extra.clone(), profile: *profile };
            if let Ok(mut probe) = Probe::new(label, &setting) {
                if arguments.all {
                    probe.all();
                } else {
                    probe.sample(arguments.scalars, arguments.leaves, chance);
                }
                tally.add(probe.tally);
            }
        }
    }
    tally
}

fn table(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\n| charts of | charts | values sets × Helms | renderings | values changed | scalars \
         | verified | copied | computed | decided | barred | never moved | paths set | changes seen | wrong \
         | incomplete |\n|---{}|",
        "|---:".repeat(15)
    )?;
    for row in rows {
        let Tally { copied, computed, decided, .. } = &row.tally;
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {}/{} | {}/{} | {}/{} | {} | {} | {} | {} | {} | {} |",
            row.name,
            row.charts,
            row.tally.settings,
            row.tally.renderings,
            row.tally.leaves,
            row.tally.scalars(),
            row.tally.held(),
            copied.held,
            copied.claims,
            computed.held,
            computed.claims,
            decided.held,
            decided.claims,
            row.tally.barred,
            row.tally.unmoved.len(),
            row.tally.paths,
            row.tally.changed,
            row.tally.wrong.len(),
            row.tally.incomplete.len(),
        )?;
    }
    let silent: usize = rows.iter().map(|row| row.silent).sum();
    let refused: usize = rows.iter().map(|row| row.tally.refused).sum();
    writeln!(out, "\n{silent} charts do not render as they are; {refused} changes were refused.")
}
