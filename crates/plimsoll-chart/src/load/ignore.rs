//! `.helmignore`: which files of a chart's directory are no part of the chart.

use super::pattern::{self, Pattern};
use crate::{Error, ErrorKind};

/// The rules of a `.helmignore`, as Helm's `pkg/ignore` reads them.
///
/// They only apply to a chart's directory, never to an archive. Evaluation stops at the first rule
/// that says "ignore"; a negated rule ignores everything that it does not match.
#[derive(Clone, Debug, Default)]
pub struct IgnoreRules {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: Pattern,
    negated: bool,
    only_directories: bool,
    scope: Scope,
}

/// What of a path a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// The whole path, from the chart's directory.
    Path,
    /// The last element.
    Name,
}

/// How many bytes a `.helmignore` may have: each file's path is held against all its rules.
const MAX_BYTES: usize = 16 * 1024;

impl IgnoreRules {
    /// Reads the rules of a `.helmignore`'s text, and adds Helm's own: dot files in `templates/`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Ignore`] for a pattern with `**` or one that Go's `filepath.Match` refuses.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut rules = Self::default();
        if text.len() > MAX_BYTES {
            let message = format!("it is longer than {MAX_BYTES} bytes");
            return Err(Error::new(ErrorKind::Ignore, message));
        }
        for line in text.strip_prefix('\u{feff}').unwrap_or(text).split('\n') {
            rules.add(line)?;
        }
        rules.add("templates/.?*")?;
        Ok(rules)
    }

    /// Tells whether the file or directory at `path`, relative and with slashes, is left out.
    ///
    /// A directory that is left out is not walked into.
    #[must_use]
    pub fn ignores(&self, path: &str, is_directory: bool) -> bool {
        if path.is_empty() || path == "." || path == "./" {
            return false;
        }
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
        self.rules.iter().any(|rule| {
            let applies = is_directory || !rule.only_directories;
            (applies && rule.matches(path, name)) != rule.negated
        })
    }

    fn add(&mut self, line: &str) -> Result<(), Error> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let refuse = |reason: &str| Error::new(ErrorKind::Ignore, reason);
        if line.contains("**") {
            return Err(refuse("double-star (**) syntax is not supported"));
        }
        pattern::matches(line, "abc").map_err(|bad| refuse(&bad.to_string()))?;
        let (negated, rest) = strip(line, line.strip_prefix('!'));
        let (only_directories, rest) = strip(rest, rest.strip_suffix('/'));
        let (rooted, rest) = strip(rest, rest.strip_prefix('/'));
        let scope = if rooted || rest.contains('/') { Scope::Path } else { Scope::Name };
        self.rules.push(Rule { pattern: Pattern::new(rest), negated, only_directories, scope });
        Ok(())
    }
}

fn strip<'t>(whole: &'t str, stripped: Option<&'t str>) -> (bool, &'t str) {
    stripped.map_or((false, whole), |rest| (true, rest))
}

impl Rule {
    fn matches(&self, path: &str, name: &str) -> bool {
        let subject = match self.scope {
            Scope::Path => path,
            Scope::Name => name,
        };
        // Cutting `!` or `/` off can break a pattern that was sound; Helm then says "no match".
        self.pattern.matches(subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignores(rules: &str, path: &str, is_directory: bool) -> bool {
        IgnoreRules::parse(rules).unwrap().ignores(path, is_directory)
    }

    #[test]
    fn rules_read_as_in_helm() {
        assert!(ignores("*.txt", "a/b.txt", false));
        assert!(!ignores("/*.txt", "a/b.txt", false));
        assert!(ignores("a/*.txt", "a/b.txt", false));
        assert!(ignores("docs/", "docs", true));
        assert!(!ignores("docs/", "docs", false));
        assert!(ignores("cargo/*.?x*", "cargo/a.txt", false));
        assert!(!ignores("# docs\n\n", "docs", true));
        assert!(ignores("", "templates/.hidden.yaml", false));
        assert!(!ignores("", ".hidden.yaml", false));
    }

    #[test]
    fn negated_rules_ignore_what_they_do_not_match() {
        assert!(ignores("!helm.txt", "tiller.txt", false));
        assert!(!ignores("!helm.txt", "helm.txt", false));
        assert!(ignores("!dir/", "dir", false));
    }

    #[test]
    fn unusable_patterns_are_errors() {
        for rules in ["foo/**/bar", "[]"] {
            assert_eq!(IgnoreRules::parse(rules).unwrap_err().kind(), ErrorKind::Ignore);
        }
    }
}
