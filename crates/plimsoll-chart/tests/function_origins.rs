//! What each function says about where its result comes from, held against what another value does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::sync::Arc;

use plimsoll_chart::{
    Capabilities, Chart, ChartFile, Instant, Options, Profile, Release, ValuesSet, World,
};
use plimsoll_yaml::{Document, Input, Node, OriginKind};

#[derive(Debug)]
struct Still;

impl World for Still {
    fn now(&self) -> Instant {
        Instant { seconds: 1_700_000_000, nanoseconds: 0 }
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(42);
    }

    fn look_up(&self, host: &str) -> Result<String, String> {
        Ok(format!("address of {host}"))
    }
}

/// A private key that is good for nothing; `.Values.a` has no part in it.
const HELPERS: &str = "{{ define \"same\" }}{{ . }}{{ end }}\
     {{ define \"key\" }}{{ genPrivateKey \"ed25519\" }}{{ end }}";

fn render(template: &str, value: &str) -> Result<Document, String> {
    let file = |name: &str, text: String| ChartFile {
        name: name.to_owned(),
        data: text.into_bytes().into(),
    };
    let files = vec![
        file("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n".to_owned()),
        file("values.yaml", format!("a: {value}\n")),
        file("templates/_h.tpl", HELPERS.to_owned()),
        file("templates/a.yaml", format!("kind: T\nfield: {{{{ {template} }}}}\n")),
    ];
    let chart = Chart::load(files, "c", Profile::Helm4).map_err(|error| error.to_string())?;
    let options = Options {
        release: Release::default(),
        capabilities: Capabilities::assumed(Profile::Helm4),
        profile: Profile::Helm4,
        skip_schema: true,
    };
    let rendered = chart.render(&ValuesSet::new(Profile::Helm4), &options, Arc::new(Still));
    let rendered = rendered.map_err(|error| error.to_string())?;
    rendered.documents().into_iter().next().ok_or_else(|| "nothing".to_owned())
}

fn shown(document: &Document) -> String {
    text(document.root.get("field").unwrap(), &document.text)
}

/// A scalar without quotes.
fn text(node: &Node, of: &str) -> String {
    node.as_str().map_or_else(|| node.span.of(of).to_owned(), str::to_owned)
}

/// A scalar, or what a map or list of the table is about: what is not `z`.
fn inside(value: &str) -> String {
    let root = plimsoll_yaml::parse_one(value).unwrap().root;
    let mut entries = root.entries().iter().map(|entry| &entry.value).chain(root.items());
    let first = entries.find(|inner| inner.as_str() != Some("z"));
    text(first.unwrap_or(&root), value)
}

/// Tells whether `a`, or something in it, is among the inputs.
fn holds(inputs: &[Input]) -> bool {
    inputs.iter().any(|input| match input {
        Input::Value { path, .. } | Input::Unset { path } => {
            path == "a" || path.starts_with("a.") || path.starts_with("a[")
        }
        _ => false,
    })
}

/// Says what is wrong with what a field claims.
fn complaint(claim: &str, value: &str, other: &str, template: &str) -> Option<String> {
    let before = match render(template, value) {
        Ok(before) => before,
        Err(error) => return Some(error),
    };
    let after = match render(template, other) {
        Ok(after) => after,
        Err(error) => return Some(error),
    };
    let origin = before.origin(before.root.get("field").unwrap());
    let (from, by) = (holds(&origin.inputs), holds(&origin.decided_by));
    let is_changed = shown(&before) != shown(&after);
    let is_true = match claim {
        "copies" => from && origin.kind == OriginKind::Copied && shown(&after) == inside(other),
        "computes" => from && is_changed && origin.kind == OriginKind::Computed,
        "decides" => by && is_changed,
        "generates" => origin.kind == OriginKind::Generated,
        "nothing" => !from && !by && !is_changed,
        _ => false,
    };
    (!is_true).then(|| {
        format!(
            "{} then {}: {:?} of {:?}, decided by {:?}",
            shown(&before),
            shown(&after),
            origin.kind,
            origin.inputs,
            origin.decided_by
        )
    })
}

#[test]
fn every_function_says_what_it_does_to_a_value() {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    let rows = include_str!("data/origins.txt").lines();
    for row in rows.filter(|row| !row.is_empty() && !row.starts_with('#')) {
        let (name, rest) = row.split_once(": ").unwrap();
        let (claim, rest) = rest.split_once(": ").unwrap();
        let (value, other, template) = columns(rest);
        assert!(template.contains(name), "{row} does not call the function");
        seen.insert(name);
        if let Some(complaint) = complaint(claim, value, other, template) {
            wrong.push(format!("{row}\n   {complaint}"));
        }
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
    for function in plimsoll_chart::functions() {
        assert!(seen.contains(function.name), "{} has no row", function.name);
    }
}

/// The value, the other one and the template; colons in brackets and quotes are theirs.
fn columns(rest: &str) -> (&str, &str, &str) {
    let (value, rest) = rest.split_at(end(rest));
    let rest = &rest[2..];
    let (other, rest) = rest.split_at(end(rest));
    (value, other, &rest[2..])
}

fn end(text: &str) -> usize {
    let closing = match text.as_bytes()[0] {
        b'{' => "}: ",
        b'[' => "]: ",
        b'"' => "\": ",
        b'\'' => "': ",
        _ => ": ",
    };
    text.find(closing).unwrap() + closing.len() - 2
}
