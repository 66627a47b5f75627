//! Small templates run, and where their text comes from.

use plimsoll_yaml::{Input, OriginKind, Provenance, Span};

use super::*;
use crate::Profile;
use crate::resolve::Rendering;
use crate::trace::{Leaf, Site, Source, Trace};
use crate::value::Map;
use crate::world::{Instant, World};

#[derive(Debug)]
struct Still;

impl World for Still {
    fn now(&self) -> Instant {
        Instant { seconds: 0, nanoseconds: 0 }
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// Runs `text` on a map of the given strings, integers and lists of strings.
fn run(text: &str, values: &[(&str, Value)]) -> Result<Rendering, String> {
    let text: Arc<str> = text.into();
    let mut trace = Trace::new();
    let template = trace.source(Source::file("t".into(), Arc::clone(&text)));
    let map = Map::new();
    for (key, value) in values {
        let written: Arc<str> = match &value.data {
            Data::Str(text) => text.shared(),
            Data::Int(int, _) => int.to_string().into(),
            _ => "".into(),
        };
        let end = u32::try_from(written.len()).unwrap();
        let source = trace.source(Source::file("values.yaml".into(), written));
        let site = Site { source, start: 0, end };
        let origin = trace.leaf(Leaf::Value { path: (*key).into(), site });
        map.insert(*key, Value { data: value.data.clone(), origin });
    }
    let trees = super::super::parse(&"t".into(), &text, Profile::Helm4)
        .map_err(|error| format!("{}: {}", error.line, error.message))?;
    let mut scope = Scope::default();
    for tree in trees {
        scope.add(Arc::new(tree), template);
    }
    let scope = Rc::new(scope);
    let env = Env::new(trace, Arc::new(Still), Profile::Helm4, 1_000_000);
    let mut machine = Machine::new(env, Limits::default());
    let tree = scope.get("t").unwrap().clone();
    let data = Value::of(Data::Map(map), OriginId::NONE);
    let value = machine
        .run(&tree, &scope, data, FrameId::ROOT, OriginId::NONE)
        .map_err(|error| error.to_string())?;
    let value = without_no_value(value);
    let text = value.as_text().unwrap().clone();
    Ok(Rendering { trace: Arc::new(machine.env.trace), text, whole: value.origin })
}

fn text(template: &str, values: &[(&str, Value)]) -> String {
    match run(template, values) {
        Ok(rendering) => rendering.text.as_str().to_owned(),
        Err(error) => format!("error: {error}"),
    }
}

fn paths(inputs: &[Input]) -> Vec<String> {
    inputs
        .iter()
        .map(|input| match input {
            Input::Value { path, .. } | Input::Unset { path } => path.clone(),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn the_language_does_what_go_does() {
    let a = [("a", Value::str("x")), ("n", Value::int(3))];
    for (template, expected) in [
        ("{{ .a }}{{ .missing }}", "x"),
        ("{{ if .a }}1{{ else }}2{{ end }}", "1"),
        ("{{ if .b }}1{{ else if .a }}2{{ end }}", "2"),
        ("{{ with .b }}1{{ else with .a }}{{ . }}{{ end }}", "x"),
        (
            "{{ range $i, $e := .n }}{{ end }}",
            "error: template: t:1:19: executing \"t\" at \
              <.n>: can't use 3 to iterate over more than one variable",
        ),
        ("{{ range .n }}{{ . }},{{ end }}", "0,1,2,"),
        (
            "{{ range 5 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end \
              }}{{ . }}{{ end }}",
            "02",
        ),
        ("{{ $x := 1 }}{{ if .a }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
        ("{{ $x := 1 }}{{ if .a }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
        (
            "{{ define \"h\" }}[{{ . }}]{{ end }}{{ template \"h\" .a }}{{ include \"h\" .n }}",
            "[x][3]",
        ),
        ("{{ block \"b\" .a }}<{{ . }}>{{ end }}", "<x>"),
        ("{{ tpl \"{{ .a }}!\" . }}", "x!"),
        (
            "{{ .a.b }}",
            "error: template: t:1:5: executing \"t\" at <.a.b>: can't evaluate \
              field b in type interface {}",
        ),
        (
            "{{ .m.b }}",
            "error: template: t:1:5: executing \"t\" at <.m.b>: nil pointer \
              evaluating interface {}.b",
        ),
        ("{{ (.m).b }}ok", "ok"),
        (
            "{{ .a 1 }}",
            "error: template: t:1:3: executing \"t\" at <.a>: a is not a method \
              but has arguments",
        ),
        (
            "{{ template \"no\" }}",
            "error: template: t:1:12: executing \"t\" at <{{template \
              \"no\"}}>: template \"no\" not defined",
        ),
        (
            "{{ include \"no\" . }}",
            "error: template: t:1:3: executing \"t\" at <include \"no\" \
              .>: error calling include: template: no template \"no\" associated with template \
              \"gotpl\"",
        ),
        ("{{ and .a .b }}|{{ or .b .a }}|{{ and .a 1 }}", "|x|1"),
        ("{{ 1_000 }} {{ 1e3 }} {{ 0x10 }} {{ 'a' }}", "1000 1000 16 97"),
    ] {
        assert_eq!(text(template, &a), expected, "{template}");
    }
}

#[test]
fn endless_recursion_is_an_error() {
    for (template, expected) in [
        (
            "{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}",
            "maximum template depth",
        ),
        (
            "{{ define \"r\" }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}",
            "nested reference name: r",
        ),
        (
            "{{ define \"r\" }}{{ range 1000000 }}{{ range 1000000 }}{{ end }}{{ end }}{{ end }}{{ include \"r\" . }}",
            "more steps",
        ),
    ] {
        let message = crate::stack::deep(|| text(template, &[]));
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn text_knows_its_values_and_conditions() {
    let values = [("a", Value::str("xyz")), ("b", Value::int(3)), ("c", Value::bool(true))];
    let template = "k: {{ .a }}\n{{- if .c }}\nn: {{ .b }}\n{{- end }}\n";
    let rendering = run(template, &values).unwrap();
    assert_eq!(rendering.text.as_str(), "k: xyz\nn: 3\n");
    let a = rendering.origin(Span::new(3, 6));
    assert_eq!((a.kind, paths(&a.inputs)), (OriginKind::Copied, vec!["a".to_owned()]));
    assert!(a.decided_by.is_empty());
    assert_eq!(a.written.unwrap().position.to_string(), "1:4");
    let b = rendering.origin(Span::new(10, 11));
    assert_eq!(paths(&b.inputs), ["b"]);
    assert_eq!(paths(&b.decided_by), ["c"]);
    let key = rendering.origin(Span::new(7, 8));
    assert_eq!(key.kind, OriginKind::Literal);
    assert_eq!(key.written.unwrap().position.to_string(), "3:1");
}

#[test]
fn what_a_function_made_of_a_literal_was_written_by_the_whole_action() {
    // As long as the action, with its braces and without them: a part of it is no part of those.
    for length in [11, 13, 15, 17] {
        let template = format!("{{{{ repeat 2 \"{}\" }}}}", "x".repeat(length));
        let rendering = run(&template, &[]).unwrap();
        let place = |start| rendering.origin(Span::new(start, start + 1)).written.unwrap();
        assert_eq!(place(7), place(0), "{template}");
    }
}

#[test]
fn a_branch_not_taken_still_decides_what_it_would_assign() {
    let values = [("a", Value::bool(false))];
    let template = "{{ $x := \"1\" }}{{ if .a }}{{ $x = \"2\" }}{{ end }}{{ $x }}";
    let rendering = run(template, &values).unwrap();
    let origin = rendering.origin(Span::new(0, 1));
    assert!(origin.inputs.is_empty());
    assert_eq!(paths(&origin.decided_by), ["a"]);
}

#[test]
fn what_lookup_would_find_decides() {
    let found = "{{ $s := lookup \"v1\" \"Secret\" \"a\" \"b\" }}";
    for condition in [
        "{{ if $s }}1{{ else }}2{{ end }}",
        "{{ if $s.data }}1{{ else }}2{{ end }}",
        "{{ $d := $s | default (dict \"data\" dict) }}{{ if index $d.data \"k\" }}1{{ else }}2{{ end }}",
        "{{ dig \"data\" \"k\" \"2\" $s }}",
    ] {
        let rendering = run(&format!("{found}{condition}"), &[]).unwrap();
        assert_eq!(rendering.text.as_str(), "2", "{condition}");
        let origin = rendering.origin(Span::new(0, 1));
        let mut all = origin.inputs.iter().chain(&origin.decided_by);
        let lookup = Input::Builtin("lookup".to_owned());
        assert!(all.any(|input| *input == lookup), "{condition}: {origin:?}");
    }
}

#[test]
fn text_from_an_include_has_a_trail_and_its_own_lines() {
    let values = [("a", Value::str("xyz"))];
    let template = "{{ define \"h\" }}one: 1\ntwo: {{ .a }}\n{{ end }}{{ include \"h\" . }}";
    let rendering = run(template, &values).unwrap();
    assert_eq!(rendering.text.as_str(), "one: 1\ntwo: xyz\n");
    let two = rendering.origin(Span::new(12, 15));
    assert_eq!(paths(&two.inputs), ["a"]);
    assert_eq!(two.written.unwrap().position.to_string(), "2:6");
    assert_eq!(two.trail.len(), 1);
    assert_eq!(two.trail[0].position.to_string(), "3:13");
}
