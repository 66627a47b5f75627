//! Paths into manifests: the JSONPath dialect of `yaml-jsonpath`, as helm-unittest's fork 0.4.0
//! has it.
//!
//! `metadata.name`, `spec.containers[0]`, `data["a.b"]`, `$..image`, `spec.ports[?(@.port == 80)]`,
//! slices, unions, wildcards, and `~` for the names of keys.

mod filter;
mod parse;
mod slice;

use std::fmt;

use crate::value::{Kind, Value};
use filter::Filter;
use slice::Subscript;

/// A parsed path.
#[derive(Clone, Debug)]
pub(crate) struct Path(Vec<Step>);

/// A path that cannot be read or followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathError {
    pub(crate) message: String,
    /// Bytes into the path.
    pub(crate) at: usize,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {} of the path", self.message, self.at + 1)
    }
}

/// What to do at a node to reach the next ones.
#[derive(Clone, Debug)]
enum Step {
    /// `.name`
    Child(String),
    /// `.*`
    Children,
    /// `['name', "name"]`
    Names(Vec<String>),
    /// `[0]`, `[1:3]`, `[*]`, `[0,2]`
    Subscript(Subscript),
    /// `[?(...)]`; whether it follows `..`, where it looks at each node and not at elements.
    Filter(Box<Filter>, bool),
    /// `..`: the node and all below it, the lowest first.
    Descend,
    /// `.name~`
    KeyName(String),
    /// `['name']~`
    KeyNames(Vec<String>),
    /// `[*]~`
    AllKeys,
}

/// How many nodes one search may look at.
const MAX_VISITS: usize = 5_000_000;

impl Path {
    /// Reads a path.
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        parse::path(text)
    }

    /// Returns what the path leads to from `root`, in the order of keys and elements.
    pub(crate) fn find<'v>(&self, root: &'v Value) -> Result<Vec<&'v Value>, PathError> {
        let mut search = Search { root, left: MAX_VISITS, found: Vec::new() };
        search.walk(&self.0, root);
        if search.left == 0 {
            let message = format!("the search looks at more than {MAX_VISITS} nodes");
            return Err(PathError { message, at: 0 });
        }
        Ok(search.found)
    }
}

struct Search<'v> {
    root: &'v Value,
    left: usize,
    found: Vec<&'v Value>,
}

impl<'v> Search<'v> {
    fn walk(&mut self, steps: &[Step], node: &'v Value) {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return;
        }
        let Some((step, rest)) = steps.split_first() else {
            self.found.push(node);
            return;
        };
        match step {
            Step::Child(name) => {
                if let Some((_, value)) = entry(node, name) {
                    self.walk(rest, value);
                }
            }
            Step::Children => self.children(rest, node),
            Step::Names(names) => {
                for (_, value) in names.iter().filter_map(|name| entry(node, name)) {
                    self.walk(rest, value);
                }
            }
            Step::Subscript(subscript) => match &node.kind {
                Kind::Map(_) if subscript.is_wildcard() => self.children(rest, node),
                Kind::Seq(items) => {
                    for index in subscript.indices(items.len()) {
                        self.walk(rest, &items[index]);
                    }
                }
                _ => {}
            },
            Step::Filter(filter, descends) => match &node.kind {
                Kind::Seq(items) if !descends => {
                    for item in items {
                        if self.passes(filter, item) {
                            self.walk(rest, item);
                        }
                    }
                }
                _ => {
                    if self.passes(filter, node) {
                        self.walk(rest, node);
                    }
                }
            },
            Step::Descend => self.descend(rest, node),
            Step::KeyName(name) => {
                if let Some((key, _)) = entry(node, name) {
                    self.walk(rest, key);
                }
            }
            Step::KeyNames(names) => {
                for (key, _) in names.iter().filter_map(|name| entry(node, name)) {
                    self.walk(rest, key);
                }
            }
            Step::AllKeys => {
                for (key, _) in node.entries() {
                    self.walk(rest, key);
                }
            }
        }
    }

    fn children(&mut self, rest: &[Step], node: &'v Value) {
        match &node.kind {
            Kind::Map(entries) => {
                for (_, value) in entries {
                    self.walk(rest, value);
                }
            }
            Kind::Seq(items) => {
                for item in items {
                    self.walk(rest, item);
                }
            }
            _ => {}
        }
    }

    /// Visits everything below `node`, keys too, and then `node`.
    fn descend(&mut self, rest: &[Step], node: &'v Value) {
        match &node.kind {
            Kind::Map(entries) => {
                for (key, value) in entries {
                    self.walk(rest, key);
                    self.descend(rest, value);
                }
            }
            Kind::Seq(items) => {
                for item in items {
                    self.descend(rest, item);
                }
            }
            _ => {}
        }
        self.walk(rest, node);
    }

    fn passes(&mut self, filter: &Filter, node: &'v Value) -> bool {
        filter.passes(node, self.root, &mut self.left)
    }
}

/// Returns the entry whose key reads `name`, whatever its type.
fn entry<'v>(node: &'v Value, name: &str) -> Option<(&'v Value, &'v Value)> {
    let found = node.entries().iter().find(|(key, _)| key.scalar_text().as_deref() == Some(name));
    found.map(|(key, value)| (key, value))
}

/// The nodes that `steps` lead to from `node`.
fn find_from<'v>(
    steps: &[Step],
    node: &'v Value,
    root: &'v Value,
    left: &mut usize,
) -> Vec<&'v Value> {
    let mut search = Search { root, left: *left, found: Vec::new() };
    search.walk(steps, node);
    *left = search.left;
    search.found
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "
kind: Pod
metadata: {name: x, labels: {app.io/name: a, b: c}}
spec:
  8080: eight
  list: [1, 2, 3, 4]
  containers:
  - {name: main, image: one, port: 80, on: true}
  - {name: side, image: two, port: 443, none: ~}
";

    fn find(path: &str) -> Result<Vec<String>, PathError> {
        let node = plimsoll_yaml::parse_one(DOCUMENT).unwrap().root;
        let value = Value::read(&node, DOCUMENT);
        let found = Path::parse(path)?.find(&value)?;
        Ok(found.into_iter().map(Value::go_print).collect())
    }

    #[track_caller]
    fn check(path: &str, expected: &[&str]) {
        assert_eq!(find(path).unwrap(), expected, "{path}");
    }

    #[test]
    fn names_and_subscripts_lead_down() {
        check("kind", &["Pod"]);
        check(".kind", &["Pod"]);
        check("$.kind", &["Pod"]);
        check("spec.8080", &["eight"]);
        check("metadata.labels['app.io/name']", &["a"]);
        check("metadata.labels[ \"app.io/name\" , 'b' ]", &["a", "c"]);
        check("metadata.labels.app\\.io/name", &[]);
        check("metadata.labels.*", &["a", "c"]);
        check("metadata.labels[*]", &["a", "c"]);
        check("spec.list[0]", &["1"]);
        check("spec.list[-1]", &["4"]);
        check("spec.list[1:3]", &["2", "3"]);
        check("spec.list[::-2]", &["4", "2"]);
        check("spec.list[0,2]", &["1", "3"]);
        check("spec.list[7]", &[]);
        check("spec.containers[*].name", &["main", "side"]);
        check("spec.containers.name", &[]);
        check("nothing.at.all", &[]);
    }

    #[test]
    fn descent_goes_lowest_first() {
        check("$..image", &["one", "two"]);
        check("..name", &["x", "main", "side"]);
        check("$..[?(@.port > 100)].name", &["side"]);
        check("spec..[0]", &["map[image:one name:main on:true port:80]", "1"]);
    }

    #[test]
    fn keys_can_be_asked_for() {
        check("metadata.labels[*]~", &["app.io/name", "b"]);
        check("metadata.labels.b~", &["b"]);
        check("metadata.labels['b']~", &["b"]);
    }

    #[test]
    fn filters_compare_sets_of_values() {
        check("spec.containers[?(@.name == 'side')].image", &["two"]);
        check("spec.containers[?(@.name==\"side\")].image", &["two"]);
        check("spec.containers[?(@.port >= 80 && @.port < 443)].name", &["main"]);
        check("spec.containers[?(@.on)].name", &["main"]);
        check("spec.containers[?(!@.on)].name", &["side"]);
        check("spec.containers[?(@.on == true || @.none == null)].name", &["main", "side"]);
        check("spec.containers[?(@.name =~ /^si/)].name", &["side"]);
        check("spec.containers[?(@.name != 'main')].name", &["side"]);
        check("spec.list[?(@ > 2)]", &["3", "4"]);
        check("spec.list[?((@ > 1) && (@ < 3 || @ == 4))]", &["2", "4"]);
        check("$[?(@.kind == \"Pod\")].metadata.name", &["x"]);
        check("$[?(@.kind == 'Job')].metadata.name", &[]);
        check("spec.containers[?(@.port == $.spec.containers[0].port)].name", &["main"]);
        check("$[?(@.spec.containers[?(@.port == 443)])].kind", &["Pod"]);
        check("spec.list[?(@ == 1.0)]", &["1"]);
    }

    #[test]
    fn what_is_no_path_is_refused_with_a_place() {
        for (path, message) in [
            (
                "a..",
                "a name, a subscript or a filter is missing after `..` at character 4 of the path",
            ),
            ("a.", "a name is missing after the dot at character 3 of the path"),
            ("a[", "the bracket is never closed at character 2 of the path"),
            ("a[]", "the subscript is missing at character 3 of the path"),
            ("a[x]", "the subscript `x` is no number, slice or `*` at character 3 of the path"),
            ("a['b'", "`]` or `,` is missing at character 6 of the path"),
            ("a['b", "the quote is never closed at character 3 of the path"),
            (
                "a b",
                "a blank or an operator stands outside a filter: quote the name in brackets at character 2 of the path",
            ),
            ("a[?(@.b == )]", "a value to compare with is missing at character 12 of the path"),
            (
                "a[?(@.b == 1]",
                "`)` is missing at the end of the filter at character 13 of the path",
            ),
            ("a[?()]", "the filter is empty at character 5 of the path"),
            (
                "a[?(@.b < 'x')]",
                "texts cannot be ordered, only compared with == and != at character 11 of the path",
            ),
            (
                "a[?(@.b =~ /(/)]",
                "error parsing regexp: missing closing ): `(` at character 12 of the path",
            ),
            ("a[1:2:0]", "the step of a slice cannot be 0 at character 3 of the path"),
            ("a.b~.c", "`~` can only end a path at character 5 of the path"),
            (
                "a[0]~",
                "`~` asks for keys, so it follows a name or `[*]` at character 5 of the path",
            ),
            ("a)", "nothing fits here at character 2 of the path"),
        ] {
            assert_eq!(find(path).unwrap_err().to_string(), message, "{path}");
        }
        let deep = format!("a{}", "[?(@.b".repeat(5000));
        assert!(find(&deep).is_err());
        let deep = format!("a[?({}", "(".repeat(100_000));
        assert!(find(&deep).is_err());
    }
}
