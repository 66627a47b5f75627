//! TOML, written in the layout of the Go library that Helm uses.

mod read;
mod write;

use super::{Call, Env, Failure, Family, Function, Outcome, Type};
use crate::limits;
use crate::value::Value;

pub(super) const FAMILY: Family = Family {
    name: "TOML",
    source: "Helm 4.2.4 pkg/engine/funcs.go; BurntSushi/toml 1.6.0",
    functions: &[
        Function::new(
            "toToml",
            &[Type::Any],
            to_toml,
            "Writes a value as TOML; returns the error's text for what TOML cannot hold.",
        ),
        Function::new("mustToToml", &[Type::Any], must_to_toml, "Writes a value as TOML."),
        Function::new(
            "fromToml",
            &[Type::Str],
            from_toml,
            "Reads TOML; what is not valid gives a dict with the message under `Error`.",
        ),
    ],
};

fn to_toml(call: &mut Call<'_>) -> Outcome {
    match written(call) {
        Err(write::Refusal::Toml(message)) => Ok(Value::str(message)),
        outcome => outcome.map_err(Failure::from),
    }
}

fn must_to_toml(call: &mut Call<'_>) -> Outcome {
    written(call).map_err(Failure::from)
}

fn written(call: &mut Call<'_>) -> Result<Value, write::Refusal> {
    let value = call.any(0).clone();
    write::write(&value, call.env)
}

fn from_toml(call: &mut Call<'_>) -> Outcome {
    let text = call.str(0);
    if text.len() > limits::READ_BYTES / 4 {
        return Err(Failure::error("the text is too long to be read as TOML"));
    }
    call.env.work(2 * text.len() as u64)?;
    match read::read(text) {
        Ok(value) => Ok(value),
        Err(message) => Ok(Env::map_of([("Error".into(), Value::str(message))])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::{call, call_in, env, message, rows, text};
    use crate::trace::{Leaf, OriginId};
    use crate::value::Data;

    #[test]
    fn values_are_written_as_the_library_writes_them() {
        for row in rows(include_str!("../../tests/data/toml.json")) {
            let value = crate::functions::recorded::value(&row[0]);
            let args = [value];
            let wanted = row[1].as_str().unwrap();
            if row[2].as_bool() == Some(true) {
                assert_eq!(message(call("mustToToml", &args)), wanted, "{row:?}");
            }
            match row[3].as_str() {
                Some(error) => assert_eq!(message(call("toToml", &args)), error, "{row:?}"),
                None => assert_eq!(text("toToml", &args), wanted, "{row:?}"),
            }
        }
    }

    #[test]
    fn what_is_read_is_written_alike() {
        for row in rows(include_str!("../../tests/data/toml_read.json")) {
            let value = call("fromToml", &[Value::str(row[0].as_str().unwrap())]).unwrap();
            let printed = crate::go::print::verb_text(&value, 'v', &mut env()).unwrap();
            if row[2].as_bool() == Some(true) {
                let Data::Map(map) = &value.data else { panic!("{value:?}") };
                assert!(map.get("Error").is_some(), "{row:?}");
                continue;
            }
            assert_eq!(printed.as_text().unwrap().as_str(), row[1].as_str().unwrap(), "{row:?}");
            assert_eq!(text("toToml", &[value]), row[3].as_str().unwrap(), "{row:?}");
        }
    }

    #[test]
    fn each_value_keeps_its_origin() {
        let mut env = env();
        let origin = env.trace.leaf(Leaf::Builtin("a".into()));
        let map = Env::map_of([
            ("a".into(), Value::of(Value::int(1).data, origin)),
            ("b".into(), Value::of(Value::int(2).data, OriginId::NONE)),
        ]);
        let value = call_in(&mut env, "toToml", &[map]).unwrap();
        let text = value.as_text().unwrap();
        let pieces: Vec<_> = text.pieces(0..text.len(), value.origin).collect();
        let rest = OriginId::NONE;
        assert_eq!(pieces, [("a = ", rest), ("1", origin), ("\nb = 2\n", rest)]);
    }
}
