//! Scalars of a rendering, what they claim, and which of another rendering stand in their place.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_yaml::{Content, Document, Input, Node, OriginKind, Span};

use crate::leaf::Leaf;

/// What a scalar says about where it comes from.
#[derive(Debug)]
pub(crate) struct Claims {
    pub(crate) kind: OriginKind,
    pub(crate) inputs: Vec<Input>,
    /// What decided on it, and what the keys above it come from.
    pub(crate) decided_by: Vec<Input>,
}

impl Claims {
    /// Tells whether what the scalar holds comes from `leaf`.
    pub(crate) fn is_from(&self, leaf: &Leaf) -> bool {
        self.inputs.iter().any(|input| is_at(input, leaf))
    }

    /// Tells whether the scalar claims to depend on `leaf`, or on something that holds it.
    pub(crate) fn depends_on(&self, leaf: &Leaf) -> bool {
        let length = leaf.span.len();
        self.inputs.iter().chain(&self.decided_by).any(|input| {
            holds(input, leaf)
                || is_below(input, leaf)
                || (!leaf.is_scalar() && is_inside(input, leaf, length))
        })
    }

    /// Tells whether a scalar that is there once the leaf was changed to what is `length` bytes long
    /// claims to depend on it, or on a part of it.
    pub(crate) fn depends_on_new(&self, leaf: &Leaf, length: usize) -> bool {
        let mut all = self.inputs.iter().chain(&self.decided_by);
        self.depends_on(leaf) || all.any(|input| is_inside(input, leaf, length))
    }

    /// Tells whether the scalar claims exactly `leaf`.
    pub(crate) fn names(&self, leaf: &Leaf) -> bool {
        self.inputs.iter().chain(&self.decided_by).any(|input| is_at(input, leaf))
    }
}

fn is_at(input: &Input, leaf: &Leaf) -> bool {
    matches!(input, Input::Value { place, .. }
        if *place.file == *leaf.file && place.span.start == leaf.span.start
            && holds(input, leaf) && (leaf.is_scalar() || place.span.end == leaf.span.end))
}

/// Spans after a change count only by where they start.
fn holds(input: &Input, leaf: &Leaf) -> bool {
    matches!(input, Input::Value { place, .. }
        if *place.file == *leaf.file && place.span.start <= leaf.span.start
            && (leaf.span.start < place.span.end || place.span.start == leaf.span.start))
}

/// Tells whether a value stands inside what is `length` bytes long once the leaf is changed.
fn is_inside(input: &Input, leaf: &Leaf, length: usize) -> bool {
    matches!(input, Input::Value { place, .. } if *place.file == *leaf.file
        && (leaf.span.start..=leaf.span.start + length).contains(&place.span.start))
}

/// Tells whether a value that is not set is the leaf, once it is changed, or a part of it. Subcharts
/// and merged values know it by a longer path.
fn is_below(input: &Input, leaf: &Leaf) -> bool {
    let Input::Unset { path } = input else { return false };
    let of = leaf.path.to_string();
    path.match_indices(&of).any(|(at, _)| {
        let rest = &path[at + of.len()..];
        (at == 0 || path[..at].ends_with('.')) && (rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

/// A node and the document that explains it.
#[derive(Clone, Debug)]
pub(crate) struct Field<'d> {
    document: &'d Document,
    node: &'d Node,
    /// The keys under which the node stands, outermost first.
    keys: Vec<Span>,
}

impl<'d> Field<'d> {
    fn root(document: &'d Document) -> Self {
        Self { document, node: &document.root, keys: Vec::new() }
    }

    fn to(&self, node: &'d Node) -> Self {
        Self { node, ..self.clone() }
    }

    fn below(&self, key: &str) -> Option<Self> {
        let entry = self.node.entry(key)?;
        let mut keys = self.keys.clone();
        keys.push(entry.key_span);
        Some(Self { node: &entry.value, keys, ..self.clone() })
    }

    fn items(&self) -> Vec<Self> {
        self.node.items().iter().map(|item| self.to(item)).collect()
    }

    fn text(&self) -> &'d str {
        self.node.span.of(&self.document.text)
    }

    fn is_scalar(&self) -> bool {
        self.node.entries().is_empty() && self.node.items().is_empty()
    }

    /// What tells the scalar apart from others of its rendering.
    pub(crate) fn id(&self) -> (String, usize, usize) {
        (self.document.name.to_string(), self.node.span.start, self.node.span.end)
    }

    pub(crate) const fn content(&self) -> &'d Content {
        &self.node.content
    }

    /// The scalar as one would write it, without quotes.
    pub(crate) fn shown(&self) -> String {
        match &self.node.content {
            Content::String(text) => text.trim().to_owned(),
            Content::Null => "null".to_owned(),
            Content::Bool(value) => value.to_string(),
            _ => self.text().trim().to_owned(),
        }
    }

    pub(crate) fn claims(&self) -> Claims {
        let origin = self.document.origin(self.node);
        let mut decided_by = origin.decided_by;
        for key in &self.keys {
            let key = self.document.provenance.origin(*key);
            decided_by.extend(key.inputs);
            decided_by.extend(key.decided_by);
        }
        Claims { kind: origin.kind, inputs: origin.inputs, decided_by }
    }

    /// What the node goes by among its neighbours, if it has a name.
    fn name(&self) -> Option<&'d str> {
        let named = self.node.dig(&["metadata", "name"]);
        ["name", "mountPath", "secretKey"]
            .iter()
            .find_map(|key| self.node.get(key))
            .or(named)
            .map(|node| self.to(node).text())
    }

    /// How much two neighbours have in common: their names, else the lines that both have.
    fn likeness(&self, other: &Self) -> usize {
        /// What a name counts for, in lines.
        const NAMED: usize = 100_000;
        if self.is_scalar() {
            return usize::from(self.content() == other.content());
        }
        let lines =
            |field: &Self| -> BTreeSet<&'d str> { field.text().lines().map(str::trim).collect() };
        let (own, others) = (lines(self), lines(other));
        let shared = own.intersection(&others).count();
        let is_named_alike = self.name().is_some() && self.name() == other.name();
        if own == others { usize::MAX } else { shared + if is_named_alike { NAMED } else { 0 } }
    }
}

/// Is told the path of a scalar and what stands there in either rendering.
pub(crate) type Visit<'v> = dyn FnMut(&str, Option<&Field<'_>>, Option<&Field<'_>>) + 'v;

/// Visits the scalars of two renderings in pairs; one that is only in one of them comes alone.
pub(crate) fn compare(before: &[Document], after: &[Document], visit: &mut Visit<'_>) {
    let (before, after) = (by_template(before), by_template(after));
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    for name in names {
        let (mut olds, mut news) = (Kinds::new(), Kinds::new());
        olds.extend(before.get(name).cloned().unwrap_or_default());
        news.extend(after.get(name).cloned().unwrap_or_default());
        // An object may change its kind.
        let (mut alone, mut new_alone) = (Vec::new(), Vec::new());
        for (kind, old) in &olds {
            match news.remove(kind) {
                Some(new) if new.len() == old.len() => {
                    pair_all(old, &new, &format!("{name} {kind}"), visit);
                }
                new => {
                    alone.extend(old.iter().cloned());
                    new_alone.extend(new.into_iter().flatten());
                }
            }
        }
        new_alone.extend(news.into_values().flatten());
        pair_alike(&alone, &new_alone, name, visit);
    }
}

/// Objects by their kind.
type Kinds<'d> = BTreeMap<&'d str, Vec<Field<'d>>>;

/// The documents of a rendering by the template and kind that they come from.
fn by_template(documents: &[Document]) -> BTreeMap<&str, Kinds<'_>> {
    let mut groups: BTreeMap<&str, Kinds<'_>> = BTreeMap::new();
    for document in documents {
        let kind = document.root.get("kind").and_then(Node::as_str).unwrap_or("");
        let kinds = groups.entry(&document.name).or_default();
        kinds.entry(kind).or_default().push(Field::root(document));
    }
    groups
}

fn pair(old: Option<&Field<'_>>, new: Option<&Field<'_>>, path: &str, visit: &mut Visit<'_>) {
    let is_inner = |field: Option<&Field<'_>>| field.is_some_and(|field| !field.is_scalar());
    if let (Some(old), Some(new)) = (old, new)
        && is_inner(Some(old)) != is_inner(Some(new))
    {
        pair(Some(old), None, path, visit);
        pair(None, Some(new), path, visit);
        return;
    }
    if !is_inner(old) && !is_inner(new) {
        // Nothing is written there: what is not there cannot say why.
        let is_written = |field: &&Field<'_>| !field.node.span.is_empty();
        visit(path, old.filter(is_written), new.filter(is_written));
        return;
    }
    let entries = |field: Option<&Field<'_>>| -> BTreeSet<String> {
        field.iter().flat_map(|field| field.node.entries()).map(|one| one.key.to_string()).collect()
    };
    for key in entries(old).union(&entries(new)) {
        let old = old.and_then(|field| field.below(key));
        let new = new.and_then(|field| field.below(key));
        pair(old.as_ref(), new.as_ref(), &format!("{path}.{key}"), visit);
    }
    let items =
        |field: Option<&Field<'_>>| -> usize { field.map_or(0, |field| field.node.items().len()) };
    if items(old) + items(new) > 0 {
        let olds = old.map(Field::items).unwrap_or_default();
        let news = new.map(Field::items).unwrap_or_default();
        pair_all(&olds, &news, path, visit);
    }
}

/// Pairs neighbours: one by one when there are as many, else each with the one that is most
/// like it.
fn pair_all(olds: &[Field<'_>], news: &[Field<'_>], path: &str, visit: &mut Visit<'_>) {
    if olds.len() == news.len() {
        for (index, (old, new)) in olds.iter().zip(news).enumerate() {
            pair(Some(old), Some(new), &format!("{path}[{index}]"), visit);
        }
        return;
    }
    pair_alike(olds, news, path, visit);
}

/// Pairs each with the one that is most like it.
fn pair_alike(olds: &[Field<'_>], news: &[Field<'_>], path: &str, visit: &mut Visit<'_>) {
    let mut likely: Vec<(usize, usize, usize)> = Vec::new();
    for (old, one) in olds.iter().enumerate() {
        for (new, other) in news.iter().enumerate() {
            likely.push((one.likeness(other), old, new));
        }
    }
    likely.retain(|(likeness, ..)| *likeness > 0);
    likely.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut matches: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, old, new) in likely {
        if !matches.contains_key(&old) && !matches.values().any(|taken| *taken == new) {
            matches.insert(old, new);
        }
    }
    for (index, old) in olds.iter().enumerate() {
        let new = matches.get(&index).map(|new| &news[*new]);
        pair(Some(old), new, &format!("{path}[{index}]"), visit);
    }
    for (index, new) in news.iter().enumerate() {
        if !matches.values().any(|taken| *taken == index) {
            pair(None, Some(new), &format!("{path}[new {index}]"), visit);
        }
    }
}
