//! Renders charts inside one process, and times it.
//!
//! usage: `in_process [-runs N] [-share] [-keep] [-engine] [-out DIR] LIST`
//!
//! The same list, flags and report as `bench/helm-in-process`, which does the same with Helm's own
//! Go packages: each line of LIST is `chart directory<TAB>values file`. What is timed begins with
//! reading the chart's files from disk and ends with the text that `helm template` prints.
//! Provenance is on, as always. With `-share` a template is parsed once, however many charts carry
//! it; with `-keep` a chart is loaded once for all lines in a row that name it. Without them each
//! rendering begins with nothing. With `-engine` only [`Chart::render`] is timed, which beside what
//! Helm's engine does also merges values, settles dependencies, checks the schema and sorts what was
//! rendered. Time is user and system time of the whole process.

#[expect(dead_code, reason = "the program has more use for these modules")]
#[path = "../../plimsoll/src/chart_dir.rs"]
mod chart_dir;
#[expect(dead_code, reason = "the program has more use for these modules")]
#[path = "../../plimsoll/src/file.rs"]
mod file;

use std::collections::{BTreeSet, hash_map::DefaultHasher};
use std::error::Error;
use std::hash::Hasher as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs, io};

use mimalloc::MiMalloc;
use plimsoll_chart::{
    Capabilities, Chart, Instant, KubeVersion, Options, ParsedTemplates, Printing, Profile,
    Release, ValuesSet, World, with_deep_stack,
};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use sha2::{Digest as _, Sha256};

/// The allocator of the `plimsoll` binary.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const PROFILE: Profile = Profile::Helm4;

/// The clock, and chance that is good enough for a benchmark.
#[derive(Debug)]
struct Outside;

impl World for Outside {
    fn now(&self) -> Instant {
        let now = clock_gettime(ClockId::Realtime);
        Instant { seconds: now.tv_sec, nanoseconds: u32::try_from(now.tv_nsec).unwrap_or(0) }
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        let mut hasher = DefaultHasher::new();
        hasher.write_i64(clock_gettime(ClockId::Monotonic).tv_nsec);
        for (index, chunk) in bytes.chunks_mut(8).enumerate() {
            hasher.write_usize(index);
            chunk.copy_from_slice(&hasher.finish().to_le_bytes()[..chunk.len()]);
        }
    }
}

struct Arguments {
    runs: u64,
    share: bool,
    keep: bool,
    engine: bool,
    out: Option<PathBuf>,
    list: PathBuf,
}

fn arguments() -> Outcome<Arguments> {
    let mut found = Arguments {
        runs: 1,
        share: false,
        keep: false,
        engine: false,
        out: None,
        list: PathBuf::new(),
    };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "-runs" => found.runs = words.next().ok_or("-runs needs a number")?.parse()?,
            "-share" => found.share = true,
            "-keep" => found.keep = true,
            "-engine" => found.engine = true,
            "-out" => found.out = words.next().map(PathBuf::from),
            list => found.list = PathBuf::from(list),
        }
    }
    Ok(found)
}

fn main() -> Outcome<()> {
    let arguments = arguments()?;
    with_deep_stack(|| render_all(&arguments))
}

fn render_all(arguments: &Arguments) -> Outcome<()> {
    let mut renderer = Renderer::new(arguments)?;
    let mut out = io::stdout().lock();
    for (number, line) in fs::read_to_string(&arguments.list)?.lines().enumerate() {
        let (chart, values) = line.split_once('\t').unwrap_or((line, ""));
        let mut hashes = BTreeSet::new();
        let (mut bytes, mut failure) = (0, None);
        let before = cpu();
        renderer.engine = 0;
        for _ in 0..arguments.runs {
            match renderer.render(Path::new(chart), values) {
                Ok(text) => {
                    bytes = text.len();
                    hashes.insert(hex(&Sha256::digest(&text)));
                    if let Some(directory) = &arguments.out {
                        fs::write(directory.join(format!("{number}.yaml")), text)?;
                    }
                }
                Err(error) => {
                    failure = Some(error.to_string());
                    break;
                }
            }
        }
        let spent = if arguments.engine { renderer.engine } else { cpu() - before };
        let mut row = json!({
            "chart": chart,
            "values": values,
            "cpu_ns": spent / arguments.runs,
            "bytes": bytes,
            "hashes": hashes,
        });
        if let Some(failure) = failure {
            row["error"] = failure.into();
        }
        writeln!(out, "{row}")?;
    }
    writeln!(
        out,
        "{}",
        json!({ "cpu_ns": cpu(), "peak_kib": peak()?, "version": env!("CARGO_PKG_VERSION") })
    )?;
    Ok(())
}

struct Renderer {
    options: Options,
    world: Arc<Outside>,
    shared: Option<ParsedTemplates>,
    keeps: bool,
    kept: Option<(PathBuf, Chart)>,
    /// Nanoseconds of CPU in [`Chart::render`].
    engine: u64,
}

impl Renderer {
    fn new(arguments: &Arguments) -> Outcome<Self> {
        let version = KubeVersion::parse("v1.36.0", PROFILE)?;
        let options = Options {
            release: Release {
                name: "rel".to_owned(),
                namespace: "default".to_owned(),
                revision: 1,
                is_upgrade: false,
            },
            capabilities: Capabilities::assumed(PROFILE).with_kube_version(version),
            profile: PROFILE,
            skip_schema: false,
        };
        Ok(Self {
            options,
            world: Arc::new(Outside),
            shared: arguments.share.then(ParsedTemplates::default),
            keeps: arguments.keep,
            kept: None,
            engine: 0,
        })
    }

    fn render(&mut self, directory: &Path, values: &str) -> Outcome<String> {
        let chart = match &self.kept {
            Some((known, chart)) if known == directory => chart.clone(),
            _ => self.load(directory)?,
        };
        if self.keeps {
            self.kept = Some((directory.to_owned(), chart.clone()));
        }
        let mut set = ValuesSet::new(PROFILE);
        if !values.is_empty() {
            set.add_file(values, &fs::read_to_string(values)?)?;
        }
        let before = cpu();
        let rendered = chart.render(&set, &self.options, Arc::clone(&self.world) as _)?;
        self.engine += cpu() - before;
        Ok(rendered.print(&Printing::default())?)
    }

    fn load(&self, directory: &Path) -> Outcome<Chart> {
        let files = chart_dir::read(directory)?.files;
        let parsed = self.shared.clone().unwrap_or_default();
        Ok(Chart::load_sharing(&parsed, files, &directory.display().to_string(), PROFILE)?)
    }
}

/// Nanoseconds of user and system time that the process has used.
fn cpu() -> u64 {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    u64::try_from(used.tv_sec * 1_000_000_000 + used.tv_nsec).unwrap_or(0)
}

/// The most KiB of memory that the process has held at once, as Linux counts it.
fn peak() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.ok_or("no peak in /proc/self/status")?.trim().trim_end_matches(" kB").parse()?)
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
