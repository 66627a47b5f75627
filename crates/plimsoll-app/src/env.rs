//! Environment variables of a container.

use crate::read::Cursor;
use crate::{Field, Spot};

/// Which kind of object a key is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyedKind {
    /// A Secret.
    Secret,
    /// A ConfigMap.
    ConfigMap,
}

/// A reference to one key of a Secret or ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRef {
    /// The kind of object.
    pub kind: KeyedKind,
    /// The object's name; empty where the manifest states none.
    pub name: Field<String>,
    /// The key; empty where the manifest states none.
    pub key: Field<String>,
    /// Whether the pod starts without it.
    pub optional: bool,
}

/// Where a variable's text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvSource {
    /// It stands in the manifest; empty where `value` is absent. It may be a credential.
    Literal(Field<String>),
    /// A key of a Secret or ConfigMap.
    Key(KeyRef),
    /// A field of the pod, such as `status.podIP`.
    PodField(Field<String>),
    /// A resource of a container, such as `limits.memory`.
    Resource(Field<String>),
    /// A source that this model does not know.
    Other(Spot),
}

/// A variable of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvVar {
    /// Its name.
    pub name: Field<String>,
    /// Where its text comes from.
    pub source: EnvSource,
    /// The whole entry.
    pub at: Spot,
}

impl EnvVar {
    /// Reads a variable.
    pub(crate) fn read(cursor: &Cursor<'_>) -> Self {
        Self {
            name: cursor.text_wanted("name"),
            source: EnvSource::read(cursor),
            at: cursor.spot(),
        }
    }

    /// Returns the text that stands in the manifest; nothing for a reference.
    #[must_use]
    pub const fn literal(&self) -> Option<&Field<String>> {
        if let EnvSource::Literal(text) = &self.source { Some(text) } else { None }
    }

    /// Returns the node that decides the variable: the text, or the whole entry.
    #[must_use]
    pub const fn spot(&self) -> &Spot {
        if let EnvSource::Literal(text) = &self.source { &text.at } else { &self.at }
    }
}

/// A Secret or ConfigMap, all keys of which become variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvFrom {
    /// The kind of object.
    pub kind: KeyedKind,
    /// The object's name; empty where the manifest states none.
    pub name: Field<String>,
    /// What is put before each key.
    pub prefix: Option<Field<String>>,
    /// Whether the pod starts without it.
    pub optional: bool,
    /// The whole entry.
    pub at: Spot,
}

impl EnvSource {
    fn read(variable: &Cursor<'_>) -> Self {
        let Some(from) = variable.map("valueFrom") else {
            return Self::Literal(variable.text_or("value", ""));
        };
        for (field, kind) in
            [("secretKeyRef", KeyedKind::Secret), ("configMapKeyRef", KeyedKind::ConfigMap)]
        {
            if let Some(key) = from.map(field) {
                return Self::Key(KeyRef {
                    kind,
                    name: key.text_or("name", ""),
                    key: key.text_wanted("key"),
                    optional: key.is_true("optional"),
                });
            }
        }
        if let Some(field) = from.map("fieldRef") {
            return Self::PodField(field.text_wanted("fieldPath"));
        }
        if let Some(field) = from.map("resourceFieldRef") {
            return Self::Resource(field.text_wanted("resource"));
        }
        Self::Other(from.spot())
    }
}

impl EnvFrom {
    /// Reads an entry; nothing where it names neither a Secret nor a ConfigMap.
    pub(crate) fn read(cursor: &Cursor<'_>) -> Option<Self> {
        let sources = [("secretRef", KeyedKind::Secret), ("configMapRef", KeyedKind::ConfigMap)];
        let (kind, own) =
            sources.into_iter().find_map(|(field, kind)| Some((kind, cursor.map(field)?)))?;
        Some(Self {
            kind,
            name: own.text_or("name", ""),
            prefix: cursor.text("prefix"),
            optional: own.is_true("optional"),
            at: cursor.spot(),
        })
    }
}
