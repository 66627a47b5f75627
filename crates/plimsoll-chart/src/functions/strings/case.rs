//! Letters in upper and lower case.

use super::words::{Sign, pascal, separated};
use crate::functions::{Call, Env, Outcome};
use crate::go::unicode::{
    is_digit, is_letter, is_lower, is_space, is_title, is_upper, to_lower, to_title, to_upper,
};
use crate::value::{Text, TextBuilder, Value};

pub(super) fn upper(call: &mut Call<'_>) -> Outcome {
    convert(call, |signs| map(signs, |_, c| to_upper(c)))
}

pub(super) fn lower(call: &mut Call<'_>) -> Outcome {
    convert(call, |signs| map(signs, |_, c| to_lower(c)))
}

/// Go's `strings.Title`.
pub(super) fn title(call: &mut Call<'_>) -> Outcome {
    let is_separator = |c: char| {
        if c.is_ascii() {
            return !c.is_ascii_alphanumeric() && c != '_';
        }
        !is_letter(c) && !is_digit(c) && is_space(c)
    };
    convert(call, |signs| {
        map(signs, |before, c| if before.is_none_or(is_separator) { to_title(c) } else { c })
    })
}

/// goutils' `Uncapitalize`.
pub(super) fn untitle(call: &mut Call<'_>) -> Outcome {
    convert(call, |signs| {
        map(
            signs,
            |before, c| {
                if before.is_none_or(is_space) && !is_space(c) { to_lower(c) } else { c }
            },
        )
    })
}

/// goutils' `SwapCase`.
pub(super) fn swapcase(call: &mut Call<'_>) -> Outcome {
    let mut at_start = true;
    convert(call, |signs| {
        map(signs, |_, c| {
            if is_upper(c) || is_title(c) {
                at_start = false;
                to_lower(c)
            } else if is_lower(c) {
                if std::mem::take(&mut at_start) { to_title(c) } else { to_upper(c) }
            } else {
                at_start = is_space(c);
                c
            }
        })
    })
}

/// goutils' `DeleteWhiteSpace`, which takes each byte for a character once there is a space.
pub(super) fn nospace(call: &mut Call<'_>) -> Outcome {
    let holder = call.any(0).clone();
    let bytes = latin(call.env, &holder);
    let kept: Vec<Sign> = bytes.iter().copied().filter(|&(c, _)| !is_space(c)).collect();
    if kept.len() == bytes.len() {
        return Ok(holder);
    }
    call.env.spend(2 * kept.len())?;
    Ok(assemble(kept))
}

/// goutils' `Initials`, which takes each byte for a character.
pub(super) fn initials(call: &mut Call<'_>) -> Outcome {
    let holder = call.any(0).clone();
    let mut after_gap = true;
    let mut kept = Vec::new();
    for (c, origin) in latin(call.env, &holder) {
        if is_space(c) {
            after_gap = true;
        } else if std::mem::take(&mut after_gap) {
            kept.push((c, origin));
        }
    }
    Ok(assemble(kept))
}

pub(super) fn camelcase(call: &mut Call<'_>) -> Outcome {
    convert(call, pascal)
}

pub(super) fn snakecase(call: &mut Call<'_>) -> Outcome {
    convert(call, |signs| separated(signs, '_'))
}

pub(super) fn kebabcase(call: &mut Call<'_>) -> Outcome {
    convert(call, |signs| separated(signs, '-'))
}

/// Applies `change` to the characters of the first argument.
fn convert(call: &mut Call<'_>, change: impl FnOnce(&[Sign]) -> Vec<Sign>) -> Outcome {
    let holder = call.any(0).clone();
    let length = holder.as_text().map_or(0, Text::len);
    call.env.spend(length)?;
    let mut signs = Vec::with_capacity(length);
    for (piece, origin) in call.env.pieces(&holder, 0..length) {
        signs.extend(piece.chars().map(|c| (c, origin)));
    }
    Ok(assemble(change(&signs)))
}

/// The bytes of a string, each taken for the character of its number.
fn latin(env: &mut Env, holder: &Value) -> Vec<Sign> {
    let length = holder.as_text().map_or(0, Text::len);
    let pieces = env.pieces(holder, 0..length);
    pieces
        .iter()
        .flat_map(|(piece, origin)| piece.bytes().map(|byte| (char::from(byte), *origin)))
        .collect()
}

fn assemble(signs: Vec<Sign>) -> Value {
    let mut out = TextBuilder::new();
    let mut buffer = [0; 4];
    for (c, origin) in signs {
        out.push(c.encode_utf8(&mut buffer), origin);
    }
    Env::finish(out)
}

/// Applies `change` to the character before (as it was) and each character.
fn map(signs: &[Sign], mut change: impl FnMut(Option<char>, char) -> char) -> Vec<Sign> {
    let mut before = None;
    let mut changed = Vec::with_capacity(signs.len());
    for &(c, origin) in signs {
        changed.push((change(before, c), origin));
        before = Some(c);
    }
    changed
}
