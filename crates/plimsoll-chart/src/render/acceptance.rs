//! Tests of Helm's engine, asked of ours: templates and what each of them sees.

use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Map as Object, Value as Json, json};

use super::report;
use crate::Limits;
use crate::acceptance::{Examined, text, value};
use crate::functions::Env;
use crate::template::{Machine, Scope, parse, without_no_value};
use crate::trace::{FrameId, OriginId, Source, Trace};
use crate::value::{Data, Map, Value};
use crate::{Error, Profile};

/// What we make of a row.
pub(crate) fn engine(row: &Json, profile: Profile) -> Json {
    match render(row, profile) {
        Ok(output) => json!({ "output": output }),
        Err(error) => json!({ "error": error.to_string() }),
    }
}

fn render(row: &Json, profile: Profile) -> Result<Object<String, Json>, Error> {
    let mut trace = Trace::new();
    let mut scope = Scope::default();
    let templates = row["templates"].as_array().unwrap();
    for template in templates {
        let name: Arc<str> = text(template, "name").into();
        let content: Arc<str> = text(template, "text").into();
        let source = trace.source(Source::file(Arc::clone(&name), Arc::clone(&content)));
        let trees = parse(&name, &content, profile)
            .map_err(|error| report::parse_error(&error, &trace, source))?;
        for tree in trees {
            scope.add(Arc::new(tree), source);
        }
    }
    let seen: Vec<Value> = row["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|data| Value { origin: OriginId::NONE, ..value(data, profile, &mut trace) })
        .collect();
    let env = Env::new(trace, Arc::new(Examined::of(row)), profile, 1 << 30);
    let mut machine = Machine::new(env, Limits::default());
    let scope = Rc::new(scope);
    let mut rendered = Object::new();
    for template in templates {
        let name = text(template, "name");
        if name.rsplit('/').next().unwrap().starts_with('_') {
            continue;
        }
        let index = usize::try_from(template["data"].as_u64().unwrap()).unwrap();
        if let Data::Map(top) = &seen[index].data {
            let own = Map::new();
            own.insert("Name", Value::str(name));
            own.insert("BasePath", Value::str(text(template, "base_path")));
            top.insert("Template", Value::new(Data::Map(own.as_kind(top.kind()))));
        }
        let tree = scope.get(name).unwrap().clone();
        let value = machine
            .run(&tree, &scope, seen[index].clone(), FrameId::ROOT, OriginId::NONE)
            .map_err(|error| report::run_error(&error, &machine.env))?;
        let value = without_no_value(value);
        rendered.insert(name.to_owned(), json!(value.as_text().unwrap().as_str()));
    }
    Ok(rendered)
}
