//! Kubernetes quantities.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// How a quantity is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Powers of 1024: `Ki`, `Mi`, ….
    Binary,
    /// Powers of 1000: `m`, `k`, `M`, ….
    Decimal,
    /// Scientific: `1e3`.
    Exponent,
}

/// An amount, such as `500m` or `16Gi`, exact to a thousand-millionth.
///
/// Equality and order compare the amount alone, not how it is written. Displayed, it takes
/// Kubernetes' canonical form: no fraction, the largest suffix that allows that.
///
/// Source: k8s.io/apimachinery, pkg/api/resource/quantity.go, v0.36.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    /// The amount in thousand-millionths of the unit.
    pub nano: i128,
    /// How it was written.
    pub style: Style,
}

/// Says why a text is not a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuantityError(pub &'static str);

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for QuantityError {}

const NANO: i128 = 1_000_000_000;

/// Larger amounts are cut down to this, as Kubernetes does.
const LARGEST: i128 = 9_223_372_036_854_775_807 * NANO;

/// Suffixes of powers of 1000, from the thousand-millionth up.
const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

/// Suffixes of powers of 1024.
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

impl Quantity {
    /// Returns a whole amount in plain units.
    #[must_use]
    pub const fn whole(units: i64) -> Self {
        Self { nano: units as i128 * NANO, style: Style::Decimal }
    }

    /// Returns an amount of bytes, written with powers of 1024.
    #[must_use]
    pub const fn bytes(bytes: i64) -> Self {
        Self { nano: bytes as i128 * NANO, style: Style::Binary }
    }

    /// Returns the amount in whole units, rounded away from zero, as Kubernetes rounds.
    #[must_use]
    pub fn units(self) -> i64 {
        i64::try_from(divide_away(self.nano, NANO)).unwrap_or(i64::MAX)
    }

    /// Returns the amount in thousandths, rounded away from zero.
    #[must_use]
    pub fn millis(self) -> i128 {
        divide_away(self.nano, NANO / 1000)
    }

    /// Tells whether the amount is a whole number of units.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.nano % NANO == 0
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nano == other.nano
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nano.cmp(&other.nano)
    }
}

impl Hash for Quantity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.nano.hash(state);
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits_binary = self.is_whole() && self.nano.abs() >= 1024 * NANO;
        if self.style == Style::Binary && fits_binary {
            let (amount, power) = reduce(self.nano / NANO, 1024, BINARY.len() - 1);
            return write!(f, "{amount}{}", BINARY[power]);
        }
        if self.nano == 0 {
            return f.write_str("0");
        }
        let (amount, power) = reduce(self.nano, 1000, DECIMAL.len() - 1);
        match (self.style, power) {
            (Style::Exponent, 3) => write!(f, "{amount}"),
            (Style::Exponent, 0..=2) => write!(f, "{amount}e-{}", 9 - 3 * power),
            (Style::Exponent, _) => write!(f, "{amount}e{}", 3 * power - 9),
            _ => write!(f, "{amount}{}", DECIMAL[power]),
        }
    }
}

impl FromStr for Quantity {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, suffix) = unsigned.split_at(end.unwrap_or(unsigned.len()));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if fraction.contains('.') {
            return Err(QuantityError("the number has two decimal points"));
        }
        if whole.is_empty() && fraction.is_empty() {
            return Err(QuantityError("there is no number"));
        }
        let scale = Scale::parse(suffix)?;
        let amount = scale.apply(whole, fraction).min(LARGEST);
        Ok(Self { nano: if negative { -amount } else { amount }, style: scale.style })
    }
}

/// What a suffix multiplies with: 10 to the power of `ten`, 1024 to the power of `binary`.
struct Scale {
    ten: i32,
    binary: u32,
    style: Style,
}

impl Scale {
    fn parse(suffix: &str) -> Result<Self, QuantityError> {
        let position = |list: &[&str]| list.iter().position(|own| *own == suffix);
        if let Some(power) = position(&DECIMAL) {
            let ten = 3 * i32::try_from(power).unwrap_or(0) - 9;
            return Ok(Self { ten, binary: 0, style: Style::Decimal });
        }
        if let Some(power) = position(&BINARY) {
            let binary = u32::try_from(power).unwrap_or(0);
            return Ok(Self { ten: 0, binary, style: Style::Binary });
        }
        let exponent = suffix.strip_prefix(['e', 'E']).ok_or(QuantityError("unknown suffix"))?;
        let ten = exponent.parse().map_err(|_| QuantityError("unknown suffix"))?;
        Ok(Self { ten, binary: 0, style: Style::Exponent })
    }

    /// Returns the amount in thousand-millionths, rounded up; more digits than an amount below
    /// [`LARGEST`] can need are rounded too.
    fn apply(&self, whole: &str, fraction: &str) -> i128 {
        let kept = if self.binary > 0 { 19 } else { 28 };
        let mut significand: i128 = 0;
        let mut digits = 0;
        let mut exponent = self.ten.saturating_add(9);
        let mut is_rounded = false;
        let digit_values =
            whole.bytes().map(|b| (b, false)).chain(fraction.bytes().map(|b| (b, true)));
        for (byte, is_fraction) in digit_values {
            let digit = i128::from(byte - b'0');
            if digits < kept {
                significand = significand * 10 + digit;
                digits += i32::from(significand != 0);
                exponent = exponent.saturating_sub(i32::from(is_fraction));
            } else {
                is_rounded |= digit != 0;
                exponent = exponent.saturating_add(i32::from(!is_fraction));
            }
        }
        if significand == 0 {
            return 0;
        }
        let scaled = significand * 1024_i128.pow(self.binary);
        let power = 10_i128.checked_pow(exponent.unsigned_abs());
        match (power, exponent >= 0) {
            (Some(power), true) => {
                scaled.checked_mul(power).map_or(LARGEST, |nano| nano + i128::from(is_rounded))
            }
            (Some(power), false) => scaled / power + i128::from(is_rounded || scaled % power != 0),
            (None, true) => LARGEST,
            (None, false) => 1,
        }
    }
}

const fn divide_away(amount: i128, by: i128) -> i128 {
    amount / by + if amount % by == 0 { 0 } else { amount.signum() }
}

fn reduce(mut amount: i128, base: i128, most: usize) -> (i128, usize) {
    let mut power = 0;
    while amount != 0 && amount % base == 0 && power < most {
        amount /= base;
        power += 1;
    }
    (amount, power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    #[test]
    fn amounts_are_exact_and_shown_in_canonical_form() {
        for (text, nano, shown) in [
            ("0", 0, "0"),
            ("0Gi", 0, "0"),
            ("1", NANO, "1"),
            ("1.5", 1_500_000_000, "1500m"),
            ("500m", 500_000_000, "500m"),
            ("0.5", 500_000_000, "500m"),
            ("1000m", NANO, "1"),
            ("100000", 100_000 * NANO, "100k"),
            ("1Ki", 1024 * NANO, "1Ki"),
            ("16Gi", 16 * 1024 * 1024 * 1024 * NANO, "16Gi"),
            ("1.5Gi", 1536 * 1024 * 1024 * NANO, "1536Mi"),
            ("0.5Ki", 512 * NANO, "512"),
            ("4096Mi", 4096 * 1024 * 1024 * NANO, "4Gi"),
            ("1e3", 1000 * NANO, "1e3"),
            ("1E3", 1000 * NANO, "1e3"),
            ("12e-1", 1_200_000_000, "1200e-3"),
            ("1E", 1_000_000_000_000_000_000 * NANO, "1E"),
            ("-2", -2 * NANO, "-2"),
            ("+.5", 500_000_000, "500m"),
            ("5.", 5 * NANO, "5"),
            ("1u", 1000, "1u"),
            ("0.1n", 1, "1n"),
            ("00012", 12 * NANO, "12"),
        ] {
            let quantity = parse(text);
            assert_eq!(quantity.nano, nano, "{text}");
            assert_eq!(quantity.to_string(), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in ["", "Gi", ".", "1.2.3", "1gb", "1GB", "1 Gi", "1e", "e3", "--1", "1K", "0x10"]
        {
            assert!(text.parse::<Quantity>().is_err(), "{text}");
        }
    }

    #[test]
    fn huge_and_tiny_texts_neither_panic_nor_overflow() {
        let nines = "9".repeat(400);
        for text in [
            nines.clone(),
            format!("{nines}Ei"),
            format!("0.{nines}Ei"),
            "1e999999999".to_owned(),
            "1e-999999999".to_owned(),
            "9223372036854775808Ei".to_owned(),
        ] {
            let quantity = parse(&text);
            assert!(quantity.nano > 0 && quantity.nano <= LARGEST, "{text}");
            assert!(!quantity.to_string().is_empty());
        }
        assert!("1e99999999999".parse::<Quantity>().is_err());
        assert_eq!(parse(&nines).units(), i64::MAX);
    }

    #[test]
    fn units_round_away_from_zero() {
        assert_eq!(parse("1500m").units(), 2);
        assert_eq!(parse("-1500m").units(), -2);
        assert_eq!(parse("0.1").millis(), 100);
        assert!(parse("2").is_whole() && !parse("0.5").is_whole());
        assert_eq!(parse("1024Mi"), parse("1Gi"));
        assert!(parse("1Gi") > parse("1G"));
        assert_eq!(Quantity::bytes(3 << 30).to_string(), "3Gi");
        assert_eq!(Quantity::whole(-7).units(), -7);
    }
}
