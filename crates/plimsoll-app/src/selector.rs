//! Label selectors.

use crate::read::Cursor;
use crate::{LabelTest, Labels, Spot};

/// A selector over labels; an empty one matches everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Labels that must be equal.
    pub labels: Labels,
    /// Further tests, all of which must hold.
    pub expressions: Vec<LabelTest>,
    /// The selector's node.
    pub at: Spot,
}

impl Selector {
    /// Reads the selector at `cursor`.
    pub(crate) fn read(cursor: &Cursor<'_>) -> Self {
        let tests = cursor.maps("matchExpressions");
        Self {
            labels: cursor.labels("matchLabels"),
            expressions: tests.iter().filter_map(LabelTest::read).collect(),
            at: cursor.spot(),
        }
    }

    /// Tells whether the selector has no condition at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.expressions.is_empty()
    }

    /// Returns the number of its conditions and of the values that they list.
    pub(crate) fn cost(&self) -> usize {
        let values = self.expressions.iter().map(|test| test.values.len() + 1).sum::<usize>();
        self.labels.0.len() + values
    }

    /// Tells whether `labels` satisfy the selector.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.labels.iter().all(|pair| {
            labels.get(&pair.key.value).is_some_and(|label| label.value == pair.value.value)
        }) && self.expressions.iter().all(|test| test.holds(labels))
    }
}
