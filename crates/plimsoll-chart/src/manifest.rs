//! What a chart renders to: manifests and hooks in Helm's order, and the text Helm prints.

#[cfg(test)]
pub(crate) mod acceptance;
mod head;
mod order;
mod show;
mod split;

use std::sync::{Arc, OnceLock};

use plimsoll_yaml::{Content, Document, LineIndex, Node, Parsed, Place, Provenance, Skimmed, Span};

pub use show::Printing;

use crate::limits::MAX_NODES;
use crate::resolve::Rendering;
use crate::{Error, ErrorKind, Profile};
use head::Head;

/// A file that a template rendered to.
#[derive(Debug)]
pub(crate) struct RenderedFile {
    /// The template's name as Helm prints it, such as `ollama/templates/service.yaml`.
    pub(crate) name: Arc<str>,
    pub(crate) rendering: Arc<Rendering>,
}

/// A file of `crds/`, which is never rendered.
#[derive(Clone, Debug)]
pub(crate) struct CrdFile {
    pub(crate) name: Arc<str>,
    data: Arc<[u8]>,
    /// The data as text, once somebody asked for it.
    text: OnceLock<Arc<str>>,
}

impl CrdFile {
    pub(crate) const fn new(name: Arc<str>, data: Arc<[u8]>) -> Self {
        Self { name, data, text: OnceLock::new() }
    }

    pub(crate) fn text(&self) -> &Arc<str> {
        self.text.get_or_init(|| String::from_utf8_lossy(&self.data).into())
    }
}

/// Everything a chart renders to.
#[derive(Debug)]
pub struct Rendered {
    profile: Profile,
    crds: Vec<CrdFile>,
    manifests: Vec<Manifest>,
    hooks: Vec<Manifest>,
    notes: Option<Arc<str>>,
    warnings: Vec<String>,
}

/// A document of a rendered file.
#[derive(Debug)]
pub struct Manifest {
    file: Arc<RenderedFile>,
    /// Its bytes in the file's text.
    part: Span,
    /// Its tree, once somebody asks for it.
    parsed: OnceLock<Parsed>,
    /// It holds nothing.
    is_null: bool,
    head: Head,
    hook: Option<Hook>,
}

/// What makes a manifest a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// When it runs, such as `pre-install`.
    pub events: Vec<&'static str>,
    /// Lower ones run first.
    pub weight: i64,
}

impl Hook {
    /// Tells whether it is a test, which `helm test` runs.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.events.contains(&"test")
    }
}

/// The template that holds a chart's notes for the user.
const NOTES: &str = "NOTES.txt";

impl Rendered {
    /// Sorts rendered files into manifests and hooks (Helm's `SortManifests`); `files` may come in
    /// any order, and `chart` is the top chart's name.
    pub(crate) fn assemble(
        mut files: Vec<RenderedFile>,
        chart: &str,
        crds: Vec<CrdFile>,
        warnings: Vec<String>,
        profile: Profile,
    ) -> Result<Self, Error> {
        let mut rendered =
            Self { profile, crds, manifests: Vec::new(), hooks: Vec::new(), notes: None, warnings };
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let own_notes = format!("{chart}/templates/{NOTES}");
        let mut room = MAX_NODES;
        for file in files {
            if file.name.ends_with(NOTES) {
                if *file.name == *own_notes {
                    rendered.notes = Some(file.rendering.text.shared());
                }
            } else {
                rendered.sort(file, &mut room)?;
            }
        }
        rendered.manifests.sort_by(|a, b| order::by_kind(&a.head.kind, &b.head.kind, profile));
        rendered.hooks.sort_by(|a, b| order::by_kind(&a.head.kind, &b.head.kind, profile));
        Ok(rendered)
    }

    fn sort(&mut self, file: RenderedFile, room: &mut usize) -> Result<(), Error> {
        let file = Arc::new(file);
        let text = file.rendering.text.as_str();
        for part in split::parts(text, self.profile) {
            let read = Read::new(&file, part)?;
            *room = room.checked_sub(read.nodes).ok_or_else(|| {
                let message = format!("the manifests hold more than {MAX_NODES} values");
                Error::new(ErrorKind::Limit, message).at(blame(&file, part))
            })?;
            let head = Head::read(read.root(), self.profile).map_err(|wrong| {
                let message = format!(
                    "YAML parse error on {}: error unmarshaling JSON: while decoding JSON: json: {}",
                    file.name, wrong.message
                );
                Error::new(ErrorKind::Manifest, message).at(blame(&file, wrong.span))
            })?;
            let hook = match head.hook() {
                None => None,
                Some(Ok(hook)) => Some(hook),
                Some(Err(unknown)) => {
                    self.warnings.push(format!("{}: skipping unknown hook {unknown:?}", file.name));
                    continue;
                }
            };
            let list = if hook.is_some() { &mut self.hooks } else { &mut self.manifests };
            let is_null = read.root().is_null();
            let parsed = read.parsed.map(OnceLock::from).unwrap_or_default();
            list.push(Manifest { file: Arc::clone(&file), part, parsed, is_null, head, hook });
        }
        Ok(())
    }

    /// Returns the manifests that are no hooks, in the order of installation.
    #[must_use]
    pub fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }

    /// Returns the hooks, by kind as Helm prints them.
    #[must_use]
    pub fn hooks(&self) -> &[Manifest] {
        &self.hooks
    }

    /// Returns the files of `crds/`, which are never rendered: their names as Helm prints them, and
    /// their texts.
    #[must_use]
    pub fn crds(&self) -> Vec<(&str, &str)> {
        self.crds.iter().map(|crd| (&*crd.name, &**crd.text())).collect()
    }

    /// Returns the top chart's notes for the user, if it has some.
    #[must_use]
    pub fn notes(&self) -> Option<&str> {
        self.notes.as_deref()
    }

    /// Returns what Helm warns of on the way, once the chart is loaded.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Returns all manifests, then all hooks, as documents that know where they come from.
    /// Documents that hold nothing are left out.
    #[must_use]
    pub fn documents(&self) -> Vec<Document> {
        let all = self.manifests.iter().chain(&self.hooks);
        all.filter(|manifest| !manifest.is_null).map(Manifest::document).collect()
    }
}

impl Manifest {
    /// Returns the template's name as Helm prints it.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.file.name
    }

    /// Returns the object's kind; empty when the document has none.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.head.kind
    }

    /// Returns the object's name; empty when the document has none.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.head.name
    }

    /// Returns what makes it a hook.
    #[must_use]
    pub fn hook(&self) -> Option<&Hook> {
        self.hook.as_ref()
    }

    /// Returns the text as the template wrote it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.part.of(self.file.rendering.text.as_str())
    }

    fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| {
            let text = self.file.rendering.text.as_str();
            // What can be skimmed can be parsed.
            plimsoll_yaml::parse_part(text, self.part).unwrap_or_else(|_| Parsed {
                root: Node { content: Content::Null, span: self.part },
                comments: Vec::new(),
                repeated: Vec::new(),
            })
        })
    }

    /// Returns the document with its origins.
    #[must_use]
    pub fn document(&self) -> Document {
        Document {
            name: Arc::clone(&self.file.name),
            text: self.file.rendering.text.shared(),
            root: self.parsed().root.clone(),
            comments: self.parsed().comments.clone(),
            repeated: self.parsed().repeated.clone(),
            provenance: Arc::clone(&self.file.rendering) as Arc<dyn Provenance>,
        }
    }

    /// Returns the document as Helm prints and installs it: with a line break after the template's
    /// text, which a block scalar at its very end may keep (`|+`).
    #[must_use]
    pub fn installed(&self) -> Document {
        let mut document = self.document();
        let mut text = document.text[..self.part.end].to_owned();
        text.push('\n');
        let part = Span::new(self.part.start, text.len());
        // What could be read goes on to be readable with a line break after it.
        if let Ok(parsed) = plimsoll_yaml::parse_part(&text, part) {
            document.root = parsed.root;
            document.comments = parsed.comments;
            document.repeated = parsed.repeated;
            document.text = text.into();
        }
        document
    }
}

/// A document as far as sorting needs it: its head, or all of it where that is no simple text.
struct Read {
    nodes: usize,
    skimmed: Option<Node>,
    parsed: Option<Parsed>,
}

impl Read {
    fn new(file: &RenderedFile, part: Span) -> Result<Self, Error> {
        let text = file.rendering.text.as_str();
        if let Some(Skimmed { root, nodes }) = plimsoll_yaml::skim_part(text, part, head::KEYS) {
            return Ok(Self { nodes, skimmed: Some(root), parsed: None });
        }
        let parsed = plimsoll_yaml::parse_part(text, part).map_err(|error| {
            let message = format!(
                "YAML parse error on {}: error converting YAML to JSON: {}",
                file.name,
                error.upstream()
            );
            Error::new(ErrorKind::Manifest, message).at(blame(file, error.span()))
        })?;
        Ok(Self { nodes: parsed.root.count(), skimmed: None, parsed: Some(parsed) })
    }

    fn root(&self) -> &Node {
        static NOTHING: Node = Node { content: Content::Null, span: Span::new(0, 0) };
        let parsed = self.parsed.as_ref().map(|parsed| &parsed.root);
        self.skimmed.as_ref().or(parsed).unwrap_or(&NOTHING)
    }
}

/// The template line that wrote the trouble, else the place in the rendered text.
fn blame(file: &RenderedFile, span: Span) -> Place {
    file.rendering.origin(span).written.unwrap_or_else(|| {
        let text = file.rendering.text.as_str();
        let position = LineIndex::new(text).position(text, span.start);
        Place { file: Arc::clone(&file.name), span, position }
    })
}
