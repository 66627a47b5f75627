//! Checks of single values.

use plimsoll_chart::{GoRegex, base64_bytes};

use super::{Complaint, Subject, unequal};
use crate::manifest::{shown, uniform};
use crate::value::{Kind, Value};

type Checked = Result<(), Complaint>;

/// Passes where `holds` is what is expected.
fn expect(subject: &Subject<'_>, holds: bool, complaint: impl FnOnce() -> Complaint) -> Checked {
    if holds == subject.negative { Err(complaint()) } else { Ok(()) }
}

pub(super) fn equal(
    subject: &Subject<'_>,
    actual: &Value,
    expected: &Value,
    decode: bool,
) -> Checked {
    let actual = match actual.as_str() {
        Some(text) if decode => {
            Value { span: actual.span, ..Value::text(uniform(&decoded(text)?)) }
        }
        Some(text) => Value { span: actual.span, ..Value::text(uniform(text)) },
        None => actual.clone(),
    };
    expect(subject, actual == *expected, || {
        let complaint = unequal(subject, expected, &actual);
        if !subject.negative && complaint.expected == complaint.actual {
            let (wanted, found) = (expected.type_name(), actual.type_name());
            return Complaint {
                message: format!(
                    "{}, but one is {wanted} and the other {found}",
                    complaint.message
                ),
                ..complaint
            };
        }
        complaint
    })
}

fn decoded(text: &str) -> Result<String, Complaint> {
    match base64_bytes(text) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(_) => Err(Complaint::new("the value is no base64").actual(text)),
    }
}

/// Compares by size. Upstream lets every value pass where it must not be at least so large.
pub(super) fn ordered(
    subject: &Subject<'_>,
    actual: &Value,
    expected: &Value,
    at_least: bool,
) -> Checked {
    let order = match (&actual.kind, &expected.kind) {
        (Kind::Int(a), Kind::Int(b)) => Some(a.cmp(b)),
        (Kind::Float(a), Kind::Float(b)) => a.partial_cmp(b),
        (Kind::Str(a), Kind::Str(b)) => Some(a.cmp(b)),
        _ => {
            let (found, wanted) = (actual.type_name(), expected.type_name());
            let message =
                format!("a value of type {found} cannot be compared with one of {wanted}");
            return Err(Complaint::new(message).expected(shown(expected)).actual(shown(actual)));
        }
    };
    let holds = order.is_some_and(|order| if at_least { order.is_ge() } else { order.is_le() });
    expect(subject, holds, || {
        let word = if at_least { "greater than" } else { "less than" };
        Complaint::new(format!("expected{} to be {word} or equal to", subject.not()))
            .expected(shown(expected))
            .actual(shown(actual))
    })
}

/// Compiles a pattern.
pub(super) fn pattern(pattern: &str) -> Result<GoRegex, Complaint> {
    if pattern.is_empty() {
        return Err(Complaint::new("`pattern` is missing"));
    }
    GoRegex::new(pattern).map_err(Complaint::new)
}

pub(super) fn matches(
    subject: &Subject<'_>,
    actual: &Value,
    pattern: &str,
    regex: &GoRegex,
    decode: bool,
) -> Checked {
    let Some(text) = actual.as_str() else {
        let message = format!("expected text, not {}", crate::suite::kind(actual));
        return Err(Complaint::new(message).actual(shown(actual)));
    };
    let text = if decode { decoded(text)? } else { text.to_owned() };
    expect(subject, regex.is_match(&text), || {
        Complaint::new(format!("expected{} to match", subject.not())).expected(pattern).actual(text)
    })
}

pub(super) fn contains(
    subject: &Subject<'_>,
    actual: &Value,
    content: &Value,
    count: Option<i64>,
    any: bool,
) -> Checked {
    let Kind::Seq(items) = &actual.kind else {
        let message = format!("expected a list, not {}", crate::suite::kind(actual));
        return Err(Complaint::new(message).actual(shown(actual)));
    };
    let is_like = |item: &&Value| {
        if any && item.is_string_map() && content.is_string_map() {
            has_all(item, content)
        } else {
            *item == content
        }
    };
    let found = items.iter().filter(is_like).count();
    let holds = found > 0
        && count.is_none_or(|count| usize::try_from(count).is_ok_and(|count| count == found));
    expect(subject, holds, || {
        let wanted = shown(&Value { kind: Kind::Seq(vec![content.clone()]), span: content.span });
        let message = match count {
            Some(count) => {
                format!("expected{} to contain it {count} times, found {found}", subject.not())
            }
            None => format!("expected{} to contain", subject.not()),
        };
        Complaint::new(message).expected(wanted).actual(shown(actual))
    })
}

pub(super) fn is_empty(subject: &Subject<'_>, actual: &Value) -> Checked {
    expect(subject, actual.is_empty(), || {
        Complaint::new(format!("expected{} to be null or empty", subject.not()))
            .actual(shown(actual))
    })
}

pub(super) fn is_type(subject: &Subject<'_>, actual: &Value, of: &str) -> Checked {
    expect(subject, actual.type_name() == of, || {
        let found = match actual.type_name() {
            "" => "nothing",
            name => name,
        };
        Complaint::new(format!("expected{} to be of type", subject.not()))
            .expected(of)
            .actual(found)
    })
}

pub(super) fn is_subset(subject: &Subject<'_>, actual: &Value, content: &Value) -> Checked {
    if !actual.is_string_map() || !content.is_string_map() {
        let message = format!("expected a mapping, not {}", crate::suite::kind(actual));
        return Err(Complaint::new(message).actual(shown(actual)));
    }
    expect(subject, has_all(actual, content), || {
        Complaint::new(format!("expected{} to contain", subject.not()))
            .expected(shown(content))
            .actual(shown(actual))
    })
}

/// Tells whether the mapping has every entry of `content`. A null in it is met by absence, too.
fn has_all(actual: &Value, content: &Value) -> bool {
    content.entries().iter().all(|(key, wanted)| {
        let found = key.as_str().and_then(|key| actual.get(key));
        found.map_or_else(|| wanted.is_null(), |found| found == wanted)
    })
}
