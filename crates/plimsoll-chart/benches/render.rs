//! How long rendering takes inside one process.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use plimsoll_chart::{
    Capabilities, Chart, ChartFile, Instant, Options, Printing, Profile, Release, ValuesSet, World,
};

#[derive(Debug)]
struct Still;

impl World for Still {
    fn now(&self) -> Instant {
        Instant { seconds: 1_700_000_000, nanoseconds: 0 }
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(42);
    }
}

fn read(directory: &Path, inner: &str, files: &mut Vec<ChartFile>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let inner = if inner.is_empty() { name } else { format!("{inner}/{name}") };
        if entry.path().is_dir() {
            read(&entry.path(), &inner, files);
        } else if let Ok(data) = fs::read(entry.path()) {
            files.push(ChartFile { name: inner, data: data.into() });
        }
    }
}

fn charts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../charts")
}

fn rendering(criterion: &mut Criterion) {
    let mut files = Vec::new();
    read(&charts().join("ai/ollama"), "", &mut files);
    read(&charts().join("library/ai-app"), "charts/ai-app", &mut files);
    let load = |files: Vec<ChartFile>| {
        Chart::load(files, "ollama", Profile::Helm4).expect("the shipped chart loads")
    };
    let chart = load(files.clone());
    let values = ValuesSet::new(Profile::Helm4);
    let options = Options {
        release: Release {
            name: "rel".to_owned(),
            namespace: "ns".to_owned(),
            revision: 1,
            is_upgrade: false,
        },
        capabilities: Capabilities::assumed(Profile::Helm4),
        profile: Profile::Helm4,
        skip_schema: false,
    };
    let render = |chart: &Chart| {
        let rendered =
            chart.render(&values, &options, Arc::new(Still)).expect("the shipped chart renders");
        rendered.print(&Printing::default()).expect("there is nothing to filter")
    };
    let mut group = criterion.benchmark_group("ollama");
    group.bench_function("load", |bencher| bencher.iter(|| load(black_box(files.clone()))));
    group.bench_function("render again", |bencher| bencher.iter(|| render(black_box(&chart))));
    group.bench_function("load and render", |bencher| {
        bencher.iter(|| render(&load(black_box(files.clone()))));
    });
    group.finish();
}

criterion_group!(benches, rendering);
criterion_main!(benches);
