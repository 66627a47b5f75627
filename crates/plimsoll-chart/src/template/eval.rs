//! Runs templates by the rules of Go's `text/template/exec.go` (Go 1.26).

mod call;
mod dynamic;
mod field;
mod include;
mod write;

use std::rc::Rc;
use std::sync::Arc;

use ahash::AHashMap;
use dynamic::Dynamic;
pub(crate) use include::without_no_value;

use super::ast::{At, Branch, Bytes, List, Node, Parts, Tree, VariableId};
use super::error::{Error, Level, Trouble};
use super::parser::{MAX_NESTING, ParseError, parse};
use super::scope::{Scope, Template};
use crate::functions::Env;
use crate::go::print;
use crate::limits::{
    Limits, MAX_TEMPLATE_NODES, NESTING, TOO_MANY_PIECES, TOO_MANY_STEPS, TOO_MUCH_TEXT,
};
use crate::trace::{Frame, FrameId, OriginId, SourceId};
use crate::value::{Data, IntKind, Text, TextBuilder, Value};

/// What a call of a function takes of the steps: it does more than a node.
const CALL_STEPS: u64 = 10;

/// How often Helm lets `include` enter one name anew (`recursionMaxNums`).
const MAX_INCLUDES: usize = 1000;

/// How many different texts given to `tpl` are kept parsed.
const MAX_TEXTS: usize = 1000;

/// What lasts through one rendering.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) env: Env,
    limits: Limits,
    nesting: usize,
    /// Active includes by name.
    included: AHashMap<Arc<str>, usize>,
    /// Texts that were given to `tpl`, parsed.
    texts: AHashMap<Arc<str>, Arc<[Arc<Tree>]>>,
    /// How many nodes more they may have.
    room_for_texts: usize,
    /// The variables of all running templates, of the innermost last.
    variables: Vec<Variable>,
    /// The arguments of all calls that are being made, of the innermost last.
    arguments: Vec<Value>,
}

impl Machine {
    pub(crate) fn new(mut env: Env, limits: Limits) -> Self {
        env.steps = limits.steps;
        Self {
            env,
            limits,
            nesting: 0,
            included: AHashMap::new(),
            texts: AHashMap::new(),
            room_for_texts: MAX_TEMPLATE_NODES / 4,
            variables: Vec::new(),
            arguments: Vec::new(),
        }
    }

    /// Tells whether another template may run inside the active ones.
    const fn has_room(&self) -> bool {
        self.nesting + MAX_NESTING < NESTING
    }

    /// Runs a template on `data` and returns its text, whose every part knows its origin.
    pub(crate) fn run(
        &mut self,
        template: &Template,
        scope: &Rc<Scope>,
        data: Value,
        frame: FrameId,
        control: OriginId,
    ) -> Run<Value> {
        let mut out = self.env.builder();
        let mut state = State {
            machine: self,
            scope,
            tree: &template.tree,
            parts: &template.tree.parts,
            source: template.source,
            out: &mut out,
            first_variable: 0,
            at: At::Nowhere,
            frame,
            control,
            conditions: OriginId::NONE,
        };
        state.start(data)?;
        let conditions = state.conditions;
        let mut value = self.env.built(out);
        // A text that is empty owes its emptiness to whatever could have filled it.
        if value.as_text().is_some_and(Text::is_empty) {
            value.origin = self.env.trace.decided(value.origin, conditions);
        }
        Ok(value)
    }

    /// Parses a text for `tpl`, once for each text: charts give the same few to it over and over.
    fn parse_text(
        &mut self,
        name: &Arc<str>,
        text: &Text,
    ) -> Result<Arc<[Arc<Tree>]>, Box<ParseError>> {
        if let Some(known) = self.texts.get(text.as_str()) {
            return Ok(Arc::clone(known));
        }
        let shared = text.shared();
        let trees: Arc<[Arc<Tree>]> =
            parse(name, &shared, self.env.profile)?.into_iter().map(Arc::new).collect();
        let nodes: usize = trees.iter().map(|tree| tree.count).sum();
        self.env.steps = self.env.steps.saturating_sub(20 * nodes as u64);
        if self.texts.len() < MAX_TEXTS && nodes <= self.room_for_texts {
            self.room_for_texts -= nodes;
            self.texts.insert(shared, Arc::clone(&trees));
        }
        Ok(trees)
    }
}

#[derive(Debug)]
struct Variable {
    variable: VariableId,
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
    parts: &'a Parts,
    /// The text in which the tree's spans count.
    source: SourceId,
    out: &'a mut TextBuilder,
    /// Where the template's own variables begin.
    first_variable: usize,
    /// The node that Go would blame for an error now.
    at: At,
    frame: FrameId,
    /// What decided that the present node runs.
    control: OriginId,
    /// Everything that decided on any text so far, or was printed and empty.
    conditions: OriginId,
}

/// Errors are rare and large: what is returned without one should be small.
type Run<T> = Result<T, Box<Error>>;

impl State<'_> {
    fn start(&mut self, data: Value) -> Run<()> {
        let dot = Dynamic::bare(data);
        self.first_variable = self.machine.variables.len();
        self.declare(VariableId::DOLLAR, dot.clone());
        self.list(&dot, self.tree.root)?;
        self.machine.variables.truncate(self.first_variable);
        Ok(())
    }

    // Errors.

    #[cold]
    fn error(&self, message: impl Into<String>) -> Box<Error> {
        Box::new(Error {
            trouble: Trouble::Execution,
            levels: vec![self.level(self.at, String::new())],
            message: message.into(),
        })
    }

    fn level(&self, at: At, via: String) -> Level {
        let (offset, context) = self.parts.find(at);
        let before = &self.parts.text[..offset.min(self.parts.text.len())];
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        Level {
            parse_name: Arc::clone(&self.tree.parse_name),
            line: 1 + before.bytes().filter(|b| *b == b'\n').count(),
            column: before.len() - line_start,
            source: self.source,
            span: plimsoll_yaml::Span::new(offset, offset),
            template: Arc::clone(&self.tree.name),
            context,
            via,
            through_tpl: false,
        }
    }

    #[inline]
    fn step(&mut self) -> Run<()> {
        self.steps(1)?;
        if self.machine.env.trace.size() > self.machine.limits.origin_bytes {
            return Err(self.limit("the rendering makes more parts than its limit allows"));
        }
        Ok(())
    }

    #[inline]
    fn steps(&mut self, count: u64) -> Run<()> {
        if self.machine.env.work(count).is_err() {
            return Err(self.limit(TOO_MANY_STEPS));
        }
        Ok(())
    }

    #[cold]
    fn limit(&self, message: &str) -> Box<Error> {
        let mut error = self.error(message);
        error.trouble = Trouble::Limit;
        error
    }

    /// Makes sure that one template more may be active, however deep it nests.
    fn descend(&self) -> Run<()> {
        if self.machine.has_room() {
            return Ok(());
        }
        Err(self.limit("templates call each other deeper than the limit allows"))
    }

    fn spend(&mut self, bytes: usize) -> Run<()> {
        if self.out.len() + bytes > self.machine.limits.output_bytes {
            return Err(self.limit(TOO_MUCH_TEXT));
        }
        if self.out.has_too_many_pieces() {
            return Err(self.limit(TOO_MANY_PIECES));
        }
        if self.machine.env.spend(bytes).is_ok() {
            return Ok(());
        }
        let is_text = self.machine.env.steps > 0;
        Err(self.limit(if is_text { TOO_MUCH_TEXT } else { TOO_MANY_STEPS }))
    }

    /// The origin of what a test for truth looks at: the value itself, of a container only whether
    /// it is empty, of a text only its beginning.
    fn tested(&mut self, value: &Value) -> OriginId {
        let first = value
            .as_text()
            .and_then(|text| text.marks()?.iter().find(|mark| mark.end > 0).copied());
        first.map_or(value.origin, |mark| self.machine.env.trace.join(value.origin, mark.origin))
    }

    /// Notes a condition of the text.
    fn meets(&mut self, condition: OriginId) {
        self.conditions = self.machine.env.trace.join(self.conditions, condition);
    }

    // Nodes.

    fn list(&mut self, dot: &Dynamic, nodes: List) -> Run<Flow> {
        self.machine.nesting += 1;
        let mut flow = Flow::On;
        for node in self.parts.node_list(nodes) {
            flow = self.node(dot, *node)?;
            if flow != Flow::On {
                break;
            }
        }
        self.machine.nesting -= 1;
        Ok(flow)
    }

    fn node(&mut self, dot: &Dynamic, node: Node) -> Run<Flow> {
        self.step()?;
        match node {
            Node::Text(span) => self.text(span)?,
            Node::Action { span, pipe } => {
                let value = self.pipeline(dot, pipe)?;
                if self.parts.pipe(pipe).variables.is_empty() {
                    self.at = At::Action(pipe);
                    self.print(&value, span)?;
                }
            }
            Node::If(branch) => return self.if_or_with(dot, branch, false),
            Node::With(branch) => return self.if_or_with(dot, branch, true),
            Node::Range(branch) => return self.range(dot, branch),
            Node::Call(call) => {
                self.at = At::Call(call);
                self.call_template(dot, call)?;
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn if_or_with(&mut self, dot: &Dynamic, branch: u32, is_with: bool) -> Run<Flow> {
        let branch = self.parts.branch(branch);
        let mark = self.machine.variables.len();
        let control = self.control;
        let value = self.pipeline(dot, branch.pipe)?;
        let condition = self.tested(&value);
        self.meets(condition);
        self.control = self.machine.env.trace.join(control, condition);
        let before = self.out.len();
        let flow = if value.truth() {
            if is_with {
                self.list(&Dynamic::bare(value), branch.body)
            } else {
                self.list(dot, branch.body)
            }
        } else {
            self.list(dot, branch.otherwise.unwrap_or_default())
        }?;
        self.pass_over(branch, before);
        self.machine.variables.truncate(mark);
        self.leave(branch, control, condition);
        Ok(flow)
    }

    /// Notes that a branch wrote nothing since the text was `before` bytes long, and why.
    fn pass_over(&mut self, branch: &Branch, before: usize) {
        if let Some(span) = branch.writes.filter(|_| self.out.len() == before) {
            let origin = self.written(span, OriginId::NONE);
            self.out.push("", origin);
        }
    }

    /// Ends a branch: what it might have assigned or left owes to its condition either way.
    fn leave(&mut self, branch: &Branch, control: OriginId, condition: OriginId) {
        self.control =
            if branch.escapes { self.machine.env.trace.join(control, condition) } else { control };
        for variable in branch.assigns.of(&self.parts.variables) {
            if let Some(at) = self.find_variable(*variable) {
                let Machine { variables, env, .. } = &mut *self.machine;
                let value = &mut variables[at].value.value;
                value.origin = env.trace.decided(value.origin, condition);
            }
        }
    }

    fn range(&mut self, dot: &Dynamic, branch: u32) -> Run<Flow> {
        self.at = At::Branch(branch);
        let branch = self.parts.branch(branch);
        let mark = self.machine.variables.len();
        let control = self.control;
        let value = self.pipeline(dot, branch.pipe)?;
        let condition = self.tested(&value);
        self.meets(condition);
        self.control = self.machine.env.trace.join(control, condition);
        let before = self.out.len();
        let ran = self.iterate(&value, branch)?;
        let flow =
            if ran { Flow::On } else { self.list(dot, branch.otherwise.unwrap_or_default())? };
        self.pass_over(branch, before);
        self.machine.variables.truncate(mark);
        self.leave(branch, control, condition);
        Ok(flow)
    }

    /// Runs the body for each element; tells whether there was any.
    fn iterate(&mut self, value: &Value, branch: &Branch) -> Run<bool> {
        let plain = match &value.data {
            Data::Host(host) if matches!(host.kind(), "map" | "slice") => host.plain(),
            _ => value.clone(),
        };
        let origin = self.tested(value);
        match &plain.data {
            Data::Int(count, kind) => {
                let kind = *kind;
                self.iterate_count(*count, origin, branch, |int| Data::Int(int, kind))
            }
            Data::Uint(count) => {
                let count = i64::try_from(*count).unwrap_or(i64::MAX);
                self.iterate_count(count, origin, branch, |int| Data::Uint(int.unsigned_abs()))
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
                    let byte = Value::of(Data::Int(i64::from(*byte), IntKind::Uint8), origin);
                    if !self.iteration(branch, Dynamic::bare(index), Dynamic::bare(byte))? {
                        break;
                    }
                }
                Ok(!bytes.is_empty())
            }
            Data::Map(map) => {
                let entries = map.snapshot();
                let control = self.control;
                for (key, item) in &entries {
                    // What decided that the entry is there decides on this round of the loop.
                    let by = self.machine.env.trace.decision(item.origin);
                    self.control = self.machine.env.trace.join(control, by);
                    // A map that was merged does not say which file a key stands in; its entry does.
                    let origin = self.machine.env.trace.decided(origin, item.origin);
                    let key = Value { origin, ..Value::str(Arc::clone(key)) };
                    if !self.iteration(branch, Dynamic::bare(key), Dynamic::boxed(item.clone()))? {
                        break;
                    }
                }
                self.control = control;
                Ok(!entries.is_empty())
            }
            Data::Invalid | Data::Nil => Ok(false),
            _ => {
                let shown = self.shown(value)?;
                Err(self.error(format!("range can't iterate over {shown}")))
            }
        }
    }

    /// Runs the body for each number below `count`, which are of the type of `count`.
    fn iterate_count(
        &mut self,
        count: i64,
        origin: OriginId,
        branch: &Branch,
        of: impl Fn(i64) -> Data,
    ) -> Run<bool> {
        if self.parts.pipe(branch.pipe).variables.len > 1 {
            return Err(
                self.error(format!("can't use {count} to iterate over more than one variable"))
            );
        }
        for index in 0..count {
            let item = Value::of(of(index), origin);
            if !self.iteration(branch, Dynamic::bare(Value::invalid()), Dynamic::bare(item))? {
                break;
            }
        }
        Ok(count > 0)
    }

    /// Runs the body once; tells whether the loop goes on.
    fn iteration(&mut self, branch: &Branch, index: Dynamic, item: Dynamic) -> Run<bool> {
        self.step()?;
        let mark = self.machine.variables.len();
        let pipe = self.parts.pipe(branch.pipe);
        match pipe.variables.of(&self.parts.variables) {
            [] => {}
            [only] if pipe.is_assign => self.assign(*only, item.clone())?,
            [first, second, ..] if pipe.is_assign => {
                self.assign(*first, index)?;
                self.assign(*second, item.clone())?;
            }
            [_] => self.machine.variables[mark - 1].value = item.clone(),
            [_, _, ..] => {
                self.machine.variables[mark - 1].value = item.clone();
                self.machine.variables[mark - 2].value = index;
            }
        }
        let flow = self.list(&item, branch.body)?;
        self.machine.variables.truncate(mark);
        Ok(flow != Flow::Break)
    }

    fn shown(&mut self, value: &Value) -> Run<String> {
        let mut text = TextBuilder::new();
        print::write_value(value, &mut text, &mut self.machine.env)
            .map_err(|failure| self.failed(self.at, "print", failure))?;
        Ok(text.as_str().to_owned())
    }

    fn call_template(&mut self, dot: &Dynamic, call: u32) -> Run<()> {
        let call = self.parts.call(call);
        let Some(template) = self.scope.get(&call.name).cloned() else {
            let name = super::literal::quote(&call.name);
            return Err(self.error(format!("template {name} not defined")));
        };
        if !self.machine.has_room() {
            return Err(self.error("exceeded maximum template depth (100000)"));
        }
        let data = match call.pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Value::invalid(),
        };
        let call = self.site(call.span);
        let frame = self.machine.env.trace.frame(Frame { parent: self.frame, call });
        let mut state = State {
            machine: self.machine,
            scope: self.scope,
            tree: &template.tree,
            parts: &template.tree.parts,
            source: template.source,
            out: self.out,
            first_variable: 0,
            at: At::Nowhere,
            frame,
            control: self.control,
            conditions: OriginId::NONE,
        };
        let result = state.start(data);
        let conditions = state.conditions;
        self.meets(conditions);
        result
    }

    // Pipelines and variables.

    /// Runs a pipeline and declares its variables, which last until the enclosing branch ends.
    fn pipeline(&mut self, dot: &Dynamic, pipe: u32) -> Run<Value> {
        self.at = At::Pipe(pipe);
        let pipe = self.parts.pipe(pipe);
        self.machine.nesting += 1;
        let mut value: Option<Value> = None;
        for command in pipe.commands.numbers() {
            let mut result = self.command(dot, command, value.take())?;
            if matches!(result.data, Data::Nil) {
                result.data = Data::Invalid;
            }
            value = Some(result);
        }
        self.machine.nesting -= 1;
        let value = value.unwrap_or_else(Value::invalid);
        for variable in pipe.variables.of(&self.parts.variables) {
            let value = Dynamic::bare(value.clone());
            if pipe.is_assign {
                self.assign(*variable, value)?;
            } else {
                self.declare(*variable, value);
            }
        }
        Ok(value)
    }

    fn declare(&mut self, variable: VariableId, value: Dynamic) {
        self.machine.variables.push(Variable { variable, value });
    }

    fn assign(&mut self, variable: VariableId, mut value: Dynamic) -> Run<()> {
        value.value.origin = self.machine.env.trace.decided(value.value.origin, self.control);
        let at = self.find_variable(variable).ok_or_else(|| self.undefined(variable))?;
        self.machine.variables[at].value = value;
        Ok(())
    }

    fn variable(&mut self, variable: VariableId) -> Run<&Dynamic> {
        let at = self.variable_at(variable)?;
        Ok(&self.machine.variables[at].value)
    }

    /// Where a variable that is read lies.
    fn variable_at(&mut self, variable: VariableId) -> Run<usize> {
        let at = self.find_variable(variable).ok_or_else(|| self.undefined(variable))?;
        // Most lie near the end; those that do not take time to find.
        let distance = self.machine.variables.len() - at;
        if distance >= 8 {
            self.steps(distance as u64 / 8)?;
        }
        Ok(at)
    }

    /// Where the innermost variable of that name lies.
    fn find_variable(&self, variable: VariableId) -> Option<usize> {
        let own = &self.machine.variables[self.first_variable..];
        let at = own.iter().rposition(|known| known.variable == variable)?;
        Some(self.first_variable + at)
    }

    fn undefined(&self, variable: VariableId) -> Box<Error> {
        self.error(format!("undefined variable: {}", self.parts.name(variable)))
    }
}

#[cfg(test)]
mod tests;
