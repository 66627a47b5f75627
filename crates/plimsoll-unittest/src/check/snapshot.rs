//! `matchSnapshot`: values are as they were when somebody last looked at them.

use super::{Complaint, Subject, Verdict, bad_path};
use crate::manifest::RAW;
use crate::snapshots::Comparison;
use crate::value::Value;

type Compare<'c> = &'c mut dyn FnMut(&Value, &str, &str) -> Comparison;

pub(super) fn check(
    subject: &Subject<'_>,
    path: &str,
    pattern: &str,
    not_pattern: &str,
    compare: Compare<'_>,
) -> Verdict {
    without_documents(subject).unwrap_or_else(|| {
        subject.each(|manifest| {
            let at = |complaint: Complaint| Complaint { path: path.to_owned(), ..complaint };
            let values = match manifest.at(path) {
                Ok(values) => values,
                Err(error) => return vec![at(bad_path(&error.to_string()))],
            };
            if values.is_empty() && !subject.negative {
                return vec![at(Complaint::new("nothing is there").about(manifest, None))];
            }
            let mut complaints = Vec::new();
            for value in &values {
                let comparison = compare(value, pattern, not_pattern);
                if let Some(complaint) = complaint(subject, &comparison) {
                    complaints.push(at(complaint.about(manifest, Some(value))));
                }
            }
            complaints
        })
    })
}

pub(super) fn check_raw(subject: &Subject<'_>, compare: Compare<'_>) -> Verdict {
    without_documents(subject).unwrap_or_else(|| {
        subject.each(|manifest| {
            let comparison = compare(&Value::text(manifest.raw_text()), "", "");
            let complaint = complaint(subject, &comparison);
            complaint
                .map(|complaint| complaint.about(manifest, manifest.value.get(RAW)))
                .into_iter()
                .collect()
        })
    })
}

/// Without documents there is nothing that could differ from a snapshot.
fn without_documents(subject: &Subject<'_>) -> Option<Verdict> {
    subject
        .selected
        .is_empty()
        .then(|| Verdict { passed: !subject.negative, complaints: Vec::new() })
}

fn complaint(subject: &Subject<'_>, comparison: &Comparison) -> Option<Complaint> {
    if let Some(error) = &comparison.error {
        return Some(Complaint::new(error.clone()));
    }
    if comparison.passed != subject.negative {
        return None;
    }
    let complaint = match &comparison.pattern {
        Some(message) => Complaint::new(message.clone()).actual(comparison.new.clone()),
        None => {
            let number = comparison.number;
            let message = format!("expected{} to match snapshot {number}", subject.not());
            Complaint::new(message).expected(comparison.kept.clone()).actual(comparison.new.clone())
        }
    };
    Some(complaint)
}
