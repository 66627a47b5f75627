//! Moments, shown in a zone.

use super::zone::{Reading, Zone};

/// Go's `time.Time`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Time {
    /// Seconds after 1970-01-01 00:00:00 UTC.
    pub(super) seconds: i64,
    /// Nanoseconds within the second, below 1e9.
    pub(super) nanoseconds: u32,
    pub(super) zone: Zone,
}

/// A moment in the calendar of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: u32,
    /// From 1.
    pub(super) day: u32,
    /// The day of the year, from 1.
    pub(super) year_day: u32,
    /// From 0 for Sunday.
    pub(super) weekday: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
}

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const SECONDS_OF_DAY: i64 = 86_400;
const NANOS: i128 = 1_000_000_000;
/// Seconds from 0001-01-01 to 1970-01-01.
const TO_EPOCH: i64 = 62_135_596_800;

impl Time {
    pub(super) const fn unix(seconds: i64) -> Self {
        Self { seconds, nanoseconds: 0, zone: Zone::Local }
    }

    /// The first moment of year 1: Go's zero time.
    pub(super) const fn zero() -> Self {
        Self { seconds: -TO_EPOCH, nanoseconds: 0, zone: Zone::Utc }
    }

    pub(super) fn shown_in(&self, zone: Zone) -> Self {
        Self { zone, ..self.clone() }
    }

    pub(super) fn reading(&self) -> Reading {
        self.zone.at(self.seconds)
    }

    pub(super) fn civil(&self) -> Civil {
        let local = self.seconds.saturating_add(i64::from(self.reading().offset));
        let days = local.div_euclid(SECONDS_OF_DAY);
        let second = small(local.rem_euclid(SECONDS_OF_DAY));
        let (year, month, day) = date_of(days);
        Civil {
            year,
            month,
            day,
            year_day: small(days - days_before(year, 1, 1)) + 1,
            weekday: small((days + 4).rem_euclid(7)),
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
        }
    }

    /// The moment that a clock in `zone` shows as these numbers; they may exceed their ranges.
    pub(super) fn from_civil(date: [i64; 3], clock: [i64; 3], nanos: i64, zone: Zone) -> Self {
        let days = days_before(date[0], date[1], date[2]);
        let local = days
            .saturating_mul(SECONDS_OF_DAY)
            .saturating_add(clock[0] * 3600 + clock[1] * 60 + clock[2])
            .saturating_add(nanos.div_euclid(1_000_000_000));
        // The offset depends on the moment, which depends on the offset: try both neighbours.
        let first = zone.at(local).offset;
        let guess = local.saturating_sub(i64::from(first));
        let second = zone.at(guess).offset;
        let seconds = local.saturating_sub(i64::from(second));
        Self { seconds, nanoseconds: small(nanos.rem_euclid(1_000_000_000)), zone }
    }

    /// Nanoseconds after the zero time.
    fn total(&self) -> i128 {
        (i128::from(self.seconds) + i128::from(TO_EPOCH)) * NANOS + i128::from(self.nanoseconds)
    }

    fn at_total(&self, total: i128) -> Self {
        let seconds = total.div_euclid(NANOS) - i128::from(TO_EPOCH);
        Self {
            seconds: i64::try_from(seconds).unwrap_or(if seconds < 0 {
                i64::MIN
            } else {
                i64::MAX
            }),
            nanoseconds: u32::try_from(total.rem_euclid(NANOS)).unwrap_or(0),
            zone: self.zone.clone(),
        }
    }

    /// The time `nanoseconds` later.
    pub(super) fn add(&self, nanoseconds: i64) -> Self {
        self.at_total(self.total() + i128::from(nanoseconds))
    }

    /// Nanoseconds since `other`, as far as 64 bits reach.
    pub(super) fn since(&self, other: &Self) -> i64 {
        let difference = self.total() - other.total();
        i64::try_from(difference).unwrap_or(if difference < 0 { i64::MIN } else { i64::MAX })
    }

    /// Rounds down to a multiple of a duration since the zero time, or to the nearest.
    pub(super) fn rounded(&self, duration: i64, nearest: bool) -> Self {
        if duration <= 0 {
            return self.clone();
        }
        let (total, step) = (self.total(), i128::from(duration));
        let rest = total.rem_euclid(step);
        let up = nearest && rest + rest >= step;
        self.at_total(total - rest + if up { step } else { 0 })
    }

    /// The same time of another day.
    pub(super) fn add_date(&self, years: i64, months: i64, days: i64) -> Self {
        let civil = self.civil();
        Self::from_civil(
            [
                civil.year.saturating_add(years),
                i64::from(civil.month).saturating_add(months),
                i64::from(civil.day).saturating_add(days),
            ],
            [civil.hour, civil.minute, civil.second].map(i64::from),
            i64::from(self.nanoseconds),
            self.zone.clone(),
        )
    }

    /// The order of the moments, whatever their zones.
    pub(super) fn compare(&self, other: &Self) -> std::cmp::Ordering {
        self.total().cmp(&other.total())
    }
}

pub(super) const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The days of a month; 0 for what is no month.
pub(super) fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; numbers may exceed their ranges.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    // A bound far beyond any calendar keeps the arithmetic within 64 bits.
    const REACH: i64 = 1 << 40;
    let month = month.clamp(-REACH, REACH) - 1;
    let year = year.clamp(-REACH, REACH) + month.div_euclid(12);
    let month = month.rem_euclid(12) + 1;
    // Counting years from March puts the leap day at a year's end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
        + day.clamp(-REACH, REACH)
        - 1
}

/// The date of a count of days since 1970-01-01.
fn date_of(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), small(month), small(day))
}

/// Narrows a number that is known to be small and not negative.
fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
