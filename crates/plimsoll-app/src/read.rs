//! Reading typed fields out of a document, noting what has the wrong type.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use plimsoll_yaml::{Content, Entry, Node, Number, Span};

use crate::{
    Field, Labels, NodePath, ObjectId, Pair, PortRef, Problem, ProblemKind, Quantity,
    QuantityError, Spot,
};

/// How many fields may still be read; shared by all objects of an application, so that a hostile
/// release cannot fill the memory with fields that each hold a path.
#[derive(Debug)]
pub(crate) struct Budget(Cell<usize>);

impl Budget {
    pub(crate) const fn new(fields: usize) -> Self {
        Self(Cell::new(fields))
    }

    fn spend(&self) {
        self.0.set(self.0.get().saturating_sub(1));
    }

    const fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}

/// The reading of one object: its text, and the problems found so far.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    object: ObjectId,
    text: &'a str,
    budget: &'a Budget,
    problems: RefCell<Vec<Problem>>,
    is_cut: Cell<bool>,
}

impl<'a> Reading<'a> {
    pub(crate) const fn new(object: ObjectId, text: &'a str, budget: &'a Budget) -> Self {
        let problems = RefCell::new(Vec::new());
        Self { object, text, budget, problems, is_cut: Cell::new(false) }
    }

    /// Returns the problems, each once.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        let mut seen = std::collections::BTreeSet::new();
        problems.retain(|problem| seen.insert((problem.at.clone(), problem.message.clone())));
        problems
    }
}

/// A node with its path, and the reading that it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    pub(crate) node: &'a Node,
    path: NodePath,
    reading: &'a Reading<'a>,
}

impl<'a> Cursor<'a> {
    /// Starts at the root of a document.
    pub(crate) fn root(node: &'a Node, reading: &'a Reading<'a>) -> Self {
        Self { node, path: NodePath::default(), reading }
    }

    /// Returns the element `index` of the sequence under `key`.
    pub(crate) fn item(&self, key: &str, index: usize) -> Option<Self> {
        let entry = self.node.entry(key)?;
        let list = self.path.key(Arc::clone(&entry.key));
        let node = entry.value.at(index)?;
        Some(Self { node, path: list.index(index), reading: self.reading })
    }

    pub(crate) const fn object(&self) -> ObjectId {
        self.reading.object
    }

    /// Returns the bytes of the node as they stand in the document.
    pub(crate) fn raw(&self) -> &'a str {
        self.node.span.of(self.reading.text)
    }

    pub(crate) fn spot(&self) -> Spot {
        self.spot_of(self.node.span)
    }

    /// Returns a spot at this path that covers other bytes.
    pub(crate) fn spot_of(&self, span: Span) -> Spot {
        self.reading.budget.spend();
        Spot { object: self.reading.object, span, path: self.path.clone() }
    }

    fn under(&self, entry: &'a Entry) -> Self {
        let path = self.path.key(Arc::clone(&entry.key));
        Self { node: &entry.value, path, reading: self.reading }
    }

    /// Notes that this node cannot be read.
    pub(crate) fn problem(&self, kind: ProblemKind, message: impl Into<String>) {
        let problem = Problem { at: self.spot(), kind, message: message.into() };
        self.reading.problems.borrow_mut().push(problem);
    }

    fn wrong_type(&self, wanted: &str) {
        let found = kind_of(self.node);
        self.problem(ProblemKind::WrongType, format!("{wanted} is expected here, not {found}"));
    }

    /// Tells whether no more fields may be read, and notes it once for each object.
    pub(crate) fn is_cut(&self) -> bool {
        let is_cut = self.reading.budget.is_spent();
        if is_cut && !self.reading.is_cut.replace(true) {
            self.problem(ProblemKind::TooLarge, "too many fields; the rest was not read");
        }
        is_cut
    }

    /// Returns the value under `key`; null counts as absent, as it does for Kubernetes.
    pub(crate) fn child(&self, key: &str) -> Option<Self> {
        let entry = self.node.entry(key).filter(|entry| !entry.value.is_null())?;
        Some(self.under(entry))
    }

    /// Returns the value under `key`, which must be a mapping.
    pub(crate) fn map(&self, key: &str) -> Option<Self> {
        self.child(key).filter(Self::is_map)
    }

    /// Walks `keys` down through mappings.
    pub(crate) fn maps_down(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self.clone(), |cursor, key| cursor.map(key))
    }

    /// Tells whether the node is a mapping, and notes a problem where it is not.
    pub(crate) fn is_map(&self) -> bool {
        let is_map = matches!(self.node.content, Content::Mapping(_));
        if !is_map {
            self.wrong_type("a mapping");
        }
        is_map
    }

    /// Returns the mapping's entries whose value is not null.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (Pairing<'a>, Self)> + '_ {
        let entries = self.node.entries().iter().take_while(|_| !self.is_cut());
        entries
            .filter(|entry| !entry.value.is_null())
            .map(|entry| (Pairing { key: &entry.key, span: entry.key_span }, self.under(entry)))
    }

    /// Returns the elements of the sequence under `key`, nulls left out.
    pub(crate) fn items(&self, key: &str) -> Vec<Self> {
        let Some(list) = self.child(key) else { return Vec::new() };
        let Content::Sequence(items) = &list.node.content else {
            list.wrong_type("a list");
            return Vec::new();
        };
        let cursors = items.iter().enumerate().take_while(|_| !list.is_cut());
        let cursors = cursors.map(|(index, node)| {
            let path = list.path.index(index);
            Self { node, path, reading: list.reading }
        });
        cursors.filter(|cursor| !cursor.node.is_null()).collect()
    }

    /// Returns the elements of the sequence under `key` that are mappings.
    pub(crate) fn maps(&self, key: &str) -> Vec<Self> {
        self.items(key).into_iter().filter(Self::is_map).collect()
    }

    /// Returns the node's text. A number or a boolean is a problem, since Kubernetes refuses it,
    /// and gives its text all the same, so that reading can go on.
    pub(crate) fn as_text(&self) -> Option<Field<String>> {
        let value = match &self.node.content {
            Content::String(text) => text.to_string(),
            Content::Null | Content::Sequence(_) | Content::Mapping(_) => {
                self.wrong_type("a string");
                return None;
            }
            Content::Bool(_) | Content::Number(_) => {
                self.wrong_type("a string");
                self.raw().to_owned()
            }
        };
        Some(Field::written(value, self.spot()))
    }

    pub(crate) fn text(&self, key: &str) -> Option<Field<String>> {
        self.child(key)?.as_text()
    }

    pub(crate) fn text_or(&self, key: &str, default: &str) -> Field<String> {
        self.text(key).unwrap_or_else(|| Field::default_in(default.to_owned(), self.spot()))
    }

    /// Returns the text under `key`, which must be there.
    pub(crate) fn text_wanted(&self, key: &str) -> Field<String> {
        if self.child(key).is_none() {
            self.problem(ProblemKind::Missing, format!("{key} is missing"));
        }
        self.text_or(key, "")
    }

    pub(crate) fn texts(&self, key: &str) -> Vec<Field<String>> {
        let items = self.items(key);
        items.iter().take_while(|item| !item.is_cut()).filter_map(Self::as_text).collect()
    }

    pub(crate) fn as_int(&self) -> Option<Field<i64>> {
        let value = self.node.as_i64();
        if value.is_none() {
            self.wrong_type("a whole number");
        }
        value.map(|value| Field::written(value, self.spot()))
    }

    pub(crate) fn int(&self, key: &str) -> Option<Field<i64>> {
        self.child(key)?.as_int()
    }

    pub(crate) fn int_or(&self, key: &str, default: i64) -> Field<i64> {
        self.int(key).unwrap_or_else(|| Field::default_in(default, self.spot()))
    }

    pub(crate) fn bool(&self, key: &str) -> Option<Field<bool>> {
        let child = self.child(key)?;
        let value = child.node.as_bool();
        if value.is_none() {
            child.wrong_type("true or false");
        }
        value.map(|value| Field::written(value, child.spot()))
    }

    pub(crate) fn bool_or(&self, key: &str, default: bool) -> Field<bool> {
        self.bool(key).unwrap_or_else(|| Field::default_in(default, self.spot()))
    }

    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.bool(key).is_some_and(|field| field.value)
    }

    pub(crate) fn as_quantity(&self) -> Option<Field<Quantity>> {
        let parsed: Result<Quantity, QuantityError> = match &self.node.content {
            Content::String(text) => text.parse(),
            Content::Number(Number::Int(int)) => Ok(Quantity::whole(*int)),
            Content::Number(number) => format!("{}", number.as_f64()).parse(),
            _ => {
                self.wrong_type("a quantity");
                return None;
            }
        };
        match parsed {
            Ok(value) => Some(Field::written(value, self.spot())),
            Err(error) => {
                self.problem(ProblemKind::WrongValue, format!("not a quantity: {error}"));
                None
            }
        }
    }

    pub(crate) fn quantity(&self, key: &str) -> Option<Field<Quantity>> {
        self.child(key)?.as_quantity()
    }

    /// Returns a port number from 1 to 65535.
    pub(crate) fn port(&self, key: &str) -> Option<Field<u16>> {
        let child = self.child(key)?;
        let number = child.as_int()?;
        let port = u16::try_from(number.value).ok().filter(|port| *port > 0);
        if port.is_none() {
            child.problem(ProblemKind::WrongValue, "a port is a number from 1 to 65535");
        }
        port.map(|port| Field::written(port, number.at))
    }

    /// Returns a port by number or by name.
    pub(crate) fn port_ref(&self, key: &str) -> Option<Field<PortRef>> {
        let child = self.child(key)?;
        if let Content::String(text) = &child.node.content {
            return Some(Field::written(PortRef::Name(text.to_string()), child.spot()));
        }
        Some(self.port(key)?.map(PortRef::Number))
    }

    /// Returns a mapping of strings.
    pub(crate) fn labels(&self, key: &str) -> Labels {
        let Some(map) = self.map(key) else { return Labels::default() };
        let pairs = map.entries().filter_map(|(pairing, cursor)| {
            let value = cursor.as_text()?;
            Some(Pair { key: pairing.field(&cursor), value })
        });
        Labels(pairs.collect())
    }
}

/// A key with its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pairing<'a> {
    pub(crate) key: &'a str,
    span: Span,
}

impl Pairing<'_> {
    /// Returns the key as a field at the path of its value.
    pub(crate) fn field(self, value: &Cursor<'_>) -> Field<String> {
        Field::written(self.key.to_owned(), value.spot_of(self.span))
    }
}

const fn kind_of(node: &Node) -> &'static str {
    match node.content {
        Content::Null => "nothing",
        Content::Bool(_) => "true or false",
        Content::Number(_) => "a number",
        Content::String(_) => "a string",
        Content::Sequence(_) => "a list",
        Content::Mapping(_) => "a mapping",
    }
}
