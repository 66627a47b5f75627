//! Looking values up by dotted names, as conditions and imports do.

use super::copy::as_map;
use crate::value::{Map, Value};

/// Finds the map at a dotted name (`Values.Table`); the error is the name that is no map.
pub(crate) fn table(values: &Map, name: &str) -> Result<Value, String> {
    let mut found: Option<Value> = None;
    for part in name.split('.') {
        let next = match &found {
            None => values.get(part),
            Some(value) => as_map(value).and_then(|map| map.get(part)),
        };
        let next = next.filter(|value| as_map(value).is_some());
        found = Some(next.ok_or_else(|| part.to_owned())?);
    }
    found.ok_or_else(|| name.to_owned())
}

/// Finds what is no map at a dotted name (`Values.PathValue`).
pub(super) fn scalar(values: &Map, name: &str) -> Option<Value> {
    let found = match name.rsplit_once('.') {
        None => values.get(name),
        Some((path, key)) => {
            let holder = table(values, path).ok()?;
            as_map(&holder)?.get(key)
        }
    };
    found.filter(|value| as_map(value).is_none())
}
