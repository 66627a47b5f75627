use plimsoll_yaml::Place;

use crate::rule::rule;
use crate::{Date, Report};

rule! {
    /// ## What
    /// A comment allows a finding until a day that has passed. It allows nothing any more.
    ///
    /// ## Why
    /// The end date was the promise to look at the matter again; that day has come.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: app
    /// # plimsoll: allow credential-literal -- demo only until=2025-12-31
    /// # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    /// data: {}
    /// ```
    ///
    /// ## Fix
    /// Solve what the comment allowed, or decide again and write a later day.
    ///
    /// ## Sources
    /// - Plimsoll: the comment's own words.
    slug: "suppression-expired",
    level: Warning,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: None,
}

/// Reports the comment at `place`, which ended on `until`.
pub(crate) fn report(report: &mut Report, place: &Place, until: Date) {
    report.at_place(
        place,
        format!("this allowance ended on {until}"),
        "it no longer hides anything, and the day was set to look at the matter again",
        "solve what it allowed and remove the comment, or decide again and write a later day",
    );
}
