//! Values as Go templates know them, each with its origin.

mod complex;
mod entries;
mod host;
mod list;
mod map;
mod release;
mod seed;
mod text;

use std::rc::Rc;
use std::sync::Arc;

pub(crate) use complex::{complex, complex_parts};
pub(crate) use entries::Entries;
pub(crate) use host::Host;
pub(crate) use list::{List, ListKind};
pub(crate) use map::{Map, MapKind};
pub(crate) use seed::Seed;
pub(crate) use text::{Made, Mark, Text, TextBuilder};

use crate::trace::OriginId;

/// A value and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) data: Data,
    /// For a string with marks: what the text as a whole owes besides its pieces' own origins.
    pub(crate) origin: OriginId,
}

/// What a value holds. Go's static types are kept as far as templates can see them.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// Go's zero `reflect.Value`: the result of a pipeline that found nothing.
    Invalid,
    /// A nil `interface {}`: a missing map entry before a pipeline ends.
    Nil,
    Bool(bool),
    Int(i64, IntKind),
    Uint(u64),
    Float(f64),
    Str(Text),
    /// A `string` that is no UTF-8 text: Go's may hold any bytes. Few functions read one, and none
    /// can be written.
    Octets(Arc<[u8]>),
    /// `[]uint8`
    Bytes(Arc<[u8]>),
    List(List),
    Map(Map),
    /// A Go struct or named type with methods.
    Host(Rc<dyn Host>),
}

/// Go's integer types that templates can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IntKind {
    Int,
    Int64,
    /// `uint8`, the type of a string's bytes
    Uint8,
    /// `time.Duration`, in nanoseconds.
    Duration,
}

impl Data {
    /// A string of any bytes.
    pub(crate) fn string_of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Str(Text::plain(text)),
            Err(_) => Self::Octets(Arc::from(bytes)),
        }
    }
}

impl Value {
    /// A value whose origin the caller of the running function fills in.
    pub(crate) const fn new(data: Data) -> Self {
        Self { data, origin: OriginId::UNSET }
    }

    /// A value with a known origin.
    pub(crate) const fn of(data: Data, origin: OriginId) -> Self {
        Self { data, origin }
    }

    /// The value's own origin, as far as it is known: of a container, without what it holds.
    pub(crate) fn own_origin(&self) -> OriginId {
        if self.origin == OriginId::UNSET { OriginId::NONE } else { self.origin }
    }

    pub(crate) const fn nil() -> Self {
        Self::of(Data::Nil, OriginId::NONE)
    }

    pub(crate) const fn invalid() -> Self {
        Self::of(Data::Invalid, OriginId::NONE)
    }

    pub(crate) fn bool(value: bool) -> Self {
        Self::new(Data::Bool(value))
    }

    pub(crate) fn int(value: i64) -> Self {
        Self::new(Data::Int(value, IntKind::Int))
    }

    pub(crate) fn int64(value: i64) -> Self {
        Self::new(Data::Int(value, IntKind::Int64))
    }

    pub(crate) fn float(value: f64) -> Self {
        Self::new(Data::Float(value))
    }

    pub(crate) fn str(text: impl Into<Arc<str>>) -> Self {
        Self::new(Data::Str(Text::plain(text)))
    }

    /// The bytes that a string occupies which nobody else holds: one that was just made.
    pub(crate) fn newly_made(&self) -> Option<usize> {
        match &self.data {
            Data::Str(text) => text.newly_made(),
            Data::Bytes(bytes) | Data::Octets(bytes) => {
                (Arc::strong_count(bytes) == 1).then_some(bytes.len())
            }
            _ => None,
        }
    }

    /// A handle on a string that does not keep it alive.
    pub(crate) fn handle(&self) -> Option<Made> {
        match &self.data {
            Data::Str(text) => Some(text.handle()),
            Data::Bytes(bytes) | Data::Octets(bytes) => Some(Made::Bytes(Arc::downgrade(bytes))),
            _ => None,
        }
    }

    /// Tells whether Go would call it nil: no value, or a nil interface.
    pub(crate) const fn is_nil(&self) -> bool {
        matches!(self.data, Data::Nil | Data::Invalid)
    }

    /// Go's truth: not the zero of its type (`text/template` `IsTrue`).
    pub(crate) fn truth(&self) -> bool {
        match &self.data {
            Data::Invalid | Data::Nil => false,
            Data::Bool(value) => *value,
            Data::Int(value, _) => *value != 0,
            Data::Uint(value) => *value != 0,
            Data::Float(value) => *value != 0.0,
            Data::Str(text) => !text.is_empty(),
            Data::Bytes(bytes) | Data::Octets(bytes) => !bytes.is_empty(),
            Data::List(list) => !list.is_empty(),
            Data::Map(map) => !map.is_empty(),
            Data::Host(host) => host.truth(),
        }
    }

    /// Tells whether its origin, or that of an element, is still to be filled in.
    pub(crate) fn is_open(&self) -> bool {
        let open = |value: &Self| value.origin == OriginId::UNSET;
        open(self)
            || match &self.data {
                Data::List(list) => list.items().iter().any(open),
                Data::Map(map) => {
                    !matches!(map.kind(), MapKind::Values(_)) && map.borrow().values().any(open)
                }
                _ => false,
            }
    }

    /// The bytes of a string, whether it is UTF-8 or not.
    pub(crate) fn string_bytes(&self) -> Option<&[u8]> {
        match &self.data {
            Data::Str(text) => Some(text.as_str().as_bytes()),
            Data::Octets(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The string, if it is one and UTF-8.
    pub(crate) const fn as_text(&self) -> Option<&Text> {
        if let Data::Str(text) = &self.data { Some(text) } else { None }
    }

    /// Go's `reflect.Kind` in words, as `kindOf` gives it.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.data {
            Data::Invalid | Data::Nil => "invalid",
            Data::Bool(_) => "bool",
            Data::Int(_, IntKind::Int) => "int",
            Data::Int(_, IntKind::Int64 | IntKind::Duration) => "int64",
            Data::Int(_, IntKind::Uint8) => "uint8",
            Data::Uint(_) => "uint64",
            Data::Float(_) => "float64",
            Data::Str(_) | Data::Octets(_) => "string",
            Data::Bytes(_) | Data::List(_) => "slice",
            Data::Map(_) => "map",
            Data::Host(host) => host.kind(),
        }
    }

    /// Go's `%T`; `<nil>` for nothing.
    pub(crate) fn type_name(&self) -> &'static str {
        match &self.data {
            Data::Invalid | Data::Nil => "<nil>",
            Data::Bool(_) => "bool",
            Data::Int(_, IntKind::Int) => "int",
            Data::Int(_, IntKind::Int64) => "int64",
            Data::Int(_, IntKind::Uint8) => "uint8",
            Data::Int(_, IntKind::Duration) => "time.Duration",
            Data::Uint(_) => "uint64",
            Data::Float(_) => "float64",
            Data::Str(_) | Data::Octets(_) => "string",
            Data::Bytes(_) => "[]uint8",
            Data::List(list) => list.kind().type_name(),
            Data::Map(map) => map.kind().type_name(),
            Data::Host(host) => host.type_name(),
        }
    }
}
