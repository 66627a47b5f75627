//! The flags of one formatting verb, and numbers written under them.

use crate::go::float::format_float;
use crate::go::unicode::is_print;

/// What stands between `%` and the verb.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%#v`
    pub(super) sharp_v: bool,
}

impl Flags {
    /// Tells whether nothing stands between `%` and the verb.
    pub(super) const fn is_bare(&self) -> bool {
        let Self { width, precision, minus, plus, sharp, space, zero, sharp_v } = self;
        width.is_none()
            && precision.is_none()
            && !(*minus || *plus || *sharp || *space || *zero || *sharp_v)
    }

    /// How many characters must fill up `length` ones.
    pub(super) fn padding(&self, length: usize) -> usize {
        self.width.unwrap_or(0).saturating_sub(length)
    }

    /// The character that fills up.
    pub(super) const fn filler(&self) -> char {
        if self.zero && !self.minus { '0' } else { ' ' }
    }

    /// `text` filled up to the width.
    pub(super) fn padded(&self, text: &str) -> String {
        if self.width.is_none() {
            return text.to_owned();
        }
        let filler = std::iter::repeat_n(self.filler(), self.padding(text.chars().count()));
        if self.minus {
            text.chars().chain(filler).collect()
        } else {
            filler.chain(text.chars()).collect()
        }
    }

    /// `text` filled up with spaces whatever the zero flag says.
    pub(super) fn space_padded(&self, text: &str) -> String {
        Self { zero: false, ..*self }.padded(text)
    }

    /// `text` up to the precision.
    pub(super) fn truncated<'t>(&self, text: &'t str) -> &'t str {
        let end = self.precision.and_then(|precision| text.char_indices().nth(precision));
        end.map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
    }

    /// An integer in base 2, 8, 10 or 16, as `%b %o %O %d %x %X %v` write it.
    pub(super) fn integer(&self, size: u64, negative: bool, verb: char) -> String {
        let mut digits = match verb {
            'b' => format!("{size:b}"),
            'o' | 'O' => format!("{size:o}"),
            'x' => format!("{size:x}"),
            'X' => format!("{size:X}"),
            _ => size.to_string(),
        };
        let mut least = 0;
        if let Some(precision) = self.precision {
            least = precision;
            if precision == 0 && size == 0 {
                return self.space_padded("");
            }
        } else if self.zero && !self.minus {
            let signed = negative || self.plus || self.space;
            least = self.width.unwrap_or(0).saturating_sub(usize::from(signed));
        }
        if digits.len() < least {
            digits.insert_str(0, &"0".repeat(least - digits.len()));
        }
        let prefix = match verb {
            'O' => "0o",
            'b' if self.sharp => "0b",
            'o' if self.sharp && !digits.starts_with('0') => "0",
            'x' if self.sharp => "0x",
            'X' if self.sharp => "0X",
            _ => "",
        };
        let zero = if verb == 'O' && self.sharp && !digits.starts_with('0') { "0" } else { "" };
        let sign = self.sign(negative);
        if self.width.is_none() && sign.is_empty() && prefix.is_empty() && zero.is_empty() {
            return digits;
        }
        self.space_padded(&format!("{sign}{prefix}{zero}{digits}"))
    }

    const fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        }
    }

    /// `%U`, such as `U+0078`, or with the sharp flag `U+0078 'x'`.
    pub(super) fn unicode(&self, code: u64) -> String {
        let least = self.precision.unwrap_or(4).max(4);
        let digits = format!("{code:X}");
        let mut text = format!("U+{}{digits}", "0".repeat(least.saturating_sub(digits.len())));
        let character = u32::try_from(code).ok().and_then(char::from_u32);
        if let Some(c) = character.filter(|&c| self.sharp && is_print(c)) {
            text.push_str(&format!(" '{c}'"));
        }
        self.space_padded(&text)
    }

    /// A float under `b e E f g G x X`; `precision` counts where the flags have none.
    pub(super) fn float(&self, value: f64, verb: char, precision: Option<usize>) -> String {
        let precision = self.precision.or(precision);
        let mut number = format_float(value, verb, precision);
        let negative = number.starts_with('-');
        if number.starts_with(['-', '+']) {
            number.remove(0);
        }
        if value.is_nan() || value.is_infinite() {
            let sign = match self.sign(negative) {
                "" if value.is_infinite() => "+",
                sign => sign,
            };
            return self.space_padded(&format!("{sign}{number}"));
        }
        if self.sharp && verb != 'b' {
            number = with_point(&number, verb, precision);
        }
        let sign = self.sign(negative);
        if sign.is_empty() && self.width.is_none() {
            return number;
        }
        if !sign.is_empty() && self.zero && !self.minus {
            let fill = self.padding(number.len() + 1);
            return format!("{sign}{}{number}", "0".repeat(fill));
        }
        self.padded(&format!("{sign}{number}"))
    }
}

/// Adds the point and the trailing zeros that the sharp flag keeps.
fn with_point(number: &str, verb: char, precision: Option<usize>) -> String {
    let hexadecimal = matches!(verb, 'x' | 'X');
    let mut missing = match verb {
        'g' | 'G' | 'x' => precision.unwrap_or(6) as i64,
        _ => 0,
    };
    let is_tail = |c: char| matches!(c, 'p' | 'P') || (!hexadecimal && matches!(c, 'e' | 'E'));
    let tail_at = number.find(is_tail).unwrap_or(number.len());
    let (body, tail) = number.split_at(tail_at);
    let mut started = false;
    for c in body.chars().filter(|&c| c != '.') {
        started |= c != '0';
        missing -= i64::from(started);
    }
    let mut text = body.to_owned();
    if !body.contains('.') {
        if body == "0" {
            missing -= 1;
        }
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', missing.max(0) as usize));
    text.push_str(tail);
    text
}
