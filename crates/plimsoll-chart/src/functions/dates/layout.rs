//! Go's layouts: texts that show how one particular moment would look.

/// A part of a layout that stands for a part of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// `06`
    ShortYear,
    /// `2006`
    Year,
    /// `Jan`
    MonthAbbreviation,
    /// `January`
    MonthName,
    /// `1`, `01`
    Month(Width),
    /// `Mon`
    WeekdayAbbreviation,
    /// `Monday`
    WeekdayName,
    /// `2`, `02`, `_2`
    Day(Width),
    /// `002`, `__2`
    YearDay(Width),
    /// `15`
    Hour,
    /// `3`, `03`
    Hour12(Width),
    /// `4`, `04`
    Minute(Width),
    /// `5`, `05`
    Second(Width),
    /// `PM`
    UpperHalf,
    /// `pm`
    LowerHalf,
    /// `-0700` and its like
    Offset(Offset),
    /// `MST`
    Abbreviation,
    /// `.000` or `.999`
    Fraction { digits: usize, separator: u8, trim: bool },
}

/// How a number is filled up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    Bare,
    Zeros,
    Spaces,
}

/// How an offset from UTC is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offset {
    /// UTC itself is `Z`.
    pub(super) z: bool,
    pub(super) colons: bool,
    pub(super) minutes: bool,
    pub(super) seconds: bool,
}

/// The elements of a fixed spelling, longer ones before those that they begin with.
const SPELLINGS: &[(&str, Element)] = {
    use Element as E;
    use Width as W;
    const fn offset(z: bool, colons: bool, minutes: bool, seconds: bool) -> Element {
        Element::Offset(Offset { z, colons, minutes, seconds })
    }
    &[
        ("January", E::MonthName),
        ("Monday", E::WeekdayName),
        ("MST", E::Abbreviation),
        ("01", E::Month(W::Zeros)),
        ("02", E::Day(W::Zeros)),
        ("03", E::Hour12(W::Zeros)),
        ("04", E::Minute(W::Zeros)),
        ("05", E::Second(W::Zeros)),
        ("06", E::ShortYear),
        ("002", E::YearDay(W::Zeros)),
        ("15", E::Hour),
        ("1", E::Month(W::Bare)),
        ("2006", E::Year),
        ("2", E::Day(W::Bare)),
        ("__2", E::YearDay(W::Spaces)),
        ("_2", E::Day(W::Spaces)),
        ("3", E::Hour12(W::Bare)),
        ("4", E::Minute(W::Bare)),
        ("5", E::Second(W::Bare)),
        ("PM", E::UpperHalf),
        ("pm", E::LowerHalf),
        ("-070000", offset(false, false, true, true)),
        ("-07:00:00", offset(false, true, true, true)),
        ("-0700", offset(false, false, true, false)),
        ("-07:00", offset(false, true, true, false)),
        ("-07", offset(false, false, false, false)),
        ("Z070000", offset(true, false, true, true)),
        ("Z07:00:00", offset(true, true, true, true)),
        ("Z0700", offset(true, false, true, false)),
        ("Z07:00", offset(true, true, true, false)),
        ("Z07", offset(true, false, false, false)),
    ]
};

/// A layout cut at its first element.
#[derive(Debug)]
pub(super) struct Cut<'l> {
    pub(super) before: &'l [u8],
    /// The element and its spelling; none at the end of the layout.
    pub(super) element: Option<(Element, &'l [u8])>,
    pub(super) after: &'l [u8],
}

/// Cuts a layout at its first element.
pub(super) fn cut(layout: &[u8]) -> Cut<'_> {
    for at in 0..layout.len() {
        let rest = &layout[at..];
        if let Some((element, length)) = element(rest) {
            // `_2006` is an underscore before a year.
            let (at, element, length) = match element {
                Element::Day(Width::Spaces) if rest.starts_with(b"_2006") => {
                    (at + 1, Element::Year, 4)
                }
                _ => (at, element, length),
            };
            let end = at + length;
            let element = Some((element, &layout[at..end]));
            return Cut { before: &layout[..at], element, after: &layout[end..] };
        }
    }
    Cut { before: layout, element: None, after: &[] }
}

/// The element at the start of a layout, and its length.
fn element(layout: &[u8]) -> Option<(Element, usize)> {
    let lower_next = |length: usize| layout.get(length).is_some_and(u8::is_ascii_lowercase);
    let spelling = SPELLINGS.iter().find(|(spelling, _)| layout.starts_with(spelling.as_bytes()));
    if let Some((spelling, element)) = spelling {
        return Some((*element, spelling.len()));
    }
    if layout.starts_with(b"Jan") && !lower_next(3) {
        return Some((Element::MonthAbbreviation, 3));
    }
    if layout.starts_with(b"Mon") && !lower_next(3) {
        return Some((Element::WeekdayAbbreviation, 3));
    }
    let (&separator, digits) = layout.split_first()?;
    let &digit = digits.first()?;
    if !matches!(separator, b'.' | b',') || !matches!(digit, b'0' | b'9') {
        return None;
    }
    let count = digits.iter().take_while(|&&d| d == digit).count();
    if digits.get(count).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let fraction = Element::Fraction { digits: count, separator, trim: digit == b'9' };
    Some((fraction, count + 1))
}
