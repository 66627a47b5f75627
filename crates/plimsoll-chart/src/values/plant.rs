//! From spanned YAML trees to values that know where each part is set.

use std::fmt::Write as _;
use std::sync::Arc;

use plimsoll_yaml::{ListedContent, NodeList, Place, Span};

use crate::load::{Documents, SourceFile};
use crate::trace::{Leaf, Origin, OriginId, Site, Source, SourceId, Trace};
use crate::value::{Data, List, Map, Seed, Text, Value};

/// Makes a file or flag known to the trace, so that sites can point into it.
pub(crate) fn register(trace: &mut Trace, file: &SourceFile) -> SourceId {
    trace.source(Source::file(Arc::clone(&file.label), Arc::clone(&file.text)))
}

/// Returns the stretch of `source` that a span stands for.
pub(crate) fn site(source: SourceId, span: Span) -> Site {
    let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Site { source, start: narrow(span.start), end: narrow(span.end) }
}

/// Returns where the value of that origin is set, if a file or flag sets it.
pub(crate) fn place_of(trace: &Trace, origin: OriginId) -> Option<Place> {
    let Origin::Leaf(index) = trace.get(origin) else { return None };
    let Some(Leaf::Value { site, .. }) = trace.get_leaf(index) else { return None };
    let source = trace.get_source(site.source)?;
    Some(SourceFile::new(Arc::clone(&source.name), Arc::clone(&source.text)).place(site.span()))
}

/// Appends a key to a written values path, as `FieldPath` writes it.
pub(crate) fn push_key(path: &mut String, key: &str) {
    let plain = !key.is_empty() && !key.contains(['.', '[', ']', '"', ' ']);
    if plain && !path.is_empty() {
        path.push('.');
    }
    if plain {
        path.push_str(key);
    } else {
        let _ = write!(path, "[{key:?}]");
    }
}

/// Appends an index to a written values path.
pub(crate) fn push_index(path: &mut String, index: usize) {
    let _ = write!(path, "[{index}]");
}

/// The leaves of a values file's nodes, whose root sets the values at `path`.
pub(crate) fn leaves(nodes: &NodeList, source: SourceId, path: &str) -> Vec<Leaf> {
    let mut leaves = Vec::with_capacity(nodes.len());
    add_leaves(nodes, 0, source, &mut path.to_owned(), &mut leaves);
    leaves
}

/// Adds the leaves of a node and of all below it, in their order.
fn add_leaves(
    nodes: &NodeList,
    number: usize,
    source: SourceId,
    path: &mut String,
    leaves: &mut Vec<Leaf>,
) {
    let Some(node) = nodes.get(number) else { return };
    leaves.push(Leaf::Value { path: Arc::from(path.as_str()), site: site(source, node.span) });
    if !matches!(node.content, ListedContent::Sequence | ListedContent::Mapping) {
        return;
    }
    let length = path.len();
    for (index, (below, inner)) in nodes.below(number).enumerate() {
        match &inner.key {
            Some(key) => push_key(path, key),
            None => push_index(path, index),
        }
        add_leaves(nodes, below, source, path, leaves);
        path.truncate(length);
    }
}

/// Turns nodes of one source into values, each with the path at which the top chart sees it.
#[derive(Debug)]
pub(crate) struct Planter<'t> {
    trace: &'t mut Trace,
    source: SourceId,
    path: String,
}

impl<'t> Planter<'t> {
    /// Starts at `path`, which stands for the source's root.
    pub(crate) fn new(trace: &'t mut Trace, source: SourceId, path: &str) -> Self {
        Self { trace, source, path: path.to_owned() }
    }

    /// Turns the documents of a values file into one map; later documents win.
    pub(crate) fn documents(mut self, documents: &Documents) -> Value {
        let whole = Span::new(0, documents.source.text.len());
        let origin = self.leaf(whole);
        let mut merged: Option<Value> = None;
        for nodes in &documents.lists {
            let path = Arc::from(self.path.as_str());
            let first = self.trace.plant(Arc::clone(nodes), self.source, path);
            let planted = Seed::root(nodes, first);
            let Some(planted) = planted.filter(|root| matches!(root.data, Data::Map(_))) else {
                continue;
            };
            merged = Some(match merged {
                None => planted,
                Some(before) => super::copy::merge(&before, planted),
            });
        }
        let map = merged.and_then(|value| match value.data {
            Data::Map(map) => Some(map),
            _ => None,
        });
        Value::of(Data::Map(map.unwrap_or_else(Map::new)), origin)
    }

    /// Turns a JSON value into a value, all of it from the bytes `span`.
    pub(crate) fn json(&mut self, json: &serde_json::Value, span: Span) -> Value {
        use serde_json::Value as Json;
        let origin = self.leaf(span);
        let data = match json {
            Json::Null => Data::Nil,
            Json::Bool(value) => Data::Bool(*value),
            Json::Number(number) => Data::Float(number.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => Data::Str(Text::plain(text.as_str())),
            Json::Array(items) => {
                let length = self.path.len();
                let mut made = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    push_index(&mut self.path, index);
                    made.push(self.json(item, span));
                    self.path.truncate(length);
                }
                Data::List(List::new(made))
            }
            Json::Object(entries) => {
                let map = Map::new();
                let length = self.path.len();
                for (key, item) in entries {
                    push_key(&mut self.path, key);
                    map.insert(key.as_str(), self.json(item, span));
                    self.path.truncate(length);
                }
                Data::Map(map)
            }
        };
        Value::of(data, origin)
    }

    fn leaf(&mut self, span: Span) -> OriginId {
        let path = Arc::from(self.path.as_str());
        self.trace.leaf(Leaf::Value { path, site: site(self.source, span) })
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_yaml::{FieldPath, Step};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn paths_are_written_as_field_paths(
            steps in proptest::collection::vec(
                prop_oneof![
                    "[a-z.\" \\[\\]/-]{0,6}".prop_map(Step::Key),
                    (0_usize..99).prop_map(Step::Index),
                ],
                0..6,
            ),
        ) {
            let mut path = String::new();
            for step in &steps {
                match step {
                    Step::Key(key) => push_key(&mut path, key),
                    Step::Index(index) => push_index(&mut path, *index),
                }
            }
            prop_assert_eq!(path, FieldPath(steps).to_string());
        }
    }
}
