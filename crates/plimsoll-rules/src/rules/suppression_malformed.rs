use plimsoll_yaml::Place;

use crate::Report;
use crate::rule::rule;

rule! {
    /// ## What
    /// A comment begins with `plimsoll:` and cannot be read. It allows nothing.
    ///
    /// ## Why
    /// An allowance without a reason cannot be reviewed, and one that nobody can read hides a
    /// finding only in its writer's mind.
    ///
    /// ## Example
    /// ```yaml bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: app
    /// data: {} # plimsoll: allow credential-literal
    /// #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    /// ```
    ///
    /// ## Fix
    /// Write `# plimsoll: allow <rule>[, <rule>] -- reason`, with `until=YYYY-MM-DD` after the
    /// reason where it should end.
    ///
    /// ## Sources
    /// - Plimsoll: the form of the comment.
    slug: "suppression-malformed",
    level: Warning,
    guidelines: [],
    since: "0.1.0",
    fix: None,
    check: None,
}

/// Reports the comment at `place`; `why` says what is wrong with it.
pub(crate) fn report(report: &mut Report, place: &Place, why: &str) {
    report.at_place(
        place,
        format!("this comment allows nothing: {why}"),
        "a finding is only hidden where a reader can see which one, and why",
        "write # plimsoll: allow <rule>[, <rule>] -- reason [until=YYYY-MM-DD]",
    );
}
