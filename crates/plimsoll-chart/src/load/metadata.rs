//! What `Chart.yaml` says.

use std::collections::HashSet;
use std::sync::Arc;

use plimsoll_yaml::Node;

use super::decode::{Decoder, Mismatch};
use crate::go::{quote::quote, unicode::is_print};
use crate::{Error, ErrorKind};

/// The contents of a `Chart.yaml` (Helm's `chart.Metadata`); absent fields are empty.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// `v1` or `v2`; `v1` if the file says nothing.
    pub api_version: Arc<str>,
    /// The chart's name.
    pub name: Arc<str>,
    /// The chart's version.
    pub version: Arc<str>,
    /// A Kubernetes version constraint.
    pub kube_version: Arc<str>,
    /// One sentence on the chart.
    pub description: Arc<str>,
    /// `application`, `library`, or empty.
    pub kind: Arc<str>,
    /// Search words.
    pub keywords: Vec<Arc<str>>,
    /// URL of the project.
    pub home: Arc<str>,
    /// URLs of sources.
    pub sources: Vec<Arc<str>>,
    /// Declared subcharts.
    pub dependencies: Vec<Dependency>,
    /// Whether the field is there at all, be it empty: without it Helm looks at no subchart's
    /// own dependencies.
    pub(crate) declares_dependencies: bool,
    /// Whom to ask.
    pub maintainers: Vec<Maintainer>,
    /// URL of an icon.
    pub icon: Arc<str>,
    /// Version of the application inside.
    pub app_version: Arc<str>,
    /// Whether the chart should no longer be used.
    pub deprecated: bool,
    /// Free mapping, by key.
    pub annotations: Vec<(Arc<str>, Arc<str>)>,
    /// Helm reads this field and does nothing with it.
    pub condition: Arc<str>,
    /// Helm reads this field and does nothing with it.
    pub tags: Arc<str>,
}

/// A maintainer of a chart.
#[derive(Clone, Debug, Default)]
pub struct Maintainer {
    /// Name of a person or an organisation.
    pub name: Arc<str>,
    /// Mail address.
    pub email: Arc<str>,
    /// URL.
    pub url: Arc<str>,
}

/// A declared subchart.
#[derive(Clone, Debug, Default)]
pub struct Dependency {
    /// Name in the subchart's `Chart.yaml`.
    pub name: Arc<str>,
    /// Version constraint.
    pub version: Arc<str>,
    /// URL of the repository.
    pub repository: Arc<str>,
    /// Values paths, separated by commas; the first that holds a boolean decides.
    pub condition: Arc<str>,
    /// Keys under `tags` in the values that switch it on or off.
    pub tags: Vec<Arc<str>>,
    /// Helm overwrites this field before it looks at it.
    pub enabled: bool,
    /// Values to take over from the subchart: texts, or mappings with `child` and `parent`.
    pub import_values: Vec<Node>,
    /// Name that the subchart goes by here.
    pub alias: Arc<str>,
}

/// The contents of a `Chart.lock` or `requirements.lock`, as far as anybody reads it.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// Digest of the declared dependencies.
    pub digest: Arc<str>,
    /// The versions that were chosen.
    pub dependencies: Vec<Dependency>,
}

const METADATA: &[&str] = &[
    "name",
    "home",
    "sources",
    "version",
    "description",
    "keywords",
    "maintainers",
    "icon",
    "apiVersion",
    "condition",
    "tags",
    "appVersion",
    "deprecated",
    "annotations",
    "kubeVersion",
    "dependencies",
    "type",
];

const DEPENDENCY: &[&str] =
    &["name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias"];

/// What stands in a list of structs: Helm keeps null elements until it validates.
pub(super) type Slots<T> = Vec<Option<T>>;

/// Metadata as decoded, before validation.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) metadata: Metadata,
    pub(super) dependencies: Slots<Dependency>,
    pub(super) maintainers: Slots<Maintainer>,
}

impl Draft {
    /// Reads a `Chart.yaml`, or a `requirements.yaml` on top of one.
    ///
    /// `package` is the Go package of Helm's struct, which shows in errors.
    pub(super) fn read(&mut self, node: &Node, package: &'static str) -> Result<(), Mismatch> {
        let mut decoder = Decoder::new("Metadata");
        if !node.is_null() {
            decoder.fields(node, package, METADATA, |decoder, name, value| {
                self.read_field(decoder, package, name, value);
            });
        }
        decoder.finish()
    }

    fn read_field(
        &mut self,
        decoder: &mut Decoder,
        package: &'static str,
        name: &str,
        value: &Node,
    ) {
        let data = &mut self.metadata;
        match name {
            "name" => decoder.text(value, &mut data.name),
            "home" => decoder.text(value, &mut data.home),
            "version" => decoder.text(value, &mut data.version),
            "description" => decoder.text(value, &mut data.description),
            "icon" => decoder.text(value, &mut data.icon),
            "apiVersion" => decoder.text(value, &mut data.api_version),
            "condition" => decoder.text(value, &mut data.condition),
            "tags" => decoder.text(value, &mut data.tags),
            "appVersion" => decoder.text(value, &mut data.app_version),
            "kubeVersion" => decoder.text(value, &mut data.kube_version),
            "type" => decoder.text(value, &mut data.kind),
            "deprecated" => decoder.boolean(value, &mut data.deprecated),
            "sources" => data.sources = decoder.texts(value).unwrap_or_default(),
            "keywords" => data.keywords = decoder.texts(value).unwrap_or_default(),
            "annotations" => data.annotations = decoder.text_map(value).unwrap_or_default(),
            "maintainers" => {
                self.maintainers = decoder
                    .structs(value, package, "Maintainer", |decoder, node| {
                        maintainer(decoder, package, node)
                    })
                    .unwrap_or_default();
            }
            _ => {
                let read = dependencies(decoder, package, value);
                data.declares_dependencies = read.is_some();
                self.dependencies = read.unwrap_or_default();
            }
        }
    }
}

impl Lock {
    /// Reads a lock file.
    pub(super) fn read(node: &Node, package: &'static str) -> Result<Self, Mismatch> {
        let mut lock = Self::default();
        let mut decoder = Decoder::new("Lock");
        if !node.is_null() {
            decoder.fields(node, package, &["digest", "dependencies"], |decoder, name, value| {
                if name == "digest" {
                    decoder.text(value, &mut lock.digest);
                } else {
                    let slots = dependencies(decoder, package, value).unwrap_or_default();
                    lock.dependencies = slots.into_iter().flatten().collect();
                }
            });
        }
        decoder.finish().map(|()| lock)
    }
}

fn maintainer(decoder: &mut Decoder, package: &'static str, node: &Node) -> Maintainer {
    let mut made = Maintainer::default();
    decoder.fields(node, package, &["name", "email", "url"], |decoder, name, value| {
        let into = match name {
            "name" => &mut made.name,
            "email" => &mut made.email,
            _ => &mut made.url,
        };
        decoder.text(value, into);
    });
    made
}

fn dependencies(
    decoder: &mut Decoder,
    package: &'static str,
    node: &Node,
) -> Option<Slots<Dependency>> {
    let read = |decoder: &mut Decoder, node: &Node| {
        let mut made = Dependency::default();
        decoder.fields(node, package, DEPENDENCY, |decoder, name, value| match name {
            "name" => decoder.text(value, &mut made.name),
            "version" => decoder.text(value, &mut made.version),
            "repository" => decoder.text(value, &mut made.repository),
            "condition" => decoder.text(value, &mut made.condition),
            "alias" => decoder.text(value, &mut made.alias),
            "enabled" => decoder.boolean(value, &mut made.enabled),
            "tags" => made.tags = decoder.texts(value).unwrap_or_default(),
            _ => made.import_values = decoder.anything(value).unwrap_or_default(),
        });
        made
    };
    decoder.structs(node, package, "Dependency", read)
}

impl Draft {
    /// Checks the metadata and cleans its texts, as Helm's `Metadata.Validate` does.
    pub(super) fn validate(self, is_version: fn(&str) -> bool) -> Result<Metadata, Error> {
        let Self { metadata: mut data, dependencies, maintainers } = self;
        for text in [
            &mut data.name,
            &mut data.description,
            &mut data.home,
            &mut data.icon,
            &mut data.condition,
            &mut data.tags,
            &mut data.app_version,
            &mut data.kube_version,
        ] {
            sanitize(text);
        }
        data.sources.iter_mut().for_each(sanitize);
        data.keywords.iter_mut().for_each(sanitize);
        check_identity(&data, is_version)?;
        for maintainer in maintainers {
            let Some(mut maintainer) = maintainer else {
                return refuse("maintainers must not contain empty or null nodes");
            };
            sanitize(&mut maintainer.name);
            sanitize(&mut maintainer.email);
            sanitize(&mut maintainer.url);
            data.maintainers.push(maintainer);
        }
        let mut keys: HashSet<String> = HashSet::new();
        for dependency in dependencies {
            let Some(dependency) = dependency else {
                return refuse("dependencies must not contain empty or null nodes");
            };
            let dependency = check_dependency(dependency)?;
            let key = dependency.key();
            if !keys.insert(key.to_owned()) {
                let key = quote(key);
                return refuse(format!("more than one dependency with name or alias {key}"));
            }
            data.dependencies.push(dependency);
        }
        Ok(data)
    }
}

fn refuse<T>(message: impl std::fmt::Display) -> Result<T, Error> {
    Err(Error::new(ErrorKind::Metadata, format!("validation: {message}")))
}

fn check_identity(data: &Metadata, is_version: fn(&str) -> bool) -> Result<(), Error> {
    let name = &*data.name;
    if data.api_version.is_empty() {
        return refuse("chart.metadata.apiVersion is required");
    }
    if name.is_empty() {
        return refuse("chart.metadata.name is required");
    }
    if name == "." || name == ".." {
        return refuse(format!("chart.metadata.name {} is not allowed", quote(name)));
    }
    if name != "/" && name.contains('/') {
        return refuse(format!("chart.metadata.name {} is invalid", quote(name)));
    }
    if data.version.is_empty() {
        return refuse("chart.metadata.version is required");
    }
    if !is_version(&data.version) {
        let version = quote(&data.version);
        return refuse(format!("chart.metadata.version {version} is invalid"));
    }
    if !matches!(&*data.kind, "" | "application" | "library") {
        return refuse("chart.metadata.type must be application or library");
    }
    Ok(())
}

fn check_dependency(mut dependency: Dependency) -> Result<Dependency, Error> {
    sanitize(&mut dependency.name);
    sanitize(&mut dependency.version);
    sanitize(&mut dependency.repository);
    sanitize(&mut dependency.condition);
    dependency.tags.iter_mut().for_each(sanitize);
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !dependency.alias.chars().all(allowed) {
        return refuse(format!(
            "dependency {} has disallowed characters in the alias",
            quote(&dependency.name)
        ));
    }
    Ok(dependency)
}

/// Turns white space into blanks and drops what cannot be printed.
fn sanitize(text: &mut Arc<str>) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return;
    }
    let clean: String = text
        .chars()
        .filter_map(|c| match c {
            c if c.is_whitespace() => Some(' '),
            c if !is_print(c) => None,
            c => Some(c),
        })
        .collect();
    if clean != **text {
        *text = Arc::from(clean);
    }
}
