//! `plimsoll render`: what `helm template` prints, without Helm.

mod idle;
mod refused;
mod written;

use std::io::Write;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use clap::ArgAction;
use plimsoll_chart::{Printing, Rendered, World};

use super::{Color, Exit, failure};
use crate::output;
use crate::output::source::Sources;
use crate::values_args::{RenderArgs, go_bool};
use crate::world::{Nameless, System};
use idle::Idle;
use refused::Refused;
use written::Target;

/// What to render, with the flags of `helm template`.
#[derive(Debug, clap::Args)]
// Helm has a flag of this name for the chart's version.
#[command(disable_version_flag = true)]
pub(super) struct Args {
    /// The release's name, which may be left out, and the chart's directory or archive.
    #[arg(value_name = "NAME|CHART", num_args = 1.., required = true)]
    what: Vec<String>,
    #[command(flatten)]
    render: RenderArgs,
    /// Do without a NAME; like `helm template`, the release is then called release-name.
    #[arg(short, long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", hide_default_value = true,
          value_parser = go_bool)]
    generate_name: bool,
    /// A template for the release's name.
    #[arg(long, value_name = "TEMPLATE")]
    name_template: Option<String>,
    /// Only show manifests rendered from the given templates.
    #[arg(short, long, value_name = "TEMPLATE")]
    show_only: Vec<String>,
    /// Include CRDs in the output.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", hide_default_value = true,
          value_parser = go_bool)]
    include_crds: bool,
    /// Leave tests out.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", hide_default_value = true,
          value_parser = go_bool)]
    skip_tests: bool,
    /// Leave hooks out.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", hide_default_value = true,
          value_parser = go_bool)]
    no_hooks: bool,
    /// Write manifests to files in this directory instead.
    #[arg(long, value_name = "DIRECTORY")]
    output_dir: Option<String>,
    /// Use the release's name as a directory below --output-dir.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", hide_default_value = true,
          value_parser = go_bool)]
    release_name: bool,
    /// Fail where a template looks up a host's name, which is never done.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", hide_default_value = true,
          value_parser = go_bool)]
    enable_dns: bool,
    #[command(flatten)]
    refused: Refused,
    #[command(flatten)]
    _idle: Idle,
}

pub(super) fn run(args: &Args, color: Color) -> Result<Exit> {
    let (name, path) = match args.name_and_chart() {
        Ok(both) => both,
        Err(message) => {
            output::error(&message);
            return Ok(Exit::Usage);
        }
    };
    if let Refused(Some(what)) = &args.refused {
        output::error(what);
        return Ok(Exit::Usage);
    }
    let mut sources = failure::sources(&args.render);
    let told = |error: &anyhow::Error, sources: &mut Sources| {
        Ok(failure::tell(error, Path::new(path), sources, color))
    };
    let rendered = match args.rendered(&name, path, &mut sources) {
        Ok(rendered) => ManuallyDrop::new(rendered),
        Err(error) => return told(&error, &mut sources),
    };
    warn(rendered.warnings());
    let printing = Printing {
        include_crds: args.include_crds,
        skip_tests: args.skip_tests,
        no_hooks: args.no_hooks,
        show_only: args.show_only.clone(),
    };
    if let Some(directory) = &args.output_dir {
        let release = args.release_name.then_some(name.as_str());
        let target = Target { directory, release };
        return args.write(&target, &rendered, &printing);
    }
    match rendered.print(&printing) {
        Ok(text) => std::io::stdout().lock().write_all(text.as_bytes())?,
        Err(error) => return told(&error.into(), &mut sources),
    }
    Ok(Exit::Clean)
}

fn warn(warnings: impl IntoIterator<Item = impl AsRef<str>>) {
    for warning in warnings {
        output::line(&format!("warning: {}", warning.as_ref()));
    }
}

impl Args {
    fn rendered(&self, name: &str, path: &str, sources: &mut Sources) -> Result<Rendered> {
        // The process ends soon and gives its memory back at once, not piece by piece.
        let chart = ManuallyDrop::new(self.render.chart(Path::new(path))?);
        warn(chart.warnings());
        let values = self.render.values_set(sources)?;
        let options = self.render.options(name)?;
        let world: Arc<dyn World + Send + Sync> =
            if self.enable_dns { Arc::new(Nameless) } else { Arc::new(System) };
        let rendered = chart.render(&values, &options, world);
        if rendered.is_err() {
            sources.add_all(&chart.sources());
        }
        Ok(rendered?)
    }

    /// Writes files; nothing is then left for --show-only to pick from, as in Helm.
    fn write(&self, target: &Target<'_>, rendered: &Rendered, printing: &Printing) -> Result<Exit> {
        target.write(rendered, printing)?;
        if let Some(template) = self.show_only.first() {
            output::error(&format!("could not find template {template} in chart"));
            return Ok(Exit::Usage);
        }
        // What is left for standard output is an empty line.
        writeln!(std::io::stdout().lock())?;
        Ok(Exit::Clean)
    }

    /// The release's name and the chart's path, by Helm's rules (`NameAndChart`).
    fn name_and_chart(&self) -> Result<(String, &str), String> {
        match (self.what.as_slice(), &self.name_template) {
            ([_, _], _) if self.generate_name => {
                Err("cannot set --generate-name and also specify a name".to_owned())
            }
            ([_, _], Some(_)) => {
                Err("cannot set --name-template and also specify a name".to_owned())
            }
            ([name, chart], None) => Ok((name.clone(), chart)),
            ([chart], Some(template)) => plimsoll_chart::expand_name(template, Arc::new(System))
                .map(|name| (name, chart.as_str()))
                .map_err(|error| error.to_string()),
            // Helm has this name ready before it looks at --generate-name.
            ([chart], None) => Ok(("release-name".to_owned(), chart)),
            ([_, _, rest @ ..], _) => {
                let rest = rest.join(", ");
                Err(format!("expected at most two arguments, unexpected arguments: {rest}"))
            }
            ([], _) => Err("requires at least 1 argument: the chart".to_owned()),
        }
    }
}
