//! Go maps: shared, changeable through every alias, and ordered by key when read.

use std::cell::{Ref, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::{Entries, Value};
use crate::Profile;
use crate::profile::Package;

/// A map with identity: clones are the same map.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    entries: Rc<RefCell<Entries>>,
    kind: MapKind,
    nil: bool,
}

/// Go's static type of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MapKind {
    /// `map[string]interface {}`
    Any,
    /// `common.Values` (Helm 4) or `chartutil.Values` (Helm 3)
    Values(Profile),
    /// `map[string]string`
    Strings,
}

impl MapKind {
    pub(crate) const fn type_name(self) -> &'static str {
        match self {
            Self::Any => "map[string]interface {}",
            Self::Values(profile) => match profile.package_of_values() {
                Package::Common => "common.Values",
                Package::Chartutil => "chartutil.Values",
            },
            Self::Strings => "map[string]string",
        }
    }
}

impl Map {
    pub(crate) fn new() -> Self {
        Self::from_entries(Entries::default(), MapKind::Any)
    }

    /// Tells whether nobody else holds it.
    pub(crate) fn is_newly_made(&self) -> bool {
        Rc::strong_count(&self.entries) == 1
    }

    pub(crate) fn from_entries(entries: Entries, kind: MapKind) -> Self {
        Self { entries: Rc::new(RefCell::new(entries)), kind, nil: false }
    }

    /// Go's nil map: empty, but `null` in JSON and equal to nil. It takes no entries; who sets
    /// one must ask [`Map::is_nil`] first.
    pub(crate) fn nil() -> Self {
        Self { entries: Rc::default(), kind: MapKind::Any, nil: true }
    }

    /// Tells whether it is Go's nil map.
    pub(crate) const fn is_nil(&self) -> bool {
        self.nil
    }

    /// The same map under another static type.
    pub(crate) fn as_kind(&self, kind: MapKind) -> Self {
        Self { entries: Rc::clone(&self.entries), kind, nil: self.nil }
    }

    pub(crate) const fn kind(&self) -> MapKind {
        self.kind
    }

    pub(crate) fn get(&self, key: &str) -> Option<Value> {
        self.entries.borrow().get(key).cloned()
    }

    /// Sets a key; every alias sees it.
    pub(crate) fn insert(&self, key: impl Into<Arc<str>>, value: Value) {
        self.entries.borrow_mut().insert(key.into(), value);
    }

    pub(crate) fn remove(&self, key: &str) -> Option<Value> {
        self.entries.borrow_mut().remove(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.borrow().is_empty()
    }

    /// The entries ordered by key. Release the borrow before changing any map.
    pub(crate) fn borrow(&self) -> Ref<'_, Entries> {
        self.entries.borrow()
    }

    /// A snapshot of the entries ordered by key, safe to hold while maps change.
    pub(crate) fn snapshot(&self) -> Vec<(Arc<str>, Value)> {
        self.entries.borrow().iter().map(|(key, value)| (Arc::clone(key), value.clone())).collect()
    }

    /// Tells whether there are lists or maps among the values and nobody else holds the map.
    pub(super) fn owns_nested(&mut self) -> bool {
        let entries = Rc::get_mut(&mut self.entries).map(RefCell::get_mut);
        entries.is_some_and(|entries| entries.values().any(Value::is_nested))
    }

    /// Takes the entries out, unless somebody else holds the map too.
    pub(super) fn take(&mut self) -> Entries {
        let entries = Rc::get_mut(&mut self.entries).map(RefCell::get_mut);
        entries.map(std::mem::take).unwrap_or_default()
    }

    /// Drops the values, unless somebody else holds the map too, but lists and maps move to `kept`.
    pub(super) fn give_up(&mut self, kept: &mut Vec<Value>) {
        kept.extend(self.take().into_values().filter(Value::is_nested));
    }

    /// Tells whether both are one map.
    pub(crate) fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.entries, &other.entries)
    }
}
