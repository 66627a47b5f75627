//! Decimal numbers of any size, for arithmetic that must not show binary fractions.

use num_bigint::{BigInt, Sign};

/// How many decimal places a quotient keeps (shopspring/decimal 1.4.0 `DivisionPrecision`).
const DIVISION_PLACES: i64 = 16;

/// `digits * 10^exponent`
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    digits: BigInt,
    exponent: i64,
}

impl Decimal {
    /// The shortest decimal number that reads back as `value`; none for infinities and NaN.
    pub(super) fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e')?;
        let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let digits: BigInt = mantissa.replace('.', "").parse().ok()?;
        let exponent = exponent.parse::<i64>().ok()? - i64::try_from(places).ok()?;
        Some(if digits.sign() == Sign::NoSign {
            Self { digits, exponent: 0 }
        } else {
            Self { digits, exponent }
        })
    }

    pub(super) fn add(&self, other: &Self) -> Self {
        let (a, b, exponent) = self.aligned(other);
        Self { digits: a + b, exponent }
    }

    pub(super) fn sub(&self, other: &Self) -> Self {
        let (a, b, exponent) = self.aligned(other);
        Self { digits: a - b, exponent }
    }

    pub(super) fn mul(&self, other: &Self) -> Self {
        Self { digits: &self.digits * &other.digits, exponent: self.exponent + other.exponent }
    }

    /// The quotient rounded half away from zero; none when dividing by zero.
    pub(super) fn div(&self, other: &Self) -> Option<Self> {
        if other.digits.sign() == Sign::NoSign {
            return None;
        }
        let shift = self.exponent - other.exponent + DIVISION_PLACES;
        let (numerator, denominator) = if shift >= 0 {
            (&self.digits * power(shift), other.digits.clone())
        } else {
            (self.digits.clone(), &other.digits * power(-shift))
        };
        let mut quotient = &numerator / &denominator;
        let rest = (&numerator % &denominator).magnitude() * 2_u32;
        if rest >= *denominator.magnitude() {
            let up = if numerator.sign() == denominator.sign() { 1 } else { -1 };
            quotient += up;
        }
        Some(Self { digits: quotient, exponent: -DIVISION_PLACES })
    }

    /// The nearest float; infinity when there is none.
    pub(super) fn to_f64(&self) -> f64 {
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(f64::NAN)
    }

    fn aligned(&self, other: &Self) -> (BigInt, BigInt, i64) {
        let exponent = self.exponent.min(other.exponent);
        (
            &self.digits * power(self.exponent - exponent),
            &other.digits * power(other.exponent - exponent),
            exponent,
        )
    }
}

fn power(exponent: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or(0))
}
