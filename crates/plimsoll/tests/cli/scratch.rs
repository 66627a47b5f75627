//! A directory for one test, and what the binary says about the files in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

/// A chart without fault, which yields one warning: Ollama has no memory limit.
pub(crate) const GOOD: &[(&str, &str)] = &[
    ("Chart.yaml", "apiVersion: v2\nname: good\nversion: 1.0.0\n"),
    ("values.yaml", "replicas: 1\n"),
    (
        "templates/deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}-ollama\n\
         spec:\n  replicas: {{ .Values.replicas }}\n  selector:\n    matchLabels: {app: ollama}\n  \
         template:\n    metadata:\n      labels: {app: ollama}\n    spec:\n      containers:\n        \
         - name: ollama\n          image: ollama/ollama:0.12.0\n",
    ),
];

/// The rule that the good chart offends.
pub(crate) const GOOD_FINDING: &str = "memory-limit-missing";

/// A gzipped tar of files.
pub(crate) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let mut builder = tar::Builder::new(encoder);
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        // `set_path` refuses the names that hostile archives hold.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

/// A directory that goes away with the test.
#[derive(Debug)]
pub(crate) struct Scratch {
    root: PathBuf,
}

/// What a run of the binary left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cli-{}-{number}", std::process::id());
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&root).unwrap();
        Self { root }
    }

    /// A directory that holds the good chart.
    pub(crate) fn with_good_chart() -> Self {
        let scratch = Self::new();
        scratch.chart("good", GOOD);
        scratch
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file with the directories above it.
    pub(crate) fn write(&self, name: &str, data: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, data).unwrap();
    }

    /// Writes a chart's files; without a `Chart.yaml` among them it gets a plain one.
    pub(crate) fn chart(&self, name: &str, files: &[(&str, &str)]) {
        if files.iter().all(|(file, _)| *file != "Chart.yaml") {
            self.write(
                &format!("{name}/Chart.yaml"),
                format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n"),
            );
        }
        for (file, text) in files {
            self.write(&format!("{name}/{file}"), text);
        }
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, &[])
    }

    /// Runs the binary in this directory, with no environment but `env`.
    pub(crate) fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
            .args(args)
            .current_dir(&self.root)
            .env_clear()
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let run = Run {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().expect("the binary is not killed by a signal"),
        };
        assert!(!run.stderr.contains("panicked at"), "{args:?} panics: {}", run.stderr);
        assert!((0..=3).contains(&run.code), "{args:?} exits with {}: {run:?}", run.code);
        run
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A directory that stays behind does no harm and is overwritten.
        drop(fs::remove_dir_all(&self.root));
    }
}

impl Run {
    /// The JSON report, which stands alone on standard output.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Fails unless standard output holds all of `parts`.
    pub(crate) fn says(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.stdout.contains(part), "no {part:?} in standard output of {self:#?}");
        }
        self
    }

    /// Fails unless standard error holds all of `parts`.
    pub(crate) fn complains(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.stderr.contains(part), "no {part:?} in standard error of {self:#?}");
        }
        self
    }

    pub(crate) fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}
