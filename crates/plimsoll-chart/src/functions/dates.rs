//! Times, dates and durations.

mod duration;
mod elapsed;
mod format;
mod host;
mod layout;
mod parse;
mod time;
mod zone;

pub(crate) use elapsed::Elapsed;
pub(super) use host::Named;

use duration::{largest_unit, parse_duration, whole_seconds};
use format::format;
use time::Time;
use zone::Zone;

use super::random::generated;
use super::strconv::{NumberError, parse_int};
use super::{Call, Failure, Family, Function, Outcome, Type};
use crate::go::duration::format_duration;
use crate::trace::Leaf;
use crate::value::{Data, IntKind, Value};

pub(super) const FAMILY: Family = Family {
    name: "dates",
    source: "sprig 3.3.0 date.go; Go 1.26 time",
    functions: &[
        Function::new("now", &[], now, "Returns the present time."),
        Function::new(
            "date",
            &[Type::Str, Type::Any],
            date,
            "Formats a time or a count of seconds by a layout such as `2006-01-02`.",
        ),
        Function::new(
            "dateInZone",
            &[Type::Str, Type::Any, Type::Str],
            date_in_zone,
            "Formats a time by a layout in the named zone.",
        ),
        Function::new(
            "date_in_zone",
            &[Type::Str, Type::Any, Type::Str],
            date_in_zone,
            "Is an older name of `dateInZone`.",
        ),
        Function::new(
            "htmlDate",
            &[Type::Any],
            html_date,
            "Formats a time as date fields of HTML forms want it.",
        ),
        Function::new(
            "htmlDateInZone",
            &[Type::Any, Type::Str],
            html_date_in_zone,
            "Formats a time in the named zone as date fields of HTML forms want it.",
        ),
        Function::new(
            "dateModify",
            &[Type::Str, Type::Time],
            date_modify,
            "Adds a duration such as `-1h30m` to a time, nothing if it is not valid.",
        ),
        Function::new(
            "date_modify",
            &[Type::Str, Type::Time],
            date_modify,
            "Is an older name of `dateModify`.",
        ),
        Function::new(
            "mustDateModify",
            &[Type::Str, Type::Time],
            must_date_modify,
            "Adds a duration such as `-1h30m` to a time.",
        ),
        Function::new(
            "must_date_modify",
            &[Type::Str, Type::Time],
            must_date_modify,
            "Is an older name of `mustDateModify`.",
        ),
        Function::new(
            "toDate",
            &[Type::Str, Type::Str],
            to_date,
            "Reads a time by a layout; the zero time if the text does not fit.",
        ),
        Function::new(
            "mustToDate",
            &[Type::Str, Type::Str],
            must_to_date,
            "Reads a time by a layout.",
        ),
        Function::new(
            "unixEpoch",
            &[Type::Time],
            unix_epoch,
            "Returns the seconds since 1970 as text.",
        ),
        Function::new(
            "ago",
            &[Type::Any],
            ago,
            "Returns the duration since a time, in whole seconds.",
        ),
        Function::new(
            "duration",
            &[Type::Any],
            duration,
            "Writes seconds, given as text or int64, as a duration such as `1m35s`.",
        ),
        Function::new(
            "durationRound",
            &[Type::Any],
            duration_round,
            "Writes the largest unit of a duration, or of the time since a moment.",
        ),
    ],
};

const HTML: &str = "2006-01-02";

fn now(call: &mut Call<'_>) -> Outcome {
    let origin = call.env.trace.leaf(Leaf::Generated("now"));
    Ok(Value { origin, ..host::value(present(call)) })
}

fn present(call: &Call<'_>) -> Time {
    let instant = call.env.world.now();
    Time {
        seconds: instant.seconds,
        nanoseconds: instant.nanoseconds.min(999_999_999),
        zone: Zone::Local,
    }
}

fn date(call: &mut Call<'_>) -> Outcome {
    formatted(call, "date", call.str(0), 1, "Local")
}

fn date_in_zone(call: &mut Call<'_>) -> Outcome {
    formatted(call, "dateInZone", call.str(0), 1, call.str(2))
}

fn html_date(call: &mut Call<'_>) -> Outcome {
    formatted(call, "htmlDate", HTML, 0, "Local")
}

fn html_date_in_zone(call: &mut Call<'_>) -> Outcome {
    formatted(call, "htmlDateInZone", HTML, 0, call.str(1))
}

/// Formats the argument at `index`; what is no time counts as the present.
fn formatted(
    call: &mut Call<'_>,
    name: &'static str,
    layout: &str,
    index: usize,
    zone: &str,
) -> Outcome {
    call.env.work(layout.len() as u64 / 8)?;
    let moment = call.any(index);
    let time = match &moment.data {
        Data::Int(seconds, IntKind::Int | IntKind::Int64) => Some(Time::unix(*seconds)),
        _ => host::time(moment).cloned(),
    };
    let zone = Zone::load(zone).unwrap_or(Zone::Utc);
    let known = time.is_some();
    let time = time.unwrap_or_else(|| present(call));
    let text = Value::str(format(&time.shown_in(zone), layout));
    Ok(if known { text } else { generated(call, name, text) })
}

fn date_modify(call: &mut Call<'_>) -> Outcome {
    must_date_modify(call).or_else(|_| Ok(call.any(1).clone()))
}

fn must_date_modify(call: &mut Call<'_>) -> Outcome {
    let duration = parse_duration(call.str(0)).map_err(Failure::error)?;
    Ok(host::value(argument_time(call, 1).add(duration)))
}

/// The time that the signature promises at `index`.
fn argument_time(call: &Call<'_>, index: usize) -> Time {
    host::time(call.any(index)).cloned().unwrap_or_else(Time::zero)
}

fn to_date(call: &mut Call<'_>) -> Outcome {
    must_to_date(call).or_else(|_| Ok(host::value(Time::zero())))
}

fn must_to_date(call: &mut Call<'_>) -> Outcome {
    parse::parse(call.str(0), call.str(1)).map(host::value).map_err(Failure::error)
}

fn unix_epoch(call: &mut Call<'_>) -> Outcome {
    Ok(Value::str(argument_time(call, 0).seconds.to_string()))
}

fn ago(call: &mut Call<'_>) -> Outcome {
    let present = present(call);
    let then = match &call.any(0).data {
        Data::Int(seconds, IntKind::Int | IntKind::Int64) => Time::unix(*seconds),
        _ => host::time(call.any(0)).unwrap_or(&present).clone(),
    };
    let text = format_duration(whole_seconds(present.since(&then)));
    Ok(generated(call, "ago", Value::str(text)))
}

fn duration(call: &mut Call<'_>) -> Outcome {
    let seconds = match &call.any(0).data {
        Data::Str(text) => match parse_int(text.as_str(), 10) {
            Ok(seconds) | Err(NumberError::Range(seconds)) => seconds,
            Err(NumberError::Syntax) => 0,
        },
        Data::Int(seconds, IntKind::Int64) => *seconds,
        _ => 0,
    };
    Ok(Value::str(format_duration(seconds.wrapping_mul(1_000_000_000))))
}

fn duration_round(call: &mut Call<'_>) -> Outcome {
    let argument = call.any(0);
    let nanoseconds = match &argument.data {
        Data::Str(text) => parse_duration(text.as_str()).unwrap_or(0),
        Data::Int(nanoseconds, IntKind::Int64) => *nanoseconds,
        _ => match host::time(argument) {
            Some(then) => {
                let text = largest_unit(present(call).since(then));
                return Ok(generated(call, "durationRound", Value::str(text)));
            }
            None => 0,
        },
    };
    Ok(Value::str(largest_unit(nanoseconds)))
}

/// Formats a moment in UTC.
pub(super) fn utc_text(seconds: i64, layout: &str) -> String {
    format(&Time::unix(seconds), layout)
}

/// The time that many seconds after 1970.
#[cfg(test)]
pub(super) fn at(seconds: i64) -> Value {
    host::value(Time::unix(seconds))
}

/// The zones, by name only, of TOML's times without zone, and how TOML writes such times.
const TOML_ZONES: [(&str, &str); 3] = [
    ("datetime-local", "2006-01-02T15:04:05.999999999"),
    ("date-local", "2006-01-02"),
    ("time-local", "15:04:05.999999999"),
];

/// Tells whether `time.Parse` reads `text` in that layout.
pub(super) fn reads_as(layout: &str, text: &str) -> bool {
    parse::parse(layout, text).is_ok()
}

/// A time of a TOML document.
pub(crate) fn from_toml(text: &str) -> Value {
    if let Ok(time) = parse::parse(format::RFC3339_NANO, text) {
        return host::value(time);
    }
    for (zone, layout) in TOML_ZONES {
        if let Ok(time) = parse::parse(layout, text) {
            return host::value(time.shown_in(Zone::Fixed(zone.into(), 0)));
        }
    }
    Value::str(text)
}

/// How TOML writes the object, if that is a time.
pub(super) fn toml_text(host: &dyn crate::value::Host) -> Option<String> {
    let time: &Time = host.as_any().downcast_ref()?;
    let layout = TOML_ZONES.iter().find(|(zone, _)| *zone == time.zone.name());
    Some(format(time, layout.map_or(format::RFC3339_NANO, |(_, layout)| layout)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::recorded::{call, call_in, env, message, render, rows, text};
    use crate::trace::Origin;

    #[test]
    fn times_are_written_as_in_go() {
        for row in rows(include_str!("../../tests/data/date_format.json")) {
            let time = Time {
                seconds: row[0].as_i64().unwrap(),
                nanoseconds: u32::try_from(row[1].as_i64().unwrap()).unwrap(),
                zone: Zone::load(row[2].as_str().unwrap()).unwrap(),
            };
            assert_eq!(
                format(&time, row[3].as_str().unwrap()),
                row[4].as_str().unwrap(),
                "{row:?}"
            );
        }
    }

    #[test]
    fn times_are_read_as_in_go() {
        for row in rows(include_str!("../../tests/data/date_parse.json")) {
            let outcome = parse::parse(row[0].as_str().unwrap(), row[1].as_str().unwrap());
            match row[5].as_str() {
                Some(error) => assert_eq!(outcome.unwrap_err(), error, "{row:?}"),
                None => {
                    let time = outcome.unwrap_or_else(|error| panic!("{row:?}: {error}"));
                    assert_eq!(Some(time.seconds), row[2].as_i64(), "{row:?}");
                    assert_eq!(Some(i64::from(time.nanoseconds)), row[3].as_i64(), "{row:?}");
                    assert_eq!(format(&time, format::STRING), row[4].as_str().unwrap());
                }
            }
        }
    }

    #[test]
    fn durations_are_those_of_go() {
        for row in rows(include_str!("../../tests/data/duration.json")) {
            let input = row[0].as_str().unwrap();
            match row[5].as_str() {
                Some(error) => assert_eq!(parse_duration(input).unwrap_err(), error, "{row:?}"),
                None => {
                    let nanoseconds = parse_duration(input).unwrap();
                    assert_eq!(nanoseconds.to_string(), row[1].as_str().unwrap(), "{row:?}");
                    let rounded = format_duration(whole_seconds(nanoseconds));
                    assert_eq!(rounded, row[2].as_str().unwrap(), "{row:?}");
                }
            }
            let args = [Value::str(input)];
            assert_eq!(text("durationRound", &args), row[3].as_str().unwrap(), "{row:?}");
            assert_eq!(text("duration", &args), row[4].as_str().unwrap(), "{row:?}");
        }
    }

    #[test]
    fn actions_on_times_give_what_go_gives() {
        let time = Time {
            seconds: 1_700_000_000,
            nanoseconds: 123_456_789,
            zone: Zone::load("Europe/Berlin").unwrap(),
        };
        for row in rows(include_str!("../../tests/data/date_functions.json")) {
            let action = row[0].as_str().unwrap();
            let got = render(&format!("{{{{{action}}}}}"), host::value(time.clone()));
            match row[1].as_str() {
                Some(text) => assert_eq!(got.as_deref(), Ok(text), "{row:?}"),
                None => assert_eq!(got.unwrap_err(), row[2].as_str().unwrap(), "{row:?}"),
            }
        }
    }

    #[test]
    fn what_depends_on_the_present_says_so() {
        let mut env = env();
        let present = call_in(&mut env, "now", &[]).unwrap();
        let Origin::Leaf(leaf) = env.trace.get(present.origin) else { panic!("{present:?}") };
        assert_eq!(env.trace.get_leaf(leaf), Some(&Leaf::Generated("now")));
        let shown = call_in(&mut env, "date", &[Value::str("2006-01-02 15:04"), present]).unwrap();
        assert_eq!(shown.as_text().unwrap().as_str(), "2023-11-14 22:13");
        let shown = call_in(&mut env, "date", &[Value::str("2006"), Value::nil()]).unwrap();
        let Origin::Leaf(leaf) = env.trace.get(shown.origin) else { panic!("{shown:?}") };
        assert_eq!(env.trace.get_leaf(leaf), Some(&Leaf::Generated("date")));
        assert_eq!(text("ago", &[Value::int(1_700_000_000 - 90)]), "1m30s");
        assert_eq!(
            text(
                "durationRound",
                &[call("toDate", &[Value::str("2006"), Value::str("2020")]).unwrap()]
            ),
            "3y"
        );
    }

    #[test]
    fn no_moment_is_too_far() {
        for seconds in [i64::MIN, i64::MIN / 2, -1, 0, i64::MAX / 2, i64::MAX] {
            for zone in ["UTC", "Europe/Berlin", "Asia/Kolkata"] {
                let args =
                    [Value::str("2006-01-02T15:04:05 MST"), Value::int(seconds), Value::str(zone)];
                assert!(!text("dateInZone", &args).is_empty());
            }
            let time = Time::unix(seconds);
            let far =
                time.add_date(i64::MAX, i64::MIN, i64::MAX).add(i64::MAX).rounded(i64::MAX, true);
            assert!(!format(&far, format::STRING).is_empty());
        }
        let error = message(call("mustDateModify", &[Value::str("1y"), host::value(Time::zero())]));
        assert_eq!(error, "time: unknown unit \"y\" in duration \"1y\"");
    }
}
