//! Parts of strings.

use crate::functions::{Call, Env, Failure, Outcome};
use crate::go::unicode::is_space;
use crate::value::{Text, Value};

pub(super) fn trim(call: &mut Call<'_>) -> Outcome {
    let text = call.text(0);
    keep(call, 0, text.as_str().trim_matches(is_space))
}

pub(super) fn trim_all(call: &mut Call<'_>) -> Outcome {
    let (text, set) = (call.text(1), call.text(0));
    keep(call, 1, text.as_str().trim_matches(|c| set.as_str().contains(c)))
}

pub(super) fn trim_prefix(call: &mut Call<'_>) -> Outcome {
    let (text, prefix) = (call.text(1), call.text(0));
    let kept = text.as_str().strip_prefix(prefix.as_str()).unwrap_or(text.as_str());
    keep(call, 1, kept)
}

pub(super) fn trim_suffix(call: &mut Call<'_>) -> Outcome {
    let (text, suffix) = (call.text(1), call.text(0));
    let kept = text.as_str().strip_suffix(suffix.as_str()).unwrap_or(text.as_str());
    keep(call, 1, kept)
}

/// The part `kept` of the string argument at `index`.
fn keep(call: &mut Call<'_>, index: usize, kept: &str) -> Outcome {
    let holder = call.any(index).clone();
    let whole = holder.as_text().map_or("", Text::as_str);
    if kept.len() == whole.len() {
        return Ok(holder);
    }
    let start = kept.as_ptr() as usize - whole.as_ptr() as usize;
    call.env.cut(&holder, start as i64, (start + kept.len()) as i64)
}

pub(super) fn trunc(call: &mut Call<'_>) -> Outcome {
    let holder = call.any(1).clone();
    let (count, length) = (call.int(0), call.bytes(1).len() as i64);
    if count < 0 && length.saturating_add(count) > 0 {
        return Ok(call.env.cut_anywhere(&holder, length + count, length));
    }
    if count >= 0 && length > count {
        return Ok(call.env.cut_anywhere(&holder, 0, count));
    }
    Ok(holder)
}

pub(super) fn substr(call: &mut Call<'_>) -> Outcome {
    let holder = call.any(2).clone();
    let (start, end, length) = (call.int(0), call.int(1), call.bytes(2).len() as i64);
    let out_of_range = |range: String| {
        Err(Failure::error(format!("runtime error: slice bounds out of range {range}")))
    };
    if start < 0 {
        return match end {
            ..0 => out_of_range(format!("[:{end}]")),
            _ if end > length => out_of_range(format!("[:{end}] with length {length}")),
            _ => Ok(call.env.cut_anywhere(&holder, 0, end)),
        };
    }
    let end = if end < 0 || end > length { length } else { end };
    if start > end {
        return out_of_range(format!("[{start}:{end}]"));
    }
    Ok(call.env.cut_anywhere(&holder, start, end))
}

pub(super) fn abbrev(call: &mut Call<'_>) -> Outcome {
    let width = call.int(0);
    let holder = call.any(1).clone();
    if width < 4 { Ok(holder) } else { abbreviate(call.env, &holder, 0, 0, width) }
}

pub(super) fn abbrev_both(call: &mut Call<'_>) -> Outcome {
    let (left, right) = (call.int(0), call.int(1));
    let holder = call.any(2).clone();
    if right < 4 || (left > 0 && right < 7) {
        return Ok(holder);
    }
    abbreviate(call.env, &holder, 0, left, right)
}

/// Shortens the bytes from `from` on to `width`, showing what stands at `offset` of them
/// (goutils 1.1.1 `AbbreviateFull`).
fn abbreviate(env: &mut Env, holder: &Value, from: i64, offset: i64, width: i64) -> Outcome {
    let end = holder.as_text().map_or(0, Text::len) as i64;
    let length = end - from;
    if length == 0 || width < 4 {
        return Ok(Value::str(""));
    }
    if length <= width {
        return env.cut(holder, from, end);
    }
    let shown = width - 3;
    let mut offset = offset.min(length);
    if length.wrapping_sub(offset) < shown {
        offset = length - shown;
    }
    let mut out = env.builder();
    let origin = env.slice_origin(holder, from as usize);
    if offset <= 4 {
        let head = env.cut(holder, from, from + shown)?;
        env.append(&mut out, &head);
        out.push("...", origin);
        return Ok(env.finish(out));
    }
    if width < 7 {
        return Ok(Value::str(""));
    }
    out.push("...", origin);
    let tail = if offset + shown < length {
        abbreviate(env, holder, from + offset, 0, shown)?
    } else {
        env.cut(holder, end - shown, end)?
    };
    env.append(&mut out, &tail);
    Ok(env.finish(out))
}
