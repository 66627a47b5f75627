//! Tests that others wrote: `tools/acceptance/run.py` hands their rows to this module, which says
//! what Plimsoll makes of each. It judges nothing; the script does.

mod data;
mod run;

use std::io::{BufRead, Write};
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;

use serde_json::{Value as Json, json};

pub(crate) use data::{json_of, text, value};

use crate::functions::base64_bytes;
use crate::load::Part;
use crate::trace::Trace;
use crate::values::Family;
use crate::world::{Instant, World};
use crate::{Chart, ChartFile, IgnoreRules, Profile, stack};

/// A world in which it is always one moment, and chance is a fixed sequence.
#[derive(Debug)]
pub(crate) struct Examined {
    chance: Mutex<u64>,
    now: Instant,
}

impl Examined {
    /// The world at the moment that the row gives, if it gives one.
    pub(crate) fn of(row: &Json) -> Self {
        let part = |index: usize, otherwise| row["now"][index].as_i64().unwrap_or(otherwise);
        let nanoseconds = u32::try_from(part(1, 0)).unwrap();
        let now = Instant { seconds: part(0, 1_700_000_000), nanoseconds };
        Self { chance: Mutex::new(1), now }
    }
}

impl World for Examined {
    fn now(&self) -> Instant {
        self.now
    }

    /// SplitMix64.
    fn fill_random(&self, bytes: &mut [u8]) {
        let mut state = self.chance.lock().unwrap();
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
    }
}

#[test]
#[ignore = "reads rows from standard input; tools/acceptance/run.py hands them over"]
fn rows_from_standard_input_are_answered() {
    let mut output = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let row: Json = serde_json::from_str(&line.unwrap()).unwrap();
        let work = || stack::deep(|| answer(&row));
        let answer = std::panic::catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|panic| json!({ "panic": message(&*panic) }));
        // The harness may stand in the middle of a line.
        writeln!(output, "\nanswer {answer}").unwrap();
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "no message",
    }
}

fn answer(row: &Json) -> Json {
    let profile = match text(row, "profile") {
        "3" => Profile::Helm3,
        _ => Profile::Helm4,
    };
    match text(row, "kind") {
        "execute" => run::execute(row, profile),
        "engine" => crate::render::acceptance::engine(row, profile),
        "trees" | "parse" | "empty" | "number" | "tokens" => {
            crate::template::acceptance::answer(row, profile)
        }
        "flag" | "coalesce" | "merge" | "tables" | "dependencies" | "validate" => {
            crate::values::acceptance::answer(row, profile)
        }
        "split" | "sort" | "kinds" => crate::manifest::acceptance::answer(row, profile),
        "load" => load(row, profile).unwrap_or_else(|error| json!({ "error": error.to_string() })),
        "ignore" => match IgnoreRules::parse(text(row, "rules")) {
            Ok(rules) => {
                let path = text(row, "path");
                json!({ "ignored": rules.ignores(path, row["dir"] == true) })
            }
            Err(error) => json!({ "error": error.to_string() }),
        },
        kind => panic!("no examiner for {kind}"),
    }
}

/// Loads the parts or the archive of a row.
fn load(row: &Json, profile: Profile) -> Result<Json, crate::Error> {
    let bytes = |json: &Json| base64_bytes(json.as_str().unwrap_or_default()).unwrap();
    let parts = match row["parts"].as_array() {
        None => ChartFile::read_archive(&bytes(&row["archive"]))?,
        Some(parts) => parts
            .iter()
            .map(|part| ChartFile {
                name: part[0].as_str().unwrap().to_owned(),
                data: bytes(&part[1]).into(),
            })
            .collect(),
    };
    Ok(json!({ "tree": tree(&Chart::load(parts, "", profile)?) }))
}

fn tree(chart: &Chart) -> Json {
    let metadata = chart.metadata();
    let names = |parts: &[Part]| parts.iter().map(|part| part.name.to_string()).collect::<Vec<_>>();
    let mut trace = Trace::new();
    let values = Family::new(chart).values(Family::ROOT, &mut trace);
    json!({
        "name": &*metadata.name,
        "version": &*metadata.version,
        "kind": &*metadata.kind,
        "templates": names(&chart.0.templates),
        "files": names(&chart.0.files),
        "values": json_of(&values),
        "dependencies": metadata.dependencies.iter().map(|wanted| {
            json!([&*wanted.name, &*wanted.version, &*wanted.repository, &*wanted.alias,
                   &*wanted.condition])
        }).collect::<Vec<_>>(),
        "has_schema": chart.0.schema.is_some(),
        "charts": chart.subcharts().iter().map(tree).collect::<Vec<_>>(),
    })
}

/// The chart of a row, a table from path to text.
pub(crate) fn chart(row: &Json, profile: Profile) -> Result<Chart, crate::Error> {
    let files = row["chart"].as_object().unwrap().iter();
    let files = files
        .map(|(name, data)| ChartFile {
            name: name.clone(),
            data: data.as_str().unwrap().as_bytes().into(),
        })
        .collect();
    Chart::load(files, "chart", profile)
}
