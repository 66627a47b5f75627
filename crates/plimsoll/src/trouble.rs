//! What went wrong with a chart, for people: what, where, and what to do.

mod help;
mod locate;

use std::any::Any;
use std::path::Path;

use plimsoll_chart::ErrorKind;
use plimsoll_yaml::Place;

use crate::file::FileError;
use crate::secrecy::Known;

/// Why a chart cannot be read or rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// What sort of trouble it is, in one word for machines.
    pub(crate) kind: &'static str,
    /// In Helm's words where Helm has some.
    pub(crate) message: String,
    pub(crate) place: Option<Place>,
    /// The next step.
    pub(crate) help: String,
}

/// The kind of trouble of a chart whose dependencies are not in `charts/`.
pub(crate) const MISSING_DEPENDENCY: &str = "missing-dependency";

/// Lines that a message may have before its middle is left out: a template that includes itself
/// repeats its way a thousand times.
const MAX_LINES: usize = 24;

/// The same for characters, where all stands in one line.
const MAX_CHARACTERS: usize = 2000;

impl Trouble {
    /// Describes `error`, which arose from the chart at `chart`, without its `secrets`.
    pub(crate) fn new(error: &anyhow::Error, chart: &Path, secrets: &Known) -> Self {
        let message = secrets.masked(&format!("{error:#}"));
        if let Some(file) = error.downcast_ref::<FileError>() {
            let place = file.place().cloned();
            return Self { kind: "file", message, place, help: file.help().to_owned() };
        }
        let Some(known) = error.downcast_ref::<plimsoll_chart::Error>() else {
            let help = "see the message".to_owned();
            return Self { kind: "other", message, place: None, help };
        };
        let place = known.place().cloned().or_else(|| locate::in_chart_yaml(known, chart));
        let help = help::of(known.kind(), &message, chart);
        Self { kind: word(known.kind()), message, place, help }
    }

    /// The trouble of a chart that made Plimsoll itself panic.
    pub(crate) fn of_panic(panic: &(dyn Any + Send)) -> Self {
        let what = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Self::defect(what.unwrap_or("it panicked"))
    }

    /// The trouble of a chart that made Plimsoll itself fail.
    pub(crate) fn defect(what: &str) -> Self {
        Self {
            kind: "defect",
            message: format!("Plimsoll itself failed: {what}"),
            place: None,
            help: "this is a defect of Plimsoll: please report it with the chart".to_owned(),
        }
    }

    /// The message, without the middle of a very long one.
    pub(crate) fn short_message(&self) -> String {
        let message = self.message.trim_end();
        let lines: Vec<&str> = message.lines().collect();
        if lines.len() > MAX_LINES {
            let (head, tail) = (MAX_LINES / 2, MAX_LINES / 4);
            let left_out = format!("… {} more lines …", lines.len() - head - tail);
            let mut kept = lines[..head].to_vec();
            kept.push(&left_out);
            kept.extend(&lines[lines.len() - tail..]);
            return kept.join("\n");
        }
        let length = message.chars().count();
        if length > MAX_CHARACTERS {
            let part = MAX_CHARACTERS / 3;
            let head: String = message.chars().take(part).collect();
            let tail: String = message.chars().skip(length - part).collect();
            return format!("{head} … {} more characters … {tail}", length - 2 * part);
        }
        message.to_owned()
    }
}

const fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotAChart => "not-a-chart",
        ErrorKind::Archive => "archive",
        ErrorKind::Limit => "limit",
        ErrorKind::Yaml => "yaml",
        ErrorKind::Metadata => "metadata",
        ErrorKind::Ignore => "helmignore",
        ErrorKind::Values => "values",
        ErrorKind::MissingDependency => MISSING_DEPENDENCY,
        ErrorKind::Schema => "schema",
        ErrorKind::KubeVersion => "kube-version",
        ErrorKind::ReleaseName => "release-name",
        ErrorKind::NotInstallable => "not-installable",
        ErrorKind::Template => "template",
        ErrorKind::Manifest => "manifest",
        ErrorKind::ShowOnly => "show-only",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_lose_their_middle() {
        let message = (1..=1000).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
        let mut trouble = Trouble::defect("");
        trouble.message = message;
        let short = trouble.short_message();
        assert_eq!(short.lines().count(), 19);
        assert!(short.starts_with("1\n2\n") && short.ends_with("\n999\n1000"), "{short}");
        assert!(short.contains("\n… 982 more lines …\n"), "{short}");
        trouble.message = format!("{}end", "ä".repeat(5000));
        assert!(trouble.short_message().ends_with("äend"));
        assert!(trouble.short_message().chars().count() < MAX_CHARACTERS);
        "few\n".clone_into(&mut trouble.message);
        assert_eq!(trouble.short_message(), "few");
    }
}
