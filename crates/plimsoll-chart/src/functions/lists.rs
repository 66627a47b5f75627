//! Functions on lists.

mod part;

use super::convert::to_i64;
use super::{Call, Env, Failure, Family, Function, Outcome, Type};
use crate::go::compare;
use crate::trace::OriginId;
use crate::value::{Data, IntKind, List, ListKind, Value};

const ANY: &[Type] = &[Type::Any];
const TWO: &[Type] = &[Type::Any, Type::Any];

pub(super) const FAMILY: Family = Family {
    name: "lists",
    source: "sprig 3.3.0 list.go",
    functions: &[
        Function::new("append", TWO, append, "Returns the list with a value added at the end.")
            .reads_octets(),
        Function::new(
            "chunk",
            &[Type::Int, Type::Any],
            chunk,
            "Splits a list into lists of so many elements.",
        ),
        Function::new("compact", ANY, compact, "Returns the list without its empty elements."),
        Function::variadic("concat", &[], Type::Any, concat, "Puts lists together into one."),
        Function::new("first", ANY, part::first, "Returns the first element, or nil."),
        Function::new("has", TWO, has, "Returns whether a list holds a value.").reads_octets(),
        Function::new("initial", ANY, part::initial, "Returns all elements but the last."),
        Function::new("last", ANY, part::last, "Returns the last element, or nil."),
        Function::variadic("list", &[], Type::Any, list, "Makes a list of the values.")
            .reads_octets(),
        Function::new("mustAppend", TWO, append, "Does what `append` does."),
        Function::new("mustChunk", &[Type::Int, Type::Any], chunk, "Does what `chunk` does."),
        Function::new("mustCompact", ANY, compact, "Does what `compact` does."),
        Function::new("mustFirst", ANY, part::first, "Does what `first` does."),
        Function::new("mustHas", TWO, has, "Does what `has` does."),
        Function::new("mustInitial", ANY, part::initial, "Does what `initial` does."),
        Function::new("mustLast", ANY, part::last, "Does what `last` does."),
        Function::new("mustPrepend", TWO, prepend, "Does what `prepend` does."),
        Function::new("mustPush", TWO, append, "Does what `append` does."),
        Function::new("mustRest", ANY, part::rest, "Does what `rest` does."),
        Function::new("mustReverse", ANY, reverse, "Does what `reverse` does."),
        Function::variadic("mustSlice", ANY, Type::Any, part::slice, "Does what `slice` does."),
        Function::new("mustUniq", ANY, uniq, "Does what `uniq` does."),
        Function::variadic("mustWithout", ANY, Type::Any, without, "Does what `without` does."),
        Function::new("prepend", TWO, prepend, "Returns the list with a value added in front.")
            .reads_octets(),
        Function::new("push", TWO, append, "Does what `append` does.").reads_octets(),
        Function::new("rest", ANY, part::rest, "Returns all elements but the first."),
        Function::new("reverse", ANY, reverse, "Returns the elements in reverse order."),
        Function::variadic(
            "slice",
            ANY,
            Type::Any,
            part::slice,
            "Returns the elements of a list from a start to an end.",
        ),
        Function::variadic("tuple", &[], Type::Any, list, "Does what `list` does.").reads_octets(),
        Function::new("uniq", ANY, uniq, "Returns the list without repeated elements."),
        Function::variadic(
            "without",
            ANY,
            Type::Any,
            without,
            "Returns the list without the given elements.",
        ),
    ],
};

/// A list of Go type `[]interface {}` that a template wrote.
fn list_of(items: Vec<Value>) -> Value {
    list_from(items, OriginId::NONE)
}

/// A list of Go type `[]interface {}` whose length owes to `origin`.
fn list_from(items: Vec<Value>, origin: OriginId) -> Value {
    Value::of(Data::List(List::new(items)), origin)
}

/// The elements of a slice; `verb` says what cannot be done with anything else.
fn items_of(value: &Value, verb: &str, env: &mut Env) -> Result<Vec<Value>, Failure> {
    let items = match &value.data {
        Data::List(list) => list.items().to_vec(),
        Data::Bytes(bytes) => bytes
            .iter()
            .map(|byte| Value::of(Data::Int(i64::from(*byte), IntKind::Uint8), value.origin))
            .collect(),
        Data::Host(host) if host.kind() == "slice" => return items_of(&host.plain(), verb, env),
        Data::Nil | Data::Invalid => {
            return Err(Failure::error(
                "runtime error: invalid memory address or nil pointer dereference",
            ));
        }
        _ => return Err(Failure::error(format!("Cannot {verb} type {}", value.kind()))),
    };
    env.spend_elements(items.len())?;
    Ok(items)
}

fn list(call: &mut Call<'_>) -> Outcome {
    call.env.spend_elements(call.args().len())?;
    Ok(list_of(call.args().to_vec()))
}

fn append(call: &mut Call<'_>) -> Outcome {
    let (list, item) = (call.any(0).clone(), call.any(1).clone());
    let mut items = items_of(&list, "push on", call.env)?;
    items.push(item);
    Ok(list_from(items, list.own_origin()))
}

fn prepend(call: &mut Call<'_>) -> Outcome {
    let (list, item) = (call.any(0).clone(), call.any(1).clone());
    let mut items = items_of(&list, "prepend on", call.env)?;
    items.insert(0, item);
    Ok(list_from(items, list.own_origin()))
}

fn reverse(call: &mut Call<'_>) -> Outcome {
    let list = call.any(0).clone();
    let mut items = items_of(&list, "find reverse on", call.env)?;
    items.reverse();
    Ok(list_from(items, list.own_origin()))
}

fn compact(call: &mut Call<'_>) -> Outcome {
    let list = call.any(0).clone();
    let mut items = items_of(&list, "compact on", call.env)?;
    items.retain(Value::truth);
    let origin = call.origin(0);
    Ok(list_from(items, origin))
}

fn uniq(call: &mut Call<'_>) -> Outcome {
    let list = call.any(0).clone();
    let mut kept = Vec::new();
    for item in items_of(&list, "find uniq on", call.env)? {
        if !holds(&kept, &item, call.env)? {
            kept.push(item);
        }
    }
    let origin = call.origin(0);
    Ok(list_from(kept, origin))
}

fn without(call: &mut Call<'_>) -> Outcome {
    let list = call.any(0).clone();
    let mut kept = Vec::new();
    for item in items_of(&list, "find without on", call.env)? {
        if !holds(call.rest(1), &item, call.env)? {
            kept.push(item);
        }
    }
    let origin = call.origins();
    Ok(list_from(kept, origin))
}

fn has(call: &mut Call<'_>) -> Outcome {
    let (needle, list) = (call.any(0).clone(), call.any(1).clone());
    if list.is_nil() {
        return Ok(Value::bool(false));
    }
    let found = if let Data::List(list) = &list.data {
        call.env.spend_elements(list.len())?;
        holds(list.items(), &needle, call.env)?
    } else {
        let items = items_of(&list, "find has on", call.env)?;
        holds(&items, &needle, call.env)?
    };
    Ok(call.owing_to_all(Value::bool(found)))
}

fn holds(items: &[Value], wanted: &Value, env: &mut Env) -> Result<bool, Failure> {
    for item in items {
        if compare::deep_equal(wanted, item, env)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn concat(call: &mut Call<'_>) -> Outcome {
    let mut all = Vec::new();
    for list in call.args() {
        if !list.is_nil() && list.kind() != "slice" {
            let kind = list.kind();
            return Err(Failure::error(format!("Cannot concat type {kind} as list")));
        }
        all.extend(items_of(list, "concat", call.env)?);
    }
    let origin = call.own_origins(0);
    if all.is_empty() {
        return Ok(Value::of(Data::List(List::nil()), origin));
    }
    Ok(list_from(all, origin))
}

/// Splits as sprig does, whose arithmetic in floats gives odd but exact answers for sizes below 1.
fn chunk(call: &mut Call<'_>) -> Outcome {
    let (size, list) = (call.int(0), call.any(1).clone());
    let items = items_of(&list, "chunk", call.env)?;
    let too_long = || Failure::error("runtime error: makeslice: len out of range");
    let (length, width) = (items.len() as f64, size as f64);
    let count = ((length - 1.0) / width).floor() + 1.0;
    if !(0.0..=length.max(1.0)).contains(&count) {
        return Err(too_long());
    }
    let count = count as usize;
    let mut chunks = Vec::with_capacity(count);
    for index in 0..count {
        let mut wanted = size;
        if index + 1 == count {
            let rest = (length % width).floor() as i64;
            wanted = if rest == 0 { size } else { rest };
        }
        let wanted = usize::try_from(wanted).map_err(|_| too_long())?;
        let start = index.saturating_mul(usize::try_from(size).unwrap_or(0));
        let part = items.get(start..start.saturating_add(wanted)).unwrap_or_default();
        chunks.push(list_from(part.to_vec(), list.own_origin()));
    }
    let origin = call.own_origins(0);
    Ok(Value::of(Data::List(List::of_kind(chunks, ListKind::Lists)), origin))
}
