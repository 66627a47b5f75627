//! Regular expressions in Go's syntax.

mod pattern;
mod syntax;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use pattern::Pattern;

use super::{Call, Env, Failure, Family, Function, Outcome, Type};
use crate::go::quote::{can_backquote, quote};
use crate::trace::OriginId;
use crate::value::{Data, List, ListKind, TextBuilder, Value};

/// A regular expression in Go's syntax.
#[derive(Debug)]
pub struct GoRegex(Pattern);

impl GoRegex {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// The message of Go's `regexp.Compile` (1.26).
    pub fn new(source: &str) -> Result<Self, String> {
        Pattern::new(source).map(Self)
    }

    /// Tells whether the expression matches somewhere in `text`.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

pub(super) const FAMILY: Family = Family {
    name: "regular expressions",
    source: "sprig 3.3.0 regex.go; Go 1.26 regexp",
    functions: &[
        Function::new(
            "regexMatch",
            &[Type::Str, Type::Str],
            regex_match,
            "Tells whether the expression matches somewhere; false when it is not valid.",
        ),
        Function::new(
            "mustRegexMatch",
            &[Type::Str, Type::Str],
            must_regex_match,
            "Tells whether the expression matches somewhere.",
        ),
        Function::new(
            "regexFind",
            &[Type::Str, Type::Str],
            |call| find(call, Mode::Panic),
            "Returns the first match, empty if there is none.",
        ),
        Function::new(
            "mustRegexFind",
            &[Type::Str, Type::Str],
            |call| find(call, Mode::Error),
            "Returns the first match, empty if there is none.",
        ),
        Function::new(
            "regexFindAll",
            &[Type::Str, Type::Str, Type::Int],
            |call| find_all(call, Mode::Panic),
            "Lists the first matches, all if the count is negative.",
        ),
        Function::new(
            "mustRegexFindAll",
            &[Type::Str, Type::Str, Type::Int],
            |call| find_all(call, Mode::Error),
            "Lists the first matches, all if the count is negative.",
        ),
        Function::new(
            "regexReplaceAll",
            &[Type::Str, Type::Str, Type::Str],
            |call| replace_all(call, Mode::Panic, true),
            "Replaces all matches; `$1` and `${name}` stand for groups.",
        ),
        Function::new(
            "mustRegexReplaceAll",
            &[Type::Str, Type::Str, Type::Str],
            |call| replace_all(call, Mode::Error, true),
            "Replaces all matches; `$1` and `${name}` stand for groups.",
        ),
        Function::new(
            "regexReplaceAllLiteral",
            &[Type::Str, Type::Str, Type::Str],
            |call| replace_all(call, Mode::Panic, false),
            "Replaces all matches by a text taken as it is.",
        ),
        Function::new(
            "mustRegexReplaceAllLiteral",
            &[Type::Str, Type::Str, Type::Str],
            |call| replace_all(call, Mode::Error, false),
            "Replaces all matches by a text taken as it is.",
        ),
        Function::new(
            "regexSplit",
            &[Type::Str, Type::Str, Type::Int],
            |call| split(call, Mode::Panic),
            "Splits at matches into at most that many parts, all if the count is negative.",
        ),
        Function::new(
            "mustRegexSplit",
            &[Type::Str, Type::Str, Type::Int],
            |call| split(call, Mode::Error),
            "Splits at matches into at most that many parts, all if the count is negative.",
        ),
        Function::new(
            "regexQuoteMeta",
            &[Type::Str],
            quote_meta,
            "Escapes what has a meaning in regular expressions.",
        ),
    ],
};

/// How a function reports an invalid expression.
#[derive(Clone, Copy)]
enum Mode {
    /// As the panic of `regexp.MustCompile`.
    Panic,
    /// As the error of `regexp.Compile`.
    Error,
}

/// How many compiled expressions a thread keeps.
const CACHE_SIZE: usize = 256;

thread_local! {
    static CACHE: RefCell<HashMap<String, Rc<Pattern>>> = RefCell::new(HashMap::new());
}

/// Roughly the steps that compiling an expression takes.
pub(crate) fn cost(source: &str) -> u64 {
    pattern::cost(source)
}

fn compiled(call: &mut Call<'_>) -> Result<Result<Rc<Pattern>, String>, Failure> {
    let source = call.str(0);
    if let Some(pattern) = CACHE.with_borrow(|cache| cache.get(source).cloned()) {
        return Ok(Ok(pattern));
    }
    if let Err(error) = Pattern::check(source) {
        return Ok(Err(error));
    }
    call.env.work(pattern::cost(source))?;
    Ok(compile(source))
}

fn compile(source: &str) -> Result<Rc<Pattern>, String> {
    CACHE.with_borrow_mut(|cache| {
        let pattern = Rc::new(Pattern::new(source)?);
        if cache.len() >= CACHE_SIZE {
            cache.clear();
        }
        cache.insert(source.to_owned(), Rc::clone(&pattern));
        Ok(pattern)
    })
}

fn pattern(call: &mut Call<'_>, mode: Mode) -> Result<Rc<Pattern>, Failure> {
    let pattern = compiled(call)?;
    let source = call.str(0);
    pattern.map_err(|error| match mode {
        Mode::Error => Failure::error(error),
        Mode::Panic => {
            let quoted = if can_backquote(source) { format!("`{source}`") } else { quote(source) };
            Failure::error(format!("regexp: Compile({quoted}): {error}"))
        }
    })
}

fn regex_match(call: &mut Call<'_>) -> Outcome {
    let Ok(pattern) = compiled(call)? else { return Ok(Value::bool(false)) };
    is_match(call, &pattern)
}

fn must_regex_match(call: &mut Call<'_>) -> Outcome {
    let pattern = pattern(call, Mode::Error)?;
    is_match(call, &pattern)
}

fn is_match(call: &mut Call<'_>, pattern: &Pattern) -> Outcome {
    let text = call.str(1);
    call.env.work(pattern.effort(text.len(), 0, None))?;
    Ok(Value::bool(pattern.is_match(text)))
}

fn find(call: &mut Call<'_>, mode: Mode) -> Outcome {
    let pattern = pattern(call, mode)?;
    let text = call.str(1);
    call.env.work(pattern.effort(text.len(), 0, None))?;
    let range = pattern.find_at(text, 0).unwrap_or(0..0);
    let by = call.origin(0);
    Ok(part(call, range, by))
}

fn find_all(call: &mut Call<'_>, mode: Mode) -> Outcome {
    let pattern = pattern(call, mode)?;
    let matches = matches(call.env, &pattern, call.str(1), call.int(2))?;
    if matches.is_empty() { Ok(none()) } else { parts(call, matches) }
}

fn split(call: &mut Call<'_>, mode: Mode) -> Outcome {
    let pattern = pattern(call, mode)?;
    let (text, count) = (call.str(1), call.int(2));
    if count == 0 {
        return Ok(none());
    }
    if !call.str(0).is_empty() && text.is_empty() {
        return parts(call, std::iter::once(0..0).collect());
    }
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    let mut ranges = Vec::new();
    let (mut from, mut end) = (0, 0);
    for found in matches(call.env, &pattern, text, count)? {
        if ranges.len() >= limit - 1 {
            break;
        }
        end = found.start;
        if found.end != 0 {
            ranges.push(from..end);
        }
        from = found.end;
    }
    if end != text.len() {
        ranges.push(from..text.len());
    }
    parts(call, ranges)
}

/// Go's nil slice of strings, which JSON shows as `null`.
fn none() -> Value {
    Value::new(Data::List(List::nil_of_kind(ListKind::Strings)))
}

/// The part `range` of the second argument, which the expression of origin `by` chose.
fn part(call: &mut Call<'_>, range: Range<usize>, by: OriginId) -> Value {
    let holder = call.any(1).clone();
    let mut value = call.env.slice(&holder, range);
    value.origin = call.env.trace.decided(value.origin, by);
    value
}

fn parts(call: &mut Call<'_>, ranges: Vec<Range<usize>>) -> Outcome {
    call.env.spend_elements(ranges.len())?;
    let by = call.origin(0);
    let items = ranges.into_iter().map(|range| part(call, range, by)).collect();
    Ok(Value::new(Data::List(List::of_kind(items, ListKind::Strings))))
}

/// The first `count` matches as `FindAllStringIndex` returns them; all if `count` is negative.
fn matches(
    env: &mut Env,
    pattern: &Pattern,
    text: &str,
    count: i64,
) -> Result<Vec<Range<usize>>, Failure> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut at = 0;
    let mut last_end = None;
    while found.len() < count && at <= text.len() {
        let range = pattern.find_at(text, at);
        env.work(pattern.effort(text.len(), at, range.as_ref().map(|range| range.end)))?;
        let Some(range) = range else { break };
        // An empty match right after a match does not count.
        let accept = range.end != at || last_end != Some(range.start);
        at = if range.end == at { step(text, at) } else { range.end };
        last_end = Some(range.end);
        if accept {
            env.spend(size_of::<Range<usize>>())?;
            found.push(range);
        }
    }
    Ok(found)
}

/// The offset of the character after the one at `at`; beyond the text at its end.
fn step(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}

fn replace_all(call: &mut Call<'_>, mode: Mode, expand: bool) -> Outcome {
    let pattern = pattern(call, mode)?;
    let holder = call.any(1).clone();
    let (source, whole) = (call.text(1), holder.origin);
    let (replacement, replacement_whole) = (call.text(2), call.any(2).origin);
    let (text, template) = (call.str(1), call.str(2));
    let mut out = TextBuilder::new();
    let (mut last_end, mut at, mut charged) = (0, 0, 0);
    let has_groups = expand && template.contains('$');
    // Finding groups takes longer than finding a match.
    let factor = if has_groups { 4 } else { 1 };
    while at <= text.len() {
        let groups = if has_groups {
            pattern.captures_at(text, at).unwrap_or_default()
        } else {
            vec![pattern.find_at(text, at)]
        };
        let found = groups.first().cloned().flatten();
        let end = found.as_ref().map(|found| found.end);
        call.env.work(pattern.effort(text.len(), at, end).saturating_mul(factor))?;
        let Some(found) = found else { break };
        out.push_part(&source, last_end..found.start, whole);
        if found.end > last_end || found.start == 0 {
            if expand {
                for piece in pattern::expansion(template, &pattern, &groups) {
                    match piece {
                        pattern::Piece::Template(range) => {
                            out.push_part(&replacement, range, replacement_whole);
                        }
                        pattern::Piece::Source(range) => out.push_part(&source, range, whole),
                    }
                }
            } else {
                out.push_text(&replacement, replacement_whole);
            }
        }
        call.env.spend(out.len().saturating_sub(charged))?;
        charged = out.len();
        last_end = found.end;
        at = if at < text.len() && step(text, at) > found.end {
            step(text, at)
        } else if at + 1 > found.end {
            at + 1
        } else {
            found.end
        };
    }
    out.push_part(&source, last_end..text.len(), whole);
    let mut value = out.finish();
    let by = call.origin(0);
    value.origin = call.env.trace.join(value.origin, by);
    Ok(value)
}

fn quote_meta(call: &mut Call<'_>) -> Outcome {
    let (source, whole) = (call.text(0), call.any(0).origin);
    let mut out = TextBuilder::new();
    let mut start = 0;
    for (at, _) in source.as_str().match_indices(|c| r"\.+*?()|[]{}^$".contains(c)) {
        out.push_part(&source, start..at, whole);
        out.push(r"\", whole);
        start = at;
    }
    out.push_part(&source, start..source.len(), whole);
    Ok(out.finish())
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;
    use crate::functions::recorded::{call, call_in, env, message, rows, text};
    use crate::trace::Leaf;

    fn strings(value: &Value) -> Vec<String> {
        let Data::List(list) = &value.data else { panic!("not a list: {value:?}") };
        assert_eq!(list.kind(), ListKind::Strings);
        list.items().iter().map(|item| item.as_text().unwrap().as_str().to_owned()).collect()
    }

    fn json_strings(json: &Json) -> Vec<String> {
        let items = json.as_array().unwrap();
        items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn results_are_those_of_go() {
        for row in rows(include_str!("../../tests/data/regex.json")) {
            let cell = |index: usize| Value::str(row[index].as_str().unwrap());
            let count = Value::int(row[3].as_i64().unwrap());
            let plain = [cell(0), cell(1)];
            let counted = [cell(0), cell(1), count];
            let replaced = [cell(0), cell(1), cell(2)];
            if let Some(error) = row[9].as_str() {
                assert_eq!(message(call("mustRegexMatch", &plain)), error, "{row:?}");
                assert!(!call("regexMatch", &plain).unwrap().truth());
                continue;
            }
            let matches = call("regexMatch", &plain).unwrap().truth();
            assert_eq!(Some(matches), row[4].as_bool(), "{row:?}");
            assert_eq!(text("regexFind", &plain), row[5].as_str().unwrap(), "{row:?}");
            let all = call("regexFindAll", &counted).unwrap();
            assert_eq!(strings(&all), json_strings(&row[6]), "{row:?}");
            let result = text("regexReplaceAll", &replaced);
            assert_eq!(result, row[7].as_str().unwrap(), "{row:?}");
            let split = call("regexSplit", &counted).unwrap();
            assert_eq!(strings(&split), json_strings(&row[8]), "{row:?}");
        }
    }

    #[test]
    fn no_match_is_no_list() {
        for (name, count) in [("regexFindAll", -1), ("regexSplit", 0)] {
            let args = [Value::str("x"), Value::str("y"), Value::int(count)];
            let value = call(name, &args).unwrap();
            let Data::List(list) = &value.data else { panic!("{value:?}") };
            assert!(list.is_nil(), "{name}");
        }
    }

    #[test]
    fn quoting_is_that_of_go() {
        for row in rows(include_str!("../../tests/data/regex_quote.json")) {
            let cell = |index: usize| row[index].as_str().unwrap();
            assert_eq!(text("regexQuoteMeta", &[Value::str(cell(0))]), cell(1));
            let bad = Value::str(format!("({}", cell(0)));
            assert_eq!(message(call("regexFind", &[bad, Value::str("x")])), cell(2));
        }
    }

    #[test]
    fn replacing_keeps_the_origin_of_the_rest() {
        let mut env = env();
        let subject = env.trace.leaf(Leaf::Builtin("subject".into()));
        let with = env.trace.leaf(Leaf::Builtin("with".into()));
        let literal = |text: &str, origin| Value::of(Value::str(text).data, origin);
        let args =
            [literal("b(.)", OriginId::NONE), literal("abcd", subject), literal("<$1>", with)];
        let value = call_in(&mut env, "regexReplaceAll", &args).unwrap();
        let text = value.as_text().unwrap();
        let pieces: Vec<_> = text.pieces(0..text.len(), value.origin).collect();
        assert_eq!(
            pieces,
            [("a", subject), ("<", with), ("c", subject), (">", with), ("d", subject)]
        );
    }
}
