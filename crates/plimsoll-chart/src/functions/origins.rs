//! What functions do to the origins of their arguments.

use super::snippets::env;
use super::{Call, Env, Run, find};
use crate::trace::{Leaf, Origin, OriginId};
use crate::value::{Data, List, Map, MapKind, Text, TextBuilder, Value};

/// `Ab` from one place and `cD` from another.
fn two_parts(env: &mut Env) -> (Value, OriginId, OriginId) {
    let first = env.trace.leaf(Leaf::Builtin("first".into()));
    let second = env.trace.leaf(Leaf::Builtin("second".into()));
    let mut out = TextBuilder::new();
    out.push("Ab", first);
    out.push("cD", second);
    (out.finish(), first, second)
}

fn plain(text: &str) -> Value {
    Value::of(Data::Str(Text::plain(text)), OriginId::NONE)
}

fn int(int: i64) -> Value {
    Value { origin: OriginId::NONE, ..Value::int(int) }
}

fn run(env: &mut Env, name: &str, args: &[Value]) -> Value {
    let function =
        find(name, crate::Profile::Helm4).unwrap_or_else(|| panic!("no function {name}"));
    let Run::Plain(run) = function.run else { panic!("{name} needs the evaluator") };
    run(&mut Call::new(args, env)).unwrap_or_else(|failure| panic!("{name}: {failure:?}"))
}

/// The pieces of a string in the notation `text:1` for the first origin, `:2` for the second.
fn pieces(env: &mut Env, value: &Value, first: OriginId, second: OriginId) -> String {
    let length = value.as_text().map_or(0, Text::len);
    let pieces = env.pieces(value, 0..length);
    let shown = pieces.iter().map(|(piece, origin)| match *origin {
        origin if origin == first => format!("{piece}:1"),
        origin if origin == second => format!("{piece}:2"),
        OriginId::NONE => format!("{piece}:0"),
        other => format!("{piece}:{:?}", env.trace.get(other)),
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn strings_keep_the_origins_of_their_parts() {
    let cases: &[(&str, &[Value], &str)] = &[
        ("upper", &[], "AB:1 CD:2"),
        ("lower", &[], "ab:1 cd:2"),
        ("quote", &[], "\"Ab:1 cD\":2"),
        ("squote", &[], "'Ab:1 cD':2"),
        ("indent", &[int(2)], "  :0 Ab:1 cD:2"),
        ("nindent", &[int(1)], "\n :0 Ab:1 cD:2"),
        ("trunc", &[int(3)], "Ab:1 c:2"),
        ("trunc", &[int(-1)], "D:2"),
        ("substr", &[int(1), int(3)], "b:1 c:2"),
        ("trimSuffix", &[plain("D")], "Ab:1 c:2"),
        ("trimPrefix", &[plain("A")], "b:1 cD:2"),
        ("trim", &[], "Ab:1 cD:2"),
        ("trimAll", &[plain("AD")], "b:1 c:2"),
        ("replace", &[plain("bc"), plain("-")], "A:1 -:0 D:2"),
        ("repeat", &[int(2)], "Ab:1 cD:2 Ab:1 cD:2"),
        ("cat", &[plain("x")], "x :0 Ab:1 cD:2"),
        ("print", &[plain("x")], "x:0 Ab:1 cD:2"),
        ("printf", &[plain("<%s>")], "<:0 Ab:1 cD:2 >:0"),
        ("printf", &[plain("%6.3q|")], " \":0 Ab:1 c:2 \"|:0"),
        ("html", &[], "Ab:1 cD:2"),
        ("toString", &[], "Ab:1 cD:2"),
        ("snakecase", &[], "ab:1 c_d:2"),
        ("camelcase", &[], "Ab:1 cD:2"),
        ("wrapWith", &[int(2), plain("|")], "Ab:1 |:0 cD:2"),
        ("abbrev", &[int(4)], "Ab:1 cD:2"),
    ];
    for (name, before, expected) in cases {
        let mut env = env();
        let (value, first, second) = two_parts(&mut env);
        let mut args = before.to_vec();
        args.push(value);
        let result = run(&mut env, name, &args);
        assert_eq!(pieces(&mut env, &result, first, second), *expected, "{name}");
    }
}

#[test]
fn lists_of_parts_keep_their_origins() {
    let mut env = env();
    let (value, first, second) = two_parts(&mut env);
    let parts = run(&mut env, "splitList", &[plain("c"), value]);
    assert_ne!(parts.origin, OriginId::NONE, "how many there are owes to the text");
    let parts = Value::of(parts.data, OriginId::NONE);
    let joined = run(&mut env, "join", &[plain("/"), parts]);
    assert_eq!(pieces(&mut env, &joined, first, second), "Ab:1 /:0 D:2");
}

#[test]
fn what_decides_is_remembered() {
    let mut env = env();
    let tested = env.trace.leaf(Leaf::Builtin("tested".into()));
    let chosen = env.trace.leaf(Leaf::Builtin("chosen".into()));
    let empty = Value::of(Data::Str(Text::plain("")), tested);
    let other = Value::of(Data::Str(Text::plain("x")), chosen);
    let yes = Value::of(Data::Bool(true), tested);
    let results = [
        run(&mut env, "default", &[other.clone(), empty.clone()]),
        run(&mut env, "coalesce", &[empty.clone(), other.clone()]),
        run(&mut env, "ternary", &[other.clone(), empty.clone(), yes]),
    ];
    for result in results {
        let origin = env.trace.get(result.origin);
        assert!(
            matches!(origin, Origin::Decided { value, by } if value == chosen && by == tested),
            "{origin:?}"
        );
    }
    let kept = run(&mut env, "default", &[empty, other]);
    assert_eq!(kept.origin, chosen);
}

#[test]
fn elements_of_structures_keep_their_origins() {
    let mut env = env();
    let one = env.trace.leaf(Leaf::Builtin("one".into()));
    let two = env.trace.leaf(Leaf::Builtin("two".into()));
    let item = |origin| Value::of(Data::Str(Text::plain("x")), origin);
    let list = Value::of(Data::List(List::new(vec![item(one), item(two)])), OriginId::NONE);
    assert_eq!(run(&mut env, "first", std::slice::from_ref(&list)).origin, one);
    assert_eq!(run(&mut env, "last", std::slice::from_ref(&list)).origin, two);
    assert_eq!(run(&mut env, "index", &[list.clone(), int(1)]).origin, two);

    let dict = run(&mut env, "dict", &[plain("a"), item(one), plain("b"), item(two)]);
    assert_eq!(dict.origin, OriginId::NONE);
    assert_eq!(run(&mut env, "get", &[dict.clone(), plain("b")]).origin, two);
    let defaults = run(&mut env, "dict", &[plain("c"), item(two)]);
    let merged = run(&mut env, "merge", &[dict, defaults]);
    let dug = run(&mut env, "dig", &[plain("c"), plain("none"), merged]);
    assert_eq!(dug.origin, two);
}

#[test]
fn absent_entries_say_where_they_would_be() {
    let mut env = env();
    let origin = env.trace.leaf(Leaf::Builtin("map".into()));
    let map = Map::from_entries([].into(), MapKind::Any);
    let map = Value::of(Data::Map(map), origin);
    for (name, args) in [
        ("get", vec![map.clone(), plain("k")]),
        ("hasKey", vec![map.clone(), plain("k")]),
        ("index", vec![map.clone(), plain("k")]),
    ] {
        let found = run(&mut env, name, &args);
        // What `hasKey` says is computed from it.
        let origin_of_entry = match env.trace.get(found.origin) {
            Origin::Both(one, other) if name == "hasKey" && one == other => env.trace.get(one),
            other => other,
        };
        let Origin::Leaf(leaf) = origin_of_entry else { panic!("{name}") };
        let leaf = env.trace.get_leaf(leaf).unwrap();
        assert_eq!(*leaf, Leaf::Unset { parent: origin, key: "k".into() }, "{name}");
    }
}

#[test]
fn written_yaml_shows_the_origin_of_each_value() {
    let mut env = env();
    let (value, first, second) = two_parts(&mut env);
    let one = Value::of(Data::Float(1.0), first);
    let dict = run(&mut env, "dict", &[plain("a"), one, plain("b"), value]);
    let yaml = run(&mut env, "toYaml", std::slice::from_ref(&dict));
    assert_eq!(pieces(&mut env, &yaml, first, second), "a: 1\nb: Ab:1 cD:2");
    let json = run(&mut env, "toJson", &[dict]);
    assert_eq!(pieces(&mut env, &json, first, second), "{:0 \"a\":1,\"b\":\"Ab:1 cD\":2 }:0");
}

#[test]
fn read_yaml_gives_each_value_the_origin_of_its_text() {
    let mut env = env();
    let first = env.trace.leaf(Leaf::Builtin("first".into()));
    let second = env.trace.leaf(Leaf::Builtin("second".into()));
    let mut out = TextBuilder::new();
    out.push("a: x", first);
    out.push("y\nb: [1]\nc: \"it", second);
    out.push("s\"\nd: 'q''q'\n", first);
    let map = run(&mut env, "fromYaml", &[out.finish()]);
    let a = run(&mut env, "get", &[map.clone(), plain("a")]);
    assert_eq!(pieces(&mut env, &a, first, second), "x:1 y:2");
    let b = run(&mut env, "get", &[map.clone(), plain("b")]);
    assert_eq!(run(&mut env, "first", &[b]).origin, second);
    let c = run(&mut env, "get", &[map.clone(), plain("c")]);
    assert_eq!(pieces(&mut env, &c, first, second), "it:2 s:1");
    let d = run(&mut env, "get", &[map, plain("d")]);
    assert_eq!(pieces(&mut env, &d, first, second), "q'q:1");
}

#[test]
fn what_grows_without_end_is_an_error() {
    let templates = [
        "{{ $d := dict }}{{ $_ := set $d \"self\" $d }}{{ mustToYaml $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"self\" $d }}{{ mustToJson $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"self\" $d }}{{ print $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"self\" $d }}{{ deepCopy $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"self\" $d }}{{ $e := dict }}{{ $_ := set $e \"self\" \
         $e }}{{ deepEqual $d $e }}",
        "{{ $d := dict }}{{ $_ := set $d \"self\" $d }}{{ $e := dict }}{{ $_ := set $e \"self\" \
         $e }}{{ merge $d $e }}",
        "{{ $d := dict \"a\" 1 }}{{ range until 60 }}{{ $d = dict \"a\" $d \"b\" $d }}{{ end }}\
         {{ toYaml $d }}",
        "{{ $l := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ end }}{{ $l }}",
        "{{ $l := list 1 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}",
        "{{ $s := \"ab\" }}{{ range until 60 }}{{ $s = print $s $s }}{{ end }}",
        "{{ $s := repeat 1000000 \"%[1]s\" }}{{ printf $s $s }}",
        "{{ repeat 9223372036854775807 \"ab\" }}",
        "{{ indent 9223372036854775807 \"ab\" }}",
        "{{ $s := repeat 3000 \"\\n\" }}{{ indent 100000 $s }}",
        "{{ replace \"\" (repeat 10000 \"x\") (repeat 10000 \"y\") }}",
        "{{ join (repeat 10000 \"x\") (splitList \"\" (repeat 10000 \"y\")) }}",
        "{{ wrapWith 1 (repeat 10000 \"x\") (repeat 10000 \"y\") }}",
        "{{ printf (repeat 1000 \"%[1]*[2]d\") 1000000 1 }}",
    ];
    for template in templates {
        let result = crate::stack::deep(|| super::snippets::result_of(template));
        assert!(result.starts_with("! "), "{template}: {}", &result[..result.len().min(200)]);
    }
}
