//! `plimsoll explain`: what a rule means, or where a field of a rendered object comes from.

mod field;
mod object;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use plimsoll_rules::RULES;
use plimsoll_yaml::{Document, FieldPath};

use super::{Color, Exit, failure};
use crate::judge;
use crate::output::source::Sources;
use crate::output::{self, Stream, Style};
use crate::suggest;
use crate::values_args::RenderArgs;
use crate::world::Seeded;
use object::{Match, title};

/// What to explain.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    plimsoll explain gpu-rollout-deadlock\n  \
    plimsoll explain charts/ollama\n  \
    plimsoll explain charts/ollama deployment/ollama 'spec.template.spec.containers[0].image'")]
pub(super) struct Args {
    /// A rule's name; or a chart, an object as KIND/NAME, and the path of a field in it.
    ///
    /// A chart alone lists its objects. The release's name may be left out of NAME, and kinds have
    /// their usual short names.
    #[arg(value_name = "RULE | CHART [OBJECT [FIELD]]", num_args = 1..=3, required = true)]
    what: Vec<String>,
    /// The release's name.
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    name: String,
    #[command(flatten)]
    render: RenderArgs,
}

pub(super) fn run(args: &Args, color: Color) -> Result<Exit> {
    match args.what.as_slice() {
        [one] => match plimsoll_rules::rule(one) {
            Some(rule) => {
                write!(std::io::stdout().lock(), "{}", plimsoll_rules::page(rule))?;
                Ok(Exit::Clean)
            }
            None if Path::new(one).exists() => explain_object(args, one, None, "", color),
            None => {
                let close = suggest::closest(one, RULES.iter().map(|rule| rule.slug));
                let close = close.map(|close| format!("; did you mean {close}?"));
                let close = close.unwrap_or_default();
                output::error(&format!("{one} is neither a rule nor a chart here{close}"));
                Ok(Exit::Usage)
            }
        },
        [chart, object] => explain_object(args, chart, Some(object), "", color),
        [chart, object, field] => explain_object(args, chart, Some(object), field, color),
        _ => Ok(Exit::Usage),
    }
}

fn explain_object(
    args: &Args,
    path: &str,
    object: Option<&str>,
    field: &str,
    color: Color,
) -> Result<Exit> {
    let field: FieldPath = match field.parse() {
        Ok(field) => field,
        Err(error) => {
            output::error(&format!("cannot read the field {field:?}: {error}"));
            return Ok(Exit::Usage);
        }
    };
    let mut sources = failure::sources(&args.render);
    let documents = match args.documents(path, &mut sources) {
        Ok(documents) => documents,
        Err(error) => return Ok(failure::tell(&error, Path::new(path), &mut sources, color)),
    };
    let Some(object) = object else {
        write!(std::io::stdout().lock(), "{}", output::harmless(&list(&documents)))?;
        return Ok(Exit::Clean);
    };
    let found = match object::find(&documents, object, &args.name) {
        Match::One(document) => vec![document],
        Match::Several(several) if !field.0.is_empty() => several,
        Match::Several(several) => {
            output::error(&format!("{object} can be any of these; name one, or a field in all"));
            several.iter().for_each(|document| output::line(&format!("  {}", title(document))));
            return Ok(Exit::Usage);
        }
        Match::None => {
            output::error(&no_object(&documents, object, &args.name));
            output::line(&format!("\nIt renders:\n{}", list(&documents).trim_end()));
            return Ok(Exit::Usage);
        }
    };
    for place in documents.iter().flat_map(judge::secret_places) {
        sources.hide(&place);
    }
    let style = Style::new(color, Stream::Out);
    let mut text = String::new();
    let mut trouble = None;
    for document in &found {
        match field::find(document, &field) {
            Ok(field) => text.push_str(&field::explain(document, &field, &mut sources, style)),
            Err(message) => trouble = Some(message),
        }
    }
    if let Some(message) = trouble.filter(|_| text.is_empty()) {
        output::error(&message);
        return Ok(Exit::Usage);
    }
    write!(std::io::stdout().lock(), "{}", output::harmless(&text))?;
    Ok(Exit::Clean)
}

impl Args {
    fn documents(&self, path: &str, sources: &mut Sources) -> Result<Vec<Document>> {
        let chart = self.render.chart(Path::new(path))?;
        sources.add_all(&chart.sources());
        let values = self.render.values_set(sources)?;
        let options = self.render.options(&self.name)?;
        let rendered = chart.render(&values, &options, Arc::new(Seeded(1)))?;
        Ok(rendered.documents())
    }
}

/// The objects that a chart renders, each with its template.
fn list(documents: &[Document]) -> String {
    let titles: Vec<_> = documents.iter().map(title).collect();
    let widest = titles.iter().map(|title| title.chars().count()).max().unwrap_or(0);
    if titles.is_empty() {
        return "the chart renders no object\n".to_owned();
    }
    let lines = titles.iter().zip(documents);
    lines.map(|(title, document)| format!("  {title:widest$}  {}\n", document.name)).collect()
}

fn no_object(documents: &[Document], object: &str, release: &str) -> String {
    let close = object::closest(documents, object, release);
    let close = close.map(|close| format!("; did you mean {}?", title(close)));
    format!("the chart renders no {object}{}", close.unwrap_or_default())
}
