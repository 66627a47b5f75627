//! `import-values`: what a chart takes over from its subcharts' defaults.

use std::sync::Arc;

use plimsoll_yaml::{Content, Node};

use super::coalesce::{GLOBAL, merge_tables, merge_values};
use super::copy::{as_map, copy_map};
use super::family::{Family, MemberId, RequirementId};
use super::lookup::table;
use super::plant::{push_index, push_key};
use crate::trace::{Leaf, Origin, OriginId, Site, Trace};
use crate::value::{Data, List, Map, Value};
use crate::{Error, Profile};

/// Does the imports of `chart` after those of its subcharts.
///
/// This also makes the subcharts' defaults part of the chart's own values, null included.
pub(super) fn import_values(
    family: &mut Family,
    trace: &mut Trace,
    profile: Profile,
    chart: MemberId,
) -> Result<(), Error> {
    for sub in family.dependencies(chart) {
        import_values(family, trace, profile, sub)?;
    }
    let Some(requirements) = family.identity(chart).requirements.clone() else { return Ok(()) };
    let merged = merge_values(family, trace, profile, chart, &Map::new())?;
    let merged = as_map(&merged).cloned().unwrap_or_else(Map::new);
    let imported = Map::new();
    for id in requirements {
        take_over(family, id, &merged, &imported);
    }
    let values = copy_map(&merged);
    for warning in merge_tables(&values, &imported) {
        family.warn(warning);
    }
    let path = family.values_path(chart);
    let values = if imported.is_empty() {
        values
    } else {
        relocate_map(trace, &values, &mut path.clone(), path.len())
    };
    family.set_values(chart, values, trace);
    Ok(())
}

/// Does the imports of one dependency: from `values` into `imported`, where what is there wins.
fn take_over(family: &mut Family, id: RequirementId, values: &Map, imported: &Map) {
    let requirement = family.requirement(id);
    let name = Arc::clone(&requirement.name);
    // In Helm 3 aliases share a requirement. Whoever comes first replaces what is asked for by a
    // form that Helm does not understand itself, so that the others take over nothing.
    let wishes: Vec<(String, String)> = match requirement.imports {
        None => requirement.declared.import_values.iter().filter_map(wish).collect(),
        Some(_) => Vec::new(),
    };
    for (child, parent) in &wishes {
        match table(values, &format!("{name}.{child}")) {
            Ok(found) => {
                let nested = nest(parent, &found);
                for warning in merge_tables(imported, &nested) {
                    family.warn(warning);
                }
            }
            Err(missing) => {
                let missing = crate::go::quote::quote(&missing);
                family.warn(format!(
                    "ImportValues missing table from chart {name}: {missing} is not a table"
                ));
            }
        }
    }
    family.requirement_mut(id).imports = Some(wishes);
}

/// What one element of `import-values` asks for: a path in the subchart, and one in the parent.
fn wish(node: &Node) -> Option<(String, String)> {
    match &node.content {
        Content::String(name) => Some((format!("exports.{name}"), ".".to_owned())),
        Content::Mapping(_) => {
            let text = |key| node.get(key).map_or_else(|| "<nil>".to_owned(), plain);
            Some((text("child"), text("parent")))
        }
        _ => None,
    }
}

/// Go's `%v` of a scalar; no path is written any other way.
fn plain(node: &Node) -> String {
    match &node.content {
        Content::String(text) => text.to_string(),
        Content::Bool(value) => value.to_string(),
        Content::Number(number) => plimsoll_yaml::format_g(number.as_f64()),
        Content::Null => "<nil>".to_owned(),
        Content::Sequence(_) => "[]".to_owned(),
        Content::Mapping(_) => "map[]".to_owned(),
    }
}

/// Wraps what was found so that it lies at a dotted path.
fn nest(path: &str, found: &Value) -> Map {
    // Helm makes a new map in place of an empty one, so that nothing is shared with it.
    let map = as_map(found).filter(|map| !map.is_empty()).cloned().unwrap_or_else(Map::new);
    if path == "." {
        return map;
    }
    let mut origin = found.origin;
    path.split('.').rev().fold(map, |inner, key| {
        let outer = Map::new();
        outer.insert(key, Value::of(Data::Map(inner), origin));
        origin = OriginId::NONE;
        outer
    })
}

/// Copies a map; what was imported says that it is set where it now lies.
///
/// `path` is where the map lies, `root` how much of it is the importing chart's own path.
fn relocate_map(trace: &mut Trace, map: &Map, path: &mut String, root: usize) -> Map {
    let copy = Map::new();
    let length = path.len();
    for (key, value) in map.snapshot() {
        push_key(path, &key);
        copy.insert(key, relocate(trace, &value, path, root));
        path.truncate(length);
    }
    copy
}

fn relocate(trace: &mut Trace, value: &Value, path: &mut String, root: usize) -> Value {
    let length = path.len();
    let data = match &value.data {
        Data::Map(map) => Data::Map(relocate_map(trace, map, path, root)),
        Data::List(list) => {
            let mut items = Vec::with_capacity(list.len());
            for (index, item) in list.items().iter().enumerate() {
                push_index(path, index);
                items.push(relocate(trace, item, path, root));
                path.truncate(length);
            }
            Data::List(List::of_kind(items, list.kind()))
        }
        other => other.clone(),
    };
    let site = match leaf(trace, value.origin) {
        Some((from, site)) => (!belongs(&from, path, root)).then_some(site),
        // A map that only an import's target path made: it is set where its first entry is.
        None => first_site(trace, &data),
    };
    let origin = match site {
        Some(site) => trace.leaf(Leaf::Value { path: Arc::from(path.as_str()), site }),
        None => value.origin,
    };
    Value::of(data, origin)
}

/// Tells whether a value set at `from` may stay so although it lies at `path`: it lies there, or it
/// is a global that a chart above handed down.
fn belongs(from: &str, path: &str, root: usize) -> bool {
    let below = path.get(root..).unwrap_or("");
    let is_key = |at: usize| {
        let (before, after) = (&below[..at], &below[at + GLOBAL.len()..]);
        (before.is_empty() || before.ends_with('.'))
            && (after.is_empty() || after.starts_with(['.', '[']))
    };
    let global = below.match_indices(GLOBAL).map(|(at, _)| at).find(|at| is_key(*at));
    from == path || global.is_some_and(|at| from.ends_with(&below[at..]))
}

fn leaf(trace: &Trace, origin: OriginId) -> Option<(Arc<str>, Site)> {
    let Origin::Leaf(index) = trace.get(origin) else { return None };
    match trace.get_leaf(index) {
        Some(Leaf::Value { path, site }) => Some((Arc::clone(path), *site)),
        _ => None,
    }
}

fn first_site(trace: &Trace, data: &Data) -> Option<Site> {
    let first = match data {
        Data::Map(map) => map.borrow().values().next().cloned(),
        Data::List(list) => list.items().first().cloned(),
        _ => None,
    }?;
    leaf(trace, first.origin).map(|(_, site)| site).or_else(|| first_site(trace, &first.data))
}
