//! The methods of Go's `time.Duration`, which `(now).Sub` returns.

use std::any::Any;

use crate::functions::{Call, Failure, Outcome, Signature, Type};
use crate::go::duration::format_duration;
use crate::value::{Data, Host, IntKind, Value};

/// Nanoseconds, as the receiver of a method.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elapsed(pub(crate) i64);

const NONE: Signature = Signature { params: &[], variadic: None };
const DURATION_ONLY: Signature = Signature { params: &[Type::Duration], variadic: None };

const SECOND: i64 = 1_000_000_000;

impl Elapsed {
    /// The signature of a method; nothing where there is none.
    pub(crate) fn signature(name: &str) -> Option<&'static Signature> {
        match name {
            "String" | "Nanoseconds" | "Microseconds" | "Milliseconds" | "Seconds" | "Minutes"
            | "Hours" | "Abs" => Some(&NONE),
            "Round" | "Truncate" => Some(&DURATION_ONLY),
            _ => None,
        }
    }

    /// The length in units of so many nanoseconds.
    #[expect(clippy::cast_precision_loss, reason = "Go's conversion rounds likewise")]
    fn in_units(self, unit: i64) -> f64 {
        (self.0 / unit) as f64 + (self.0 % unit) as f64 / unit as f64
    }

    /// Rounds to a multiple of `unit`, halves away from zero; the longest length is the limit.
    const fn rounded(self, unit: i64) -> i64 {
        if unit <= 0 {
            return self.0;
        }
        let rest = (self.0 % unit).unsigned_abs();
        let up = unit.unsigned_abs() - rest;
        let (amount, outwards) = if rest < up { (rest, false) } else { (up, true) };
        if (self.0 < 0) == outwards {
            self.0.saturating_sub_unsigned(amount)
        } else {
            self.0.saturating_add_unsigned(amount)
        }
    }
}

impl Host for Elapsed {
    fn type_name(&self) -> &'static str {
        "time.Duration"
    }

    fn kind(&self) -> &'static str {
        "int64"
    }

    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        Self::signature(name)
    }

    fn call(&self, name: &str, call: &mut Call<'_>) -> Outcome {
        let length = |nanoseconds| Value::new(Data::Int(nanoseconds, IntKind::Duration));
        Ok(match name {
            "String" => Value::str(format_duration(self.0)),
            "Nanoseconds" => Value::int64(self.0),
            "Microseconds" => Value::int64(self.0 / 1_000),
            "Milliseconds" => Value::int64(self.0 / 1_000_000),
            "Seconds" => Value::float(self.in_units(SECOND)),
            "Minutes" => Value::float(self.in_units(60 * SECOND)),
            "Hours" => Value::float(self.in_units(3600 * SECOND)),
            "Abs" => length(self.0.saturating_abs()),
            "Round" => length(self.rounded(call.int(0))),
            "Truncate" => {
                length(if call.int(0) > 0 { self.0 - self.0 % call.int(0) } else { self.0 })
            }
            _ => return Err(Failure::error("no such method")),
        })
    }

    fn string(&self) -> Option<String> {
        Some(format_duration(self.0))
    }

    fn plain(&self) -> Value {
        Value::new(Data::Int(self.0, IntKind::Duration))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_away_from_zero_and_the_ends_hold() {
        let rounded = |nanoseconds, unit| Elapsed(nanoseconds).rounded(unit);
        assert_eq!(rounded(1_500, 1_000), 2_000);
        assert_eq!(rounded(1_499, 1_000), 1_000);
        assert_eq!(rounded(-1_500, 1_000), -2_000);
        assert_eq!(rounded(-1_499, 1_000), -1_000);
        assert_eq!(rounded(5, 0), 5);
        assert_eq!(rounded(i64::MAX, 3600 * SECOND), i64::MAX);
        assert_eq!(rounded(i64::MIN, 3600 * SECOND), i64::MIN);
    }
}
