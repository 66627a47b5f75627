//! Values as YAML and JSON, and back.

mod pretty;
mod read;
mod write;

use plimsoll_yaml::JsonStyle;
use write::Written;

use super::{Call, Env, Failure, Family, Function, Outcome, Type};
use crate::value::{Data, Text, Value};

const ANY: &[Type] = &[Type::Any];
const STR: &[Type] = &[Type::Str];

pub(super) const FAMILY: Family = Family {
    name: "data",
    source: "Helm 4.2.4 pkg/engine/funcs.go (sigs.k8s.io/yaml 1.6.0, go.yaml.in/yaml/v3 3.0.4), \
             sprig 3.3.0 defaults.go",
    functions: &[
        Function::new(
            "fromJson",
            STR,
            read::from_json,
            "Reads a JSON object into a map, or a map with the error under `Error`.",
        ),
        Function::new(
            "fromJsonArray",
            STR,
            read::from_json_array,
            "Reads a JSON array into a list, or a list that holds the error.",
        ),
        Function::new(
            "fromYaml",
            STR,
            read::from_yaml,
            "Reads a YAML mapping into a map, or a map with the error under `Error`.",
        ),
        Function::new(
            "fromYamlArray",
            STR,
            read::from_yaml_array,
            "Reads a YAML sequence into a list, or a list that holds the error.",
        ),
        Function::new("mustFromJson", STR, read::must_from_json, "Reads any JSON value."),
        Function::new(
            "mustToJson",
            ANY,
            must_to_json,
            "Writes a value as JSON; fails where `toJson` gives an empty string.",
        ),
        Function::new(
            "mustToPrettyJson",
            ANY,
            must_to_pretty_json,
            "Writes a value as indented JSON; fails where `toPrettyJson` gives an empty string.",
        ),
        Function::new("mustToRawJson", ANY, to_raw_json, "Does what `toRawJson` does."),
        Function::new(
            "mustToYaml",
            ANY,
            must_to_yaml,
            "Writes a value as YAML; fails where `toYaml` gives an empty string. Not in Helm 3.",
        ),
        Function::new("toJson", ANY, to_json, "Writes a value as JSON in one line."),
        Function::new("toPrettyJson", ANY, to_pretty_json, "Writes a value as indented JSON."),
        Function::new(
            "toRawJson",
            ANY,
            to_raw_json,
            "Writes a value as JSON and leaves `<`, `>` and `&` as they are.",
        ),
        Function::new(
            "toYaml",
            ANY,
            to_yaml,
            "Writes a value as YAML, without a newline at the end.",
        ),
        Function::new(
            "toYamlPretty",
            ANY,
            to_yaml_pretty,
            "Writes a value as YAML with lists indented under their keys.",
        ),
    ],
};

fn to_yaml(call: &mut Call<'_>) -> Outcome {
    let value = call.any(0).clone();
    swallow(write::yaml(&value, call.env)?)
}

fn to_yaml_pretty(call: &mut Call<'_>) -> Outcome {
    let value = call.any(0).clone();
    pretty::write(&value, call.env)
}

fn must_to_yaml(call: &mut Call<'_>) -> Outcome {
    let value = call.any(0).clone();
    insist(write::yaml(&value, call.env)?)
}

fn to_json(call: &mut Call<'_>) -> Outcome {
    swallow(json(call, JsonStyle::COMPACT)?)
}

fn must_to_json(call: &mut Call<'_>) -> Outcome {
    insist(json(call, JsonStyle::COMPACT)?)
}

fn to_pretty_json(call: &mut Call<'_>) -> Outcome {
    swallow(json(call, JsonStyle::PRETTY)?)
}

fn must_to_pretty_json(call: &mut Call<'_>) -> Outcome {
    insist(json(call, JsonStyle::PRETTY)?)
}

fn to_raw_json(call: &mut Call<'_>) -> Outcome {
    insist(json(call, JsonStyle::RAW)?)
}

fn json(call: &mut Call<'_>, style: JsonStyle) -> Result<Written, Failure> {
    let value = call.any(0).clone();
    write::json(&value, style, call.env)
}

/// What Helm makes of a value that cannot be written: nothing.
fn swallow(written: Written) -> Outcome {
    Ok(written.unwrap_or_else(|_| Value::str("")))
}

fn insist(written: Written) -> Outcome {
    written.map_err(Failure::Error)
}

/// A string value that comes from where `holder` comes from.
fn message(text: &str, holder: &Value, env: &mut Env) -> Value {
    Value::of(Data::Str(Text::plain(text)), env.origin_of(holder))
}
