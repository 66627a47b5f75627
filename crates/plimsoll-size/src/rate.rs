//! Rates of networks and storage.

use std::fmt;
use std::str::FromStr;

use crate::{Error, ErrorKind};

/// Bytes a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate(pub u64);

/// Units and how many bytes a second they are, a thousandth of it: bits are eighths.
const UNITS: &[(&str, f64)] = &[
    ("kbit/s", 125.0),
    ("Mbit/s", 125e3),
    ("Gbit/s", 125e6),
    ("kbps", 125.0),
    ("Mbps", 125e3),
    ("Gbps", 125e6),
    ("kB/s", 1e3),
    ("MB/s", 1e6),
    ("GB/s", 1e9),
    ("KiB/s", 1024.0),
    ("MiB/s", 1_048_576.0),
    ("GiB/s", 1_073_741_824.0),
];

impl FromStr for Rate {
    type Err = Error;

    /// Reads a number with a unit, such as `1Gbit/s` or `500 MB/s`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::new(
                ErrorKind::Setting,
                format!("{text:?} is no rate; 1Gbit/s, 100Mbit/s and 500MB/s are"),
            )
        };
        let unit = UNITS.iter().find(|(unit, _)| text.ends_with(unit));
        let (unit, bytes) = unit.ok_or_else(wrong)?;
        let number: f64 = text[..text.len() - unit.len()].trim().parse().map_err(|_| wrong())?;
        let rate = number * bytes;
        if !(1.0..1e15).contains(&rate) {
            return Err(wrong());
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked"
        )]
        Ok(Self(rate as u64))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
        let rate = self.0 as f64;
        match rate {
            rate if rate >= 1e9 => write!(f, "{:.1} GB/s", rate / 1e9),
            rate if rate >= 1e6 => write!(f, "{:.0} MB/s", rate / 1e6),
            rate => write!(f, "{:.0} kB/s", rate / 1e3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_units() {
        for (text, bytes) in [
            ("1Gbit/s", 125_000_000),
            ("100 Mbit/s", 12_500_000),
            ("2.5Gbps", 312_500_000),
            ("500MB/s", 500_000_000),
            ("1GiB/s", 1 << 30),
        ] {
            assert_eq!(text.parse::<Rate>().unwrap(), Rate(bytes), "{text}");
        }
        for text in ["", "1", "Gbit/s", "-1Gbit/s", "0MB/s", "1e30GB/s", "NaNMB/s", "1 parsec"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
        assert_eq!(Rate(125_000_000).to_string(), "125 MB/s");
    }
}
