//! Copies at every depth.

use crate::functions::{Call, Env, Failure, Outcome};
use crate::value::{Data, Entries, List, Map, Value};

/// How deep copying follows nested values; deeper ones are an error.
const MOST_DEPTH: usize = 1000;

pub(super) fn deep_copy(call: &mut Call<'_>) -> Outcome {
    let value = call.any(0).clone();
    if value.is_nil() {
        // The copier asks nothing for its type.
        return Err(Failure::error("reflect: call of reflect.Value.Type on zero Value"));
    }
    copy(&value, 0, call.env)
}

fn copy(value: &Value, depth: usize, env: &mut Env) -> Outcome {
    if depth > MOST_DEPTH {
        return Err(Failure::error("the value is nested too deeply to be copied"));
    }
    env.spend_entries(1)?;
    env.work(4)?;
    let data = match &value.data {
        Data::Map(map) if !map.is_nil() => {
            let mut entries = Entries::default();
            for (key, item) in map.snapshot() {
                entries.insert(key, copy(&item, depth + 1, env)?);
            }
            Data::Map(Map::from_entries(entries, map.kind()))
        }
        Data::List(list) if !list.is_nil() => {
            let mut items = Vec::with_capacity(list.len());
            for item in list.items() {
                items.push(copy(item, depth + 1, env)?);
            }
            Data::List(List::of_kind(items, list.kind()))
        }
        data => data.clone(),
    };
    Ok(Value::of(data, value.origin))
}
