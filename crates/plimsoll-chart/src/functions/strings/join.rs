//! Strings put together and taken apart.

use std::ops::Range;

use memchr::memchr_iter;

use super::strval;
use crate::functions::{Call, Env, Failure, Outcome};
use crate::go::quote::push_quoted;
use crate::trace::OriginId;
use crate::value::{Data, Entries, List, ListKind, Map, MapKind, Text, Value};

/// Sprig's `strslice`: the elements of a list as strings, or the one value as a string.
pub(crate) fn strings_of(value: &Value, env: &mut Env) -> Result<Vec<Value>, Failure> {
    let mut strings = Vec::new();
    match &value.data {
        Data::List(list) => {
            for item in list.items().iter().filter(|item| !item.is_nil()) {
                strings.push(strval(item, env)?);
            }
        }
        Data::Bytes(bytes) => {
            env.spend_elements(bytes.len())?;
            let digits =
                |byte: &u8| Value::of(Data::Str(Text::plain(byte.to_string())), value.origin);
            strings.extend(bytes.iter().map(digits));
        }
        Data::Host(host) if host.kind() == "slice" => return strings_of(&host.plain(), env),
        Data::Nil | Data::Invalid => {}
        _ => strings.push(strval(value, env)?),
    }
    Ok(strings)
}

/// A list of Go type `[]string` whose length owes to `origin`.
pub(super) fn list_of_strings(strings: Vec<Value>, origin: OriginId) -> Value {
    Value::of(Data::List(List::of_kind(strings, ListKind::Strings)), origin)
}

pub(super) fn join(call: &mut Call<'_>) -> Outcome {
    let (separator, list) = (call.any(0).clone(), call.any(1).clone());
    let strings = strings_of(&list, call.env)?;
    let mut joined = join_with(call.env, &strings, &separator)?;
    // How many there are owes to the list.
    if joined.origin != OriginId::UNSET {
        joined.origin = call.env.trace.decided(joined.origin, list.own_origin());
    }
    Ok(joined)
}

fn join_with(env: &mut Env, strings: &[Value], separator: &Value) -> Outcome {
    let mut out = env.builder();
    for (index, string) in strings.iter().enumerate() {
        if index > 0 {
            spend_for(env, separator)?;
            env.append(&mut out, separator);
        }
        spend_for(env, string)?;
        env.append(&mut out, string);
    }
    Ok(env.finish(out))
}

fn spend_for(env: &mut Env, string: &Value) -> Result<(), Failure> {
    env.spend(string.as_text().map_or(0, Text::len))
}

pub(super) fn cat(call: &mut Call<'_>) -> Outcome {
    let space = Value::of(Data::Str(Text::plain(" ")), OriginId::NONE);
    let mut strings = Vec::new();
    for value in call.args().iter().filter(|value| !value.is_nil()) {
        strings.push(crate::go::print::to_text(value, call.env)?);
    }
    join_with(call.env, &strings, &space)
}

pub(super) fn quote(call: &mut Call<'_>) -> Outcome {
    quote_each(call, '"', |value, env| {
        let text = strval(value, env)?;
        let length = text.as_text().map_or(0, Text::len);
        let mut out = env.builder();
        env.each_piece(&text, 0..length, |piece, origin| {
            out.push_with(origin, |text| push_quoted(text, piece, false));
        });
        Ok(env.finish(out))
    })
}

pub(super) fn squote(call: &mut Call<'_>) -> Outcome {
    quote_each(call, '\'', crate::go::print::to_text)
}

/// Puts each value's text between `mark`s, and spaces between them; nil ones are left out.
fn quote_each(
    call: &mut Call<'_>,
    mark: char,
    text_of: impl Fn(&Value, &mut Env) -> Outcome,
) -> Outcome {
    let mut out = call.env.builder();
    for (index, value) in call.args().iter().filter(|value| !value.is_nil()).enumerate() {
        if index > 0 {
            out.push(" ", OriginId::NONE);
        }
        let text = text_of(value, call.env)?;
        call.env.spend(text.as_text().map_or(0, Text::len).saturating_add(3))?;
        let length = text.as_text().map_or(0, Text::len);
        let (first, last) = if length == 0 {
            (value.origin, value.origin)
        } else {
            (call.env.slice_origin(&text, 0), call.env.slice_origin(&text, length - 1))
        };
        out.push(mark.encode_utf8(&mut [0; 4]), first);
        call.env.append(&mut out, &text);
        out.push(mark.encode_utf8(&mut [0; 4]), last);
    }
    Ok(call.env.finish(out))
}

pub(super) fn indent(call: &mut Call<'_>) -> Outcome {
    indented(call, false)
}

pub(super) fn nindent(call: &mut Call<'_>) -> Outcome {
    indented(call, true)
}

fn indented(call: &mut Call<'_>, newline: bool) -> Outcome {
    let spaces = pad(call)?;
    let text = call.str(1);
    let origin = call.origin(0);
    let lines = 1 + memchr_iter(b'\n', text.as_bytes()).count();
    let added = lines.saturating_mul(spaces.len());
    call.env.spend(text.len().saturating_add(added))?;
    let mut out = call.env.builder();
    out.reserve(1 + text.len() + added);
    out.push(if newline { "\n" } else { "" }, origin);
    if let [_, holder, ..] = call.args() {
        call.env.append_lines(&mut out, holder, (&spaces, origin));
    }
    Ok(call.env.finish(out))
}

/// The spaces that the first argument asks for.
fn pad(call: &mut Call<'_>) -> Result<String, Failure> {
    let count = usize::try_from(call.int(0))
        .map_err(|_| Failure::error("strings: negative Repeat count"))?;
    call.env.spend(count)?;
    Ok(" ".repeat(count))
}

pub(super) fn repeat(call: &mut Call<'_>) -> Outcome {
    let holder = call.any(1).clone();
    let count = usize::try_from(call.int(0))
        .map_err(|_| Failure::error("strings: negative Repeat count"))?;
    let length = call.str(1).len();
    let mut once = call.env.builder();
    if length > 0 && count > 0 {
        call.env.append(&mut once, &holder);
    }
    call.env.spend(length.saturating_mul(count))?;
    Ok(call.env.finish(once.repeated(count)))
}

pub(super) fn replace(call: &mut Call<'_>) -> Outcome {
    let (new, holder) = (call.any(1).clone(), call.any(2).clone());
    let (old, text) = (call.str(0), call.str(2));
    let mut out = call.env.builder();
    let mut start = 0;
    for (at, found) in text.match_indices(old) {
        call.env.append_part(&mut out, &holder, start..at);
        spend_for(call.env, &new)?;
        call.env.append(&mut out, &new);
        start = at + found.len();
    }
    call.env.spend(text.len())?;
    call.env.append_part(&mut out, &holder, start..text.len());
    Ok(call.env.finish(out))
}

pub(super) fn sort_alpha(call: &mut Call<'_>) -> Outcome {
    let value = call.any(0).clone();
    let is_list = matches!(value.kind(), "slice");
    let mut strings =
        if is_list { strings_of(&value, call.env)? } else { vec![strval(&value, call.env)?] };
    strings.sort_by(|a, b| bytes_of(a).cmp(bytes_of(b)));
    // Which one comes first owes to all of them.
    let by = call.origin(0);
    for string in &mut strings {
        string.origin = call.env.trace.decided(string.origin, by);
    }
    Ok(list_of_strings(strings, value.own_origin()))
}

fn bytes_of(string: &Value) -> &[u8] {
    string.as_text().map_or(&[], |text| text.as_str().as_bytes())
}

pub(super) fn split(call: &mut Call<'_>) -> Outcome {
    let parts = parts(call.str(1), call.str(0), -1);
    numbered(call, 1, parts)
}

pub(super) fn splitn(call: &mut Call<'_>) -> Outcome {
    let parts = parts(call.str(2), call.str(0), call.int(1));
    numbered(call, 2, parts)
}

pub(super) fn split_list(call: &mut Call<'_>) -> Outcome {
    let parts = parts(call.str(1), call.str(0), -1);
    call.env.spend_elements(parts.len())?;
    let holder = call.any(1).clone();
    let strings = parts.into_iter().map(|part| part_of(call.env, &holder, part)).collect();
    let origin = call.origins();
    Ok(list_of_strings(strings, origin))
}

/// The parts under the keys `_0`, `_1` and so on.
fn numbered(call: &mut Call<'_>, index: usize, parts: Vec<Range<usize>>) -> Outcome {
    call.env.spend_entries(parts.len())?;
    call.env.work(4 * parts.len() as u64)?;
    let holder = call.any(index).clone();
    let mut entries = Entries::default();
    for (number, part) in parts.into_iter().enumerate() {
        entries.insert(format!("_{number}").into(), part_of(call.env, &holder, part));
    }
    let map = Map::from_entries(entries, MapKind::Strings);
    let origin = call.origins();
    Ok(Value::of(Data::Map(map), origin))
}

fn part_of(env: &mut Env, holder: &Value, part: Range<usize>) -> Value {
    if part.is_empty() {
        let origin = env.origin_of(holder);
        return Value::of(Data::Str(Text::plain("")), origin);
    }
    env.slice(holder, part)
}

/// Where Go's `strings.SplitN` would cut; fewer than zero parts stand for all.
fn parts(text: &str, separator: &str, limit: i64) -> Vec<Range<usize>> {
    let limit = if limit < 0 { usize::MAX } else { usize::try_from(limit).unwrap_or(usize::MAX) };
    let mut parts = Vec::new();
    let mut start = 0;
    if limit == 0 || (separator.is_empty() && text.is_empty()) {
        return parts;
    }
    for (at, found) in text.match_indices(separator) {
        if parts.len() + 1 == limit {
            break;
        }
        // An empty separator is found before the first character and behind the last one too.
        if separator.is_empty() && (at == 0 || at == text.len()) {
            continue;
        }
        parts.push(start..at);
        start = at + found.len();
    }
    parts.push(start..text.len());
    parts
}
