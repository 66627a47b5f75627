//! `failedTemplate`: rendering stops, and says why.

use plimsoll_chart::GoRegex;

use super::{Complaint, Subject, Verdict};
use crate::manifest::{Manifest, RAW};
use crate::value::Value;

pub(super) fn check(subject: &Subject<'_>, message: &str, pattern: &str) -> Verdict {
    if !message.is_empty() && !pattern.is_empty() {
        let message = "`errorMessage` and `errorPattern` cannot be used together";
        return Verdict::of(Err(Complaint::new(message)));
    }
    if let Some(error) = subject.render_error {
        return Verdict::of(said(subject, Some(error), message, pattern, None));
    }
    let mut complaints = Vec::new();
    for manifest in &subject.selected {
        let raw = manifest.value.get(RAW);
        let error = raw.map(Value::go_print);
        complaints.extend(said(subject, error.as_deref(), message, pattern, Some(manifest)).err());
    }
    if subject.selected.is_empty() && !subject.negative {
        complaints.push(Complaint::new("expected rendering to fail").actual("no failed document"));
    }
    Verdict { passed: complaints.is_empty(), complaints }
}

/// Checks what the error says; nothing is asked of it where neither is given.
fn said(
    subject: &Subject<'_>,
    error: Option<&str>,
    message: &str,
    pattern: &str,
    manifest: Option<&Manifest>,
) -> Result<(), Complaint> {
    let Some(text) = error else { return Ok(()) };
    let (holds, wanted, word) = if !pattern.is_empty() {
        // What is no expression, or does not fit as one, is taken for plain text as well.
        let as_regex = GoRegex::new(pattern).ok().map(|regex| regex.is_match(text));
        let as_text = text.contains(pattern);
        let holds = match as_regex {
            None => as_text,
            Some(found) if found == subject.negative && has_meta(pattern) => as_text,
            Some(found) => found,
        };
        (holds, pattern, "match")
    } else if !message.is_empty() {
        (text == message, message, "equal")
    } else {
        return Ok(());
    };
    if holds != subject.negative {
        return Ok(());
    }
    let complaint = Complaint::new(format!("expected the error{} to {word}", subject.not()))
        .expected(wanted)
        .actual(text);
    Err(match manifest {
        Some(manifest) => complaint.about(manifest, manifest.value.get(RAW)),
        None => complaint,
    })
}

fn has_meta(pattern: &str) -> bool {
    pattern.contains(['\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$'])
}
