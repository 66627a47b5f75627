//! Running the program under watch.

use std::fs;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::CANARY;
use crate::case::{Case, Setting};

/// Resident memory that no chart may take, in bytes.
pub(crate) const MOST_MEMORY: u64 = 500 * 1000 * 1000;

/// Processor time that no chart may take of a release build, in milliseconds.
pub(crate) const MOST_TIME: u64 = 2000;

/// Processor time after which a build without optimization is stopped, in milliseconds.
const DEBUG_TIME: u64 = 60_000;

/// Ticks of a process's clock, which are hundredths of a second on Linux.
const TICK_MILLIS: u64 = 10;

/// What a run took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) millis: u64,
    pub(crate) memory: u64,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) figures: Figures,
}

/// The time that a run may take, of which a release build may take `most`.
pub(crate) fn time_limit(most: u64) -> u64 {
    if page_is_asked_for() { most } else { DEBUG_TIME }
}

/// Whether this run measures, which only means something for a release build.
pub(crate) fn page_is_asked_for() -> bool {
    std::env::var_os("HOSTILE_FIGURES").is_some()
}

/// Runs the program on the case in its setting; stops it where it takes too much.
pub(crate) fn run(setting: &Setting, case: &Case) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(case.args)
        .args((case.more)())
        .current_dir(setting.path())
        .env_clear()
        .env("PLIMSOLL_TEST", CANARY)
        .stdin(fs::File::open(case.stdin).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let out = drain(child.stdout.take());
    let err = drain(child.stderr.take());
    let figures = watch(&mut child);
    let status = child.wait().unwrap();
    Run { code: status.code(), stdout: out.join().unwrap(), stderr: err.join().unwrap(), figures }
}

fn drain(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // A program that was stopped leaves half of what it would have written.
            drop(stream.read_to_end(&mut bytes));
        }
        bytes
    })
}

/// Looks at the process until it has ended. It stays a zombie until it is waited for, and a zombie
/// still tells its time.
fn watch(child: &mut Child) -> Figures {
    let mut figures = Figures::default();
    loop {
        figures.memory = figures.memory.max(peak_memory(child.id()).unwrap_or(0));
        let Some((state, millis)) = state_and_time(child.id()) else { return figures };
        figures.millis = millis;
        if state == 'Z' {
            return figures;
        }
        if millis > 2 * time_limit(MOST_TIME) || figures.memory > 2 * MOST_MEMORY {
            drop(child.kill());
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// The most memory that the process has had, in bytes.
fn peak_memory(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// The state of the process and its processor time in milliseconds.
fn state_and_time(id: u32) -> Option<(char, u64)> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
    let state = fields.first()?.chars().next()?;
    Some((state, (ticks(11)? + ticks(12)?) * TICK_MILLIS))
}
