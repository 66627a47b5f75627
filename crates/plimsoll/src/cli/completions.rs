//! `plimsoll completions`: shell completions and the manual page.

use std::io::Write;

use anyhow::Result;
use clap::CommandFactory;

use super::{Cli, Exit};

/// What to write.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell, or `man` for the manual page.
    #[arg(value_enum)]
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
    Man,
}

pub(super) fn run(args: Args) -> Result<Exit> {
    let mut command = Cli::command();
    let mut out = Vec::new();
    let shell = match args.kind {
        Kind::Bash => clap_complete::Shell::Bash,
        Kind::Elvish => clap_complete::Shell::Elvish,
        Kind::Fish => clap_complete::Shell::Fish,
        Kind::Powershell => clap_complete::Shell::PowerShell,
        Kind::Zsh => clap_complete::Shell::Zsh,
        Kind::Man => {
            clap_mangen::Man::new(command).render(&mut out)?;
            std::io::stdout().lock().write_all(&out)?;
            return Ok(Exit::Clean);
        }
    };
    clap_complete::generate(shell, &mut command, "plimsoll", &mut out);
    std::io::stdout().lock().write_all(&out)?;
    Ok(Exit::Clean)
}
