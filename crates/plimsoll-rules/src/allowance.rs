//! Which findings the comments allow, and what is wrong with the comments.

use plimsoll_yaml::Place;

use crate::rules::{
    suppression_expired, suppression_malformed, suppression_unknown_rule, suppression_unused,
};
use crate::{Date, Finding, Report, Rule, Suppression, rule};

/// What the comments make of a set of findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// For each finding the number of the suppression that allows it.
    pub by: Vec<Option<usize>>,
    /// What is wrong with the suppressions themselves.
    pub findings: Vec<Finding>,
}

/// Decides which of `found` the `suppressions` allow on the day `today`.
///
/// `found` holds a rule and the places of each finding, as [`Finding::places`] returns them; it
/// should hold the findings of all renderings at once, since a suppression counts as unused only
/// where none of them needs it. A suppression that cannot be read or has expired allows nothing.
#[must_use]
pub fn allow(
    found: &[(&'static Rule, Vec<Place>)],
    suppressions: &[Suppression],
    today: Date,
) -> Allowance {
    let mut by = vec![None; found.len()];
    let mut malformed = Report::new(&suppression_malformed::RULE);
    let mut unknown = Report::new(&suppression_unknown_rule::RULE);
    let mut expired = Report::new(&suppression_expired::RULE);
    let mut unused = Report::new(&suppression_unused::RULE);
    for (number, suppression) in suppressions.iter().enumerate() {
        let grant = match &suppression.grant {
            Ok(grant) => grant,
            Err(why) => {
                suppression_malformed::report(&mut malformed, &suppression.place, why);
                continue;
            }
        };
        if let Some(until) = grant.until.filter(|until| *until < today) {
            suppression_expired::report(&mut expired, &suppression.place, until);
            continue;
        }
        for (slug, place) in &grant.rules {
            let Some(rule) = rule(slug) else {
                suppression_unknown_rule::report(&mut unknown, place, slug);
                continue;
            };
            let mut used = false;
            for (slot, (_, places)) in by.iter_mut().zip(found).filter(|(_, one)| one.0 == rule) {
                let here = |place: &Place| {
                    place.file == suppression.place.file && place.position.line == suppression.line
                };
                if places.iter().any(here) {
                    used = true;
                    slot.get_or_insert(number);
                }
            }
            if !used {
                suppression_unused::report(&mut unused, place, slug);
            }
        }
    }
    let reports = [malformed, unknown, expired, unused];
    Allowance { by, findings: reports.into_iter().flat_map(Report::into_findings).collect() }
}
