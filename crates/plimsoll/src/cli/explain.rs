//! `plimsoll explain`: what a rule means, or where a field of a rendered object comes from.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use plimsoll_chart::Chart;
use plimsoll_yaml::{Content, Document, FieldPath, Input, Node, Origin, OriginKind, Place};

use super::{Color, Exit};
use crate::chart_dir;
use crate::output;
use crate::secrecy;
use crate::values_args::RenderArgs;
use crate::world::Seeded;

/// What to explain.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A rule's name; or a chart, an object as KIND/NAME, and the path of a field in it.
    #[arg(value_name = "RULE | CHART OBJECT [FIELD]", num_args = 1..=3, required = true)]
    what: Vec<String>,
    /// The release's name.
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    name: String,
    #[command(flatten)]
    render: RenderArgs,
}

pub(super) fn run(args: &Args, _color: Color) -> Result<Exit> {
    match args.what.as_slice() {
        [rule] => explain_rule(rule),
        [chart, object] => explain_field(args, chart, object, ""),
        [chart, object, field] => explain_field(args, chart, object, field),
        _ => Ok(Exit::Usage),
    }
}

fn explain_rule(slug: &str) -> Result<Exit> {
    let Some(rule) = plimsoll_rules::rule(slug) else {
        output::error(&format!(
            "no rule is called {slug}; to explain a field, name a chart, an object and a path"
        ));
        let names: Vec<_> = plimsoll_rules::RULES.iter().map(|rule| rule.slug).collect();
        output::line(&format!("rules: {}", names.join(", ")));
        return Ok(Exit::Usage);
    };
    write!(std::io::stdout().lock(), "{}", plimsoll_rules::page(rule))?;
    Ok(Exit::Clean)
}

fn explain_field(args: &Args, path: &str, object: &str, field: &str) -> Result<Exit> {
    let field: FieldPath = match field.parse() {
        Ok(field) => field,
        Err(error) => {
            output::error(&format!("cannot read the field {field:?}: {error}"));
            return Ok(Exit::Usage);
        }
    };
    let files = chart_dir::read(Path::new(path))?;
    let chart = Chart::load(files, path, args.render.profile())?;
    let values = args.render.values_set()?;
    let options = args.render.options(&args.name)?;
    let rendered = chart.render(&values, &options, Arc::new(Seeded(1)))?;
    let documents = rendered.documents();
    let found: Vec<_> = documents.iter().filter(|document| is_called(document, object)).collect();
    if found.is_empty() {
        output::error(&format!("the chart renders no {object}; it renders"));
        for document in &documents {
            output::line(&format!("  {}", title(document)));
        }
        return Ok(Exit::Usage);
    }
    let mut text = String::new();
    for document in found {
        let Some(node) = document.root.find(&field) else {
            output::error(&no_field(document, object, &field));
            return Ok(Exit::Usage);
        };
        explain_node(&mut text, document, &field, node);
    }
    write!(std::io::stdout().lock(), "{text}")?;
    Ok(Exit::Clean)
}

fn title(document: &Document) -> String {
    let text = |keys: &[&str]| document.root.dig(keys).and_then(Node::as_str).unwrap_or("?");
    format!("{}/{}", text(&["kind"]), text(&["metadata", "name"]))
}

fn is_called(document: &Document, object: &str) -> bool {
    let title = title(document);
    let (kind, name) = title.split_once('/').unwrap_or((&title, ""));
    match object.split_once('/') {
        Some((wanted, wanted_name)) => kind.eq_ignore_ascii_case(wanted) && name == wanted_name,
        None => kind.eq_ignore_ascii_case(object),
    }
}

/// Says how far a path leads, and what stands there instead.
fn no_field(document: &Document, object: &str, field: &FieldPath) -> String {
    let mut node = &document.root;
    let mut known = FieldPath::default();
    for step in &field.0 {
        let one = FieldPath(vec![step.clone()]);
        let Some(next) = node.find(&one) else { break };
        node = next;
        known.0.push(step.clone());
    }
    let keys: Vec<&str> = node.entries().iter().map(|entry| &*entry.key).collect();
    let there =
        if keys.is_empty() { format!("{} elements", node.items().len()) } else { keys.join(", ") };
    let at = if known.0.is_empty() { "its top".to_owned() } else { known.to_string() };
    format!("{object} has no field {field}; {at} holds {there}")
}

fn explain_node(text: &mut String, document: &Document, field: &FieldPath, node: &Node) {
    let place = if field.0.is_empty() { String::new() } else { format!(" {field}") };
    let _ = writeln!(text, "{}{place}\n", title(document));
    let is_secret_object = document.root.get("kind").and_then(Node::as_str) == Some("Secret");
    node.walk(&mut |below, inner| {
        if !inner.entries().is_empty() || !inner.items().is_empty() {
            return;
        }
        let mut path = field.clone();
        path.0.extend(below.0.iter().cloned());
        let shown = if secrecy::is_secret(&path, is_secret_object) {
            secrecy::HIDDEN.to_owned()
        } else {
            scalar(document, inner)
        };
        let name = if below.0.is_empty() { field } else { below };
        let _ = writeln!(text, "  {name}: {shown}");
        write_origin(text, &document.origin(inner));
    });
}

fn scalar(document: &Document, node: &Node) -> String {
    const LONGEST: usize = 80;
    let text = match &node.content {
        Content::Null => "null".to_owned(),
        Content::Mapping(_) => "{}".to_owned(),
        Content::Sequence(_) => "[]".to_owned(),
        Content::String(text) => format!("{text:?}"),
        Content::Bool(_) | Content::Number(_) => node.span.of(&document.text).trim().to_owned(),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{cut}… ({} bytes)", text.len())
}

fn write_origin(text: &mut String, origin: &Origin) {
    let verb = match origin.kind {
        OriginKind::Literal => "literal",
        OriginKind::Copied => "copied from",
        OriginKind::Computed => "computed from",
        OriginKind::Generated => "generated by",
        OriginKind::Unknown => "of unknown origin",
    };
    for (index, input) in origin.inputs.iter().enumerate() {
        let verb = if index == 0 { verb } else { "and" };
        line(text, verb, &input_text(input));
    }
    if origin.inputs.is_empty() {
        let place = origin.written.as_ref().map(ToString::to_string).unwrap_or_default();
        line(text, verb, &place);
    } else if let Some(place) = &origin.written {
        line(text, "written by", &place.to_string());
    }
    if !origin.trail.is_empty() {
        let trail: Vec<_> = origin.trail.iter().rev().map(Place::to_string).collect();
        line(text, "included by", &trail.join(" < "));
    }
    for (index, input) in origin.decided_by.iter().enumerate() {
        let verb = if index == 0 { "decided by" } else { "and" };
        line(text, verb, &input_text(input));
    }
    text.push('\n');
}

fn line(text: &mut String, verb: &str, what: &str) {
    let _ = writeln!(text, "      {verb:<14} {what}");
}

fn input_text(input: &Input) -> String {
    match input {
        Input::Value { path, place } => format!("{path:<34} {place}"),
        Input::Unset { path } => format!("{path:<34} (not set)"),
        Input::Builtin(name) => format!(".{name}"),
        Input::File(name) => format!(".Files {name}"),
        Input::Generated(function) => format!("{function} (differs with each rendering)"),
    }
}
