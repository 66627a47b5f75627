//! Elements and parts of lists.

use super::{items_of, list_from, to_i64};
use crate::functions::{Call, Failure, Outcome};
use crate::value::{Data, List, Value};

pub(super) fn first(call: &mut Call<'_>) -> Outcome {
    let list = call.any(0).clone();
    let items = items_of(&list, "find first on", call.env)?;
    Ok(element(&list, items.into_iter().next()))
}

pub(super) fn last(call: &mut Call<'_>) -> Outcome {
    let list = call.any(0).clone();
    let items = items_of(&list, "find last on", call.env)?;
    Ok(element(&list, items.into_iter().next_back()))
}

fn element(list: &Value, item: Option<Value>) -> Value {
    item.unwrap_or_else(|| Value::of(Data::Nil, list.origin))
}

pub(super) fn rest(call: &mut Call<'_>) -> Outcome {
    let list = call.any(0).clone();
    let items = items_of(&list, "find rest on", call.env)?;
    Ok(part(items.split_first().map(|(_, rest)| rest), &list))
}

pub(super) fn initial(call: &mut Call<'_>) -> Outcome {
    let list = call.any(0).clone();
    let items = items_of(&list, "find initial on", call.env)?;
    Ok(part(items.split_last().map(|(_, rest)| rest), &list))
}

/// A list of the elements; of nothing at all, Go's nil slice.
fn part(items: Option<&[Value]>, of: &Value) -> Value {
    match items {
        Some(items) => list_from(items.to_vec(), of.own_origin()),
        None => Value::of(Data::List(List::nil()), of.own_origin()),
    }
}

pub(super) fn slice(call: &mut Call<'_>) -> Outcome {
    let list = call.any(0).clone();
    if !list.is_nil() && list.kind() != "slice" {
        let kind = list.kind();
        return Err(Failure::error(format!("list should be type of slice or array but {kind}")));
    }
    let items = items_of(&list, "slice", call.env)?;
    if items.is_empty() {
        return Ok(element(&list, None));
    }
    let bound = |index: usize, otherwise: i64| call.rest(1).get(index).map_or(otherwise, to_i64);
    let (start, end) = (bound(0, 0), bound(1, items.len() as i64));
    let part = match (usize::try_from(start), usize::try_from(end)) {
        (Ok(start), Ok(end)) => items.get(start..end),
        _ => None,
    };
    let Some(part) = part else {
        return Err(Failure::error("reflect.Value.Slice: slice index out of bounds"));
    };
    let part = part.to_vec();
    let by = call.own_origins(0);
    Ok(Value { origin: by, ..same_kind(&list, &part) })
}

/// A list of the elements with the static type of `list`.
fn same_kind(list: &Value, items: &[Value]) -> Value {
    match &list.data {
        Data::Bytes(_) => {
            let byte = |item: &Value| match item.data {
                Data::Int(byte, _) => u8::try_from(byte).unwrap_or(0),
                _ => 0,
            };
            Value::of(Data::Bytes(items.iter().map(byte).collect()), list.origin)
        }
        Data::List(of) => {
            let part = List::of_kind(items.to_vec(), of.kind());
            Value::of(Data::List(part), list.own_origin())
        }
        _ => list_from(items.to_vec(), list.own_origin()),
    }
}
