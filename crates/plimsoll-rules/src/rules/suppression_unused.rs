use plimsoll_yaml::Place;

use crate::Report;
use crate::rule::rule;

rule! {
    /// ## What
    /// A comment allows a finding that is not there.
    ///
    /// ## Why
    /// Left behind, it will hide the next finding of that rule on its line, for a reason that was
    /// given for another one.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: app
    /// # plimsoll: allow credential-literal -- demo only
    /// #                 ^^^^^^^^^^^^^^^^^^
    /// data: {}
    /// ```
    ///
    /// ## Fix
    /// Remove the comment, or move it to the line of the finding or the line above it.
    ///
    /// ## Sources
    /// - Plimsoll: the findings of the same run.
    slug: "suppression-unused",
    level: Warning,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: None,
}

/// Reports the name at `place`, whose rule has no finding there.
pub(crate) fn report(report: &mut Report, place: &Place, slug: &str) {
    report.at_place(
        place,
        format!("no finding of {slug} is here to be allowed"),
        "left behind, it hides the next finding of that rule on this line",
        "remove it, or move it to the finding's line or the line above",
    );
}
