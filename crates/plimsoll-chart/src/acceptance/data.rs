//! Test rows' data: JSON with Go's types, and values as plain JSON.

use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Map as Object, Value as Json, json};

use crate::Profile;
use crate::functions::base64_bytes;
use crate::load::Part;
use crate::objects::{Capabilities, Files, KubeVersion};
use crate::trace::Trace;
use crate::value::{Data, Entries, IntKind, List, ListKind, Map, MapKind, Value, complex};

/// The string under `key`, or nothing of it.
pub(crate) fn text<'r>(row: &'r Json, key: &str) -> &'r str {
    row[key].as_str().unwrap_or_default()
}

/// A value of a Go type: JSON for Go's nil, booleans, strings and `[]any`, and for the others an
/// object of type `t` and value `v`.
pub(crate) fn value(json: &Json, profile: Profile, trace: &mut Trace) -> Value {
    let data = match json {
        Json::Null => Data::Nil,
        Json::Bool(value) => Data::Bool(*value),
        Json::String(text) => return Value::str(text.as_str()),
        Json::Array(_) => Data::List(List::new(items(json, profile, trace))),
        Json::Object(_) => return typed(text(json, "t"), &json["v"], profile, trace),
        Json::Number(number) => panic!("a number without type: {number}"),
    };
    Value::new(data)
}

fn items(json: &Json, profile: Profile, trace: &mut Trace) -> Vec<Value> {
    json.as_array().unwrap().iter().map(|item| value(item, profile, trace)).collect()
}

fn typed(kind: &str, json: &Json, profile: Profile, trace: &mut Trace) -> Value {
    let written = json.as_str().unwrap_or_default();
    let int = |kind| Data::Int(written.parse().unwrap(), kind);
    let octets = || base64_bytes(written).unwrap();
    Value::new(match kind {
        "int" => int(IntKind::Int),
        "int64" => int(IntKind::Int64),
        "duration" => int(IntKind::Duration),
        "uint64" => Data::Uint(written.parse().unwrap()),
        "float64" => Data::Float(match written {
            "+Inf" => f64::INFINITY,
            "-Inf" => f64::NEG_INFINITY,
            "NaN" => f64::NAN,
            _ => written.parse().unwrap(),
        }),
        "complex128" => complex(json[0].as_f64().unwrap(), json[1].as_f64().unwrap()),
        "time" => return crate::functions::time_of(written),
        "bytes" => Data::Bytes(octets().into()),
        "octets" => Data::string_of(&octets()),
        "strings" => {
            Data::List(list(json, ListKind::Strings, |item| Value::str(item.as_str().unwrap())))
        }
        "ints" => Data::List(list(json, ListKind::Ints, |item| Value::int(item.as_i64().unwrap()))),
        "nil list" => Data::List(List::nil()),
        "nil map" => Data::Map(Map::nil()),
        "map" => Data::Map(map(json, MapKind::Any, profile, trace)),
        "map of strings" => Data::Map(map(json, MapKind::Strings, profile, trace)),
        "common.Values" | "chartutil.Values" => {
            Data::Map(map(json, MapKind::Values(profile), profile, trace))
        }
        "engine.files" => return files(json, profile, trace),
        "*common.Capabilities" | "*chartutil.Capabilities" => {
            return capabilities(&json["v"], profile, trace);
        }
        _ => panic!("no value of type {kind}"),
    })
}

fn list(json: &Json, kind: ListKind, item: impl Fn(&Json) -> Value) -> List {
    match json.as_array() {
        Some(items) => List::of_kind(items.iter().map(item).collect(), kind),
        None => List::nil_of_kind(kind),
    }
}

fn map(json: &Json, kind: MapKind, profile: Profile, trace: &mut Trace) -> Map {
    let entries = json.as_object().unwrap().iter();
    let entries: Entries =
        entries.map(|(key, item)| (Arc::from(key.as_str()), value(item, profile, trace))).collect();
    Map::from_entries(entries, kind)
}

fn files(json: &Json, profile: Profile, trace: &mut Trace) -> Value {
    let parts: Vec<Part> = json
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, data)| {
            let name: Arc<str> = Arc::from(name.as_str());
            let data = base64_bytes(text(data, "v")).unwrap();
            Part::new(Arc::clone(&name), name, data.into())
        })
        .collect();
    Files::object(&parts, profile, trace)
}

fn capabilities(json: &Json, profile: Profile, trace: &mut Trace) -> Value {
    let mut capabilities = Capabilities::assumed(profile);
    let versions = json["APIVersions"].as_array().map_or(&[][..], Vec::as_slice);
    capabilities.api_versions =
        versions.iter().map(|version| Arc::from(version.as_str().unwrap())).collect();
    if let Ok(version) = KubeVersion::parse(text(&json["KubeVersion"]["v"], "Version"), profile) {
        capabilities.kube_version = version;
    }
    capabilities.object(profile, trace)
}

/// A value as plain JSON, numbers by value.
pub(crate) fn json_of(value: &Value) -> Json {
    match &value.data {
        Data::Invalid | Data::Nil => Json::Null,
        Data::Bool(value) => json!(value),
        Data::Int(int, _) => json!(int),
        Data::Uint(int) => json!(int),
        Data::Float(float) => json!(float),
        Data::Str(text) => json!(text.as_str()),
        Data::Octets(bytes) | Data::Bytes(bytes) => json!({ "bytes": &bytes[..] }),
        Data::List(list) if list.is_nil() => Json::Null,
        Data::List(list) => list.items().iter().map(json_of).collect(),
        Data::Map(map) if map.is_nil() => Json::Null,
        Data::Map(map) => {
            let entries = map.snapshot().into_iter();
            Json::Object(
                entries
                    .map(|(key, item)| (key.as_ref().to_owned(), json_of(&item)))
                    .collect::<Object<_, _>>(),
            )
        }
        Data::Host(host) => json_of(&Rc::clone(host).plain()),
    }
}
