//! Maps merged as sprig's `merge` does it: dario.cat/mergo 1.0.1 on nested maps.

use super::{Call, Env, Failure, Outcome};
use crate::trace::OriginId;
use crate::value::{Data, Map, MapKind, Value};

/// How deep merging follows nested maps; deeper ones are an error.
const MOST_DEPTH: usize = 1000;

pub(super) fn merge(call: &mut Call<'_>) -> Outcome {
    run(call, false)
}

pub(super) fn merge_overwrite(call: &mut Call<'_>) -> Outcome {
    run(call, true)
}

fn run(call: &mut Call<'_>, overwrite: bool) -> Outcome {
    let mut into = call.map(0).as_kind(MapKind::Any);
    for index in 1..call.args().len() {
        let from = call.map(index);
        if into.is_nil() && !from.is_nil() {
            into = Map::new();
        }
        let holder = call.any(index).origin;
        merge_maps(&into, &from, holder, overwrite, 0, call.env)?;
    }
    let origin = call.own_origins(0);
    Ok(Value::of(Data::Map(into), origin))
}

/// Merges `from`, held by a value of origin `holder`, into `into`, whose nested maps change in
/// place.
fn merge_maps(
    into: &Map,
    from: &Map,
    holder: OriginId,
    overwrite: bool,
    depth: usize,
    env: &mut Env,
) -> Result<(), Failure> {
    if depth > MOST_DEPTH {
        return Err(Failure::error("the maps are nested too deeply to be merged"));
    }
    for (key, _) in from.snapshot() {
        env.spend_elements(1)?;
        let Some(source) = from.get(&key) else { continue };
        let source = env.inherit(holder, source);
        let target = into.get(&key);
        if source.is_nil() {
            if overwrite {
                put(env, into, from.kind(), &key, source)?;
            }
            continue;
        }
        if let (Some(Data::Map(target)), Data::Map(nested)) =
            (target.as_ref().map(|target| &target.data), &source.data)
        {
            merge_maps(target, nested, source.origin, overwrite, depth + 1, env)?;
        }
        match target {
            Some(target) if !is_empty(&target) => {
                let both_maps =
                    matches!((&target.data, &source.data), (Data::Map(_), Data::Map(_)));
                if overwrite && !both_maps {
                    put(env, into, from.kind(), &key, source)?;
                }
            }
            Some(target) => {
                let by = env.origin_of(&target);
                let origin = env.trace.decided(source.origin, by);
                put(env, into, from.kind(), &key, Value::of(source.data, origin))?;
            }
            None => put(env, into, from.kind(), &key, source)?,
        }
    }
    Ok(())
}

/// Sets an entry, unless Go's static types forbid it.
fn put(env: &mut Env, into: &Map, from: MapKind, key: &str, value: Value) -> Result<(), Failure> {
    if into.kind() == MapKind::Strings && from != MapKind::Strings {
        return Err(Failure::error(
            "reflect.Value.SetMapIndex: value of type interface {} is not assignable to type \
             string",
        ));
    }
    env.put(into, key.into(), value);
    Ok(())
}

/// What mergo fills: nothing, zero, false, and what has no elements.
fn is_empty(value: &Value) -> bool {
    match &value.data {
        Data::Host(host) => host.kind() != "struct" && host.kind() != "ptr" && !host.truth(),
        _ => !value.truth(),
    }
}
