//! Loading: from files in memory to a chart with its subcharts.

mod archive;
mod decode;
mod ignore;
mod metadata;
mod pattern;
mod requirement;
#[cfg(test)]
mod robust;
mod source;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

pub use archive::{MAX_CHART_BYTES, MAX_ENTRIES, MAX_FILE_BYTES};
pub use ignore::IgnoreRules;
pub use metadata::{Dependency, Lock, Maintainer, Metadata};
pub(crate) use pattern::matches as path_matches;
pub use requirement::Fit;
pub(crate) use source::{Documents, SourceFile};

use crate::limits::MAX_NODES;
use crate::render::ParsedTemplates;
use crate::values::SchemaFile;
use crate::{Error, ErrorKind, Profile};

/// How many charts may lie inside each other.
const MAX_DEPTH: usize = 32;

/// How many bytes all archives inside a chart may hold together.
const MAX_NESTED_BYTES: u64 = MAX_CHART_BYTES;

/// A file of a chart.
#[derive(Clone, Debug)]
pub struct ChartFile {
    /// Path relative to the chart's directory, with slashes.
    pub name: String,
    /// The contents.
    pub data: Arc<[u8]>,
}

/// A chart with its subcharts, as it lies on disk: nothing is switched off or renamed yet.
///
/// Cheap to clone; values and templates are kept as text with places.
#[derive(Clone, Debug)]
pub struct Chart(pub(crate) Arc<Loaded>);

/// What a chart's files hold.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// Templates that were parsed for a rendering; used in the top chart only.
    pub(crate) parsed: ParsedTemplates,
    /// What the user calls the chart's directory or archive.
    pub(crate) root: Arc<str>,
    pub(crate) metadata: Metadata,
    pub(crate) lock: Option<Lock>,
    /// `values.yaml`; absent if there is none.
    pub(crate) values: Option<Documents>,
    /// `values.schema.json`.
    pub(crate) schema: Option<Arc<SchemaFile>>,
    /// Files below `templates/`, in the order of the files.
    pub(crate) templates: Vec<Part>,
    /// All files that have no meaning of their own.
    pub(crate) files: Vec<Part>,
    /// Ordered by directory or archive name in `charts/`.
    pub(crate) subcharts: Vec<Chart>,
    /// Things Helm warns of on the way.
    pub(crate) warnings: Vec<String>,
}

/// A file that a chart keeps.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Path relative to the chart's directory.
    pub(crate) name: Arc<str>,
    /// The file as the user names it.
    pub(crate) label: Arc<str>,
    pub(crate) data: Arc<[u8]>,
    /// The data as text, once somebody asked for it.
    text: OnceLock<Arc<str>>,
}

impl Part {
    pub(crate) fn new(name: Arc<str>, label: Arc<str>, data: Arc<[u8]>) -> Self {
        Self { name, label, data, text: OnceLock::new() }
    }

    /// The data as text; nothing if it is not UTF-8.
    pub(crate) fn text(&self) -> Option<&Arc<str>> {
        if self.text.get().is_none() {
            let text = std::str::from_utf8(&self.data).ok()?;
            return Some(self.text.get_or_init(|| Arc::from(text)));
        }
        self.text.get()
    }
}

impl Chart {
    /// Builds a chart from its files; of files with the same name the last one counts.
    ///
    /// `root` is what the user calls the chart's directory or archive: it stands before the names
    /// of files in places.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotAChart`], [`ErrorKind::Yaml`], [`ErrorKind::Metadata`],
    /// [`ErrorKind::Archive`] for an archive in `charts/`, and [`ErrorKind::Limit`].
    pub fn load(files: Vec<ChartFile>, root: &str, profile: Profile) -> Result<Self, Error> {
        Self::load_sharing(&ParsedTemplates::default(), files, root, profile)
    }

    /// Builds a chart as [`Chart::load`] does; its templates are parsed only where no chart that
    /// shares `parsed` holds the same.
    ///
    /// # Errors
    ///
    /// Those of [`Chart::load`].
    pub fn load_sharing(
        parsed: &ParsedTemplates,
        files: Vec<ChartFile>,
        root: &str,
        profile: Profile,
    ) -> Result<Self, Error> {
        let files: Vec<ChartFile> = files.into_iter().map(ChartFile::without_bom).collect();
        let mut loader = Loader::new(parsed, profile);
        if profile.checks_api_version() {
            for file in files.iter().filter(|file| file.name == "Chart.yaml") {
                loader.check_api_version(file, root)?;
            }
        }
        loader.load(files, root, 0)
    }

    /// Builds a chart that is to lie in another one's `charts/`, where Helm takes any
    /// `apiVersion`; otherwise as [`Chart::load_sharing`] does.
    ///
    /// # Errors
    ///
    /// As for [`Chart::load`].
    pub fn load_subchart(
        parsed: &ParsedTemplates,
        files: Vec<ChartFile>,
        root: &str,
        profile: Profile,
    ) -> Result<Self, Error> {
        let files: Vec<ChartFile> = files.into_iter().map(ChartFile::without_bom).collect();
        Loader::new(parsed, profile).load(files, root, 0)
    }

    /// Returns what the user calls the chart's directory or archive.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.0.root
    }

    /// Returns the chart's metadata.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    /// Returns the lock file, if there is one.
    #[must_use]
    pub fn lock(&self) -> Option<&Lock> {
        self.0.lock.as_ref()
    }

    /// Returns the subcharts that lie in `charts/`, ordered by directory or archive name.
    #[must_use]
    pub fn subcharts(&self) -> &[Self] {
        &self.0.subcharts
    }

    /// Returns the files in which places of a rendering lie, the chart's own and its subcharts':
    /// what the user calls them, and their text. Files that are not UTF-8 are left out.
    #[must_use]
    pub fn sources(&self) -> Vec<(Arc<str>, Arc<str>)> {
        let mut sources = Vec::new();
        if let Some(values) = &self.0.values {
            sources.push((Arc::clone(&values.source.label), Arc::clone(&values.source.text)));
        }
        for template in &self.0.templates {
            if let Some(text) = template.text() {
                sources.push((Arc::clone(&template.label), Arc::clone(text)));
            }
        }
        for subchart in self.subcharts() {
            sources.extend(subchart.sources());
        }
        sources
    }

    /// Returns what Helm warns of while it loads the chart and its subcharts.
    #[must_use]
    pub fn warnings(&self) -> Vec<&str> {
        let mut warnings = self.warnings_of_files();
        if self.metadata().deprecated {
            warnings.push("this chart is deprecated");
        }
        warnings
    }

    fn warnings_of_files(&self) -> Vec<&str> {
        let own = self.0.warnings.iter().map(String::as_str);
        own.chain(self.subcharts().iter().flat_map(Self::warnings_of_files)).collect()
    }
}

#[derive(Debug)]
struct Loader {
    profile: Profile,
    parsed: ParsedTemplates,
    nested_bytes: u64,
    /// How many nodes of YAML more the charts may hold.
    nodes: usize,
    /// The `Chart.yaml` that was read last, which is read twice.
    last: Option<(Arc<[u8]>, SourceFile, plimsoll_yaml::Node)>,
}

/// A chart while its files are sorted.
#[derive(Debug, Default)]
struct Sorting {
    draft: metadata::Draft,
    has_metadata: bool,
    lock: Option<Lock>,
    values: Option<Documents>,
    schema: Option<SchemaFile>,
    templates: Vec<Part>,
    files: Vec<Part>,
    nested: BTreeMap<String, Vec<ChartFile>>,
    warnings: Vec<String>,
}

impl Loader {
    fn new(parsed: &ParsedTemplates, profile: Profile) -> Self {
        let parsed = parsed.clone();
        Self { profile, parsed, nested_bytes: MAX_NESTED_BYTES, nodes: MAX_NODES, last: None }
    }

    fn load(&mut self, files: Vec<ChartFile>, root: &str, depth: usize) -> Result<Chart, Error> {
        if depth > MAX_DEPTH {
            let message = format!("charts lie inside each other more than {MAX_DEPTH} deep");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        let mut sorting = Sorting::default();
        for file in files.iter().filter(|file| file.name == "Chart.yaml") {
            self.read_metadata(&mut sorting, file, root)?;
            if sorting.draft.metadata.api_version.is_empty() {
                sorting.draft.metadata.api_version = Arc::from("v1");
            }
        }
        for file in files {
            self.sort(&mut sorting, file, root)?;
        }
        if !sorting.has_metadata {
            return Err(Error::new(ErrorKind::NotAChart, "Chart.yaml file is missing"));
        }
        let metadata = sorting.draft.validate(crate::functions::is_version)?;
        let subcharts = self.load_subcharts(sorting.nested, &metadata.name, root, depth)?;
        Ok(Chart(Arc::new(Loaded {
            parsed: self.parsed.clone(),
            root: Arc::from(root),
            metadata,
            lock: sorting.lock,
            values: sorting.values,
            schema: sorting.schema.map(Arc::new),
            templates: sorting.templates,
            files: sorting.files,
            subcharts,
            warnings: sorting.warnings,
        })))
    }

    /// Helm 4 looks at the version first, and goes on with the loader for it.
    fn check_api_version(&mut self, file: &ChartFile, root: &str) -> Result<(), Error> {
        let mut version = Arc::from("");
        self.decode(file, root, |node| {
            let mut decoder = decode::Decoder::new("chartBase");
            if !node.is_null() {
                decoder.fields(node, "loader", &["apiVersion"], |decoder, _, value| {
                    decoder.text(value, &mut version);
                });
            }
            decoder.finish()
        })?;
        let message = match &*version {
            "" | "v1" | "v2" => return Ok(()),
            // There is a loader for this one, but `helm template` then refuses the chart.
            "v3" => "invalid chart apiVersion",
            _ => "unsupported chart version",
        };
        Err(Error::new(ErrorKind::Metadata, message))
    }

    /// Puts a file where it belongs; `Chart.yaml` is read already.
    fn sort(&mut self, sorting: &mut Sorting, file: ChartFile, root: &str) -> Result<(), Error> {
        match file.name.as_str() {
            "Chart.yaml" => {}
            "Chart.lock" => sorting.lock = Some(self.read_lock(&file, root)?),
            "values.yaml" => {
                let all = self.profile.reads_all_documents();
                let documents = SourceFile::read(&file, root)
                    .map_err(|error| Documents::in_document(error, all))
                    .and_then(|source| Documents::read(source, all))
                    .map_err(|error| error.within("cannot load values.yaml"))?;
                self.take_nodes(documents.count())?;
                sorting.values = Some(documents);
            }
            "values.schema.json" => sorting.schema = Some(SchemaFile::new(file.data)),
            "requirements.yaml" => {
                self.read_metadata(sorting, &file, root)?;
                self.keep_old(sorting, file, root, "Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating dependencies to Chart.yaml.");
            }
            "requirements.lock" => {
                sorting.lock = Some(self.read_lock(&file, root)?);
                sorting.has_metadata = true;
                self.keep_old(sorting, file, root, "Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend migrating to Chart.lock.");
            }
            name if name.starts_with("templates/") => sorting.templates.push(part(&file, root)),
            name if name.starts_with("charts/") => {
                if name.rsplit('/').next().is_some_and(|last| last.ends_with(".prov")) {
                    sorting.files.push(part(&file, root));
                } else {
                    let inner = name["charts/".len()..].to_owned();
                    let first = inner.split('/').next().unwrap_or("").to_owned();
                    let file = ChartFile { name: inner, data: file.data };
                    sorting.nested.entry(first).or_default().push(file);
                }
            }
            _ => sorting.files.push(part(&file, root)),
        }
        Ok(())
    }

    /// Keeps a file of chart version 1, which `.Files` shows, or warns of one that is out of place.
    #[expect(clippy::unused_self, reason = "it belongs to the steps of loading")]
    fn keep_old(&self, sorting: &mut Sorting, file: ChartFile, root: &str, warning: &str) {
        if &*sorting.draft.metadata.api_version == "v1" {
            sorting.files.push(part(&file, root));
        } else {
            sorting.warnings.push(warning.to_owned());
        }
    }

    fn take_nodes(&mut self, count: usize) -> Result<(), Error> {
        self.nodes = self.nodes.checked_sub(count).ok_or_else(|| {
            let message = format!("the chart's values files hold more than {MAX_NODES} values");
            Error::new(ErrorKind::Limit, message)
        })?;
        Ok(())
    }

    fn read_metadata(
        &mut self,
        sorting: &mut Sorting,
        file: &ChartFile,
        root: &str,
    ) -> Result<(), Error> {
        sorting.has_metadata = true;
        let package = self.go_package();
        self.decode(file, root, |node| sorting.draft.read(node, package))
    }

    fn read_lock(&mut self, file: &ChartFile, root: &str) -> Result<Lock, Error> {
        let package = self.go_package();
        let mut lock = Lock::default();
        self.decode(file, root, |node| {
            lock = Lock::read(node, package)?;
            Ok(())
        })?;
        Ok(lock)
    }

    /// The Go package of Helm's metadata, as errors name it.
    const fn go_package(&self) -> &'static str {
        if self.profile.speaks_helm_4() { "v2" } else { "chart" }
    }

    fn decode(
        &mut self,
        file: &ChartFile,
        root: &str,
        read: impl FnOnce(&plimsoll_yaml::Node) -> Result<(), decode::Mismatch>,
    ) -> Result<(), Error> {
        let context = format_args!("cannot load {}", file.name);
        let label = join(root, &file.name);
        let last = self
            .last
            .take()
            .filter(|(data, source, _)| Arc::ptr_eq(data, &file.data) && *source.label == *label);
        let (_, source, node) = match last {
            Some(last) => last,
            None => {
                let source = SourceFile::read(file, root).map_err(|error| error.within(context))?;
                let node = source.first_document().map_err(|error| error.within(context))?;
                (Arc::clone(&file.data), source, node)
            }
        };
        let done = read(&node).map_err(|mismatch| source.mismatch(&mismatch).within(context));
        self.last = Some((Arc::clone(&file.data), source, node));
        done
    }

    fn load_subcharts(
        &mut self,
        nested: BTreeMap<String, Vec<ChartFile>>,
        parent: &str,
        root: &str,
        depth: usize,
    ) -> Result<Vec<Chart>, Error> {
        let mut subcharts = Vec::new();
        for (name, files) in nested {
            if name.starts_with(['_', '.']) {
                continue;
            }
            let label = join(root, &format!("charts/{name}"));
            let loaded = if name.ends_with(".tgz") {
                self.load_archive(files, &name, parent, &label, depth)
            } else {
                let inner = files
                    .into_iter()
                    .filter_map(|file| {
                        let (_, rest) = file.name.split_once('/')?;
                        Some(ChartFile { name: rest.to_owned(), data: file.data })
                    })
                    .collect();
                self.load(inner, &label, depth + 1)
            };
            subcharts.push(loaded.map_err(|error| {
                error.within(format_args!("error unpacking subchart {name} in {parent}"))
            })?);
        }
        Ok(subcharts)
    }

    fn load_archive(
        &mut self,
        files: Vec<ChartFile>,
        name: &str,
        parent: &str,
        label: &str,
        depth: usize,
    ) -> Result<Chart, Error> {
        let Some(file) = files.first() else {
            return Err(Error::new(ErrorKind::Archive, "no files in chart archive"));
        };
        if file.name != name {
            let message = format!(
                "error unpacking subchart tar in {parent}: expected {name}, got {}",
                file.name
            );
            return Err(Error::new(ErrorKind::Archive, message));
        }
        let inner = ChartFile::read_archive(&file.data)?;
        let size: u64 = inner.iter().map(|file| file.data.len() as u64).sum();
        self.nested_bytes = self.nested_bytes.checked_sub(size).ok_or_else(|| {
            let message =
                format!("the archives in charts/ hold more than {MAX_NESTED_BYTES} bytes");
            Error::new(ErrorKind::Limit, message)
        })?;
        self.load(inner, label, depth + 1)
    }
}

fn part(file: &ChartFile, root: &str) -> Part {
    let label = Arc::from(join(root, &file.name));
    Part::new(Arc::from(file.name.as_str()), label, Arc::clone(&file.data))
}

/// Puts the user's name of a directory before a name in it.
pub(crate) fn join(root: &str, name: &str) -> String {
    match root.strip_suffix('/').unwrap_or(root) {
        "" | "." => name.to_owned(),
        root => [root, "/", name].concat(),
    }
}
