//! The order in which go-yaml v3.0.4 writes keys (`sorter.go`).

use std::cmp::Ordering;

use super::{Kind, Value};

/// Sorts entries by key: numbers by size, texts so that numbers inside them count as numbers.
///
/// The order is not always a total one, so this is an insertion into a sorted list, which accepts
/// that.
pub(crate) fn sort(entries: &mut Vec<(Value, Value)>) {
    if entries.is_sorted_by(|a, b| !is_less(&b.0, &a.0)) {
        return;
    }
    let mut right = entries.split_off(entries.len() / 2);
    sort(entries);
    sort(&mut right);
    plimsoll_yaml::merge(entries, right, |a, b| is_less(&a.0, &b.0));
}

fn is_less(a: &Value, b: &Value) -> bool {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => return a.partial_cmp(&b) == Some(Ordering::Less),
        (Some(_), None) => return true,
        (None, Some(_)) => return false,
        (None, None) => {}
    }
    match (&a.kind, &b.kind) {
        (Kind::Str(a), Kind::Str(b)) => is_text_less(a, b),
        (Kind::Str(_), _) => false,
        (_, Kind::Str(_)) => true,
        _ => false,
    }
}

#[expect(clippy::cast_precision_loss, reason = "Go's conversion to float64 rounds likewise")]
fn number(value: &Value) -> Option<f64> {
    match value.kind {
        Kind::Bool(value) => Some(f64::from(u8::from(value))),
        Kind::Int(int) => Some(int as f64),
        Kind::Uint(uint) => Some(uint as f64),
        Kind::Float(float) => Some(float),
        _ => None,
    }
}

fn is_text_less(a: &str, b: &str) -> bool {
    let mut common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    while !a.is_char_boundary(common) || !b.is_char_boundary(common) {
        common -= 1;
    }
    let (rest_a, rest_b) = (&a[common..], &b[common..]);
    let (Some(first_a), Some(first_b)) = (rest_a.chars().next(), rest_b.chars().next()) else {
        return rest_a.len() < rest_b.len();
    };
    let after_digit = a[..common].chars().next_back().is_some_and(char::is_numeric);
    match (first_a.is_alphabetic(), first_b.is_alphabetic()) {
        (true, true) => return first_a < first_b,
        (false, false) => {}
        // After digits a letter goes first, elsewhere last.
        (letter_a, letter_b) => return if after_digit { letter_a } else { letter_b },
    }
    let inside_number = (first_a == '0' || first_b == '0')
        && a[..common].bytes().rev().take_while(u8::is_ascii_digit).any(|digit| digit != b'0');
    let start = i64::from(inside_number);
    let (number_a, len_a) = leading_number(rest_a, start);
    let (number_b, len_b) = leading_number(rest_b, start);
    (number_a, len_a, first_a) < (number_b, len_b, first_b)
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
        let int = |int| Value { kind: Kind::Int(int), span: plimsoll_yaml::Span::default() };
        let texts = ["", "1", "2", "10", "A", "a", "a1", "a1b", "a2", "a10", "ab", "b-a", "b.a"];
        let mut entries: Vec<(Value, Value)> =
            texts.iter().rev().map(|key| (Value::text(*key), Value::text(""))).collect();
        entries.push((int(11), Value::text("")));
        entries.push((int(2), Value::text("")));
        sort(&mut entries);
        let keys: Vec<String> = entries.iter().map(|(key, _)| key.go_print()).collect();
        assert_eq!(keys[..2], ["2", "11"]);
        assert_eq!(
            keys[2..],
            ["", "1", "2", "10", "A", "a", "a1", "a1b", "a2", "a10", "ab", "b-a", "b.a"]
        );
    }
}
