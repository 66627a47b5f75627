//! Each row of the table of differences between the Helms is held against a case in which both are
//! recorded to differ, and must be what makes them differ.

use std::sync::Arc;

use plimsoll_chart::{
    Capabilities, Chart, ChartFile, Effect, Error, Flag, Instant, KubeVersion, Options, Printing,
    Profile, Release, ValuesSet, World,
};

use crate::case::{self, Case};
use crate::outcome::{Outcome, Record};

/// A world without time and chance.
#[derive(Debug)]
struct Still;

impl World for Still {
    fn now(&self) -> Instant {
        Instant { seconds: 0, nanoseconds: 0 }
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

/// What a case renders to in a profile, or why it does not.
fn render(case: &Case, profile: Profile) -> Result<String, String> {
    let said = |error: Error| error.to_string();
    let files = case
        .content()
        .into_iter()
        .map(|(name, data)| ChartFile { name: name.to_owned(), data: data.into() });
    let chart = Chart::load(files.collect(), "c", profile).map_err(said)?;
    let mut values = ValuesSet::new(profile);
    let mut kube = "v1.36.0";
    for pair in case.args.chunks(2) {
        let [flag, value] = pair else { panic!("{}: {pair:?} is not read here", case.name) };
        let flag = match flag.as_str() {
            "--set" => Flag::Set,
            "--set-json" => Flag::Json,
            "--kube-version" => {
                kube = value;
                continue;
            }
            other => panic!("{}: {other} is not read here", case.name),
        };
        let mut read = |_: &str| Err("no file".to_owned());
        values.add_flag(flag, value, &mut read).map_err(said)?;
    }
    let version = KubeVersion::parse(kube, profile).map_err(said)?;
    let options = Options {
        release: Release { name: "rel".into(), namespace: "ns".into(), ..Release::default() },
        capabilities: Capabilities::assumed(profile).with_kube_version(version),
        profile,
        skip_schema: false,
    };
    let rendered = chart.render(&values, &options, Arc::new(Still)).map_err(said)?;
    rendered.print(&Printing::default()).map_err(said)
}

/// The case under which a difference is recorded.
fn case_of<'a>(cases: &'a [Case], name: &str) -> &'a Case {
    cases.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("no case {name}"))
}

#[test]
fn each_difference_is_recorded_and_is_the_reason() {
    let cases = case::all();
    let [three, four] = ["3", "4"].map(Record::read);
    for difference in Profile::differences() {
        let (name, path) = (difference.name, difference.case);
        let [old, new] = [&three, &four].map(|record| &record.cases[path]);
        let says = |outcome: &Outcome| (outcome.stdout.clone(), outcome.stderr.clone());
        assert_ne!(says(old), says(new), "{name}: both Helms agree on {path}");
        let refuses = difference.effect == Effect::Refusal;
        assert_eq!(old.error.is_some() != new.error.is_some(), refuses, "{name}: {path}");

        let case = case_of(&cases, path);
        let rendered = |profile| render(case, profile);
        assert_ne!(
            rendered(Profile::Helm4),
            rendered(Profile::Helm4.without(difference)),
            "{name}"
        );
    }
}
