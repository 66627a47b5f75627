//! Rendering: a chart, values and a release become manifests.

#[cfg(test)]
pub(crate) mod acceptance;
mod parsed;
mod report;
mod some;

use std::rc::Rc;
use std::sync::Arc;

use crate::functions::Env;
use crate::limits::MAX_TEMPLATE_NODES;
use crate::manifest::{CrdFile, Rendered, RenderedFile};
use crate::objects::{Capabilities, PlannedTemplate, Release};
use crate::resolve::Rendering;
use crate::template::{self, Machine, Scope, without_no_value};
use crate::trace::{FrameId, OriginId, Source, Trace};
use crate::value::{Data, Text, Value};
use crate::values::ValuesSet;
pub use parsed::ParsedTemplates;
pub use some::{RenderedSome, Selection, TemplateText};

use crate::{Chart, Error, ErrorKind, Limits, Profile, World, stack};

/// How to render.
#[derive(Clone, Debug)]
pub struct Options {
    /// The release that templates see.
    pub release: Release,
    /// The cluster that templates see.
    pub capabilities: Capabilities,
    /// Which version of Helm to follow.
    pub profile: Profile,
    /// Do not hold values against `values.schema.json` (`--skip-schema-validation`).
    pub skip_schema: bool,
}

impl Chart {
    /// Renders the chart.
    ///
    /// # Errors
    ///
    /// Whatever `helm template` refuses: values, dependencies, schema, Kubernetes version,
    /// templates and what they write; and [`ErrorKind::Limit`] for a rendering that takes too
    /// much.
    pub fn render(
        &self,
        values: &ValuesSet,
        options: &Options,
        world: Arc<dyn World + Send + Sync>,
    ) -> Result<Rendered, Error> {
        self.render_within(&Limits::default(), values, options, world)
    }

    /// Renders the chart with bounds other than the usual ones.
    ///
    /// # Errors
    ///
    /// As for [`Self::render`].
    pub fn render_within(
        &self,
        limits: &Limits,
        values: &ValuesSet,
        options: &Options,
        world: Arc<dyn World + Send + Sync>,
    ) -> Result<Rendered, Error> {
        stack::deep(|| render(self, limits, values, options, world))
    }
}

fn render(
    chart: &Chart,
    limits: &Limits,
    values: &ValuesSet,
    options: &Options,
    world: Arc<dyn World + Send + Sync>,
) -> Result<Rendered, Error> {
    let mut trace = Trace::new();
    let plan = chart.plan(values, options, &mut trace)?;
    let env = Env::new(trace, world, options.profile, limits.text_bytes);
    let files = execute(chart, &plan.templates, env, limits)?;
    let crds = plan.crds.into_iter().map(|file| CrdFile::new(file.name, file.data)).collect();
    Rendered::assemble(files, &chart.metadata().name, crds, plan.warnings, options.profile)
}

/// Parses and runs the templates.
fn execute(
    chart: &Chart,
    templates: &[PlannedTemplate],
    mut env: Env,
    limits: &Limits,
) -> Result<Vec<RenderedFile>, Error> {
    let scope = parse(chart, templates, env.profile, &mut env.trace)?;
    let mut machine = Machine::new(env, *limits);
    let mut texts = Vec::new();
    let mut room = limits.output_bytes;
    for template in templates.iter().filter(|template| !template.is_partial) {
        let value = run(&mut machine, &scope, template)?;
        let length = value.as_text().map_or(0, Text::len);
        room = room.checked_sub(length).ok_or_else(|| too_much(limits.output_bytes))?;
        texts.push((Arc::clone(&template.name), value));
    }
    let trace = Arc::new(machine.env.trace);
    let files = texts.into_iter().filter_map(|(name, value)| {
        let Data::Str(text) = value.data else { return None };
        let rendering = Rendering { trace: Arc::clone(&trace), text, whole: value.origin };
        Some(RenderedFile { name, rendering: Arc::new(rendering) })
    });
    Ok(files.collect())
}

fn too_much(most: usize) -> Error {
    let message = format!("the chart's templates write more than {most} bytes");
    Error::new(ErrorKind::Limit, message)
}

/// Parses all templates; of two that define one name the later one counts, so a chart's own
/// templates, which come after those of its subcharts, override them.
fn parse(
    chart: &Chart,
    templates: &[PlannedTemplate],
    profile: Profile,
    trace: &mut Trace,
) -> Result<Rc<Scope>, Error> {
    let mut scope = Scope::default();
    let mut nodes = 0;
    for template in templates {
        let file = Source::file(Arc::clone(&template.file), Arc::clone(&template.text));
        let source = trace.source(file);
        let trees = chart
            .0
            .parsed
            .trees(template, profile)
            .map_err(|error| report::parse_error(&error, trace, source))?;
        for tree in &*trees {
            nodes += tree.count;
            scope.add(Arc::clone(tree), source);
        }
        if nodes > MAX_TEMPLATE_NODES {
            let message = format!(
                "the chart's templates have more than {MAX_TEMPLATE_NODES} parts: cut it in two"
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
    }
    Ok(Rc::new(scope))
}

fn run(
    machine: &mut Machine,
    scope: &Rc<Scope>,
    template: &PlannedTemplate,
) -> Result<Value, Error> {
    let Some(parsed) = scope.get(&template.name).cloned() else {
        let message = format!("template {} vanished while parsing", template.name);
        return Err(Error::new(ErrorKind::Template, message));
    };
    let dot = template.dot(&mut machine.env.trace);
    let value = machine
        .run(&parsed, scope, dot, FrameId::ROOT, template.control)
        .map_err(|error| report::run_error(&error, &machine.env))?;
    Ok(without_no_value(value))
}

/// Expands a template for a release's name (`--name-template`).
///
/// # Errors
///
/// [`ErrorKind::Template`] if it cannot be parsed or run.
pub fn expand_name(template: &str, world: Arc<dyn World + Send + Sync>) -> Result<String, Error> {
    stack::deep(|| {
        let name: Arc<str> = "name-template".into();
        let text: Arc<str> = template.into();
        let mut trace = Trace::new();
        let source = trace.source(Source::file("--name-template".into(), Arc::clone(&text)));
        let trees = template::parse(&name, &text, Profile::Helm4)
            .map_err(|error| report::plain_parse_error(&error, &trace, source))?;
        let mut scope = Scope::default();
        for tree in trees {
            scope.add(Arc::new(tree), source);
        }
        let Some(tree) = scope.get(&name).cloned() else { return Ok(String::new()) };
        let limits = Limits::default();
        let env = Env::new(trace, world, Profile::Helm4, limits.text_bytes);
        let mut machine = Machine::new(env, limits);
        let value = machine
            .run(&tree, &Rc::new(scope), Value::invalid(), FrameId::ROOT, OriginId::NONE)
            .map_err(|error| report::plain_run_error(&error, &machine.env.trace))?;
        Ok(value.as_text().map(|text| text.as_str().to_owned()).unwrap_or_default())
    })
}
