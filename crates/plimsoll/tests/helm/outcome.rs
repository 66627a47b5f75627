//! What a program made of a case: its output, and the parts of its error.
//!
//! The parts are read out of the text by the rules of `tests/helm/record.py`, for a text of ours as
//! for one of Helm's.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::Deserialize;

use crate::case;

/// What a Helm made of all cases.
#[derive(Debug, Deserialize)]
pub(crate) struct Record {
    arguments: Vec<String>,
    pub(crate) cases: BTreeMap<String, Outcome>,
}

/// What a program made of one case.
#[derive(Debug, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) stdout: Vec<String>,
    pub(crate) stderr: Vec<String>,
    pub(crate) error: Option<Error>,
}

/// An error in parts.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Error {
    pub(crate) kind: String,
    pub(crate) template: Option<String>,
    pub(crate) line: Option<u32>,
    pub(crate) column: Option<u32>,
    pub(crate) message: String,
    depth: usize,
    trail: Vec<Option<Frame>>,
}

/// A place that an error names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
struct Frame {
    template: String,
    line: Option<u32>,
    column: Option<u32>,
    executing: Option<String>,
    at: Option<String>,
}

impl Record {
    /// Reads the record of the Helm of that major version.
    pub(crate) fn read(major: &str) -> Self {
        let path = case::home().join("recorded").join(format!("helm{major}.json"));
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    /// Returns the arguments that all cases have in common.
    pub(crate) fn arguments(&self) -> &[String] {
        let [template, name, chart, common @ .., rest] = self.arguments.as_slice() else {
            panic!("the record was made with {:?}", self.arguments);
        };
        assert_eq!([template, name, chart, rest], ["template", "NAME", "$CHART", "ARGS..."]);
        common
    }
}

impl Outcome {
    /// Reads what a process said; `chart` is the path for which the records have `$CHART`.
    pub(crate) fn of(output: &std::process::Output, chart: &str) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(chart, "$CHART");
        let lines = |text: &str| text.split('\n').map(str::to_owned).collect();
        let (stdout, stderr) = (text(&output.stdout), without_advice(&text(&output.stderr)));
        Self {
            // A process that a signal ended has no code.
            stdout: lines(&stdout),
            stderr: lines(&stderr),
            error: (!output.status.success()).then(|| describe(&stderr)),
        }
    }

    /// Returns the lines before the error that warn of the chart. Helm also logs an error before
    /// it fails with it, and tells of flags that are going to vanish.
    pub(crate) fn warnings(&self) -> Vec<&str> {
        self.stderr
            .iter()
            .map(String::as_str)
            .take_while(|line| !line.starts_with("Error: "))
            .filter(|line| !line.is_empty())
            .filter(|line| !line.starts_with("level=ERROR ") && !line.starts_with("Flag --"))
            .collect()
    }
}

/// What we write as Helm does, without the place and the next step that follow an error.
fn without_advice(stderr: &str) -> String {
    let advice = ["\n\n --> ", "\n\n = help: "].iter().find_map(|start| stderr.rfind(start));
    stderr[..advice.map_or(stderr.len(), |start| start + 1)].to_owned()
}

const PLACE: &str = r#"(?P<template>[^\s:"]+):(?P<line>\d+)(?::(?P<column>\d+))?"#;

/// How Helm 4 names a place.
static FRAME_4: LazyLock<Regex> = LazyLock::new(|| {
    let executing = r#"  (?:executing "(?P<executing>.*?)" at <(?P<at>.*)>:\n    )?"#;
    Regex::new(&format!("(?m)^{PLACE}\n{executing}")).unwrap()
});

/// How Helm 3 names a place, and Helm 4 where it gives up.
static FRAME_3: LazyLock<Regex> = LazyLock::new(|| {
    let executing = r#"(?:executing "(?P<executing>.*?)" at <(?P<at>.*?)>: )?"#;
    Regex::new(&format!("(?s)template: {PLACE}: {executing}")).unwrap()
});

static SHORT: LazyLock<Regex> = LazyLock::new(|| {
    let message = "(?P<message>.*)";
    Regex::new(&format!(r"(?s)^(?P<kind>parse|execution) error at \({PLACE}\): {message}")).unwrap()
});

/// The kinds of errors that name no line; the first that matches counts.
static KINDS: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    [
        ("manifest", r"YAML parse error on (?P<template>\S+): "),
        ("schema", r"values don't meet the specifications of the schema"),
        (
            "values",
            r"failed (to parse|parsing) |cannot load values|cannot unmarshal|\$CHART/values|type mismatch on|^open \S+: no such file",
        ),
        (
            "chart",
            r"chart\.metadata|Chart\.yaml|dependencies|chart requires|library chart|not a chart|charts are not installable|double-star|error unpacking subchart|unsupported chart version",
        ),
        (
            "usage",
            r"unknown flag|could not find template|flag needs an argument|unknown command|requires at least|invalid kube version|invalid release name|expected at most",
        ),
    ]
    .into_iter()
    .map(|(kind, pattern)| (kind, Regex::new(pattern).unwrap()))
    .collect()
});

/// What `plimsoll` says after Helm's own text: the place with its line, and the next step.
static OWN_WORDS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\n\n *(?:--> \S|= help: )").unwrap());

fn describe(stderr: &str) -> Error {
    let text = stderr.find("Error: ").map_or(stderr, |at| &stderr[at + "Error: ".len()..]);
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = OWN_WORDS.find(text).map_or(text, |found| &text[..found.start()]);
    let text = text.strip_suffix("\n\nUse --debug flag to render out invalid YAML").unwrap_or(text);
    if let Some(short) = SHORT.captures(text) {
        let kind = if &short["kind"] == "parse" { "parse" } else { "fail" };
        return error(kind, short["message"].to_owned(), vec![frame(&short)]);
    }
    for pattern in [&*FRAME_4, &*FRAME_3] {
        let frames: Vec<Captures<'_>> = pattern.captures_iter(text).collect();
        let ends = frames.iter().map(|frame| frame.get_match().range());
        if let Some(end) =
            ends.clone().next_back().filter(|_| ends.clone().next().unwrap().start == 0)
        {
            let message = text[end.end..].replace(":\ntemplate: ", ": template: ");
            return error("execute", message, frames.iter().map(frame).collect());
        }
    }
    for (kind, pattern) in KINDS.iter() {
        if let Some(found) = pattern.captures(text) {
            let template = found.name("template");
            let place = template
                .map(|name| Frame { template: name.as_str().to_owned(), ..Frame::default() });
            return error(kind, text.to_owned(), place.into_iter().collect());
        }
    }
    error("other", text.to_owned(), Vec::new())
}

fn frame(found: &Captures<'_>) -> Frame {
    let text = |name| found.name(name).map(|part| part.as_str().to_owned());
    let number = |name| found.name(name).map(|part| part.as_str().parse().unwrap());
    Frame {
        template: text("template").unwrap_or_default(),
        line: number("line"),
        column: number("column"),
        executing: text("executing"),
        at: text("at"),
    }
}

fn error(kind: &str, message: String, trail: Vec<Frame>) -> Error {
    let last = trail.last().cloned();
    let depth = trail.len();
    let mut trail: Vec<Option<Frame>> = trail.into_iter().map(Some).collect();
    if depth > 12 {
        trail.splice(4..depth - 4, [None]);
    }
    Error {
        kind: kind.to_owned(),
        template: last.as_ref().map(|place| place.template.clone()),
        line: last.as_ref().and_then(|place| place.line),
        column: last.as_ref().and_then(|place| place.column),
        message,
        depth,
        trail,
    }
}
