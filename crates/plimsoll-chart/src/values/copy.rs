//! Copies and plain merges of values.

use crate::value::{Data, List, Map, Value};

/// Copies a value with all maps in it, so that changing one does not change the other.
pub(crate) fn deep_copy(value: &Value) -> Value {
    let data = match &value.data {
        Data::Map(map) => Data::Map(copy_map(map)),
        Data::List(list) if list.items().iter().any(holds_map) => {
            let items = list.items().iter().map(deep_copy).collect();
            Data::List(List::of_kind(items, list.kind()))
        }
        other => other.clone(),
    };
    Value::of(data, value.origin)
}

/// Copies a map with all maps in it.
pub(crate) fn copy_map(map: &Map) -> Map {
    if let Some(copy) = map.untouched_copy() {
        return copy;
    }
    let mut entries = map.borrow().clone();
    entries.for_each_mut(|value| {
        if holds_map(value) {
            *value = deep_copy(value);
        }
    });
    Map::from_entries(entries, map.kind())
}

/// Copies a map, but not the maps in it.
pub(crate) fn shallow_copy(map: &Map) -> Map {
    Map::from_entries(map.borrow().clone(), map.kind())
}

fn holds_map(value: &Value) -> bool {
    match &value.data {
        Data::Map(_) => true,
        Data::List(list) => list.items().iter().any(holds_map),
        _ => false,
    }
}

/// The map that a value is.
pub(crate) fn as_map(value: &Value) -> Option<&Map> {
    if let Data::Map(map) = &value.data { Some(map) } else { None }
}

/// Puts `over` over `base` (Helm's `MergeMaps`): maps merge, anything else is replaced, null too.
///
/// Neither map is changed. The result counts as set where `over` is set.
pub(crate) fn merge(base: &Value, over: Value) -> Value {
    let (Data::Map(below), Data::Map(above)) = (&base.data, &over.data) else { return over };
    let merged = shallow_copy(below);
    for (key, value) in above.snapshot() {
        let value = match merged.get(&key) {
            Some(before) if as_map(&value).is_some() && as_map(&before).is_some() => {
                merge(&before, value)
            }
            _ => value,
        };
        merged.insert(key, value);
    }
    Value::of(Data::Map(merged), over.origin)
}
