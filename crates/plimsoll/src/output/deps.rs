//! What charts depend on, for people and for machines.

pub(crate) mod json;
pub(crate) mod text;
