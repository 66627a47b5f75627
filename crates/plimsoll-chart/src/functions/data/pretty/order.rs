//! The order of keys in go.yaml.in/yaml/v3: numbers inside them count as numbers.

use std::sync::Arc;

use crate::go::unicode::{is_digit, is_letter};

/// Sorts entries by key.
///
/// Numbers beyond 64 bits wrap, as in Go, so the order is not always a total one; insertion
/// accepts that, which the standard library's sorting would not.
pub(super) fn sort<T>(entries: &mut Vec<(Arc<str>, T)>) {
    if entries.len() < 2 {
        return;
    }
    let mut right = entries.split_off(entries.len() / 2);
    sort(entries);
    sort(&mut right);
    plimsoll_yaml::merge(entries, right, |a, b| is_less(&a.0, &b.0));
}

fn is_less(a: &str, b: &str) -> bool {
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    let start = common.map(|(c, _)| c.len_utf8()).sum::<usize>();
    let (before, rest_a) = a.split_at(start);
    let rest_b = b.get(start..).unwrap_or("");
    let (Some(first_a), Some(first_b)) = (rest_a.chars().next(), rest_b.chars().next()) else {
        return rest_a.len() < rest_b.len();
    };
    match (is_letter(first_a), is_letter(first_b)) {
        (true, true) => return first_a < first_b,
        (false, false) => {}
        (a_is_letter, b_is_letter) => {
            let after_digit = before.chars().next_back().is_some_and(is_digit);
            return if after_digit { a_is_letter } else { b_is_letter };
        }
    }
    // A zero inside a number counts, one at its start does not.
    let inside_number = (first_a == '0' || first_b == '0')
        && before.chars().rev().take_while(|&c| is_digit(c)).any(|c| c != '0');
    let (number_a, count_a) = leading_number(rest_a, inside_number);
    let (number_b, count_b) = leading_number(rest_b, inside_number);
    (number_a, count_a, first_a) < (number_b, count_b, first_b)
}

fn leading_number(text: &str, inside_number: bool) -> (i64, usize) {
    let digits = text.chars().take_while(|&c| is_digit(c));
    digits.fold((i64::from(inside_number), 0), |(number, count), digit| {
        let digit = i64::from(u32::from(digit)) - i64::from(b'0');
        (number.wrapping_mul(10).wrapping_add(digit), count + 1)
    })
}
