//! Letters in upper and lower case.

use super::words::{Sign, pascal, separated};
use crate::functions::{Call, Outcome};
use crate::go::unicode::{
    is_digit, is_letter, is_lower, is_space, is_title, is_upper, to_lower, to_title, to_upper,
};
use crate::value::Text;

pub(super) fn upper(call: &mut Call<'_>) -> Outcome {
    change(call, |_, c| to_upper(c))
}

pub(super) fn lower(call: &mut Call<'_>) -> Outcome {
    change(call, |_, c| to_lower(c))
}

/// Go's `strings.Title`.
pub(super) fn title(call: &mut Call<'_>) -> Outcome {
    let is_separator = |c: char| {
        if c.is_ascii() {
            return !c.is_ascii_alphanumeric() && c != '_';
        }
        !is_letter(c) && !is_digit(c) && is_space(c)
    };
    change(call, |before, c| if before.is_none_or(is_separator) { to_title(c) } else { c })
}

/// goutils' `Uncapitalize`.
pub(super) fn untitle(call: &mut Call<'_>) -> Outcome {
    change(
        call,
        |before, c| {
            if before.is_none_or(is_space) && !is_space(c) { to_lower(c) } else { c }
        },
    )
}

/// goutils' `SwapCase`.
pub(super) fn swapcase(call: &mut Call<'_>) -> Outcome {
    let mut at_start = true;
    // Titles are told from other letters by a table of their own.
    call.env.work(2 * call.str(0).len() as u64)?;
    change(call, |_, c| {
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
}

/// goutils' `DeleteWhiteSpace`, which takes each byte for a character once there is a space.
pub(super) fn nospace(call: &mut Call<'_>) -> Outcome {
    if !call.str(0).bytes().any(|byte| is_space(char::from(byte))) {
        return Ok(call.any(0).clone());
    }
    keep(call, |c| !is_space(c))
}

/// goutils' `Initials`, which takes each byte for a character.
pub(super) fn initials(call: &mut Call<'_>) -> Outcome {
    let mut after_gap = true;
    keep(call, |c| {
        if is_space(c) {
            after_gap = true;
            return false;
        }
        std::mem::take(&mut after_gap)
    })
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

/// Applies `change` to all characters of the first argument together.
fn convert(call: &mut Call<'_>, change: impl FnOnce(&[Sign]) -> Vec<Sign>) -> Outcome {
    /// What a character takes for a while: before and after, each with its origin.
    const BYTES: usize = 20;
    /// They are told from each other by several tables.
    const STEPS: u64 = 2;
    let holder = call.any(0).clone();
    let length = holder.as_text().map_or(0, Text::len);
    call.env.spend(length.saturating_mul(BYTES))?;
    call.env.work(length as u64 * STEPS)?;
    let mut signs = Vec::with_capacity(length);
    for (piece, origin) in call.env.pieces(&holder, 0..length) {
        signs.extend(piece.chars().map(|c| (c, origin)));
    }
    let mut out = call.env.builder();
    let mut buffer = [0; 4];
    for (c, origin) in change(&signs) {
        out.push(c.encode_utf8(&mut buffer), origin);
    }
    Ok(call.env.finish(out))
}

/// Applies `change` to the character before (as it was) and each character of the first argument.
fn change(call: &mut Call<'_>, mut change: impl FnMut(Option<char>, char) -> char) -> Outcome {
    let mut before = None;
    rewrite(call, |piece, changed| {
        for c in piece.chars() {
            changed.push(change(before, c));
            before = Some(c);
        }
    })
}

/// Keeps some bytes of the first argument, each taken for the character of its number.
fn keep(call: &mut Call<'_>, mut is_kept: impl FnMut(char) -> bool) -> Outcome {
    rewrite(call, |piece, kept| {
        kept.extend(piece.bytes().map(char::from).filter(|c| is_kept(*c)));
    })
}

/// Writes the pieces of the first argument anew.
fn rewrite(call: &mut Call<'_>, mut write: impl FnMut(&str, &mut String)) -> Outcome {
    let holder = call.any(0).clone();
    let length = holder.as_text().map_or(0, Text::len);
    // A character may become one of more bytes.
    call.env.spend(length.saturating_mul(2))?;
    let mut out = call.env.builder();
    call.env.each_piece(&holder, 0..length, |piece, origin| {
        out.push_with(origin, |written| write(piece, written));
    });
    Ok(call.env.finish(out))
}
