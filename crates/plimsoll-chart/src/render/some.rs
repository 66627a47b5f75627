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
                let crd = CrdFile::new(file.name, file.data);
                (Arc::clone(&crd.name), Arc::clone(crd.text()))
            });
            Ok(RenderedSome { templates: templates.collect(), crds: crds.collect() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Capabilities, ChartFile, ErrorKind, Instant, Profile, Release};
    use plimsoll_yaml::{Node, parse_one};

    /// A world with one object.
    #[derive(Debug)]
    struct Small;

    impl World for Small {
        fn now(&self) -> Instant {
            Instant { seconds: 0, nanoseconds: 0 }
        }

        fn fill_random(&self, _: &mut [u8]) {}

        fn lookup(&self, version: &str, kind: &str, namespace: &str, name: &str) -> Option<Node> {
            let is_it = (version, kind, namespace, name) == ("v1", "Pod", "here", "it");
            is_it.then(|| parse_one("{count: 3, list: [a]}").unwrap().root)
        }
    }

    fn render(selection: &Selection<'_>) -> Result<RenderedSome, Error> {
        let file = |name: &str, text: &str| ChartFile {
            name: name.to_owned(),
            data: Arc::from(text.as_bytes()),
        };
        let files = vec![
            file(
                "Chart.yaml",
                "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{name: none, version: 1.0.0, repository: \"\"}]\n",
            ),
            file("templates/_h.tpl", "{{ define \"h\" }}{{ .Chart.Version }}{{ end }}"),
            file("templates/a.txt", "{{ include \"h\" . }} {{ .Chart.AppVersion }}"),
            file("templates/b.yaml", "{{ fail \"b runs\" }}"),
            file("crds/d.yaml", "kind: D\n"),
            file(
                "templates/c.yaml",
                "{{ $o := lookup \"v1\" \"Pod\" \"here\" \"it\" }}{{ $o.count }}{{ $o.list }}{{ lookup \"v1\" \"Pod\" \"\" \"\" }}",
            ),
        ];
        let chart = Chart::load(files, "c", Profile::Helm3)?;
        let options = Options {
            release: Release { name: "Not A Name".to_owned(), ..Release::default() },
            capabilities: Capabilities::assumed(Profile::Helm3),
            profile: Profile::Helm3,
            skip_schema: false,
        };
        chart.render_some(&ValuesSet::new(Profile::Helm3), &options, selection, Arc::new(Small))
    }

    #[test]
    fn only_what_is_selected_runs() {
        let mut selection = Selection {
            takes: &|name| name != "c/templates/b.yaml",
            version: "2.0.0",
            app_version: "x",
            checks_release_name: false,
        };
        let rendered = render(&selection).unwrap();
        let texts: Vec<(&str, &str)> =
            rendered.templates.iter().map(|template| (&*template.name, &*template.text)).collect();
        assert_eq!(texts, [("c/templates/c.yaml", "3[a]map[]"), ("c/templates/a.txt", "2.0.0 x")]);
        assert_eq!(&*rendered.crds[0].0, "c/crds/d.yaml");
        selection.checks_release_name = true;
        assert_eq!(render(&selection).unwrap_err().kind(), ErrorKind::ReleaseName);
        let all = Selection { takes: &|_| true, checks_release_name: false, ..selection };
        assert!(render(&all).unwrap_err().to_string().contains("b runs"));
    }
}
