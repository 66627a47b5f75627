//! Arguments of flags that set values: how reading stops, what is refused, what texts mean.

use crate::Profile;
use crate::go::quote::{quote, quote_char};
use crate::value::{Data, IntKind, Map, Text, Value};

/// How many dots a key may have.
const MAX_LEVEL: usize = 30;

/// Why reading stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The argument is used up, which is no error by itself.
    End,
    /// Something is wrong.
    Failed(String),
}

pub(super) type Step<T> = Result<T, Stop>;

pub(super) fn fail<T>(message: impl Into<String>) -> Step<T> {
    Err(Stop::Failed(message.into()))
}

/// Sets a key, unless it is empty.
pub(super) fn set(data: &Map, key: &str, value: Value) {
    if !key.is_empty() {
        data.insert(key, value);
    }
}

/// One dot more.
pub(super) fn next_level(level: usize) -> Step<usize> {
    if level >= MAX_LEVEL {
        return fail(format!(
            "value name nested level is greater than maximum supported nested level of {MAX_LEVEL}"
        ));
    }
    Ok(level + 1)
}

/// Go's panic on a failed type assertion, which Helm turns into an error.
pub(super) fn wrong_type<T>(value: &Value, want: &str) -> Step<T> {
    let got = match value.type_name() {
        "<nil>" => "nil",
        name => name,
    };
    fail(format!("unable to parse key: interface conversion: interface {{}} is {got}, not {want}"))
}

pub(super) fn unexpected<T>(key: &str) -> Step<T> {
    let quoted: Vec<String> = key.chars().map(|c| quote_char(c, false)).collect();
    fail(format!("unexpected data at end of array index: [{}]", quoted.join(" ")))
}

/// Reads an index as Go's `strconv.Atoi`.
pub(super) fn read_index(digits: &str, closed: bool, profile: Profile) -> Step<usize> {
    if !closed {
        return if profile.ends_inside_index() {
            Err(Stop::End)
        } else {
            fail("error parsing index: EOF")
        };
    }
    let wrong = |reason: &str| {
        fail(format!("error parsing index: strconv.Atoi: parsing {}: {reason}", quote(digits)))
    };
    let bare = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    if bare.is_empty() || !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return wrong("invalid syntax");
    }
    let Ok(index) = digits.parse::<i64>() else { return wrong("value out of range") };
    match usize::try_from(index) {
        Ok(index) => Ok(index),
        Err(_) => fail(format!("negative {index} index not allowed")),
    }
}

/// What a text means to `--set`.
pub(super) fn typed(text: &str) -> Data {
    if text.eq_ignore_ascii_case("true") {
        return Data::Bool(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Data::Bool(false);
    }
    if text.eq_ignore_ascii_case("null") {
        return Data::Nil;
    }
    if text == "0" {
        return Data::Int(0, IntKind::Int64);
    }
    if !text.starts_with('0')
        && let Ok(int) = text.parse()
    {
        return Data::Int(int, IntKind::Int64);
    }
    Data::Str(Text::plain(text))
}
