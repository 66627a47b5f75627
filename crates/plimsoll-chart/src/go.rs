//! What Go does that templates can see: printing of values, quoting, comparison.

pub(crate) mod compare;
pub(crate) mod duration;
pub(crate) mod float;
pub(crate) mod print;
pub(crate) mod quote;
pub(crate) mod unicode;
