//! Values with what Go's static types make of them.

use crate::value::{Data, Value};

/// A value with Go's static type, as far as it matters: taken out of a map or list it is an
/// `interface {}`, which changes what errors call it and whether nil has fields.
#[derive(Clone, Debug)]
pub(super) struct Dynamic {
    pub(super) value: Value,
    pub(super) boxed: bool,
}

impl Dynamic {
    pub(super) const fn bare(value: Value) -> Self {
        Self { value, boxed: false }
    }

    pub(super) const fn boxed(value: Value) -> Self {
        Self { value, boxed: true }
    }

    pub(super) fn type_name(&self) -> &'static str {
        if self.boxed || matches!(self.value.data, Data::Nil) {
            "interface {}"
        } else {
            self.value.type_name()
        }
    }
}
