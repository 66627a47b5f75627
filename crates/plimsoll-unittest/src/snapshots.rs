//! Snapshot files: what assertions saw when somebody last looked at it.

use std::collections::BTreeMap;
use std::sync::Arc;

use plimsoll_chart::GoRegex;
use plimsoll_yaml::Span;

use crate::manifest::shown;
use crate::problem::{Problem, Source};
use crate::value::{Kind, Value, to_yaml};

/// Snapshots by test and number.
type Kept = BTreeMap<String, BTreeMap<u64, String>>;

/// The snapshots of one file, before and after a run.
#[derive(Clone, Debug, Default)]
pub struct Snapshots {
    kept: Kept,
    current: Kept,
    updating: bool,
    counts: SnapshotCounts,
}

/// What became of snapshots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SnapshotCounts {
    /// How many were compared or made.
    pub total: usize,
    /// How many differ.
    pub failed: usize,
    /// How many are new.
    pub created: usize,
    /// How many nobody asked for any more.
    pub vanished: usize,
}

/// A value held against its snapshot.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) passed: bool,
    pub(crate) number: u64,
    pub(crate) kept: String,
    pub(crate) new: String,
    /// What is wrong with a pattern that the snapshot has to match.
    pub(crate) pattern: Option<String>,
    pub(crate) error: Option<String>,
}

impl Snapshots {
    /// Starts without any.
    #[must_use]
    pub fn new(updating: bool) -> Self {
        Self { updating, ..Self::default() }
    }

    /// Reads a snapshot file; with `updating`, values that differ replace what the file holds.
    ///
    /// # Errors
    ///
    /// A file that is no mapping of tests to numbered texts, with the place.
    pub fn parse(file: &str, text: &str, updating: bool) -> Result<Self, Problem> {
        let source = Source { file: Arc::from(file), text: Arc::from(text) };
        let parsed = plimsoll_yaml::parse_one(text).map_err(|error| source.no_yaml(&error))?;
        if let Some(repeated) = parsed.repeated.first() {
            return Err(source.problem(repeated.key, "the snapshot is there twice"));
        }
        let root = Value::read(&parsed.root, text).with_text_keys(text);
        let mut kept = Kept::new();
        let wrong = |value: &Value, what: &str| Err(source.problem(value.span, what));
        if !matches!(root.kind, Kind::Map(_) | Kind::Null) {
            return wrong(&root, "a snapshot file must be a mapping of tests");
        }
        for (test, value) in root.entries() {
            if !matches!(value.kind, Kind::Map(_) | Kind::Null) {
                return wrong(value, "a test's snapshots must be a mapping of numbers");
            }
            let mut numbered = BTreeMap::new();
            for (number, text) in value.entries() {
                let Kind::Int(number) = number.kind else {
                    return wrong(number, "a snapshot's key must be a number");
                };
                let Ok(number) = u64::try_from(number) else {
                    return wrong(value, "a snapshot's number cannot be negative");
                };
                let Some(text) = text.scalar_text().filter(|_| !text.is_null()) else {
                    return wrong(text, "a snapshot must be text");
                };
                numbered.insert(number, text.into_owned());
            }
            kept.insert(test.go_print(), numbered);
        }
        Ok(Self { kept, updating, ..Self::default() })
    }

    /// Returns what became of the snapshots so far.
    #[must_use]
    pub fn counts(&self) -> SnapshotCounts {
        let failed = if self.updating { 0 } else { self.counts.failed };
        SnapshotCounts { failed, vanished: self.vanished(), ..self.counts }
    }

    /// Returns the text of the file as it has to be now; nothing where it can stay as it is.
    #[must_use]
    pub fn changed(&self) -> Option<String> {
        let has_more = self.counts.created > 0 || self.vanished() > 0;
        let differs = self.counts.failed > 0 && self.updating;
        (has_more || differs).then(|| self.text())
    }

    fn vanished(&self) -> usize {
        let is_gone = |test: &str, number: &u64| {
            self.current.get(test).is_none_or(|numbered| !numbered.contains_key(number))
        };
        self.kept
            .iter()
            .map(|(test, numbered)| numbered.keys().filter(|number| is_gone(test, number)).count())
            .sum()
    }

    fn text(&self) -> String {
        if self.current.is_empty() {
            return "{}\n".to_owned();
        }
        let mut entries: Vec<(Value, Value)> = self
            .current
            .iter()
            .map(|(test, numbered)| {
                let numbered = numbered.iter().map(|(number, text)| {
                    let number = Value { kind: Kind::Uint(*number), span: Span::default() };
                    (number, Value::text(text.as_str()))
                });
                (Value::text(test.as_str()), Value::map(numbered.collect()))
            })
            .collect();
        crate::value::sort(&mut entries);
        to_yaml(&Value::map(entries))
    }

    /// Holds a value against the snapshot of that test and number. Where there are patterns, these
    /// decide, and not the text.
    pub(crate) fn compare(
        &mut self,
        test: &str,
        number: u64,
        value: &Value,
        pattern: &str,
        not_pattern: &str,
    ) -> Comparison {
        self.counts.total += 1;
        let new = shown(value);
        let kept = self.kept.get(test).and_then(|numbered| numbered.get(&number)).cloned();
        let mut comparison = Comparison {
            passed: true,
            number,
            kept: kept.clone().unwrap_or_default(),
            new: new.clone(),
            pattern: None,
            error: None,
        };
        if kept.is_none() {
            self.counts.created += 1;
        }
        if !pattern.is_empty() || !not_pattern.is_empty() {
            comparison.match_patterns(pattern, not_pattern);
        } else if kept.as_ref().is_some_and(|kept| *kept != new) {
            comparison.passed = false;
            self.counts.failed += 1;
        }
        let text = if self.updating { new } else { kept.unwrap_or(new) };
        self.current.entry(test.to_owned()).or_default().insert(number, text);
        comparison.passed |= self.updating;
        comparison
    }
}

impl Comparison {
    fn match_patterns(&mut self, pattern: &str, not_pattern: &str) {
        let mut found = |pattern: &str| match GoRegex::new(pattern) {
            Ok(regex) => regex.is_match(&self.new),
            Err(message) => {
                self.error = Some(message);
                false
            }
        };
        if !pattern.is_empty() && !found(pattern) {
            self.passed = false;
            self.pattern = Some(format!("the pattern `{pattern}` is not in the snapshot"));
        } else if !not_pattern.is_empty() && found(not_pattern) {
            self.passed = false;
            self.pattern = Some(format!("the pattern `{not_pattern}` must not be in the snapshot"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "a test:\n  1: |\n    kind: Pod\n  2: |\n    x: 1\n";

    fn value(text: &str) -> Value {
        Value::read(&plimsoll_yaml::parse_one(text).unwrap().root, text)
    }

    #[test]
    fn what_is_as_before_changes_nothing() {
        let mut snapshots = Snapshots::parse("f", FILE, false).unwrap();
        assert!(snapshots.compare("a test", 1, &value("{kind: Pod}"), "", "").passed);
        assert!(snapshots.compare("a test", 2, &value("x: 1"), "", "").passed);
        assert_eq!(snapshots.changed(), None);
        assert_eq!(snapshots.counts(), SnapshotCounts { total: 2, ..SnapshotCounts::default() });
    }

    #[test]
    fn what_differs_fails_or_is_written_anew() {
        let mut snapshots = Snapshots::parse("f", FILE, false).unwrap();
        assert!(!snapshots.compare("a test", 1, &value("{kind: Job}"), "", "").passed);
        assert!(snapshots.compare("a test", 2, &value("x: 1"), "", "").passed);
        assert_eq!(snapshots.changed(), None);
        assert_eq!(snapshots.counts().failed, 1);
        let mut snapshots = Snapshots::parse("f", FILE, true).unwrap();
        assert!(snapshots.compare("a test", 1, &value("{kind: Job}"), "", "").passed);
        assert!(snapshots.compare("b", 1, &value("[1]"), "", "").passed);
        assert_eq!(
            snapshots.changed().unwrap(),
            "a test:\n  1: |\n    kind: Job\nb:\n  1: |\n    - 1\n"
        );
        assert_eq!(
            snapshots.counts(),
            SnapshotCounts { total: 2, failed: 0, created: 1, vanished: 1 }
        );
    }

    #[test]
    fn malformed_files_are_refused_with_a_place() {
        for (text, expected) in [
            ("a: [", "f:1:5"),
            ("- a", "f:1:1"),
            ("a: b", "f:1:4"),
            ("a: {b: c}", "f:1:5"),
            ("a: {1: [c]}", "f:1:8"),
            ("a: {1: b}\na: {1: b}", "f:2:1"),
        ] {
            let problem = Snapshots::parse("f", text, false).unwrap_err();
            assert_eq!(problem.place.unwrap().to_string(), expected, "{text}");
        }
    }
}
