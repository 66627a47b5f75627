//! Renders the chart for a test.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use plimsoll_chart::{
    Capabilities, Error, ErrorKind, KubeVersion, Options, Release, Selection, TemplateText,
    ValuesSet, World,
};
use plimsoll_yaml::{LineIndex, Place, Provenance, Span};
use regex::Regex;

use super::Setup;
use crate::cluster::WithCluster;
use crate::manifest::Manifest;
use crate::problem::Problem;
use crate::select::{Templates, full_name, join};
use crate::suite::{Cluster, Suite, Test};

/// The Kubernetes version that Helm's library assumes where nobody built a release of it, which is
/// what helm-unittest sees.
const KUBE_VERSION: (&str, &str) = ("1", "20");

/// What a test's rendering left for its assertions.
#[derive(Debug, Default)]
pub(super) struct Rendering {
    /// Documents by template; templates whose texts are neither YAML nor notes are left out.
    pub(super) documents: BTreeMap<String, Vec<Manifest>>,
    /// The templates that wrote something, or failed.
    pub(super) written: Vec<String>,
    /// Why nothing can be said of any template.
    pub(super) error: Option<Error>,
    pub(super) succeeded: bool,
}

/// Renders; `needs_success` tells whether no assertion expects a failure.
pub(super) fn render(
    suite: &Suite,
    test: &Test,
    names: &[String],
    values: &ValuesSet,
    setup: &Setup<'_>,
    needs_success: bool,
) -> Result<Rendering, Problem> {
    let templates = Templates::new(setup.route, names, &suite.exclude_templates);
    let takes = |name: &str| templates.take(name);
    let or = |own: &str, other: &str| if own.is_empty() { other } else { own }.to_owned();
    let selection = Selection {
        takes: &takes,
        version: &or(&test.versions.version, &suite.versions.version),
        app_version: &or(&test.versions.app_version, &suite.versions.app_version),
        checks_release_name: !or(&test.release.name, &suite.release.name).is_empty(),
    };
    let options = options(suite, test, setup);
    let world = world(suite, test, setup);
    match setup.chart.render_some(values, &options, &selection, world) {
        Ok(rendered) => {
            let mut rendering = Rendering { succeeded: true, ..Rendering::default() };
            if suite.include_crds {
                for (name, text) in &rendered.crds {
                    let documents = read(name, text, None)?;
                    rendering.documents.insert(name.to_string(), documents);
                    rendering.written.push(name.to_string());
                }
            }
            for template in &rendered.templates {
                rendering.written.push(template.name.to_string());
                if let Some(documents) = documents(template)? {
                    rendering.documents.insert(template.name.to_string(), documents);
                }
            }
            Ok(rendering)
        }
        Err(error) => Ok(failed(error, names, setup.route, needs_success)),
    }
}

/// What a rendering that failed leaves: its message in place of the template that it names.
fn failed(error: Error, names: &[String], route: &str, needs_success: bool) -> Rendering {
    let mut rendering = Rendering::default();
    let in_template = matches!(error.kind(), ErrorKind::Template | ErrorKind::Limit);
    let told = if in_template && !needs_success { said(&error.to_string()) } else { None };
    let Some((file, message)) = told else {
        rendering.error = Some(error);
        return rendering;
    };
    let provenance =
        error.place().cloned().map(|place| Arc::new(FailedAt(place)) as Arc<dyn Provenance>);
    let message = message.trim_start_matches('\n');
    let is_partial = file.rsplit('/').next().is_some_and(|name| name.starts_with('_'));
    let blamed: Vec<String> = if is_partial {
        names.iter().map(|name| full_name(route, name)).collect()
    } else {
        vec![file]
    };
    let top = route.split('/').next().unwrap_or_default();
    for name in blamed {
        let full = if name.starts_with(top) { name.clone() } else { join(top, &name) };
        rendering.documents.insert(full, vec![Manifest::raw(message, provenance.clone())]);
        rendering.written.push(name);
    }
    rendering
}

/// Finds the template and the message in Helm's error, as helm-unittest does.
fn said(error: &str) -> Option<(String, String)> {
    static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?msU)^(?:.+: |.+ \()(?:(.+):\d+:\d+).+(?:.+>)*: (.+)$")
            .expect("the expression is valid")
    });
    let found = PATTERN.captures(error)?;
    let message = match error.split_once('\n') {
        Some((_, rest)) => rest,
        None => &found[2],
    };
    Some((found[1].to_owned(), message.to_owned()))
}

/// The place of a template that failed.
#[derive(Debug)]
struct FailedAt(Place);

impl Provenance for FailedAt {
    fn origin(&self, _: Span) -> plimsoll_yaml::Origin {
        plimsoll_yaml::Origin { written: Some(self.0.clone()), ..plimsoll_yaml::Origin::unknown() }
    }
}

/// The documents of what a template wrote; nothing where helm-unittest does not read its text.
fn documents(template: &TemplateText) -> Result<Option<Vec<Manifest>>, Problem> {
    let name = template.name.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let provenance = Some(&template.provenance);
    match extension {
        "yaml" | "yml" | "tpl" => read(&template.name, &template.text, provenance).map(Some),
        "txt" => Ok(Some(vec![Manifest::raw(&template.text, provenance.cloned())])),
        _ => Ok(None),
    }
}

fn read(
    name: &Arc<str>,
    text: &str,
    provenance: Option<&Arc<dyn Provenance>>,
) -> Result<Vec<Manifest>, Problem> {
    Manifest::read(text, provenance).map_err(|(message, span)| {
        let written = provenance.and_then(|provenance| provenance.origin(span).written);
        let place = written.unwrap_or_else(|| {
            let position = LineIndex::new(text).position(text, span.start);
            Place { file: Arc::clone(name), span, position }
        });
        Problem {
            message: format!("{name} writes no YAML manifest: {message}"),
            place: Some(place),
        }
    })
}

fn options(suite: &Suite, test: &Test, setup: &Setup<'_>) -> Options {
    let or =
        |all: [&str; 3]| all.into_iter().find(|text| !text.is_empty()).unwrap_or("").to_owned();
    let revision =
        if test.release.revision == 0 { suite.release.revision } else { test.release.revision };
    let own = &test.capabilities;
    let major = or([&own.major, &suite.capabilities.major, KUBE_VERSION.0]);
    let minor = or([&own.minor, &suite.capabilities.minor, KUBE_VERSION.1]);
    let version = format!("v{major}.{minor}.0");
    let api_versions = own
        .api_versions
        .iter()
        .flat_map(|own| own.iter().chain(&suite.capabilities.api_versions).cloned());
    Options {
        release: Release {
            name: or([&test.release.name, &suite.release.name, "RELEASE-NAME"]),
            namespace: or([&test.release.namespace, &suite.release.namespace, "NAMESPACE"]),
            revision,
            is_upgrade: test.release.upgrade || suite.release.upgrade,
        },
        capabilities: Capabilities {
            kube_version: KubeVersion { normalized: version.clone(), version, major, minor },
            api_versions: api_versions.map(Arc::from).collect(),
            ..Capabilities::assumed(setup.profile)
        },
        profile: setup.profile,
        skip_schema: setup.skip_schema,
    }
}

fn world(suite: &Suite, test: &Test, setup: &Setup<'_>) -> Arc<dyn World + Send + Sync> {
    let objects = [test.cluster.objects.clone(), suite.cluster.objects.clone()].concat();
    if objects.is_empty() {
        return Arc::clone(&setup.world);
    }
    // What the suite says of a kind replaces what the test says of it.
    let kinds = [suite.cluster.kinds.clone(), test.cluster.kinds.clone()].concat();
    let cluster = Cluster { kinds, objects };
    Arc::new(WithCluster { world: Arc::clone(&setup.world), cluster })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_their_template() {
        let told = |text: &str| said(text).unwrap_or_default();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            told("execution error at (c/templates/a.yaml:1:4): `x` is required"),
            pair("c/templates/a.yaml", "`x` is required")
        );
        assert_eq!(
            told(
                "template: c/templates/a.yaml:3:5: executing \"c/templates/a.yaml\" at <fail>: error calling x: y"
            ),
            pair("c/templates/a.yaml", "error calling x: y")
        );
        assert_eq!(told("execution error at (c/a.yaml:1:4): a\nb\nc").1, "b\nc");
        assert_eq!(said("values don't meet the specifications"), None);
    }
}
