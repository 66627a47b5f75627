//! What a running function sees: its arguments and the rendering around it.

use std::sync::Arc;

use super::held::Held;
use crate::Profile;
use crate::limits;
use crate::trace::{OriginId, Trace};
use crate::value::{Data, List, Map, MapKind, Text, TextBuilder, Value};
use crate::world::World;

/// A function's result.
pub(crate) type Outcome = Result<Value, Failure>;

/// Why a function failed.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// Go's `error`: the text after `error calling NAME: `.
    Error(String),
    /// The chart says no, through `fail` or `required`: a message for the user.
    Stop(String),
    /// A template that the function ran failed, with its own place.
    Template(Box<crate::template::Error>),
}

impl Failure {
    pub(crate) fn error(message: impl Into<String>) -> Self {
        Self::Error(message.into())
    }

    /// Go's strings hold any bytes, but here few functions read those that are no text.
    pub(crate) fn not_text() -> Self {
        Self::error("a string that is not UTF-8 cannot be used here")
    }
}

/// The rendering around a call.
#[derive(Debug)]
pub(crate) struct Env {
    pub(crate) profile: Profile,
    pub(crate) trace: Trace,
    pub(crate) world: Arc<dyn World + Send + Sync>,
    /// What decided that the running node runs.
    pub(crate) control: OriginId,
    /// Bytes of text and of lists that may still be made; bounds `repeat`, `until` and their like.
    pub(crate) budget: usize,
    /// Large texts that are still held.
    pub(crate) held: Held,
    /// Steps that may still be taken.
    pub(crate) steps: u64,
    /// Emptied builders, which others need not grow again.
    spare: Vec<TextBuilder>,
}

/// A builder that takes more bytes is not kept for another text.
const MOST_SPARE: usize = 1 << 20;

impl Env {
    pub(crate) fn new(
        trace: Trace,
        world: Arc<dyn World + Send + Sync>,
        profile: Profile,
        budget: usize,
    ) -> Self {
        let steps = limits::STEPS;
        let control = OriginId::NONE;
        let (held, spare) = (Held::default(), Vec::new());
        Self { profile, trace, world, control, budget, held, steps, spare }
    }

    /// An empty builder of a text.
    pub(crate) fn builder(&mut self) -> TextBuilder {
        self.spare.pop().unwrap_or_default()
    }

    /// The text in `out`.
    pub(crate) fn built(&mut self, out: TextBuilder) -> Value {
        let mut out = out;
        let value = out.take();
        if out.room() <= MOST_SPARE {
            self.spare.push(out);
        }
        value
    }

    /// Puts an entry into a map that outlives the running node: that it is there at all owes to
    /// what decided that the node runs.
    pub(crate) fn put(&mut self, map: &Map, key: Arc<str>, mut value: Value) {
        if self.control != OriginId::NONE {
            let (inner, by) = (value.origin, self.control);
            value.origin = self.trace.push(crate::trace::Origin::Decided { value: inner, by });
        }
        map.insert(key, value);
    }

    /// Returns `part`, which was taken out of a value of origin `holder`, with what decided that
    /// it was this holder.
    pub(crate) fn inherit(&mut self, holder: OriginId, mut part: Value) -> Value {
        let by = self.trace.decision(holder);
        part.origin = self.trace.decided(part.origin, by);
        part
    }

    /// Takes elements of lists or entries of maps from the budget.
    pub(crate) fn spend_elements(&mut self, count: usize) -> Result<(), Failure> {
        /// What one of them occupies, roughly.
        const BYTES: usize = 64;
        self.spend(count.saturating_mul(BYTES))?;
        self.work((count as u64).saturating_mul(2))
    }

    /// Takes the entries of new maps from the budget.
    pub(crate) fn spend_entries(&mut self, count: usize) -> Result<(), Failure> {
        /// What one of them occupies with its key and value, roughly.
        const BYTES: usize = 512;
        self.spend(count.saturating_mul(BYTES))
    }

    /// Takes bytes from the budget.
    #[inline]
    pub(crate) fn spend(&mut self, amount: usize) -> Result<(), Failure> {
        if amount > self.budget || amount > limits::AT_ONCE {
            return Err(Failure::error(limits::TOO_MUCH_TEXT));
        }
        self.budget -= amount;
        self.work(1 + amount as u64 / limits::BYTES_A_STEP)
    }

    /// Takes steps, each of which stands for some 40 nanoseconds.
    #[inline]
    pub(crate) fn work(&mut self, steps: u64) -> Result<(), Failure> {
        if steps > self.steps {
            // Who goes on after a refusal, as a printer does, is refused again.
            self.steps = 0;
            return Err(Failure::error(limits::TOO_MANY_STEPS));
        }
        self.steps -= steps;
        Ok(())
    }
}

/// A call in progress.
///
/// Arguments are already checked against the signature, so the typed getters find what it
/// promises; where a fixed argument is missing they answer with the type's zero value.
#[derive(Debug)]
pub(crate) struct Call<'c> {
    args: &'c [Value],
    nil: Value,
    pub(crate) env: &'c mut Env,
}

impl<'c> Call<'c> {
    pub(crate) const fn new(args: &'c [Value], env: &'c mut Env) -> Self {
        Self { args, nil: Value::nil(), env }
    }

    /// All arguments.
    pub(crate) const fn args(&self) -> &'c [Value] {
        self.args
    }

    /// The argument at `index`.
    pub(crate) fn any(&self, index: usize) -> &Value {
        self.args.get(index).unwrap_or(&self.nil)
    }

    /// The arguments from `index` on: the variadic ones.
    pub(crate) fn rest(&self, index: usize) -> &'c [Value] {
        self.args.get(index..).unwrap_or_default()
    }

    /// The string at `index`.
    pub(crate) fn str(&self, index: usize) -> &'c str {
        self.args.get(index).and_then(Value::as_text).map_or("", Text::as_str)
    }

    /// The bytes of the string at `index`, whether it is UTF-8 or not.
    pub(crate) fn bytes(&self, index: usize) -> &'c [u8] {
        self.args.get(index).and_then(Value::string_bytes).unwrap_or_default()
    }

    /// The string at `index` with its marks.
    pub(crate) fn text(&self, index: usize) -> Text {
        self.any(index).as_text().cloned().unwrap_or_else(|| Text::plain(""))
    }

    /// The integer at `index`.
    pub(crate) fn int(&self, index: usize) -> i64 {
        if let Data::Int(int, _) = self.any(index).data { int } else { 0 }
    }

    /// The float at `index`.
    pub(crate) fn float(&self, index: usize) -> f64 {
        if let Data::Float(float) = self.any(index).data { float } else { 0.0 }
    }

    /// The boolean at `index`.
    pub(crate) fn bool(&self, index: usize) -> bool {
        matches!(self.any(index).data, Data::Bool(true))
    }

    /// The map at `index`; an empty one for nil, as Go reads a nil map.
    pub(crate) fn map(&self, index: usize) -> Map {
        if let Data::Map(map) = &self.any(index).data { map.clone() } else { Map::new() }
    }

    /// The list at `index`; an empty one for nil.
    pub(crate) fn list(&self, index: usize) -> List {
        if let Data::List(list) = &self.any(index).data {
            list.clone()
        } else {
            List::new(Vec::new())
        }
    }

    /// The origin of everything the argument at `index` holds, at any depth.
    pub(crate) fn origin(&mut self, index: usize) -> OriginId {
        self.args.get(index).map_or(OriginId::NONE, |value| self.env.origin_of(value))
    }
}

impl Call<'_> {
    /// The origin of everything that all arguments hold.
    pub(crate) fn origins(&mut self) -> OriginId {
        let mut origin = OriginId::NONE;
        for index in 0..self.args.len() {
            let of = self.origin(index);
            origin = self.env.trace.join(origin, of);
        }
        origin
    }

    /// A result that owes to all that the arguments hold, at any depth.
    pub(crate) fn owing_to_all(&mut self, result: Value) -> Value {
        let origin = self.origins();
        let origin = self.env.trace.computed(origin);
        Value { origin, ..result }
    }

    /// The origins of the arguments from `index` on, without those of what containers hold.
    pub(crate) fn own_origins(&mut self, index: usize) -> OriginId {
        let mut origin = OriginId::NONE;
        for argument in self.rest(index) {
            origin = self.env.trace.join(origin, argument.own_origin());
        }
        origin
    }
}

/// How many nodes of a structure an origin looks at before it settles for what it has.
const ORIGIN_REACH: usize = 512;

impl Env {
    /// The join of all origins that `value` holds, at any depth up to a bound.
    pub(crate) fn origin_of(&mut self, value: &Value) -> OriginId {
        let mut left = ORIGIN_REACH;
        self.gather(value, &mut left)
    }

    fn gather(&mut self, value: &Value, left: &mut usize) -> OriginId {
        let mut origin = value.origin;
        if origin == OriginId::UNSET {
            origin = OriginId::NONE;
        }
        if *left == 0 {
            return origin;
        }
        *left -= 1;
        match &value.data {
            Data::Str(text) => {
                for mark in text.marks().unwrap_or_default() {
                    origin = self.trace.join(origin, mark.origin);
                }
            }
            Data::List(list) => {
                for item in list.items() {
                    let of = self.gather(item, left);
                    origin = self.trace.join(origin, of);
                }
            }
            Data::Map(map) => {
                for (_, item) in map.snapshot() {
                    let of = self.gather(&item, left);
                    origin = self.trace.join(origin, of);
                }
            }
            _ => {}
        }
        origin
    }

    /// The origin of `value` as a test, a count or a look-up sees it: a container counts by itself
    /// only, whatever it holds.
    pub(crate) fn surface_of(&mut self, value: &Value) -> OriginId {
        let is_container = matches!(value.data, Data::Map(_) | Data::List(_) | Data::Host(_));
        if is_container && value.origin != OriginId::UNSET {
            value.origin
        } else {
            self.origin_of(value)
        }
    }

    /// Returns `value` with whatever decided on a container noted on all that it holds, so that
    /// each part can be written by itself. What nothing decided on is shared, not copied.
    ///
    /// The work grows with what writing the value takes: measure that first.
    pub(crate) fn push_down(&mut self, value: &Value) -> Value {
        self.pushed_down(value, 0).unwrap_or_else(|| value.clone())
    }

    /// The value with other contents, unless they stay as they are.
    fn pushed_down(&mut self, value: &Value, depth: usize) -> Option<Value> {
        const MOST_DEPTH: usize = 600;
        if depth > MOST_DEPTH {
            return None;
        }
        let by = match &value.data {
            Data::Map(_) | Data::List(_) => self.trace.decision(value.origin),
            _ => return None,
        };
        let mut pass = |item: &Value| {
            let origin = self.trace.decided(item.origin, by);
            let heir = (origin != item.origin).then(|| Value::of(item.data.clone(), origin));
            self.pushed_down(heir.as_ref().unwrap_or(item), depth + 1).or(heir)
        };
        let data = match &value.data {
            Data::Map(map) => {
                let entries = map.borrow();
                let heirs = entries.iter().filter_map(|(key, item)| Some((key, pass(item)?)));
                let heirs: Vec<_> = heirs.collect();
                if heirs.is_empty() {
                    return None;
                }
                let mut changed = entries.clone();
                for (key, heir) in heirs {
                    changed.insert(Arc::clone(key), heir);
                }
                Data::Map(Map::from_entries(changed, map.kind()))
            }
            Data::List(list) => {
                let heirs = list.items().iter().enumerate();
                let heirs = heirs.filter_map(|(index, item)| Some((index, pass(item)?)));
                let heirs: Vec<_> = heirs.collect();
                if heirs.is_empty() {
                    return None;
                }
                let mut items = list.items().to_vec();
                for (index, heir) in heirs {
                    items[index] = heir;
                }
                Data::List(List::of_kind(items, list.kind()))
            }
            _ => return None,
        };
        Some(Value::of(data, value.origin))
    }

    /// Gives `value`, and what it holds, the origin `origin` wherever none is set yet.
    pub(crate) fn settle(&mut self, value: Value, origin: OriginId) -> Value {
        let mut value = value;
        if value.origin == OriginId::UNSET {
            value.origin = origin;
        }
        match &mut value.data {
            Data::List(list) if list.items().iter().any(Value::is_open) => {
                for item in list.items_mut() {
                    *item = self.settle(item.clone(), origin);
                }
            }
            Data::Map(map) if map.borrow().values().any(Value::is_open) => {
                for (key, item) in map.snapshot() {
                    if item.is_open() {
                        map.insert(key, self.settle(item, origin));
                    }
                }
            }
            _ => {}
        }
        value
    }

    /// A string computed from a part of `text`: its marks under `range` and the holder's origin.
    pub(crate) fn slice(&mut self, holder: &Value, range: std::ops::Range<usize>) -> Value {
        let Some(text) = holder.as_text() else {
            return Value::of(Data::Str(Text::default()), OriginId::NONE);
        };
        if range.len() == text.len() && !text.is_empty() {
            return holder.clone();
        }
        if text.marks().is_none() {
            let part = text.as_str().get(range).unwrap_or("");
            let origin = if part.is_empty() { OriginId::NONE } else { holder.origin };
            return Value::of(Data::Str(Text::plain(part)), origin);
        }
        let mut builder = self.builder();
        builder.push_part(text, range, holder.origin);
        let mut value = self.built(builder);
        value.origin = self.trace.join(value.origin, holder.origin);
        value
    }

    /// A map of Go type `map[string]interface {}` from entries.
    pub(crate) fn map_of(entries: impl IntoIterator<Item = (Arc<str>, Value)>) -> Value {
        let map = Map::from_entries(entries.into_iter().collect(), MapKind::Any);
        Value::of(Data::Map(map), OriginId::NONE)
    }
}
