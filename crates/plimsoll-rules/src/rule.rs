//! What a rule is.

use std::fmt;

use plimsoll_app::{App, Workload};

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
    /// True where a chart was rendered, false for plain manifests: only a chart has values that a
    /// literal could have been, and only a chart is uninstalled.
    pub is_chart: bool,
    /// The same chart rendered once more with the same values, as a later upgrade would.
    pub again: Option<&'a App>,
}

impl<'a> Context<'a> {
    /// Returns the context of plain manifests.
    #[must_use]
    pub const fn manifests(app: &'a App) -> Self {
        Self { app, is_chart: false, again: None }
    }

    /// Returns the context of a chart that was rendered, if possible twice.
    #[must_use]
    pub const fn chart(app: &'a App, again: Option<&'a App>) -> Self {
        Self { app, is_chart: true, again }
    }

    /// Returns the workloads that run a known engine or ask for a GPU.
    pub fn ai_workloads(&self) -> impl Iterator<Item = &'a Workload> {
        self.app.workloads.iter().filter(|workload| is_ai(workload))
    }

    /// Tells whether anything in the release runs a known engine or asks for a GPU.
    #[must_use]
    pub fn is_ai(&self) -> bool {
        self.app.workloads.iter().any(is_ai)
    }
}

fn is_ai(workload: &Workload) -> bool {
    workload.pod.wants_gpu()
        || workload.pod.all_containers().any(|container| container.engine.is_some())
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
