//! Floats as text: Go's `strconv.FormatFloat`.

/// Binary64 has at most 1074 digits after the point; whatever is asked beyond is zeros.
const MOST_DIGITS: usize = 1100;

/// Significant decimal digits; the value is `0.DIGITS` times ten to the power of `point`.
struct Decimal {
    digits: String,
    point: i32,
}

/// Formats `value` as Go's `strconv.FormatFloat(value, verb, precision, 64)` does, where no
/// precision stands for -1: as many digits as tell the value from its neighbours.
///
/// `verb` is one of `b e E f g G x X`; any other counts as `g`.
pub(crate) fn format_float(value: f64, verb: char, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let size = value.abs();
    // Most floats of charts are small whole numbers.
    if verb == 'g' && precision.is_none() && size < 1e6 && size.fract() == 0.0 {
        return format!("{sign}{}", size as u32);
    }
    let text = match (verb, precision) {
        ('b', _) => binary(size),
        ('x' | 'X', _) => hexadecimal(size, verb, precision),
        ('f', None) => {
            let decimal = shortest(size);
            let places = decimal.digits.len() as i64 - i64::from(decimal.point);
            plain(&decimal, places.max(0) as usize)
        }
        ('f', Some(precision)) => {
            let shown = precision.min(MOST_DIGITS);
            let mut text = format!("{size:.shown$}");
            text.extend(std::iter::repeat_n('0', precision - shown));
            text
        }
        ('e' | 'E', None) => {
            let decimal = shortest(size);
            let places = decimal.digits.len().saturating_sub(1);
            scientific(&decimal, places, verb)
        }
        ('e' | 'E', Some(precision)) => {
            scientific(&rounded(size, precision.saturating_add(1)), precision, verb)
        }
        (_, precision) => general(size, verb, precision),
    };
    format!("{sign}{text}")
}

fn general(size: f64, verb: char, precision: Option<usize>) -> String {
    let decimal = match precision {
        None => shortest(size),
        Some(precision) => rounded(size, precision.max(1)),
    };
    let count = decimal.digits.len() as i64;
    let point = i64::from(decimal.point);
    let wanted = precision.map_or(count, |precision| precision.max(1) as i64);
    let limit = match precision {
        None => 6,
        Some(_) if wanted > count && count >= point => count,
        Some(_) => wanted,
    };
    if point - 1 < -4 || point > limit {
        let places = wanted.min(count).max(1) - 1;
        return scientific(&decimal, places as usize, if verb == 'G' { 'E' } else { 'e' });
    }
    let shown = if wanted > point { count } else { wanted };
    plain(&decimal, (shown - point).max(0) as usize)
}

fn shortest(size: f64) -> Decimal {
    parse(&format!("{size:e}"))
}

/// The value rounded to `count` significant digits, without trailing zeros.
fn rounded(size: f64, count: usize) -> Decimal {
    let places = count.saturating_sub(1).min(MOST_DIGITS);
    parse(&format!("{size:.places$e}"))
}

/// Reads Rust's `1.25e-3`.
fn parse(text: &str) -> Decimal {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return Decimal { digits: String::new(), point: 0 };
    }
    let exponent: i32 = exponent.parse().unwrap_or(0);
    Decimal { digits: digits.to_owned(), point: exponent + 1 }
}

/// Writes `-d.ddde±dd` without the sign.
fn scientific(decimal: &Decimal, places: usize, letter: char) -> String {
    let mut text = String::with_capacity(places + 8);
    let mut digits = decimal.digits.chars();
    text.push(digits.next().unwrap_or('0'));
    if places > 0 {
        text.push('.');
        text.extend(digits.chain(std::iter::repeat('0')).take(places));
    }
    let exponent = if decimal.digits.is_empty() { 0 } else { decimal.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    text.push(letter);
    text.push(sign);
    text.push_str(&format!("{:02}", exponent.unsigned_abs()));
    text
}

/// Writes `ddd.ddd` with `places` digits after the point.
fn plain(decimal: &Decimal, places: usize) -> String {
    let digit = |index: i64| {
        let byte = usize::try_from(index).ok().and_then(|i| decimal.digits.as_bytes().get(i));
        byte.map_or('0', |&byte| char::from(byte))
    };
    let point = i64::from(decimal.point);
    let mut text = String::new();
    if point > 0 {
        text.extend((0..point).map(digit));
    } else {
        text.push('0');
    }
    if places > 0 {
        text.push('.');
        text.extend((point..point + places as i64).map(digit));
    }
    text
}

/// The stored fraction (without its hidden bit for subnormals) and the exponent of its first bit.
fn parts(size: f64) -> (u64, i32) {
    let bits = size.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
    if exponent == 0 { (fraction, -1022) } else { (fraction | (1 << 52), exponent - 1023) }
}

fn binary(size: f64) -> String {
    let (mantissa, exponent) = parts(size);
    format!("{mantissa}p{:+}", exponent - 52)
}

fn hexadecimal(size: f64, letter: char, precision: Option<usize>) -> String {
    let (mut mantissa, mut exponent) = parts(size);
    if mantissa == 0 {
        exponent = 0;
    }
    mantissa <<= 8;
    while mantissa != 0 && mantissa & (1 << 60) == 0 {
        mantissa <<= 1;
        exponent -= 1;
    }
    if let Some(precision) = precision.filter(|&precision| precision < 15) {
        let shift = precision * 4;
        let extra = (mantissa << shift) & ((1 << 60) - 1);
        mantissa >>= 60 - shift;
        if extra | (mantissa & 1) > 1 << 59 {
            mantissa += 1;
        }
        mantissa <<= 60 - shift;
        if mantissa & (1 << 61) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let mut text = format!("0{letter}{}", (mantissa >> 60) & 1);
    let mut fraction = String::new();
    for place in 0.. {
        mantissa <<= 4;
        let more = precision.map_or(mantissa != 0, |precision| place < precision);
        if !more {
            break;
        }
        let digit = u32::try_from((mantissa >> 60) & 15).unwrap_or(0);
        fraction.push(char::from_digit(digit, 16).unwrap_or('0'));
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(&fraction);
    }
    let exponent_letter = if letter == 'X' { 'P' } else { 'p' };
    let sign = if exponent < 0 { '-' } else { '+' };
    let text = format!("{text}{exponent_letter}{sign}{:02}", exponent.unsigned_abs());
    if letter == 'X' { text.to_ascii_uppercase() } else { text }
}
