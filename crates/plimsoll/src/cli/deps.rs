//! `plimsoll deps`: what charts depend on, and what of it is there.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use rayon::prelude::*;

use super::opening::Opening;
use super::{Color, Exit};
use crate::deps::{self, Inventory, Looking, Needs};
use crate::output::deps::{json, text};
use crate::output::{Stream, Style};
use crate::values_args::RenderArgs;

/// Which charts to look at.
#[derive(Debug, clap::Args)]
#[command(after_help = "Nothing is fetched: `helm dependency build` does that.\n\n\
                        Exit codes: 0 everything is there, 1 something is missing or not as the \
                        lock says, 2 usage, 3 something could not be read.")]
pub(super) struct Args {
    /// Charts, or directories that hold charts.
    #[arg(value_name = "CHART", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to write the report.
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,
    #[command(flatten)]
    render: RenderArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For machines, as docs/DEPENDENCIES.md describes.
    Json,
}

pub(super) fn run(args: &Args, color: Color) -> Result<Exit> {
    let opening = Opening::new(&args.paths, args.render.siblings.to_name());
    let Opening { found, siblings } = match opening {
        Ok(opening) => opening,
        Err(exit) => return Ok(exit),
    };
    let stand_in = args.render.siblings.is_asked_for();
    let looking = Looking { siblings: &siblings, stand_in, profile: args.render.profile() };
    let inventories: Vec<Inventory> =
        found.charts.par_iter().map(|path| deps::inventory(path, &args.render, &looking)).collect();
    let mut out = std::io::stdout().lock();
    match args.output {
        Format::Text => {
            let style = Style::new(color, Stream::Out);
            write!(out, "{}", text::report(&inventories, stand_in, style))?;
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &json::Report::new(&inventories))?;
            writeln!(out)?;
        }
    }
    Ok(exit(&inventories, !found.problems.is_empty()))
}

fn exit(inventories: &[Inventory], has_problems: bool) -> Exit {
    let mut needs = inventories.iter().filter_map(|one| one.needs.as_ref());
    if has_problems || inventories.iter().any(|one| one.trouble.is_some()) {
        Exit::Unreadable
    } else if needs.all(Needs::are_met) {
        Exit::Clean
    } else {
        Exit::Findings
    }
}
