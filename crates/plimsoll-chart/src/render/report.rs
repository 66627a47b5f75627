//! Template errors in Helm's words.

use plimsoll_yaml::{LineIndex, Place, Span};

use crate::template::{self, Level, ParseError, Trouble};
use crate::trace::{SourceId, Trace};
use crate::{Error, ErrorKind, Profile};

/// Helm's `cleanupParseError` (`pkg/engine/engine.go`, 3.21 and 4.2): of Go's message only what
/// follows the last colon.
pub(super) fn parse_error(error: &ParseError, trace: &Trace, source: SourceId) -> Error {
    let message = error.message.rsplit(": ").next().unwrap_or_default();
    let text = format!("parse error at ({}:{}): {message}", error.name, error.line);
    let report = Error::new(ErrorKind::Template, text);
    match place(trace, source, error.span) {
        Some(place) => report.at(place),
        None => report,
    }
}

/// Helm's `cleanupExecError` (3.21) and `reformatExecErrorMsg` (4.2).
pub(super) fn run_error(error: &template::Error, trace: &Trace, profile: Profile) -> Error {
    let kind = match error.trouble {
        Trouble::Limit => ErrorKind::Limit,
        _ => ErrorKind::Template,
    };
    let report = Error::new(kind, message(error, profile));
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
        return format!("execution error at ({}): {}", location(outermost), error.message);
    }
    match profile {
        Profile::Helm3 => error.to_string(),
        Profile::Helm4 if reads_as_chain(error) => chain(error),
        Profile::Helm4 => error.to_string(),
    }
}

/// Helm 4 takes Go's message apart level by level, and gives up where it meets one that no
/// template wrote: the error of a function, or the words with which `tpl` hands on an error.
fn reads_as_chain(error: &template::Error) -> bool {
    let is_missing_template = error.message.starts_with("template: no template ");
    (error.trouble != Trouble::Function || is_missing_template)
        && error.levels.iter().all(|level| !level.through_tpl)
}

fn chain(error: &template::Error) -> String {
    let mut lines = String::new();
    let innermost = error.levels.len().saturating_sub(1);
    for (index, level) in error.levels.iter().enumerate() {
        // A level above says only what it called; Helm cuts at the next “ template:”.
        let is_cut = index < innermost || error.message.starts_with("template: ");
        let message = if is_cut {
            level.via.trim_end().to_owned()
        } else {
            format!("{}{}", level.via, error.message)
        };
        let function = super::super::go::quote::quote(&level.template);
        let context = &level.context;
        let place = location(level);
        lines
            .push_str(&format!("{place}\n  executing {function} at <{context}>:\n    {message}\n"));
    }
    if error.message.starts_with("template: no template ") {
        lines.push_str(&error.message);
    }
    lines.trim().to_owned()
}

fn location(level: &Level) -> String {
    format!("{}:{}:{}", level.parse_name, level.line, level.column)
}

fn place(trace: &Trace, source: SourceId, span: Span) -> Option<Place> {
    let source = trace.get_source(source)?;
    if source.made_of.is_some() {
        return None;
    }
    let position = LineIndex::new(&source.text).position(&source.text, span.start);
    Some(Place { file: source.name.clone(), span, position })
}
