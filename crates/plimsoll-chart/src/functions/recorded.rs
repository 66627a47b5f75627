//! Tables of what Go and its libraries answer, and a way to call a function by name.

use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Call, Env, Failure, Outcome, Run, find};
use crate::Limits;
use crate::Profile;
use crate::template::{Machine, Scope, parse};
use crate::trace::{FrameId, OriginId, Source, Trace};
use crate::value::{Data, List, Value};
use crate::world::{Instant, World};

/// A world in which it is always the same moment, and chance counts upwards.
#[derive(Debug)]
pub(super) struct Still;

impl World for Still {
    fn now(&self) -> Instant {
        Instant { seconds: 1_700_000_000, nanoseconds: 123_456_789 }
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from(index * 37 % 256).unwrap();
        }
    }
}

pub(super) fn env() -> Env {
    Env::new(Trace::new(), Arc::new(Still), Profile::Helm4, 1 << 24)
}

/// Calls the function of that name.
pub(super) fn call(name: &str, args: &[Value]) -> Outcome {
    call_in(&mut env(), name, args)
}

pub(super) fn call_in(env: &mut Env, name: &str, args: &[Value]) -> Outcome {
    let function = find(name, Profile::Helm4).unwrap_or_else(|| panic!("no function {name}"));
    let Run::Plain(run) = function.run else { panic!("{name} needs the evaluator") };
    run(&mut Call::new(args, env))
}

/// The string that the function returns.
pub(super) fn text(name: &str, args: &[Value]) -> String {
    let value = call(name, args).unwrap_or_else(|error| panic!("{name} {args:?}: {error:?}"));
    value.as_text().unwrap_or_else(|| panic!("{name} returns {value:?}")).as_str().to_owned()
}

/// The text of an error.
pub(super) fn message(outcome: Outcome) -> String {
    match outcome {
        Err(Failure::Error(message)) => message,
        other => panic!("expected an error, got {other:?}"),
    }
}

/// The rows of a table under `tests/data`.
pub(super) fn rows(table: &str) -> Vec<Vec<Json>> {
    let table: Json = serde_json::from_str(table).unwrap();
    assert!(table["made_by"].as_str().unwrap().contains("go1."));
    let rows = table["rows"].as_array().unwrap();
    rows.iter().map(|row| row.as_array().unwrap().clone()).collect()
}

/// A value of a Go type from its text.
pub(super) fn typed(kind: &str, text: &str) -> Value {
    match kind {
        "string" => Value::str(text),
        "bool" => Value::bool(text == "true"),
        "int" => Value::int(text.parse().unwrap()),
        "int64" => Value::int64(text.parse().unwrap()),
        "float64" => Value::float(match text {
            "+Inf" => f64::INFINITY,
            "-Inf" => f64::NEG_INFINITY,
            _ => text.parse().unwrap(),
        }),
        "nil" => Value::nil(),
        _ => panic!("no value of type {kind}"),
    }
}

/// Runs a template; an error is what stands after the place and `error calling NAME: `.
pub(super) fn render(template: &str, data: Value) -> Result<String, String> {
    let source: Arc<str> = template.into();
    let mut env = env();
    let id = env.trace.source(Source::file("t".into(), Arc::clone(&source)));
    let mut scope = Scope::default();
    for tree in parse(&"t".into(), &source, Profile::Helm4).map_err(|error| error.message)? {
        scope.add(Arc::new(tree), id);
    }
    let scope = Rc::new(scope);
    let tree = scope.get("t").unwrap().clone();
    let mut machine = Machine::new(env, Limits::default());
    let run = machine.run(&tree, &scope, data, FrameId::ROOT, OriginId::NONE);
    let value = run.map_err(|error| {
        let text = error.to_string();
        let call = text.split_once("error calling ").and_then(|(_, call)| call.split_once(": "));
        call.map_or_else(|| text.clone(), |(_, message)| message.to_owned())
    })?;
    Ok(value.as_text().unwrap().as_str().to_owned())
}

/// A value from JSON as values files give it; `{"$int": n}` is an `int64`.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::nil(),
        Json::Bool(bool) => Value::bool(*bool),
        Json::Number(number) => Value::float(number.as_f64().unwrap()),
        Json::String(text) => Value::str(text.as_str()),
        Json::Array(items) => Value::new(Data::List(List::new(items.iter().map(value).collect()))),
        Json::Object(entries) => {
            if let Some(int) = entries.get("$int") {
                return Value::int64(int.as_i64().unwrap());
            }
            Env::map_of(entries.iter().map(|(key, item)| (key.as_str().into(), value(item))))
        }
    }
}
