//! Times as text.

use super::layout::{Cut, Element, Offset, Width, cut};
use super::time::{Civil, MONTHS, Time, WEEKDAYS};
use super::zone::Reading;

/// The layout of `Time.String`.
pub(super) const STRING: &str = "2006-01-02 15:04:05.999999999 -0700 MST";

/// The layout of times in JSON and YAML.
pub(super) const RFC3339_NANO: &str = "2006-01-02T15:04:05.999999999Z07:00";

/// Writes a time as `Time.Format` does.
pub(super) fn format(time: &Time, layout: &str) -> String {
    let (civil, reading) = (time.civil(), time.reading());
    let mut out = Vec::new();
    let mut rest = layout.as_bytes();
    loop {
        let Cut { before, element, after } = cut(rest);
        out.extend_from_slice(before);
        let Some((element, _)) = element else { break };
        push(&mut out, element, &civil, &reading, time.nanoseconds);
        rest = after;
    }
    // Elements are ASCII, so cutting them out of the layout leaves whole characters.
    String::from_utf8_lossy(&out).into_owned()
}

fn push(out: &mut Vec<u8>, element: Element, civil: &Civil, reading: &Reading, nanos: u32) {
    let text = match element {
        Element::ShortYear => format!("{:02}", civil.year.unsigned_abs() % 100),
        Element::Year => {
            let sign = if civil.year < 0 { "-" } else { "" };
            format!("{sign}{:04}", civil.year.unsigned_abs())
        }
        Element::MonthAbbreviation => month(civil)[..3].to_owned(),
        Element::MonthName => month(civil).to_owned(),
        Element::Month(width) => number(civil.month, width, 2),
        Element::WeekdayAbbreviation => weekday(civil)[..3].to_owned(),
        Element::WeekdayName => weekday(civil).to_owned(),
        Element::Day(width) => number(civil.day, width, 2),
        Element::YearDay(width) => number(civil.year_day, width, 3),
        Element::Hour => number(civil.hour, Width::Zeros, 2),
        Element::Hour12(width) => number((civil.hour + 11) % 12 + 1, width, 2),
        Element::Minute(width) => number(civil.minute, width, 2),
        Element::Second(width) => number(civil.second, width, 2),
        Element::UpperHalf => if civil.hour >= 12 { "PM" } else { "AM" }.to_owned(),
        Element::LowerHalf => if civil.hour >= 12 { "pm" } else { "am" }.to_owned(),
        Element::Offset(style) => offset(reading.offset, style),
        Element::Abbreviation if reading.name.is_empty() => {
            let plain = Offset { z: false, colons: false, minutes: true, seconds: false };
            offset(reading.offset, plain)
        }
        Element::Abbreviation => reading.name.clone(),
        Element::Fraction { digits, separator, trim } => {
            let all = format!("{nanos:09}");
            let shown = &all[..digits.min(all.len())];
            let shown = if trim { shown.trim_end_matches('0') } else { shown };
            if trim && shown.is_empty() {
                return;
            }
            format!("{}{shown}", char::from(separator))
        }
    };
    out.extend_from_slice(text.as_bytes());
}

fn month(civil: &Civil) -> &'static str {
    MONTHS[(civil.month as usize + 11) % 12]
}

fn weekday(civil: &Civil) -> &'static str {
    WEEKDAYS[civil.weekday as usize % 7]
}

fn number(number: u32, width: Width, digits: usize) -> String {
    match width {
        Width::Bare => number.to_string(),
        Width::Zeros => format!("{number:0digits$}"),
        Width::Spaces => format!("{number:digits$}"),
    }
}

fn offset(offset: i32, style: Offset) -> String {
    if style.z && offset == 0 {
        return "Z".to_owned();
    }
    let minutes = offset / 60;
    let size = minutes.unsigned_abs();
    // Go takes the sign from the whole minutes, so less than one of them counts as not negative.
    let (sign, seconds) = if minutes < 0 { ('-', -offset % 60) } else { ('+', offset % 60) };
    let colon = if style.colons { ":" } else { "" };
    let mut text = format!("{sign}{:02}", size / 60);
    if style.minutes {
        text.push_str(&format!("{colon}{:02}", size % 60));
    }
    if style.seconds {
        text.push_str(&format!("{colon}{seconds:02}"));
    }
    text
}
