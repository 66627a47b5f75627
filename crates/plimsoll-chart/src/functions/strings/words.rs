//! Words joined in the styles of programming languages.

use crate::go::unicode::{
    is_letter, is_number, is_punctuation, is_space, is_upper, to_lower, to_upper,
};
use crate::trace::OriginId;

/// A character and its origin.
pub(super) type Sign = (char, OriginId);

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || is_space(c)
}

/// xstrings 1.5.0 `ToPascalCase`.
pub(super) fn pascal(signs: &[Sign]) -> Vec<Sign> {
    let mut out = Vec::with_capacity(signs.len());
    let start = signs.iter().position(|&(c, _)| !is_connector(c));
    let Some(start) = start else {
        // Upstream writes the last of nothing but connectors twice.
        out.extend_from_slice(signs);
        out.extend(signs.last());
        return out;
    };
    out.extend_from_slice(&signs[..start]);
    let (first, origin) = signs[start];
    let mut was_upper = is_upper(first);
    let mut held = (to_upper(first), origin);
    for &(c, origin) in &signs[start + 1..] {
        let (before, before_origin) = held;
        held = (c, origin);
        match (is_connector(before), is_connector(c)) {
            (true, true) => out.push((before, before_origin)),
            (true, false) => {
                was_upper = is_upper(c);
                held.0 = to_upper(c);
            }
            (false, _) => {
                if was_upper {
                    was_upper = is_upper(c);
                    held.0 = if was_upper { to_lower(c) } else { c };
                }
                out.push((before, before_origin));
            }
        }
    }
    out.push(held);
    out
}

/// What a word is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    None,
    Number,
    Upper,
    Lower,
    Connector,
    Punctuation,
    Other,
}

/// A letter, but not one of the ideographs that upstream counts as signs of their own.
fn is_alphabet(c: char) -> bool {
    let is_ideograph = matches!(
        c,
        '\u{4e00}'..='\u{9fcc}' | '\u{3400}'..='\u{4d85}' | '\u{20000}'..='\u{2b81d}'
    );
    is_letter(c) && !is_ideograph
}

fn is_small(c: char) -> bool {
    is_alphabet(c) && !is_upper(c)
}

/// Takes the next word off `signs`.
fn next_word<'s>(signs: &mut &'s [Sign]) -> (Word, &'s [Sign]) {
    let whole = *signs;
    let Some(&(first, _)) = whole.first() else { return (Word::None, whole) };
    let run = |from: usize, holds: &dyn Fn(char) -> bool| {
        from + whole[from..].iter().take_while(|(c, _)| holds(*c)).count()
    };
    let (word, end) = if is_connector(first) {
        (Word::Connector, run(1, &is_connector))
    } else if is_punctuation(first) {
        (Word::Punctuation, run(1, &is_punctuation))
    } else if is_upper(first) {
        let uppers = run(1, &is_upper);
        let small_follows = whole.get(uppers).is_some_and(|&(c, _)| is_alphabet(c));
        let end = match (uppers, small_follows) {
            (1, true) => run(1, &is_small),
            // The last capital of several belongs to the next word: HTTPStatus is HTTP, Status.
            (_, true) => uppers - 1,
            (_, false) => uppers,
        };
        (Word::Upper, end)
    } else if is_alphabet(first) {
        (Word::Lower, run(1, &is_small))
    } else if is_number(first) {
        (Word::Number, run(1, &is_number))
    } else {
        let is_other =
            |c: char| !is_connector(c) && !is_alphabet(c) && !is_number(c) && !is_punctuation(c);
        (Word::Other, run(1, &is_other))
    };
    let (taken, rest) = whole.split_at(end);
    *signs = rest;
    (word, taken)
}

/// xstrings 1.5.0 `ToSnakeCase` and `ToKebabCase`.
pub(super) fn separated(signs: &[Sign], connector: char) -> Vec<Sign> {
    let mut out = Vec::with_capacity(signs.len() + 8);
    let mut rest = signs;
    let (mut kind, mut word) = next_word(&mut rest);
    while !rest.is_empty() {
        if kind != Word::Connector {
            push_lower(&mut out, kind, word, connector);
        }
        let (previous, last) = (kind, word);
        (kind, word) = next_word(&mut rest);
        match previous {
            Word::Number => {
                while matches!(kind, Word::Lower | Word::Number) {
                    push_lower(&mut out, kind, word, connector);
                    (kind, word) = next_word(&mut rest);
                }
                if !matches!(kind, Word::None | Word::Punctuation | Word::Connector) {
                    push_connector(&mut out, connector);
                }
            }
            Word::Connector => push_lower(&mut out, previous, last, connector),
            Word::Punctuation => {}
            _ if kind != Word::Number => {
                if !matches!(kind, Word::Connector | Word::Punctuation) {
                    push_connector(&mut out, connector);
                }
            }
            _ if rest.is_empty() => {}
            _ => (kind, word) = number_inside(&mut out, word, &mut rest, connector),
        }
    }
    push_lower(&mut out, kind, word, connector);
    out
}

/// Writes a number that follows a word, and what belongs to it; returns the word after.
fn number_inside<'s>(
    out: &mut Vec<Sign>,
    number: &'s [Sign],
    rest: &mut &'s [Sign],
    connector: char,
) -> (Word, &'s [Sign]) {
    let (mut kind, mut word) = next_word(rest);
    if kind != Word::Lower {
        push_lower(out, Word::Number, number, connector);
        if !matches!(kind, Word::Connector | Word::Punctuation) {
            push_connector(out, connector);
        }
        return (kind, word);
    }
    push_connector(out, connector);
    push_lower(out, Word::Number, number, connector);
    while matches!(kind, Word::Lower | Word::Number) {
        push_lower(out, kind, word, connector);
        (kind, word) = next_word(rest);
    }
    if !matches!(kind, Word::None | Word::Connector | Word::Punctuation) {
        push_connector(out, connector);
    }
    (kind, word)
}

fn push_connector(out: &mut Vec<Sign>, connector: char) {
    let origin = out.last().map_or(OriginId::NONE, |&(_, origin)| origin);
    out.push((connector, origin));
}

fn push_lower(out: &mut Vec<Sign>, kind: Word, word: &[Sign], connector: char) {
    if !matches!(kind, Word::Upper | Word::Connector) {
        out.extend_from_slice(word);
        return;
    }
    out.extend(word.iter().map(|&(c, origin)| match c {
        _ if is_connector(c) => (connector, origin),
        _ if is_upper(c) => (to_lower(c), origin),
        _ => (c, origin),
    }));
}
