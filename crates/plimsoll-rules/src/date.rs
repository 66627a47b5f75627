//! Calendar days, as far as an end date of a suppression needs them.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar; days compare in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Returns the day, or nothing where the calendar has no such day.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (year > 0 && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }

    /// Returns the day that lies `days` after 1970-01-01; nothing outside the years 1 to 65535.
    ///
    /// The arithmetic counts in eras of 400 years that begin in March (Hinnant,
    /// “chrono-Compatible Low-Level Date Algorithms”, 2013).
    #[must_use]
    pub fn from_unix_days(days: i64) -> Option<Self> {
        let days = days.checked_add(719_468)?;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era =
            (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096).div_euclid(365);
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Says that a text is not a day written as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateError;

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a day is written YYYY-MM-DD")
    }
}

impl std::error::Error for DateError {}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        fn number<T: FromStr>(text: &str, digits: usize) -> Result<T, DateError> {
            if text.len() != digits || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(DateError);
            }
            text.parse().map_err(|_| DateError)
        }
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().ok_or(DateError);
        let (year, month, day) = (next()?, next()?, next()?);
        Self::new(number(year, 4)?, number(month, 2)?, number(day, 2)?).ok_or(DateError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_read() {
        for good in ["2026-01-31", "2024-02-29", "2000-02-29", "0001-12-01"] {
            assert_eq!(good.parse::<Date>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "2026",
            "2026-1-1",
            "2026-02-30",
            "2025-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "0000-01-01",
            "2026-01-01x",
            "+026-01-01",
            "2026/01/01",
        ] {
            assert_eq!(bad.parse::<Date>(), Err(DateError), "{bad}");
        }
    }

    #[test]
    fn days_compare_in_the_order_of_time() {
        let days = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01"];
        assert!(days.map(|day| day.parse::<Date>().unwrap()).is_sorted());
    }

    #[test]
    fn days_count_from_1970() {
        for (days, day) in
            [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_781, "2026-11-24")]
        {
            assert_eq!(Date::from_unix_days(days), day.parse().ok(), "{day}");
        }
        assert_eq!(Date::from_unix_days(-719_529), None);
    }
}
