//! The report for `grep` and editors: one line for each finding.

use plimsoll_yaml::Place;

use crate::judge::Verdict;
use crate::secrecy::masked;

/// Returns the lines about one chart.
pub(crate) fn chart(verdict: &Verdict) -> String {
    let chart = verdict.chart.display();
    let at =
        |place: Option<&Place>| place.map_or_else(|| chart.to_string(), |place| place.to_string());
    let findings = verdict.findings.iter().map(|finding| {
        let place = at(finding.place_to_change());
        let object = if finding.object.is_empty() {
            String::new()
        } else {
            format!(" ({})", finding.object)
        };
        format!("{place}: {}[{}]: {}{object}\n", finding.level, finding.rule.slug, finding.what)
    });
    let failures = verdict.failures.iter().map(|failure| {
        let place = at(failure.trouble.place.as_ref());
        let message = masked(&failure.trouble.short_message());
        let message: Vec<_> = message.split_whitespace().collect();
        format!("{place}: failure[{}]: {}\n", failure.trouble.kind, message.join(" "))
    });
    let unchecked = verdict
        .unchecked
        .iter()
        .map(|part| format!("{}: unchecked: {}\n", at(part.place.as_ref()), masked(&part.message)));
    findings.chain(failures).chain(unchecked).collect()
}
