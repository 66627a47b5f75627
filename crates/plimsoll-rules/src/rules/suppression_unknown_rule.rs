use plimsoll_yaml::Place;

use crate::Report;
use crate::rule::rule;

rule! {
    /// ## What
    /// A comment allows a rule that does not exist.
    ///
    /// ## Why
    /// A misspelt name allows nothing, and the finding that it was meant for stays.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: app
    /// data: {} # plimsoll: allow credential-litteral -- demo only
    /// #                          ^^^^^^^^^^^^^^^^^^^
    /// ```
    ///
    /// ## Fix
    /// Write the name as the finding shows it.
    ///
    /// ## Sources
    /// - Plimsoll: the list of its rules.
    slug: "suppression-unknown-rule",
    level: Warning,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: None,
}

/// Reports the name at `place`, which is no rule's.
pub(crate) fn report(report: &mut Report, place: &Place, slug: &str) {
    report.at_place(
        place,
        format!("there is no rule called {slug}"),
        "this part of the comment allows nothing",
        "write the rule's name as the finding shows it",
    );
}
