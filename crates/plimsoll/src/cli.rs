//! Commands, one file each.

mod check;
mod compare;
mod completions;
mod deps;
mod explain;
mod failure;
mod later;
mod new;
mod opening;
mod render;
mod rules;
mod size;
mod unittest;

use std::io::ErrorKind;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use later::Later;

/// How a command ended; the numbers are the process's exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing to complain of.
    Clean = 0,
    /// Findings at or above the threshold, or tests that failed.
    Findings = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// Something could not be read or rendered.
    Unreadable = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Judge AI applications on Kubernetes and OpenShift, and point at the line to change.
#[derive(Debug, Parser)]
#[command(name = "plimsoll", version, propagate_version = true)]
#[command(args_override_self = true)]
#[command(after_help = "Exit codes: 0 clean, 1 findings at or above the threshold, 2 usage or \
                        configuration, 3 something could not be read or rendered.")]
struct Cli {
    /// When to use colours in reports; NO_COLOR is respected.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge the charts at or below the given paths.
    Check(Later<check::Args>),
    /// Render a chart as `helm template` does, without Helm.
    Render(Later<render::Args>),
    /// Say what changes in what is installed when charts move from Helm 3 to Helm 4.
    Compare(Later<compare::Args>),
    /// List what charts depend on, what of it is missing, and where it could come from.
    Deps(Later<deps::Args>),
    /// Say what a rule means, or where a field of a rendered object comes from.
    Explain(Later<explain::Args>),
    /// Say what a model needs: memory, GPUs, a volume, time to start.
    Size(Later<size::Args>),
    /// Make a chart for an AI application, complete and clean.
    New(Later<new::Args>),
    /// List the rules.
    Rules,
    /// Run a chart's helm-unittest suites, without Helm.
    Unittest(Later<unittest::Args>),
    /// Write completions for a shell, or the manual page.
    Completions(completions::Args),
}

/// Runs the command line of this process.
pub(crate) fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are no error.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Clean };
            return match error.print() {
                Ok(()) => exit,
                Err(error) if error.kind() == ErrorKind::BrokenPipe => exit,
                Err(error) => {
                    crate::output::error(&error.to_string());
                    Exit::Unreadable
                }
            };
        }
    };
    let result = match cli.command {
        Command::Check(args) => check::run(&args, cli.color),
        Command::Render(args) => render::run(&args, cli.color),
        Command::Compare(args) => compare::run(&args, cli.color),
        Command::Deps(args) => deps::run(&args, cli.color),
        Command::Explain(args) => explain::run(&args, cli.color),
        Command::Size(args) => size::run(&args, cli.color),
        Command::New(args) => new::run(&args, cli.color),
        Command::Rules => rules::run(cli.color),
        Command::Unittest(args) => unittest::run(&args, cli.color),
        Command::Completions(args) => completions::run(args),
    };
    match result {
        Ok(exit) => exit,
        // A reader that has seen enough, such as `head`, is no error of ours.
        Err(error) if is_broken_pipe(&error) => Exit::Clean,
        Err(error) => {
            crate::output::error(&format!("{error:#}"));
            Exit::Unreadable
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    })
}
