//! Errors of running a template, with the chain of calls that led there.

use std::fmt;
use std::sync::Arc;

use plimsoll_yaml::Span;

use crate::trace::SourceId;

/// One template on the way to an error, outermost first in [`Error::levels`].
#[derive(Clone, Debug)]
pub(crate) struct Level {
    /// The template in whose text the node stands.
    pub(crate) parse_name: Arc<str>,
    /// Line, from 1.
    pub(crate) line: usize,
    /// Column in bytes, from 0, as Go counts.
    pub(crate) column: usize,
    /// The text in which the node stands, and its place there.
    pub(crate) source: SourceId,
    pub(crate) span: Span,
    /// The template being run.
    pub(crate) template: Arc<str>,
    /// The node as Go prints it.
    pub(crate) context: String,
    /// What stands between this level and the next one, such as `error calling include: `.
    pub(crate) via: String,
    /// The text given to `tpl`, when the next level runs in it.
    pub(crate) through_tpl: bool,
}

/// What kind of trouble ended a rendering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The template did something that cannot be done.
    Execution,
    /// A function returned an error.
    Function,
    /// The chart itself said no, through `fail` or `required`.
    Stop,
    /// A limit of ours.
    Limit,
}

/// An error of running a template.
#[derive(Clone, Debug)]
pub(crate) struct Error {
    pub(crate) trouble: Trouble,
    pub(crate) levels: Vec<Level>,
    pub(crate) message: String,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let template = super::literal::quote(&self.template);
        write!(
            f,
            "template: {}:{}:{}: executing {template} at <{}>: ",
            self.parse_name, self.line, self.column, self.context
        )
    }
}

impl Error {
    /// The error without its outermost `from` levels, as [`fmt::Display`] writes it.
    pub(crate) fn from(&self, from: usize) -> String {
        let levels = self.levels.iter().skip(from);
        levels.map(|level| format!("{level}{}", level.via)).chain([self.message.clone()]).collect()
    }
}

/// The error as Go's `text/template` writes it, all levels in one line.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.from(0))
    }
}
