//! Conversions between types.

use super::dates::Named;
use super::strconv::{NumberError, parse_float, parse_int};
use super::{Call, Family, Function, Outcome, Type};
use crate::go::print::to_text;
use crate::value::{Data, IntKind, Text, Value};

pub(super) const FAMILY: Family = Family {
    name: "conversion",
    source: "sprig 3.3.0 numeric.go, strings.go; spf13/cast 1.7.0",
    functions: &[
        Function::new("atoi", &[Type::Str], atoi, "Reads a decimal integer, 0 if there is none.")
            .passes_on(),
        Function::new("int", &[Type::Any], int, "Converts to an int, 0 if that cannot be.")
            .passes_on(),
        Function::new("int64", &[Type::Any], int64, "Converts to an int64, 0 if that cannot be.")
            .passes_on(),
        Function::new(
            "float64",
            &[Type::Any],
            float64,
            "Converts to a float64, 0 if that cannot be.",
        )
        .passes_on(),
        Function::new(
            "toDecimal",
            &[Type::Any],
            to_decimal,
            "Reads the digits of an octal number, 0 if there is none.",
        ),
    ],
};

fn atoi(call: &mut Call<'_>) -> Outcome {
    Ok(Value::int(match parse_int(call.str(0), 10) {
        Ok(value) | Err(NumberError::Range(value)) => value,
        Err(NumberError::Syntax) => 0,
    }))
}

fn int(call: &mut Call<'_>) -> Outcome {
    Ok(Value::int(to_i64(call.any(0))))
}

fn int64(call: &mut Call<'_>) -> Outcome {
    Ok(Value::int64(to_i64(call.any(0))))
}

fn float64(call: &mut Call<'_>) -> Outcome {
    Ok(Value::float(to_f64(call.any(0))))
}

fn to_decimal(call: &mut Call<'_>) -> Outcome {
    let value = call.any(0).clone();
    let printed = to_text(&value, call.env)?;
    let digits = printed.as_text().map_or("", Text::as_str);
    Ok(Value::int64(parse_int(digits, 8).unwrap_or(0)))
}

/// Converts as `cast.ToInt64` and `cast.ToInt` do on 64-bit machines.
pub(super) fn to_i64(value: &Value) -> i64 {
    match &value.data {
        Data::Bool(value) => i64::from(*value),
        Data::Int(_, IntKind::Duration) => 0,
        Data::Int(value, _) => *value,
        Data::Uint(value) => value.cast_signed(),
        Data::Float(value) => truncated(*value),
        Data::Str(text) => parse_int(without_zero_decimals(text.as_str()), 0).unwrap_or(0),
        Data::Host(host) => host.as_any().downcast_ref::<Named>().map_or(0, |name| name.number()),
        _ => 0,
    }
}

/// Converts as `cast.ToFloat64` does.
pub(super) fn to_f64(value: &Value) -> f64 {
    match &value.data {
        Data::Float(value) => *value,
        Data::Uint(value) => *value as f64,
        Data::Str(text) => parse_float(text.as_str()).unwrap_or(0.0),
        _ => to_i64(value) as f64,
    }
}

/// Go's `int64(float)` on x86-64: out of range and NaN give the smallest number.
pub(super) fn truncated(value: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&value) { value as i64 } else { i64::MIN }
}

/// Cuts off a decimal point that only zeros follow, at least one.
fn without_zero_decimals(text: &str) -> &str {
    let stem = text.trim_end_matches('0');
    match stem.strip_suffix('.') {
        Some(whole) if stem.len() < text.len() => whole,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::{call, rows, typed};
    use crate::value::List;

    fn number(name: &str, value: &Value) -> i64 {
        let Data::Int(number, _) = call(name, std::slice::from_ref(value)).unwrap().data else {
            panic!("{name} returns no integer")
        };
        number
    }

    #[test]
    fn numbers_convert_as_in_go() {
        for row in rows(include_str!("../../tests/data/cast.json")) {
            let kind = row[0].as_str().unwrap();
            let value = match kind {
                "list" => Value::new(Data::List(List::new(vec![Value::int(1)]))),
                "uint64" => Value::new(Data::Uint(u64::MAX)),
                "string" => Value::str(row[1].as_str().unwrap()),
                _ => typed(kind, &row[1].to_string()),
            };
            assert_eq!(number("int", &value), row[2].as_i64().unwrap(), "int of {row:?}");
            assert_eq!(number("int64", &value), row[3].as_i64().unwrap(), "int64 of {row:?}");
            let bits = u64::from_str_radix(row[4].as_str().unwrap(), 16).unwrap();
            let wanted = f64::from_bits(bits);
            let float = to_f64(&value);
            let same = float.to_bits() == bits || (float.is_nan() && wanted.is_nan());
            assert!(same, "float64 of {row:?}: {float}");
            if kind == "string" {
                assert_eq!(number("atoi", &value), row[5].as_i64().unwrap(), "atoi of {row:?}");
                let octal = number("toDecimal", &value);
                assert_eq!(octal, row[6].as_i64().unwrap(), "toDecimal of {row:?}");
            }
        }
    }

    #[test]
    fn strings_stay_what_they_are() {
        let value = call("toString", &[Value::str("a")]).unwrap();
        assert_eq!(value.as_text().unwrap().as_str(), "a");
    }
}
