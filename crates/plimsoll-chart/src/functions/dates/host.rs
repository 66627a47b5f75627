//! Times, months, weekdays and zones as templates see them.

use std::any::Any;
use std::cmp::Ordering;
use std::rc::Rc;

use super::format::{RFC3339_NANO, STRING, format};
use super::time::{MONTHS, Time, WEEKDAYS};
use super::zone::Zone;
use crate::functions::{Call, Failure, Outcome, Signature, Type};
use crate::value::{Data, Host, IntKind, Value};

/// Wraps a time.
pub(super) fn value(time: Time) -> Value {
    Value::new(Data::Host(Rc::new(time)))
}

/// The time that a value holds.
pub(super) fn time(value: &Value) -> Option<&Time> {
    match &value.data {
        Data::Host(host) => host.as_any().downcast_ref(),
        _ => None,
    }
}

const NONE: Signature = Signature { params: &[], variadic: None };
const STRING_ONLY: Signature = Signature { params: &[Type::Str], variadic: None };
const TIME_ONLY: Signature = Signature { params: &[Type::Time], variadic: None };
const DURATION_ONLY: Signature = Signature { params: &[Type::Duration], variadic: None };
const LOCATION_ONLY: Signature = Signature { params: &[Type::Location], variadic: None };
const DATE_PARTS: Signature =
    Signature { params: &[Type::Int, Type::Int, Type::Int], variadic: None };

impl Host for Time {
    fn type_name(&self) -> &'static str {
        "time.Time"
    }

    fn kind(&self) -> &'static str {
        "struct"
    }

    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        match name {
            "Year" | "Month" | "Day" | "Weekday" | "Hour" | "Minute" | "Second" | "Nanosecond"
            | "YearDay" | "Unix" | "UnixMilli" | "UnixMicro" | "UnixNano" | "UTC" | "Local"
            | "Location" | "IsZero" | "IsDST" | "String" | "MarshalJSON" | "MarshalText"
            | "MarshalBinary" | "GobEncode" | "GoString" => Some(&NONE),
            "Format" => Some(&STRING_ONLY),
            "Before" | "After" | "Equal" | "Compare" | "Sub" => Some(&TIME_ONLY),
            "Add" | "Round" | "Truncate" => Some(&DURATION_ONLY),
            "AddDate" => Some(&DATE_PARTS),
            "In" => Some(&LOCATION_ONLY),
            _ => None,
        }
    }

    fn refusal(&self, name: &str) -> Option<String> {
        let second = |kind| {
            format!(
                "invalid function signature for {name}: second return value should be error; is \
                 {kind}"
            )
        };
        match name {
            "wall" | "ext" | "loc" => {
                Some(format!("{name} is an unexported field of struct type time.Time"))
            }
            "Date" | "Clock" => {
                Some(format!("function {name} has 3 return values; should be 1 or 2"))
            }
            "ISOWeek" | "Zone" => Some(second("int")),
            "ZoneBounds" => Some(second("time.Time")),
            _ => None,
        }
    }

    fn call(&self, name: &str, call: &mut Call<'_>) -> Outcome {
        let civil = self.civil();
        let nanos = i64::from(self.nanoseconds);
        let per_second = |scale: i64| {
            let whole = self.seconds.wrapping_mul(scale);
            Value::int64(whole.wrapping_add(nanos / (1_000_000_000 / scale)))
        };
        Ok(match name {
            "Year" => Value::int(civil.year),
            "Month" => named(Named::Month(civil.month)),
            "Weekday" => named(Named::Weekday(civil.weekday)),
            "Day" => Value::int(i64::from(civil.day)),
            "Hour" => Value::int(i64::from(civil.hour)),
            "Minute" => Value::int(i64::from(civil.minute)),
            "Second" => Value::int(i64::from(civil.second)),
            "Nanosecond" => Value::int(nanos),
            "YearDay" => Value::int(i64::from(civil.year_day)),
            "Unix" => Value::int64(self.seconds),
            "UnixMilli" => per_second(1_000),
            "UnixMicro" => per_second(1_000_000),
            "UnixNano" => per_second(1_000_000_000),
            "UTC" => value(self.shown_in(Zone::Utc)),
            "Local" => value(self.shown_in(Zone::Local)),
            "Location" => Value::new(Data::Host(Rc::new(Location(self.zone.clone())))),
            "IsZero" => Value::bool(self.compare(&Self::zero()) == Ordering::Equal),
            "IsDST" => Value::bool(self.reading().summer),
            "String" => Value::str(format(self, STRING)),
            "MarshalText" => bytes(format(self, RFC3339_NANO)),
            "MarshalJSON" => bytes(format!("\"{}\"", format(self, RFC3339_NANO))),
            "MarshalBinary" | "GobEncode" => self.binary(),
            "GoString" => Value::str(self.go_syntax()),
            "In" => {
                let location = match &call.any(0).data {
                    Data::Host(host) => host.as_any().downcast_ref::<Location>(),
                    _ => None,
                };
                let location = location.ok_or_else(|| Failure::error("not a location"))?;
                value(self.shown_in(location.0.clone()))
            }
            "Format" => Value::str(format(self, call.str(0))),
            "Add" => value(self.add(call.int(0))),
            "Round" => value(self.rounded(call.int(0), true)),
            "Truncate" => value(self.rounded(call.int(0), false)),
            "AddDate" => value(self.add_date(call.int(0), call.int(1), call.int(2))),
            _ => {
                let other = time(call.any(0)).ok_or_else(|| Failure::error("not a time"))?;
                let order = self.compare(other);
                match name {
                    "Before" => Value::bool(order == Ordering::Less),
                    "After" => Value::bool(order == Ordering::Greater),
                    "Equal" => Value::bool(order == Ordering::Equal),
                    "Sub" => Value::new(Data::Int(self.since(other), IntKind::Duration)),
                    _ => Value::int(order as i64),
                }
            }
        })
    }

    fn string(&self) -> Option<String> {
        Some(format(self, STRING))
    }

    fn plain(&self) -> Value {
        Value::str(format(self, RFC3339_NANO))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Time {
    /// Go's `MarshalBinary`: a version, seconds since the year 1, nanoseconds, and minutes east of
    /// Greenwich, with seconds where there are any.
    fn binary(&self) -> Value {
        /// Seconds from the year 1 to 1970.
        const UNIX_TO_INTERNAL: i64 = 62_135_596_800;
        let offset = self.reading().offset;
        let (minutes, seconds) = match self.zone {
            Zone::Utc => (-1, 0),
            _ => (offset / 60, offset % 60),
        };
        let mut bytes = vec![if seconds == 0 { 1 } else { 2 }];
        bytes.extend(self.seconds.wrapping_add(UNIX_TO_INTERNAL).to_be_bytes());
        bytes.extend(self.nanoseconds.to_be_bytes());
        bytes.extend(&minutes.to_be_bytes()[2..]);
        if seconds != 0 {
            bytes.push(seconds.to_be_bytes()[3]);
        }
        Value::new(Data::Bytes(bytes.into()))
    }

    /// Go's `GoString`: the call that makes the time.
    fn go_syntax(&self) -> String {
        let civil = self.civil();
        let zone = match &self.zone {
            Zone::Utc => "time.UTC".to_owned(),
            Zone::Local => "time.Local".to_owned(),
            zone => format!("time.Location({})", crate::go::quote::quote(zone.name())),
        };
        format!(
            "time.Date({}, time.{}, {}, {}, {}, {}, {}, {zone})",
            civil.year,
            Named::Month(civil.month).name(),
            civil.day,
            civil.hour,
            civil.minute,
            civil.second,
            self.nanoseconds
        )
    }
}

fn bytes(text: String) -> Value {
    Value::new(Data::Bytes(text.into_bytes().into()))
}

fn named(name: Named) -> Value {
    Value::new(Data::Host(Rc::new(name)))
}

/// Go's integer types whose values have names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::functions) enum Named {
    /// From 1.
    Month(u32),
    /// From 0 for Sunday.
    Weekday(u32),
}

impl Named {
    /// The value as an integer.
    pub(in crate::functions) fn number(self) -> i64 {
        match self {
            Self::Month(number) | Self::Weekday(number) => i64::from(number),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Month(number) => MONTHS[(number as usize + 11) % 12],
            Self::Weekday(number) => WEEKDAYS[number as usize % 7],
        }
    }
}

impl Host for Named {
    fn type_name(&self) -> &'static str {
        match self {
            Self::Month(_) => "time.Month",
            Self::Weekday(_) => "time.Weekday",
        }
    }

    fn kind(&self) -> &'static str {
        "int"
    }

    fn truth(&self) -> bool {
        self.number() != 0
    }

    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        (name == "String").then_some(&NONE)
    }

    fn call(&self, _name: &str, _call: &mut Call<'_>) -> Outcome {
        Ok(Value::str(self.name()))
    }

    fn string(&self) -> Option<String> {
        Some(self.name().to_owned())
    }

    fn plain(&self) -> Value {
        Value::int(self.number())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Go's `*time.Location`.
#[derive(Clone, Debug)]
struct Location(Zone);

impl Host for Location {
    fn type_name(&self) -> &'static str {
        "*time.Location"
    }

    fn kind(&self) -> &'static str {
        "ptr"
    }

    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        (name == "String").then_some(&NONE)
    }

    fn call(&self, _name: &str, _call: &mut Call<'_>) -> Outcome {
        Ok(Value::str(self.0.name()))
    }

    fn string(&self) -> Option<String> {
        Some(self.0.name().to_owned())
    }

    fn plain(&self) -> Value {
        // The struct has no exported fields, so JSON and YAML show an empty object.
        crate::functions::Env::map_of([])
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
