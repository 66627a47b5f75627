//! Equality as JSON Schema has it: `1` equals `1.0`.

use serde_json::{Number, Value as Json};

use super::super::to_json;
use crate::value::{Data, Value};

/// Tells whether a value equals a JSON value.
pub(super) fn equals(value: &Value, json: &Json) -> bool {
    match (&value.data, json) {
        (Data::Str(text), Json::String(wanted)) => text.as_str() == wanted,
        (Data::List(list), Json::Array(wanted)) => {
            let items = list.items();
            items.len() == wanted.len() && items.iter().zip(wanted).all(|(a, b)| equals(a, b))
        }
        (Data::Map(map), Json::Object(wanted)) => {
            let entries = map.borrow();
            entries.len() == wanted.len()
                && entries
                    .iter()
                    .all(|(key, value)| wanted.get(&**key).is_some_and(|json| equals(value, json)))
        }
        (Data::Str(_) | Data::List(_) | Data::Map(_), _) => false,
        _ => same(&to_json(value), json),
    }
}

/// Tells whether two JSON values are equal.
pub(super) fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => same_numbers(a, b),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, a)| b.get(key).is_some_and(|other| same(a, other)))
        }
        _ => a == b,
    }
}

fn same_numbers(a: &Number, b: &Number) -> bool {
    if let (Some(a), Some(b)) = (a.as_u64(), b.as_u64()) {
        return a == b;
    }
    if let (Some(a), Some(b)) = (a.as_i64(), b.as_i64()) {
        return a == b;
    }
    a.as_f64() == b.as_f64()
}

/// Tells whether no two elements are equal; nothing where there are too many to compare each with
/// each.
pub(super) fn is_unique(items: &[Json]) -> Option<bool> {
    /// So many are compared with each other and no more are hashed: the same in `boon`.
    const MOST: usize = 20;
    if items.len() > MOST {
        let texts: Option<std::collections::BTreeSet<&str>> =
            items.iter().map(Json::as_str).collect();
        return texts.map(|texts| texts.len() == items.len());
    }
    let equal = |(index, a)| items.iter().skip(index + 1).any(|b| same(a, b));
    Some(!items.iter().enumerate().any(equal))
}
