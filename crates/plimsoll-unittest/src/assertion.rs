//! Assertions: what is expected of documents, as suites write it.

mod parameters;

use plimsoll_yaml::Span;

use crate::problem::{Problem, Source};
use crate::suite::Selector;
use crate::value::{Kind, Value};
use parameters::Parameters;

type Result<T> = std::result::Result<T, Problem>;

/// One assertion.
#[derive(Clone, Debug)]
pub(crate) struct Assertion {
    pub(crate) span: Span,
    /// The key that names what is expected, such as `notEqual`.
    pub(crate) name: &'static str,
    /// Whether the name itself says "not".
    pub(crate) antonym: bool,
    pub(crate) not: bool,
    pub(crate) template: String,
    pub(crate) document_index: Option<i64>,
    pub(crate) selector: Option<Selector>,
    pub(crate) check: Check,
}

/// What is expected, without a "not".
#[derive(Clone, Debug)]
pub(crate) enum Check {
    Equal {
        path: String,
        value: Value,
        decode: bool,
    },
    EqualRaw {
        value: String,
    },
    AtLeast {
        path: String,
        value: Value,
    },
    AtMost {
        path: String,
        value: Value,
    },
    MatchRegex {
        path: String,
        pattern: String,
        decode: bool,
    },
    MatchRegexRaw {
        pattern: String,
    },
    Contains {
        path: String,
        content: Value,
        count: Option<i64>,
        any: bool,
    },
    Exists {
        path: String,
    },
    IsEmpty {
        path: String,
    },
    IsKind {
        of: String,
    },
    IsApiVersion {
        of: String,
    },
    IsType {
        path: String,
        of: String,
    },
    IsSubset {
        path: String,
        content: Value,
    },
    LengthEqual {
        path: String,
        paths: Vec<String>,
        count: Option<i64>,
    },
    HasDocuments {
        count: i64,
        filter_aware: bool,
    },
    ContainsDocument {
        kind: String,
        api_version: String,
        name: String,
        namespace: String,
        any: bool,
    },
    FailedTemplate {
        message: String,
        pattern: String,
    },
    Snapshot {
        path: String,
        pattern: String,
        not_pattern: String,
    },
    SnapshotRaw,
}

impl Check {
    /// Tells whether the templates have to render for the check to make sense.
    pub(crate) const fn needs_success(&self, antonym: bool) -> bool {
        antonym || !matches!(self, Self::FailedTemplate { .. })
    }
}

/// All names, each with whether it is an antonym, in the order of helm-unittest's documentation.
pub(crate) const NAMES: &[(&str, bool)] = &[
    ("contains", false),
    ("notContains", true),
    ("containsDocument", false),
    ("equal", false),
    ("notEqual", true),
    ("equalRaw", false),
    ("notEqualRaw", true),
    ("exists", false),
    ("isNotNull", false),
    ("notExists", true),
    ("isNull", true),
    ("failedTemplate", false),
    ("notFailedTemplate", true),
    ("greaterOrEqual", false),
    ("notGreaterOrEqual", true),
    ("hasDocuments", false),
    ("lessOrEqual", false),
    ("notLessOrEqual", true),
    ("isAPIVersion", false),
    ("isKind", false),
    ("isNullOrEmpty", false),
    ("isEmpty", false),
    ("isNotNullOrEmpty", true),
    ("isNotEmpty", true),
    ("isSubset", false),
    ("isNotSubset", true),
    ("isType", false),
    ("isNotType", true),
    ("lengthEqual", false),
    ("notLengthEqual", true),
    ("matchRegex", false),
    ("notMatchRegex", true),
    ("matchRegexRaw", false),
    ("notMatchRegexRaw", true),
    ("matchSnapshot", false),
    ("matchSnapshotRaw", false),
];

/// The keys that may stand beside the name.
const BESIDES: [&str; 4] = ["template", "documentIndex", "documentSelector", "not"];

impl Assertion {
    pub(crate) fn read(value: &Value, source: &Source, strict: bool) -> Result<Self> {
        let fail = |span: Span, message: String| Err(source.problem(span, message));
        let Kind::Map(entries) = &value.kind else {
            return fail(value.span, "an assertion must be a mapping of one name".to_owned());
        };
        let mut entries: Vec<_> = entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        let mut found: Option<(&'static str, bool, &Value, Span)> = None;
        for (key, parameters) in &entries {
            let name = key.as_str().unwrap_or_default();
            if let Some((known, antonym)) = NAMES.iter().find(|(known, _)| *known == name) {
                if let Some((first, ..)) = found {
                    let message = format!("one assertion cannot be both `{first}` and `{known}`");
                    return fail(key.span, message);
                }
                found = Some((known, *antonym, parameters, key.span));
            }
        }
        let stray = entries.iter().find_map(|(key, _)| {
            let name = key.as_str().unwrap_or_default();
            let known = BESIDES.contains(&name) || NAMES.iter().any(|(known, _)| *known == name);
            (!known).then_some((name, key.span))
        });
        let Some((name, antonym, given, name_span)) = found else {
            return match stray {
                Some((name, span)) => fail(span, unknown(name)),
                None => {
                    fail(value.span, "the assertion says nothing of what it expects".to_owned())
                }
            };
        };
        if let (true, Some((stray, span))) = (strict, stray) {
            return fail(span, format!("`{name}` has no `{stray}` beside it: indent it below"));
        }
        let parameters = Parameters::new(name, given, name_span, source, strict)?;
        let check = check(name, &parameters)?;
        parameters.finish()?;
        Ok(Self {
            span: value.span,
            name,
            antonym,
            not: matches!(value.get("not"), Some(Value { kind: Kind::Bool(true), .. })),
            template: value.get("template").and_then(Value::as_str).unwrap_or_default().to_owned(),
            document_index: match value.get("documentIndex").map(|index| &index.kind) {
                Some(Kind::Int(index)) => Some(*index),
                _ => None,
            },
            selector: value
                .get("documentSelector")
                .filter(|selector| matches!(selector.kind, Kind::Map(_)))
                .map(|selector| self::selector(selector, source))
                .transpose()?,
            check,
        })
    }
}

fn selector(value: &Value, source: &Source) -> Result<Selector> {
    let Some(path) = value.get("path").and_then(Value::as_str) else {
        return Err(source.problem(value.span, "`documentSelector` needs a `path`"));
    };
    let is_true = |key: &str| matches!(value.get(key).map(|v| &v.kind), Some(Kind::Bool(true)));
    Ok(Selector {
        path: path.to_owned(),
        value: value.get("value").filter(|value| !value.is_null()).cloned(),
        match_many: is_true("matchMany"),
        skip_empty_templates: is_true("skipEmptyTemplates"),
    })
}

fn unknown(name: &str) -> String {
    let lower = name.to_lowercase();
    let close = NAMES.iter().find(|(known, _)| {
        let known = known.to_lowercase();
        known == lower || (lower.len() > 3 && (known.contains(&lower) || lower.contains(&known)))
    });
    match close {
        Some((close, _)) => format!("no assertion is called `{name}`; did you mean `{close}`?"),
        None => format!("no assertion is called `{name}`"),
    }
}

fn check(name: &str, p: &Parameters<'_>) -> Result<Check> {
    let path = || p.text("path");
    Ok(match name {
        "equal" | "notEqual" => {
            Check::Equal { path: path()?, value: p.any("value"), decode: p.bool("decodeBase64")? }
        }
        "equalRaw" | "notEqualRaw" => Check::EqualRaw { value: p.text("value")? },
        "greaterOrEqual" | "notGreaterOrEqual" => {
            Check::AtLeast { path: path()?, value: p.any("value") }
        }
        "lessOrEqual" | "notLessOrEqual" => Check::AtMost { path: path()?, value: p.any("value") },
        "matchRegex" | "notMatchRegex" => Check::MatchRegex {
            path: path()?,
            pattern: p.text("pattern")?,
            decode: p.bool("decodeBase64")?,
        },
        "matchRegexRaw" | "notMatchRegexRaw" => {
            Check::MatchRegexRaw { pattern: p.text("pattern")? }
        }
        "contains" | "notContains" => Check::Contains {
            path: path()?,
            content: p.any("content"),
            count: p.int("count")?,
            any: p.bool("any")?,
        },
        "exists" | "notExists" | "isNull" | "isNotNull" => Check::Exists { path: path()? },
        "isNullOrEmpty" | "isNotNullOrEmpty" | "isEmpty" | "isNotEmpty" => {
            Check::IsEmpty { path: path()? }
        }
        "isKind" => Check::IsKind { of: p.text("of")? },
        "isAPIVersion" => Check::IsApiVersion { of: p.text("of")? },
        "isType" | "isNotType" => Check::IsType { path: path()?, of: p.text("type")? },
        "isSubset" | "isNotSubset" => Check::IsSubset { path: path()?, content: p.any("content") },
        "lengthEqual" | "notLengthEqual" => {
            Check::LengthEqual { path: path()?, paths: p.texts("paths")?, count: p.int("count")? }
        }
        "hasDocuments" => Check::HasDocuments {
            count: p.int("count")?.unwrap_or(0),
            filter_aware: p.bool("filterAware")?,
        },
        "containsDocument" => Check::ContainsDocument {
            kind: p.text("kind")?,
            api_version: p.text("apiVersion")?,
            name: p.text("name")?,
            namespace: p.text("namespace")?,
            any: p.bool("any")?,
        },
        "matchSnapshot" => Check::Snapshot {
            path: path()?,
            pattern: p.nested_pattern("matchRegex")?,
            not_pattern: p.nested_pattern("notMatchRegex")?,
        },
        "matchSnapshotRaw" => Check::SnapshotRaw,
        _ => Check::FailedTemplate {
            message: p.text("errorMessage")?,
            pattern: p.text("errorPattern")?,
        },
    })
}

#[cfg(test)]
mod tests {
    use crate::Suite;

    #[track_caller]
    fn refused(assertion: &str, strict: bool) -> String {
        let text = format!("tests:\n- asserts:\n  - {assertion}\n");
        let problem = Suite::parse("s", &text, strict).unwrap_err();
        format!("{}: {}", problem.place.unwrap(), problem.message)
    }

    #[test]
    fn trouble_has_a_place() {
        for (assertion, strict, expected) in [
            ("isKnd: {of: a}", false, "s:3:5: no assertion is called `isKnd`"),
            (
                "iskind: {of: a}",
                false,
                "s:3:5: no assertion is called `iskind`; did you mean `isKind`?",
            ),
            ("template: x", false, "s:3:5: the assertion says nothing of what it expects"),
            (
                "{equal: {}, isKind: {}}",
                false,
                "s:3:17: one assertion cannot be both `equal` and `isKind`",
            ),
            ("isKind: Pod", false, "s:3:13: `isKind` takes a mapping of parameters, not text"),
            ("isKind: {of: 1}", false, "s:3:18: `of` of `isKind` must be text, not a number"),
            (
                "hasDocuments: {count: a}",
                false,
                "s:3:27: `count` of `hasDocuments` must be a whole number, not text",
            ),
            (
                "contains: {path: a, any: x}",
                false,
                "s:3:30: `any` of `contains` must be true or false, not text",
            ),
            (
                "lengthEqual: {paths: a}",
                false,
                "s:3:26: `paths` of `lengthEqual` must be a list of texts, not text",
            ),
            ("isKind: {of: a, off: b}", true, "s:3:21: `isKind` has no parameter `off`"),
            (
                "{isKind: {of: a}, foo: b}",
                true,
                "s:3:23: `isKind` has no `foo` beside it: indent it below",
            ),
            (
                "{isKind: {of: a}, documentSelector: {value: b}}",
                false,
                "s:3:41: `documentSelector` needs a `path`",
            ),
            ("just text", false, "s:3:5: an assertion must be a mapping of one name"),
        ] {
            assert_eq!(refused(assertion, strict), expected, "{assertion}");
        }
    }

    #[test]
    fn parameters_are_found_whatever_their_case() {
        let text = "tests:\n- asserts:\n  - containsDocument: {Kind: a, apiversion: b}\n";
        let suites = Suite::parse("s", text, true).unwrap();
        let super::Check::ContainsDocument { kind, api_version, .. } =
            &suites[0].tests[0].asserts[0].check
        else {
            panic!()
        };
        assert_eq!((kind.as_str(), api_version.as_str()), ("a", "b"));
    }
}
