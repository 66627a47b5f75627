//! Characters as Go's `unicode` package sees them.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Go's `unicode.IsSpace`.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// Go's `unicode.IsLetter`.
pub(crate) fn is_letter(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Letter
}

/// Go's `unicode.IsUpper`.
pub(crate) fn is_upper(c: char) -> bool {
    c.general_category() == GeneralCategory::UppercaseLetter
}

/// Go's `unicode.IsLower`.
pub(crate) fn is_lower(c: char) -> bool {
    c.general_category() == GeneralCategory::LowercaseLetter
}

/// Go's `unicode.IsTitle`.
pub(crate) fn is_title(c: char) -> bool {
    c.general_category() == GeneralCategory::TitlecaseLetter
}

/// Go's `unicode.IsDigit`.
pub(crate) fn is_digit(c: char) -> bool {
    c.general_category() == GeneralCategory::DecimalNumber
}

/// Go's `unicode.IsNumber`.
pub(crate) fn is_number(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Number
}

/// Go's `unicode.IsPunct`.
pub(crate) fn is_punctuation(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// Go's `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the plain space.
pub(crate) fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter
            | GeneralCategoryGroup::Mark
            | GeneralCategoryGroup::Number
            | GeneralCategoryGroup::Punctuation
            | GeneralCategoryGroup::Symbol
    )
}

/// Go's `unicode.ToUpper`, which maps one character to one.
pub(crate) fn to_upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) => only,
        // Letters whose full mapping is longer: Greek ones have a single title-case letter, the
        // others stay as they are.
        _ => match c {
            '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
                char::from_u32(u32::from(c) + 8).unwrap_or(c)
            }
            '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => char::from_u32(u32::from(c) + 9).unwrap_or(c),
            _ => c,
        },
    }
}

/// Go's `unicode.ToLower`, which maps one character to one.
pub(crate) fn to_lower(c: char) -> char {
    // The only letter whose full mapping is longer is the dotted capital I.
    c.to_lowercase().next().unwrap_or(c)
}

/// Go's `unicode.ToTitle`.
pub(crate) fn to_title(c: char) -> char {
    match c {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => c,
        _ => to_upper(c),
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_maps_to_one() {
        let cases =
            [('a', 'A', 'A'), ('ß', 'ß', 'ß'), ('ᾳ', 'ᾼ', 'ᾼ'), ('ǆ', 'Ǆ', 'ǅ'), ('ა', 'Ა', 'ა')];
        for (c, upper, title) in cases {
            assert_eq!((to_upper(c), to_title(c)), (upper, title), "{c}");
        }
        assert_eq!(to_lower('İ'), 'i');
    }

    #[test]
    fn print_leaves_out_spaces_and_controls() {
        assert!(['a', ' ', 'é', '\u{301}', '€', '世'].into_iter().all(is_print));
        let hidden = ['\n', '\u{7f}', '\u{a0}', '\u{ad}', '\u{2028}', '\u{e000}', '\u{10ffff}'];
        assert!(!hidden.into_iter().any(is_print));
    }
}
