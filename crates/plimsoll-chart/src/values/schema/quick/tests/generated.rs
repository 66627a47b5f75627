//! Small schemas and values of all drafts, with a mistake now and then.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map as JsonMap, Value as Json, json};

use super::super::Plan;
use super::{DRAFTS, Judge, bytes, value_of};

type Jsons = BoxedStrategy<Json>;

fn one_of(choices: Json) -> Jsons {
    select(choices.as_array().unwrap().clone()).boxed()
}

fn name() -> BoxedStrategy<String> {
    select(vec!["a", "b", "aa", "type", "items", "$ref", "properties", "x y"])
        .prop_map(str::to_owned)
        .boxed()
}

fn scalar() -> Jsons {
    one_of(json!([
        null,
        true,
        false,
        0,
        1,
        2,
        3,
        1.0,
        1.5,
        2.5,
        -1,
        -0.0,
        1e300,
        9007199254740993_u64,
        18446744073709551615_u64,
        "",
        "a",
        "b",
        "aa",
        "é",
        "ab1",
        "/a",
        "12"
    ]))
}

fn any_json() -> Jsons {
    scalar()
        .prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
                prop::collection::btree_map(name(), inner, 0..4)
                    .prop_map(|entries| Json::Object(entries.into_iter().collect())),
            ]
        })
        .boxed()
}

fn list(of: Jsons) -> Jsons {
    prop::collection::vec(of, 0..4).prop_map(Json::Array).boxed()
}

fn named(of: Jsons) -> Jsons {
    prop::collection::btree_map(name(), of, 0..4)
        .prop_map(|entries| Json::Object(entries.into_iter().collect()))
        .boxed()
}

/// What a keyword without schemas may hold.
fn plain(word: &'static str) -> Jsons {
    match word {
        "type" => one_of(json!([
            "null",
            "boolean",
            "number",
            "integer",
            "string",
            "array",
            "object",
            ["string", "null"],
            ["number", "integer"],
            ["object", "array", "string"],
            ["string", "string"],
            [],
            "text"
        ])),
        "enum" => list(scalar()),
        "const" | "default" => any_json(),
        "minimum" | "maximum" | "multipleOf" => one_of(json!([0, 1, 2, 1.5, 0.1, -1, 1e300])),
        "exclusiveMinimum" | "exclusiveMaximum" => one_of(json!([0, 1, 2, 1.5, true, false])),
        "required" => list(name().prop_map(Json::String).boxed()),
        "uniqueItems" | "readOnly" | "deprecated" => one_of(json!([true, false])),
        "examples" => list(scalar()),
        "format" => one_of(json!(["int32", "email", "date", "uri"])),
        "pattern" => one_of(json!(["^a", "a+$", "^[a-z]*[0-9]?$", "", "(", "\\d", "(?i)A"])),
        "$ref" => one_of(json!([
            "#",
            "#/definitions/a",
            "#/definitions/b",
            "#/$defs/a",
            "#/properties/a",
            "#/definitions/a/properties/b",
            "#/definitions/none",
            "#a",
            "a.json",
            "#/items",
            "#/definitions/x%20y",
            "#/definitions/x y",
            "urn:a"
        ])),
        "$id" | "id" | "$anchor" => one_of(json!(["http://example.com/a.json", "#a", "a", ""])),
        "title" | "$comment" | "contentEncoding" => one_of(json!(["t", "base64"])),
        "contentSchema" | "$recursiveAnchor" => one_of(json!([true, {}])),
        _ => one_of(json!([0, 1, 2, 3, 1.0, 2.5, -1])),
    }
}

/// What a keyword with schemas may hold.
fn nested(word: &'static str, schema: Jsons) -> Jsons {
    match word {
        "properties" | "definitions" | "$defs" | "dependentSchemas" => named(schema),
        "patternProperties" => prop::collection::btree_map(
            select(vec!["^a", "b$", ".", "^[a-z]+$", "(", "\\s"]).prop_map(str::to_owned),
            schema,
            0..3,
        )
        .prop_map(|entries| Json::Object(entries.into_iter().collect()))
        .boxed(),
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => list(schema),
        "items" => prop_oneof![3 => schema.clone(), 1 => list(schema)].boxed(),
        "dependencies" => {
            named(prop_oneof![schema, list(name().prop_map(Json::String).boxed())].boxed())
        }
        _ => schema,
    }
}

fn keyword(schema: &Jsons) -> BoxedStrategy<(String, Json)> {
    let often = [
        "type",
        "enum",
        "const",
        "minimum",
        "maximum",
        "required",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "default",
        "title",
        "$ref",
    ];
    let seldom = [
        "multipleOf",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "format",
        "examples",
        "readOnly",
        "deprecated",
        "$comment",
        "contentEncoding",
        "contentSchema",
        "minContains",
        "$id",
        "id",
        "$anchor",
        "$recursiveAnchor",
        "x-unknown",
    ];
    let applied = [
        "properties",
        "properties",
        "additionalProperties",
        "items",
        "items",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "patternProperties",
        "propertyNames",
        "definitions",
        "$defs",
        "prefixItems",
        "additionalItems",
    ];
    let odd = ["contains", "dependencies", "dependentSchemas", "unevaluatedProperties"];
    let simple = |words: &[&'static str]| {
        select(words.to_vec())
            .prop_flat_map(|word| plain(word).prop_map(move |json| (word.to_owned(), json)))
            .boxed()
    };
    let with = |words: &[&'static str]| {
        let schema = schema.clone();
        select(words.to_vec())
            .prop_flat_map(move |word| {
                nested(word, schema.clone()).prop_map(move |json| (word.to_owned(), json))
            })
            .boxed()
    };
    let all: Vec<&str> = [&often[..], &seldom, &applied, &odd].concat();
    let wrong = (select(all), any_json()).prop_map(|(word, json)| (word.to_owned(), json));
    prop_oneof![
        40 => simple(&often), 8 => simple(&seldom), 45 => with(&applied), 1 => with(&odd), 2 => wrong
    ]
    .boxed()
}

fn schema() -> Jsons {
    let leaf = prop_oneof![
        1 => Just(json!(true)),
        1 => Just(json!(false)),
        1 => Just(json!({})),
        6 => plain("type").prop_map(|kind| json!({ "type": kind })),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop::collection::vec(keyword(&inner.boxed()), 0..4)
            .prop_map(|keywords| Json::Object(keywords.into_iter().collect::<JsonMap<_, _>>()))
    })
    .boxed()
}

/// A whole schema with what references may lead to.
fn root() -> Jsons {
    let mut drafts: Vec<Json> = DRAFTS.iter().map(|draft| json!(draft)).collect();
    drafts.extend([json!(null), json!("http://json-schema.org/schema#"), json!("x"), json!(1)]);
    let frame = (select(drafts), schema(), schema(), schema());
    frame
        .prop_map(|(draft, mut schema, a, b)| {
            if let Json::Object(keywords) = &mut schema {
                if !draft.is_null() {
                    keywords.insert("$schema".to_owned(), draft);
                }
                let whole = json!({ "a": a, "b": b });
                keywords.entry("definitions").or_insert(whole);
            }
            schema
        })
        .boxed()
}

#[test]
fn whatever_is_surely_valid_is_valid() {
    const VALUES: usize = 6;
    let few = Config::default();
    let config = Config { cases: few.cases * 16, failure_persistence: None, ..few };
    let (valid, sure, read) = (Cell::new(0_u32), Cell::new(0_u32), Cell::new(0_u32));
    let strategy = (root(), prop::collection::vec(any_json(), VALUES));
    let outcome = TestRunner::new(config).run(&strategy, |(schema, values)| {
        let judge = Judge::new(&schema);
        let plan = Plan::read(&bytes(&schema));
        prop_assert!(plan.is_none() || judge.0.is_some(), "{} does not compile", schema);
        read.set(read.get() + u32::from(plan.is_some()));
        for json in &values {
            let value = value_of(json);
            let is_valid = judge.accepts(&value);
            let is_sure = plan.as_ref().is_some_and(|plan| plan.surely_holds(&value));
            prop_assert!(is_valid || !is_sure, "{} does not hold for {}", schema, json);
            valid.set(valid.get() + u32::from(is_valid));
            sure.set(sure.get() + u32::from(is_sure));
        }
        Ok(())
    });
    outcome.unwrap();
    let (valid, sure, read) = (valid.get(), sure.get(), read.get());
    assert!(valid > 2000 && read > 500, "{valid} valid, {read} schemas read");
    assert!(sure * 3 > valid * 2, "sure of {sure} of {valid}");
}
