//! Runs template snippets and compares with what real Go and sprig made of them.
//!
//! The files under `tests/functions` hold a template after `> ` and, in the line below, what it
//! gave: text after `= ` or an error after `! `, quoted as Go quotes. `↵` stands for a newline.

use std::rc::Rc;
use std::sync::Arc;

use super::Env;
use crate::Limits;
use crate::Profile;
use crate::go::quote::quote;
use crate::template::{Machine, Scope, Template, Trouble, parse};
use crate::trace::{FrameId, OriginId, Source, Trace};
use crate::value::{Data, List, Map, MapKind, Text, Value};
use crate::world::{Instant, World};

#[derive(Debug)]
struct Still;

impl World for Still {
    fn now(&self) -> Instant {
        Instant { seconds: 0, nanoseconds: 0 }
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

/// An environment for calls outside a rendering.
pub(super) fn env() -> Env {
    Env::new(Trace::new(), Arc::new(Still), Profile::Helm4, 1 << 24)
}

fn of(data: Data) -> Value {
    Value::of(data, OriginId::NONE)
}

fn text(text: &str) -> Value {
    of(Data::Str(Text::plain(text)))
}

fn number(number: f64) -> Value {
    of(Data::Float(number))
}

fn list(items: Vec<Value>) -> Value {
    of(Data::List(List::new(items)))
}

fn map(entries: Vec<(&str, Value)>, kind: MapKind) -> Value {
    let entries = entries.into_iter().map(|(key, value)| (Arc::from(key), value)).collect();
    of(Data::Map(Map::from_entries(entries, kind)))
}

/// The values of the snippets, as JSON in the files' `@` lines.
const VALUES: &str = r#"@ {"b":true,"el":[],"em":{},"empty":"","f":2.5,"i":1000000,"l":["b","a","c"],"m":{"a":1,"b":{"c":"d","e":[1,2]}},"mixed":[1,"x",true,null,{"k":"v"},[2]],"n":3,"nil":null,"nums":[3,1,2,3],"s":"hello world","z":0}"#;

fn values() -> Value {
    let inner =
        map(vec![("c", text("d")), ("e", list(vec![number(1.0), number(2.0)]))], MapKind::Any);
    let mixed = vec![
        number(1.0),
        text("x"),
        of(Data::Bool(true)),
        Value::nil(),
        map(vec![("k", text("v"))], MapKind::Any),
        list(vec![number(2.0)]),
    ];
    let entries = vec![
        ("b", of(Data::Bool(true))),
        ("el", list(Vec::new())),
        ("em", map(Vec::new(), MapKind::Any)),
        ("empty", text("")),
        ("f", number(2.5)),
        ("i", number(1e6)),
        ("l", list(vec![text("b"), text("a"), text("c")])),
        ("m", map(vec![("a", number(1.0)), ("b", inner)], MapKind::Any)),
        ("mixed", list(mixed)),
        ("n", number(3.0)),
        ("nil", Value::nil()),
        ("nums", list([3.0, 1.0, 2.0, 3.0].map(number).to_vec())),
        ("s", text("hello world")),
        ("z", number(0.0)),
    ];
    map(vec![("Values", map(entries, MapKind::Values(Profile::Helm4)))], MapKind::Any)
}

/// Runs a template as a line of the files tells its result.
pub(super) fn result_of(template: &str) -> String {
    let mut env = env();
    let text: Arc<str> = template.replace('↵', "\n").into();
    let name: Arc<str> = "t".into();
    let source = env.trace.source(Source::file(Arc::clone(&name), Arc::clone(&text)));
    let trees = match parse(&name, &text, Profile::Helm4) {
        Ok(trees) => trees,
        Err(error) => return format!("!p {}", quote(&error.message)),
    };
    let mut scope = Scope::default();
    let mut main = None;
    for tree in trees {
        let tree = Arc::new(tree);
        main = Some(Template { tree: Arc::clone(&tree), source });
        scope.add(tree, source);
    }
    let main = main.expect("a text is a template of its own");
    let mut machine = Machine::new(env, Limits::default());
    let result = machine.run(&main, &Rc::new(scope), values(), FrameId::ROOT, OriginId::NONE);
    match result {
        Ok(value) => format!("= {}", quote(value.as_text().map_or("", Text::as_str))),
        Err(error) => {
            let stop = if error.trouble == Trouble::Stop { "STOP " } else { "" };
            let via = error.levels.first().map_or("", |level| &level.via);
            format!("! {}", quote(&format!("{via}{stop}{}", error.message)))
        }
    }
}

/// Compares every snippet of a file with its recorded result.
fn check(file: &str, name: &str) {
    let mut wrong = Vec::new();
    let mut template = None;
    let mut count = 0;
    for line in file.lines() {
        if let Some(text) = line.strip_prefix("> ") {
            template = Some(text);
        } else if line.starts_with("@ ") {
            assert_eq!(line, VALUES, "{name}: the values of the snippets are fixed");
        } else if let Some(template) = template.take() {
            count += 1;
            let got = result_of(template);
            if got != line {
                wrong.push(format!("{template}\n  want {line}\n  got  {got}"));
            }
        }
    }
    assert!(count > 0, "{name} holds no snippet");
    assert!(wrong.is_empty(), "{name}: {} of {count} differ\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn printing() {
    check(include_str!("../../tests/functions/printing.txt"), "printing");
}

#[test]
fn builtins() {
    check(include_str!("../../tests/functions/builtins.txt"), "builtins");
}

#[test]
fn strings() {
    check(include_str!("../../tests/functions/strings.txt"), "strings");
}

#[test]
fn lists() {
    check(include_str!("../../tests/functions/lists.txt"), "lists");
}

#[test]
fn dicts() {
    check(include_str!("../../tests/functions/dicts.txt"), "dicts");
}

#[test]
fn choices() {
    check(include_str!("../../tests/functions/choices.txt"), "choices");
}

#[test]
fn data() {
    check(include_str!("../../tests/functions/data.txt"), "data");
}
