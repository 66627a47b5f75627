//! Holds `plimsoll render` against what real Helm prints: every case under `tests/helm`, in both
//! profiles. What may differ is listed in COMPATIBILITY.md, with the reason.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod case;
mod known;
mod outcome;
mod profile;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use case::Case;
use outcome::{Error, Outcome, Record};

const PROFILES: [&str; 2] = ["4", "3"];
const THREADS: usize = 2;

/// How our outcome of a case compares to Helm's: success or failure, standard output byte by byte,
/// and of an error its kind, its place, the places on the way there and its words.
#[derive(Debug, Default)]
struct Comparison {
    /// What differs, in short; nothing when all is the same.
    difference: Option<String>,
    /// Both fail.
    fails: bool,
}

#[test]
fn every_case_is_as_with_helm_or_listed() {
    let cases = case::all();
    let known = known::differences();
    let mut report = String::new();
    let mut unmet = known.clone();
    for profile in PROFILES {
        let record = Record::read(profile);
        let names: BTreeSet<&str> = cases.iter().map(|case| &*case.name).collect();
        assert_eq!(names, record.cases.keys().map(|name| &**name).collect(), "record and cases");
        let compared = compare_all(&cases, &record, profile);
        for (name, comparison) in &compared {
            let key = ((*name).to_owned(), profile.to_owned());
            unmet.remove(&key);
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
        println!("Helm {profile}: {} cases, of which {fails} fail with both", cases.len());
    }
    for (case, profile) in unmet {
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
        (None, None) => None,
        (Some(our), Some(helm)) => first_difference_of_errors(our, helm),
    };
    let difference = difference.or_else(|| first_difference(&ours.stdout, &helms.stdout));
    let difference = difference.or_else(|| {
        // Helm's warnings are lines of its log. Ours say the same in our words, and where.
        let (ours, helms) = (ours.warnings(), helms.warnings());
        (ours.len() != helms.len()).then(|| format!("warns {ours:?}, not {helms:?}"))
    });
    Comparison { difference, fails: ours.error.is_some() && helms.error.is_some() }
}

/// Place first, because that is what a reader of the difference must know, then the words.
fn first_difference_of_errors(ours: &Error, helms: &Error) -> Option<String> {
    let parts = |error: &Error| {
        let place = (error.template.clone(), error.line, error.column);
        format!("{} error at {place:?}", error.kind)
    };
    if parts(ours) != parts(helms) {
        let (our, helm) = (parts(ours), parts(helms));
        return Some(format!("{our} ({}), not {helm} ({})", ours.message, helms.message));
    }
    if ours.message != helms.message {
        return Some(format!("says {:?}, not {:?}", ours.message, helms.message));
    }
    (ours != helms).then(|| format!("the way there is {ours:?}, not {helms:?}"))
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
