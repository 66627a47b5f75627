//! `plimsoll new`: a chart for an AI application, complete and clean.

mod ask;
mod flags;
mod site;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use plimsoll_chart::ParsedTemplates;

use super::check::{self, Threshold};
use super::{Color, Exit};
use crate::cluster_file::ClusterFile;
use crate::engine::HelmProfile;
use crate::judge;
use crate::output::summary::Summary;
use crate::output::{self, Stream, Style};
use crate::scaffold::{self, Library, Order, Role};
use crate::siblings::SiblingArgs;
use flags::Flags;

/// What to make, and where.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    plimsoll new engine chat --model llama3.1:8b --gpu amd\n  \
    plimsoll new engine serve --engine vllm --model hf://Qwen/Qwen3-8B --gpu L4 --platform openshift\n  \
    plimsoll new notebook ada --gpu nvidia --host ada.example.com --gateway gateways/public\n  \
    plimsoll new any search --image registry.example.com/search:1.4.2 --port 9000 --health /healthz\n  \
    plimsoll new engine chat --model llama3.1:8b --cluster home --into . --role home")]
pub(super) struct Args {
    #[command(flatten)]
    flags: Flags,
    /// Add the chart to this repository: below charts/ai, with the library chart shared.
    ///
    /// Without it a chart that is whole by itself is made in the current directory.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Also list it in roles/NAME/values.yaml, from which the ApplicationSet of a cluster is made;
    /// repeat it for more clusters.
    #[arg(long, value_name = "NAME", requires = "into")]
    role: Vec<String>,
}

pub(super) fn run(args: &Args, color: Color) -> Result<Exit> {
    let mut flags = args.flags.clone();
    let repository = args.into.as_deref().unwrap_or(Path::new("."));
    if !flags.is_complete() && !ask::fill(&mut flags, repository)? {
        output::error(
            "say what to make: plimsoll new PATTERN NAME, with PATTERN one of engine, gateway, ui, \
             notebook, training, any",
        );
        return Ok(Exit::Usage);
    }
    let order = match order(&mut flags, repository) {
        Ok(order) => order,
        Err(error) => {
            output::error(&format!("{error:#}"));
            return Ok(Exit::Usage);
        }
    };
    let directory = match make(&order, args) {
        Ok(directory) => directory,
        Err(error) => {
            output::error(&format!("{error:#}"));
            return Ok(Exit::Usage);
        }
    };
    tell(&order, &directory, args);
    prove(&directory, args.into.as_deref(), color)
}

/// What is ordered, with what the cluster file adds.
fn order(flags: &mut Flags, repository: &Path) -> Result<Order> {
    let site = flags.cluster.as_deref().map(|name| ClusterFile::open(repository, name));
    let site = site.transpose()?;
    if let Some(file) = &site {
        site::fill(flags, file);
    }
    flags.order(&site)
}

/// Writes the chart and returns its directory.
fn make(order: &Order, args: &Args) -> Result<PathBuf> {
    let Some(repository) = &args.into else {
        let directory = PathBuf::from(&order.name);
        scaffold::write(&directory, &scaffold::chart(order, Library::Own)?)?;
        return Ok(directory);
    };
    if !repository.is_dir() {
        anyhow::bail!("--into {}: it is no directory", repository.display());
    }
    // All that can be refused is refused before anything is written.
    let roles: Vec<Role> =
        args.role.iter().map(|name| Role::open(repository, name)).collect::<Result<_>>()?;
    let directory = repository.join("charts/ai").join(&order.name);
    scaffold::write(&directory, &scaffold::chart(order, Library::Repository)?)?;
    if scaffold::library_for(repository)? {
        output::line(&format!("made {}", repository.join("charts/library/ai-app").display()));
    }
    for role in roles {
        let path = role.add(order)?;
        output::line(&format!("listed in {}", path.display()));
    }
    Ok(directory)
}

/// Says what was made and what is left to do.
fn tell(order: &Order, directory: &Path, args: &Args) {
    let place = directory.display();
    output::line(&format!("made {place} from the chart {}", order.base.chart));
    if let Some(figures) = &order.figures {
        output::line("  sized for the model; README.md has the figures");
        if !figures.is_fetched_by_name() {
            output::line(&format!(
                "  declare the model's files in `models` of {place}/values.yaml: README.md says how"
            ));
        }
    }
    if args.into.is_some() {
        output::line("  Gatus finds its endpoints by the label gatus.io/enabled");
        output::line(&format!("  for Helm itself: helm dependency build {place}"));
    }
    let siblings = if args.into.is_some() { " --siblings" } else { "" };
    output::line(&format!("  look at it: plimsoll render {} {place}{siblings}", order.name));
}

/// Judges what was made: a chart that is not clean is no good to begin with.
fn prove(directory: &Path, repository: Option<&Path>, color: Color) -> Result<Exit> {
    let library = repository.map(|repository| repository.join("charts/library"));
    let siblings =
        library.map_or_else(SiblingArgs::default, |library| SiblingArgs::below(&library));
    let siblings = siblings.or_declared()?;
    let today = check::today().context("cannot tell today's date")?;
    let parsed = ParsedTemplates::default();
    let verdict = judge::chart(directory, HelmProfile::Four.into(), &siblings, today, &parsed);
    let verdicts = [verdict];
    let exit = check::exit(&verdicts, Threshold::Note, false);
    if exit == Exit::Clean {
        output::line(&format!("checked: {}", Summary::of(&verdicts).line()));
    } else {
        check::write_text(&verdicts, Style::new(color, Stream::Out))?;
    }
    Ok(exit)
}
