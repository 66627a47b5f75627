//! Reads a document into a suite (`TestSuite` and `TestJob` of helm-unittest 1.1.1).

use plimsoll_yaml::{Parsed, Span};

use super::decode::{Decoder, kind};
use super::{
    Capabilities, Cluster, ClusterKind, ReleaseSpec, Selector, Setting, Suite, Test,
    TestCapabilities, Versions,
};
use crate::UPSTREAM_VERSION;
use crate::assertion::Assertion;
use crate::problem::{Problem, Source};
use crate::value::{Kind, Value};

type Result<T> = std::result::Result<T, Problem>;

/// How many tests one suite may hold.
const MAX_TESTS: usize = 100_000;

const SUITE: &[&str] = &[
    "suite",
    "values",
    "set",
    "templates",
    "excludeTemplates",
    "includeCrds",
    "release",
    "chart",
    "capabilities",
    "kubernetesProvider",
    "postRenderer",
    "tests",
    "snapshotId",
    "skip",
];

const TEST: &[&str] = &[
    "it",
    "values",
    "set",
    "template",
    "templates",
    "documentIndex",
    "documentSelector",
    "release",
    "chart",
    "capabilities",
    "asserts",
    "skip",
    "kubernetesProvider",
    "postRenderer",
];

pub(super) fn suite(parsed: &Parsed, source: &Source, strict: bool) -> Result<Suite> {
    if let Some(repeated) = parsed.repeated.first() {
        let key = repeated.key.of(&source.text);
        return Err(source.problem(repeated.key, format!("the key `{key}` is there twice")));
    }
    let root = Value::read(&parsed.root, &source.text);
    let decoder = Decoder { source, strict };
    let mut suite = Suite {
        source: source.clone(),
        name: String::new(),
        values: Vec::new(),
        set: Vec::new(),
        templates: Vec::new(),
        exclude_templates: Vec::new(),
        include_crds: false,
        release: ReleaseSpec::default(),
        versions: Versions::default(),
        capabilities: Capabilities::default(),
        cluster: Cluster::default(),
        post_renderer: None,
        snapshot_id: String::new(),
        skip: String::new(),
        tests: Vec::new(),
    };
    decoder.fields(&root, "a suite", SUITE, |key, value, span| {
        match key {
            "suite" => suite.name = decoder.text(value, key)?,
            "values" => suite.values = decoder.texts(value, key)?,
            "set" => suite.set = decoder.settings(value)?,
            "templates" => suite.templates = decoder.texts(value, key)?,
            "excludeTemplates" => suite.exclude_templates = decoder.texts(value, key)?,
            "includeCrds" => suite.include_crds = decoder.bool(value, key)?,
            "release" => suite.release = decoder.release(value)?,
            "chart" => suite.versions = decoder.versions(value)?,
            "capabilities" => suite.capabilities = decoder.capabilities(value)?,
            "kubernetesProvider" => suite.cluster = decoder.cluster(value)?,
            "postRenderer" => suite.post_renderer = decoder.post_renderer(value, span)?,
            "snapshotId" => suite.snapshot_id = decoder.text(value, key)?,
            "skip" => suite.skip = decoder.suite_skip(value)?,
            _ => suite.tests = decoder.tests(value)?,
        }
        Ok(())
    })?;
    if suite.tests.is_empty() {
        return Err(source.problem(root.span, "the suite has no tests"));
    }
    if let Some(test) = suite.tests.iter().find(|test| test.asserts.is_empty()) {
        return Err(source.problem(test.span, format!("the test `{}` has no asserts", test.name)));
    }
    if !suite.skip.is_empty() {
        for test in &mut suite.tests {
            test.skip.clone_from(&suite.skip);
        }
    }
    Ok(suite)
}

impl Decoder<'_> {
    fn tests(&self, value: &Value) -> Result<Vec<Test>> {
        let items = self.items(value, "tests")?;
        if items.len() > MAX_TESTS {
            return self.fail(value, format!("a suite holds at most {MAX_TESTS} tests"));
        }
        items.iter().map(|item| self.test(item)).collect()
    }

    fn test(&self, value: &Value) -> Result<Test> {
        let mut test = Test {
            span: value.span,
            name: String::new(),
            values: Vec::new(),
            set: Vec::new(),
            templates: Vec::new(),
            document_index: None,
            selector: None,
            release: ReleaseSpec::default(),
            versions: Versions::default(),
            capabilities: TestCapabilities::default(),
            cluster: Cluster::default(),
            post_renderer: None,
            skip: String::new(),
            asserts: Vec::new(),
        };
        let mut template = String::new();
        self.fields(value, "a test", TEST, |key, value, span| {
            match key {
                "it" => test.name = self.text(value, key)?,
                "values" => test.values = self.texts(value, key)?,
                "set" => test.set = self.settings(value)?,
                "template" => template = self.text(value, key)?,
                "templates" => test.templates = self.texts(value, key)?,
                "documentIndex" if value.is_null() => {}
                "documentIndex" => test.document_index = Some(self.int(value, key)?),
                "documentSelector" => test.selector = self.selector(value)?,
                "release" => test.release = self.release(value)?,
                "chart" => test.versions = self.versions(value)?,
                "capabilities" => test.capabilities = self.test_capabilities(value)?,
                "kubernetesProvider" => test.cluster = self.cluster(value)?,
                "postRenderer" => test.post_renderer = self.post_renderer(value, span)?,
                "skip" => test.skip = self.skip(value)?,
                _ => {
                    let items = self.items(value, key)?;
                    test.asserts = items
                        .iter()
                        .map(|item| Assertion::read(item, self.source, self.strict))
                        .collect::<Result<_>>()?;
                }
            }
            Ok(())
        })?;
        if test.templates.is_empty() && !template.is_empty() {
            test.templates.push(template);
        }
        Ok(test)
    }

    fn settings(&self, value: &Value) -> Result<Vec<Setting>> {
        if !matches!(value.kind, Kind::Map(_) | Kind::Null) {
            return self.fail(value, format!("`set` must be a mapping, not {}", kind(value)));
        }
        let mut settings: Vec<Setting> = value
            .entries()
            .iter()
            .map(|(key, value)| Setting {
                path: key.as_str().unwrap_or(key.span.of(&self.source.text)).to_owned(),
                path_span: key.span,
                value: value.clone(),
            })
            .collect();
        settings.sort_by_key(|setting| setting.path_span.start);
        Ok(settings)
    }

    fn release(&self, value: &Value) -> Result<ReleaseSpec> {
        let mut release = ReleaseSpec::default();
        let known = ["name", "namespace", "revision", "upgrade"];
        self.fields(value, "`release`", &known, |key, value, _| {
            match key {
                "name" => release.name = self.text(value, key)?,
                "namespace" => release.namespace = self.text(value, key)?,
                "revision" => release.revision = self.int(value, key)?,
                _ => release.upgrade = self.bool(value, key)?,
            }
            Ok(())
        })?;
        Ok(release)
    }

    fn versions(&self, value: &Value) -> Result<Versions> {
        let mut versions = Versions::default();
        self.fields(value, "`chart`", &["version", "appVersion"], |key, value, _| {
            let text = self.text(value, key)?;
            match key {
                "version" => versions.version = text,
                _ => versions.app_version = text,
            }
            Ok(())
        })?;
        Ok(versions)
    }

    fn capabilities(&self, value: &Value) -> Result<Capabilities> {
        let mut found = Capabilities::default();
        let known = ["majorVersion", "minorVersion", "apiVersions"];
        self.fields(value, "`capabilities`", &known, |key, value, _| {
            match key {
                "majorVersion" => found.major = self.text(value, key)?,
                "minorVersion" => found.minor = self.text(value, key)?,
                _ => found.api_versions = self.texts(value, key)?,
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// A test's capabilities are read with less care upstream: what is neither text nor a whole
    /// number counts for nothing.
    fn test_capabilities(&self, value: &Value) -> Result<TestCapabilities> {
        let mut found = TestCapabilities::default();
        let known = ["majorVersion", "minorVersion", "apiVersions"];
        let version = |value: &Value| match &value.kind {
            Kind::Str(text) => text.to_string(),
            Kind::Int(int) => int.to_string(),
            _ => String::new(),
        };
        self.fields(value, "`capabilities`", &known, |key, value, _| {
            match (key, &value.kind) {
                ("majorVersion", _) => found.major = version(value),
                ("minorVersion", _) => found.minor = version(value),
                (_, Kind::Seq(items)) => {
                    let texts = items.iter().filter_map(Value::as_str).map(str::to_owned);
                    found.api_versions = Some(texts.collect());
                }
                _ => found.api_versions = None,
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn cluster(&self, value: &Value) -> Result<Cluster> {
        let mut cluster = Cluster::default();
        self.fields(value, "`kubernetesProvider`", &["scheme", "objects"], |key, value, _| {
            if key == "objects" {
                cluster.objects = self.items(value, key)?.to_vec();
                return Ok(());
            }
            if !matches!(value.kind, Kind::Map(_) | Kind::Null) {
                let message = format!("`scheme` must be a mapping, not {}", kind(value));
                return self.fail(value, message);
            }
            for (name, value) in value.entries() {
                let name = name.scalar_text().unwrap_or_default().into_owned();
                cluster.kinds.push(self.cluster_kind(name, value)?);
            }
            Ok(())
        })?;
        Ok(cluster)
    }

    fn cluster_kind(&self, name: String, value: &Value) -> Result<ClusterKind> {
        let mut found = ClusterKind {
            name,
            group: String::new(),
            version: String::new(),
            resource: String::new(),
            namespaced: false,
        };
        let known = ["gvr", "namespaced", "should_err"];
        self.fields(value, "a kind in `scheme`", &known, |key, value, span| {
            match key {
                "namespaced" => found.namespaced = self.bool(value, key)?,
                "should_err" if value.is_null() => {}
                "should_err" => {
                    return Err(self.source.problem(span, "`should_err` is not supported"));
                }
                _ => {
                    let known = ["group", "version", "resource"];
                    self.fields(value, "`gvr`", &known, |key, value, _| {
                        let text = self.text(value, key)?;
                        match key {
                            "group" => found.group = text,
                            "version" => found.version = text,
                            _ => found.resource = text,
                        }
                        Ok(())
                    })?;
                }
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn selector(&self, value: &Value) -> Result<Option<Selector>> {
        if value.is_null() {
            return Ok(None);
        }
        let mut selector = Selector {
            path: String::new(),
            value: None,
            match_many: false,
            skip_empty_templates: false,
        };
        let known = ["path", "value", "matchMany", "skipEmptyTemplates"];
        self.fields(value, "`documentSelector`", &known, |key, value, _| {
            match key {
                "path" => selector.path = self.text(value, key)?,
                "matchMany" => selector.match_many = self.bool(value, key)?,
                "skipEmptyTemplates" => selector.skip_empty_templates = self.bool(value, key)?,
                _ => selector.value = (!value.is_null()).then(|| value.clone()),
            }
            Ok(())
        })?;
        Ok(Some(selector))
    }

    fn skip(&self, value: &Value) -> Result<String> {
        let mut reason = String::new();
        self.fields(value, "`skip`", &["reason"], |key, value, _| {
            reason = self.text(value, key)?;
            Ok(())
        })?;
        Ok(reason)
    }

    fn suite_skip(&self, value: &Value) -> Result<String> {
        let mut reason = String::new();
        let mut minimum = String::new();
        self.fields(value, "`skip`", &["reason", "minimumVersion"], |key, value, _| {
            match key {
                "reason" => reason = self.text(value, key)?,
                _ => minimum = self.text(value, key)?,
            }
            Ok(())
        })?;
        if !minimum.is_empty() && !is_met(&minimum) {
            return Ok(format!(
                "the suite needs helm-unittest {minimum}, and Plimsoll follows {UPSTREAM_VERSION}"
            ));
        }
        Ok(reason)
    }

    /// Where a post-renderer is asked for, if at all.
    fn post_renderer(&self, value: &Value, span: Span) -> Result<Option<Span>> {
        let mut command = String::new();
        self.fields(value, "`postRenderer`", &["cmd", "args"], |key, value, _| {
            match key {
                "cmd" => command = self.text(value, key)?,
                _ => drop(self.texts(value, key)?),
            }
            Ok(())
        })?;
        Ok((!command.is_empty()).then_some(span))
    }
}

/// Tells whether the version that Plimsoll follows is at least `minimum`; what is no version is
/// never met, as upstream.
fn is_met(minimum: &str) -> bool {
    let numbers = |text: &str| -> Option<Vec<u64>> {
        let text = text.trim_start_matches('v').split(['-', '+']).next()?;
        let mut numbers =
            text.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<_>>>()?;
        numbers.resize(3.max(numbers.len()), 0);
        (numbers.len() == 3).then_some(numbers)
    };
    numbers(UPSTREAM_VERSION) >= numbers(minimum) && numbers(minimum).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, strict: bool) -> String {
        let problem = Suite::parse("s.yaml", text, strict).unwrap_err();
        let place = problem.place.map_or_else(|| "nowhere".to_owned(), |place| place.to_string());
        format!("{place}: {}", problem.message)
    }

    const GOOD: &str = "suite: s\ntests:\n- it: t\n  asserts:\n  - isKind: {of: Pod}\n";

    #[test]
    fn trouble_has_a_place() {
        for (text, strict, expected) in [
            ("tests: []", false, "s.yaml:1:1: the suite has no tests"),
            ("tests:\n- it: x", false, "s.yaml:2:3: the test `x` has no asserts"),
            ("suite: [a]", false, "s.yaml:1:8: `suite` must be text, not a list"),
            ("tests: x", false, "s.yaml:1:8: `tests` must be a list, not text"),
            ("set: [1]", false, "s.yaml:1:6: `set` must be a mapping, not a list"),
            ("- a", false, "s.yaml:1:1: a suite must be a mapping, not a list"),
            ("a: 1\na: 2", false, "s.yaml:2:1: the key `a` is there twice"),
            (
                "release: {name: x, foo: 1}",
                true,
                "s.yaml:1:20: `release` has no key `foo`; there are name, namespace, revision, upgrade",
            ),
            ("release: {revision: x}", false, "s.yaml:1:21: `revision` must be a number, not text"),
            ("a: [", false, "s.yaml:1:5: "),
        ] {
            let found = refused(text, strict);
            assert!(found.starts_with(expected), "{text:?}: {found}");
        }
        assert!(Suite::parse("s.yaml", &format!("foo: 1\n{GOOD}"), false).is_ok());
        assert!(
            refused(&format!("foo: 1\n{GOOD}"), true)
                .starts_with("s.yaml:1:1: a suite has no key `foo`")
        );
    }

    #[test]
    fn files_hold_several_suites_with_places_in_the_whole_file() {
        let suites = Suite::parse("d/s.yaml", &format!("{GOOD}---\n{GOOD}"), false).unwrap();
        assert_eq!(suites.len(), 2);
        let test = &suites[1].tests[0];
        assert_eq!(test.place(&suites[1]).to_string(), "d/s.yaml:9:3");
        assert_eq!(suites[1].snapshot_file(), "__snapshot__/s.yaml.snap");
        assert_eq!(
            refused(&format!("{GOOD}---\ntests: 1"), false),
            "s.yaml:7:8: `tests` must be a list, not a number"
        );
    }

    #[test]
    fn versions_are_compared_by_number() {
        assert!(is_met("0.8.2") && is_met("1.1.1") && is_met("v1.0"));
        assert!(!is_met("1.1.10") && !is_met("2") && !is_met("x") && !is_met("1.2.3.4"));
    }
}
