//! Functions on maps.

mod copy;

use super::merge;
use super::strings::strval;
use super::{Call, Env, Failure, Family, Function, Outcome, Type};
use crate::trace::{Leaf, OriginId};
use crate::value::{Data, Entries, List, ListKind, Map, MapKind, Text, Value};

const MAP: &[Type] = &[Type::Map];
const MAP_STR: &[Type] = &[Type::Map, Type::Str];

pub(super) const FAMILY: Family = Family {
    name: "dicts",
    source: "sprig 3.3.0 dict.go",
    functions: &[
        Function::new("deepCopy", &[Type::Any], copy::deep_copy, "Returns a copy at every depth."),
        Function::variadic("dict", &[], Type::Any, dict, "Makes a map of keys and values.")
            .reads_octets(),
        Function::variadic(
            "dig",
            &[],
            Type::Any,
            dig,
            "Returns the entry under a path of keys, or the value before the map.",
        ),
        Function::new("get", MAP_STR, get, "Returns the entry of a map, or an empty string."),
        Function::new("hasKey", MAP_STR, has_key, "Returns whether a map has a key."),
        Function::variadic(
            "keys",
            &[],
            Type::Map,
            keys,
            "Returns the keys of maps; in key order, where Go's is random.",
        ),
        Function::variadic(
            "merge",
            MAP,
            Type::Map,
            merge::merge,
            "Fills gaps in the first map from the others, and returns it.",
        ),
        Function::variadic(
            "mergeOverwrite",
            MAP,
            Type::Map,
            merge::merge_overwrite,
            "Writes the other maps over the first, and returns it.",
        ),
        Function::new("mustDeepCopy", &[Type::Any], copy::deep_copy, "Does what `deepCopy` does."),
        Function::variadic("mustMerge", MAP, Type::Map, merge::merge, "Does what `merge` does."),
        Function::variadic(
            "mustMergeOverwrite",
            MAP,
            Type::Map,
            merge::merge_overwrite,
            "Does what `mergeOverwrite` does.",
        ),
        Function::variadic("omit", MAP, Type::Str, omit, "Returns a map without some keys."),
        Function::variadic("pick", MAP, Type::Str, pick, "Returns a map with some keys only."),
        Function::variadic(
            "pluck",
            &[Type::Str],
            Type::Map,
            pluck,
            "Returns the entries that several maps have under one key.",
        ),
        Function::new(
            "set",
            &[Type::Map, Type::Str, Type::Any],
            set,
            "Sets an entry of the map itself, and returns the map.",
        )
        .reads_octets(),
        Function::new("unset", MAP_STR, unset, "Removes an entry of the map itself."),
        Function::new(
            "values",
            MAP,
            values,
            "Returns the entries of a map; in key order, where Go's is random.",
        ),
    ],
};

/// The origin of an entry that `holder` does not have under `key`.
pub(super) fn missing(holder: &Value, key: &str, env: &mut Env) -> OriginId {
    if holder.origin == OriginId::NONE {
        return OriginId::NONE;
    }
    env.trace.leaf(Leaf::Unset { parent: holder.origin, key: key.into() })
}

/// The map argument at `index` under its own origin, as Go hands it on.
fn same_map(call: &Call<'_>, index: usize) -> Value {
    let origin = call.any(index).origin;
    Value::of(Data::Map(call.map(index).as_kind(MapKind::Any)), origin)
}

fn map_of(entries: Entries) -> Value {
    Value::of(Data::Map(Map::from_entries(entries, MapKind::Any)), OriginId::NONE)
}

/// An entry for a map or list, which must have an origin of its own.
fn entry(value: &Value) -> Value {
    let origin = if value.origin == OriginId::UNSET { OriginId::NONE } else { value.origin };
    Value::of(value.data.clone(), origin)
}

fn dict(call: &mut Call<'_>) -> Outcome {
    let mut entries = Entries::default();
    call.env.spend_elements(call.args().len())?;
    for pair in call.args().chunks(2) {
        let [key, ..] = pair else { continue };
        let key = strval(key, call.env)?;
        let by = call.env.origin_of(&key);
        let key = key.as_text().map(Text::shared).unwrap_or_default();
        let mut value = match pair.get(1) {
            Some(value) => entry(value),
            None => Value::of(Data::Str(Text::plain("")), OriginId::NONE),
        };
        value.origin = call.env.trace.decided(value.origin, by);
        entries.insert(key, value);
    }
    Ok(map_of(entries))
}

fn get(call: &mut Call<'_>) -> Outcome {
    let (map, key) = (call.map(0), call.str(1));
    let holder = call.any(0).clone();
    let found = map.get(key).unwrap_or_else(|| {
        let origin = missing(&holder, key, call.env);
        Value::of(Data::Str(Text::plain("")), origin)
    });
    let mut found = call.env.inherit(holder.origin, found);
    let by = call.origin(1);
    found.origin = call.env.trace.decided(found.origin, by);
    Ok(found)
}

fn set(call: &mut Call<'_>) -> Outcome {
    let mut value = entry(call.any(2));
    let by = call.origin(1);
    value.origin = call.env.trace.decided(value.origin, by);
    call.env.spend_elements(1)?;
    let map = call.map(0);
    if map.is_nil() {
        return Err(Failure::error("assignment to entry in nil map"));
    }
    let Some(key) = call.any(1).as_text().map(Text::shared) else {
        return Err(Failure::not_text());
    };
    call.env.put(&map, key, value);
    Ok(same_map(call, 0))
}

fn unset(call: &mut Call<'_>) -> Outcome {
    call.map(0).remove(call.str(1));
    Ok(same_map(call, 0))
}

fn has_key(call: &mut Call<'_>) -> Outcome {
    let (holder, key) = (call.any(0).clone(), call.str(1));
    let found = call.map(0).get(key);
    let origin = match &found {
        Some(found) if found.origin != OriginId::NONE => found.origin,
        Some(_) => holder.origin,
        None => missing(&holder, key, call.env),
    };
    let origin = call.env.trace.computed(origin);
    Ok(Value::of(Data::Bool(found.is_some()), origin))
}

fn pluck(call: &mut Call<'_>) -> Outcome {
    let key = call.str(0);
    let found = (1..call.args().len()).filter_map(|index| call.map(index).get(key)).collect();
    let origin = call.own_origins(0);
    Ok(Value::of(Data::List(List::new(found)), origin))
}

fn keys(call: &mut Call<'_>) -> Outcome {
    let mut keys = Vec::new();
    for index in 0..call.args().len() {
        let origin = call.any(index).origin;
        let map = call.map(index);
        call.env.spend_elements(map.len())?;
        let names = map.borrow();
        keys.extend(names.keys().map(|key| Value::of(Data::Str(Text::plain(key.clone())), origin)));
    }
    let origin = call.own_origins(0);
    Ok(Value::of(Data::List(List::of_kind(keys, ListKind::Strings)), origin))
}

fn values(call: &mut Call<'_>) -> Outcome {
    let map = call.map(0);
    call.env.spend_elements(map.len())?;
    let values = map.snapshot().into_iter().map(|(_, value)| value).collect();
    let origin = call.own_origins(0);
    Ok(Value::of(Data::List(List::new(values)), origin))
}

fn pick(call: &mut Call<'_>) -> Outcome {
    let (map, holder) = (call.map(0), call.any(0).origin);
    let mut entries = Entries::default();
    for index in 1..call.args().len() {
        let key = call.text(index).shared();
        if let Some(value) = map.get(&key) {
            entries.insert(key, call.env.inherit(holder, value));
        }
    }
    let origin = call.own_origins(0);
    Ok(Value { origin, ..map_of(entries) })
}

fn omit(call: &mut Call<'_>) -> Outcome {
    let map = call.map(0);
    call.env.spend_elements(map.len())?;
    let mut entries: Entries = map.snapshot().into_iter().collect();
    for index in 1..call.args().len() {
        entries.remove(call.str(index));
    }
    let origin = call.own_origins(0);
    Ok(Value { origin, ..map_of(entries) })
}

/// Go's panic when an interface does not hold what it is taken for.
fn wrong_type(value: &Value, wanted: &str) -> Failure {
    let got = if value.is_nil() { "nil" } else { value.type_name() };
    Failure::error(format!("interface conversion: interface {{}} is {got}, not {wanted}"))
}

fn plain_map(value: &Value) -> Result<Map, Failure> {
    match &value.data {
        Data::Map(map) if map.kind() == MapKind::Any => Ok(map.clone()),
        _ => Err(wrong_type(value, MapKind::Any.type_name())),
    }
}

fn dig(call: &mut Call<'_>) -> Outcome {
    let [path @ .., otherwise, holder] = call.args() else {
        return Err(Failure::error("dig needs at least three arguments"));
    };
    if path.is_empty() {
        return Err(Failure::error("dig needs at least three arguments"));
    }
    let mut map = plain_map(holder)?;
    let mut holder = holder.clone();
    let mut keys = Vec::with_capacity(path.len());
    for key in path {
        keys.push(key.as_text().ok_or_else(|| wrong_type(key, "string"))?);
    }
    let last = keys.len() - 1;
    for (index, key) in keys.into_iter().enumerate() {
        let Some(step) = map.get(key.as_str()).map(|step| call.env.inherit(holder.origin, step))
        else {
            let by = missing(&holder, key.as_str(), call.env);
            let origin = call.env.trace.decided(otherwise.origin, by);
            return Ok(Value::of(otherwise.data.clone(), origin));
        };
        if index == last {
            return Ok(step);
        }
        map = plain_map(&step)?;
        holder = step;
    }
    Ok(otherwise.clone())
}
