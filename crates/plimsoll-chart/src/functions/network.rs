//! The network, which templates do not reach.

use super::{Call, Family, Function, Outcome, Type};
use crate::value::Value;

pub(super) const FAMILY: Family = Family {
    name: "network",
    source: "Helm 4.2.4 pkg/engine/engine.go, without --enable-dns",
    functions: &[Function::new(
        "getHostByName",
        &[Type::Str],
        |_: &mut Call<'_>| -> Outcome { Ok(Value::str("")) },
        "Returns nothing, as Helm does unless names may be looked up.",
    )],
};
