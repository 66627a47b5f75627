//! `plimsoll render`: what `helm template` prints, without Helm.

mod idle;

use std::fs;
use std::io::Write;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use plimsoll_chart::{Chart, Manifest, Printing, Rendered};

use super::{Color, Exit, failure};
use crate::chart_dir;
use crate::output;
use crate::output::source::Sources;
use crate::values_args::RenderArgs;
use crate::world::System;
use idle::Idle;

/// What to render, with the flags of `helm template`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The release's name, which may be left out, and the chart's directory or archive.
    #[arg(value_name = "NAME|CHART", num_args = 1.., required = true)]
    what: Vec<String>,
    #[command(flatten)]
    render: RenderArgs,
    /// Generate the name (and omit the NAME parameter).
    #[arg(short, long, conflicts_with = "name_template")]
    generate_name: bool,
    /// A template for the release's name.
    #[arg(long, value_name = "TEMPLATE")]
    name_template: Option<String>,
    /// Only show manifests rendered from the given templates.
    #[arg(short, long, value_name = "TEMPLATE")]
    show_only: Vec<String>,
    /// Include CRDs in the output.
    #[arg(long)]
    include_crds: bool,
    /// Leave CRDs out, as is the default.
    #[arg(long)]
    skip_crds: bool,
    /// Leave tests out.
    #[arg(long)]
    skip_tests: bool,
    /// Leave hooks out.
    #[arg(long)]
    no_hooks: bool,
    /// Write manifests to files in this directory instead.
    #[arg(long, value_name = "DIRECTORY")]
    output_dir: Option<PathBuf>,
    /// Use the release's name as a directory below --output-dir.
    #[arg(long)]
    release_name: bool,
    /// Accepted for the sake of scripts: nothing else is ever done.
    #[arg(long, value_name = "MODE", num_args = 0..=1, require_equals = true, hide = true,
          value_parser = ["client", "true", "unset"])]
    dry_run: Option<String>,
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
    let mut sources = failure::sources(&args.render);
    let rendered = match args.rendered(&name, path, &mut sources) {
        Ok(rendered) => ManuallyDrop::new(rendered),
        Err(error) => return Ok(failure::tell(&error, Path::new(path), &mut sources, color)),
    };
    warn(rendered.warnings());
    if let Some(directory) = &args.output_dir {
        args.write(&rendered, directory, &name)?;
        return Ok(Exit::Clean);
    }
    let printing = Printing {
        include_crds: args.include_crds && !args.skip_crds,
        skip_tests: args.skip_tests,
        no_hooks: args.no_hooks,
        show_only: args.show_only.clone(),
    };
    match rendered.print(&printing) {
        Ok(text) => std::io::stdout().lock().write_all(text.as_bytes())?,
        Err(error) => {
            return Ok(failure::tell(&error.into(), Path::new(path), &mut sources, color));
        }
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
        let files = chart_dir::read(Path::new(path))?;
        // The process ends soon and gives its memory back at once, not piece by piece.
        let chart = ManuallyDrop::new(Chart::load(files, path, self.render.profile())?);
        warn(chart.warnings());
        let values = self.render.values_set(sources)?;
        let options = self.render.options(name)?;
        let rendered = chart.render(&values, &options, Arc::new(System));
        if rendered.is_err() {
            sources.add_all(&chart.sources());
        }
        Ok(rendered?)
    }

    /// The release's name and the chart's path, by Helm's rules (`NameAndChart`).
    fn name_and_chart(&self) -> Result<(String, &str), String> {
        let named = self.generate_name || self.name_template.is_some();
        match self.what.as_slice() {
            [name, chart] if !named => Ok((name.clone(), chart)),
            [_, _] => {
                Err("cannot set --generate-name or --name-template and also specify a name"
                    .to_owned())
            }
            [chart] => match &self.name_template {
                Some(template) => plimsoll_chart::expand_name(template, Arc::new(System))
                    .map(|name| (name, chart.as_str()))
                    .map_err(|error| error.to_string()),
                None if self.generate_name => Ok((generated(chart), chart)),
                None => Ok(("release-name".to_owned(), chart)),
            },
            [_, _, rest @ ..] => {
                let rest = rest.join(", ");
                Err(format!("expected at most two arguments, unexpected arguments: {rest}"))
            }
            [] => Err("requires at least 1 argument: the chart".to_owned()),
        }
    }

    fn write(&self, rendered: &Rendered, directory: &Path, release: &str) -> Result<()> {
        let mut root = directory.to_owned();
        if self.release_name {
            root.push(release);
        }
        let mut written: Vec<PathBuf> = Vec::new();
        let hooks = rendered.hooks().iter().filter(|_| !self.no_hooks).filter(|manifest| {
            !(self.skip_tests && manifest.hook().is_some_and(plimsoll_chart::Hook::is_test))
        });
        for manifest in rendered.manifests().iter().chain(hooks) {
            let file = root.join(safe(manifest)?);
            let text = format!("---\n# Source: {}\n{}\n", manifest.template(), manifest.text());
            let is_first = !written.contains(&file);
            write_file(&file, &text, is_first)
                .with_context(|| format!("cannot write {}", file.display()))?;
            let mut out = std::io::stdout().lock();
            writeln!(out, "wrote {}", file.display())?;
            if is_first {
                written.push(file);
            }
        }
        Ok(())
    }
}

/// A template's name as a path that stays below the output directory.
fn safe(manifest: &Manifest) -> Result<&Path> {
    let path = Path::new(manifest.template());
    let stays = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if !stays {
        bail!("{} would be written outside the output directory", manifest.template());
    }
    Ok(path)
}

fn write_file(file: &Path, text: &str, is_first: bool) -> Result<()> {
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut options = fs::OpenOptions::new();
    options.create(true).write(true).truncate(is_first).append(!is_first);
    options.open(file)?.write_all(text.as_bytes())?;
    Ok(())
}

/// Helm's generated name: the chart's base name and the time in seconds.
fn generated(chart: &str) -> String {
    use plimsoll_chart::World as _;
    let base = Path::new(chart).file_name().and_then(|name| name.to_str()).unwrap_or("chart");
    let base = base.strip_suffix(".tgz").unwrap_or(base);
    let base = if base == "." || base.is_empty() { "chart" } else { base };
    format!("{base}-{}", System.now().seconds)
}
