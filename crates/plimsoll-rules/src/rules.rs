//! The registry: every rule, sorted by slug.

use crate::{Context, Finding, Report, Rule};

pub(crate) mod suppression_expired;
pub(crate) mod suppression_malformed;
pub(crate) mod suppression_unknown_rule;
pub(crate) mod suppression_unused;

/// All rules, sorted by slug.
pub static RULES: &[&Rule] = &[
    &suppression_expired::RULE,
    &suppression_malformed::RULE,
    &suppression_unknown_rule::RULE,
    &suppression_unused::RULE,
];

/// Returns the rule called `slug`.
#[must_use]
pub fn rule(slug: &str) -> Option<&'static Rule> {
    let index = RULES.binary_search_by(|rule| rule.slug.cmp(slug)).ok()?;
    Some(RULES[index])
}

/// Runs every rule; the findings come in the order of the rules, then of the application.
#[must_use]
pub fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        if let Some(check) = rule.check {
            let mut report = Report::new(rule);
            check(context, &mut report);
            findings.extend(report.into_findings());
        }
    }
    findings
}
