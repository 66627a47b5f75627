//! Functions on strings.

mod case;
mod cut;
mod join;
mod words;
mod wrap;

pub(super) use join::strings_of;

use super::{Call, Env, Failure, Family, Function, Outcome, Type};
use crate::go::print;
use crate::trace::OriginId;
use crate::value::{Data, Text, Value};

const STR: &[Type] = &[Type::Str];
const STR_STR: &[Type] = &[Type::Str, Type::Str];
const INT_STR: &[Type] = &[Type::Int, Type::Str];

pub(super) const FAMILY: Family = Family {
    name: "strings",
    source: "sprig 3.3.0 strings.go and functions.go",
    functions: &[
        Function::new("abbrev", INT_STR, cut::abbrev, "Shortens a text to a width, with `...`."),
        Function::new(
            "abbrevboth",
            &[Type::Int, Type::Int, Type::Str],
            cut::abbrev_both,
            "Shortens a text on both sides, with `...`.",
        ),
        Function::variadic("cat", &[], Type::Any, join::cat, "Joins values with spaces."),
        Function::new(
            "camelcase",
            STR,
            case::camelcase,
            "Turns separated words into one word with capitals (`HttpServer`).",
        ),
        Function::new("contains", STR_STR, contains, "Returns whether a text holds another."),
        Function::new(
            "hasPrefix",
            STR_STR,
            has_prefix,
            "Returns whether a text starts with another.",
        ),
        Function::new(
            "hasSuffix",
            STR_STR,
            has_suffix,
            "Returns whether a text ends with another.",
        ),
        Function::new("hello", &[], hello, "Returns a greeting."),
        Function::new("indent", INT_STR, join::indent, "Puts spaces in front of every line."),
        Function::new("initials", STR, case::initials, "Returns the first letter of each word."),
        Function::new(
            "join",
            &[Type::Str, Type::Any],
            join::join,
            "Joins the elements of a list with a separator.",
        ),
        Function::new(
            "kebabcase",
            STR,
            case::kebabcase,
            "Turns words in any case into lower case with hyphens.",
        ),
        Function::new("lower", STR, case::lower, "Turns a text into lower case."),
        Function::new(
            "nindent",
            INT_STR,
            join::nindent,
            "Puts a newline in front, and spaces in front of every line.",
        ),
        Function::new("nospace", STR, case::nospace, "Removes all white space."),
        Function::new(
            "plural",
            &[Type::Str, Type::Str, Type::Int],
            plural,
            "Returns the first text when the count is one, else the second.",
        ),
        Function::variadic("quote", &[], Type::Any, join::quote, "Puts values in double quotes."),
        Function::new("repeat", INT_STR, join::repeat, "Repeats a text."),
        Function::new(
            "replace",
            &[Type::Str, Type::Str, Type::Str],
            join::replace,
            "Replaces every occurrence of one text by another.",
        ),
        Function::new(
            "snakecase",
            STR,
            case::snakecase,
            "Turns words in any case into lower case with underscores.",
        ),
        Function::new(
            "sortAlpha",
            &[Type::Any],
            join::sort_alpha,
            "Sorts the elements of a list as strings.",
        ),
        Function::new(
            "split",
            STR_STR,
            join::split,
            "Splits a text at a separator into a map with the keys `_0`, `_1` and so on.",
        ),
        Function::new(
            "splitList",
            STR_STR,
            join::split_list,
            "Splits a text at a separator into a list of strings.",
        ),
        Function::new(
            "splitn",
            &[Type::Str, Type::Int, Type::Str],
            join::splitn,
            "Splits a text into at most so many parts, in a map as `split` does.",
        ),
        Function::variadic("squote", &[], Type::Any, join::squote, "Puts values in single quotes."),
        Function::new(
            "substr",
            &[Type::Int, Type::Int, Type::Str],
            cut::substr,
            "Returns the bytes of a text from a start to an end.",
        )
        .reads_octets(),
        Function::new(
            "swapcase",
            STR,
            case::swapcase,
            "Swaps upper and lower case; words start with title case.",
        ),
        Function::new("title", STR, case::title, "Turns the first letter of each word upper case."),
        Function::new("toString", &[Type::Any], to_string, "Returns the value as a string.")
            .reads_octets()
            .passes_on(),
        Function::new(
            "toStrings",
            &[Type::Any],
            to_strings,
            "Returns the elements of a list as strings, without nil ones.",
        )
        .passes_on(),
        Function::new("trim", STR, cut::trim, "Removes white space from both ends."),
        Function::new(
            "trimAll",
            STR_STR,
            cut::trim_all,
            "Removes the given characters from both ends.",
        ),
        Function::new("trimPrefix", STR_STR, cut::trim_prefix, "Removes a text from the start."),
        Function::new("trimSuffix", STR_STR, cut::trim_suffix, "Removes a text from the end."),
        Function::new("trimall", STR_STR, cut::trim_all, "Does what `trimAll` does."),
        Function::new(
            "trunc",
            INT_STR,
            cut::trunc,
            "Cuts a text to so many bytes; a negative count keeps the end.",
        )
        .reads_octets(),
        Function::new(
            "untitle",
            STR,
            case::untitle,
            "Turns the first letter of each word lower case.",
        ),
        Function::new("upper", STR, case::upper, "Turns a text into upper case."),
        Function::new("wrap", INT_STR, wrap::wrap, "Breaks a text into lines at a width."),
        Function::new(
            "wrapWith",
            &[Type::Int, Type::Str, Type::Str],
            wrap::wrap_with,
            "Breaks a text at a width with a separator of one's own, and long words too.",
        ),
    ],
};

/// Sprig's `strval`: a string as it is, anything else as `%v` prints it.
pub(super) fn strval(value: &Value, env: &mut Env) -> Outcome {
    match &value.data {
        Data::Str(_) => Ok(value.clone()),
        Data::Bytes(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|_| Failure::not_text())?;
            Ok(Value::of(Data::Str(Text::plain(text)), value.origin))
        }
        _ => print::to_text(value, env),
    }
}

fn hello(_: &mut Call<'_>) -> Outcome {
    Ok(Value::str("Hello!"))
}

fn contains(call: &mut Call<'_>) -> Outcome {
    let found = Value::bool(call.str(1).contains(call.str(0)));
    // Charts ask this to run `tpl` on what needs it only, and write the same text either way. If it
    // counted, each part of a value would seem to decide on all the others.
    if call.str(0) == "{{" && call.any(0).own_origin() == OriginId::NONE {
        return Ok(Value { origin: OriginId::NONE, ..found });
    }
    Ok(found)
}

fn has_prefix(call: &mut Call<'_>) -> Outcome {
    Ok(Value::bool(call.str(1).starts_with(call.str(0))))
}

fn has_suffix(call: &mut Call<'_>) -> Outcome {
    Ok(Value::bool(call.str(1).ends_with(call.str(0))))
}

fn plural(call: &mut Call<'_>) -> Outcome {
    let mut chosen = call.any(usize::from(call.int(2) != 1)).clone();
    let by = call.origin(2);
    chosen.origin = call.env.trace.decided(chosen.origin, by);
    Ok(chosen)
}

fn to_string(call: &mut Call<'_>) -> Outcome {
    let value = call.any(0).clone();
    match &value.data {
        Data::Octets(_) => Ok(value),
        Data::Bytes(bytes) => Ok(Value::of(Data::string_of(bytes), value.origin)),
        _ => strval(&value, call.env),
    }
}

fn to_strings(call: &mut Call<'_>) -> Outcome {
    let value = call.any(0).clone();
    let strings = strings_of(&value, call.env)?;
    Ok(join::list_of_strings(strings, value.own_origin()))
}
