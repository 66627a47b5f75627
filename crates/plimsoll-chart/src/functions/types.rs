//! Functions on the types of values.

use super::{Call, Family, Function, Outcome, Type};
use crate::go::compare;
use crate::value::Value;

const ANY: &[Type] = &[Type::Any];
const STR_ANY: &[Type] = &[Type::Str, Type::Any];

pub(super) const FAMILY: Family = Family {
    name: "types",
    source: "sprig 3.3.0 reflect.go",
    functions: &[
        Function::new(
            "deepEqual",
            &[Type::Any, Type::Any],
            deep_equal,
            "Returns whether two values have the same type and the same contents.",
        ),
        Function::new(
            "kindIs",
            STR_ANY,
            kind_is,
            "Returns whether the value is of the named kind, such as `map` or `string`.",
        )
        .reads_octets(),
        Function::new("kindOf", ANY, kind_of, "Returns the value's kind, such as `slice`.")
            .reads_octets(),
        Function::new("typeIs", STR_ANY, type_is, "Returns whether the value has the named type.")
            .reads_octets(),
        Function::new(
            "typeIsLike",
            STR_ANY,
            type_is_like,
            "Returns whether the value has the named type or is a pointer to it.",
        )
        .reads_octets(),
        Function::new("typeOf", ANY, type_of, "Returns the value's Go type.").reads_octets(),
    ],
};

fn deep_equal(call: &mut Call<'_>) -> Outcome {
    let (a, b) = (call.any(0).clone(), call.any(1).clone());
    let equal = compare::deep_equal(&a, &b, call.env)?;
    Ok(call.owing_to_all(Value::bool(equal)))
}

fn kind_of(call: &mut Call<'_>) -> Outcome {
    Ok(Value::str(call.any(0).kind()))
}

fn kind_is(call: &mut Call<'_>) -> Outcome {
    Ok(Value::bool(call.str(0) == call.any(1).kind()))
}

fn type_of(call: &mut Call<'_>) -> Outcome {
    Ok(Value::str(call.any(0).type_name()))
}

fn type_is(call: &mut Call<'_>) -> Outcome {
    Ok(Value::bool(call.str(0) == call.any(1).type_name()))
}

fn type_is_like(call: &mut Call<'_>) -> Outcome {
    let (wanted, name) = (call.str(0), call.any(1).type_name());
    Ok(Value::bool(wanted == name || name.strip_prefix('*') == Some(wanted)))
}
