//! Changes every value of a chart, one after the other, renders again, and holds the fields that
//! changed against those that claim to depend on that value.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use plimsoll_chart::{
    Capabilities, Chart, ChartFile, Flag, Instant, Options, Profile, Release, Rendered, ValuesSet,
    World,
};
use plimsoll_yaml::{Content, Document, FieldPath, Input, Node, OriginKind, Span, Step};

#[derive(Debug)]
struct Still;

impl World for Still {
    fn now(&self) -> Instant {
        Instant { seconds: 1_700_000_000, nanoseconds: 0 }
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(42);
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(directory: &Path, inner: &str, files: &mut Vec<ChartFile>) {
    let mut entries: Vec<_> = fs::read_dir(directory).unwrap().map(|one| one.unwrap()).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().into_string().unwrap();
        let inner = if inner.is_empty() { name } else { format!("{inner}/{name}") };
        if entry.path().is_dir() {
            read(&entry.path(), &inner, files);
        } else {
            files.push(ChartFile { name: inner, data: fs::read(entry.path()).unwrap().into() });
        }
    }
}

fn chart(directory: &Path) -> Chart {
    let mut files = Vec::new();
    read(directory, "", &mut files);
    Chart::load(files, "chart", Profile::Helm4).unwrap()
}

fn render(chart: &Chart, values: &ValuesSet) -> Result<Rendered, String> {
    let options = Options {
        release: Release {
            name: "rel".to_owned(),
            namespace: "ns".to_owned(),
            revision: 1,
            is_upgrade: false,
        },
        capabilities: Capabilities::assumed(Profile::Helm4),
        profile: Profile::Helm4,
        skip_schema: true,
    };
    chart.render(values, &options, Arc::new(Still)).map_err(|error| error.to_string())
}

/// A scalar of a rendering.
#[derive(Debug)]
struct Field {
    value: String,
    kind: OriginKind,
    inputs: BTreeSet<String>,
    decided_by: BTreeSet<String>,
}

impl Field {
    /// Tells whether the field claims to depend on `path`, or on a container of it.
    fn claims(&self, path: &str) -> bool {
        let holds = |claimed: &String| {
            path.strip_prefix(claimed.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.inputs.iter().any(holds) || self.decided_by.iter().any(holds)
    }
}

/// A node and the document that explains it.
#[derive(Clone, Copy)]
struct Place<'d> {
    document: &'d Document,
    node: &'d Node,
    /// The key under which the node stands.
    key: Option<Span>,
}

impl<'d> Place<'d> {
    fn root(document: &'d Document) -> Self {
        Self { document, node: &document.root, key: None }
    }

    fn to(self, node: &'d Node) -> Self {
        Self { node, ..self }
    }

    fn below(self, key: &str) -> Option<Self> {
        let entry = self.node.entry(key)?;
        Some(Self { node: &entry.value, key: Some(entry.key_span), ..self })
    }

    fn text(self) -> &'d str {
        self.node.span.of(&self.document.text)
    }

    fn is_scalar(self) -> bool {
        self.node.entries().is_empty() && self.node.items().is_empty()
    }

    /// What the node goes by among its neighbours, if it has a name.
    fn name(self) -> Option<&'d str> {
        let named = self.node.dig(&["metadata", "name"]);
        ["name", "mountPath", "secretKey"]
            .iter()
            .find_map(|key| self.node.get(key))
            .or(named)
            .map(|node| self.to(node).text())
    }

    /// How much two neighbours have in common: their names, else the lines that both have.
    fn likeness(self, other: Self) -> usize {
        if self.node.get("name").is_some() || self.is_scalar() {
            return usize::from(self.name() == other.name());
        }
        let lines =
            |place: Self| -> BTreeSet<&'d str> { place.text().lines().map(str::trim).collect() };
        let (own, others) = (lines(self), lines(other));
        let shared = own.intersection(&others).count();
        if own == others { usize::MAX } else { shared }
    }

    fn field(self) -> Field {
        let origin = self.document.origin(self.node);
        let key = self.key.map(|span| self.document.provenance.origin(span));
        let keys = key.iter().flat_map(|key| key.inputs.iter().chain(&key.decided_by));
        Field {
            value: format!("{:?}", self.node.content),
            kind: origin.kind,
            inputs: paths(&origin.inputs),
            decided_by: paths(origin.decided_by.iter().chain(keys)),
        }
    }
}

fn paths<'i>(inputs: impl IntoIterator<Item = &'i Input>) -> BTreeSet<String> {
    inputs
        .into_iter()
        .filter_map(|input| match input {
            Input::Value { path, .. } | Input::Unset { path } => Some(path.clone()),
            _ => None,
        })
        .collect()
}

/// Is told the path of a scalar and what it is in either rendering.
type Visit<'v> = dyn FnMut(&str, Option<Field>, Option<Field>) + 'v;

/// Visits the scalars of two renderings in pairs; one that is only in one of them comes alone.
fn pair(old: Option<Place<'_>>, new: Option<Place<'_>>, path: &str, visit: &mut Visit<'_>) {
    let nodes = |place: Option<Place<'_>>| place.is_some_and(|place| !place.is_scalar());
    if let (Some(old), Some(new)) = (old, new)
        && nodes(Some(old)) != nodes(Some(new))
    {
        pair(Some(old), None, path, visit);
        pair(None, Some(new), path, visit);
        return;
    }
    if !nodes(old) && !nodes(new) {
        // Nothing is written there: what is not there cannot say why.
        let written = |place: &Place<'_>| !place.node.span.is_empty();
        let (old, new) = (old.filter(written), new.filter(written));
        visit(path, old.map(Place::field), new.map(Place::field));
        return;
    }
    let entries = |place: Option<Place<'_>>| -> BTreeSet<String> {
        place.iter().flat_map(|place| place.node.entries()).map(|one| one.key.to_string()).collect()
    };
    for key in entries(old).union(&entries(new)) {
        pair(
            old.and_then(|place| place.below(key)),
            new.and_then(|place| place.below(key)),
            &format!("{path}.{key}"),
            visit,
        );
    }
    let olds: Vec<_> =
        old.iter().flat_map(|at| at.node.items().iter().map(|one| at.to(one))).collect();
    let news: Vec<_> =
        new.iter().flat_map(|at| at.node.items().iter().map(|one| at.to(one))).collect();
    pair_all(&olds, &news, path, visit);
}

/// Pairs neighbours: one by one when there are as many, else each with the one that is most
/// like it.
fn pair_all(olds: &[Place<'_>], news: &[Place<'_>], path: &str, visit: &mut Visit<'_>) {
    if olds.len() == news.len() {
        for (index, (old, new)) in olds.iter().zip(news).enumerate() {
            pair(Some(*old), Some(*new), &format!("{path}[{index}]"), visit);
        }
        return;
    }
    let mut likely: Vec<(usize, usize, usize)> = Vec::new();
    for (old, one) in olds.iter().enumerate() {
        for (new, other) in news.iter().enumerate() {
            likely.push((one.likeness(*other), old, new));
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
        let new = matches.get(&index).map(|new| news[*new]);
        pair(Some(*old), new, &format!("{path}[{index}]"), visit);
    }
    for (index, new) in news.iter().enumerate() {
        if !matches.values().any(|taken| *taken == index) {
            pair(None, Some(*new), &format!("{path}[new {index}]"), visit);
        }
    }
}

/// The documents of a rendering by the template and kind that they come from.
fn by_template(documents: &[Document]) -> BTreeMap<String, Vec<Place<'_>>> {
    let mut groups: BTreeMap<String, Vec<Place<'_>>> = BTreeMap::new();
    for document in documents {
        let kind = document.root.get("kind").and_then(Node::as_str).unwrap_or("");
        groups.entry(format!("{} {kind}", document.name)).or_default().push(Place::root(document));
    }
    groups
}

/// The leaves of a values file: their path as origins write it, and `--set-json` arguments that
/// give them other values of the same type. Setting an element replaces its list, so the argument
/// for a leaf in a list holds all of the list.
fn leaves(text: &str) -> Vec<(String, Vec<String>)> {
    let mut leaves = Vec::new();
    let root = plimsoll_yaml::parse_one(text).unwrap().root;
    root.walk(&mut |path, node| {
        let others = match &node.content {
            Content::Bool(value) => vec![(!value).to_string()],
            Content::Number(number) => vec![(number.as_f64() + 1.0).to_string(), "0".to_owned()],
            Content::String(text) => vec![quoted(&format!("{text}x")), quoted("other")],
            Content::Null => vec![quoted("set")],
            Content::Sequence(_) | Content::Mapping(_) => return,
        };
        let lists = path.0.iter().position(|step| matches!(step, Step::Index(_)));
        let (outer, inner) = path.0.split_at(lists.unwrap_or(path.0.len()));
        let outer = FieldPath(outer.to_vec());
        let holder = root.find(&outer).unwrap();
        let arguments = others
            .iter()
            .map(|other| format!("{}={}", as_set(&outer), json(holder, inner, other)))
            .collect();
        leaves.push((path.to_string(), arguments));
    });
    leaves
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A node as JSON, with `other` at `path` below it.
fn json(node: &Node, path: &[Step], other: &str) -> String {
    if path.is_empty() {
        return other.to_owned();
    }
    let entries = node.entries().iter().map(|entry| {
        let at = path.first() == Some(&Step::Key(entry.key.to_string()));
        format!("{}:{}", quoted(&entry.key), part(&entry.value, at, path, other))
    });
    let items =
        node.items().iter().enumerate().map(|(index, item)| {
            part(item, path.first() == Some(&Step::Index(index)), path, other)
        });
    match &node.content {
        Content::Mapping(_) => format!("{{{}}}", entries.collect::<Vec<_>>().join(",")),
        _ => format!("[{}]", items.collect::<Vec<_>>().join(",")),
    }
}

fn part(node: &Node, is_on_path: bool, path: &[Step], other: &str) -> String {
    if is_on_path {
        return json(node, &path[1..], other);
    }
    let plain = |nodes: Vec<String>| nodes.join(",");
    match &node.content {
        Content::Null => "null".to_owned(),
        Content::Bool(value) => value.to_string(),
        Content::Number(number) => number.as_f64().to_string(),
        Content::String(text) => quoted(text),
        Content::Sequence(items) => {
            format!(
                "[{}]",
                plain(items.iter().map(|item| part(item, false, path, other)).collect())
            )
        }
        Content::Mapping(entries) => format!(
            "{{{}}}",
            plain(
                entries
                    .iter()
                    .map(|entry| {
                        format!("{}:{}", quoted(&entry.key), part(&entry.value, false, path, other))
                    })
                    .collect()
            )
        ),
    }
}

fn as_set(path: &FieldPath) -> String {
    let keys: Vec<String> = path
        .0
        .iter()
        .map(|step| match step {
            Step::Key(key) => key.replace('.', "\\."),
            Step::Index(index) => index.to_string(),
        })
        .collect();
    keys.join(".")
}

/// How a chart's values fared.
#[derive(Debug, Default)]
struct Tally {
    renderings: usize,
    refused: usize,
    changed: usize,
    wrong: Vec<String>,
}

fn examine(chart: &Chart, values_text: &str, extra: Option<(&str, &str)>, tally: &mut Tally) {
    let mut base = ValuesSet::new(Profile::Helm4);
    let mut all = leaves(values_text);
    if let Some((name, text)) = extra {
        base.add_file(name, text).unwrap();
        let own = leaves(text);
        all.retain(|(path, _)| !own.iter().any(|(other, _)| other == path));
        all.extend(own);
    }
    let before = render(chart, &base).unwrap().documents();
    for (path, arguments) in all {
        for argument in arguments {
            let mut values = base.clone();
            values.add_flag(Flag::Json, &argument, &mut |_| Err("no file".to_owned())).unwrap();
            tally.renderings += 1;
            match render(chart, &values) {
                Ok(after) => compare(&path, &argument, &before, &after.documents(), tally),
                Err(_) => tally.refused += 1,
            }
        }
    }
}

fn compare(path: &str, argument: &str, before: &[Document], after: &[Document], tally: &mut Tally) {
    let (before, after) = (by_template(before), by_template(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let olds = before.get(name).map_or(&[][..], Vec::as_slice);
        let news = after.get(name).map_or(&[][..], Vec::as_slice);
        pair_all(olds, news, name, &mut |field, old, new| {
            judge(path, &format!("{argument}: {field}"), old, new, tally);
        });
    }
}

fn judge(path: &str, what: &str, old: Option<Field>, new: Option<Field>, tally: &mut Tally) {
    let changed = old.as_ref().map(|field| &field.value) != new.as_ref().map(|field| &field.value);
    let claims = [&old, &new].into_iter().flatten().any(|field| field.claims(path));
    if changed {
        tally.changed += 1;
        if !claims {
            tally.wrong.push(format!("{what} changed without saying so"));
        }
    } else if let Some(old) = old
        && old.kind == OriginKind::Copied
        && old.inputs.contains(path)
    {
        tally.wrong.push(format!("{what} says that it is a copy, and stayed"));
    }
}

fn check(directory: &Path, least: usize) {
    let chart = chart(directory);
    let values = fs::read_to_string(directory.join("values.yaml")).unwrap();
    let mut tally = Tally::default();
    examine(&chart, &values, None, &mut tally);
    let mut ci: Vec<_> = fs::read_dir(directory.join("ci"))
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    ci.sort();
    for file in ci {
        let text = fs::read_to_string(&file).unwrap();
        examine(&chart, &values, Some((&file.to_string_lossy(), &text)), &mut tally);
    }
    let shown: Vec<_> = tally.wrong.iter().take(40).collect();
    assert!(tally.wrong.is_empty(), "{} claims are wrong: {shown:#?}", tally.wrong.len());
    assert!(tally.refused * 2 < tally.renderings, "most renderings were refused: {tally:?}");
    assert!(tally.changed >= least, "hardly anything changed: {tally:?}");
}

#[test]
fn every_field_of_the_ollama_chart_knows_what_it_depends_on() {
    check(&root().join("charts/ai/ollama"), 1000);
}

#[test]
fn fields_behind_includes_conditions_and_loops_know_what_they_depend_on() {
    check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts/origins"), 70);
}
