//! Go maps: shared, changeable through every alias, and ordered by key when read.

use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;
use std::sync::Arc;

use super::{Entries, Seed, Value};
use crate::Profile;
use crate::profile::Package;

/// A map with identity: clones are the same map.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    held: Rc<RefCell<Held>>,
    kind: MapKind,
    nil: bool,
}

/// What a map holds.
#[derive(Debug, Default)]
struct Held {
    entries: Entries,
    /// Where the entries are to be found; nobody has looked at them yet.
    seed: Option<Seed>,
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
        Rc::strong_count(&self.held) == 1
    }

    pub(crate) fn from_entries(entries: Entries, kind: MapKind) -> Self {
        let held = Rc::new(RefCell::new(Held { entries, seed: None }));
        Self { held, kind, nil: false }
    }

    /// A mapping of a values file.
    pub(super) fn of_seed(seed: Seed) -> Self {
        let held = Rc::new(RefCell::new(Held { entries: Entries::default(), seed: Some(seed) }));
        Self { held, kind: MapKind::Any, nil: false }
    }

    /// Go's nil map: empty, but `null` in JSON and equal to nil. It takes no entries; who sets
    /// one must ask [`Map::is_nil`] first.
    pub(crate) fn nil() -> Self {
        Self { held: Rc::default(), kind: MapKind::Any, nil: true }
    }

    /// Tells whether it is Go's nil map.
    pub(crate) const fn is_nil(&self) -> bool {
        self.nil
    }

    /// The same map under another static type.
    pub(crate) fn as_kind(&self, kind: MapKind) -> Self {
        Self { held: Rc::clone(&self.held), kind, nil: self.nil }
    }

    pub(crate) const fn kind(&self) -> MapKind {
        self.kind
    }

    /// The map for changing.
    fn borrow_mut(&self) -> RefMut<'_, Entries> {
        let mut held = self.held.borrow_mut();
        if let Some(seed) = held.seed.take() {
            held.entries = seed.entries();
        }
        RefMut::map(held, |held| &mut held.entries)
    }

    /// The entries ordered by key. Release the borrow before changing any map.
    pub(crate) fn borrow(&self) -> Ref<'_, Entries> {
        let held = self.held.borrow();
        let held = if held.seed.is_some() {
            drop(held);
            drop(self.borrow_mut());
            self.held.borrow()
        } else {
            held
        };
        Ref::map(held, |held| &held.entries)
    }

    pub(crate) fn get(&self, key: &str) -> Option<Value> {
        self.borrow().get(key).cloned()
    }

    /// Sets a key; every alias sees it.
    pub(crate) fn insert(&self, key: impl Into<Arc<str>>, value: Value) {
        self.borrow_mut().insert(key.into(), value);
    }

    pub(crate) fn remove(&self, key: &str) -> Option<Value> {
        self.borrow_mut().remove(key)
    }

    /// Removes the null entries.
    pub(crate) fn remove_nulls(&self) {
        self.borrow_mut().retain(|value| !value.is_nil());
    }

    pub(crate) fn len(&self) -> usize {
        self.borrow().len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        let held = self.held.borrow();
        held.seed.as_ref().map_or_else(|| held.entries.is_empty(), Seed::is_empty)
    }

    /// A snapshot of the entries ordered by key, safe to hold while maps change.
    pub(crate) fn snapshot(&self) -> Vec<(Arc<str>, Value)> {
        self.borrow().iter().map(|(key, value)| (Arc::clone(key), value.clone())).collect()
    }

    /// A copy with all maps in it of one that nobody has looked into.
    pub(crate) fn untouched_copy(&self) -> Option<Self> {
        let seed = self.held.borrow().seed.clone()?;
        Some(Self::of_seed(seed).as_kind(self.kind))
    }

    /// Tells whether both hold the same, which nobody has looked into.
    pub(crate) fn is_untouched_like(&self, other: &Self) -> bool {
        match (&self.held.borrow().seed, &other.held.borrow().seed) {
            (Some(own), Some(others)) => own.same(others),
            _ => false,
        }
    }

    /// Tells whether nobody has looked into it and there is surely no null to be found in it, or in
    /// the maps in it.
    pub(crate) fn is_untouched_without_nulls(&self) -> bool {
        self.held.borrow().seed.as_ref().is_some_and(|seed| !seed.holds_null())
    }

    /// Tells whether there are lists or maps among the values and nobody else holds the map.
    pub(super) fn owns_nested(&mut self) -> bool {
        let held = Rc::get_mut(&mut self.held).map(RefCell::get_mut);
        held.is_some_and(|held| held.entries.values().any(Value::is_nested))
    }

    /// Takes the entries out, unless somebody else holds the map too.
    pub(super) fn take(&mut self) -> Entries {
        let held = Rc::get_mut(&mut self.held).map(RefCell::get_mut);
        held.map(|held| std::mem::take(&mut held.entries)).unwrap_or_default()
    }

    /// Drops the values, unless somebody else holds the map too, but lists and maps move to `kept`.
    pub(super) fn give_up(&mut self, kept: &mut Vec<Value>) {
        kept.extend(self.take().into_values().filter(Value::is_nested));
    }

    /// Tells whether both are one map.
    pub(crate) fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.held, &other.held)
    }
}
