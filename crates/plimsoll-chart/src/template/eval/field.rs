//! Fields of maps and objects, and calls of methods.

use super::{At, Bytes, Dynamic, List, Machine, Parts, Run, State, VariableId};
use crate::functions::Elapsed;
use crate::trace::{Key, Leaf, OriginId, Trace};
use crate::value::{Data, IntKind, MapKind, Value};
use crate::values::Methods;

/// The arguments written after a field, for methods.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'t> {
    pub(super) dot: &'t Dynamic,
    /// The node that errors of the call blame.
    pub(super) node: At,
    /// The words after the field.
    pub(super) words: List,
}

/// So many fields in a row are taken out of maps that lie in each other.
const MOST_AT_ONCE: usize = 32;

/// The fields that may be entries of maps: one with arguments is none.
fn entries<'p>(
    parts: &'p Parts,
    fields: List,
    arguments: Arguments<'_>,
    last: Option<&Value>,
) -> &'p [Bytes] {
    let has_arguments = !arguments.words.is_empty() || last.is_some();
    let fields = fields.of(&parts.fields);
    let most = fields.len().saturating_sub(usize::from(has_arguments)).min(MOST_AT_ONCE);
    &fields[..most]
}

/// Takes entries out of maps in maps as far as there are any.
///
/// Returns the entry under a path of fields in a value of origin `origin`, and how many fields are left.
fn entry_in(
    trace: &mut Trace,
    text: &str,
    value: &Value,
    origin: OriginId,
    fields: &[Bytes],
) -> (Value, usize) {
    if let [first, rest @ ..] = fields
        && let Data::Map(map) = &value.data
        && map.kind() != MapKind::Strings
    {
        let field = first.of(text);
        let entries = map.borrow();
        if let Some(found) = entries.get(field)
            && (map.kind() == MapKind::Any || Methods::signature(field).is_none())
        {
            let by = trace.decision(origin);
            let origin = trace.decided(found.origin, by);
            return entry_in(trace, text, found, origin, rest);
        }
    }
    (Value::of(value.data.clone(), origin), fields.len())
}

impl State<'_> {
    /// Walks `.a.b.c`; the last may be a method, which gets the arguments.
    pub(super) fn fields(
        &mut self,
        receiver: &Dynamic,
        fields: List,
        arguments: Arguments<'_>,
        last: Option<Value>,
    ) -> Run<Value> {
        let parts = self.parts;
        let entries = entries(parts, fields, arguments, last.as_ref());
        let trace = &mut self.machine.env.trace;
        let Dynamic { value, boxed } = receiver;
        let (value, left) = entry_in(trace, &parts.text, value, value.origin, entries);
        let found = Dynamic { value, boxed: *boxed };
        self.fields_from(found, entries.len() - left, fields, arguments, last)
    }

    /// Walks `$variable.a.b.c`.
    pub(super) fn fields_of_variable(
        &mut self,
        variable: VariableId,
        fields: List,
        arguments: Arguments<'_>,
        last: Option<Value>,
    ) -> Run<Value> {
        let at = self.variable_at(variable)?;
        let parts = self.parts;
        let entries = entries(parts, fields, arguments, last.as_ref());
        let Machine { variables, env, .. } = &mut *self.machine;
        let Dynamic { value, boxed } = &variables[at].value;
        let (value, left) = entry_in(&mut env.trace, &parts.text, value, value.origin, entries);
        let found = Dynamic { value, boxed: *boxed };
        self.fields_from(found, entries.len() - left, fields, arguments, last)
    }

    /// Walks the fields after those that are done, which led to `receiver`; what lies in a map is boxed.
    fn fields_from(
        &mut self,
        receiver: Dynamic,
        done: usize,
        fields: List,
        arguments: Arguments<'_>,
        last: Option<Value>,
    ) -> Run<Value> {
        let mut receiver = receiver;
        receiver.boxed |= done > 0;
        let fields = &fields.of(&self.parts.fields)[done..];
        let Some((final_field, before)) = fields.split_last() else { return Ok(receiver.value) };
        for field in before {
            let none = Arguments { words: List::default(), ..arguments };
            receiver = self.field(receiver, *field, none, None)?;
        }
        Ok(self.field(receiver, *final_field, arguments, last)?.value)
    }

    fn field(
        &mut self,
        receiver: Dynamic,
        place: Bytes,
        arguments: Arguments<'_>,
        last: Option<Value>,
    ) -> Run<Dynamic> {
        let field = place.of(&self.parts.text);
        let has_arguments = !arguments.words.is_empty() || last.is_some();
        match &receiver.value.data {
            Data::Invalid => {
                let origin = self.unset(&receiver.value, place);
                let nothing = Value::of(Data::Invalid, origin);
                let nothing = self.machine.env.inherit(receiver.value.origin, nothing);
                return Ok(Dynamic::bare(nothing));
            }
            Data::Nil => {
                return Err(self.error(format!("nil pointer evaluating interface {{}}.{field}")));
            }
            Data::Host(host) => {
                if let Some(signature) = host.method(field) {
                    let host = std::rc::Rc::clone(host);
                    let value = self.method(&*host, field, signature, arguments, last)?;
                    return Ok(Dynamic::bare(self.out_of(&receiver.value, value)));
                }
                if let Some(value) = host.field(field) {
                    let value = self.out_of(&receiver.value, value);
                    if has_arguments {
                        return Err(self.error(format!(
                            "{field} has arguments but cannot be invoked as function"
                        )));
                    }
                    return Ok(Dynamic::bare(value));
                }
                if let Some(refusal) = host.refusal(field) {
                    return Err(self.error(refusal));
                }
            }
            Data::Int(nanoseconds, IntKind::Duration) => {
                if let Some(signature) = Elapsed::signature(field) {
                    let receiver = Elapsed(*nanoseconds);
                    let value = self.method(&receiver, field, signature, arguments, last)?;
                    return Ok(Dynamic::bare(value));
                }
            }
            Data::Map(map) => {
                if matches!(map.kind(), MapKind::Values(_))
                    && let Some(signature) = Methods::signature(field)
                {
                    let methods = Methods(map.clone());
                    let value = self.method(&methods, field, signature, arguments, last)?;
                    return Ok(Dynamic::bare(value));
                }
                if has_arguments {
                    return Err(self.error(format!("{field} is not a method but has arguments")));
                }
                let found = map.get(field);
                if map.kind() == MapKind::Strings {
                    return Ok(Dynamic::bare(found.unwrap_or_else(|| Value::str(""))));
                }
                let value = found.unwrap_or_else(|| {
                    let origin = self.unset(&receiver.value, place);
                    Value::of(Data::Nil, origin)
                });
                let value = self.machine.env.inherit(receiver.value.origin, value);
                return Ok(Dynamic::boxed(value));
            }
            _ => {}
        }
        let type_name = receiver.type_name();
        Err(self.error(format!("can't evaluate field {field} in type {type_name}")))
    }

    /// What an object says: unless it knows better, it is computed from what the object was made of.
    fn out_of(&mut self, object: &Value, said: Value) -> Value {
        let trace = &mut self.machine.env.trace;
        let origin = trace.computed(object.origin);
        let is_builtin = trace.is_builtin(object.origin);
        let mut said = self.machine.env.settle(said, origin);
        if said.origin == OriginId::NONE {
            said.origin = origin;
        } else if !is_builtin {
            said.origin = self.machine.env.trace.join(said.origin, origin);
        }
        said
    }

    /// The origin of an entry that is not there.
    fn unset(&mut self, receiver: &Value, field: Bytes) -> OriginId {
        let leaf = Leaf::Unset { parent: receiver.origin, key: Key::Written(self.site(field)) };
        self.machine.env.trace.leaf(leaf)
    }
}
