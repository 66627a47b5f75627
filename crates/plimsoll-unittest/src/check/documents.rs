//! Checks of whole documents.

use plimsoll_chart::GoRegex;

use super::{Complaint, Subject, Verdict, bad_path, unequal};
use crate::assertion::Check;
use crate::manifest::{Manifest, RAW};
use crate::value::{Value, to_yaml};

type Checked = Result<(), Complaint>;

pub(super) fn equal_raw(subject: &Subject<'_>, manifest: &Manifest, expected: &str) -> Checked {
    let actual = manifest.raw_text();
    if (actual == expected) != subject.negative {
        return Ok(());
    }
    let complaint = unequal(subject, &Value::text(expected), &Value::text(actual));
    Err(complaint.about(manifest, manifest.value.get(RAW)))
}

pub(super) fn matches_raw(
    subject: &Subject<'_>,
    manifest: &Manifest,
    pattern: &str,
    regex: &GoRegex,
) -> Checked {
    let actual = manifest.raw_text();
    if regex.is_match(&actual) != subject.negative {
        return Ok(());
    }
    let message = format!("expected{} to match", subject.not());
    let complaint = Complaint::new(message).expected(pattern).actual(actual);
    Err(complaint.about(manifest, manifest.value.get(RAW)))
}

pub(super) fn exists(subject: &Subject<'_>, manifest: &Manifest, path: &str) -> Checked {
    let complaint = match manifest.at(path) {
        Err(error) => bad_path(&error.to_string()),
        Ok(found) if found.is_empty() == subject.negative => return Ok(()),
        Ok(found) => {
            let complaint = Complaint::new(format!("expected{} to exist", subject.not()));
            let complaint = match found.first() {
                Some(value) => complaint.actual(to_yaml(value)),
                None => complaint,
            };
            complaint.about(manifest, found.first())
        }
    };
    Err(Complaint { path: path.to_owned(), ..complaint })
}

pub(super) fn field_is(
    subject: &Subject<'_>,
    manifest: &Manifest,
    field: &str,
    of: &str,
) -> Checked {
    let found = manifest.value.get(field);
    if (found.and_then(Value::as_str) == Some(of)) != subject.negative {
        return Ok(());
    }
    let complaint = Complaint::new(format!("expected{} to be", subject.not())).expected(of);
    let complaint = match found {
        Some(value) => complaint.actual(to_yaml(value)),
        None => complaint.actual("nothing"),
    };
    Err(Complaint { path: field.to_owned(), ..complaint.about(manifest, found) })
}

pub(super) fn has_documents(subject: &Subject<'_>, count: i64, filter_aware: bool) -> Verdict {
    let found = if filter_aware { subject.selected.len() } else { subject.all.len() };
    let holds = usize::try_from(count).is_ok_and(|count| count == found);
    if holds != subject.negative {
        return Verdict::of(Ok(()));
    }
    let message = format!("expected the number of documents{} to be", subject.not());
    let complaint = Complaint::new(message).expected(count.to_string()).actual(found.to_string());
    Verdict::of(Err(match subject.all.first() {
        Some(manifest) => complaint.about_whole(manifest),
        None => complaint,
    }))
}

/// Looks for a document, or makes sure that all are like that.
pub(super) fn contains_document(subject: &Subject<'_>, check: &Check) -> Verdict {
    let Check::ContainsDocument { kind, api_version, name, namespace, any } = check else {
        return Verdict::default();
    };
    let described = {
        let mut lines = format!("kind: {kind}\napiVersion: {api_version}\n");
        for (key, text) in [("name", name), ("namespace", namespace)] {
            if !text.is_empty() {
                lines.push_str(&format!("{key}: {text}\n"));
            }
        }
        lines
    };
    let is_it = |manifest: &Manifest| {
        let field = |key: &str, wanted: &str| {
            manifest.value.get(key).and_then(Value::as_str).is_none_or(|found| found == wanted)
        };
        let meta = |key: &str, wanted: &str| {
            wanted.is_empty()
                || manifest
                    .value
                    .get("metadata")
                    .and_then(|meta| meta.get(key))
                    .and_then(Value::as_str)
                    == Some(wanted)
        };
        field("kind", kind)
            && field("apiVersion", api_version)
            && meta("name", name)
            && meta("namespace", namespace)
    };
    let complain = |manifest: Option<&Manifest>| {
        let complaint = Complaint::new(format!("expected{} to contain a document", subject.not()))
            .expected(described.clone());
        match manifest {
            Some(manifest) => complaint.about_whole(manifest),
            None => complaint,
        }
    };
    let mut passed = false;
    let mut complaints = Vec::new();
    for (index, manifest) in subject.selected.iter().enumerate() {
        let good = is_it(manifest) != subject.negative;
        if !good {
            let document = (subject.selected.len() > 1).then_some(index);
            complaints.push(Complaint { document, ..complain(Some(manifest)) });
        } else if *any != subject.negative {
            return Verdict::of(Ok(()));
        }
        passed = if index == 0 { good } else { passed && good };
    }
    if subject.selected.is_empty() {
        passed = subject.negative;
        if !passed {
            complaints.push(complain(None));
        }
    }
    Verdict { passed, complaints }
}
