//! How sure a figure is.

use serde::Serialize;

/// How sure a figure is, from the surest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Read from the file, or computed as the engine itself does.
    Exact,
    /// The maker's recipe replayed on the model's shapes.
    Recipe,
    /// Taken from a table of facts.
    Catalogue,
    /// A rule of thumb.
    Guess,
}

impl Confidence {
    /// Returns it in one word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Recipe => "recipe",
            Self::Catalogue => "catalogue",
            Self::Guess => "guess",
        }
    }
}
