//! Values of a test: files and `set`, in helm-unittest's order.

use std::sync::Arc;

use plimsoll_chart::{Profile, ValuesSet};
use plimsoll_yaml::{Content, Entry, Node, Span};

use crate::problem::{Problem, Source};
use crate::suite::{Setting, Suite, Test};
use crate::value::{Kind, Value};

/// How large an index in a `set` path may be.
const MAX_INDEX: usize = 65_536;

/// How many elements the indexes of all `set` paths of a test may ask for.
const MAX_ELEMENTS: usize = 1_000_000;

/// How many parts a `set` path may have.
const MAX_STEPS: usize = 200;

/// Reads files that suites name.
pub trait Reader {
    /// Returns the text of a values file. The name is as the suite or the user writes it, and
    /// `suite` the file from whose directory it counts.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    fn read(&self, name: &str, suite: &str) -> Result<NamedText, String>;
}

/// A file's text and what the user calls the file.
#[derive(Clone, Debug)]
pub struct NamedText {
    /// The file's name for places.
    pub name: String,
    /// Its text.
    pub text: Arc<str>,
}

/// Merges the values files and settings of a suite and a test; later ones win.
///
/// `route` is where the suite's chart lies in the chart that is rendered: its values go below the
/// names of the subcharts on the way.
pub(crate) fn values_of(
    suite: &Suite,
    test: &Test,
    route: &[&str],
    profile: Profile,
    reader: &dyn Reader,
) -> Result<ValuesSet, Problem> {
    let mut values = ValuesSet::new(profile);
    for name in suite.values.iter().chain(&test.values) {
        let file = reader.read(name, &suite.source.file).map_err(|message| Problem {
            message: format!("cannot read the values file {name}: {message}"),
            place: Some(test.place(suite)),
        })?;
        let source = Source { file: Arc::from(file.name), text: file.text };
        let root = read_values(&source)?;
        values.add_tree(&source.file, &source.text, &scoped(root, route));
    }
    let mut left = MAX_ELEMENTS;
    for setting in suite.set.iter().chain(&test.set) {
        let root = planted(setting, suite, &mut left)?;
        values.add_tree(&suite.source.file, &suite.source.text, &scoped(root, route));
    }
    Ok(values)
}

fn read_values(source: &Source) -> Result<Node, Problem> {
    let parsed = plimsoll_yaml::parse_one(&source.text).map_err(|error| source.no_yaml(&error))?;
    if let Some(repeated) = parsed.repeated.first() {
        let key = repeated.key.of(&source.text);
        return Err(source.problem(repeated.key, format!("the key `{key}` is there twice")));
    }
    let value = Value::read(&parsed.root, &source.text).with_text_keys(&source.text);
    match value.kind {
        Kind::Map(_) => to_node(&value, source),
        Kind::Null => Ok(mapping(Vec::new(), parsed.root.span)),
        _ => {
            let message = format!("values must be a mapping, not {}", crate::suite::kind(&value));
            Err(source.problem(value.span, message))
        }
    }
}

fn to_node(value: &Value, source: &Source) -> Result<Node, Problem> {
    value.to_node().ok_or_else(|| {
        source.problem(value.span, "the keys of values must be text: quote the others")
    })
}

fn mapping(entries: Vec<Entry>, span: Span) -> Node {
    Node { content: Content::Mapping(entries), span }
}

/// Puts values below the names of subcharts, with `global` at every level.
fn scoped(root: Node, route: &[&str]) -> Node {
    let below_top = route.get(1..).unwrap_or_default();
    below_top.iter().rev().fold(root, |root, name| {
        let global = root.entry("global").cloned();
        let span = root.span;
        let own = Entry { key: Arc::from(*name), key_span: span, value: root };
        let mut entries: Vec<Entry> = global.into_iter().collect();
        entries.push(own);
        mapping(entries, span)
    })
}

/// A part of a `set` path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// Returns the tree that has the setting's value at its path and nothing else.
fn planted(setting: &Setting, suite: &Suite, left: &mut usize) -> Result<Node, Problem> {
    let refuse = |message: String| {
        let message = format!("cannot set `{}`: {message}", setting.path);
        suite.source.problem(setting.path_span, message)
    };
    let steps = steps(&setting.path).map_err(refuse)?;
    for step in &steps {
        if let Step::Index(index) = step {
            *left = left.checked_sub(*index).ok_or_else(|| {
                refuse(format!("the indexes of the test ask for over {MAX_ELEMENTS} elements"))
            })?;
        }
    }
    let value = to_node(&setting.value, &suite.source)?;
    let span = value.span;
    Ok(steps.into_iter().rev().fold(value, |value, step| match step {
        Step::Key(key) => {
            let entry = Entry { key: Arc::from(key), key_span: setting.path_span, value };
            mapping(vec![entry], span)
        }
        Step::Index(index) => {
            let null = || Node { content: Content::Null, span };
            let mut items: Vec<Node> = std::iter::repeat_with(null).take(index).collect();
            items.push(value);
            Node { content: Content::Sequence(items), span }
        }
    }))
}

/// Reads a path such as `a.b[0].c` or `a.[b.c/d].e`, where brackets after a dot quote a key.
fn steps(path: &str) -> Result<Vec<Step>, String> {
    #[derive(Clone, Copy, PartialEq)]
    enum Expect {
        Key,
        Index,
        Separator,
        Quoted,
    }
    let mut steps = Vec::new();
    let mut expect = Expect::Key;
    let mut quoted = String::new();
    let mut rest = path;
    loop {
        if steps.len() > MAX_STEPS {
            return Err(format!("it has more than {MAX_STEPS} parts"));
        }
        let stop = rest.find(['.', '[', ']', ',', '{', '}', '=']);
        let (text, last) = match stop {
            Some(at) => (&rest[..at], rest[at..].chars().next()),
            None => (rest, None),
        };
        expect = match (expect, last) {
            (_, Some(c @ (',' | '{' | '}' | '='))) => return Err(format!("`{c}` cannot be in it")),
            (Expect::Key, None) if !text.is_empty() => {
                steps.push(Step::Key(text.to_owned()));
                return Ok(steps);
            }
            (Expect::Separator, None) if text.is_empty() => return Ok(steps),
            (_, None) => return Err("it ends too early".to_owned()),
            (Expect::Key, Some('.')) => {
                steps.push(Step::Key(text.to_owned()));
                Expect::Key
            }
            (Expect::Key, Some('[')) if text.is_empty() => {
                quoted.clear();
                Expect::Quoted
            }
            (Expect::Key, Some('[')) => {
                steps.push(Step::Key(text.to_owned()));
                Expect::Index
            }
            (Expect::Index, Some(']')) => {
                let index = text.parse::<usize>().ok().filter(|index| *index <= MAX_INDEX);
                let index = index.ok_or_else(|| format!("`{text}` is no index"))?;
                steps.push(Step::Index(index));
                Expect::Separator
            }
            (Expect::Separator, Some('.')) => Expect::Key,
            (Expect::Separator, Some('[')) => Expect::Index,
            (Expect::Quoted, Some('.')) => {
                quoted.push_str(text);
                quoted.push('.');
                Expect::Quoted
            }
            (Expect::Quoted, Some(']')) => {
                quoted.push_str(text);
                steps.push(Step::Key(std::mem::take(&mut quoted)));
                Expect::Separator
            }
            (_, Some(c)) => return Err(format!("`{c}` stands where it cannot")),
        };
        rest = stop.map_or("", |at| &rest[at + 1..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_paths_are_read_as_upstream_does() {
        let key = |key: &str| Step::Key(key.to_owned());
        for (path, expected) in [
            ("a", vec![key("a")]),
            ("a.b-c/d", vec![key("a"), key("b-c/d")]),
            ("a[2].b", vec![key("a"), Step::Index(2), key("b")]),
            ("a[0][1]", vec![key("a"), Step::Index(0), Step::Index(1)]),
            ("a.[b.c/d].e", vec![key("a"), key("b.c/d"), key("e")]),
            ("[a.b]", vec![key("a.b")]),
            ("a..b", vec![key("a"), key(""), key("b")]),
        ] {
            assert_eq!(steps(path).unwrap(), expected, "{path}");
        }
        for path in ["", "a.", "a[", "a[x]", "a[0]b", "a{b}", "a=b", "a]", "a[99999999]", "[a"] {
            assert!(steps(path).is_err(), "{path}");
        }
    }
}
