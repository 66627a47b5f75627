//! How much work it is to hold values against a schema. Schemas that refer twice to others, which
//! do so again, would take for ever.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use crate::functions::regex_cost;

/// How often a schema may be held against a value, all schemas and values together.
const MOST: u64 = 2_000_000;

/// Tells whether holding `value` against `schema` takes more work than is allowed. The estimate is
/// never too low for references within the schema by pointer, by `$id` or by anchor.
pub(super) fn is_too_much(schema: &Json, value: &Json) -> bool {
    let mut estimate = Estimate { root: schema, named: HashMap::new(), known: HashMap::new() };
    estimate.collect(schema);
    estimate.cost(schema, value) > MOST
}

/// Tells whether the expressions of a schema can be compiled in good time.
pub(super) fn has_costly_patterns(schema: &Json) -> bool {
    let mut sum = 0;
    add_patterns(schema, &mut sum);
    sum > MOST_PATTERNS
}

/// Steps that compiling all expressions may take: room for a thousand that bound the length of names.
pub(super) const MOST_PATTERNS: u64 = 20_000_000;

fn add_patterns(schema: &Json, sum: &mut u64) {
    match schema {
        Json::Object(keys) => {
            if let Some(Json::String(pattern)) = keys.get("pattern") {
                *sum = sum.saturating_add(regex_cost(pattern));
            }
            if let Some(Json::Object(patterns)) = keys.get("patternProperties") {
                patterns.keys().for_each(|one| *sum = sum.saturating_add(regex_cost(one)));
            }
            keys.values().for_each(|below| add_patterns(below, sum));
        }
        Json::Array(items) => items.iter().for_each(|below| add_patterns(below, sum)),
        _ => {}
    }
}

struct Estimate<'s> {
    root: &'s Json,
    /// Schemas by `$id` and anchor.
    named: HashMap<&'s str, &'s Json>,
    /// What is known already, by the addresses of schema and value; zero while it is being found
    /// out, since a schema that comes back to itself on the same value is refused.
    known: HashMap<(*const Json, *const Json), u64>,
}

impl<'s> Estimate<'s> {
    fn collect(&mut self, schema: &'s Json) {
        match schema {
            Json::Object(keys) => {
                for name in ["$id", "id", "$anchor", "$dynamicAnchor"] {
                    if let Some(Json::String(id)) = keys.get(name) {
                        self.named.insert(id.trim_start_matches('#'), schema);
                    }
                }
                keys.values().for_each(|below| self.collect(below));
            }
            Json::Array(items) => items.iter().for_each(|below| self.collect(below)),
            _ => {}
        }
    }

    fn cost(&mut self, schema: &'s Json, value: &Json) -> u64 {
        let Json::Object(keys) = schema else { return 1 };
        let pair = (std::ptr::from_ref(schema), std::ptr::from_ref(value));
        if let Some(known) = self.known.get(&pair) {
            return *known;
        }
        if self.known.len() as u64 > MOST {
            return u64::MAX;
        }
        self.known.insert(pair, 0);
        let mut sum = 1_u64;
        for (name, below) in keys {
            sum = sum.saturating_add(self.keyword(name, below, value));
        }
        self.known.insert(pair, sum);
        sum
    }

    fn keyword(&mut self, name: &str, below: &'s Json, value: &Json) -> u64 {
        match (name, below) {
            ("$ref" | "$dynamicRef" | "$recursiveRef", Json::String(reference)) => {
                self.resolve(reference).map_or(1, |target| self.cost(target, value))
            }
            ("not" | "if" | "then" | "else", _) => self.cost(below, value),
            ("allOf" | "anyOf" | "oneOf", Json::Array(all)) => self.sum(all, &[value]),
            ("dependentSchemas" | "dependencies", Json::Object(all)) => {
                self.sum(all.values(), &[value])
            }
            ("properties", Json::Object(all)) => self.properties(all, value),
            ("patternProperties", Json::Object(all)) => self.sum(all.values(), &parts(value)),
            ("items" | "prefixItems", Json::Array(all)) => self.sum(all, &parts(value)),
            (
                "items"
                | "additionalItems"
                | "unevaluatedItems"
                | "contains"
                | "additionalProperties"
                | "unevaluatedProperties"
                | "propertyNames",
                _,
            ) => self.sum([below], &parts(value)),
            _ => 0,
        }
    }

    fn properties(&mut self, all: &'s Map<String, Json>, value: &Json) -> u64 {
        let mut sum = 0_u64;
        for (name, schema) in all {
            if let Some(part) = value.get(name) {
                sum = sum.saturating_add(self.cost(schema, part));
            }
        }
        sum
    }

    fn sum(&mut self, schemas: impl IntoIterator<Item = &'s Json>, values: &[&Json]) -> u64 {
        let mut sum = 0_u64;
        for schema in schemas {
            for value in values {
                sum = sum.saturating_add(self.cost(schema, value));
                if sum > MOST {
                    return sum;
                }
            }
        }
        sum
    }

    fn resolve(&self, reference: &str) -> Option<&'s Json> {
        let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let named = |name: &str| self.named.get(name).copied();
        let base = if base.is_empty() { self.root } else { named(base)? };
        if fragment.is_empty() {
            return Some(base);
        }
        if !fragment.starts_with('/') {
            return named(fragment);
        }
        base.pointer(&fragment.replace("%25", "%"))
    }
}

/// The elements or entries of a value.
fn parts(value: &Json) -> Vec<&Json> {
    match value {
        Json::Array(items) => items.iter().collect(),
        Json::Object(entries) => entries.values().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_doubles_is_too_much() {
        let mut definitions = Map::new();
        for number in 0..30 {
            let next = json!({ "$ref": format!("#/definitions/d{}", number + 1) });
            definitions.insert(format!("d{number}"), json!({ "allOf": [next, next] }));
        }
        definitions.insert("d30".to_owned(), json!({}));
        let schema = json!({ "definitions": definitions, "$ref": "#/definitions/d0" });
        assert!(is_too_much(&schema, &json!(1)));
        let twice = json!({ "$ref": "#" });
        let schema = json!({ "properties": { "a": { "allOf": [twice, twice] } } });
        let mut value = json!(1);
        for _ in 0..30 {
            value = json!({ "a": value });
        }
        assert!(is_too_much(&schema, &value));
        let anchor = json!({ "$ref": "#x" });
        let schema =
            json!({ "$anchor": "x", "properties": { "a": { "anyOf": [anchor, anchor] } } });
        assert!(is_too_much(&schema, &value));
    }

    #[test]
    fn counts_in_counts_are_costly() {
        let schema = |pattern: &str| json!({ "items": [{ "pattern": pattern }] });
        assert!(has_costly_patterns(&schema("((a{1,500}){1,500}){1,500}")));
        assert!(!has_costly_patterns(&schema("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")));
        let named = json!({ "patternProperties": { "((a{1,500}){1,500}){1,500}": true } });
        assert!(has_costly_patterns(&named));
    }

    #[test]
    fn what_is_large_or_comes_back_to_itself_is_not() {
        let schema = json!({ "items": { "$ref": "#" }, "additionalProperties": { "$ref": "#" } });
        let value = json!({ "a": vec![json!([1, 2, 3]); 1000] });
        assert!(!is_too_much(&schema, &value));
        assert!(!is_too_much(&json!({ "$ref": "#" }), &value));
        assert!(!is_too_much(&json!(true), &value));
    }
}
