//! Where rules put what they find.

use plimsoll_app::Spot;
use plimsoll_yaml::Place;

use crate::{Certainty, Finding, Rule, Site};

/// Collects what one rule finds.
#[derive(Debug)]
pub struct Report {
    rule: &'static Rule,
    findings: Vec<Finding>,
}

impl Report {
    /// Returns an empty report of `rule`.
    #[must_use]
    pub const fn new(rule: &'static Rule) -> Self {
        Self { rule, findings: Vec::new() }
    }

    /// Reports the field at `spot`, decided and at the rule's level; the finding that comes back
    /// takes what differs from that.
    ///
    /// `what` is a fragment in lower case without a full stop; `why` says why that bites; `help`
    /// says what to do.
    pub fn at(
        &mut self,
        spot: &Spot,
        what: impl Into<String>,
        why: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        self.push(Site::Field(spot.clone()), what.into(), why.into(), help.into())
    }

    /// Reports a stretch of a file, otherwise as [`Report::at`].
    pub(crate) fn at_place(
        &mut self,
        place: &Place,
        what: impl Into<String>,
        why: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        self.push(Site::File(place.clone()), what.into(), why.into(), help.into())
    }

    /// Returns what was found, in the order of reporting.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    fn push(&mut self, site: Site, what: String, why: String, help: String) -> &mut Finding {
        let finding = Finding {
            rule: self.rule,
            level: self.rule.level,
            certainty: Certainty::Decided,
            what,
            why,
            help,
            site,
            related: Vec::new(),
            is_secret: false,
        };
        let index = self.findings.len();
        self.findings.push(finding);
        &mut self.findings[index]
    }
}
