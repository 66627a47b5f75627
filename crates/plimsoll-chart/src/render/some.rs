//! Rendering some of a chart's templates, as tools that test charts do.

use std::fmt;
use std::sync::Arc;

use plimsoll_yaml::Provenance;

use super::{Options, execute};
use crate::functions::Env;
use crate::manifest::CrdFile;
use crate::trace::Trace;
use crate::values::ValuesSet;
use crate::{Chart, Error, Limits, World, stack};

/// Which templates to render, and what they see of the chart.
pub struct Selection<'s> {
    /// Tells by a template's name, such as `ollama/templates/service.yaml`, whether to render it.
    /// Partials are always there.
    pub takes: &'s (dyn Fn(&str) -> bool + Sync),
    /// Replaces the version of the chart and its direct subcharts, unless empty.
    pub version: &'s str,
    /// Replaces the application's version likewise.
    pub app_version: &'s str,
    /// Whether the release's name has to be one that Helm allows.
    pub checks_release_name: bool,
}

impl fmt::Debug for Selection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Selection")
            .field("version", &self.version)
            .field("app_version", &self.app_version)
            .field("checks_release_name", &self.checks_release_name)
            .finish_non_exhaustive()
    }
}

/// What a template wrote.
#[derive(Clone, Debug)]
pub struct TemplateText {
    /// The template's name.
    pub name: Arc<str>,
    /// All that it wrote.
    pub text: Arc<str>,
    /// Answers where parts of the text come from.
    pub provenance: Arc<dyn Provenance>,
}

/// Templates' texts before anything reads them as manifests.
#[derive(Clone, Debug)]
pub struct RenderedSome {
    /// In the order in which they ran.
    pub templates: Vec<TemplateText>,
    /// The files of `crds/` with their names, such as `ollama/crds/model.yaml`.
    pub crds: Vec<(Arc<str>, Arc<str>)>,
}

impl Chart {
    /// Renders some templates; a library chart, or one whose dependencies are missing, is no
    /// obstacle.
    ///
    /// # Errors
    ///
    /// As for [`Chart::render`], except what that says of manifests and of installing.
    pub fn render_some(
        &self,
        values: &ValuesSet,
        options: &Options,
        selection: &Selection<'_>,
        world: Arc<dyn World + Send + Sync>,
    ) -> Result<RenderedSome, Error> {
        stack::deep(|| {
            let mut trace = Trace::new();
            let plan = self.plan_some(values, options, selection, &mut trace)?;
            let limits = Limits::default();
            let env = Env::new(trace, world, options.profile, limits.text_bytes);
            let files = execute(self, &plan.templates, env, &limits)?;
            let templates = files.into_iter().map(|file| TemplateText {
                name: file.name,
                text: file.rendering.text.shared(),
                provenance: file.rendering,
            });
            let crds = plan.crds.into_iter().map(|file| {
                let crd = CrdFile::new(file.name, &file.data);
                (crd.name, crd.text)
            });
            Ok(RenderedSome { templates: templates.collect(), crds: crds.collect() })
        })
    }
}
