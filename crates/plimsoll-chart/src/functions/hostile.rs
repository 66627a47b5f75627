//! Every function on arguments that nobody would write: none panics, none runs away.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;

use super::recorded::Still;
use super::{Call, Env, FAMILIES, Run, Type};
use crate::trace::Trace;
use crate::value::{Data, IntKind, List, ListKind, Map, Value};

/// Pieces of texts that parsers look at twice.
const PIECES: &[&str] = &[
    "",
    "a",
    "B",
    "é",
    "😀",
    "0",
    "1",
    "9",
    "42",
    "-",
    "+",
    ".",
    "..",
    "/",
    "//",
    ":",
    "@",
    "?",
    "#",
    "%",
    "%2",
    "%41",
    "%ff",
    "&",
    "=",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "|",
    "||",
    "*",
    "^",
    "$",
    "\\",
    "\\d",
    "\\Q",
    "\\E",
    "\\x",
    "\\p{",
    "(?i)",
    "(?P<n>",
    "{2,3}",
    "{,",
    "1000}",
    "<",
    ">",
    ">=",
    "~",
    "!=",
    "x",
    "v1",
    " ",
    "  ",
    "\n",
    "\t",
    "\r\n",
    "\0",
    "\"",
    "'",
    "`",
    "_",
    ",",
    "2006",
    "01",
    "02",
    "_2",
    "Jan",
    "Monday",
    "MST",
    "GMT+3",
    "-07:00",
    "Z07:00",
    ".000",
    ".999",
    "15:04:05",
    "PM",
    "1h",
    "1.5",
    "ns",
    "µs",
    "9223372036854775808",
    "1e400",
    "0x1p-1080",
    "inf",
    "NaN",
    "====",
    "YQ==",
    "-----BEGIN ",
    "PRIVATE KEY-----",
    "-----END ",
    "MAA=",
    "$1",
    "${n}",
    "${",
    "http",
    "Europe/Berlin",
];

fn text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(select(PIECES), 0..8).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => pieces, 1 => any::<String>()]
}

fn int() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -3_i64..40, select(&[i64::MIN, i64::MAX, 0, -1][..])]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::str),
        int().prop_map(Value::int),
        int().prop_map(Value::int64),
        any::<f64>().prop_map(Value::float),
        any::<bool>().prop_map(Value::bool),
        any::<u64>().prop_map(|int| Value::new(Data::Uint(int))),
        Just(Value::nil()),
    ]
}

fn list(kind: ListKind) -> impl Strategy<Value = Value> {
    let item: BoxedStrategy<Value> = match kind {
        ListKind::Strings => text().prop_map(Value::str).boxed(),
        _ => scalar().boxed(),
    };
    prop::collection::vec(item, 0..5)
        .prop_map(move |items| Value::new(Data::List(List::of_kind(items, kind))))
}

fn map() -> impl Strategy<Value = Value> {
    prop::collection::vec((text(), scalar()), 0..5).prop_map(|entries| {
        let map = Map::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        Value::new(Data::Map(map))
    })
}

fn argument(wanted: Type) -> BoxedStrategy<Value> {
    match wanted {
        Type::Any | Type::Reflect | Type::Certificate | Type::Version | Type::Location => {
            prop_oneof![4 => scalar(), 1 => list(ListKind::Any), 1 => map()].boxed()
        }
        Type::Str => text().prop_map(Value::str).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::bool).boxed(),
        Type::Int => int().prop_map(Value::int).boxed(),
        Type::Float => any::<f64>().prop_map(Value::float).boxed(),
        Type::List => list(ListKind::Any).boxed(),
        Type::Map => map().boxed(),
        Type::Time => int().prop_map(super::dates::at).boxed(),
        Type::Duration => int().prop_map(|n| Value::new(Data::Int(n, IntKind::Duration))).boxed(),
        Type::Uint32 => any::<u32>().prop_map(|n| Value::new(Data::Uint(n.into()))).boxed(),
    }
}

#[test]
fn no_arguments_make_a_function_panic() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for function in FAMILIES.iter().flat_map(|family| family.functions) {
        let Run::Plain(run) = function.run else { continue };
        let mut wanted = function.signature.params.to_vec();
        wanted.extend(function.signature.variadic.into_iter().flat_map(|kind| [kind; 2]));
        let arguments: Vec<BoxedStrategy<Value>> = wanted.into_iter().map(argument).collect();
        for _ in 0..150 {
            let args: Vec<Value> = arguments
                .iter()
                .map(|strategy| strategy.new_tree(&mut runner).unwrap().current())
                .collect();
            let mut env =
                Env::new(Trace::new(), std::sync::Arc::new(Still), crate::Profile::Helm4, 1 << 16);
            // Too few for makers of keys and hashes, which are slow and have tests of their own.
            env.steps = 1 << 18;
            if let Ok(value) = run(&mut Call::new(&args, &mut env)) {
                env.budget = 1 << 20;
                // What came out must print, too; a value that is too large may refuse.
                let _ = crate::go::print::to_text(&value, &mut env);
            }
        }
    }
}

#[test]
fn what_translates_compiles() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let patterns = text();
    for _ in 0..4000 {
        let pattern = patterns.new_tree(&mut runner).unwrap().current();
        let args = [Value::str(pattern.as_str()), Value::str("aB1 é\n")];
        if let Err(super::Failure::Error(error)) = super::recorded::call("mustRegexFind", &args) {
            assert!(!error.contains("too large"), "{pattern:?}: {error}");
        }
    }
}
