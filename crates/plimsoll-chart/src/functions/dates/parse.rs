//! Times read from text.

use super::layout::{Cut, Element, Offset, Width, cut};
use super::time::{MONTHS, Time, WEEKDAYS, days_in, is_leap};
use super::zone::Zone;

/// Reads a time as `time.ParseInLocation` does with the local zone.
///
/// The error is worded as Go words it.
pub(super) fn parse(layout: &str, text: &str) -> Result<Time, String> {
    let mut reader = Reader { rest: text.as_bytes(), ..Reader::default() };
    let mut layout_rest = layout.as_bytes();
    let cannot = |rest: &[u8], element: &[u8]| {
        let (text, layout) = (quote(text.as_bytes()), quote(layout.as_bytes()));
        let (rest, element) = (quote(rest), quote(element));
        format!("parsing time {text} as {layout}: cannot parse {rest} as {element}")
    };
    let because = |reason: &str| format!("parsing time {}: {reason}", quote(text.as_bytes()));
    loop {
        let Cut { before, element, after } = cut(layout_rest);
        reader.skip(before).map_err(|at| cannot(at, before))?;
        let Some((element, spelling)) = element else { break };
        let start = reader.rest;
        reader.take(element, after).map_err(|fault| match fault {
            Fault::Bad => cannot(start, spelling),
            Fault::Range(what) => because(&format!("{what} out of range")),
        })?;
        layout_rest = after;
    }
    if !reader.rest.is_empty() {
        return Err(because(&format!("extra text: {}", quote(reader.rest))));
    }
    reader.finish().map_err(because)
}

/// Why an element cannot be read.
enum Fault {
    Bad,
    Range(&'static str),
}

type Step = Result<(), Fault>;

/// What has been read so far.
#[derive(Default)]
struct Reader<'t> {
    rest: &'t [u8],
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanoseconds: i64,
    half: Option<Half>,
    utc: bool,
    offset: Option<i32>,
    zone_name: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

impl<'t> Reader<'t> {
    /// Passes the text between elements; spaces there match any number of spaces.
    fn skip(&mut self, mut prefix: &[u8]) -> Result<(), &'t [u8]> {
        while let Some(&byte) = prefix.first() {
            if byte == b' ' {
                if self.rest.first().is_some_and(|&b| b != b' ') {
                    return Err(self.rest);
                }
                prefix = without_spaces(prefix);
                self.rest = without_spaces(self.rest);
                continue;
            }
            if self.rest.first() != Some(&byte) {
                return Err(self.rest);
            }
            prefix = &prefix[1..];
            self.rest = &self.rest[1..];
        }
        Ok(())
    }

    fn take(&mut self, element: Element, layout_after: &[u8]) -> Step {
        match element {
            Element::ShortYear => {
                let year = integer(self.bytes(2)?)?;
                self.year = if year >= 69 { year + 1900 } else { year + 2000 };
            }
            Element::Year => {
                if !self.is_digit(0) {
                    return Err(Fault::Bad);
                }
                self.year = integer(self.bytes(4)?)?;
            }
            Element::MonthAbbreviation => self.month = Some(self.name(&MONTHS, Some(3))? + 1),
            Element::MonthName => self.month = Some(self.name(&MONTHS, None)? + 1),
            Element::Month(width) => {
                let month = self.number(width == Width::Zeros)?;
                self.month = Some(within(month, 1, 12, "month")?);
            }
            Element::WeekdayAbbreviation => drop(self.name(&WEEKDAYS, Some(3))?),
            Element::WeekdayName => drop(self.name(&WEEKDAYS, None)?),
            Element::Day(width) => {
                self.skip_space(width);
                self.day = Some(self.number(width == Width::Zeros)?);
            }
            Element::YearDay(width) => {
                self.skip_space(width);
                self.skip_space(width);
                self.year_day = Some(self.year_day_number(width == Width::Zeros)?);
            }
            Element::Hour => self.hour = within(self.number(false)?, 0, 23, "hour")?,
            Element::Hour12(width) => {
                self.hour = within(self.number(width == Width::Zeros)?, 0, 12, "hour")?;
            }
            Element::Minute(width) => {
                self.minute = within(self.number(width == Width::Zeros)?, 0, 59, "minute")?;
            }
            Element::Second(width) => {
                self.second = within(self.number(width == Width::Zeros)?, 0, 59, "second")?;
                self.unasked_fraction(layout_after)?;
            }
            Element::UpperHalf => self.half(*b"AM", *b"PM")?,
            Element::LowerHalf => self.half(*b"am", *b"pm")?,
            Element::Offset(style) => self.offset(style)?,
            Element::Abbreviation => self.abbreviation()?,
            Element::Fraction { digits, trim: false, .. } => self.fraction(digits)?,
            Element::Fraction { trim: true, .. } => {
                if self.at_fraction() {
                    self.fraction(self.digits_from(1))?;
                }
            }
        }
        Ok(())
    }

    fn bytes(&mut self, count: usize) -> Result<&'t [u8], Fault> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Fault::Bad)?;
        self.rest = rest;
        Ok(taken)
    }

    fn is_digit(&self, at: usize) -> bool {
        self.rest.get(at).is_some_and(u8::is_ascii_digit)
    }

    fn digits_from(&self, at: usize) -> usize {
        self.rest.iter().skip(at).take_while(|b| b.is_ascii_digit()).count()
    }

    fn skip_space(&mut self, width: Width) {
        if width == Width::Spaces && self.rest.first() == Some(&b' ') {
            self.rest = &self.rest[1..];
        }
    }

    /// One or two digits, or exactly two.
    fn number(&mut self, exact: bool) -> Result<i64, Fault> {
        let count = self.digits_from(0).min(2);
        if count == 0 || (exact && count < 2) {
            return Err(Fault::Bad);
        }
        integer(self.bytes(count)?)
    }

    /// One to three digits, or exactly three.
    fn year_day_number(&mut self, exact: bool) -> Result<i64, Fault> {
        let count = self.digits_from(0).min(3);
        if count == 0 || (exact && count < 3) {
            return Err(Fault::Bad);
        }
        integer(self.bytes(count)?)
    }

    /// The index of the name that the text starts with, in any case.
    fn name(&mut self, names: &[&str], length: Option<usize>) -> Result<i64, Fault> {
        for (index, name) in (0..).zip(names) {
            let name = &name.as_bytes()[..length.unwrap_or(name.len())];
            let cut = self.rest.split_at_checked(name.len());
            if let Some((_, rest)) = cut.filter(|(start, _)| start.eq_ignore_ascii_case(name)) {
                self.rest = rest;
                return Ok(index);
            }
        }
        Err(Fault::Bad)
    }

    fn half(&mut self, morning: [u8; 2], afternoon: [u8; 2]) -> Step {
        let text = self.bytes(2)?;
        self.half = if text == afternoon {
            Some(Half::Afternoon)
        } else if text == morning {
            // Go remembers both marks and asks for the afternoon first.
            self.half.or(Some(Half::Morning))
        } else {
            return Err(Fault::Bad);
        };
        Ok(())
    }

    fn at_fraction(&self) -> bool {
        matches!(self.rest.first(), Some(b'.' | b',')) && self.is_digit(1)
    }

    /// A fraction after the seconds that the layout does not show.
    fn unasked_fraction(&mut self, layout_after: &[u8]) -> Step {
        let next = cut(layout_after).element.map(|(element, _)| element);
        if !self.at_fraction() || matches!(next, Some(Element::Fraction { .. })) {
            return Ok(());
        }
        self.fraction(self.digits_from(1))
    }

    /// A separator and that many digits.
    fn fraction(&mut self, digits: usize) -> Step {
        let text = self.bytes(digits + 1)?;
        let (separator, digits) = text.split_first().ok_or(Fault::Bad)?;
        if !matches!(separator, b'.' | b',') {
            return Err(Fault::Bad);
        }
        let digits = &digits[..digits.len().min(9)];
        let value = integer(digits)?;
        if value < 0 {
            return Err(Fault::Range("fractional second"));
        }
        let scale = 9 - u32::try_from(digits.len()).unwrap_or(9);
        self.nanoseconds = value * 10_i64.pow(scale);
        Ok(())
    }

    fn offset(&mut self, style: Offset) -> Step {
        if style.z && self.rest.first() == Some(&b'Z') {
            self.rest = &self.rest[1..];
            self.utc = true;
            return Ok(());
        }
        let step = if style.colons { 3 } else { 2 };
        let parts = 1 + usize::from(style.minutes) + usize::from(style.seconds);
        let length = 3 + step * (parts - 1);
        let text = self.rest.get(..length).ok_or(Fault::Bad)?;
        if style.colons && (1..parts).any(|part| text[step * part] != b':') {
            return Err(Fault::Bad);
        }
        self.rest = &self.rest[length..];
        let part = |index: usize| {
            if index >= parts {
                return Ok(0);
            }
            let at = 1 + step * index;
            let digits = &text[at..at + 2];
            if digits.iter().all(u8::is_ascii_digit) { integer(digits) } else { Err(Fault::Bad) }
        };
        // Go checks the ranges of the numbers before it finds one that is none.
        let read = [part(0), part(1), part(2)];
        let names = ["time zone offset hour", "time zone offset minute", "time zone offset second"];
        for ((number, limit), name) in read.iter().zip([24, 60, 60]).zip(names) {
            match number {
                Ok(number) if *number > limit => return Err(Fault::Range(name)),
                Ok(_) => {}
                Err(_) => return Err(Fault::Bad),
            }
        }
        let [hours, minutes, seconds] = read.map(|number| number.unwrap_or(0));
        let size = i32::try_from((hours * 60 + minutes) * 60 + seconds).unwrap_or(0);
        self.offset = Some(match text[0] {
            b'+' => size,
            b'-' => -size,
            _ => return Err(Fault::Bad),
        });
        Ok(())
    }

    fn abbreviation(&mut self) -> Step {
        if let Some(rest) = self.rest.strip_prefix(b"UTC") {
            self.rest = rest;
            self.utc = true;
            return Ok(());
        }
        let length = abbreviation_length(self.rest).ok_or(Fault::Bad)?;
        let name = self.bytes(length)?;
        self.zone_name = Some(String::from_utf8_lossy(name).into_owned());
        Ok(())
    }

    fn finish(self) -> Result<Time, &'static str> {
        let hour = match self.half {
            Some(Half::Afternoon) if self.hour < 12 => self.hour + 12,
            Some(Half::Morning) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let (month, day) = self.month_and_day()?;
        if day < 1 || day > days_in(month, self.year) {
            return Err("day out of range");
        }
        let at = |zone: Zone| {
            let clock = [hour, self.minute, self.second];
            Time::from_civil([self.year, month, day], clock, self.nanoseconds, zone)
        };
        if self.utc {
            return Ok(at(Zone::Utc));
        }
        let name = self.zone_name.unwrap_or_default();
        if let Some(offset) = self.offset {
            // Go marks “no offset” with -1, so that offset cannot be told from none.
            let local = offset == 0 && (name.is_empty() || name == "UTC");
            if local {
                return Ok(at(Zone::Local));
            }
            if offset != -1 {
                return Ok(at(Zone::Fixed(name.into(), offset)));
            }
        }
        if name.is_empty() {
            return Ok(at(Zone::Local));
        }
        let hours = name.strip_prefix("GMT").and_then(|hours| hours.parse::<i32>().ok());
        let offset = hours.unwrap_or(0) * 3600;
        // The name says nothing reliable, so the clock is taken as that of UTC.
        let moment = at(Zone::Utc);
        Ok(moment.shown_in(Zone::Fixed(name.into(), offset)))
    }

    fn month_and_day(&self) -> Result<(i64, i64), &'static str> {
        let Some(year_day) = self.year_day else {
            return Ok((self.month.unwrap_or(1), self.day.unwrap_or(1)));
        };
        let length = if is_leap(self.year) { 366 } else { 365 };
        if !(1..=length).contains(&year_day) {
            return Err("day-of-year out of range");
        }
        let (mut month, mut day) = (1, year_day);
        while day > days_in(month, self.year) {
            day -= days_in(month, self.year);
            month += 1;
        }
        if self.month.is_some_and(|given| given != month) {
            return Err("day-of-year does not match month");
        }
        if self.day.is_some_and(|given| given != day) {
            return Err("day-of-year does not match day");
        }
        Ok((month, day))
    }
}

fn without_spaces(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|&&b| b == b' ').count();
    &text[spaces..]
}

/// A decimal number, with a sign as Go's parser of times allows.
fn integer(text: &[u8]) -> Result<i64, Fault> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        _ => (false, text),
    };
    let mut value = 0_i64;
    for &byte in digits {
        if !byte.is_ascii_digit() {
            return Err(Fault::Bad);
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Ok(if negative { -value } else { value })
}

fn within(number: i64, low: i64, high: i64, name: &'static str) -> Result<i64, Fault> {
    if (low..=high).contains(&number) { Ok(number) } else { Err(Fault::Range(name)) }
}

/// How long the abbreviation of a zone at the start of the text is, by Go's rules of thumb.
fn abbreviation_length(text: &[u8]) -> Option<usize> {
    if text.len() < 3 {
        return None;
    }
    if text.starts_with(b"ChST") || text.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(rest) = text.strip_prefix(b"GMT") {
        return Some(3 + signed_hours_length(rest).unwrap_or(0));
    }
    if matches!(text[0], b'+' | b'-') {
        return signed_hours_length(text);
    }
    let upper = text.iter().take(6).take_while(|b| b.is_ascii_uppercase()).count();
    match upper {
        3 => Some(3),
        4 if text[3] == b'T' || text.starts_with(b"WITA") => Some(4),
        5 if text[4] == b'T' => Some(5),
        _ => None,
    }
}

fn signed_hours_length(text: &[u8]) -> Option<usize> {
    let (sign, digits) = text.split_first()?;
    let count = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    let value = digits[..count].iter().fold(0_u32, |value, digit| {
        value.saturating_mul(10).saturating_add(u32::from(digit - b'0'))
    });
    (matches!(sign, b'+' | b'-') && count > 0 && value <= 23).then_some(count + 1)
}

/// Quotes a text as the `time` package does: what is not printable ASCII byte by byte.
pub(super) fn quote(text: &[u8]) -> String {
    let mut out = String::from('"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            b' '..=0x7f => out.push(char::from(byte)),
            _ => out.push_str(&format!(r"\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}
