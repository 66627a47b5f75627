//! `plimsoll-lab`: a real Kubernetes control plane for tests, by hand.

use std::ffi::OsString;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use plimsoll_lab::{Lab, Place, Programs, Status, User, run_inside};

/// A real Kubernetes control plane for tests, without a network and without containers.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Action,
    /// The lab's directory, if it is not the usual one.
    #[arg(long, global = true, value_name = "DIRECTORY", env = "PLIMSOLL_LAB_DIR")]
    at: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Action {
    /// Build Kubernetes and take the definitions from their modules, once; needs Go and the network.
    Build,
    /// Start a lab and wait until it is ready; does nothing if one is up.
    Up {
        /// A table of nodes and storage classes, in TOML.
        #[arg(long, value_name = "FILE")]
        table: Option<PathBuf>,
    },
    /// End the lab; its logs stay.
    Down,
    /// Say whether a lab is up, and where.
    Status,
    /// Print the path of a kubeconfig.
    Kubeconfig {
        /// Whose: admin, viewer or stranger.
        #[arg(long, default_value = "admin")]
        user: String,
    },
    /// Run a command within the lab's network.
    Exec {
        /// The command.
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Run a command with a lab of its own, which ends with it; KUBECONFIG leads to the lab.
    With {
        /// The command.
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    /// Start and end a lab some times, and say how long it took.
    Benchmark {
        /// How often.
        #[arg(long, default_value_t = 3)]
        times: u32,
    },
    #[command(hide = true)]
    Inside { orders: String },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let place = arguments.at.map_or_else(Place::usual, Place::at);
    match run(arguments.command, &place) {
        Ok(code) => code,
        Err(error) => {
            let _nobody_listens = writeln!(std::io::stderr(), "plimsoll-lab: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Action, place: &Place) -> Result<ExitCode> {
    match command {
        Action::Inside { orders } => {
            run_inside(serde_json::from_str(&orders).context("these are no orders")?)?;
        }
        Action::Build => build()?,
        Action::Up { table } => {
            let start = Instant::now();
            let status = Lab::up(place, table.as_deref())?;
            print(&status)?;
            writeln!(stdout(), "after {:.1} s", start.elapsed().as_secs_f64())?;
        }
        Action::Down => {
            let was = if Lab::down(place)? { "the lab is down" } else { "no lab was up" };
            writeln!(stdout(), "{was}")?;
        }
        Action::Status => {
            let status = Lab::status(place)?;
            print(&status)?;
            if status == Status::Down {
                return Ok(ExitCode::FAILURE);
            }
        }
        Action::Kubeconfig { user } => {
            let lab = Lab::attach(place)?;
            let user = User::ALL.iter().find(|known| known.name() == user);
            let user = user.context("no such user")?;
            writeln!(stdout(), "{}", lab.kubeconfig(*user).display())?;
        }
        Action::Exec { command } => {
            let status = Lab::command(place)?.args(command).status()?;
            return Ok(code(status));
        }
        Action::With { command } => {
            let lab = Lab::start(place, None)?;
            let (program, arguments) = command.split_first().context("no command")?;
            let status = Command::new(program)
                .args(arguments)
                .env("KUBECONFIG", lab.kubeconfig(User::Admin))
                .status()
                .with_context(|| format!("cannot run {}", program.display()))?;
            return Ok(code(status));
        }
        Action::Benchmark { times } => benchmark(times)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn code(status: ExitStatus) -> ExitCode {
    ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1))
}

fn build() -> Result<()> {
    let start = Instant::now();
    let built = Lab::prepare()?;
    let what = if built.is_some() { "built" } else { "was built before" };
    let programs = Programs::cached().context("the programs are gone")?;
    writeln!(
        stdout(),
        "Kubernetes {} {what}, after {:.0} s, in {}",
        plimsoll_lab::release(),
        start.elapsed().as_secs_f64(),
        programs.directory().display()
    )?;
    Ok(())
}

fn benchmark(times: u32) -> Result<()> {
    for _ in 0..times {
        let place = Place::own();
        let start = Instant::now();
        let lab = Lab::start(&place, None)?;
        let ready = start.elapsed();
        let status = Lab::status(&place)?;
        let start = Instant::now();
        drop(lab);
        print(&status)?;
        writeln!(
            stdout(),
            "ready after {:.1} s, gone after {:.1} s",
            ready.as_secs_f64(),
            start.elapsed().as_secs_f64()
        )?;
    }
    Ok(())
}

fn print(status: &Status) -> Result<()> {
    match status {
        Status::Down => writeln!(stdout(), "no lab is up")?,
        Status::Starting => writeln!(stdout(), "a lab is starting")?,
        Status::Up { release, server, nodes, steps } => {
            writeln!(stdout(), "Kubernetes {release} at {server}, {} nodes", nodes.len())?;
            for (step, milliseconds) in steps {
                writeln!(stdout(), "  {milliseconds:>6} ms  {step}")?;
            }
        }
    }
    Ok(())
}
