//! A number of bytes.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::Serialize;

/// A number of bytes; sums stay at the largest number rather than wrap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Bytes(pub u64);

const KIB: f64 = 1024.0;

impl Bytes {
    /// One binary megabyte.
    pub const MIB: Self = Self(1 << 20);
    /// One binary gigabyte.
    pub const GIB: Self = Self(1 << 30);

    /// Returns `mib` binary megabytes.
    #[must_use]
    pub const fn mib(mib: u64) -> Self {
        Self(mib.saturating_mul(1 << 20))
    }

    /// Returns `gib` binary gigabytes, which may be a fraction.
    #[must_use]
    pub fn gib(gib: f64) -> Self {
        Self::rounded(gib * KIB * KIB * KIB)
    }

    /// Returns a product that was computed where it cannot wrap.
    #[must_use]
    pub fn wide(bytes: u128) -> Self {
        Self(u64::try_from(bytes).unwrap_or(u64::MAX))
    }

    /// Returns the nearest whole number of bytes; nothing below zero.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast from a float keeps to the range of the target"
    )]
    pub fn rounded(bytes: f64) -> Self {
        Self(bytes.round() as u64)
    }

    /// Returns the number in binary megabytes.
    #[must_use]
    pub fn in_mib(self) -> f64 {
        self.in_f64() / KIB / KIB
    }

    /// Returns the number in binary gigabytes.
    #[must_use]
    pub fn in_gib(self) -> f64 {
        self.in_mib() / KIB
    }

    /// Returns the number as a float, which is exact up to 8 PiB.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "figures beyond 8 PiB need no last digit")]
    pub const fn in_f64(self) -> f64 {
        self.0 as f64
    }

    /// Returns `self` times a factor.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self::rounded(self.in_f64() * factor)
    }

    /// Returns what is left after `other`, or nothing.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Returns the whole number of binary gigabytes that hold it.
    #[must_use]
    pub const fn ceil_gib(self) -> u64 {
        self.0.div_ceil(1 << 30)
    }

    /// Returns the whole number of binary megabytes that hold it.
    #[must_use]
    pub const fn ceil_mib(self) -> u64 {
        self.0.div_ceil(1 << 20)
    }
}

impl Add for Bytes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Bytes {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(each: I) -> Self {
        each.fold(Self(0), Add::add)
    }
}

/// Writes it with the unit in which it has between one and four digits.
impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if self.0 >= 10 << 30 {
            format!("{:.1} GiB", self.in_gib())
        } else if self.0 >= 1 << 30 {
            format!("{:.2} GiB", self.in_gib())
        } else if self.0 >= 1 << 20 {
            format!("{:.0} MiB", self.in_mib())
        } else if self.0 >= 1 << 10 {
            format!("{} KiB", self.0 >> 10)
        } else {
            format!("{} B", self.0)
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well_and_never_wrap() {
        for (bytes, text) in [
            (0, "0 B"),
            (2048, "2 KiB"),
            (300 << 20, "300 MiB"),
            (4_912_898_304, "4.58 GiB"),
            (400 << 30, "400.0 GiB"),
        ] {
            assert_eq!(Bytes(bytes).to_string(), text);
        }
        assert_eq!(Bytes(u64::MAX) + Bytes(1), Bytes(u64::MAX));
        assert_eq!(Bytes::wide(u128::MAX), Bytes(u64::MAX));
        assert_eq!(Bytes::rounded(-1.0), Bytes(0));
        assert_eq!(Bytes((1 << 30) + 1).ceil_gib(), 2);
    }
}
