//! Declared dependencies against the charts and the lock that are there.

use plimsoll_yaml::{Content, Node, Span, to_json};
use sha2::{Digest as _, Sha256};

use super::pattern;
use super::{Chart, Dependency, Loaded, Lock, Metadata};
use crate::functions::{is_compatible, is_constraint, is_version};

/// How a chart's version stands to what a dependency asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It is the version that is asked for, or meets the constraint.
    Fits,
    /// It does not meet the constraint.
    Wrong,
    /// The version or the constraint cannot be read.
    Invalid,
}

impl Dependency {
    /// Returns the name that the subchart goes by in the chart that declares it.
    #[must_use]
    pub fn key(&self) -> &str {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }

    /// Holds a chart's version against the constraint, as `helm dependency list` does.
    #[must_use]
    pub fn fit(&self, version: &str) -> Fit {
        if *version == *self.version {
            Fit::Fits
        } else if !is_constraint(&self.version) || !is_version(version) {
            Fit::Invalid
        } else if is_compatible(&self.version, version) {
            Fit::Fits
        } else {
            Fit::Wrong
        }
    }

    /// Tells whether a file in `charts/` is called as an archive of this dependency is:
    /// `NAME-*.tgz`. Absent if the name makes no pattern that Go can match.
    #[must_use]
    pub fn names_archive(&self, file: &str) -> Option<bool> {
        pattern::matches(&format!("{}-*.tgz", self.name), file).ok()
    }

    fn json(&self) -> String {
        let mut fields = vec![format!("\"name\":{}", json(&self.name))];
        let mut text = |key: &str, value: &str| {
            if !value.is_empty() || key == "repository" {
                fields.push(format!("\"{key}\":{}", json(value)));
            }
        };
        text("version", &self.version);
        text("repository", &self.repository);
        text("condition", &self.condition);
        if !self.tags.is_empty() {
            let tags: Vec<String> = self.tags.iter().map(|tag| json(tag)).collect();
            fields.push(format!("\"tags\":[{}]", tags.join(",")));
        }
        if self.enabled {
            fields.push("\"enabled\":true".to_owned());
        }
        if !self.import_values.is_empty() {
            let values: Vec<String> = self.import_values.iter().map(node_json).collect();
            fields.push(format!("\"import-values\":[{}]", values.join(",")));
        }
        if !self.alias.is_empty() {
            fields.push(format!("\"alias\":{}", json(&self.alias)));
        }
        format!("{{{}}}", fields.join(","))
    }
}

impl Lock {
    /// Tells whether the lock was made from these declarations, as `helm dependency build` does
    /// (`HashReq` and, for charts of version 1, `HashV2Req` in Helm's `internal/resolver`).
    ///
    /// A repository that is written as `@NAME` or `alias:NAME` stands for a URL that only the
    /// user's Helm knows, and makes another digest.
    #[must_use]
    pub fn matches(&self, metadata: &Metadata) -> bool {
        let declared = list(&metadata.dependencies);
        let locked = list(&self.dependencies);
        let new = digest(&format!("[{declared},{locked}]"));
        let old = || digest(&format!("{{\"dependencies\":{declared}}}"));
        *self.digest == *new || (&*metadata.api_version == "v1" && *self.digest == *old())
    }
}

impl Chart {
    /// Returns this chart with other subcharts, as though they lay in its `charts/`.
    #[must_use]
    pub fn with_subcharts(&self, subcharts: Vec<Self>) -> Self {
        let Loaded { root, metadata, lock, values, schema, templates, files, warnings, .. } =
            &*self.0;
        Self(std::sync::Arc::new(Loaded {
            parsed: self.0.parsed.clone(),
            root: std::sync::Arc::clone(root),
            metadata: metadata.clone(),
            lock: lock.clone(),
            values: values.clone(),
            schema: schema.clone(),
            templates: templates.clone(),
            files: files.clone(),
            subcharts,
            warnings: warnings.clone(),
        }))
    }
}

fn list(dependencies: &[Dependency]) -> String {
    if dependencies.is_empty() {
        return "null".to_owned();
    }
    let all: Vec<String> = dependencies.iter().map(Dependency::json).collect();
    format!("[{}]", all.join(","))
}

fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn json(text: &str) -> String {
    node_json(&Node { content: Content::String(text.into()), span: Span::default() })
}

/// Go refuses to hash what it cannot write; no lock has the digest of nothing.
fn node_json(node: &Node) -> String {
    to_json(&node).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(name: &str, version: &str, repository: &str) -> Dependency {
        let [name, version, repository] = [name, version, repository].map(Into::into);
        Dependency { name, version, repository, ..Dependency::default() }
    }

    #[test]
    fn versions_are_held_against_constraints() {
        for (constraint, version, fit) in [
            ("1.2.3", "1.2.3", Fit::Fits),
            ("~1.2", "1.2.9", Fit::Fits),
            ("1.x.x", "2.0.0", Fit::Wrong),
            (">=1", "1.0.0-rc1", Fit::Wrong),
            ("latest", "1.0.0", Fit::Invalid),
            ("1", "one", Fit::Invalid),
            ("one", "one", Fit::Fits),
        ] {
            assert_eq!(dependency("a", constraint, "").fit(version), fit, "{constraint} {version}");
        }
    }

    #[test]
    fn declarations_are_written_as_go_writes_them() {
        let mut full = dependency("a", ">=1 <2", "https://h/?a&b");
        assert_eq!(
            full.json(),
            r#"{"name":"a","version":"\u003e=1 \u003c2","repository":"https://h/?a\u0026b"}"#
        );
        full.version = "".into();
        full.repository = "".into();
        full.condition = "a.on".into();
        full.tags = vec!["t".into()];
        full.alias = "b".into();
        full.import_values = vec![plimsoll_yaml::parse_one("{parent: p, child: c}").unwrap().root];
        assert_eq!(
            full.json(),
            "{\"name\":\"a\",\"repository\":\"\",\"condition\":\"a.on\",\"tags\":[\"t\"],\
             \"import-values\":[{\"child\":\"c\",\"parent\":\"p\"}],\"alias\":\"b\"}"
        );
    }

    #[test]
    fn archives_are_known_by_their_names() {
        let one = dependency("a", "1", "");
        assert_eq!(one.names_archive("a-1.0.0.tgz"), Some(true));
        assert_eq!(one.names_archive("a.tgz"), Some(false));
        assert_eq!(dependency("a[", "1", "").names_archive("a-1.tgz"), None);
    }
}
