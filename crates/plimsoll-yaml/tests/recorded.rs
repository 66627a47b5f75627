//! Compares this crate with Go's libraries, whose results `oracle/` records.
//!
//! To record again: `go run .` in `tests/oracle`.

use plimsoll_yaml::{
    Content, Node, Number, format_g, format_json, format_yaml, parse_json, parse_one, to_json,
    to_json_pretty, to_yaml,
};
use serde_json::Value;

fn recorded() -> Value {
    serde_json::from_str(include_str!("oracle/recorded.json")).expect("the record is JSON")
}

fn cases(name: &str, at_least: usize) -> Vec<Value> {
    let cases = recorded()[name].as_array().expect("cases are a list").clone();
    assert!(cases.len() >= at_least, "{name}: only {} cases", cases.len());
    cases
}

fn field<'c>(case: &'c Value, name: &str) -> Option<&'c str> {
    case.get(name).map(|value| value.as_str().expect("fields are strings"))
}

/// Collects differences, so that one run shows them all.
struct Differences(Vec<String>);

impl Differences {
    fn check(&mut self, input: &str, ours: &str, go: &str) {
        if ours != go {
            self.0.push(format!("input {input:?}\n   ours {ours:?}\n   Go   {go:?}"));
        }
    }
}

impl Drop for Differences {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let all = &self.0;
            assert!(all.is_empty(), "{} differences:\n{}", all.len(), all.join("\n"));
        }
    }
}

#[test]
fn the_record_names_the_versions_it_was_made_with() {
    let versions = &recorded()["versions"];
    assert_eq!(versions["sigs.k8s.io/yaml"], "v1.6.0");
    assert_eq!(versions["go.yaml.in/yaml/v2"], "v2.4.3");
}

#[test]
fn texts_are_read_as_go_reads_them() {
    let mut differences = Differences(Vec::new());
    for case in cases("parse", 300) {
        let text = field(&case, "text").unwrap();
        let go = field(&case, "json").or(field(&case, "error")).unwrap();
        match parse_one(text) {
            Ok(parsed) => {
                let json = to_json(&&parsed.root);
                differences.check(text, json.as_deref().unwrap_or("not finite"), go);
            }
            Err(error) => {
                differences.check(text, error.upstream(), go);
                assert!(error.span().end <= text.len(), "{text:?} {error:?}");
                assert!(!error.to_string().is_empty());
            }
        }
    }
}

#[test]
fn values_are_written_as_go_writes_them() {
    let mut differences = Differences(Vec::new());
    for case in cases("emit", 200) {
        let input = field(&case, "json").unwrap();
        let value = parse_json(input).unwrap();
        let yaml = to_yaml(&&value);
        let go = field(&case, "yaml").or(field(&case, "error")).unwrap();
        match &yaml {
            Ok(text) => differences.check(input, text, go),
            Err(error) => differences.check(input, error.upstream(), go),
        }
        differences.check(input, &to_json(&&value).unwrap(), field(&case, "out").unwrap());
        let pretty = field(&case, "pretty").unwrap();
        differences.check(input, &to_json_pretty(&&value).unwrap(), pretty);
    }
}

#[test]
fn json_is_read_as_go_reads_it() {
    let mut differences = Differences(Vec::new());
    for case in cases("decode", 100) {
        let text = field(&case, "text").unwrap();
        let go = field(&case, "json").or(field(&case, "error")).unwrap();
        match parse_json(text) {
            Ok(node) => differences.check(text, &to_json(&&node).unwrap(), go),
            Err(error) => differences.check(text, error.upstream(), go),
        }
    }
}

#[test]
fn floats_are_printed_as_go_prints_them() {
    let mut differences = Differences(Vec::new());
    for case in cases("float", 100) {
        let text = field(&case, "float").unwrap();
        let float: f64 = text.parse().unwrap();
        differences.check(text, &format_g(float), field(&case, "g").unwrap());
        differences.check(text, &format_json(float).unwrap(), field(&case, "json").unwrap());
        differences.check(text, &format_yaml(float), field(&case, "yaml").unwrap());
        let node = Node {
            content: Content::Number(Number::Float(float)),
            span: plimsoll_yaml::Span::default(),
        };
        assert!(to_yaml(&&node).is_ok());
    }
}
