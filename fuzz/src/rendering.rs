//! Rendering within narrow bounds, and what holds of every rendering and its origins.

use std::collections::HashMap;
use std::sync::Arc;

use plimsoll_chart::{
    Capabilities, Chart, ChartFile, Error, Instant, Limits, Options, Printing, Profile, Release,
    Rendered, ValuesSet, World,
};
use plimsoll_yaml::{Document, Input, LineIndex, Node, Origin, Place, Span};

/// Small enough that the slowest input takes well under a second.
const LIMITS: Limits = Limits {
    steps: 100_000,
    text_bytes: 4 * 1024 * 1024,
    origin_bytes: 8 * 1024 * 1024,
    output_bytes: 1024 * 1024,
};

/// How many nodes of one rendering are asked where they come from.
const MOST_NODES: usize = 200;

/// A world in which nothing changes.
#[derive(Debug)]
struct Still;

impl World for Still {
    fn now(&self) -> Instant {
        Instant { seconds: 1_700_000_000, nanoseconds: 123_456_789 }
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        for (byte, value) in bytes.iter_mut().zip((0_u8..=255).cycle()) {
            *byte = value.wrapping_mul(167).wrapping_add(13);
        }
    }
}

/// A file of a chart.
pub(crate) fn file(name: &str, data: impl AsRef<[u8]>) -> ChartFile {
    ChartFile { name: name.to_owned(), data: Arc::from(data.as_ref()) }
}

/// Loads the files as a chart, renders it and looks at whatever comes out. `sources` are texts
/// besides the chart's own in which places may lie.
pub(crate) fn check(
    files: Vec<ChartFile>,
    values: &ValuesSet,
    profile: Profile,
    sources: &[(&str, &str)],
) {
    let raw: Vec<(String, Arc<[u8]>)> =
        files.iter().map(|file| (file.name.clone(), Arc::clone(&file.data))).collect();
    let chart = match Chart::load(files, "", profile) {
        Ok(chart) => chart,
        Err(error) => return check_error(&error, &Sources::of_files(&raw)),
    };
    let mut known = Sources::default();
    for (name, text) in chart.sources() {
        known.add(&name, text);
    }
    for (name, text) in sources {
        known.add(name, Arc::from(*text));
    }
    let options = Options {
        release: Release::default(),
        capabilities: Capabilities::assumed(profile),
        profile,
        skip_schema: false,
    };
    match chart.render_within(&LIMITS, values, &options, Arc::new(Still)) {
        Ok(rendered) => check_rendered(&rendered, &known),
        Err(error) => check_error(&error, &known),
    }
}

fn check_rendered(rendered: &Rendered, known: &Sources) {
    let everything = Printing { include_crds: true, ..Printing::default() };
    if let Err(error) = rendered.print(&everything) {
        check_error(&error, known);
    }
    for manifest in rendered.manifests().iter().chain(rendered.hooks()) {
        assert!(manifest.document().text.contains(manifest.text()));
    }
    for document in rendered.documents() {
        let mut nodes = Vec::new();
        document.root.walk(&mut |_, node| {
            if nodes.len() < MOST_NODES {
                nodes.push(node);
            }
        });
        nodes.iter().for_each(|node| check_node(&document, node, known));
    }
}

fn check_node(document: &Document, node: &Node, known: &Sources) {
    assert_fits(node.span, &document.text);
    let Origin { written, trail, inputs, decided_by, .. } = document.origin(node);
    for input in inputs.iter().chain(&decided_by) {
        if let Input::Value { place, .. } = input {
            known.check(place);
        }
    }
    written.iter().chain(&trail).for_each(|place| known.check(place));
}

fn check_error(error: &Error, known: &Sources) {
    assert!(!error.to_string().is_empty());
    if let Some(place) = error.place() {
        known.check(place);
    }
}

fn assert_fits(span: Span, text: &str) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?} in {text:?}");
}

/// Texts in which places lie, by name. Several files can have one name: two subcharts under one
/// alias, or a file that comes twice.
#[derive(Debug, Default)]
struct Sources(HashMap<String, Vec<Arc<str>>>);

impl Sources {
    fn of_files(files: &[(String, Arc<[u8]>)]) -> Self {
        let mut sources = Self::default();
        for (name, data) in files {
            let data = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data);
            let sound = data.utf8_chunks().next().map_or("", |chunk| chunk.valid());
            sources.add(name, Arc::from(sound));
            if !sound.ends_with('\n') {
                sources.add(name, Arc::from(format!("{sound}\n")));
            }
        }
        sources
    }

    fn add(&mut self, name: &str, text: Arc<str>) {
        self.0.entry(name.to_owned()).or_default().push(text);
    }

    /// Checks that a place in a known file lies within it, at the line and column that it says.
    fn check(&self, place: &Place) {
        let Some(texts) = self.0.get(&*place.file) else { return };
        let lies_in = |text: &Arc<str>| {
            text.get(place.span.start..place.span.end).is_some()
                && LineIndex::new(text).position(text, place.span.start) == place.position
        };
        assert!(texts.iter().any(lies_in), "{place:?} does not lie in {texts:?}");
    }
}
