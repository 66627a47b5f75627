//! Floats printed as Go prints them.
//!
//! Rust and Go agree on the shortest digits that read back as the same number; they differ in when
//! an exponent is used and how it is written.

/// Returns the float as Go's `%v` and `strconv.FormatFloat(f, 'g', -1, 64)` print it.
///
/// Numbers below 1e-4 and from 1e6 on are written with an exponent of at least two digits:
/// `1e-05`, `1.2345678e+07`.
#[must_use]
pub fn format_g(float: f64) -> String {
    special(float).map_or_else(|| from_scientific(&shortest(float), -4, 6), str::to_owned)
}

/// Returns the float as `strconv.FormatFloat(f, 'g', -1, 32)` prints it: rounded to 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "rounding to 32 bits is the purpose")]
pub(crate) fn format_g32(float: f64) -> String {
    let float = float as f32;
    let wide = f64::from(float);
    special(wide).map_or_else(
        || {
            // Of the powers of two, Go rounds one to even, and for 32 bits misses it.
            let power = float.to_bits().trailing_zeros() >= f32::MANTISSA_DIGITS - 1;
            let text =
                even_tie(format!("{float:e}"), wide, |text| !power && text.parse() == Ok(float));
            from_scientific(&text, -4, 6)
        },
        str::to_owned,
    )
}

/// Returns the float as Go's `encoding/json` prints it; nothing where the number is not finite,
/// which JSON cannot hold.
///
/// Numbers below 1e-6 and from 1e21 on are written with an exponent: `1e+21`, `1e-7`.
#[must_use]
pub fn format_json(float: f64) -> Option<String> {
    if !float.is_finite() {
        return None;
    }
    let text = from_scientific(&shortest(float), -6, 21);
    // Go writes two digits of exponent and json then removes the zero of `e-09`, but not of `e+09`,
    // which cannot occur.
    Some(match text.split_once("e-0") {
        Some((mantissa, digit)) => format!("{mantissa}e-{digit}"),
        None => text,
    })
}

/// Returns the float as go-yaml v2 writes it: as [`format_g`] does, with `.inf` and `.nan`.
#[must_use]
pub fn format_yaml(float: f64) -> String {
    name_special(format_g(float))
}

/// Puts YAML's names for what is not finite in the place of Go's.
pub(crate) fn name_special(text: String) -> String {
    match text.as_str() {
        "+Inf" => ".inf".to_owned(),
        "-Inf" => "-.inf".to_owned(),
        "NaN" => ".nan".to_owned(),
        _ => text,
    }
}

fn special(float: f64) -> Option<&'static str> {
    if float.is_nan() {
        Some("NaN")
    } else if float.is_infinite() {
        Some(if float > 0.0 { "+Inf" } else { "-Inf" })
    } else {
        None
    }
}

/// Returns the shortest digits that read back as the float, in Rust's scientific notation.
fn shortest(float: f64) -> String {
    even_tie(format!("{float:e}"), float, |text| text.parse() == Ok(float))
}

/// Makes the last digit even where the float lies exactly between two equally short texts.
///
/// Rust then rounds up and Go to even.
fn even_tie(text: String, float: f64, reads_back: impl Fn(&str) -> bool) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let Some(last @ (b'1' | b'3' | b'5' | b'7' | b'9')) = mantissa.bytes().last() else {
        return text;
    };
    if mantissa.len() < 6 {
        return text;
    }
    let even = format!("{}{}", &mantissa[..mantissa.len() - 1], char::from(last - 1));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    // No float has more than 770 digits; a look at the next few mostly suffices.
    for more in [10, 780] {
        let exact = format!("{float:.*e}", decimals + more);
        let tail = exact.strip_prefix(&even).and_then(|rest| rest.strip_prefix('5'));
        if !tail.and_then(|tail| tail.split_once('e')).is_some_and(|(tail, written)| {
            written == exponent && tail.bytes().all(|digit| digit == b'0')
        }) {
            return text;
        }
    }
    let even = format!("{even}e{exponent}");
    if reads_back(&even) { even } else { text }
}

/// Rewrites Rust's `-1.25e7`; exponents from `low` up to below `high` are written out.
fn from_scientific(text: &str, low: i32, high: i32) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits = mantissa.replace('.', "");
    let mut out = String::with_capacity(digits.len() + 8);
    out.push_str(sign);
    if digits == "0" {
        out.push('0');
    } else if exponent < low || exponent >= high {
        out.push_str(mantissa);
        out.push_str(if exponent < 0 { "e-" } else { "e+" });
        let exponent = exponent.unsigned_abs();
        if exponent < 10 {
            out.push('0');
        }
        out.push_str(&exponent.to_string());
    } else if exponent < 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', exponent.unsigned_abs() as usize - 1));
        out.push_str(&digits);
    } else {
        let whole = exponent.unsigned_abs() as usize + 1;
        if digits.len() <= whole {
            out.push_str(&digits);
            out.extend(std::iter::repeat_n('0', whole - digits.len()));
        } else {
            out.push_str(&digits[..whole]);
            out.push('.');
            out.push_str(&digits[whole..]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn general_format_turns_to_exponents_early() {
        for (float, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (100_000.0, "100000"),
            (1_000_000.0, "1e+06"),
            (12_345_678.0, "1.2345678e+07"),
            (1_234_567.5, "1.2345675e+06"),
            (123.456, "123.456"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-1.5e100, "-1.5e+100"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (-5_579_809_026_308_218.0 / 8.0, "-6.974761282885272e+14"),
            (2_f64.powi(-24), "5.960464477539063e-08"),
            (2_f64.powi(-25), "2.9802322387695312e-08"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(format_g(float), text);
        }
        assert_eq!(format_g32(2.345_678_912_345), "2.3456788");
        assert_eq!(format_g32(0.1), "0.1");
        assert_eq!(format_g32(1e40), "+Inf");
    }

    #[test]
    fn json_format_turns_to_exponents_late() {
        for (float, text) in [
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (0.000_001, "0.000001"),
            (0.000_000_1, "1e-7"),
            (1.5e-10, "1.5e-10"),
            (-0.0, "-0"),
            (12_345_678.5, "12345678.5"),
            (9_223_372_036_854_775_807.0, "9223372036854776000"),
        ] {
            assert_eq!(format_json(float).as_deref(), Some(text));
        }
        assert_eq!(format_json(f64::NAN), None);
    }

    #[test]
    fn yaml_format_names_what_is_not_finite() {
        assert_eq!(format_yaml(f64::NEG_INFINITY), "-.inf");
        assert_eq!(format_yaml(1e20), "1e+20");
    }
}
