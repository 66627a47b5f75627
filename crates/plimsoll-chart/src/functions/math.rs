//! Arithmetic and ranges of integers.

mod decimal;

use decimal::Decimal;

use super::convert::{to_f64, to_i64};
use super::{Call, Env, Failure, Family, Function, Outcome, Type};
use crate::value::{Data, List, ListKind, Value};

pub(super) const FAMILY: Family = Family {
    name: "math",
    source: "sprig 3.3.0 numeric.go, functions.go; shopspring/decimal 1.4.0",
    functions: &[
        Function::variadic("add", &[], Type::Any, add, "Adds integers."),
        Function::new("add1", &[Type::Any], add1, "Adds one to an integer."),
        Function::new("sub", &[Type::Any, Type::Any], sub, "Subtracts the second integer."),
        Function::variadic("mul", &[Type::Any], Type::Any, mul, "Multiplies integers."),
        Function::new("div", &[Type::Any, Type::Any], div, "Divides integers, towards zero."),
        Function::new("mod", &[Type::Any, Type::Any], modulo, "Returns the rest of a division."),
        Function::variadic("addf", &[], Type::Any, addf, "Adds decimal numbers."),
        Function::new("add1f", &[Type::Any], add1f, "Adds one to a decimal number."),
        Function::variadic("subf", &[Type::Any], Type::Any, subf, "Subtracts decimal numbers."),
        Function::variadic("mulf", &[Type::Any], Type::Any, mulf, "Multiplies decimal numbers."),
        Function::variadic(
            "divf",
            &[Type::Any],
            Type::Any,
            divf,
            "Divides decimal numbers, to 16 decimal places.",
        ),
        Function::variadic("max", &[Type::Any], Type::Any, max, "Returns the largest integer."),
        Function::variadic("biggest", &[Type::Any], Type::Any, max, "Is an older name of `max`."),
        Function::variadic("min", &[Type::Any], Type::Any, min, "Returns the smallest integer."),
        Function::variadic("maxf", &[Type::Any], Type::Any, maxf, "Returns the largest float."),
        Function::variadic("minf", &[Type::Any], Type::Any, minf, "Returns the smallest float."),
        Function::new("ceil", &[Type::Any], ceil, "Rounds up to a whole number."),
        Function::new("floor", &[Type::Any], floor, "Rounds down to a whole number."),
        Function::variadic(
            "round",
            &[Type::Any, Type::Int],
            Type::Float,
            round,
            "Rounds to decimal places; up from .5, or from the fraction that is given.",
        ),
        Function::new("until", &[Type::Int], until, "Lists the integers from 0 up to a bound."),
        Function::new(
            "untilStep",
            &[Type::Int, Type::Int, Type::Int],
            until_step,
            "Lists integers from a start up to a bound in steps.",
        ),
        Function::variadic(
            "seq",
            &[],
            Type::Int,
            seq,
            "Writes a range of integers, both ends included, as the command `seq` does.",
        ),
    ],
};

fn add(call: &mut Call<'_>) -> Outcome {
    let sum = call.args().iter().fold(0_i64, |sum, value| sum.wrapping_add(to_i64(value)));
    Ok(Value::int64(sum))
}

fn add1(call: &mut Call<'_>) -> Outcome {
    Ok(Value::int64(to_i64(call.any(0)).wrapping_add(1)))
}

fn sub(call: &mut Call<'_>) -> Outcome {
    Ok(Value::int64(to_i64(call.any(0)).wrapping_sub(to_i64(call.any(1)))))
}

fn mul(call: &mut Call<'_>) -> Outcome {
    let first = to_i64(call.any(0));
    Ok(Value::int64(call.rest(1).iter().fold(first, |a, b| a.wrapping_mul(to_i64(b)))))
}

fn div(call: &mut Call<'_>) -> Outcome {
    let divisor = divisor(call)?;
    Ok(Value::int64(to_i64(call.any(0)).wrapping_div(divisor)))
}

fn modulo(call: &mut Call<'_>) -> Outcome {
    let divisor = divisor(call)?;
    Ok(Value::int64(to_i64(call.any(0)).wrapping_rem(divisor)))
}

fn divisor(call: &Call<'_>) -> Result<i64, Failure> {
    match to_i64(call.any(1)) {
        0 => Err(Failure::error("runtime error: integer divide by zero")),
        divisor => Ok(divisor),
    }
}

fn addf(call: &mut Call<'_>) -> Outcome {
    decimals(0.0, call.args(), |a, b| Ok(a.add(b)))
}

fn add1f(call: &mut Call<'_>) -> Outcome {
    decimals(to_f64(call.any(0)), &[Value::int(1)], |a, b| Ok(a.add(b)))
}

fn subf(call: &mut Call<'_>) -> Outcome {
    decimals(to_f64(call.any(0)), call.rest(1), |a, b| Ok(a.sub(b)))
}

fn mulf(call: &mut Call<'_>) -> Outcome {
    decimals(to_f64(call.any(0)), call.rest(1), |a, b| Ok(a.mul(b)))
}

fn divf(call: &mut Call<'_>) -> Outcome {
    decimals(to_f64(call.any(0)), call.rest(1), |a, b| {
        a.div(b).ok_or_else(|| Failure::error("decimal division by 0"))
    })
}

fn decimals(
    first: f64,
    rest: &[Value],
    step: fn(&Decimal, &Decimal) -> Result<Decimal, Failure>,
) -> Outcome {
    let mut result = decimal(first)?;
    for value in rest {
        result = step(&result, &decimal(to_f64(value))?)?;
    }
    Ok(Value::float(result.to_f64()))
}

fn decimal(value: f64) -> Result<Decimal, Failure> {
    Decimal::from_f64(value).ok_or_else(|| {
        let name = if value.is_nan() { "NaN" } else { &format!("{}Inf", sign(value)) };
        Failure::error(format!("Cannot create a Decimal from {name}"))
    })
}

fn sign(value: f64) -> char {
    if value < 0.0 { '-' } else { '+' }
}

fn max(call: &mut Call<'_>) -> Outcome {
    Ok(Value::int64(call.args().iter().map(to_i64).max().unwrap_or(0)))
}

fn min(call: &mut Call<'_>) -> Outcome {
    Ok(Value::int64(call.args().iter().map(to_i64).min().unwrap_or(0)))
}

fn maxf(call: &mut Call<'_>) -> Outcome {
    let first = to_f64(call.any(0));
    Ok(Value::float(call.rest(1).iter().map(to_f64).fold(first, go_max)))
}

fn minf(call: &mut Call<'_>) -> Outcome {
    let first = to_f64(call.any(0));
    Ok(Value::float(call.rest(1).iter().map(to_f64).fold(first, |a, b| -go_max(-a, -b))))
}

/// Go's `math.Max`: infinity beats NaN, NaN beats numbers, and 0 beats -0.
fn go_max(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { b } else { a }
    } else {
        a.max(b)
    }
}

fn ceil(call: &mut Call<'_>) -> Outcome {
    Ok(Value::float(to_f64(call.any(0)).ceil()))
}

fn floor(call: &mut Call<'_>) -> Outcome {
    Ok(Value::float(to_f64(call.any(0)).floor()))
}

fn round(call: &mut Call<'_>) -> Outcome {
    let up_from = if call.args().len() > 2 { call.float(2) } else { 0.5 };
    let scale = power_of_ten(call.int(1));
    let scaled = scale * to_f64(call.any(0));
    let rounded = if scaled.fract() >= up_from { scaled.ceil() } else { scaled.floor() };
    Ok(Value::float(rounded / scale))
}

/// `math.Pow(10, exponent)`, bit for bit: Go squares a mantissa and counts its exponent apart.
fn power_of_ten(exponent: i64) -> f64 {
    // Beyond this the result has long been infinity or zero.
    const REACH: u64 = 1 << 20;
    let mut left = exponent.unsigned_abs().min(REACH);
    let (mut result, mut result_exponent) = (1.0_f64, 0_i64);
    // 10 = 0.625 * 2^4
    let (mut base, mut base_exponent) = (0.625_f64, 4_i64);
    while left != 0 {
        if left & 1 == 1 {
            result *= base;
            result_exponent += base_exponent;
        }
        base *= base;
        base_exponent *= 2;
        if base < 0.5 {
            base += base;
            base_exponent -= 1;
        }
        left >>= 1;
    }
    if exponent < 0 {
        result = 1.0 / result;
        result_exponent = -result_exponent;
    }
    shifted(result, result_exponent)
}

/// Returns `value * 2^exponent`, rounded once: Go's `math.Ldexp`.
fn shifted(value: f64, exponent: i64) -> f64 {
    let half = |exponent: i64| {
        // Two or three factors, each a power of two that a float holds exactly.
        let exponent = i32::try_from(exponent.clamp(-1000, 1000)).unwrap_or(0);
        2.0_f64.powi(exponent)
    };
    let mut value = value;
    let mut left = exponent.clamp(-4000, 4000);
    while left > 1000 {
        value *= half(1000);
        left -= 1000;
    }
    while left < -1000 {
        value *= half(-1000);
        left += 1000;
    }
    value * half(left)
}

fn until(call: &mut Call<'_>) -> Outcome {
    let stop = call.int(0);
    ints(range(call.env, 0, stop, if stop < 0 { -1 } else { 1 })?)
}

fn until_step(call: &mut Call<'_>) -> Outcome {
    ints(range(call.env, call.int(0), call.int(1), call.int(2))?)
}

fn ints(items: Vec<i64>) -> Outcome {
    let items = items.into_iter().map(Value::int).collect();
    Ok(Value::new(Data::List(List::of_kind(items, ListKind::Ints))))
}

fn seq(call: &mut Call<'_>) -> Outcome {
    let (start, step, end) = match call.args().len() {
        1 => (1, None, call.int(0)),
        2 => (call.int(0), None, call.int(1)),
        3 => (call.int(0), Some(call.int(1)), call.int(2)),
        _ => return Ok(Value::str("")),
    };
    let direction = if end < start { -1 } else { 1 };
    if direction < 0 && step.is_some_and(|step| step > 0) {
        return Ok(Value::str(""));
    }
    let end = end.wrapping_add(direction);
    let items = range(call.env, start, end, step.unwrap_or(direction))?;
    let text: Vec<String> = items.iter().map(i64::to_string).collect();
    Ok(Value::str(text.join(" ")))
}

/// The integers from `start` to before `stop`; none when `step` leads away from it.
fn range(env: &mut Env, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, Failure> {
    let towards = if stop < start { step < 0 } else { step > 0 };
    if !towards {
        return Ok(Vec::new());
    }
    let count = start.abs_diff(stop).div_ceil(step.unsigned_abs());
    env.spend_elements(usize::try_from(count).unwrap_or(usize::MAX))?;
    let mut items = Vec::new();
    let mut next = i128::from(start);
    for _ in 0..count {
        items.push(i64::try_from(next).unwrap_or(stop));
        next += i128::from(step);
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::{call, env, message, rows, typed};

    /// The type and the value of a result, as `printf "%T %v"` shows them.
    fn shown(value: &Value) -> String {
        let text = crate::go::print::to_text(value, &mut env()).unwrap();
        format!("{} {}", value.type_name(), text.as_text().unwrap().as_str())
    }

    #[test]
    fn results_are_those_of_go() {
        for row in rows(include_str!("../../tests/data/math.json")) {
            let name = row[0].as_str().unwrap();
            let args: Vec<Value> = row[1]
                .as_array()
                .map(|args| args.iter())
                .into_iter()
                .flatten()
                .map(|arg| typed(arg[0].as_str().unwrap(), arg[1].as_str().unwrap()))
                .collect();
            match row[3].as_str() {
                Some(error) => assert_eq!(message(call(name, &args)), error, "{row:?}"),
                None => {
                    let value = call(name, &args).unwrap();
                    assert_eq!(shown(&value), row[2].as_str().unwrap(), "{row:?}");
                }
            }
        }
    }

    #[test]
    fn ranges_are_bounded() {
        let error = message(call("until", &[Value::int(i64::MAX)]));
        assert_eq!(error, "the rendering makes more text than its limit allows");
        let mut env = env();
        assert_eq!(range(&mut env, i64::MAX - 5, i64::MAX, 3).unwrap().len(), 2);
        assert!(range(&mut env, i64::MIN, i64::MAX, 1).is_err());
    }
}
