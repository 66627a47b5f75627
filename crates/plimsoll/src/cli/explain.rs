//! `plimsoll explain`: what a rule means, or where a field of a rendered object comes from.

mod also;
mod change;
mod field;
mod from;
mod json;
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
use also::Also;
use object::{Match, title};

/// What to explain.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    plimsoll explain gpu-rollout-deadlock\n  \
    plimsoll explain charts/ollama\n  \
    plimsoll explain charts/ollama deployment/ollama 'spec.template.spec.containers[0].image'\n  \
    plimsoll explain charts/ollama --from image.tag")]
pub(super) struct Args {
    /// A rule's name; or a chart, an object as KIND/NAME, and the path of a field in it.
    ///
    /// A chart alone lists its objects. The release's name may be left out of NAME, and kinds have
    /// their usual short names.
    #[arg(value_name = "RULE | CHART [OBJECT [FIELD]]", num_args = 1..=3, required = true)]
    what: Vec<String>,
    /// List what depends on the value at this path instead of where a field comes from.
    #[arg(long, value_name = "VALUES_PATH")]
    from: Option<String>,
    /// How to write the answer about a chart.
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,
    /// The release's name.
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    name: String,
    #[command(flatten)]
    render: RenderArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For machines, as docs/PROVENANCE.md describes.
    Json,
}

pub(super) fn run(args: &Args, color: Color) -> Result<Exit> {
    match args.what.as_slice() {
        [one] => match plimsoll_rules::rule(one) {
            Some(rule) if args.from.is_none() => {
                write!(std::io::stdout().lock(), "{}", plimsoll_rules::page(rule))?;
                Ok(Exit::Clean)
            }
            _ if Path::new(one).exists() => explain_object(args, one, None, "", color),
            _ => {
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
    let (documents, also) = match args.documents(path, &mut sources) {
        Ok(read) => read,
        Err(error) => return Ok(failure::tell(&error, Path::new(path), &mut sources, color)),
    };
    for place in documents.iter().flat_map(judge::secret_places) {
        sources.hide(&place);
    }
    let Some(object) = object else {
        if let Some(from) = &args.from {
            return args.dependents(from, &documents, color);
        }
        write!(std::io::stdout().lock(), "{}", list(&documents))?;
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
    if let Some(from) = &args.from {
        let found: Vec<Document> = found.into_iter().cloned().collect();
        return args.dependents(from, &found, color);
    }
    let style = Style::new(color, Stream::Out);
    let mut text = String::new();
    let mut report = json::Fields::new();
    let mut trouble = None;
    let mut any = false;
    for document in &found {
        match field::find(document, &field) {
            Ok(field) => {
                any = true;
                match args.output {
                    Format::Json => report.add(document, &field),
                    Format::Text => {
                        let said = field::explain(document, &field, &also, &mut sources, style);
                        text.push_str(&said);
                    }
                }
            }
            Err(message) => trouble = Some(message),
        }
    }
    if let Some(message) = trouble.filter(|_| !any) {
        output::error(&message);
        return Ok(Exit::Usage);
    }
    if args.output == Format::Json {
        json::write(&report)?;
        return Ok(Exit::Clean);
    }
    write!(std::io::stdout().lock(), "{text}")?;
    Ok(Exit::Clean)
}

impl Args {
    /// Says what depends on the value at `path`.
    fn dependents(&self, path: &str, documents: &[Document], color: Color) -> Result<Exit> {
        let path = path.trim_start_matches('.').trim_start_matches("Values.");
        let dependents = from::dependents(documents, path);
        if self.output == Format::Json {
            json::write(&json::Dependents::new(path, &dependents))?;
            return Ok(Exit::Clean);
        }
        if dependents.is_empty() {
            let close = from::closest(documents, path);
            let close = close.map_or_else(String::new, |close| format!("; did you mean {close}?"));
            output::error(&format!("with these values nothing here depends on {path}{close}"));
            return Ok(Exit::Usage);
        }
        let style = Style::new(color, Stream::Out);
        write!(std::io::stdout().lock(), "{}", from::list(&dependents, style))?;
        Ok(Exit::Clean)
    }

    fn documents(&self, path: &str, sources: &mut Sources) -> Result<(Vec<Document>, Also)> {
        let chart = self.render.chart(Path::new(path))?;
        let own = chart.sources();
        sources.add_all(&own);
        let also = Also::read(Path::new(path), &own, sources);
        let values = self.render.values_set(sources)?;
        let options = self.render.options(&self.name)?;
        let rendered = chart.render(&values, &options, Arc::new(Seeded(1)))?;
        Ok((rendered.documents(), also))
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
