//! Go slices. Templates cannot change one in place, so sharing needs no copy.

use std::rc::Rc;

use super::Value;

/// A slice.
#[derive(Clone, Debug)]
pub(crate) struct List {
    items: Rc<Vec<Value>>,
    kind: ListKind,
    nil: bool,
}

/// Go's static type of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListKind {
    /// `[]interface {}`
    Any,
    /// `[]string`
    Strings,
    /// `[]int`
    Ints,
    /// `[]map[string]interface {}`
    Maps,
    /// `[][]interface {}`
    Lists,
}

impl ListKind {
    pub(crate) const fn type_name(self) -> &'static str {
        match self {
            Self::Any => "[]interface {}",
            Self::Strings => "[]string",
            Self::Ints => "[]int",
            Self::Maps => "[]map[string]interface {}",
            Self::Lists => "[][]interface {}",
        }
    }
}

impl List {
    pub(crate) fn new(items: Vec<Value>) -> Self {
        Self::of_kind(items, ListKind::Any)
    }

    pub(crate) fn of_kind(items: Vec<Value>, kind: ListKind) -> Self {
        Self { items: Rc::new(items), kind, nil: false }
    }

    /// Go's nil slice: empty, but `null` in JSON and equal to nil.
    pub(crate) fn nil() -> Self {
        Self::nil_of_kind(ListKind::Any)
    }

    /// Go's nil slice of another type.
    pub(crate) fn nil_of_kind(kind: ListKind) -> Self {
        Self { items: Rc::default(), kind, nil: true }
    }

    /// Tells whether it is Go's nil slice.
    pub(crate) const fn is_nil(&self) -> bool {
        self.nil
    }

    pub(crate) fn items(&self) -> &[Value] {
        &self.items
    }

    /// The elements for changing; copies them when they are shared.
    pub(crate) fn items_mut(&mut self) -> &mut Vec<Value> {
        self.nil = false;
        Rc::make_mut(&mut self.items)
    }

    /// Tells whether nobody else holds it.
    pub(crate) fn is_newly_made(&self) -> bool {
        Rc::strong_count(&self.items) == 1
    }

    /// Tells whether there are lists or maps among the elements and nobody else holds them.
    pub(super) fn owns_nested(&mut self) -> bool {
        Rc::get_mut(&mut self.items).is_some_and(|items| items.iter().any(Value::is_nested))
    }

    /// Takes the elements out, unless somebody else holds them too.
    pub(super) fn take(&mut self) -> Vec<Value> {
        Rc::get_mut(&mut self.items).map(std::mem::take).unwrap_or_default()
    }

    /// Drops the elements, unless somebody else holds them too, but lists and maps move to `kept`.
    pub(super) fn give_up(&mut self, kept: &mut Vec<Value>) {
        kept.extend(self.take().into_iter().filter(Value::is_nested));
    }

    pub(crate) const fn kind(&self) -> ListKind {
        self.kind
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}
