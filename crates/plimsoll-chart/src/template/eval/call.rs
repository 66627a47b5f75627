//! Commands: calls of functions and methods, and their arguments checked as Go's reflection does.

use std::sync::Arc;

use super::field::Arguments;
use super::{At, Bytes, CALL_STEPS, Dynamic, List, Machine, Run, State};
use crate::functions::{
    Call, Engine, Env, Failure, Function, Outcome, Run as Body, Signature, Type,
};
use crate::limits::BYTES_READ_A_STEP;
use crate::template::ast::Term;
use crate::template::error::{Error, Trouble};
use crate::template::literal::Number;
use crate::trace::OriginId;
use crate::value::{self, Data, Host, IntKind, Map, MapKind, Text, Value};

impl State<'_> {
    /// Runs a command; `last` is the result of the command before it in the pipeline.
    pub(super) fn command(
        &mut self,
        dot: &Dynamic,
        command: u32,
        last: Option<Value>,
    ) -> Run<Value> {
        let written = self.parts.command(command);
        let (first, words) = (written.words.start, written.words.rest());
        let at = At::Word(first);
        let arguments = Arguments { dot, node: at, words };
        match self.parts.word(first).term {
            Term::Field(fields) => {
                self.at = at;
                return self.fields(dot, fields, arguments, last);
            }
            Term::Chain { base, fields } => {
                let base = self.chain_base(dot, first, base)?;
                return self.fields(&base, fields, arguments, last);
            }
            Term::Variable { variable, fields } => {
                self.at = at;
                if fields.is_empty() {
                    let value = self.variable(variable)?.value.clone();
                    self.no_arguments(first, words, last.as_ref())?;
                    return Ok(value);
                }
                return self.fields_of_variable(variable, fields, arguments, last);
            }
            Term::Function(function) => {
                self.at = at;
                let node = At::Command(command);
                return self.function(dot, function, node, written.span, words, last);
            }
            Term::Pipe(pipe) => {
                self.no_arguments(first, words, last.as_ref())?;
                return self.pipeline(dot, pipe);
            }
            _ => {}
        }
        self.at = at;
        self.no_arguments(first, words, last.as_ref())?;
        match self.parts.word(first).term {
            Term::Bool(value) => Ok(Value { origin: OriginId::NONE, ..Value::bool(value) }),
            Term::Dot => Ok(dot.value.clone()),
            Term::Number(number) => self.ideal(first, number),
            Term::String(string) => Ok(self.literal(string)),
            Term::Octets(octets) => Ok(self.octets(octets)),
            _ => Err(self.error("nil is not a command")),
        }
    }

    fn no_arguments(&self, first: u32, words: List, last: Option<&Value>) -> Run<()> {
        if words.is_empty() && last.is_none() {
            return Ok(());
        }
        let first = self.parts.show_word(first);
        Err(self.error(format!("can't give argument to non-function {first}")))
    }

    fn chain_base(&mut self, dot: &Dynamic, chain: u32, base: u32) -> Run<Dynamic> {
        self.at = At::Word(chain);
        let word = self.parts.word(base);
        if matches!(word.term, Term::Nil) {
            let chain = self.parts.show_word(chain);
            return Err(self.error(format!("indirection through explicit nil in {chain}")));
        }
        self.at = At::Word(base);
        let value = match word.term {
            Term::Pipe(pipe) => self.pipeline(dot, pipe)?,
            Term::Function(function) => {
                self.function(dot, function, self.at, word.span, List::default(), None)?
            }
            _ => self.argument(dot, Type::Any, base)?,
        };
        Ok(Dynamic::bare(value))
    }

    /// A number without a type of its own: an `int`, or a `float64` when it is written as one.
    fn ideal(&mut self, word: u32, number: u32) -> Run<Value> {
        self.at = At::Word(word);
        let number = self.parts.number(number);
        let data = match (number.complex, number.float, number.int) {
            (Some((real, imaginary)), _, _) => crate::value::complex(real, imaginary),
            (_, Some(float), _) if number.looks_float => Data::Float(float),
            (_, _, Some(int)) => Data::Int(int, IntKind::Int),
            _ => {
                let text = self.parts.show_word(word);
                return Err(self.error(format!("{text} overflows int")));
            }
        };
        Ok(Value::of(data, OriginId::NONE))
    }

    fn literal(&self, string: u32) -> Value {
        let text = Text::plain(Arc::clone(self.parts.string(string)));
        Value::of(Data::Str(text), OriginId::NONE)
    }

    fn octets(&self, octets: u32) -> Value {
        let bytes = Arc::clone(&self.parts.octets[octets as usize]);
        Value::of(Data::Octets(bytes), OriginId::NONE)
    }

    // Arguments.

    fn argument(&mut self, dot: &Dynamic, wanted: Type, word: u32) -> Run<Value> {
        self.at = At::Word(word);
        let written = self.parts.word(word);
        let none = Arguments { dot, node: self.at, words: List::default() };
        let found = match written.term {
            Term::Dot => dot.value.clone(),
            Term::Nil => {
                return zero(wanted)
                    .ok_or_else(|| self.error(format!("cannot assign nil to {}", wanted.name())));
            }
            Term::Field(fields) => self.fields(dot, fields, none, None)?,
            Term::Variable { variable, fields } => {
                self.fields_of_variable(variable, fields, none, None)?
            }
            Term::Pipe(pipe) => self.pipeline(dot, pipe)?,
            Term::Function(function) => {
                self.function(dot, function, self.at, written.span, List::default(), None)?
            }
            Term::Chain { base, fields } => {
                let base = self.chain_base(dot, word, base)?;
                self.fields(&base, fields, none, None)?
            }
            Term::Bool(_) | Term::Number(_) | Term::String(_) | Term::Octets(_) => {
                return self.constant(wanted, word);
            }
        };
        if !matches!(found.data, Data::Invalid) && is_assignable(&found.data, wanted) {
            return Ok(found);
        }
        self.check(found, wanted)
    }

    /// A literal as an argument takes the parameter's type, or is refused.
    fn constant(&mut self, wanted: Type, word: u32) -> Run<Value> {
        let term = self.parts.word(word).term;
        if let Term::Number(number) = term
            && let Some(data) = typed(self.parts.number(number), wanted)
        {
            return Ok(Value::of(data, OriginId::NONE));
        }
        match (wanted, term) {
            (Type::Any | Type::Reflect, Term::Number(number)) => return self.ideal(word, number),
            (Type::Bool | Type::Any | Type::Reflect, Term::Bool(value)) => {
                return Ok(Value::of(Data::Bool(value), OriginId::NONE));
            }
            (Type::Str | Type::Any | Type::Reflect, Term::Octets(octets)) => {
                return Ok(self.octets(octets));
            }
            (Type::Str | Type::Any | Type::Reflect, Term::String(string)) => {
                return Ok(self.literal(string));
            }
            _ => {}
        }
        let word = self.parts.show_word(word);
        Err(self.error(match wanted {
            Type::Uint32 => format!("expected unsigned integer; found {word}"),
            Type::Bool => format!("expected bool; found {word}"),
            Type::Str => format!("expected string; found {word}"),
            Type::Int | Type::Duration => format!("expected integer; found {word}"),
            Type::Float => format!("expected float; found {word}"),
            _ => format!("can't handle {word} for arg of type {}", wanted.name()),
        }))
    }

    /// Go's `validateType`: the value must be assignable to the parameter's type.
    fn check(&self, value: Value, wanted: Type) -> Run<Value> {
        if matches!(value.data, Data::Invalid) {
            let origin = value.origin;
            return zero(wanted)
                .map(|zero| Value { origin, ..zero })
                .ok_or_else(|| self.error(format!("invalid value; expected {}", wanted.name())));
        }
        if is_assignable(&value.data, wanted) {
            return Ok(value);
        }
        let wanted = wanted.name();
        let got = if value.is_nil() { "interface {}" } else { value.type_name() };
        Err(self.error(format!("wrong type for value; expected {wanted}; got {got}")))
    }

    /// Puts the arguments of a call on top of the others; returns where they begin.
    fn arguments(
        &mut self,
        name: &str,
        signature: &Signature,
        dot: &Dynamic,
        words: List,
        last: Option<Value>,
    ) -> Run<usize> {
        let fixed = signature.params.len();
        let given = words.len as usize + usize::from(last.is_some());
        if signature.variadic.is_some() {
            if given < fixed {
                return Err(self.error(format!(
                    "wrong number of args for {name}: want at least {fixed} got {}",
                    words.len
                )));
            }
        } else if given != fixed {
            return Err(
                self.error(format!("wrong number of args for {name}: want {fixed} got {given}"))
            );
        }
        let wanted = |index: usize| {
            signature.params.get(index).copied().or(signature.variadic).unwrap_or(Type::Any)
        };
        let base = self.machine.arguments.len();
        for (index, word) in words.numbers().enumerate() {
            let value = self.argument(dot, wanted(index), word)?;
            self.machine.arguments.push(value);
        }
        if let Some(last) = last {
            let value = self.check(last, wanted(words.len as usize))?;
            self.machine.arguments.push(value);
        }
        Ok(base)
    }

    /// Takes the two arguments from `base` on back.
    fn two_arguments(&mut self, base: usize) -> (Value, Value) {
        let mut values = self.machine.arguments.drain(base..);
        let mut next = || values.next().unwrap_or_else(Value::invalid);
        (next(), next())
    }

    // Calls.

    fn function(
        &mut self,
        dot: &Dynamic,
        function: &Function,
        node: At,
        span: Bytes,
        words: List,
        last: Option<Value>,
    ) -> Run<Value> {
        let signature = &function.signature;
        match function.run {
            Body::Engine(Engine::And) => self.and_or(dot, function, words, last, false),
            Body::Engine(Engine::Or) => self.and_or(dot, function, words, last, true),
            Body::Engine(Engine::Call) => {
                let base = self.arguments("call", signature, dot, words, last)?;
                let failure = self.no_function(words, &self.machine.arguments[base..]);
                Err(self.failed(node, "call", failure))
            }
            Body::Engine(Engine::Include) => {
                let base = self.arguments("include", signature, dot, words, last)?;
                let before = self.machine.env.budget;
                let (name, data) = self.two_arguments(base);
                let value = self.include(node, span, &name, data)?;
                self.account(node, "include", before, &value)?;
                Ok(value)
            }
            Body::Engine(Engine::Tpl) => {
                let base = self.arguments("tpl", signature, dot, words, last)?;
                let before = self.machine.env.budget;
                let (template, data) = self.two_arguments(base);
                let value = self.tpl(node, span, &template, data)?;
                self.account(node, "tpl", before, &value)?;
                Ok(value)
            }
            Body::Plain(run) => {
                let base = self.arguments(function.name, signature, dot, words, last)?;
                let called = Called {
                    node,
                    name: function.name,
                    passes_on: function.passes_on,
                    reads_octets: function.reads_octets,
                };
                self.machine.env.control = self.control;
                self.run_plain(called, base, run)
            }
        }
    }

    /// Runs a function on the arguments from `base` on, and takes them away.
    #[inline]
    fn run_plain(
        &mut self,
        called: Called<'_>,
        base: usize,
        run: impl FnOnce(&mut Call<'_>) -> Outcome,
    ) -> Run<Value> {
        let Called { node, name, passes_on, reads_octets } = called;
        if !reads_octets {
            self.check_text(node, name, &self.machine.arguments[base..])?;
        }
        self.steps(CALL_STEPS + self.machine.arguments[base..].iter().map(effort).sum::<u64>())?;
        let Machine { arguments, env, .. } = &mut *self.machine;
        let (values, before) = (&arguments[base..], env.budget);
        let result = run(&mut Call::new(values, env))
            .map(|value| settle(env, value, passes_on, values))
            .and_then(|value| env.account(before, &value).map(|()| value));
        self.machine.arguments.truncate(base);
        result.map_err(|failure| self.failed(node, name, failure))
    }

    /// Takes what a call has made from what the rendering may hold; the budget was `before` when
    /// its arguments were there.
    fn account(&mut self, node: At, name: &str, before: usize, made: &Value) -> Run<()> {
        let accounted = self.machine.env.account(before, made);
        accounted.map_err(|failure| self.failed(node, name, failure))
    }

    pub(super) fn method(
        &mut self,
        host: &dyn Host,
        name: &str,
        signature: &Signature,
        arguments: Arguments<'_>,
        last: Option<Value>,
    ) -> Run<Value> {
        let base = self.arguments(name, signature, arguments.dot, arguments.words, last)?;
        let node = arguments.node;
        let called = Called { node, name, passes_on: false, reads_octets: false };
        self.run_plain(called, base, |call| host.call(name, call))
    }

    /// Makes sure that all strings among the arguments are text.
    pub(super) fn check_text(&self, node: At, name: &str, values: &[Value]) -> Run<()> {
        if values.iter().any(|value| matches!(value.data, Data::Octets(_))) {
            return Err(self.failed(node, name, Failure::not_text()));
        }
        Ok(())
    }

    /// Turns a function's failure into an error at `node`.
    #[cold]
    pub(super) fn failed(&self, node: At, name: &str, failure: Failure) -> Box<Error> {
        let via = format!("error calling {name}: ");
        match failure {
            Failure::Error(message) => {
                let levels = vec![self.level(node, via)];
                Box::new(Error { trouble: Trouble::Function, levels, message })
            }
            Failure::Stop(message) => {
                let levels = vec![self.level(node, via)];
                Box::new(Error { trouble: Trouble::Stop, levels, message })
            }
            Failure::Template(mut inner) => {
                inner.levels.insert(0, self.level(node, via));
                inner
            }
        }
    }

    /// Why `call` fails: nothing that templates can reach is a function. Go names the argument as
    /// it is written, or what came through the pipe.
    fn no_function(&self, words: List, values: &[Value]) -> Failure {
        let Some(callee) = values.first().filter(|callee| !callee.is_nil()) else {
            return Failure::error("call of nil");
        };
        let type_name = callee.type_name();
        let name = match callee.as_text() {
            _ if !words.is_empty() => self.parts.show_word(words.start),
            Some(text) => text.as_str().to_owned(),
            None => format!("<{type_name} Value>"),
        };
        Failure::Error(format!("non-function {name} of type {type_name}"))
    }

    fn and_or(
        &mut self,
        dot: &Dynamic,
        function: &Function,
        words: List,
        last: Option<Value>,
        stops_at: bool,
    ) -> Run<Value> {
        let given = words.len as usize + usize::from(last.is_some());
        self.steps(CALL_STEPS)?;
        if given < 1 {
            return Err(self.error(format!(
                "wrong number of args for {}: want at least 1 got {}",
                function.name, words.len
            )));
        }
        let mut decided_by = OriginId::NONE;
        let mut result = Value::invalid();
        for word in words.numbers() {
            result = self.argument(dot, Type::Reflect, word)?;
            let tested = self.tested(&result);
            result.origin = self.machine.env.trace.decided(result.origin, decided_by);
            if result.truth() == stops_at {
                return Ok(result);
            }
            decided_by = self.machine.env.trace.join(decided_by, tested);
        }
        if let Some(last) = last {
            result = self.check(last, Type::Reflect)?;
            result.origin = self.machine.env.trace.decided(result.origin, decided_by);
        }
        Ok(result)
    }
}

/// A call of a function or method that needs no evaluator.
#[derive(Clone, Copy)]
struct Called<'c> {
    node: At,
    name: &'c str,
    passes_on: bool,
    reads_octets: bool,
}

/// Fills in a result's origin where the function left it open.
fn settle(env: &mut Env, value: Value, passes_on: bool, arguments: &[Value]) -> Value {
    if !value.is_open() {
        return value;
    }
    let mut origin = OriginId::NONE;
    for argument in arguments {
        let of = env.surface_of(argument);
        origin = env.trace.join(origin, of);
    }
    if !passes_on {
        origin = env.trace.computed(origin);
    }
    env.settle(value, origin)
}

/// The steps that reading an argument once takes.
fn effort(argument: &Value) -> u64 {
    let amount = match &argument.data {
        Data::Str(text) => text.len() / BYTES_READ_A_STEP,
        Data::Octets(bytes) | Data::Bytes(bytes) => bytes.len() / BYTES_READ_A_STEP,
        Data::List(list) => list.len() / 16,
        Data::Map(map) => map.len() / 16,
        _ => 0,
    };
    amount as u64
}

/// A number literal as an argument of a type of its own.
fn typed(number: &Number, wanted: Type) -> Option<Data> {
    Some(match wanted {
        Type::Int => Data::Int(number.int?, IntKind::Int),
        Type::Duration => Data::Int(number.int?, IntKind::Duration),
        Type::Float => Data::Float(number.float?),
        // Go stores the low 32 bits of what is larger.
        Type::Uint32 => Data::Uint(number.uint? & u64::from(u32::MAX)),
        _ => return None,
    })
}

#[inline]
fn is_assignable(data: &Data, wanted: Type) -> bool {
    match wanted {
        Type::Any | Type::Reflect => true,
        Type::Str => matches!(data, Data::Str(_) | Data::Octets(_)),
        Type::Bool => matches!(data, Data::Bool(_)),
        Type::Int => matches!(data, Data::Int(_, IntKind::Int)),
        Type::Duration => matches!(data, Data::Int(_, IntKind::Duration)),
        Type::Float => matches!(data, Data::Float(_)),
        Type::List => {
            matches!(data, Data::List(list) if list.kind() == crate::value::ListKind::Any)
        }
        Type::Map => matches!(data, Data::Map(map) if map.kind() != MapKind::Strings),
        Type::Time | Type::Certificate | Type::Version | Type::Location => {
            matches!(data, Data::Host(host) if host.type_name() == wanted.name())
        }
        // No value of a template has this type, only literals take it.
        Type::Uint32 => false,
    }
}

/// The nil of a type that has one.
fn zero(wanted: Type) -> Option<Value> {
    let data = match wanted {
        Type::Any => Data::Nil,
        Type::Reflect => Data::Invalid,
        Type::Map => Data::Map(Map::nil()),
        Type::List => Data::List(value::List::nil()),
        Type::Str
        | Type::Bool
        | Type::Int
        | Type::Float
        | Type::Time
        | Type::Duration
        | Type::Uint32
        | Type::Certificate
        | Type::Version
        | Type::Location => return None,
    };
    Some(Value::of(data, OriginId::NONE))
}
