//! `lengthEqual`: a list has so many elements, or several lists have equally many.

use super::{Complaint, Subject, Verdict, bad_path};
use crate::manifest::Manifest;
use crate::value::Kind;

pub(super) fn check(
    subject: &Subject<'_>,
    path: &str,
    paths: &[String],
    count: Option<i64>,
) -> Verdict {
    if !path.is_empty() && count.is_none_or(|count| count < 0) {
        return Verdict::of(Err(Complaint::new("`path` needs a `count` that is not negative")));
    }
    if !path.is_empty() && !paths.is_empty() {
        return Verdict::of(Err(Complaint::new("`path` and `paths` cannot be used together")));
    }
    subject.each(|manifest| {
        if path.is_empty() {
            several(subject, manifest, paths, count)
        } else {
            single(subject, manifest, path, count).1
        }
    })
}

/// The length of the last value at the path, and what is wrong with any of them.
fn single(
    subject: &Subject<'_>,
    manifest: &Manifest,
    path: &str,
    count: Option<i64>,
) -> (usize, Vec<Complaint>) {
    let at = |complaint: Complaint| Complaint { path: path.to_owned(), ..complaint };
    let values = match manifest.at(path) {
        Ok(values) => values,
        Err(error) => return (0, vec![at(bad_path(&error.to_string()))]),
    };
    let mut complaints = Vec::new();
    if values.is_empty() && !subject.negative {
        complaints.push(at(Complaint::new("nothing is there").about(manifest, None)));
    }
    let mut length = 0;
    for value in &values {
        length = match (&value.kind, count) {
            (Kind::Seq(items), _) => items.len(),
            (_, Some(_)) => 0,
            (_, None) => {
                let message = format!("expected a list, not {}", crate::suite::kind(value));
                complaints.push(at(Complaint::new(message).about(manifest, Some(value))));
                continue;
            }
        };
        let Some(count) = count else { continue };
        let holds = usize::try_from(count).is_ok_and(|count| count == length);
        if holds == subject.negative {
            let message = format!("expected{} to have as many elements as", subject.not());
            let complaint =
                Complaint::new(message).expected(count.to_string()).actual(length.to_string());
            complaints.push(at(complaint.about(manifest, Some(value))));
        }
    }
    (length, complaints)
}

fn several(
    subject: &Subject<'_>,
    manifest: &Manifest,
    paths: &[String],
    count: Option<i64>,
) -> Vec<Complaint> {
    if paths.is_empty() {
        return vec![Complaint::new("`path` or `paths` is missing")];
    }
    let mut lengths: Vec<(&String, usize)> = Vec::new();
    let mut complaints = Vec::new();
    for path in paths {
        let (length, own) = single(subject, manifest, path, count);
        complaints.extend(own);
        lengths.push((path, length));
    }
    lengths.sort();
    lengths.dedup();
    let Some(((_, first), rest)) = lengths.split_first() else { return complaints };
    if !complaints.is_empty() {
        return complaints;
    }
    let odd = rest.iter().find(|(_, length)| (length == first) == subject.negative);
    odd.into_iter()
        .map(|(path, length)| {
            let message = format!("expected{} to have as many elements as", subject.not());
            let complaint =
                Complaint::new(message).expected(first.to_string()).actual(length.to_string());
            Complaint { path: (*path).clone(), ..complaint.about(manifest, None) }
        })
        .collect()
}
