//! `.Chart`

use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use plimsoll_yaml::{Content, Node};

use super::record::{Field, Record, builtin, text};
use crate::Profile;
use crate::load::{Maintainer, Metadata};
use crate::trace::{OriginId, Trace};
use crate::value::{Data, List, ListKind, Map, MapKind, Text, Value};
use crate::values::{Family, MemberId, Requirement};

/// The fields of `.Chart` in the order of Helm's struct: where templates find it, JSON's name.
const FIELDS: [(&str, &str); 17] = [
    ("Chart.Name", "name"),
    ("Chart.Home", "home"),
    ("Chart.Sources", "sources"),
    ("Chart.Version", "version"),
    ("Chart.Description", "description"),
    ("Chart.Keywords", "keywords"),
    ("Chart.Maintainers", "maintainers"),
    ("Chart.Icon", "icon"),
    ("Chart.APIVersion", "apiVersion"),
    ("Chart.Condition", "condition"),
    ("Chart.Tags", "tags"),
    ("Chart.AppVersion", "appVersion"),
    ("Chart.Deprecated", "deprecated"),
    ("Chart.Annotations", "annotations"),
    ("Chart.KubeVersion", "kubeVersion"),
    ("Chart.Dependencies", "dependencies"),
    ("Chart.Type", "type"),
];

/// The keys of the map that `.Chart` is in Helm 4: of the fields, and one more.
static KEYS: LazyLock<Vec<Arc<str>>> = LazyLock::new(|| {
    let keys = FIELDS.iter().map(|(path, _)| name_of(path)).chain(["IsRoot"]);
    keys.map(Arc::from).collect()
});

fn name_of(path: &'static str) -> &'static str {
    path.strip_prefix("Chart.").unwrap_or(path)
}

/// The object that the templates of `chart` see.
pub(super) fn object(
    family: &Family,
    chart: MemberId,
    profile: Profile,
    trace: &mut Trace,
) -> Value {
    let mut making = Making { family, chart, profile, trace };
    let is_root = Value::of(
        Data::Bool(family.member(chart).parent.is_none()),
        builtin(making.trace, "Chart.IsRoot"),
    );
    if profile.chart_is_map() {
        let values = FIELDS.iter().map(|(path, _)| making.field(path));
        let values: Vec<Value> = values.chain([is_root]).collect();
        let entries = KEYS.iter().cloned().zip(values).collect();
        let map = Map::from_entries(entries, MapKind::Any);
        return Value::of(Data::Map(map), builtin(trace, "Chart"));
    }
    let fields: Vec<Field> = FIELDS
        .into_iter()
        .map(|(path, json)| Field::tagged(name_of(path), json, true, making.field(path)))
        .collect();
    let embedded = Record {
        type_name: "chart.Metadata",
        kind: "struct",
        embedded: None,
        fields,
        methods: Vec::new(),
    };
    let record = Record {
        type_name: "struct { chart.Metadata; IsRoot bool }",
        kind: "struct",
        embedded: Some(Rc::new(embedded)),
        fields: vec![Field::plain("IsRoot", is_root)],
        methods: Vec::new(),
    };
    record.into_value(trace, "Chart")
}

#[derive(Debug)]
struct Making<'m> {
    family: &'m Family,
    chart: MemberId,
    profile: Profile,
    trace: &'m mut Trace,
}

impl Making<'_> {
    fn field(&mut self, path: &'static str) -> Value {
        let family = self.family;
        let data: &Metadata = family.member(self.chart).chart.metadata();
        let shown = match name_of(path) {
            "Name" => &family.identity(self.chart).name,
            "Home" => &data.home,
            "Version" => &family.identity(self.chart).version,
            "Description" => &data.description,
            "Icon" => &data.icon,
            "APIVersion" => &data.api_version,
            "Condition" => &data.condition,
            "Tags" => &data.tags,
            "AppVersion" => &family.identity(self.chart).app_version,
            "KubeVersion" => &data.kube_version,
            "Type" => &data.kind,
            "Sources" => return self.texts(path, &data.sources),
            "Keywords" => return self.texts(path, &data.keywords),
            "Deprecated" => {
                return Value::of(Data::Bool(data.deprecated), builtin(self.trace, path));
            }
            "Annotations" => return self.annotations(path, data),
            "Maintainers" => {
                let made: Vec<Value> =
                    data.maintainers.iter().map(|maintainer| self.maintainer(maintainer)).collect();
                return self.list(path, made);
            }
            _ => {
                let requirements = family.identity(self.chart).requirements.iter().flatten();
                let made: Vec<Value> =
                    requirements.map(|id| self.dependency(family.requirement(*id))).collect();
                return self.list(path, made);
            }
        };
        text(self.trace, path, Arc::clone(shown))
    }

    /// `[]string` is a plain list in Helm 4's map.
    fn texts(&mut self, path: &'static str, texts: &[Arc<str>]) -> Value {
        let origin = builtin(self.trace, path);
        let items = texts
            .iter()
            .map(|text| Value::of(Data::Str(Text::plain(Arc::clone(text))), origin))
            .collect();
        let kind = if self.profile.chart_is_map() { ListKind::Any } else { ListKind::Strings };
        Value::of(Data::List(List::of_kind(items, kind)), origin)
    }

    fn list(&mut self, path: &'static str, items: Vec<Value>) -> Value {
        Value::of(Data::List(List::new(items)), builtin(self.trace, path))
    }

    fn annotations(&mut self, path: &'static str, data: &Metadata) -> Value {
        if data.annotations.is_empty() {
            let nil = Map::nil().as_kind(MapKind::Strings);
            return Value::of(Data::Map(nil), builtin(self.trace, path));
        }
        let entries = data
            .annotations
            .iter()
            .map(|(key, text_value)| {
                let field = format!("{path}[{key:?}]");
                (Arc::clone(key), text(self.trace, field, Arc::clone(text_value)))
            })
            .collect();
        let origin = builtin(self.trace, path);
        Value::of(Data::Map(Map::from_entries(entries, MapKind::Strings)), origin)
    }

    fn maintainer(&mut self, maintainer: &Maintainer) -> Value {
        let origin = builtin(self.trace, "Chart.Maintainers");
        let text = |text: &Arc<str>| Value::of(Data::Str(Text::plain(Arc::clone(text))), origin);
        self.part(
            "*chart.Maintainer",
            origin,
            vec![
                Field::tagged("Name", "name", true, text(&maintainer.name)),
                Field::tagged("Email", "email", true, text(&maintainer.email)),
                Field::tagged("URL", "url", true, text(&maintainer.url)),
            ],
        )
    }

    fn dependency(&mut self, requirement: &Requirement) -> Value {
        let origin = builtin(self.trace, "Chart.Dependencies");
        let declared = &requirement.declared;
        let text = |text: &Arc<str>| Value::of(Data::Str(Text::plain(Arc::clone(text))), origin);
        let tags = self.texts("Chart.Dependencies", &declared.tags);
        let imports = match &requirement.imports {
            Some(pairs) => {
                pairs.iter().map(|(child, parent)| pair(child, parent, origin)).collect()
            }
            None => declared.import_values.iter().map(|node| plain(node, origin)).collect(),
        };
        let imports = Value::of(Data::List(List::new(imports)), origin);
        self.part(
            "*chart.Dependency",
            origin,
            vec![
                Field::tagged("Name", "name", false, text(&requirement.name)),
                Field::tagged("Version", "version", true, text(&declared.version)),
                Field::tagged("Repository", "repository", false, text(&declared.repository)),
                Field::tagged("Condition", "condition", true, text(&declared.condition)),
                Field::tagged("Tags", "tags", true, tags),
                Field::tagged(
                    "Enabled",
                    "enabled",
                    true,
                    Value::of(Data::Bool(requirement.enabled), origin),
                ),
                Field::tagged("ImportValues", "import-values", true, imports),
                Field::tagged("Alias", "alias", true, text(&declared.alias)),
            ],
        )
    }

    /// A struct in a list: a map in Helm 4, a pointer in Helm 3.
    fn part(&mut self, type_name: &'static str, origin: OriginId, fields: Vec<Field>) -> Value {
        if self.profile.chart_is_map() {
            let map = Map::new();
            for field in fields {
                map.insert(field.name, field.value);
            }
            return Value::of(Data::Map(map), origin);
        }
        let record = Record { type_name, kind: "ptr", embedded: None, fields, methods: Vec::new() };
        Value::of(Data::Host(Rc::new(record)), origin)
    }
}

fn pair(child: &str, parent: &str, origin: OriginId) -> Value {
    let entries = [("child", child), ("parent", parent)]
        .map(|(key, text)| (Arc::from(key), Value { origin, ..Value::str(text) }));
    let map = Map::from_entries(entries.into_iter().collect(), MapKind::Strings);
    Value::of(Data::Map(map), origin)
}

/// Whatever `import-values` holds where nobody has looked at it.
fn plain(node: &Node, origin: OriginId) -> Value {
    let data = match &node.content {
        Content::Null => Data::Nil,
        Content::Bool(value) => Data::Bool(*value),
        Content::Number(number) => Data::Float(number.as_f64()),
        Content::String(text) => Data::Str(Text::plain(Arc::clone(text))),
        Content::Sequence(items) => {
            Data::List(List::new(items.iter().map(|item| plain(item, origin)).collect()))
        }
        Content::Mapping(entries) => {
            let map = Map::new();
            for entry in entries {
                map.insert(Arc::clone(&entry.key), plain(&entry.value, origin));
            }
            Data::Map(map)
        }
    };
    Value::of(data, origin)
}
