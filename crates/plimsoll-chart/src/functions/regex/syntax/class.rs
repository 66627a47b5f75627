//! Character classes and escapes.

use super::error;

/// A class that matches nothing: what escapes beyond the characters that text can hold become.
pub(super) const NEVER: &str = r"[^\x{0}-\x{10FFFF}]";

/// Two-letter general categories of Unicode, and the one-letter ones that hold them.
const CATEGORIES: &[&str] = &[
    "C", "Cc", "Cf", "Cn", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn",
    "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm",
    "So", "Z", "Zl", "Zp", "Zs",
];

/// Writes a character so that it has no other meaning, inside classes and outside.
pub(super) fn hex_escape(c: char) -> String {
    if c.is_ascii_alphanumeric() { c.to_string() } else { format!(r"\x{{{:X}}}", u32::from(c)) }
}

/// The class of `\d` and its like at the start of `text`.
pub(super) fn perl_class(text: &str) -> Option<&'static str> {
    Some(match text.get(..2)? {
        r"\d" => "[0-9]",
        r"\D" => "[^0-9]",
        r"\s" => r"[\t\n\x{C}\r\x{20}]",
        r"\S" => r"[^\t\n\x{C}\r\x{20}]",
        r"\w" => "[0-9A-Za-z_]",
        r"\W" => "[^0-9A-Za-z_]",
        _ => return None,
    })
}

/// The class of `[:alpha:]` and its like.
fn posix_class(name: &str) -> Option<&'static str> {
    Some(match name {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "ascii" => r"\x{0}-\x{7F}",
        "blank" => r"\t\x{20}",
        "cntrl" => r"\x{0}-\x{1F}\x{7F}",
        "digit" => "0-9",
        "graph" => r"\x{21}-\x{7E}",
        "lower" => "a-z",
        "print" => r"\x{20}-\x{7E}",
        "punct" => r"\x{21}-\x{2F}\x{3A}-\x{40}\x{5B}-\x{60}\x{7B}-\x{7E}",
        "space" => r"\t-\r\x{20}",
        "upper" => "A-Z",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        _ => return None,
    })
}

/// A class in brackets at the start of `text`, and its length there.
pub(super) fn bracketed(text: &str) -> Result<(String, usize), String> {
    let mut out = String::from("[");
    let mut at = 1;
    if text[at..].starts_with('^') {
        at += 1;
        out.push('^');
    }
    // A class of nothing but impossible characters must still be a class.
    let mut first = true;
    while first || !text[at..].starts_with(']') {
        first = false;
        let rest = &text[at..];
        if let Some((part, length)) = group(rest)? {
            out.push_str(&part);
            at += length;
            continue;
        }
        let (low, length) = class_char(rest, text)?;
        let mut end = at + length;
        let mut high = low;
        if text[end..].starts_with('-')
            && text.len() >= end + 2
            && !text[end + 1..].starts_with(']')
        {
            let (to, length) = class_char(&text[end + 1..], text)?;
            end += 1 + length;
            if to < low {
                return Err(error("invalid character class range", &text[at..end]));
            }
            high = to;
        }
        out.push_str(&range(low, high));
        at = end;
    }
    out.push(']');
    Ok((out, at + 1))
}

/// A named class at the start of `text` within brackets: POSIX, Unicode or Perl.
fn group(text: &str) -> Result<Option<(String, usize)>, String> {
    if let Some(end) = text.strip_prefix("[:").and_then(|rest| rest.find(":]")) {
        let (name, length) = (&text[2..2 + end], end + 4);
        let (negated, plain) = match name.strip_prefix('^') {
            Some(plain) => ("^", plain),
            None => ("", name),
        };
        let Some(class) = posix_class(plain) else {
            return Err(error("invalid character class range", &text[..length]));
        };
        return Ok(Some((format!("[{negated}{class}]"), length)));
    }
    if text.starts_with(r"\p") || text.starts_with(r"\P") {
        return unicode_class(text).map(Some);
    }
    Ok(perl_class(text).map(|class| (class.to_owned(), 2)))
}

/// One character of a class as a number, and its length there.
fn class_char(text: &str, whole: &str) -> Result<(u32, usize), String> {
    match text.chars().next() {
        None => Err(error("missing closing ]", whole)),
        Some('\\') => escaped_number(text),
        Some(c) => Ok((u32::from(c), c.len_utf8())),
    }
}

/// Writes a range of code points without the surrogates, which text cannot hold.
fn range(low: u32, high: u32) -> String {
    let part = |low: u32, high: u32| {
        if low <= high { format!(r"\x{{{low:X}}}-\x{{{high:X}}}") } else { String::new() }
    };
    let text = part(low, high.min(0xD7FF)) + &part(low.max(0xE000), high);
    if text.is_empty() { NEVER.to_owned() } else { text }
}

/// The character of an escape at the start of `text`, and its length there.
///
/// There is none for surrogates, which Go accepts but text cannot hold.
pub(super) fn escape(text: &str) -> Result<(Option<char>, usize), String> {
    let (number, length) = escaped_number(text)?;
    Ok((char::from_u32(number), length))
}

fn escaped_number(text: &str) -> Result<(u32, usize), String> {
    let mut chars = text.char_indices().skip(1);
    let Some((_, c)) = chars.next() else {
        return Err(error("trailing backslash at end of expression", ""));
    };
    let digits = &text[1..];
    match c {
        '1'..='7' if !digits[1..].starts_with(|c: char| c.is_digit(8)) => {}
        '0'..='7' => {
            let length = digits.bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let number = u32::from_str_radix(&digits[..length], 8).unwrap_or(0);
            return Ok((number, 1 + length));
        }
        'x' => return hex_number(text),
        'a' => return Ok((7, 2)),
        'f' => return Ok((12, 2)),
        'n' => return Ok((10, 2)),
        'r' => return Ok((13, 2)),
        't' => return Ok((9, 2)),
        'v' => return Ok((11, 2)),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => return Ok((u32::from(c), 2)),
        _ => {}
    }
    Err(error("invalid escape sequence", &text[..1 + c.len_utf8()]))
}

/// Reads `\x41` or `\x{1F600}`.
fn hex_number(text: &str) -> Result<(u32, usize), String> {
    let invalid = |end: usize| Err(error("invalid escape sequence", &text[..end]));
    let mut chars = text.char_indices().skip(2).map(|(at, c)| (c, at + c.len_utf8()));
    let Some((first, end)) = chars.next() else { return invalid(text.len()) };
    if first != '{' {
        let Some((second, end)) = chars.next() else { return invalid(end) };
        return match (first.to_digit(16), second.to_digit(16)) {
            (Some(high), Some(low)) => Ok((high * 16 + low, end)),
            _ => invalid(end),
        };
    }
    let mut number = None;
    for (c, end) in chars {
        if c == '}' {
            return number.map_or_else(|| invalid(end), |number| Ok((number, end)));
        }
        let Some(digit) = c.to_digit(16) else { return invalid(end) };
        let next = number.unwrap_or(0) * 16 + digit;
        if next > 0x0010_FFFF {
            return invalid(end);
        }
        number = Some(next);
    }
    invalid(text.len())
}

/// A class by Unicode property at the start of `text`, such as `\pL` or `\p{Greek}`.
pub(super) fn unicode_class(text: &str) -> Result<(String, usize), String> {
    let negated = text.starts_with(r"\P");
    let Some(first) = text[2..].chars().next() else {
        return Err(error("invalid character class range", text));
    };
    let (name, length) = if first == '{' {
        match text.find('}') {
            Some(end) => (&text[3..end], end + 1),
            None => return Err(error("invalid character class range", text)),
        }
    } else {
        (&text[2..2 + first.len_utf8()], 2 + first.len_utf8())
    };
    let (negated, name) = match name.strip_prefix('^') {
        Some(name) => (!negated, name),
        None => (negated, name),
    };
    let Some(property) = property(name) else {
        return Err(error("invalid character class range", &text[..length]));
    };
    let letter = if negated { 'P' } else { 'p' };
    Ok((format!(r"\{letter}{{{property}}}"), length))
}

/// The property of that name as the `regex` crate writes it: a category or a script.
fn property(name: &str) -> Option<String> {
    let plain: String = name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).collect();
    if plain.is_empty() || !plain.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let category = |wanted: &&&str| wanted.eq_ignore_ascii_case(&plain);
    if let Some(category) = CATEGORIES.iter().find(category) {
        return Some(format!("gc={category}"));
    }
    match plain.to_ascii_lowercase().as_str() {
        "any" => return Some("Any".to_owned()),
        "assigned" => return Some("Assigned".to_owned()),
        "ascii" => return Some("ASCII".to_owned()),
        "lc" => return Some("gc=LC".to_owned()),
        _ => {}
    }
    // Go knows scripts and categories by their long names only; the short names of scripts have
    // four letters.
    const SCRIPTS_OF_FOUR: &[&str] = &["ahom", "cham", "lisu", "modi", "newa", "thai", "toto"];
    let lower = plain.to_ascii_lowercase();
    let kinds: &[&str] = if lower.len() == 4 && !SCRIPTS_OF_FOUR.contains(&lower.as_str()) {
        &["gc"]
    } else {
        &["gc", "sc"]
    };
    kinds
        .iter()
        .map(|kind| format!("{kind}={plain}"))
        .find(|property| regex::Regex::new(&format!(r"\p{{{property}}}")).is_ok())
}
