//! Which texts go-yaml takes for timestamps.
//!
//! It tries four layouts of Go's `time.Parse`, which is laxer than RFC 3339: months, days and
//! times may have one digit, and seconds any number of decimals after a dot or a comma.

/// Tells whether go-yaml v2.4.3 resolves the text to a timestamp.
pub(crate) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let year_len = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if year_len != 4 || bytes.get(4) != Some(&b'-') {
        return false;
    }
    let year = bytes[..4].iter().fold(0, |year, digit| year * 10 + u32::from(digit - b'0'));
    let mut rest = Rest(&bytes[5..]);
    let Some(month) = rest.number(12) else { return false };
    if !rest.skip(b'-') {
        return false;
    }
    let Some(day) = rest.number(31) else { return false };
    if month == 0 || day == 0 || day > days_in(month, year) {
        return false;
    }
    match rest.0.first() {
        None => true,
        Some(b'T' | b't') => {
            rest.0 = &rest.0[1..];
            rest.clock() && rest.zone() && rest.0.is_empty()
        }
        Some(b' ') => {
            while rest.skip(b' ') {}
            rest.clock() && rest.0.is_empty()
        }
        Some(_) => false,
    }
}

/// What is left to read.
struct Rest<'t>(&'t [u8]);

impl Rest<'_> {
    fn skip(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    /// Reads a number of one or two digits, at most `max`.
    fn number(&mut self, max: u32) -> Option<u32> {
        let len = self.0.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at(len);
        self.0 = rest;
        let value = digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
        (len > 0 && value <= max).then_some(value)
    }

    /// Reads hours, minutes, seconds and decimals.
    fn clock(&mut self) -> bool {
        let read = self.number(23).is_some()
            && self.skip(b':')
            && self.number(59).is_some()
            && self.skip(b':')
            && self.number(59).is_some();
        if read && matches!(self.0, [b'.' | b',', b'0'..=b'9', ..]) {
            let decimals = self.0[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            self.0 = &self.0[1 + decimals..];
        }
        read
    }

    /// Reads `Z` or an offset such as `+01:00`, which Go allows up to 24:60.
    fn zone(&mut self) -> bool {
        if self.skip(b'Z') {
            return true;
        }
        let [b'+' | b'-', h1, h2, b':', m1, m2, rest @ ..] = self.0 else { return false };
        self.0 = rest;
        [h1, h2, m1, m2].iter().all(|digit| digit.is_ascii_digit())
            && (*h1, *h2) <= (b'2', b'4')
            && (*m1, *m2) <= (b'6', b'0')
    }
}

const fn days_in(month: u32, year: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_what_go_takes_for_them() {
        for text in [
            "2001-12-14",
            "2001-1-2",
            "2001-01-01T0:0:0Z",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14 21:59:43.1",
            "2001-12-14   1:2:3,456",
            "2024-02-29",
            "2001-01-01T00:00:00+24:60",
            "0000-1-1",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
        for text in [
            "2001-13-01",
            "2001-00-01",
            "2001-02-30",
            "2001-1-1T",
            "2001-1-1 1:2",
            "2001-1-1 ",
            "2001-01-01T00:00:00",
            "2001-01-01T00:00:00z",
            "2001-01-01 00:00:00Z",
            "2001-01-01T24:00:00Z",
            "2001-01-01T00:00:00+25:00",
            "2001-01-011",
            "20010-01-01",
            "201-01-01",
        ] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
