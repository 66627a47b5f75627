//! Tests that others wrote: `tools/acceptance/run.py` hands their rows to this module, which says
//! what Plimsoll makes of each. It judges nothing; the script does.

mod data;
mod run;

use std::io::{BufRead, Write};
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;

use serde_json::{Value as Json, json};

pub(crate) use data::{json_of, text, value};

use crate::world::{Instant, World};
use crate::{Chart, ChartFile, IgnoreRules, Profile, stack};

/// A world in which it is always the same moment, and chance is a fixed sequence.
#[derive(Debug)]
pub(crate) struct Examined(Mutex<u64>);

impl Examined {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(1))
    }
}

impl World for Examined {
    fn now(&self) -> Instant {
        Instant { seconds: 1_700_000_000, nanoseconds: 123_456_789 }
    }

    /// SplitMix64.
    fn fill_random(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap();
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
