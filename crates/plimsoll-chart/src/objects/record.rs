//! Go structs that templates can look into.

use std::any::Any;
use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use crate::functions::{Call, Failure, Outcome, Signature};
use crate::trace::{Leaf, OriginId, Trace};
use crate::value::{Data, Host, Map, Text, Value};

/// A Go struct.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) type_name: &'static str,
    /// `struct`, or `ptr` for a pointer to one.
    pub(super) kind: &'static str,
    /// The struct that lends this one its fields.
    pub(super) embedded: Option<Rc<Self>>,
    /// In the order of the Go source.
    pub(super) fields: Vec<Field>,
    /// Methods without parameters, and the strings they return.
    pub(super) methods: Vec<(&'static str, Value)>,
}

/// A field of a Go struct.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Empty for one that is private to its package.
    pub(super) name: &'static str,
    /// Its name in JSON and YAML.
    pub(super) json: &'static str,
    /// Whether JSON leaves it out when it is empty.
    pub(super) omit_empty: bool,
    pub(super) value: Value,
}

impl Field {
    /// A field that JSON calls by its Go name.
    pub(super) const fn plain(name: &'static str, value: Value) -> Self {
        Self { name, json: name, omit_empty: false, value }
    }

    /// A field that JSON calls by another name.
    pub(super) const fn tagged(
        name: &'static str,
        json: &'static str,
        omit_empty: bool,
        value: Value,
    ) -> Self {
        Self { name, json, omit_empty, value }
    }

    /// A field that templates cannot name, though printing shows it.
    pub(super) const fn private(value: Value) -> Self {
        Self { name: "", json: "", omit_empty: false, value }
    }
}

const NO_PARAMETERS: Signature = Signature { params: &[], variadic: None };

impl Host for Record {
    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn kind(&self) -> &'static str {
        self.kind
    }

    fn field(&self, name: &str) -> Option<Value> {
        let own = self.fields.iter().find(|field| !name.is_empty() && field.name == name);
        match own {
            Some(field) => Some(field.value.clone()),
            None => self.embedded.as_ref().and_then(|embedded| embedded.field(name)),
        }
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        self.methods.iter().any(|(method, _)| *method == name).then_some(&NO_PARAMETERS)
    }

    fn call(&self, name: &str, _call: &mut Call<'_>) -> Outcome {
        let found = self.methods.iter().find(|(method, _)| *method == name);
        found.map(|(_, value)| value.clone()).ok_or_else(|| Failure::error("no such method"))
    }

    fn addressed(&self) -> Option<String> {
        let (_, value) = self.methods.iter().find(|(method, _)| *method == "String")?;
        value.as_text().map(|text| text.as_str().to_owned())
    }

    fn fields(&self) -> Option<Vec<Value>> {
        let embedded = self
            .embedded
            .as_ref()
            .map(|record| Value::of(Data::Host(Rc::<Self>::clone(record)), OriginId::NONE));
        Some(
            embedded
                .into_iter()
                .chain(self.fields.iter().map(|field| field.value.clone()))
                .collect(),
        )
    }

    fn plain(&self) -> Value {
        let map = Map::new();
        self.put_into(&map);
        Value::of(Data::Map(map), OriginId::NONE)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Record {
    /// Sets what JSON has of this struct.
    fn put_into(&self, map: &Map) {
        if let Some(embedded) = &self.embedded {
            embedded.put_into(map);
        }
        for field in &self.fields {
            let left_out = field.omit_empty && !field.value.truth();
            if !field.json.is_empty() && !left_out {
                map.insert(field.json, field.value.clone());
            }
        }
    }

    /// The struct as a value of a built-in object's origin.
    pub(super) fn into_value(self, trace: &mut Trace, object: &'static str) -> Value {
        let origin = builtin(trace, object);
        Value::of(Data::Host(Rc::new(self)), origin)
    }
}

/// The origin of a field of a built-in object, such as `Release.Name`.
pub(super) fn builtin(trace: &mut Trace, field: impl Into<Cow<'static, str>>) -> OriginId {
    trace.leaf(Leaf::Builtin(field.into()))
}

/// A text that a built-in object holds in `field`.
pub(super) fn text(
    trace: &mut Trace,
    field: impl Into<Cow<'static, str>>,
    text: impl Into<Arc<str>>,
) -> Value {
    Value::of(Data::Str(Text::plain(text)), builtin(trace, field))
}
