//! What a rule has to say about one field.

use std::fmt;

use plimsoll_app::{App, Spot};
use plimsoll_yaml::{Input, LineIndex, Place};

use crate::Rule;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing; nothing breaks.
    Note,
    /// Breaks, leaks or wastes under conditions that are likely.
    Warning,
    /// Breaks, leaks or loses data as written.
    Error,
}

impl Level {
    /// Returns the word that reports and configuration use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How sure a finding is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// What was read proves it.
    Decided,
    /// It cannot be decided until something that is missing becomes known.
    Undecided {
        /// What is missing, as a fragment that completes “undecided: …”.
        missing: String,
    },
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Site {
    /// A field of an object; its origin says which line to change.
    Field(Spot),
    /// A stretch of a file, for comments that allow findings.
    File(Place),
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How much it matters; the rule's own level unless the rule said otherwise.
    pub level: Level,
    /// How sure it is.
    pub certainty: Certainty,
    /// What is there: a fragment in lower case without a full stop.
    pub what: String,
    /// Why that bites.
    pub why: String,
    /// What to do.
    pub help: String,
    /// What it is about.
    pub site: Site,
    /// Other fields that take part, each with what it has to do with it.
    pub related: Vec<(String, Spot)>,
    /// True where the text at the site, or at any place it comes from, is a credential: no output
    /// may show it, excerpts of source lines included.
    pub is_secret: bool,
}

impl Finding {
    /// Adds a field that takes part, with what it has to do with the finding.
    pub fn related(&mut self, label: impl Into<String>, spot: &Spot) -> &mut Self {
        self.related.push((label.into(), spot.clone()));
        self
    }

    /// Says that the finding cannot be decided until `missing` becomes known.
    pub fn undecided(&mut self, missing: impl Into<String>) -> &mut Self {
        self.certainty = Certainty::Undecided { missing: missing.into() };
        self
    }

    /// Says that the text at the site is a credential, which no output may show.
    pub fn secret(&mut self) -> &mut Self {
        self.is_secret = true;
        self
    }

    /// Gives the finding another level than the rule's.
    pub fn level(&mut self, level: Level) -> &mut Self {
        self.level = level;
        self
    }

    /// Returns the places where a comment can allow the finding: values lines first, then the one
    /// that decides whether the field is there, then the template or file that wrote the field,
    /// then the calls that led there, then the field in the rendered text.
    #[must_use]
    pub fn places(&self, app: &App) -> Vec<Place> {
        let spot = match &self.site {
            Site::Field(spot) => spot,
            Site::File(place) => return vec![place.clone()],
        };
        let origin = app.origin(spot);
        let mut places: Vec<Place> = Vec::new();
        let values = origin.inputs.into_iter().filter_map(|input| match input {
            Input::Value { place, .. } => Some(place),
            _ => None,
        });
        let rendered = app.objects.get(spot.object.0).map(|object| {
            let document = &object.document;
            Place {
                file: document.name.clone(),
                span: spot.span,
                position: LineIndex::new(&document.text).position(&document.text, spot.span.start),
            }
        });
        let decided = origin.decided_by.into_iter().rev().find_map(|input| match input {
            Input::Value { place, .. } => Some(place),
            _ => None,
        });
        let all = values.chain(decided).chain(origin.written).chain(origin.trail).chain(rendered);
        for place in all {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }
}
