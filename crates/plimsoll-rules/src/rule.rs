//! What a rule is.

use std::fmt;

use plimsoll_app::App;

use crate::{Level, Report};

/// Whether `plimsoll fix` can mend what a rule reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixKind {
    /// Never: a person has to decide.
    None,
    /// Where the field's origin allows it.
    Sometimes,
    /// Whenever the rule fires.
    Always,
}

impl FixKind {
    /// Returns the word that reports and pages use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Sometimes => "sometimes",
            Self::Always => "always",
        }
    }
}

/// What a rule may look at.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The application to judge.
    pub app: &'a App,
    /// The same chart rendered once more with the same values, as a later upgrade would; absent for
    /// plain manifests.
    pub again: Option<&'a App>,
}

impl<'a> Context<'a> {
    /// Returns the context of an application that was rendered only once.
    #[must_use]
    pub const fn new(app: &'a App) -> Self {
        Self { app, again: None }
    }
}

/// A rule: what it is called, what it is for, and the function that decides it.
pub struct Rule {
    /// Its only name: kebab-case, names the smell, reads well after “allow”.
    pub slug: &'static str,
    /// How much its findings matter unless they say otherwise.
    pub level: Level,
    /// The guidelines that it serves, such as `G12`.
    pub guidelines: &'static [&'static str],
    /// The first version that has it.
    pub since: &'static str,
    /// Whether its findings can be mended.
    pub fix: FixKind,
    /// Its doc comment, each line still with the space before it; [`Rule::text`] is for reading.
    pub doc: &'static str,
    /// The source file that holds it.
    pub file: &'static str,
    /// Reports what it finds; nothing for the rules about suppressions, which are decided after all
    /// others.
    pub check: Option<fn(&Context<'_>, &mut Report)>,
}

impl Rule {
    /// Returns its text in Markdown, with the headings of [`crate::doc::HEADINGS`].
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.doc.len());
        for line in self.doc.lines() {
            text.push_str(line.strip_prefix(' ').unwrap_or(line));
            text.push('\n');
        }
        text
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({})", self.slug)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.slug == other.slug
    }
}

impl Eq for Rule {}

/// Defines `RULE`, the rule of a file, from its doc comment and a few facts.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])+
        slug: $slug:literal,
        level: $level:ident,
        guidelines: [$($guideline:literal),* $(,)?],
        since: $since:literal,
        fix: $fix:ident,
        check: $check:expr $(,)?
    ) => {
        /// The rule of this file.
        pub(crate) static RULE: $crate::Rule = $crate::Rule {
            slug: $slug,
            level: $crate::Level::$level,
            guidelines: &[$($guideline),*],
            since: $since,
            fix: $crate::FixKind::$fix,
            doc: concat!($($doc, "\n"),+),
            file: file!(),
            check: $check,
        };
    };
}
pub(crate) use rule;
