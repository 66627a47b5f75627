//! Values written with the origin of each piece.

use std::ops::ControlFlow;
use std::sync::Arc;

use plimsoll_yaml::{Emit, JsonStyle, MAX_EMIT_DEPTH, Role, Shape, Sink};

use crate::functions::encoding::base64;
use crate::functions::{Env, Failure};
use crate::trace::OriginId;
use crate::value::{Data, Text, TextBuilder, Value};

/// The text, or Go's refusal to write the value.
pub(super) type Written = Result<Value, String>;

/// Writes as `toYaml` does: without the newline at the end.
pub(super) fn yaml(value: &Value, env: &mut Env) -> Result<Written, Failure> {
    if let Some(refusal) = measured(value, false, env)? {
        return Ok(Err(format!("error marshaling into JSON: {refusal}")));
    }
    let node = Plain::new(&env.push_down(value));
    let mut pieces = Pieces::new(env);
    if let Err(error) = plimsoll_yaml::emit(&node, &mut pieces) {
        return Ok(Err(error.upstream().to_owned()));
    }
    let mut out = pieces.out;
    out.strip_break();
    Ok(Ok(env.finish(out)))
}

/// Writes as Go's `encoding/json` does.
pub(super) fn json(value: &Value, style: JsonStyle, env: &mut Env) -> Result<Written, Failure> {
    // `toRawJson` hands its encoder a pointer to the value.
    if let Some(refusal) = measured(value, style == JsonStyle::RAW, env)? {
        return Ok(Err(refusal));
    }
    let node = Plain::new(&env.push_down(value));
    let mut pieces = Pieces::new(env);
    let written = plimsoll_yaml::emit_json(&node, style, &mut pieces);
    let out = pieces.out;
    Ok(written.map(|()| env.finish(out)).map_err(|error| error.upstream().to_owned()))
}

/// A value without objects and bytes, which JSON shows as something plainer.
struct Plain(Value);

impl Plain {
    fn new(value: &Value) -> Self {
        let mut value = value.clone();
        // An object shows itself as something plain at once; the bound is for one that does not.
        for _ in 0..8 {
            let Data::Host(host) = &value.data else { break };
            value = Value::of(host.plain().data, value.origin);
        }
        let text = match &value.data {
            Data::Bytes(bytes) => Some(base64(bytes)),
            Data::Octets(bytes) => Some(marked(bytes)),
            _ => None,
        };
        if let Some(text) = text {
            value.data = Data::Str(Text::plain(text));
        }
        Self(value)
    }
}

/// A string as Go's JSON has it: a mark in place of each byte that is no UTF-8.
fn marked(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}

impl Emit for Plain {
    fn shape(&self) -> Shape<'_, Self> {
        match &self.0.data {
            Data::Invalid | Data::Nil | Data::Host(_) | Data::Bytes(_) | Data::Octets(_) => {
                Shape::Null
            }
            Data::Bool(bool) => Shape::Bool(*bool),
            Data::Int(int, _) => Shape::Int(*int),
            Data::Uint(int) => Shape::Uint(*int),
            Data::Float(float) => Shape::Float(*float),
            Data::Str(text) => Shape::Str(text.as_str()),
            Data::List(list) if list.is_nil() => Shape::Null,
            Data::Map(map) if map.is_nil() => Shape::Null,
            Data::List(list) => Shape::Seq(list.items().iter().map(Self::new).collect()),
            Data::Map(map) => {
                let entries = map.borrow();
                let entries = entries.iter().map(|(key, item)| (Arc::clone(key), Self::new(item)));
                Shape::Map(entries.collect())
            }
        }
    }
}

/// Spends what writing the value will take. Returns Go's refusal of a map within itself.
///
/// `pointed`: Go starts from a pointer to the value.
fn measured(value: &Value, pointed: bool, env: &mut Env) -> Result<Option<String>, Failure> {
    match measure(value, 0, env) {
        Ok(()) => Ok(None),
        Err(failure) => match Search::new(pointed).run(value) {
            ControlFlow::Break(Some(kind)) => {
                Ok(Some(format!("json: unsupported value: encountered a cycle via {kind}")))
            }
            _ => Err(failure),
        },
    }
}

/// A search for a map within itself, along the way that writing takes.
struct Search {
    above: Vec<Value>,
    /// How many values may still be looked at.
    fuel: usize,
    /// The first level, from 0, whose containers Go remembers.
    remembered: usize,
}

impl Search {
    const fn new(pointed: bool) -> Self {
        /// How many levels Go writes before it looks for cycles.
        const UNSUSPECTED: usize = 1000;
        let remembered = if pointed { UNSUSPECTED - 1 } else { UNSUSPECTED };
        Self { above: Vec::new(), fuel: 1_000_000, remembered }
    }

    /// Breaks with the type that Go names when it meets a map within itself: that of the container
    /// into which the first such map has led it a thousand levels down; and with nothing when the
    /// search takes too much.
    fn run(&mut self, value: &Value) -> ControlFlow<Option<&'static str>> {
        let items: Vec<Value> = match &value.data {
            Data::Map(map) => map.snapshot().into_iter().map(|(_, item)| item).collect(),
            Data::List(list) => list.items().to_vec(),
            _ => return ControlFlow::Continue(()),
        };
        if let Data::Map(map) = &value.data {
            let same = |other: &Value| matches!(&other.data, Data::Map(other) if other.same(map));
            if let Some(start) = self.above.iter().position(same) {
                let length = self.above.len() - start;
                let named = start + self.remembered.saturating_sub(start) % length;
                return ControlFlow::Break(self.above.get(named).map(Value::type_name));
            }
        }
        self.fuel = self.fuel.saturating_sub(items.len() + 1);
        if self.above.len() > MAX_EMIT_DEPTH || self.fuel == 0 {
            return ControlFlow::Break(None);
        }
        self.above.push(value.clone());
        items.iter().try_for_each(|item| self.run(item))?;
        self.above.pop();
        ControlFlow::Continue(())
    }
}

/// Spends what writing the value will take, so that neither a map in itself nor one that doubles
/// at every level gets to be written.
fn measure(value: &Value, depth: usize, env: &mut Env) -> Result<(), Failure> {
    if depth > MAX_EMIT_DEPTH {
        return Err(Failure::error(format!(
            "the value nests deeper than {MAX_EMIT_DEPTH} levels, or holds itself"
        )));
    }
    if matches!(value.data, Data::Host(_) | Data::Bytes(_) | Data::Octets(_)) {
        let plain = Plain::new(value).0;
        if !matches!(plain.data, Data::Host(_)) {
            return measure(&plain, depth, env);
        }
    }
    // Each line starts with two spaces for each level.
    env.spend(4 + 2 * depth)?;
    env.work(10)?;
    match &value.data {
        Data::Str(text) => {
            let lines = memchr::memchr_iter(b'\n', text.as_str().as_bytes()).count();
            env.spend(text.len().saturating_add(lines.saturating_mul(2 * depth)))
        }
        Data::List(list) => list.items().iter().try_for_each(|item| measure(item, depth + 1, env)),
        Data::Map(map) => map.borrow().iter().try_for_each(|(key, item)| {
            env.spend(key.len())?;
            measure(item, depth + 1, env)
        }),
        _ => Ok(()),
    }
}

struct Pieces<'e> {
    out: TextBuilder,
    env: &'e mut Env,
    /// Up to where the present string is written.
    written: usize,
}

impl<'e> Pieces<'e> {
    fn new(env: &'e mut Env) -> Self {
        Self { out: env.builder(), env, written: 0 }
    }
}

impl Sink<Plain> for Pieces<'_> {
    fn write(&mut self, text: &str, node: &Plain, role: Role) {
        let value = &node.0;
        if value.as_text().is_none_or(|text| text.marks().is_none()) {
            return self.out.push(text, value.own_origin());
        }
        let length = value.as_text().map(Text::len);
        if let (Role::Scalar(Some(start)), Some(_)) = (role, length) {
            self.written = start + text.len();
            self.env.append_part(&mut self.out, value, start..self.written);
            return;
        }
        if !matches!(role, Role::Scalar(_)) {
            self.written = 0;
        }
        // What stands for a character, or beside one, comes from where that comes from.
        let origin = match length {
            Some(length) if length > 0 => {
                self.env.slice_origin(value, self.written.min(length - 1))
            }
            _ => value.origin,
        };
        self.out.push(text, if origin == OriginId::UNSET { OriginId::NONE } else { origin });
    }
}
