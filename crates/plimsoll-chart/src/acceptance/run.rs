//! Tests that execute one template among others, without a chart.

use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{Examined, text, value};
use crate::Limits;
use crate::Profile;
use crate::functions::Env;
use crate::template::{Machine, Scope, parse};
use crate::trace::{FrameId, OriginId, Source, Trace};
use crate::value::{Data, Value};

/// Parses the texts, then runs the template on the data.
pub(super) fn execute(row: &Json, profile: Profile) -> Json {
    match attempt(row, profile) {
        Ok(output) => json!({ "output": output }),
        Err(error) => json!({ "error": error }),
    }
}

fn attempt(row: &Json, profile: Profile) -> Result<String, String> {
    let mut trace = Trace::new();
    let mut scope = Scope::default();
    for source in row["sources"].as_array().map_or(&[][..], Vec::as_slice) {
        let name: Arc<str> = text(source, "name").into();
        let content: Arc<str> = text(source, "text").into();
        let id = trace.source(Source::file(Arc::clone(&name), Arc::clone(&content)));
        let trees = parse(&name, &content, profile).map_err(|error| {
            format!("template: {}:{}: {}", error.name, error.line, error.message)
        })?;
        for tree in trees {
            scope.add(Arc::new(tree), id);
        }
    }
    let name = text(row, "name");
    let Some(tree) = scope.get(name).cloned() else {
        return Err(format!("template: {name} is not defined"));
    };
    let data = value(&row["data"], profile, &mut trace);
    let data = match data.data {
        Data::Nil => Value::invalid(),
        _ => Value { origin: OriginId::NONE, ..data },
    };
    let env = Env::new(trace, Arc::new(Examined::of(row)), profile, 1 << 30);
    let mut machine = Machine::new(env, Limits::default());
    let scope = Rc::new(scope);
    let run = machine.run(&tree, &scope, data, FrameId::ROOT, OriginId::NONE);
    match run.map_err(|error| error.to_string())?.data {
        Data::Str(text) => Ok(text.as_str().to_owned()),
        other => Err(format!("the output is no text: {other:?}")),
    }
}
