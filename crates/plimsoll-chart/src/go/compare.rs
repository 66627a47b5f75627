//! Comparison: `text/template`'s `eq`, `lt` and their like, and `reflect.DeepEqual`.

use std::rc::Rc;

use super::print;
use crate::functions::{Env, Failure};
use crate::value::{Data, Host, Value, complex_parts};

/// How deep comparison follows nested values; deeper ones are an error.
const MOST_DEPTH: usize = 1000;

/// A value of a kind that templates can order or compare.
enum Basic<'v> {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Complex(f64, f64),
    Str(&'v [u8]),
    Other,
}

impl<'v> Basic<'v> {
    fn of(value: &'v Value) -> Self {
        match &value.data {
            Data::Bool(bool) => Self::Bool(*bool),
            Data::Int(int, _) => Self::Int(*int),
            Data::Uint(int) => Self::Uint(*int),
            Data::Float(float) => Self::Float(*float),
            Data::Str(text) => Self::Str(text.as_str().as_bytes()),
            Data::Octets(bytes) => Self::Str(bytes),
            Data::Host(host) if host.kind() == "int" => match host.plain().data {
                Data::Int(int, _) => Self::Int(int),
                _ => Self::Other,
            },
            Data::Host(host) => match complex_parts(&**host) {
                Some((real, imaginary)) => Self::Complex(real, imaginary),
                None => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

/// Go's `eq`: whether `first` equals any of `rest`.
pub(crate) fn equal_any(first: &Value, rest: &[Value], env: &mut Env) -> Result<bool, Failure> {
    if rest.is_empty() {
        return Err(Failure::error("missing argument for comparison"));
    }
    for other in rest {
        if equal(first, other, env)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equal(a: &Value, b: &Value, env: &mut Env) -> Result<bool, Failure> {
    Ok(match (Basic::of(a), Basic::of(b)) {
        (Basic::Bool(a), Basic::Bool(b)) => a == b,
        (Basic::Int(a), Basic::Int(b)) => a == b,
        (Basic::Uint(a), Basic::Uint(b)) => a == b,
        (Basic::Float(a), Basic::Float(b)) => a == b,
        (Basic::Complex(a, b), Basic::Complex(c, d)) => a == c && b == d,
        (Basic::Str(a), Basic::Str(b)) => a == b,
        (Basic::Int(int), Basic::Uint(uint)) | (Basic::Uint(uint), Basic::Int(int)) => {
            u64::try_from(int) == Ok(uint)
        }
        (Basic::Other, Basic::Other) => return equal_others(a, b, env),
        _ if a.is_nil() || b.is_nil() => false,
        _ => return Err(incompatible(a, b)),
    })
}

/// Compares what is neither number, string nor boolean: only nil and pointers can be.
fn equal_others(a: &Value, b: &Value, env: &mut Env) -> Result<bool, Failure> {
    if a.kind() != b.kind() && !a.is_nil() && !b.is_nil() {
        let (as_text, as_value) = (shown(a, 's', env)?, shown(b, 'v', env)?);
        let (a, b) = (a.type_name(), b.type_name());
        return Err(Failure::error(format!(
            "non-comparable types {as_text}: {a}, {b}: {as_value}"
        )));
    }
    if is_nil(a) || is_nil(b) {
        return Ok(is_nil(a) == is_nil(b));
    }
    match (&a.data, &b.data) {
        (Data::Host(a), Data::Host(b)) if matches!(a.kind(), "ptr" | "struct") => {
            same_host(a, b, 0, env)
        }
        _ => {
            let (text, name) = (shown(b, 's', env)?, b.type_name());
            Err(Failure::error(format!("non-comparable type {text}: {name}")))
        }
    }
}

/// Go's `lt`.
pub(crate) fn less(a: &Value, b: &Value) -> Result<bool, Failure> {
    let invalid = || Failure::error("invalid type for comparison");
    Ok(match (Basic::of(a), Basic::of(b)) {
        (Basic::Other, _)
        | (_, Basic::Other)
        | (Basic::Bool(_), Basic::Bool(_))
        | (Basic::Complex(..), Basic::Complex(..)) => return Err(invalid()),
        (Basic::Int(a), Basic::Int(b)) => a < b,
        (Basic::Uint(a), Basic::Uint(b)) => a < b,
        (Basic::Float(a), Basic::Float(b)) => a < b,
        (Basic::Str(a), Basic::Str(b)) => a < b,
        (Basic::Int(a), Basic::Uint(b)) => u64::try_from(a).is_ok_and(|a| a < b) || a < 0,
        (Basic::Uint(a), Basic::Int(b)) => u64::try_from(b).is_ok_and(|b| a < b),
        _ => return Err(incompatible(a, b)),
    })
}

/// Go's `le`: less, or else equal.
pub(crate) fn less_or_equal(a: &Value, b: &Value, env: &mut Env) -> Result<bool, Failure> {
    Ok(less(a, b)? || equal(a, b, env)?)
}

/// Go's `reflect.DeepEqual`: same types, same contents.
pub(crate) fn deep_equal(a: &Value, b: &Value, env: &mut Env) -> Result<bool, Failure> {
    deep(a, b, 0, env)
}

fn deep(a: &Value, b: &Value, depth: usize, env: &mut Env) -> Result<bool, Failure> {
    if depth > MOST_DEPTH {
        return Err(Failure::error("the values are nested too deeply to be compared"));
    }
    env.spend_elements(1)?;
    if let (Data::Str(a), Data::Str(b)) = (&a.data, &b.data) {
        return Ok(a.as_str() == b.as_str());
    }
    if a.is_nil() || b.is_nil() {
        return Ok(a.is_nil() && b.is_nil());
    }
    if a.type_name() != b.type_name() {
        return Ok(false);
    }
    Ok(match (&a.data, &b.data) {
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Int(a, _), Data::Int(b, _)) => a == b,
        (Data::Uint(a), Data::Uint(b)) => a == b,
        (Data::Float(a), Data::Float(b)) => a == b,
        (Data::Bytes(a), Data::Bytes(b)) | (Data::Octets(a), Data::Octets(b)) => a == b,
        (Data::List(a), Data::List(b)) => {
            if a.is_nil() != b.is_nil() || a.len() != b.len() {
                return Ok(false);
            }
            for (a, b) in a.items().iter().zip(b.items()) {
                if !deep(a, b, depth + 1, env)? {
                    return Ok(false);
                }
            }
            true
        }
        (Data::Map(a), Data::Map(b)) => {
            if a.same(b) {
                return Ok(true);
            }
            let same_nil = a.is_nil() == b.is_nil();
            let (a, b) = (a.snapshot(), b.snapshot());
            if !same_nil || a.len() != b.len() {
                return Ok(false);
            }
            for ((key, a), (other, b)) in a.iter().zip(&b) {
                if key != other || !deep(a, b, depth + 1, env)? {
                    return Ok(false);
                }
            }
            true
        }
        (Data::Host(a), Data::Host(b)) => return same_host(a, b, depth, env),
        _ => false,
    })
}

fn same_host(
    a: &Rc<dyn Host>,
    b: &Rc<dyn Host>,
    depth: usize,
    env: &mut Env,
) -> Result<bool, Failure> {
    Ok(Rc::ptr_eq(a, b)
        || (a.type_name() == b.type_name() && deep(&a.plain(), &b.plain(), depth + 1, env)?))
}

/// Go's nil of any type: nothing, a nil slice or a nil map.
fn is_nil(value: &Value) -> bool {
    match &value.data {
        Data::List(list) => list.is_nil(),
        Data::Map(map) => map.is_nil(),
        _ => value.is_nil(),
    }
}

fn incompatible(a: &Value, b: &Value) -> Failure {
    let (a, b) = (a.type_name(), b.type_name());
    Failure::error(format!("incompatible types for comparison: {a} and {b}"))
}

fn shown(value: &Value, verb: char, env: &mut Env) -> Result<String, Failure> {
    let text = print::verb_text(value, verb, env)?;
    Ok(text.as_text().map(|text| text.as_str().to_owned()).unwrap_or_default())
}
