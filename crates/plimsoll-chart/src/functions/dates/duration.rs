//! Lengths of time.

use super::parse::quote;

/// Nanoseconds of each unit.
const UNITS: &[(&str, u64)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60 * 1_000_000_000),
    ("h", 3600 * 1_000_000_000),
];

/// The largest size of a duration, that of the smallest one.
const LIMIT: u64 = 1 << 63;

/// Reads a text such as `-1h30m` into nanoseconds as `time.ParseDuration` does.
///
/// The error is worded as Go words it.
pub(super) fn parse_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quote(text.as_bytes()));
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0_u64;
    while !rest.is_empty() {
        let (whole, after_whole) = digits(rest);
        let (fraction, after) = match after_whole.strip_prefix('.') {
            Some(after) => digits(after),
            None => ("", after_whole),
        };
        let number = if whole.is_empty() { Ok(0) } else { whole.parse::<u64>() };
        let number = number.ok().filter(|&number| number <= LIMIT).ok_or_else(invalid)?;
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let end = after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len());
        let (name, next) = after.split_at(end);
        if name.is_empty() {
            return Err(format!("time: missing unit in duration {}", quote(text.as_bytes())));
        }
        let Some(&(_, unit)) = UNITS.iter().find(|(unit, _)| *unit == name) else {
            let (unit, quoted) = (quote(name.as_bytes()), quote(text.as_bytes()));
            return Err(format!("time: unknown unit {unit} in duration {quoted}"));
        };
        let part = number.checked_mul(unit).filter(|&n| n <= LIMIT).ok_or_else(invalid)?;
        let part = part + scaled_fraction(fraction, unit);
        total = total.checked_add(part).filter(|&n| n <= LIMIT).ok_or_else(invalid)?;
        rest = next;
    }
    if negative {
        return Ok(0_i64.wrapping_sub_unsigned(total));
    }
    i64::try_from(total).map_err(|_| invalid())
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// The fraction of a unit, computed in floating point as Go does.
fn scaled_fraction(digits: &str, unit: u64) -> u64 {
    let (mut value, mut scale) = (0_u64, 1.0_f64);
    for digit in digits.bytes() {
        // Digits beyond 63 bits are dropped.
        if value > (LIMIT - 1) / 10 {
            break;
        }
        let next = value * 10 + u64::from(digit - b'0');
        if next > LIMIT {
            break;
        }
        value = next;
        scale *= 10.0;
    }
    (value as f64 * (unit as f64 / scale)) as u64
}

/// Rounds a duration to whole seconds, halves away from zero.
pub(super) fn whole_seconds(nanoseconds: i64) -> i64 {
    const SECOND: i64 = 1_000_000_000;
    let rest = nanoseconds % SECOND;
    let down = nanoseconds - rest;
    if rest.abs() * 2 < SECOND {
        down
    } else {
        // Go gives the bounds where the rounded duration would exceed them.
        down.saturating_add(SECOND * rest.signum())
    }
}

/// Writes the largest unit of a duration alone, as sprig's `durationRound` does.
pub(super) fn largest_unit(nanoseconds: i64) -> String {
    const HOUR: u64 = 3600 * 1_000_000_000;
    const SIZES: [(u64, &str); 6] = [
        (HOUR * 24 * 365, "y"),
        (HOUR * 24 * 30, "mo"),
        (HOUR * 24, "d"),
        (HOUR, "h"),
        (HOUR / 60, "m"),
        (HOUR / 3600, "s"),
    ];
    let size = nanoseconds.unsigned_abs();
    match SIZES.iter().find(|(unit, _)| size > *unit) {
        Some((unit, name)) => format!("{}{name}", size / unit),
        None => "0s".to_owned(),
    }
}
