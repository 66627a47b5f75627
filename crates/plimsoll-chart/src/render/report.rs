//! Template errors in Helm's words.

use plimsoll_yaml::{Place, Span};

use crate::functions::Env;
use crate::template::{self, Level, ParseError, Trouble};
use crate::trace::{SourceId, Trace};
use crate::{Error, ErrorKind, Profile};

/// Helm's `cleanupParseError` (`pkg/engine/engine.go`, 3.21 and 4.2): of Go's message only what
/// follows the last colon.
pub(super) fn parse_error(error: &ParseError, trace: &Trace, source: SourceId) -> Error {
    let message = error.message.rsplit(": ").next().unwrap_or_default();
    let text = format!("parse error at ({}:{}): {message}", error.name, error.line);
    parse_report(error, text, trace, source)
}

/// The error as Go writes it.
pub(super) fn plain_parse_error(error: &ParseError, trace: &Trace, source: SourceId) -> Error {
    let text = format!("template: {}:{}: {}", error.name, error.line, error.message);
    parse_report(error, text, trace, source)
}

fn parse_report(error: &ParseError, text: String, trace: &Trace, source: SourceId) -> Error {
    let report = Error::new(ErrorKind::Template, text);
    match place(trace, source, error.span) {
        Some(place) => report.at(place),
        None => report,
    }
}

/// Helm's `cleanupExecError` (3.21) and `reformatExecErrorMsg` (4.2).
pub(super) fn run_error(error: &template::Error, env: &Env) -> Error {
    run_report(error, message(error, env.profile), &env.trace)
}

/// The error as Go writes it.
pub(super) fn plain_run_error(error: &template::Error, trace: &Trace) -> Error {
    run_report(error, error.to_string(), trace)
}

fn run_report(error: &template::Error, text: String, trace: &Trace) -> Error {
    let kind = match error.trouble {
        Trouble::Limit => ErrorKind::Limit,
        _ => ErrorKind::Template,
    };
    let report = Error::new(kind, text);
    // The innermost level that stands in a file is where the chart goes wrong.
    let place = error.levels.iter().rev().find_map(|level| place(trace, level.source, level.span));
    match place {
        Some(place) => report.at(place),
        None => report,
    }
}

fn message(error: &template::Error, profile: Profile) -> String {
    if error.trouble == Trouble::Stop
        && let Some(outermost) = error.levels.first()
    {
        let Level { parse_name, line, column, .. } = outermost;
        return format!("execution error at ({parse_name}:{line}:{column}): {}", error.message);
    }
    let apart = if profile.speaks_helm_4() { levels_apart(error) } else { None };
    apart.unwrap_or_else(|| error.to_string())
}

/// The error with each level on lines of its own. Helm 4 reads Go's text again, level by level, and
/// gives up where a level is not written by Go's templates: the error of a function, or the words
/// with which `tpl` hands on an error.
fn levels_apart(error: &template::Error) -> Option<String> {
    let is_missing_template = error.message.starts_with("template: no template ");
    if error.levels.iter().any(|level| level.through_tpl)
        || (error.trouble == Trouble::Function && !is_missing_template)
    {
        return None;
    }
    let innermost = error.levels.len().checked_sub(1)?;
    let mut parts: Vec<String> = Vec::new();
    for (index, level) in error.levels.iter().enumerate() {
        // Helm reads a level up to where the next one begins.
        let rest = if index < innermost { "template: " } else { &error.message };
        let part = executing_form(&format!("{level}{}{rest}", level.via))
            .or_else(|| simple_form(&error.from(index)))?;
        // A level may say no more than the one that it called.
        if parts.last() != Some(&part) {
            parts.push(part);
        }
    }
    if is_missing_template {
        parts.push(error.message.clone());
    }
    Some(parts.concat().trim().to_owned())
}

/// Helm's `parseTemplateExecutingAtErrorType`: place, template with expression, and message, each
/// on a line of its own.
fn executing_form(text: &str) -> Option<String> {
    let (place, after) = text.strip_prefix("template: ")?.split_once(": executing \"")?;
    let (name, after) = after.split_once('"')?;
    let (at, message) = after.strip_prefix(" at <")?.split_once(">: ")?;
    let message = line("    ", until_next(message));
    Some(format!("{place}\n  executing \"{name}\" at <{at}>:\n{message}"))
}

/// Helm's `parseTemplateSimpleErrorString`: place and message.
fn simple_form(text: &str) -> Option<String> {
    let (place, message) = text.strip_prefix("template: ")?.rsplit_once(": ")?;
    Some(format!("{place}\n{}", line("  ", until_next(message))))
}

fn until_next(message: &str) -> &str {
    message.find(" template:").map_or(message, |cut| &message[..cut])
}

fn line(indent: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{indent}{text}\n") }
}

fn place(trace: &Trace, source: SourceId, span: Span) -> Option<Place> {
    let source = trace.get_source(source)?;
    if source.made_of.is_some() {
        return None;
    }
    let position = source.position(span.start);
    Some(Place { file: source.name.clone(), span, position })
}
