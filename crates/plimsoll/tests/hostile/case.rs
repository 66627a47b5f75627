//! One hostile chart, and what must happen to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::CANARY;
use crate::process::{MOST_MEMORY, MOST_TIME, Run, time_limit};

/// A hostile chart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// What it tries, for the page.
    pub(crate) what: &'static str,
    /// Puts it on disk.
    pub(crate) make: fn(&Setting),
    pub(crate) args: &'static [&'static str],
    /// More arguments, too many to write down.
    pub(crate) more: fn() -> Vec<String>,
    /// What it reads from standard input.
    pub(crate) stdin: &'static str,
    /// Milliseconds of a release build and bytes that it may take.
    pub(crate) most: (u64, u64),
    pub(crate) code: i32,
    /// A part of what must be said: of standard error, or of standard output where all is well.
    pub(crate) says: &'static str,
}

/// Most charts are called `c`, and are rendered.
pub(crate) const RENDER: &[&str] = &["render", "r", "c"];

impl Case {
    /// A chart that is refused.
    pub(crate) const fn refused(
        name: &'static str,
        what: &'static str,
        make: fn(&Setting),
        says: &'static str,
    ) -> Self {
        let (more, stdin) = (Vec::new, "/dev/null");
        let most = (MOST_TIME, MOST_MEMORY);
        Self { name, what, make, args: RENDER, more, stdin, most, code: 3, says }
    }

    /// A chart that is rendered, to something that holds `says`.
    pub(crate) const fn rendered(
        name: &'static str,
        what: &'static str,
        make: fn(&Setting),
        says: &'static str,
    ) -> Self {
        Self { code: 0, ..Self::refused(name, what, make, says) }
    }

    /// The chart under another command line.
    pub(crate) const fn with(self, args: &'static [&'static str]) -> Self {
        Self { args, ..self }
    }

    /// The chart under a command line of very many arguments.
    pub(crate) const fn with_many(self, more: fn() -> Vec<String>) -> Self {
        Self { more, ..self }
    }

    /// The chart with something on standard input.
    pub(crate) const fn fed(self, stdin: &'static str) -> Self {
        Self { stdin, ..self }
    }

    /// The chart within tighter bounds.
    pub(crate) const fn within(self, millis: u64, bytes: u64) -> Self {
        Self { most: (millis, bytes), ..self }
    }

    /// The chart with another exit code.
    pub(crate) const fn exits(self, code: i32) -> Self {
        Self { code, ..self }
    }

    /// What is wrong with a run.
    pub(crate) fn complaints(&self, run: &Run) -> impl Iterator<Item = String> {
        let (stdout, stderr) =
            (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        let mut found = Vec::new();
        if run.code != Some(self.code) {
            found.push(format!("exits with {:?}: {}", run.code, start(&stderr)));
        }
        let told = if self.code == 0 || self.args[0] == "check" { &stdout } else { &stderr };
        if !told.contains(self.says) {
            found.push(format!("does not say {:?}: {}", self.says, start(told)));
        }
        for text in [&stdout, &stderr] {
            if text.contains(CANARY) {
                found.push("tells what lies outside of the chart".to_owned());
            }
            if text.contains('\u{1b}') || text.contains('\u{7}') {
                found.push("writes control characters".to_owned());
            }
        }
        if stderr.contains("panicked at") {
            found.push(format!("panics: {}", start(&stderr)));
        }
        let (most_time, most_memory) = self.most;
        if run.figures.memory > most_memory {
            found.push(format!("takes {} bytes", run.figures.memory));
        }
        if run.figures.millis > time_limit(most_time) {
            found.push(format!("takes {} ms", run.figures.millis));
        }
        found.into_iter()
    }
}

fn start(text: &str) -> String {
    text.chars().take(400).collect()
}

/// A directory with a hostile chart in it, and a file outside of the chart.
#[derive(Debug)]
pub(crate) struct Setting {
    root: PathBuf,
}

impl Setting {
    pub(crate) fn new(case: &Case) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("hostile-{}-{number}", std::process::id());
        let setting = Self { root: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name) };
        setting.write("outside/secret.yaml", format!("{CANARY}: [\n"));
        setting.write("outside/secret.txt", CANARY);
        setting.write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n");
        (case.make)(&setting);
        setting
    }

    pub(crate) fn path(&self) -> &Path {
        &self.root
    }

    /// Writes a file with the directories above it.
    pub(crate) fn write(&self, name: &str, data: impl AsRef<[u8]>) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, data).unwrap();
    }

    /// Writes the chart's only template.
    pub(crate) fn template(&self, text: &str) {
        self.write("c/templates/t.yaml", text);
    }

    /// Makes a pipe that nobody writes to.
    pub(crate) fn pipe(&self, name: &str) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    /// Makes a file of so many bytes that holds nothing.
    pub(crate) fn sparse(&self, name: &str, length: u64) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::File::create(path).unwrap().set_len(length).unwrap();
    }

    /// Makes a link in the chart.
    pub(crate) fn link(&self, name: &str, target: &str) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        // A directory that stays behind does no harm and is overwritten.
        drop(fs::remove_dir_all(&self.root));
    }
}
