//! Whatever is surely valid here is valid to `boon`, which is asked about all of it.

mod generated;
mod patterns;
mod shipped;

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::super::{compile, to_json, work};
use super::Plan;
use crate::value::{Data, List, Map, Text, Value};

/// What `boon` says of values, and the limits on its work.
struct Judge(Option<super::super::Compiled>);

impl Judge {
    fn new(schema: &Json) -> Self {
        Self(compile(&bytes(schema)).ok())
    }

    fn accepts(&self, values: &Value) -> bool {
        self.0.as_ref().is_some_and(|compiled| {
            let json = to_json(values);
            !work::is_too_much(&compiled.source, &json)
                && compiled.schemas.validate(&json, compiled.root).is_ok()
        })
    }
}

fn bytes(schema: &Json) -> Vec<u8> {
    schema.to_string().into_bytes()
}

/// A value as a values file gives it.
fn value_of(json: &Json) -> Value {
    let data = match json {
        Json::Null => Data::Nil,
        Json::Bool(value) => Data::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(int), _, _) => return Value::int(int),
            (None, Some(uint), _) => Data::Uint(uint),
            (None, None, float) => Data::Float(float.unwrap()),
        },
        Json::String(text) => Data::Str(Text::plain(text.as_str())),
        Json::Array(items) => Data::List(List::new(items.iter().map(value_of).collect())),
        Json::Object(entries) => {
            let map = Map::new();
            for (key, value) in entries {
                map.insert(key.as_str(), value_of(value));
            }
            Data::Map(map)
        }
    };
    Value::new(data)
}

fn surely_holds(schema: &Json, value: &Value) -> bool {
    Plan::read(&bytes(schema)).is_some_and(|plan| plan.surely_holds(value))
}

#[track_caller]
fn assert_sure(schema: &Json, value: &Json) {
    let value = value_of(value);
    assert!(surely_holds(schema, &value), "{schema} is not sure of {value:?}");
    assert!(Judge::new(schema).accepts(&value), "{schema} {value:?}");
}

#[track_caller]
fn assert_unsure(schema: &Json, value: &Json) {
    assert!(!surely_holds(schema, &value_of(value)), "{schema} is sure of {value}");
}

const DRAFTS: [&str; 5] = [
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

#[test]
fn references_may_lead_to_what_is_no_keyword() {
    let with = |route: Json| {
        let to_route = json!({ "$ref": "#/definitions/config/route" });
        json!({
            "$schema": "http://json-schema.org/draft-07/schema",
            "definitions": { "config": { "route": route, "other": { "type": 1 } } },
            "properties": { "route": to_route },
        })
    };
    let route = json!({
        "type": "object",
        "properties": {
            "routes": { "items": { "$ref": "#/definitions/config/route" } },
            "wait": { "$ref": "#/definitions/config/route/wait" },
        },
        "wait": { "type": "integer" },
    });
    let schema = with(route);
    assert_sure(&schema, &json!({ "route": { "wait": 1, "routes": [{ "wait": 2 }, {}] } }));
    for value in [
        json!({ "route": [] }),
        json!({ "route": { "routes": [1] } }),
        json!({ "route": { "routes": [{ "wait": "a" }] } }),
    ] {
        assert_unsure(&schema, &value);
        assert!(!Judge::new(&schema).accepts(&value_of(&value)), "{value}");
    }
    for wrong in [json!({ "type": 1 }), json!({ "$id": "x" }), json!(1)] {
        assert_unsure(&with(wrong), &json!({}));
    }
}

#[test]
fn keywords_mean_what_their_draft_says() {
    for (index, draft) in DRAFTS.into_iter().enumerate() {
        let with = |mut schema: Json| {
            schema["$schema"] = json!(draft);
            schema
        };
        let (from, until) = (|first| index >= first, |last| index <= last);
        let check = |sure: bool, schema: Json, value: Json| {
            let schema = with(schema);
            if sure { assert_sure(&schema, &value) } else { assert_unsure(&schema, &value) }
        };
        check(true, json!({ "title": "t", "x-any": { "type": 1 } }), json!({}));
        check(false, json!({ "title": 1 }), json!({}));
        check(true, json!({ "type": ["integer", "null"], "minimum": 1 }), json!(1.0));
        check(false, json!({ "type": "integer", "minimum": 1 }), json!(1.5));
        check(until(0), json!({ "minimum": 1, "exclusiveMinimum": true }), json!(2));
        check(false, json!({ "minimum": 1, "exclusiveMinimum": true }), json!(1));
        check(from(1), json!({ "exclusiveMinimum": 1 }), json!(2));
        check(false, json!({ "exclusiveMinimum": 1 }), json!(1));
        check(from(1), json!({ "properties": { "a": true } }), json!({ "a": 1 }));
        check(true, json!({ "additionalProperties": true }), json!({ "a": 1 }));
        check(from(1), json!({ "required": [] }), json!({}));
        check(until(0), json!({ "const": 1 }), json!(2));
        check(true, json!({ "const": 1 }), json!(1.0));
        check(until(1), json!({ "if": {}, "then": { "type": "string" } }), json!(1));
        check(until(1), json!({ "if": { "type": "string" }, "else": { "minimum": 2 } }), json!(1));
        check(true, json!({ "if": { "type": "string" }, "else": { "minimum": 2 } }), json!("a"));
        check(until(3), json!({ "items": [{ "type": "string" }] }), json!(["a", 1]));
        check(until(3), json!({ "prefixItems": [{ "type": "string" }] }), json!([1]));
        check(true, json!({ "prefixItems": [{ "type": "string" }] }), json!(["a", 1]));
        check(from(3), json!({ "format": "email" }), json!("a"));
        check(true, json!({ "format": "int32" }), json!("a"));
        check(true, json!({ "format": "email" }), json!(1));
        check(from(3), json!({ "enum": [1, 1.0] }), json!(1));
        check(until(2), json!({ "$anchor": 1 }), json!(1));
        check(
            until(2),
            json!({ "definitions": { "a": {} }, "$ref": "#/definitions/a", "minimum": 2 }),
            json!(1),
        );
        for wrong in [json!({ "exclusiveMinimum": [] }), json!({ "title": 1 }), json!({ "not": 1 })]
        {
            let mut schema = json!({ "definitions": { "a": {} }, "$ref": "#/definitions/a" });
            schema.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
            check(false, schema, json!(1));
        }
    }
}

#[test]
fn what_is_not_surely_understood_is_left_to_others() {
    for schema in [
        json!(1),
        json!(null),
        json!({ "type": "text" }),
        json!({ "$schema": "http://example.com/schema" }),
        json!({ "$schema": "http://json-schema.org/draft-03/schema#" }),
        json!({ "$ref": "other.json" }),
        json!({ "$ref": "#a" }),
        json!({ "$ref": "#/definitions/a" }),
        json!({ "$ref": "#/definitions/a%20b", "definitions": { "a b": {} } }),
        json!({ "$ref": "#" }),
        json!({ "definitions": { "unused": { "type": 1 } } }),
        json!({ "properties": { "a": { "$id": "http://example.com/a" } } }),
        json!({ "unevaluatedProperties": false }),
        json!({ "$dynamicRef": "#a" }),
        json!({ "contains": {} }),
        json!({ "pattern": "(?i)a" }),
        json!({ "minLength": -1 }),
        json!({ "multipleOf": 0 }),
        json!({ "allOf": [] }),
        json!({ "enum": [] }),
        json!({ "required": ["a", "a"] }),
    ] {
        assert_unsure(&schema, &json!({}));
    }
    for schema in ["", "{", "{}{}", "nul"] {
        assert!(Plan::read(schema.as_bytes()).is_none(), "{schema}");
    }
}

#[test]
fn references_lead_to_definitions_and_properties() {
    let schema = json!({
        "$id": "https://example.com/values.json",
        "$defs": { "a.json": { "definitions": { "b": { "properties": { "c": { "minimum": 1 } } } } } },
        "properties": {
            "tree": { "type": "object", "additionalProperties": { "$ref": "#/properties/tree" } },
            "one": { "$ref": "#/$defs/a.json/definitions/b/properties/c" },
        },
    });
    assert_sure(&schema, &json!({ "tree": { "a": { "b": {} } }, "one": 1 }));
    assert_unsure(&schema, &json!({ "tree": { "a": { "b": 1 } } }));
    assert_unsure(&schema, &json!({ "one": 0 }));
}

#[test]
fn what_would_take_too_long_is_left_to_others() {
    let twice = |to: usize| json!({ "$ref": format!("#/definitions/d{to}") });
    let mut definitions: Json = (0..40)
        .map(|d| (format!("d{d}"), json!({ "allOf": [twice(d + 1), twice(d + 1)] })))
        .collect();
    definitions["d40"] = json!({});
    let schema = json!({ "definitions": definitions, "$ref": "#/definitions/d0" });
    assert_unsure(&schema, &json!(1));
    let patterns: Json = (0..100).map(|n| (format!("[a-z]{{300}}{n}"), json!({}))).collect();
    let names: Json = (0..100).map(|n| (format!("{n}{}", "a".repeat(200)), json!(1))).collect();
    assert_unsure(&json!({ "patternProperties": patterns }), &names);
    let deep = (0..300).fold(json!({}), |inner, _| json!({ "a": inner }));
    let schema = json!({ "additionalProperties": { "$ref": "#" } });
    assert_unsure(&schema, &deep);
    assert_sure(&schema, &deep["a"].pointer(&"/a".repeat(250)).cloned().unwrap());
}

#[test]
fn what_files_cannot_hold_is_judged_as_its_json() {
    let odd = |value: Value| {
        let map = Map::new();
        map.insert("a", value);
        Value::new(Data::Map(map))
    };
    for value in [
        Value::float(f64::NAN),
        Value::float(f64::INFINITY),
        Value::float(1e300),
        Value::float(-0.0),
        Value::new(Data::Uint(u64::MAX)),
        Value::new(Data::Invalid),
        Value::new(Data::Bytes(Arc::from(&b"a"[..]))),
        Value::new(Data::Octets(Arc::from(&b"a\xff"[..]))),
        Value::new(Data::Map(Map::nil())),
        Value::new(Data::List(List::nil())),
    ] {
        let value = odd(value);
        let mut judged = 0;
        for kind in ["null", "boolean", "number", "integer", "string", "array", "object"] {
            let schema = json!({ "properties": { "a": { "type": kind } } });
            let sure = surely_holds(&schema, &value);
            assert_eq!(sure, Judge::new(&schema).accepts(&value), "{kind} {value:?}");
            judged += usize::from(sure);
        }
        assert!(judged > 0, "{value:?}");
        for keywords in [
            json!({ "minLength": 3 }),
            json!({ "maxLength": 2 }),
            json!({ "maximum": 0 }),
            json!({ "minimum": 1 }),
            json!({ "multipleOf": 1 }),
            json!({ "const": 0 }),
            json!({ "enum": [null, "a\u{fffd}", u64::MAX] }),
        ] {
            let schema = json!({ "properties": { "a": keywords } });
            let judge = Judge::new(&schema);
            assert_eq!(surely_holds(&schema, &value), judge.accepts(&value), "{schema} {value:?}");
        }
    }
}
