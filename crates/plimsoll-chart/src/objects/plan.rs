//! What is to be rendered: each template with what it sees.

use std::sync::{Arc, LazyLock};

use super::{Capabilities, chart, files};
use crate::functions::is_compatible;
use crate::load::{Chart, Part};
use crate::render::{Options, Selection};
use crate::trace::{Leaf, OriginId, Trace};
use crate::value::{Data, Entries, Map, MapKind, Text, Value};
use crate::values::{
    Family, MemberId, ValuesSet, coalesce_values, process_dependencies, table, validate,
};
use crate::{Error, ErrorKind, Profile};

/// The templates of a chart and its subcharts, ready to run.
#[derive(Debug)]
pub(crate) struct Plan {
    /// In Helm's order: first parsed, and then run, in this order.
    pub(crate) templates: Vec<PlannedTemplate>,
    /// Files of `crds/`, of the top chart first.
    pub(crate) crds: Vec<PlannedFile>,
    /// What Helm would warn of; no values are shown.
    pub(crate) warnings: Vec<String>,
}

/// A template and what it sees.
#[derive(Debug)]
pub(crate) struct PlannedTemplate {
    /// Helm's name, such as `ollama/templates/service.yaml`.
    pub(crate) name: Arc<str>,
    /// The file as the user names it.
    pub(crate) file: Arc<str>,
    pub(crate) text: Arc<str>,
    /// Whether it only defines templates and is not run itself.
    pub(crate) is_partial: bool,
    /// What decided that the chart takes part.
    pub(crate) control: OriginId,
    /// How many slashes its name has.
    depth: usize,
    /// What the directory of the chart's templates is called.
    base_path: Arc<str>,
    /// What the chart's templates see; they all see and change the same map.
    top: Value,
}

/// A file that is shown as it is.
#[derive(Clone, Debug)]
pub(crate) struct PlannedFile {
    /// Helm's name, such as `ollama/crds/model.yaml`.
    pub(crate) name: Arc<str>,
    pub(crate) data: Arc<[u8]>,
}

impl PlannedTemplate {
    /// The value that the template starts with; call it right before the template runs, because it
    /// puts the template's name into the map that all templates of the chart share.
    pub(crate) fn dot(&self, trace: &mut Trace) -> Value {
        static KEYS: LazyLock<[Arc<str>; 3]> =
            LazyLock::new(|| ["BasePath", "Name", "Template"].map(Arc::from));
        let [base_path, name, template] = &*KEYS;
        let mut text = |field: &'static str, text: &Arc<str>| {
            let origin = trace.leaf(Leaf::Builtin(field.into()));
            Value::of(Data::Str(Text::plain(Arc::clone(text))), origin)
        };
        let entries = Entries::from([
            (Arc::clone(base_path), text("Template.BasePath", &self.base_path)),
            (Arc::clone(name), text("Template.Name", &self.name)),
        ]);
        if let Data::Map(top) = &self.top.data {
            let origin = trace.leaf(Leaf::Builtin("Template".into()));
            let made = Map::from_entries(entries, top.kind());
            top.insert(Arc::clone(template), Value::of(Data::Map(made), origin));
        }
        self.top.clone()
    }
}

impl Chart {
    /// Merges values, settles dependencies and lays out what is to be rendered, as Helm does for
    /// `helm template`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotInstallable`], [`ErrorKind::MissingDependency`],
    /// [`ErrorKind::ReleaseName`], [`ErrorKind::Values`], [`ErrorKind::Schema`],
    /// [`ErrorKind::KubeVersion`], and [`ErrorKind::Template`] for a template that is no UTF-8.
    pub(crate) fn plan(
        &self,
        values: &ValuesSet,
        options: &Options,
        trace: &mut Trace,
    ) -> Result<Plan, Error> {
        let set = values.merged(trace)?;
        self.check_installable()?;
        self.check_dependencies(options.profile)?;
        options.release.check(options.profile)?;
        let mut family = Family::new(self);
        let values = settle(&mut family, &set, options, trace)?;
        self.check_kube_version(&options.capabilities)?;
        lay_out(&mut family, &values, options, None, trace)
    }

    /// The same for [`Chart::render_some`]: without a look at whether the chart can be installed.
    ///
    /// # Errors
    ///
    /// As for [`Chart::plan`].
    pub(crate) fn plan_some(
        &self,
        values: &ValuesSet,
        options: &Options,
        selection: &Selection<'_>,
        trace: &mut Trace,
    ) -> Result<Plan, Error> {
        let set = values.merged(trace)?;
        if selection.checks_release_name {
            options.release.check(options.profile)?;
        }
        let mut family = Family::new(self);
        let values = settle(&mut family, &set, options, trace)?;
        let mut renamed = vec![Family::ROOT];
        renamed.extend(family.dependencies(Family::ROOT));
        for member in renamed {
            family.set_versions(member, selection.version, selection.app_version);
        }
        lay_out(&mut family, &values, options, Some(selection), trace)
    }

    fn check_installable(&self) -> Result<(), Error> {
        match &*self.metadata().kind {
            "" | "application" => Ok(()),
            kind => {
                let message = format!("{kind} charts are not installable");
                Err(Error::new(ErrorKind::NotInstallable, message))
            }
        }
    }

    fn check_dependencies(&self, profile: Profile) -> Result<(), Error> {
        let present = |name: &str| self.subcharts().iter().any(|sub| *sub.metadata().name == *name);
        let missing: Vec<&str> = self
            .metadata()
            .dependencies
            .iter()
            .map(|dependency| &*dependency.name)
            .filter(|name| !present(name))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let hint = if profile.speaks_helm_4() {
            "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies"
        } else {
            "An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies"
        };
        let missing = missing.join(", ");
        let message =
            format!("{hint}: found in Chart.yaml, but missing in charts/ directory: {missing}");
        Err(Error::new(ErrorKind::MissingDependency, message))
    }

    fn check_kube_version(&self, capabilities: &Capabilities) -> Result<(), Error> {
        let wanted = &self.metadata().kube_version;
        let version = &capabilities.kube_version;
        if wanted.is_empty() || is_compatible(wanted, &version.normalized) {
            return Ok(());
        }
        let message = format!(
            "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {}",
            version.version
        );
        Err(Error::new(ErrorKind::KubeVersion, message))
    }
}

/// Settles dependencies and returns the values that the top chart sees.
fn settle(
    family: &mut Family,
    set: &Map,
    options: &Options,
    trace: &mut Trace,
) -> Result<Value, Error> {
    let profile = options.profile;
    process_dependencies(family, trace, profile, set)?;
    let values = coalesce_values(family, trace, profile, Family::ROOT, set)?;
    if !options.skip_schema {
        validate(family, &values, trace)?;
    }
    Ok(values)
}

fn lay_out(
    family: &mut Family,
    values: &Value,
    options: &Options,
    selection: Option<&Selection<'_>>,
    trace: &mut Trace,
) -> Result<Plan, Error> {
    let profile = options.profile;
    let objects = Objects {
        release: options.release.object(trace),
        capabilities: options.capabilities.object(profile, trace),
    };
    let templates = Vec::new();
    let mut layout = Layout { family, profile, trace, objects, selection, templates };
    layout.chart(Family::ROOT, &as_values(values, profile), OriginId::NONE)?;
    let templates = in_helm_order(layout.templates);
    let mut crds = Vec::new();
    collect_crds(family, Family::ROOT, &mut crds);
    let warnings = std::mem::take(&mut family.warnings);
    Ok(Plan { templates, crds, warnings })
}

/// What all charts of a rendering see.
#[derive(Debug)]
struct Objects {
    release: Value,
    capabilities: Value,
}

#[derive(Debug)]
struct Layout<'l> {
    family: &'l Family,
    profile: Profile,
    trace: &'l mut Trace,
    objects: Objects,
    selection: Option<&'l Selection<'l>>,
    templates: Vec<PlannedTemplate>,
}

impl Layout<'_> {
    /// Lays out a chart and its subcharts; returns what the chart's templates see
    /// (`recAllTpls`).
    fn chart(&mut self, chart: MemberId, values: &Value, above: OriginId) -> Result<Map, Error> {
        let member = self.family.member(chart);
        let control = self.trace.join(above, member.decided_by);
        let subcharts = Map::new();
        let top = Map::new();
        let origin = self.trace.leaf(Leaf::Builtin("Subcharts".into()));
        for (name, value) in [
            ("Chart", chart::object(self.family, chart, self.profile, self.trace)),
            ("Files", files::Files::object(&member.chart.0.files, self.profile, self.trace)),
            ("Release", self.objects.release.clone()),
            ("Capabilities", self.objects.capabilities.clone()),
            ("Values", values.clone()),
            ("Subcharts", Value::of(Data::Map(subcharts.clone()), origin)),
        ] {
            top.insert(name, value);
        }
        for sub in self.family.dependencies(chart) {
            let name = self.family.name(sub);
            let below = match &values.data {
                Data::Map(map) => table(map, &name).ok(),
                _ => None,
            };
            // Without a table under its name, which a dotted name never has, it sees no values.
            let below = below.unwrap_or_else(|| Value::of(Data::Map(Map::new()), OriginId::NONE));
            let seen = self.chart(sub, &as_values(&below, self.profile), control)?;
            subcharts.insert(name, Value::of(Data::Map(seen), OriginId::NONE));
        }
        let full_path = self.family.full_path(chart);
        let base_path: Arc<str> = Arc::from(format!("{full_path}/templates"));
        let seen = Value::of(Data::Map(top.as_kind(MapKind::Values(self.profile))), OriginId::NONE);
        let is_library = member.chart.metadata().kind.eq_ignore_ascii_case("library");
        for part in &member.chart.0.templates {
            let is_partial = base_name(&part.name).starts_with('_');
            if is_library && !is_partial {
                continue;
            }
            let name: Arc<str> = Arc::from([&*full_path, "/", &part.name].concat());
            if !is_partial && self.selection.is_some_and(|selection| !(selection.takes)(&name)) {
                continue;
            }
            let depth = memchr::memchr_iter(b'/', name.as_bytes()).count();
            self.templates.push(PlannedTemplate {
                name,
                file: Arc::clone(&part.label),
                text: as_text(part)?,
                is_partial,
                control,
                depth,
                base_path: Arc::clone(&base_path),
                top: seen.clone(),
            });
        }
        Ok(top)
    }
}

/// `.Values` has a type of its own.
fn as_values(value: &Value, profile: Profile) -> Value {
    match &value.data {
        Data::Map(map) => Value::of(Data::Map(map.as_kind(MapKind::Values(profile))), value.origin),
        _ => value.clone(),
    }
}

/// Sorts deep paths first, and paths of the same depth backwards (`sortTemplates`); of templates
/// with the same name the last one counts.
fn in_helm_order(templates: Vec<PlannedTemplate>) -> Vec<PlannedTemplate> {
    let mut sorted = templates;
    sorted.reverse();
    sorted.sort_by(|a, b| b.depth.cmp(&a.depth).then_with(|| b.name.cmp(&a.name)));
    sorted.dedup_by(|later, earlier| later.name == earlier.name);
    sorted
}

fn collect_crds(family: &Family, chart: MemberId, crds: &mut Vec<PlannedFile>) {
    let full_path = family.full_path(chart);
    for part in &family.member(chart).chart.0.files {
        if part.name.starts_with("crds/") && is_manifest(&part.name) {
            crds.push(PlannedFile {
                name: Arc::from([&*full_path, "/", &part.name].concat()),
                data: Arc::clone(&part.data),
            });
        }
    }
    for sub in family.dependencies(chart) {
        collect_crds(family, sub, crds);
    }
}

fn is_manifest(name: &str) -> bool {
    let extension = base_name(name).rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        ["yaml", "yml", "json"].iter().any(|known| known.eq_ignore_ascii_case(extension))
    })
}

fn base_name(name: &str) -> &str {
    memchr::memrchr(b'/', name.as_bytes()).map_or(name, |slash| &name[slash + 1..])
}

/// Templates are UTF-8 here, where Go takes any bytes.
fn as_text(part: &Part) -> Result<Arc<str>, Error> {
    part.text().map(Arc::clone).ok_or_else(|| {
        let message = format!("{} is no UTF-8 text and cannot be a template", part.label);
        Error::new(ErrorKind::Template, message)
    })
}
