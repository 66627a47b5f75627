//! Holds `plimsoll render` against what real Helm prints: every case under `tests/helm`, in both
//! profiles. What may differ is listed in COMPATIBILITY.md, with the reason.

mod case;
mod known;
mod outcome;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use case::Case;
use outcome::{Outcome, Record};

const PROFILES: [&str; 2] = ["4", "3"];
const THREADS: usize = 2;

/// How our outcome of a case compares to Helm's.
#[derive(Debug, Default)]
struct Comparison {
    /// What differs, in short; nothing when all is the same.
    difference: Option<String>,
    /// Both fail.
    fails: bool,
    /// The errors are the same word by word, with all places on the way.
    same_words: bool,
}

#[test]
fn every_case_is_as_with_helm_or_listed() {
    let cases = case::all();
    let known = known::differences();
    let mut report = String::new();
    let mut unlisted_stay = known.clone();
    for profile in PROFILES {
        let record = Record::read(profile);
        let names: BTreeSet<&str> = cases.iter().map(|case| &*case.name).collect();
        assert_eq!(names, record.cases.keys().map(|name| &**name).collect(), "record and cases");
        let compared = compare_all(&cases, &record, profile);
        for (name, comparison) in &compared {
            let key = ((*name).to_owned(), profile.to_owned());
            unlisted_stay.remove(&key);
            match (&comparison.difference, known.contains(&key)) {
                (Some(difference), false) => {
                    let _ = writeln!(report, "{name} [{profile}]: {difference}");
                }
                (None, true) => {
                    let _ = writeln!(report, "{name} [{profile}]: listed, but does not differ");
                }
                _ => {}
            }
        }
        let fails = compared.iter().filter(|(_, comparison)| comparison.fails).count();
        let same = compared.iter().filter(|(_, comparison)| comparison.same_words).count();
        println!("Helm {profile}: {} cases, {fails} fail, {same} in the same words", cases.len());
    }
    for (case, profile) in unlisted_stay {
        let _ = writeln!(report, "{case} [{profile}]: listed, but there is no such case");
    }
    assert!(report.is_empty(), "{} differences:\n{report}", report.lines().count());
}

/// Runs all cases in one profile; the answers are in the order of the cases.
fn compare_all<'a>(
    cases: &'a [Case],
    record: &Record,
    profile: &str,
) -> Vec<(&'a str, Comparison)> {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("helm-{profile}"));
    if scratch.exists() {
        fs::remove_dir_all(&scratch).unwrap();
    }
    fs::create_dir_all(&scratch).unwrap();
    let next = AtomicUsize::new(0);
    let compared = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let ours = render(case, record.arguments(), profile, &scratch);
                    let comparison = compare(&ours, &record.cases[&case.name]);
                    compared.lock().unwrap().push((&*case.name, comparison));
                }
            });
        }
    });
    let mut compared = compared.into_inner().unwrap();
    compared.sort_by_key(|(name, _)| *name);
    compared
}

fn render(case: &Case, common: &[String], profile: &str, scratch: &Path) -> Outcome {
    let chart = case.chart(scratch);
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .arg("render")
        .args(case.what(&chart))
        .args(common)
        .args(["--helm-profile", profile])
        .args(case.arguments(&chart))
        .env_clear()
        .current_dir(scratch)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Outcome::of(&output, &chart.display().to_string())
}

fn compare(ours: &Outcome, helms: &Outcome) -> Comparison {
    let difference = match (&ours.error, &helms.error) {
        (Some(error), None) => Some(format!("fails: {}", error.message)),
        (None, Some(error)) => Some(format!("should fail: {}", error.message)),
        (None, None) => first_difference(&ours.stdout, &helms.stdout),
        (Some(our), Some(helm)) => {
            let parts = |error: &outcome::Error| {
                let place = (error.template.clone(), error.line, error.column);
                format!("{} error at {place:?}", error.kind)
            };
            let (our_parts, helm_parts) = (parts(our), parts(helm));
            if our_parts == helm_parts {
                first_difference(&ours.stdout, &helms.stdout)
            } else {
                Some(format!("{our_parts} ({}), not {helm_parts} ({})", our.message, helm.message))
            }
        }
    };
    let difference = difference.or_else(|| {
        let (ours, helms) = (ours.warnings(), helms.warnings());
        (ours != helms).then(|| format!("warns {ours:?}, not {helms:?}"))
    });
    Comparison {
        difference,
        fails: ours.error.is_some() && helms.error.is_some(),
        same_words: ours.error.is_some() && ours.error == helms.error,
    }
}

fn first_difference(ours: &[String], helms: &[String]) -> Option<String> {
    let longest = ours.len().max(helms.len());
    let end = "the end".to_owned();
    (0..longest).find_map(|index| {
        let (our, helm) = (ours.get(index), helms.get(index));
        (our != helm).then(|| {
            let shown =
                |line: Option<&String>| line.map_or(end.clone(), |line| format!("{line:?}"));
            format!("line {} is {}, not {}", index + 1, shown(our), shown(helm))
        })
    })
}
