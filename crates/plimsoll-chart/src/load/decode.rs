//! Reading a YAML tree into typed fields as Go's `sigs.k8s.io/yaml` and `encoding/json` do.
//!
//! Keys match without regard to case, unknown keys are skipped, null leaves a field alone, and
//! numbers and booleans become text where text is wanted.

use std::cmp::Ordering;
use std::sync::Arc;

use plimsoll_yaml::{Content, Entry, ListedContent, Node, Number, Span};

/// A value of the wrong type: Go's `json.UnmarshalTypeError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    pub(super) message: String,
    pub(super) span: Span,
}

/// Reads fields; remembers the first mismatch and goes on, as Go does.
#[derive(Debug)]
pub(super) struct Decoder {
    /// The innermost struct's Go name.
    structs: Vec<&'static str>,
    path: Vec<&'static str>,
    mismatch: Option<Mismatch>,
}

impl Decoder {
    /// Starts at a value of the Go struct `name`.
    pub(super) fn new(name: &'static str) -> Self {
        Self { structs: vec![name], path: Vec::new(), mismatch: None }
    }

    /// Ends the reading.
    pub(super) fn finish(self) -> Result<(), Mismatch> {
        self.mismatch.map_or(Ok(()), Err)
    }

    /// Calls `field` with each of the struct's `names` that the mapping `node` has.
    ///
    /// `package` is the Go package that errors name the struct with.
    pub(super) fn fields(
        &mut self,
        node: &Node,
        package: &str,
        names: &[&'static str],
        mut field: impl FnMut(&mut Self, &'static str, &Node),
    ) {
        let Content::Mapping(_) = node.content else {
            let name = self.structs.last().copied().unwrap_or("");
            self.wrong(node, &format!("{package}.{name}"));
            return;
        };
        for entry in in_json_order(node.entries()) {
            if let Some(name) = field_of(names, &entry.key) {
                self.path.push(name);
                field(self, name, &entry.value);
                self.path.pop();
            }
        }
    }

    /// Reads into the elements' struct `name` what `read` makes of each; null gives nothing.
    pub(super) fn structs<T>(
        &mut self,
        node: &Node,
        package: &str,
        name: &'static str,
        read: impl Fn(&mut Self, &Node) -> T,
    ) -> Option<Vec<Option<T>>> {
        let items = self.sequence(node, || format!("[]*{package}.{name}"))?;
        let mut made = Vec::with_capacity(items.len());
        for item in items {
            match item.content {
                Content::Null => made.push(None),
                Content::Mapping(_) => {
                    self.structs.push(name);
                    made.push(Some(read(self, item)));
                    self.structs.pop();
                }
                _ => self.wrong(item, &format!("{package}.{name}")),
            }
        }
        Some(made)
    }

    /// Reads a text.
    pub(super) fn text(&mut self, node: &Node, into: &mut Arc<str>) {
        match &node.content {
            Content::Null => {}
            Content::Sequence(_) | Content::Mapping(_) => self.wrong(node, "string"),
            scalar => *into = scalar_text(scalar),
        }
    }

    /// Reads a boolean.
    pub(super) fn boolean(&mut self, node: &Node, into: &mut bool) {
        match node.content {
            Content::Null => {}
            Content::Bool(value) => *into = value,
            _ => self.wrong(node, "bool"),
        }
    }

    /// Reads a list of texts.
    pub(super) fn texts(&mut self, node: &Node) -> Option<Vec<Arc<str>>> {
        let items = self.sequence(node, || "[]string".to_owned())?;
        let mut made = Vec::with_capacity(items.len());
        for item in items {
            let mut text = Arc::from("");
            self.text(item, &mut text);
            made.push(text);
        }
        Some(made)
    }

    /// Reads a map from text to text.
    pub(super) fn text_map(&mut self, node: &Node) -> Option<Vec<(Arc<str>, Arc<str>)>> {
        match node.content {
            Content::Null => None,
            Content::Mapping(_) => {
                let mut made = Vec::new();
                for entry in in_json_order(node.entries()) {
                    let mut text = Arc::from("");
                    self.text(&entry.value, &mut text);
                    made.push((Arc::clone(&entry.key), text));
                }
                Some(made)
            }
            _ => {
                self.wrong(node, "map[string]string");
                None
            }
        }
    }

    /// Reads a list of anything.
    pub(super) fn anything(&mut self, node: &Node) -> Option<Vec<Node>> {
        self.sequence(node, || "[]interface {}".to_owned()).map(<[Node]>::to_vec)
    }

    fn sequence<'n>(&mut self, node: &'n Node, want: impl Fn() -> String) -> Option<&'n [Node]> {
        match &node.content {
            Content::Null => None,
            Content::Sequence(items) => Some(items),
            _ => {
                self.wrong(node, &want());
                None
            }
        }
    }

    fn wrong(&mut self, node: &Node, want: &str) {
        if self.mismatch.is_some() {
            return;
        }
        let got = json_kind(&node.content);
        let place = if self.path.is_empty() {
            "value".to_owned()
        } else {
            let inner = self.structs.last().copied().unwrap_or("");
            format!("struct field {inner}.{}", self.path.join("."))
        };
        let message = format!("json: cannot unmarshal {got} into Go {place} of type {want}");
        self.mismatch = Some(Mismatch { message, span: node.span });
    }
}

/// The order in which Go's JSON has the keys: sorted, whatever the order in the text.
fn in_json_order(entries: &[Entry]) -> Vec<&Entry> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    sorted
}

/// The field that a key sets: of exactly that name, else of that name in other case.
fn field_of(names: &[&'static str], key: &str) -> Option<&'static str> {
    let exact = names.iter().find(|name| **name == key);
    exact.or_else(|| names.iter().find(|name| name.eq_ignore_ascii_case(key))).copied()
}

/// What Go's JSON decoder calls a value.
fn json_kind(content: &Content) -> &'static str {
    match content {
        Content::Null => "null",
        Content::Bool(_) => "bool",
        Content::Number(_) => "number",
        Content::String(_) => "string",
        Content::Sequence(_) => "array",
        Content::Mapping(_) => "object",
    }
}

/// The same of a node in a list.
pub(super) const fn listed_kind(content: &ListedContent) -> &'static str {
    match content {
        ListedContent::Null => "null",
        ListedContent::Bool(_) => "bool",
        ListedContent::Number(_) => "number",
        ListedContent::String(_) => "string",
        ListedContent::Sequence => "array",
        ListedContent::Mapping => "object",
    }
}

fn scalar_text(content: &Content) -> Arc<str> {
    match content {
        Content::String(text) => Arc::clone(text),
        Content::Bool(value) => Arc::from(if *value { "true" } else { "false" }),
        Content::Number(Number::Int(int)) => Arc::from(int.to_string()),
        Content::Number(Number::Uint(uint)) => Arc::from(uint.to_string()),
        Content::Number(Number::Float(float)) => Arc::from(float_text(*float)),
        Content::Null | Content::Sequence(_) | Content::Mapping(_) => Arc::from(""),
    }
}

/// Go's `strconv.FormatFloat(float, 'g', -1, 32)`: the shortest digits of the 32-bit float.
#[expect(clippy::cast_possible_truncation, reason = "Go rounds to 32 bits here, too")]
fn float_text(float: f64) -> String {
    let short = float as f32;
    if short == 0.0 || !short.is_finite() {
        return match short.partial_cmp(&0.0) {
            Some(Ordering::Greater) => "+Inf".to_owned(),
            Some(Ordering::Less) => "-Inf".to_owned(),
            _ if short.is_sign_negative() => "-0".to_owned(),
            _ => "0".to_owned(),
        };
    }
    let scientific = format!("{short:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    // Go decides with a precision of 6 where the shortest digits are asked for.
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.unsigned_abs());
    }
    format!("{short}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_go_prints_them() {
        for (float, want) in [
            (1.16, "1.16"),
            (1.1, "1.1"),
            (-0.5, "-0.5"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e5, "100000"),
            (1e6, "1e+06"),
            (1_234_567.5, "1.2345675e+06"),
            (16_777_217.0, "1.6777216e+07"),
            (123_456.5, "123456.5"),
            (3.4e39, "+Inf"),
            (1e-50, "0"),
        ] {
            assert_eq!(float_text(float), want);
        }
    }
}
