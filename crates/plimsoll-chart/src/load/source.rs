//! Files as text with places, and the YAML documents in them.

use std::sync::Arc;

use plimsoll_yaml::{
    LineIndex, ListedContent, Node, NodeList, Place, Span, parse_list, parse_part,
};

use super::decode::{Mismatch, listed_kind};
use super::{ChartFile, join};
use crate::{Error, ErrorKind};

/// A text file that errors and origins can point into.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile {
    /// The file as the user names it.
    pub(crate) label: Arc<str>,
    pub(crate) text: Arc<str>,
}

/// The YAML documents of a values file, each a mapping or nothing.
#[derive(Clone, Debug)]
pub(crate) struct Documents {
    pub(crate) source: SourceFile,
    /// Spans count in the source's text.
    pub(crate) lists: Vec<Arc<NodeList>>,
}

impl SourceFile {
    pub(crate) fn new(label: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { label: label.into(), text: text.into() }
    }

    /// Reads a chart's file as text.
    pub(super) fn read(file: &ChartFile, root: &str) -> Result<Self, Error> {
        let label = join(root, &file.name);
        match std::str::from_utf8(&file.data) {
            Ok(text) => Ok(Self::new(label, text)),
            Err(error) => {
                let sound = file.data.get(..error.valid_up_to()).unwrap_or_default();
                let sound = String::from_utf8_lossy(sound).into_owned();
                let at = Span::new(sound.len(), sound.len());
                let place = Self::new(label, sound).place(at);
                let message = "error converting YAML to JSON: yaml: invalid leading UTF-8 octet";
                Err(Error::new(ErrorKind::Yaml, message).at(place))
            }
        }
    }

    /// Returns a place in this file.
    pub(crate) fn place(&self, span: Span) -> Place {
        let position = LineIndex::new(&self.text).position(&self.text, span.start);
        Place { file: Arc::clone(&self.label), span, position }
    }

    /// Reads the first YAML document; what follows it is never looked at, as in Helm.
    pub(super) fn first_document(&self) -> Result<Node, Error> {
        let parsed = parse_part(&self.text, self.whole());
        parsed.map(|parsed| parsed.root).map_err(|error| self.unreadable(&error))
    }

    /// Reads the first document within `part`, which has to be a mapping or null.
    fn mapping(&self, part: Span) -> Result<Arc<NodeList>, Error> {
        let list = parse_list(&self.text, part).map_err(|error| self.unreadable(&error))?;
        match list.get(0) {
            Some(root) if !matches!(root.content, ListedContent::Mapping | ListedContent::Null) => {
                let got = listed_kind(&root.content);
                let message = format!(
                    "json: cannot unmarshal {got} into Go value of type map[string]interface {{}}"
                );
                Err(self.mismatch(&Mismatch { message, span: root.span }))
            }
            _ => Ok(Arc::new(list)),
        }
    }

    fn whole(&self) -> Span {
        Span::new(0, self.text.len())
    }

    fn unreadable(&self, error: &plimsoll_yaml::Error) -> Error {
        let message = format!("error converting YAML to JSON: {}", error.upstream());
        Error::new(ErrorKind::Yaml, message).at(self.place(error.span()))
    }

    /// The error for a value of the wrong type.
    pub(super) fn mismatch(&self, mismatch: &Mismatch) -> Error {
        let message = format!("error unmarshaling JSON: while decoding JSON: {}", mismatch.message);
        Error::new(ErrorKind::Yaml, message).at(self.place(mismatch.span))
    }

    /// Splits the text at lines of `---`, as Kubernetes' `YAMLReader` does.
    fn parts(&self) -> Result<Vec<Span>, Error> {
        let (mut parts, mut start) = (Vec::new(), 0);
        let after_breaks = memchr::memmem::find_iter(self.text.as_bytes(), "\n---");
        let first = self.text.starts_with("---").then_some(0);
        for at in first.into_iter().chain(after_breaks.map(|at| at + 1)) {
            let rest = self.text.get(at..).unwrap_or("");
            let line = rest.split_inclusive('\n').next().unwrap_or("");
            let end = at + line.len();
            if let Some(rest) = line.strip_prefix("---") {
                let rest = rest.trim();
                if !rest.is_empty() && !rest.starts_with('#') {
                    let message = format!(
                        "error reading yaml document: invalid Yaml document separator: {rest}"
                    );
                    let place = self.place(Span::new(at, at + line.trim_end().len()));
                    return Err(Error::new(ErrorKind::Yaml, message).at(place));
                }
                if start < at {
                    parts.push(Span::new(start, at));
                    start = end;
                }
            }
        }
        if start < self.text.len() {
            parts.push(Span::new(start, self.text.len()));
        }
        Ok(parts)
    }
}

impl Documents {
    /// Reads a values file: all its documents, or the first one.
    pub(crate) fn read(source: SourceFile, all: bool) -> Result<Self, Error> {
        let mut source = source;
        let mut lists = Vec::new();
        if all {
            // The reader ends each line; a block scalar at the end of the file depends on it.
            if !source.text.is_empty() && !source.text.ends_with('\n') {
                source.text = Arc::from(format!("{}\n", source.text));
            }
            for part in source.parts()? {
                let list = source.mapping(part);
                lists.push(list.map_err(|error| Self::in_document(error, all))?);
            }
        } else {
            lists.push(source.mapping(source.whole())?);
        }
        Ok(Self { source, lists })
    }

    /// Returns how many nodes there are.
    pub(super) fn count(&self) -> usize {
        self.lists.iter().map(|list| list.len()).sum()
    }

    /// Says that an error is in one of several documents, where all of them are read.
    pub(super) fn in_document(error: Error, all: bool) -> Error {
        if all { error.within("cannot unmarshal yaml document") } else { error }
    }
}
