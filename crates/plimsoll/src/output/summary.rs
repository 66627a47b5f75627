//! What all charts come to, in one line.

use plimsoll_rules::Level;

use crate::judge::Verdict;

/// Counts over all charts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) charts: usize,
    pub(crate) values_sets: usize,
    pub(crate) objects: usize,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) notes: usize,
    pub(crate) allowed: usize,
    /// Charts, or charts under a values set, that could not be judged.
    pub(crate) failures: usize,
    /// Parts of renderings that could not be judged.
    pub(crate) unchecked: usize,
}

impl Summary {
    pub(crate) fn of(verdicts: &[Verdict]) -> Self {
        let mut summary = Self { charts: verdicts.len(), ..Self::default() };
        for verdict in verdicts {
            summary.values_sets += verdict.sets.len();
            summary.objects += verdict.objects;
            summary.allowed += verdict.allowed;
            summary.unchecked += verdict.unchecked.len();
            summary.failures +=
                verdict.failures.iter().map(|failure| failure.sets.len().max(1)).sum::<usize>();
            for finding in &verdict.findings {
                match finding.level {
                    Level::Error => summary.errors += 1,
                    Level::Warning => summary.warnings += 1,
                    Level::Note => summary.notes += 1,
                }
            }
        }
        summary
    }

    /// The line that ends a report.
    pub(crate) fn line(&self) -> String {
        let mut parts = vec![
            counted(self.errors, "error"),
            counted(self.warnings, "warning"),
            counted(self.notes, "note"),
        ];
        if self.allowed > 0 {
            parts.push(format!("{} allowed by comments", self.allowed));
        }
        if self.failures > 0 {
            parts.push(format!("{} could not be judged", counted(self.failures, "rendering")));
        }
        if self.unchecked > 0 {
            parts.push(format!("{} not checked", counted(self.unchecked, "part")));
        }
        format!(
            "{} in {} ({} under {})",
            parts.join(", "),
            counted(self.charts, "chart"),
            counted(self.objects, "object"),
            counted(self.values_sets, "values set"),
        )
    }
}

/// A number with its noun.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
