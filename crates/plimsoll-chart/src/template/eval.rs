//! Runs templates by the rules of Go's `text/template/exec.go` (Go 1.26).

mod call;
mod field;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

pub(crate) use call::without_no_value;

use super::ast::{Branch, Node, NodeId, Pipe, Tree};
use super::error::{Error, Level, Trouble};
use super::scope::Scope;
use crate::functions::Env;
use crate::go::print;
use crate::trace::{Frame, FrameId, Origin, OriginId, Site};
use crate::value::{Data, TextBuilder, Value};

/// Bounds on one rendering, so that no chart hangs or exhausts memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Nodes that may be run.
    pub(crate) steps: u64,
    /// Templates that may be active at once, each called by the one before. Go allows 100000 by
    /// `template` and Helm 1000 of one name by `include`; a stack of ours holds this many.
    pub(crate) depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 50_000_000, depth: 2_000 }
    }
}

/// How often Helm lets `include` enter one name anew (`recursionMaxNums`).
const MAX_INCLUDES: usize = 1000;

/// What lasts through one rendering.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) env: Env,
    limits: Limits,
    steps: u64,
    depth: usize,
    /// Active includes by name.
    included: HashMap<Arc<str>, usize>,
}

impl Machine {
    pub(crate) fn new(env: Env, limits: Limits) -> Self {
        Self { env, limits, steps: 0, depth: 0, included: HashMap::new() }
    }

    /// Runs a template on `data` and returns its text, whose every part knows its origin.
    pub(crate) fn run(
        &mut self,
        tree: &Tree,
        scope: &Rc<Scope>,
        data: Value,
        frame: FrameId,
        control: OriginId,
    ) -> Result<Value, Error> {
        let mut out = TextBuilder::new();
        let mut state = State {
            machine: self,
            scope,
            tree,
            out: &mut out,
            variables: Vec::new(),
            at: NodeId(0),
            frame,
            control,
        };
        state.start(data)?;
        Ok(out.finish())
    }
}

/// A value with Go's static type, as far as it matters: taken out of a map or list it is an
/// `interface {}`, which changes what errors call it and whether nil has fields.
#[derive(Clone, Debug)]
struct Dynamic {
    value: Value,
    boxed: bool,
}

impl Dynamic {
    const fn bare(value: Value) -> Self {
        Self { value, boxed: false }
    }

    const fn boxed(value: Value) -> Self {
        Self { value, boxed: true }
    }

    fn type_name(&self) -> &'static str {
        if self.boxed || matches!(self.value.data, Data::Nil) {
            "interface {}"
        } else {
            self.value.type_name()
        }
    }
}

#[derive(Debug)]
struct Variable {
    name: Arc<str>,
    value: Dynamic,
}

/// Why a list ended before its last node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

/// One template while it runs.
struct State<'a> {
    machine: &'a mut Machine,
    scope: &'a Rc<Scope>,
    tree: &'a Tree,
    out: &'a mut TextBuilder,
    variables: Vec<Variable>,
    /// The node that Go would blame for an error now.
    at: NodeId,
    frame: FrameId,
    /// What decided that the present node runs.
    control: OriginId,
}

type Run<T> = Result<T, Error>;

impl State<'_> {
    fn start(&mut self, data: Value) -> Run<()> {
        let dot = Dynamic::bare(data);
        self.variables.push(Variable { name: "$".into(), value: dot.clone() });
        if self.machine.depth >= self.machine.limits.depth {
            return Err(self.error("exceeded maximum template depth (100000)"));
        }
        self.machine.depth += 1;
        let tree = self.tree;
        let result = self.list(&dot, &tree.root);
        self.machine.depth -= 1;
        result.map(|_| ())
    }

    // Errors.

    fn error(&self, message: impl Into<String>) -> Error {
        Error {
            trouble: Trouble::Execution,
            levels: vec![self.level(self.at, String::new())],
            message: message.into(),
        }
    }

    fn level(&self, at: NodeId, via: String) -> Level {
        let (offset, context) = self.tree.find(at).unwrap_or((0, String::new()));
        let before = &self.tree.text[..offset.min(self.tree.text.len())];
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        Level {
            parse_name: Arc::clone(&self.tree.parse_name),
            line: 1 + before.bytes().filter(|b| *b == b'\n').count(),
            column: before.len() - line_start,
            source: self.tree.source,
            span: plimsoll_yaml::Span::new(offset, offset),
            template: Arc::clone(&self.tree.name),
            context,
            via,
            through_tpl: false,
        }
    }

    fn step(&mut self) -> Run<()> {
        self.machine.steps += 1;
        if self.machine.steps > self.machine.limits.steps {
            let mut error = self.error("the rendering takes more steps than its limit allows");
            error.trouble = Trouble::Limit;
            return Err(error);
        }
        Ok(())
    }

    fn spend(&mut self, bytes: usize) -> Run<()> {
        if self.machine.env.spend(bytes).is_err() {
            let mut error = self.error("the rendering makes more text than its limit allows");
            error.trouble = Trouble::Limit;
            return Err(error);
        }
        Ok(())
    }

    // Nodes.

    fn list(&mut self, dot: &Dynamic, nodes: &[Node]) -> Run<Flow> {
        for node in nodes {
            let flow = self.node(dot, node)?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, dot: &Dynamic, node: &Node) -> Run<Flow> {
        self.step()?;
        match node {
            Node::Text { span, lines } => self.text(*span, lines)?,
            Node::Action { id, span, pipe } => {
                let value = self.pipeline(dot, pipe)?;
                if pipe.variables.is_empty() {
                    self.at = *id;
                    self.print(&value, *span)?;
                }
            }
            Node::If(branch) => return self.if_or_with(dot, branch, false),
            Node::With(branch) => return self.if_or_with(dot, branch, true),
            Node::Range(branch) => return self.range(dot, branch),
            Node::Call { id, span, name, pipe, .. } => {
                self.at = *id;
                self.call_template(dot, name, pipe.as_ref(), *span)?;
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn text(&mut self, span: plimsoll_yaml::Span, lines: &[plimsoll_yaml::Span]) -> Run<()> {
        self.spend(span.len())?;
        // Text that a function may cut into lines is written line by line, so that each line
        // keeps its own place; text that goes straight to a file can be mapped back as a whole.
        let whole = [span];
        let pieces = if self.frame == FrameId::ROOT { &whole[..] } else { lines };
        for piece in pieces {
            let origin = self.written(*piece, OriginId::NONE);
            self.out.push(piece.of(&self.tree.text), origin);
        }
        Ok(())
    }

    fn site(&self, span: plimsoll_yaml::Span) -> Site {
        let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Site { source: self.tree.source, start: clamp(span.start), end: clamp(span.end) }
    }

    fn written(&mut self, span: plimsoll_yaml::Span, data: OriginId) -> OriginId {
        let site = self.site(span);
        let origin = Origin::Written { site, frame: self.frame, data, control: self.control };
        self.machine.env.trace.push(origin)
    }

    /// Writes a value as `fmt.Fprint` does.
    fn print(&mut self, value: &Value, span: plimsoll_yaml::Span) -> Run<()> {
        if value.as_text().is_some() {
            return self.print_text(value, span);
        }
        let mut printed = TextBuilder::new();
        print::write_value(value, &mut printed, &mut self.machine.env)
            .map_err(|failure| self.failed(self.at, "print", failure))?;
        self.print_text(&printed.finish(), span)
    }

    fn print_text(&mut self, value: &Value, span: plimsoll_yaml::Span) -> Run<()> {
        let Some(text) = value.as_text() else { return Ok(()) };
        self.spend(text.len())?;
        let beside = if text.marks().is_some() { value.origin } else { OriginId::NONE };
        for (piece, origin) in text.pieces(0..text.len(), value.origin) {
            let origin = self.machine.env.trace.decided(origin, beside);
            let wrapped = self.wrap(origin, span);
            self.out.push(piece, wrapped);
        }
        Ok(())
    }

    /// The origin of a piece that an action prints: what wrote it first, and what decides now.
    fn wrap(&mut self, origin: OriginId, span: plimsoll_yaml::Span) -> OriginId {
        match self.machine.env.trace.get(origin) {
            Origin::Written { control, .. } if control == self.control => origin,
            Origin::Written { .. } => self.machine.env.trace.decided(origin, self.control),
            _ => self.written(span, origin),
        }
    }

    fn if_or_with(&mut self, dot: &Dynamic, branch: &Branch, is_with: bool) -> Run<Flow> {
        let mark = self.variables.len();
        let control = self.control;
        let value = self.pipeline(dot, &branch.pipe)?;
        self.control = self.machine.env.trace.join(control, shallow(&value));
        let flow = if value.truth() {
            if is_with {
                self.list(&Dynamic::bare(value.clone()), &branch.body)
            } else {
                self.list(dot, &branch.body)
            }
        } else {
            self.list(dot, branch.otherwise.as_deref().unwrap_or_default())
        }?;
        self.variables.truncate(mark);
        self.leave(branch, control, shallow(&value));
        Ok(flow)
    }

    /// Ends a branch: what it might have assigned or left owes to its condition either way.
    fn leave(&mut self, branch: &Branch, control: OriginId, condition: OriginId) {
        self.control =
            if branch.escapes { self.machine.env.trace.join(control, condition) } else { control };
        for name in &branch.assigns {
            if let Some(variable) = self.variables.iter_mut().rev().find(|v| v.name == *name) {
                let origin = variable.value.value.origin;
                variable.value.value.origin = self.machine.env.trace.decided(origin, condition);
            }
        }
    }

    fn range(&mut self, dot: &Dynamic, branch: &Branch) -> Run<Flow> {
        self.at = branch.id;
        let mark = self.variables.len();
        let control = self.control;
        let value = self.pipeline(dot, &branch.pipe)?;
        let condition = shallow(&value);
        self.control = self.machine.env.trace.join(control, condition);
        let ran = self.iterate(&value, branch)?;
        let flow = if ran {
            Flow::On
        } else {
            self.list(dot, branch.otherwise.as_deref().unwrap_or_default())?
        };
        self.variables.truncate(mark);
        self.leave(branch, control, condition);
        Ok(flow)
    }

    /// Runs the body for each element; tells whether there was any.
    fn iterate(&mut self, value: &Value, branch: &Branch) -> Run<bool> {
        let plain = match &value.data {
            Data::Host(host) if matches!(host.kind(), "map" | "slice") => host.plain(),
            _ => value.clone(),
        };
        let origin = shallow(value);
        match &plain.data {
            Data::Int(count, _) => self.iterate_count(*count, origin, branch),
            Data::Uint(count) => {
                self.iterate_count(i64::try_from(*count).unwrap_or(i64::MAX), origin, branch)
            }
            Data::List(list) => {
                for (index, item) in (0_i64..).zip(list.items()) {
                    let index = Value { origin, ..Value::int(index) };
                    if !self.iteration(
                        branch,
                        Dynamic::bare(index),
                        Dynamic::boxed(item.clone()),
                    )? {
                        break;
                    }
                }
                Ok(!list.is_empty())
            }
            Data::Bytes(bytes) => {
                for (index, byte) in (0_i64..).zip(bytes.iter()) {
                    let index = Value { origin, ..Value::int(index) };
                    let byte = Value::of(Data::Uint(u64::from(*byte)), origin);
                    if !self.iteration(branch, Dynamic::bare(index), Dynamic::bare(byte))? {
                        break;
                    }
                }
                Ok(!bytes.is_empty())
            }
            Data::Map(map) => {
                let entries = map.snapshot();
                for (key, item) in &entries {
                    let key = Value { origin, ..Value::str(Arc::clone(key)) };
                    if !self.iteration(branch, Dynamic::bare(key), Dynamic::boxed(item.clone()))? {
                        break;
                    }
                }
                Ok(!entries.is_empty())
            }
            Data::Invalid | Data::Nil => Ok(false),
            _ => {
                let shown = self.shown(value)?;
                Err(self.error(format!("range can't iterate over {shown}")))
            }
        }
    }

    fn iterate_count(&mut self, count: i64, origin: OriginId, branch: &Branch) -> Run<bool> {
        if branch.pipe.variables.len() > 1 {
            return Err(
                self.error(format!("can't use {count} to iterate over more than one variable"))
            );
        }
        for index in 0..count {
            let item = Value { origin, ..Value::int(index) };
            if !self.iteration(branch, Dynamic::bare(Value::invalid()), Dynamic::bare(item))? {
                break;
            }
        }
        Ok(count > 0)
    }

    /// Runs the body once; tells whether the loop goes on.
    fn iteration(&mut self, branch: &Branch, index: Dynamic, item: Dynamic) -> Run<bool> {
        self.step()?;
        let mark = self.variables.len();
        let pipe = &branch.pipe;
        match pipe.variables.as_slice() {
            [] => {}
            [only] if pipe.is_assign => self.assign(only, item.clone())?,
            [first, second, ..] if pipe.is_assign => {
                self.assign(first, index)?;
                self.assign(second, item.clone())?;
            }
            [_] => self.variables[mark - 1].value = item.clone(),
            [_, _, ..] => {
                self.variables[mark - 1].value = item.clone();
                self.variables[mark - 2].value = index;
            }
        }
        let flow = self.list(&item, &branch.body)?;
        self.variables.truncate(mark);
        Ok(flow != Flow::Break)
    }

    fn shown(&mut self, value: &Value) -> Run<String> {
        let mut text = TextBuilder::new();
        print::write_value(value, &mut text, &mut self.machine.env)
            .map_err(|failure| self.failed(self.at, "print", failure))?;
        Ok(text.as_str().to_owned())
    }

    fn call_template(
        &mut self,
        dot: &Dynamic,
        name: &Arc<str>,
        pipe: Option<&Pipe>,
        span: plimsoll_yaml::Span,
    ) -> Run<()> {
        let Some(tree) = self.scope.get(name).map(Arc::clone) else {
            let name = super::literal::quote(name);
            return Err(self.error(format!("template {name} not defined")));
        };
        let data = match pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Value::invalid(),
        };
        let call = self.site(span);
        let frame = self.machine.env.trace.frame(Frame { parent: self.frame, call });
        let mut state = State {
            machine: self.machine,
            scope: self.scope,
            tree: &tree,
            out: self.out,
            variables: Vec::new(),
            at: self.at,
            frame,
            control: self.control,
        };
        state.at = NodeId(0);
        state.start(data)
    }

    // Pipelines and variables.

    /// Runs a pipeline and declares its variables, which last until the enclosing branch ends.
    fn pipeline(&mut self, dot: &Dynamic, pipe: &Pipe) -> Run<Value> {
        self.at = pipe.id;
        let mut value: Option<Value> = None;
        for command in &pipe.commands {
            let mut result = self.command(dot, command, value.take())?;
            if matches!(result.data, Data::Nil) {
                result.data = Data::Invalid;
            }
            value = Some(result);
        }
        let value = value.unwrap_or_else(Value::invalid);
        for name in &pipe.variables {
            if pipe.is_assign {
                self.assign(name, Dynamic::bare(value.clone()))?;
            } else {
                let value = Dynamic::bare(value.clone());
                self.variables.push(Variable { name: Arc::clone(name), value });
            }
        }
        Ok(value)
    }

    fn assign(&mut self, name: &Arc<str>, mut value: Dynamic) -> Run<()> {
        value.value.origin = self.machine.env.trace.decided(value.value.origin, self.control);
        match self.variables.iter_mut().rev().find(|variable| variable.name == *name) {
            Some(variable) => {
                variable.value = value;
                Ok(())
            }
            None => Err(self.error(format!("undefined variable: {name}"))),
        }
    }

    fn variable(&self, name: &str) -> Run<&Dynamic> {
        self.variables
            .iter()
            .rev()
            .find(|variable| &*variable.name == name)
            .map(|variable| &variable.value)
            .ok_or_else(|| self.error(format!("undefined variable: {name}")))
    }
}

/// What a test for truth looks at: the value itself, and of a container only whether it is empty.
fn shallow(value: &Value) -> OriginId {
    match &value.data {
        Data::Str(text) if value.origin == OriginId::NONE => {
            text.marks().and_then(<[_]>::first).map_or(OriginId::NONE, |mark| mark.origin)
        }
        _ => value.origin,
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_yaml::{Input, OriginKind, Provenance, Span};

    use super::*;
    use crate::resolve::Rendering;
    use crate::trace::{Leaf, Source, SourceId, Trace};
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
        trace.source(Source { name: "t".into(), text: Arc::clone(&text), made_of: None });
        trace.source(Source { name: "values.yaml".into(), text: "".into(), made_of: None });
        let map = Map::new();
        for (key, value) in values {
            let site = Site { source: SourceId(1), start: 0, end: 0 };
            let origin = trace.leaf(Leaf::Value { path: (*key).into(), site });
            map.insert(*key, Value { data: value.data.clone(), origin });
        }
        let trees = super::super::parse(&"t".into(), &text, SourceId(0))
            .map_err(|error| format!("{}: {}", error.line, error.message))?;
        let mut scope = Scope::default();
        for tree in trees {
            scope.add(Arc::new(tree));
        }
        let scope = Rc::new(scope);
        let env = Env::new(trace, Arc::new(Still), 1_000_000);
        let mut machine = Machine::new(env, Limits::default());
        let tree = Arc::clone(scope.get("t").unwrap());
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
    fn a_branch_not_taken_still_decides_what_it_would_assign() {
        let values = [("a", Value::bool(false))];
        let template = "{{ $x := \"1\" }}{{ if .a }}{{ $x = \"2\" }}{{ end }}{{ $x }}";
        let rendering = run(template, &values).unwrap();
        let origin = rendering.origin(Span::new(0, 1));
        assert!(origin.inputs.is_empty());
        assert_eq!(paths(&origin.decided_by), ["a"]);
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
}
