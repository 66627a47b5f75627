//! Functions that choose between values, or stop the rendering.

use std::sync::Arc;

use plimsoll_yaml::{Content, Node, Number};

use super::{Call, Env, Failure, Family, Function, Outcome, Type};
use crate::trace::{Leaf, OriginId};
use crate::value::{Data, IntKind, List, Map, Text, Value};

pub(super) const FAMILY: Family = Family {
    name: "flow",
    source: "sprig 3.3.0 defaults.go, Helm 4.2.4 pkg/engine/engine.go",
    functions: &[
        Function::variadic("all", &[], Type::Any, all, "Returns whether no value is empty.")
            .reads_octets(),
        Function::variadic("any", &[], Type::Any, any, "Returns whether any value is not empty.")
            .reads_octets(),
        Function::variadic(
            "coalesce",
            &[],
            Type::Any,
            coalesce,
            "Returns the first value that is not empty.",
        )
        .reads_octets(),
        Function::variadic(
            "default",
            &[Type::Any],
            Type::Any,
            default,
            "Returns the last value, or the first when the last is empty.",
        )
        .reads_octets(),
        Function::new(
            "empty",
            &[Type::Any],
            empty,
            "Returns whether the value is the zero of its type: false, 0, nil or without elements.",
        )
        .reads_octets(),
        Function::new("fail", &[Type::Str], fail, "Stops the rendering with a message."),
        Function::new(
            "getHostByName",
            &[Type::Str],
            get_host_by_name,
            "Returns an empty string: Helm looks no names up unless it is told to.",
        ),
        Function::new(
            "lookup",
            &[Type::Str, Type::Str, Type::Str, Type::Str],
            lookup,
            "Returns an empty map: rendering sees no cluster.",
        ),
        Function::new(
            "required",
            &[Type::Str, Type::Any],
            required,
            "Returns the value, or stops the rendering with a message when it is nil or \"\".",
        )
        .reads_octets(),
        Function::new(
            "ternary",
            &[Type::Any, Type::Any, Type::Bool],
            ternary,
            "Returns the first value when the last is true, else the second.",
        )
        .reads_octets(),
    ],
};

/// What tells whether `value` is empty: of a container only the container itself.
fn emptiness(value: &Value, env: &mut Env) -> OriginId {
    match &value.data {
        Data::List(_) => value.origin,
        _ => env.surface_of(value),
    }
}

/// `value`, chosen because of `by`.
fn chosen(value: &Value, by: OriginId, env: &mut Env) -> Value {
    Value::of(value.data.clone(), env.trace.decided(value.origin, by))
}

fn default(call: &mut Call<'_>) -> Outcome {
    match call.rest(1).first() {
        Some(given) if given.truth() => Ok(given.clone()),
        Some(given) => {
            let by = emptiness(given, call.env);
            let fallback = call.any(0).clone();
            Ok(chosen(&fallback, by, call.env))
        }
        None => Ok(call.any(0).clone()),
    }
}

fn empty(call: &mut Call<'_>) -> Outcome {
    let value = call.any(0).clone();
    let by = emptiness(&value, call.env);
    Ok(Value::of(Data::Bool(!value.truth()), by))
}

fn coalesce(call: &mut Call<'_>) -> Outcome {
    let mut by = OriginId::NONE;
    for value in call.args() {
        if value.truth() {
            return Ok(chosen(value, by, call.env));
        }
        let of = emptiness(value, call.env);
        by = call.env.trace.join(by, of);
    }
    Ok(Value::of(Data::Nil, by))
}

fn all(call: &mut Call<'_>) -> Outcome {
    test_each(call, false)
}

fn any(call: &mut Call<'_>) -> Outcome {
    test_each(call, true)
}

/// Goes through the arguments until one's truth is `stops_at`, and answers with that.
fn test_each(call: &mut Call<'_>, stops_at: bool) -> Outcome {
    let mut by = OriginId::NONE;
    for value in call.args() {
        let of = emptiness(value, call.env);
        by = call.env.trace.join(by, of);
        if value.truth() == stops_at {
            let by = call.env.trace.computed(by);
            return Ok(Value::of(Data::Bool(stops_at), by));
        }
    }
    let by = call.env.trace.computed(by);
    Ok(Value::of(Data::Bool(!stops_at), by))
}

fn ternary(call: &mut Call<'_>) -> Outcome {
    let value = call.any(usize::from(!call.bool(2))).clone();
    let by = call.origin(2);
    Ok(chosen(&value, by, call.env))
}

fn required(call: &mut Call<'_>) -> Outcome {
    let value = call.any(1);
    let is_missing = value.is_nil() || value.as_text().is_some_and(crate::value::Text::is_empty);
    if is_missing {
        if call.any(0).as_text().is_none() {
            return Err(Failure::not_text());
        }
        return Err(Failure::Stop(call.str(0).to_owned()));
    }
    Ok(value.clone())
}

fn fail(call: &mut Call<'_>) -> Outcome {
    Err(Failure::Stop(call.str(0).to_owned()))
}

fn lookup(call: &mut Call<'_>) -> Outcome {
    let origin = call.env.trace.leaf(Leaf::Builtin("lookup".into()));
    let found = call.env.world.lookup(call.str(0), call.str(1), call.str(2), call.str(3));
    Ok(match found {
        Some(node) => object(&node, origin),
        None => Value { origin, ..Env::map_of([]) },
    })
}

/// An object as a cluster would answer it.
fn object(node: &Node, origin: OriginId) -> Value {
    let data = match &node.content {
        Content::Null => Data::Nil,
        Content::Bool(value) => Data::Bool(*value),
        Content::Number(Number::Int(int)) => Data::Int(*int, IntKind::Int64),
        Content::Number(number) => Data::Float(number.as_f64()),
        Content::String(text) => Data::Str(Text::plain(Arc::clone(text))),
        Content::Sequence(items) => {
            Data::List(List::new(items.iter().map(|item| object(item, origin)).collect()))
        }
        Content::Mapping(entries) => {
            let map = Map::new();
            for entry in entries {
                map.insert(Arc::clone(&entry.key), object(&entry.value, origin));
            }
            Data::Map(map)
        }
    };
    Value::of(data, origin)
}

fn get_host_by_name(call: &mut Call<'_>) -> Outcome {
    let found = call.env.world.look_up(call.str(0)).map_err(Failure::error)?;
    Ok(Value::str(found.as_str()))
}
