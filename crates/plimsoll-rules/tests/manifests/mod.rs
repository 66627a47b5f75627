//! Applications made from the texts of examples.
#![expect(dead_code, reason = "each test uses a part of it")]

use std::sync::Arc;

use plimsoll_app::App;
use plimsoll_yaml::{
    Document, Input, LineIndex, Origin, OriginKind, Place, Provenance, Span, parse,
};

/// The name under which an example's text is read.
pub(crate) const FILE: &str = "example.yaml";

/// Returns a stretch of `text`, the file `file`, as a place.
pub(crate) fn place(file: &str, text: &str, span: Span) -> Place {
    Place { file: file.into(), span, position: LineIndex::new(text).position(text, span.start) }
}

/// Reads manifests that stand in a file as they are.
pub(crate) fn app(text: &str) -> App {
    let provenance = Arc::new(Plain(text.to_owned()));
    documents(text, provenance)
}

/// Reads manifests of which `provenance` tells where they come from.
pub(crate) fn app_from(text: &str, provenance: impl Provenance + 'static) -> App {
    documents(text, Arc::new(provenance))
}

/// Reads manifests that may not be YAML.
pub(crate) fn try_app(text: &str) -> Option<App> {
    parse(text).ok()?;
    Some(app(text))
}

/// Reads a template of which `{{ .Values.path }}` is replaced by the value of that path.
pub(crate) fn rendered(template: &str, values: &[(String, String)]) -> App {
    let mut text = String::new();
    let mut pieces = Vec::new();
    let mut from = 0;
    while let Some(open) = template[from..].find("{{").map(|at| from + at) {
        let close = template[open..].find("}}").map(|at| open + at + 2).expect("closed action");
        pieces.push(Piece { rendered: text.len(), template: from, action: None });
        text.push_str(&template[from..open]);
        let path = template[open + 2..close - 2].trim().strip_prefix(".Values.").expect("a value");
        let (index, value) = values
            .iter()
            .enumerate()
            .find_map(|(index, (own, value))| (own == path).then_some((index, value)))
            .unwrap_or_else(|| panic!("no value {path}"));
        let input = Input::Value {
            path: path.to_owned(),
            place: place("values.yaml", &listing(values), Span::new(index * 2, index * 2 + 1)),
        };
        let action = Some((Span::new(open, close), input));
        pieces.push(Piece { rendered: text.len(), template: open, action });
        text.push_str(value);
        from = close;
    }
    pieces.push(Piece { rendered: text.len(), template: from, action: None });
    text.push_str(&template[from..]);
    let provenance = Arc::new(Rendered { template: template.to_owned(), pieces });
    documents(&text, provenance)
}

/// Returns a text with one line for each value, to count positions in.
fn listing(values: &[(String, String)]) -> String {
    "x\n".repeat(values.len())
}

fn documents(text: &str, provenance: Arc<dyn Provenance>) -> App {
    let text: Arc<str> = text.into();
    let parsed = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let document = |one: plimsoll_yaml::Parsed| {
        Arc::new(Document {
            name: FILE.into(),
            text: text.clone(),
            root: one.root,
            comments: one.comments,
            repeated: one.repeated,
            provenance: provenance.clone(),
        })
    };
    App::new(parsed.into_iter().map(document).collect())
}

/// The provenance of a file that holds its text literally.
#[derive(Debug)]
struct Plain(String);

impl Provenance for Plain {
    fn origin(&self, span: Span) -> Origin {
        Origin {
            kind: OriginKind::Literal,
            written: Some(place(FILE, &self.0, span)),
            ..Origin::unknown()
        }
    }
}

/// Where a piece of a rendered text begins, and what wrote it.
#[derive(Debug)]
struct Piece {
    rendered: usize,
    template: usize,
    action: Option<(Span, Input)>,
}

/// The provenance of a rendered template.
#[derive(Debug)]
struct Rendered {
    template: String,
    pieces: Vec<Piece>,
}

impl Provenance for Rendered {
    fn origin(&self, span: Span) -> Origin {
        let index = self.pieces.partition_point(|piece| piece.rendered <= span.start) - 1;
        let piece = &self.pieces[index];
        match &piece.action {
            Some((action, input)) => Origin {
                kind: OriginKind::Copied,
                written: Some(place(FILE, &self.template, *action)),
                inputs: vec![input.clone()],
                ..Origin::unknown()
            },
            None => {
                let start = span.start - piece.rendered + piece.template;
                let inside =
                    self.pieces.get(index + 1).is_none_or(|next| span.end <= next.rendered);
                let kind = if inside { OriginKind::Literal } else { OriginKind::Computed };
                let span = Span::new(start, start + span.len());
                let written = Some(place(FILE, &self.template, span));
                Origin { kind, written, ..Origin::unknown() }
            }
        }
    }
}
