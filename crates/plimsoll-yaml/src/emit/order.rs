//! The order in which go-yaml writes keys: numbers inside them count as numbers.

use std::sync::Arc;

/// Sorts entries by key.
///
/// Numbers beyond 64 bits wrap, as in Go, so the order is not always a total one; this sort
/// accepts that, which the standard library's would not.
pub(super) fn sort_naturally<T>(entries: &mut Vec<(Arc<str>, T)>) {
    // Maps come in byte order, which mostly is natural order already.
    if entries.is_sorted_by(|a, b| !is_less(&b.0, &a.0)) {
        return;
    }
    let mut right = entries.split_off(entries.len() / 2);
    sort_naturally(entries);
    sort_naturally(&mut right);
    crate::merge(entries, right, |a, b| is_less(&a.0, &b.0));
}

/// Tells whether key `a` goes before key `b`.
fn is_less(a: &str, b: &str) -> bool {
    let common = common_prefix(a, b);
    let (rest_a, rest_b) = (&a[common..], &b[common..]);
    let (Some(first_a), Some(first_b)) = (rest_a.chars().next(), rest_b.chars().next()) else {
        return rest_a.len() < rest_b.len();
    };
    match (first_a.is_alphabetic(), first_b.is_alphabetic()) {
        (true, true) => return first_a < first_b,
        (false, false) => {}
        (_, second) => return second,
    }
    // A zero inside a number counts, one at its start does not.
    let inside_number = (first_a == '0' || first_b == '0')
        && a[..common].bytes().rev().take_while(u8::is_ascii_digit).any(|digit| digit != b'0');
    let start = i64::from(inside_number);
    let (number_a, len_a) = leading_number(rest_a, start);
    let (number_b, len_b) = leading_number(rest_b, start);
    (number_a, len_a, first_a) < (number_b, len_b, first_b)
}

/// Returns how many bytes of whole characters both start with.
fn common_prefix(a: &str, b: &str) -> usize {
    let mut common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    while !a.is_char_boundary(common) || !b.is_char_boundary(common) {
        common -= 1;
    }
    common
}

fn leading_number(text: &str, start: i64) -> (i64, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    digits.fold((start, 0), |(number, len), digit| {
        (number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0')), len + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_natural_order() {
        let expected = [
            "", "-", "0", "00", "1", "01", "2", "10", "100", "1a", "A", "Z", "_", "a", "a.b",
            "a-b", "a1", "a01", "a2", "a9", "a10", "a100", "a103", "ab", "b", "é",
        ];
        let mut entries: Vec<(Arc<str>, ())> =
            expected.iter().map(|key| (Arc::from(*key), ())).collect();
        entries.sort();
        sort_naturally(&mut entries);
        let sorted: Vec<&str> = entries.iter().map(|(key, ())| &**key).collect();
        let mut again = entries.clone();
        sort_naturally(&mut again);
        assert_eq!(sorted, again.iter().map(|(key, ())| &**key).collect::<Vec<_>>());
        assert!(is_less("a9", "a10") && is_less("a2", "a19") && is_less("_", "a"));
        assert!(is_less("a1", "a1b") && is_less("a-b", "a0") && is_less("a0", "aa"));
        assert!(is_less("a12", "a103") && is_less("a01", "a2") && is_less("a1", "a01"));
    }
}
