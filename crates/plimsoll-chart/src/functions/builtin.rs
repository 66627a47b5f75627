//! Go's own template functions.

use super::dicts::missing;
use super::{Call, Engine, Env, Failure, Family, Function, Outcome, Signature, Type};
use crate::go::{compare, print, quote};
use crate::trace::OriginId;
use crate::value::{Data, IntKind, MapKind, Text, Value};

/// Parameters of Go's builtins that take any value.
const ONE: &[Type] = &[Type::Reflect];
const TWO: &[Type] = &[Type::Reflect, Type::Reflect];

pub(super) const FAMILY: Family = Family {
    name: "builtin",
    source: "Go 1.26 text/template/funcs.go",
    functions: &[
        Function::engine(
            "and",
            Signature { params: ONE, variadic: Some(Type::Reflect) },
            Engine::And,
            "Returns the first argument that is not true, else the last; stops there.",
        ),
        Function::engine(
            "or",
            Signature { params: ONE, variadic: Some(Type::Reflect) },
            Engine::Or,
            "Returns the first argument that is true, else the last; stops there.",
        ),
        Function::engine(
            "include",
            Signature { params: &[Type::Str, Type::Any], variadic: None },
            Engine::Include,
            "Renders the named template and returns its text.",
        ),
        Function::engine(
            "tpl",
            Signature { params: &[Type::Str, Type::Any], variadic: None },
            Engine::Tpl,
            "Renders a text as a template.",
        ),
        Function::engine(
            "call",
            Signature { params: ONE, variadic: Some(Type::Reflect) },
            Engine::Call,
            "Calls a function value; no value that templates can reach is one.",
        ),
        Function::variadic("html", &[], Type::Any, html, "Escapes the printed text for HTML."),
        Function::variadic("js", &[], Type::Any, js, "Escapes the printed text for JavaScript."),
        Function::variadic(
            "urlquery",
            &[],
            Type::Any,
            url_query,
            "Escapes the printed text for the query part of a URL.",
        ),
        Function::variadic(
            "index",
            ONE,
            Type::Reflect,
            index,
            "Returns the entry of nested maps and lists under the given keys.",
        )
        .reads_octets(),
        Function::new("len", ONE, len, "Returns how many elements or bytes the value has.")
            .reads_octets(),
        Function::new("not", ONE, not, "Returns whether the value is not true.").reads_octets(),
        Function::variadic(
            "print",
            &[],
            Type::Any,
            print,
            "Returns the printed values, with spaces between those of which neither is a string.",
        )
        .reads_octets(),
        Function::variadic(
            "printf",
            &[Type::Str],
            Type::Any,
            printf,
            "Returns the values printed as the format string says.",
        )
        .reads_octets(),
        Function::variadic(
            "println",
            &[],
            Type::Any,
            println,
            "Returns the printed values with spaces between them and a newline at the end.",
        ),
        Function::variadic(
            "eq",
            ONE,
            Type::Reflect,
            eq,
            "Returns whether the first value equals any of the others.",
        )
        .reads_octets(),
        Function::new("ne", TWO, ne, "Returns whether two values differ.").reads_octets(),
        Function::new("lt", TWO, lt, "Returns whether the first value is less."),
        Function::new("le", TWO, le, "Returns whether the first value is less or equal."),
        Function::new("gt", TWO, gt, "Returns whether the first value is greater."),
        Function::new("ge", TWO, ge, "Returns whether the first value is greater or equal."),
    ],
};

fn print(call: &mut Call<'_>) -> Outcome {
    print::sprint(call.args(), call.env)
}

fn println(call: &mut Call<'_>) -> Outcome {
    print::sprintln(call.args(), call.env)
}

fn printf(call: &mut Call<'_>) -> Outcome {
    let format = call.any(0).clone();
    if format.as_text().is_none() {
        return Err(Failure::not_text());
    }
    print::sprintf(&format, call.rest(1), call.env)
}

fn html(call: &mut Call<'_>) -> Outcome {
    escape(call, quote::push_html)
}

fn js(call: &mut Call<'_>) -> Outcome {
    escape(call, quote::push_js)
}

fn url_query(call: &mut Call<'_>) -> Outcome {
    escape(call, quote::push_url_query)
}

/// Prints the arguments and escapes the text, piece by piece.
fn escape(call: &mut Call<'_>, push: fn(&mut String, &str)) -> Outcome {
    let missing = Value::of(Data::Str(Text::plain("<no value>")), OriginId::NONE);
    let args: Vec<Value> = call
        .args()
        .iter()
        .map(|arg| if arg.is_nil() { missing.clone() } else { arg.clone() })
        .collect();
    let printed = print::sprint(&args, call.env)?;
    let length = printed.as_text().map_or(0, Text::len);
    let mut out = call.env.builder();
    for (piece, origin) in call.env.pieces(&printed, 0..length) {
        let mut escaped = String::with_capacity(piece.len());
        push(&mut escaped, &piece);
        call.env.spend(escaped.len())?;
        out.push(&escaped, origin);
    }
    Ok(call.env.finish(out))
}

fn not(call: &mut Call<'_>) -> Outcome {
    Ok(Value::bool(!call.any(0).truth()))
}

fn eq(call: &mut Call<'_>) -> Outcome {
    let first = call.any(0).clone();
    compare::equal_any(&first, call.rest(1), call.env).map(Value::bool)
}

fn ne(call: &mut Call<'_>) -> Outcome {
    let first = call.any(0).clone();
    compare::equal_any(&first, call.rest(1), call.env).map(|equal| Value::bool(!equal))
}

fn lt(call: &mut Call<'_>) -> Outcome {
    compare::less(call.any(0), call.any(1)).map(Value::bool)
}

fn ge(call: &mut Call<'_>) -> Outcome {
    compare::less(call.any(0), call.any(1)).map(|less| Value::bool(!less))
}

fn le(call: &mut Call<'_>) -> Outcome {
    less_or_equal(call).map(Value::bool)
}

fn gt(call: &mut Call<'_>) -> Outcome {
    less_or_equal(call).map(|less| Value::bool(!less))
}

fn less_or_equal(call: &mut Call<'_>) -> Result<bool, Failure> {
    let (first, second) = (call.any(0).clone(), call.any(1).clone());
    compare::less_or_equal(&first, &second, call.env)
}

fn len(call: &mut Call<'_>) -> Outcome {
    let value = call.any(0);
    let length = match &value.data {
        Data::Nil => return Err(Failure::error("len of nil pointer")),
        Data::Invalid => {
            return Err(Failure::error("reflect: call of reflect.Value.Type on zero Value"));
        }
        Data::Host(host) => length_of(&host.plain()),
        _ => length_of(value),
    };
    match length {
        Some(length) => Ok(Value::int(i64::try_from(length).unwrap_or(i64::MAX))),
        None => Err(Failure::error(format!("len of type {}", value.type_name()))),
    }
}

fn length_of(value: &Value) -> Option<usize> {
    match &value.data {
        Data::Str(text) => Some(text.len()),
        Data::Bytes(bytes) | Data::Octets(bytes) => Some(bytes.len()),
        Data::List(list) => Some(list.len()),
        Data::Map(map) => Some(map.len()),
        _ => None,
    }
}

fn index(call: &mut Call<'_>) -> Outcome {
    let mut item = call.any(0).clone();
    if item.is_nil() {
        return Err(Failure::error("index of untyped nil"));
    }
    for key in call.rest(1) {
        if item.is_nil() {
            return Err(Failure::error("index of nil pointer"));
        }
        let found = entry(&item, key, call.env)?;
        let by = call.env.origin_of(key);
        let origin = call.env.trace.decided(found.origin, by);
        item = Value::of(found.data, origin);
    }
    Ok(item)
}

/// One step of `index`.
fn entry(item: &Value, key: &Value, env: &mut Env) -> Outcome {
    match &item.data {
        Data::Str(text) => {
            let at = position(key, text.len(), "reflect: string index out of range")?;
            let byte = text.as_str().as_bytes().get(at).copied().unwrap_or(0);
            Ok(byte_value(byte, env.slice_origin(item, at)))
        }
        Data::Octets(bytes) => {
            let at = position(key, bytes.len(), "reflect: string index out of range")?;
            Ok(byte_value(bytes.get(at).copied().unwrap_or(0), item.origin))
        }
        Data::Bytes(bytes) => {
            let at = position(key, bytes.len(), "reflect: slice index out of range")?;
            Ok(byte_value(bytes.get(at).copied().unwrap_or(0), item.origin))
        }
        Data::List(list) => {
            let at = position(key, list.len(), "reflect: slice index out of range")?;
            Ok(list.items().get(at).cloned().unwrap_or_else(Value::nil))
        }
        Data::Map(map) => {
            let key = map_key(key)?;
            if let Some(found) = map.get(key) {
                return Ok(found);
            }
            let origin = missing(item, key, env);
            Ok(match map.kind() {
                MapKind::Strings => Value::of(Data::Str(Text::plain("")), origin),
                MapKind::Any | MapKind::Values(_) => Value::of(Data::Nil, origin),
            })
        }
        Data::Host(host) if host.kind() == "map" => {
            let found = host.field(map_key(key)?);
            Ok(found.unwrap_or_else(|| Value::of(Data::Nil, item.origin)))
        }
        Data::Host(host) if host.kind() == "slice" => entry(&host.plain(), key, env),
        _ => Err(Failure::error(format!("can't index item of type {}", item.type_name()))),
    }
}

fn byte_value(byte: u8, origin: OriginId) -> Value {
    Value::of(Data::Int(i64::from(byte), IntKind::Uint8), origin)
}

fn map_key(key: &Value) -> Result<&str, Failure> {
    match &key.data {
        Data::Str(text) => Ok(text.as_str()),
        Data::Octets(_) => Err(Failure::not_text()),
        Data::Nil | Data::Invalid => Err(Failure::error("value is nil; should be of type string")),
        _ => {
            let name = key.type_name();
            Err(Failure::error(format!("value has type {name}; should be string")))
        }
    }
}

/// The place in something of `length` elements; `past_end` is what Go says just behind the last.
fn position(key: &Value, length: usize, past_end: &str) -> Result<usize, Failure> {
    let place = match key.data {
        Data::Int(place, _) => place,
        Data::Uint(place) => place as i64,
        Data::Nil | Data::Invalid => {
            return Err(Failure::error("cannot index slice/array with nil"));
        }
        _ => {
            let name = key.type_name();
            return Err(Failure::error(format!("cannot index slice/array with type {name}")));
        }
    };
    match usize::try_from(place) {
        Ok(place) if place < length => Ok(place),
        Ok(place) if place == length => Err(Failure::error(past_end)),
        _ => Err(Failure::error(format!("index out of range: {place}"))),
    }
}
