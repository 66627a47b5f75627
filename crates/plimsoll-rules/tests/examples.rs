//! The examples in the rules' texts: what is bad fires where it is marked, what is good is silent.

mod manifests;

use std::path::Path;

use manifests::{FILE, app, rendered};
use plimsoll_app::{App, engines};
use plimsoll_rules::doc::{Example, Verdict, examples, is_marker};
use plimsoll_rules::{
    Context, Date, Finding, RULES, Report, Rule, Site, allow, check, rule, suppressions,
};

/// A stretch of one line: line, first and last column, all from 1, counted in characters.
type Mark = (usize, usize, usize);

#[test]
fn examples_fire_where_they_are_marked() {
    let mut failures = Vec::new();
    for rule in RULES {
        failures.extend(run(rule, "the text", &rule.text()));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Further cases, written like the examples: `tests/cases/<rule>.md`.
#[test]
fn cases_fire_where_they_are_marked() {
    let mut failures = Vec::new();
    let mut seen = 0;
    for entry in
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")).unwrap()
    {
        let path = entry.unwrap().path();
        let slug = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let rule = rule(&slug).unwrap_or_else(|| panic!("no rule is called {slug}"));
        failures.extend(run(rule, "its cases", &std::fs::read_to_string(path).unwrap()));
        seen += 1;
    }
    assert!(seen > 0, "no case was run");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

fn run(rule: &'static Rule, from: &str, text: &str) -> Vec<String> {
    let examples = examples(text).unwrap_or_else(|why| panic!("{}: {why}", rule.slug));
    assert!(!examples.is_empty(), "{}: no example in {from}", rule.slug);
    let judged = examples.iter().enumerate().filter_map(|(number, example)| {
        let why = judge(rule, example).err()?;
        Some(format!("{}, {from}, number {}: {why}", rule.slug, number + 1))
    });
    judged.collect()
}

fn judge(rule: &'static Rule, example: &Example) -> Result<(), String> {
    let (text, marks) = strip(&example.text);
    let app = read(example, &text);
    let again = example.again.as_ref().map(|again| read(example, &strip(again).0));
    if let Some(problem) = app.problems.first() {
        return Err(format!("a problem in the example: {problem:?}"));
    }
    if app.objects.is_empty() {
        return Err("no object was read".to_owned());
    }
    let is_chart = example.template.is_some() || again.is_some();
    let context = Context { app: &app, is_chart, again: again.as_ref() };
    let findings = match rule.check {
        Some(check) => {
            let mut report = Report::new(rule);
            check(&context, &mut report);
            report.into_findings()
        }
        None => about_suppressions(&context, &text),
    };
    let mut found: Vec<Mark> = Vec::new();
    for finding in &findings {
        if finding.rule != rule {
            return Err(format!("{} fires too: {}", finding.rule.slug, finding.what));
        }
        style(finding)?;
        discretion(&app, finding)?;
        found.push(mark(&app, finding, &text));
    }
    found.sort_unstable();
    let wanted = if example.verdict == Verdict::Bad { marks } else { Vec::new() };
    if example.verdict == Verdict::Bad && wanted.is_empty() {
        return Err("a bad example marks nothing".to_owned());
    }
    if found == wanted {
        Ok(())
    } else {
        let what: Vec<_> = findings.iter().map(|finding| finding.what.as_str()).collect();
        Err(format!("marked {wanted:?}, found {found:?}: {what:?}\n{text}"))
    }
}

fn read(example: &Example, text: &str) -> App {
    match &example.template {
        Some(values) => rendered(text, values),
        None => app(text),
    }
}

fn about_suppressions(context: &Context<'_>, text: &str) -> Vec<Finding> {
    let found: Vec<_> = check(context)
        .into_iter()
        .map(|finding| (finding.rule, finding.places(context.app)))
        .collect();
    let today = Date::new(2026, 6, 1).expect("a day");
    allow(&found, &suppressions(&FILE.into(), text), today).findings
}

/// Takes the marker lines out of a text and returns what they mark.
fn strip(text: &str) -> (String, Vec<Mark>) {
    let mut kept = String::new();
    let mut line = 0;
    let mut marks = Vec::new();
    for own in text.lines() {
        if is_marker(own) {
            let first = own.find('^').expect("a marker line has a mark");
            marks.push((line, first + 1, own.trim_end().len()));
        } else {
            kept.push_str(own);
            kept.push('\n');
            line += 1;
        }
    }
    marks.sort_unstable();
    (kept, marks)
}

/// Returns the first line of what a finding is about.
fn mark(app: &App, finding: &Finding, text: &str) -> Mark {
    let place = match &finding.site {
        Site::Field(spot) => app.origin(spot).written.expect("an example's text has places"),
        Site::File(place) => place.clone(),
    };
    assert_eq!(&*place.file, FILE);
    let covered = place.span.of(text).lines().next().unwrap_or("").trim_end();
    let column = place.position.column;
    (place.position.line, column, column + covered.chars().count() - 1)
}

/// Checks that a finding about a credential does not tell it.
fn discretion(app: &App, finding: &Finding) -> Result<(), String> {
    let Site::Field(spot) = &finding.site else { return Ok(()) };
    let value = app.text(spot).trim_matches(['"', '\'']);
    let told = [&finding.what, &finding.why, &finding.help].iter().any(|text| text.contains(value));
    if finding.is_secret && told { Err(format!("tells {value}")) } else { Ok(()) }
}

/// Checks the words of a finding: fragments without a full stop, the first in lower case.
fn style(finding: &Finding) -> Result<(), String> {
    for text in [&finding.what, &finding.why, &finding.help] {
        let starts_low = text.starts_with(|c: char| !c.is_ascii_uppercase());
        // A name such as `NVIDIA` or `OLLAMA_HOST` keeps its capitals, and so does an engine's.
        let word = text.split_whitespace().next().unwrap_or("");
        let is_name = word.chars().skip(1).any(|c| c.is_ascii_uppercase() || c == '_')
            || engines::ALL.iter().any(|facts| facts.name.split(' ').next() == Some(word));
        if text.is_empty() || text.ends_with('.') || text.contains("  ") || text.contains('\n') {
            return Err(format!("not a fragment: {text:?}"));
        }
        if !(starts_low || is_name) {
            return Err(format!("not in lower case: {text:?}"));
        }
    }
    if finding.what.chars().count() > 100 {
        return Err(format!("too long: {:?}", finding.what));
    }
    Ok(())
}
