//! What changes from Helm 3 to Helm 4, for people and for machines.

pub(crate) mod json;
pub(crate) mod text;
