//! YAML and JSON texts read into values that keep the origins of the text.

use plimsoll_yaml::{Content, ErrorKind, JsonError, Node, Span};

use super::message;
use crate::functions::{Call, Env, Failure, Outcome};
use crate::limits;
use crate::trace::OriginId;
use crate::value::{Data, Entries, List, ListKind, Map, MapKind, Text, TextBuilder, Value};

/// Go's type that a text is read into.
#[derive(Clone, Copy)]
enum Target {
    Map,
    List,
}

pub(super) fn from_yaml(call: &mut Call<'_>) -> Outcome {
    yaml(call, Target::Map)
}

pub(super) fn from_yaml_array(call: &mut Call<'_>) -> Outcome {
    yaml(call, Target::List)
}

pub(super) fn from_json(call: &mut Call<'_>) -> Outcome {
    json(call, Target::Map)
}

pub(super) fn from_json_array(call: &mut Call<'_>) -> Outcome {
    json(call, Target::List)
}

pub(super) fn must_from_json(call: &mut Call<'_>) -> Outcome {
    prepare(call)?;
    let holder = call.any(0).clone();
    let root = plimsoll_yaml::parse_json(call.str(0)).map_err(|error| json_failure(&error))?;
    Reader { holder: &holder, env: call.env }.value(&root)
}

fn json_failure(error: &JsonError) -> Failure {
    if is_too_deep(error) {
        return Failure::error("the JSON text nests too deeply to be read");
    }
    Failure::error(error.upstream())
}

/// Go reads deeper and longer than we do, so this is no error of Go's.
fn is_too_deep(error: &JsonError) -> bool {
    let upstream = error.upstream();
    upstream.ends_with("exceeded max depth") || upstream.ends_with("exceeded max values")
}

/// Takes the steps of reading a text as YAML or JSON, if it is short enough for that.
fn prepare(call: &mut Call<'_>) -> Result<(), Failure> {
    let length = call.str(0).len();
    if length > limits::READ_BYTES {
        return Err(Failure::error(format!(
            "the text is longer than the {} bytes that can be read",
            limits::READ_BYTES
        )));
    }
    call.env.work(length as u64)
}

fn yaml(call: &mut Call<'_>, target: Target) -> Outcome {
    prepare(call)?;
    let holder = call.any(0).clone();
    match plimsoll_yaml::parse_one(call.str(0)) {
        Ok(parsed) => {
            let prefix = "error unmarshaling JSON: while decoding JSON: ";
            finish(&parsed.root, &holder, target, prefix, call.env)
        }
        Err(error) if matches!(error.kind(), ErrorKind::Depth | ErrorKind::Expansion) => {
            Err(Failure::error(format!("the YAML text cannot be read: {error}")))
        }
        Err(error) => {
            let text = format!("error converting YAML to JSON: {}", error.upstream());
            Ok(failed(&text, &holder, target, call.env))
        }
    }
}

fn json(call: &mut Call<'_>, target: Target) -> Outcome {
    prepare(call)?;
    let holder = call.any(0).clone();
    match plimsoll_yaml::parse_json(call.str(0)) {
        Ok(root) => finish(&root, &holder, target, "", call.env),
        Err(error) if is_too_deep(&error) => Err(json_failure(&error)),
        Err(error) => Ok(failed(error.upstream(), &holder, target, call.env)),
    }
}

/// The tree as the target's type, or what Helm returns when the types do not fit.
fn finish(root: &Node, holder: &Value, target: Target, prefix: &str, env: &mut Env) -> Outcome {
    let found = match (&root.content, target) {
        (Content::Mapping(_), Target::Map) | (Content::Sequence(_), Target::List) => {
            return Reader { holder, env }.value(root);
        }
        (Content::Null, _) => {
            // Reading null as JSON sets the map or list to nil; as YAML it leaves it empty.
            let is_json = prefix.is_empty();
            let data = match target {
                Target::Map => Data::Map(if is_json { Map::nil() } else { Map::new() }),
                Target::List if is_json => Data::List(List::nil()),
                Target::List => Data::List(List::new(Vec::new())),
            };
            return Ok(Value::of(data, env.origin_of(holder)));
        }
        (Content::Mapping(_), _) => "object",
        (Content::Sequence(_), _) => "array",
        (Content::Bool(_), _) => "bool",
        (Content::Number(_), _) => "number",
        (Content::String(_), _) => "string",
    };
    let wanted = match target {
        Target::Map => MapKind::Any.type_name(),
        Target::List => ListKind::Any.type_name(),
    };
    let text = format!("{prefix}json: cannot unmarshal {found} into Go value of type {wanted}");
    Ok(failed(&text, holder, target, env))
}

/// What Helm returns for a text that it cannot read.
fn failed(text: &str, holder: &Value, target: Target, env: &mut Env) -> Value {
    let error = message(text, holder, env);
    let data = match target {
        Target::Map => {
            let entries = Entries::from([("Error".into(), error)]);
            Data::Map(Map::from_entries(entries, MapKind::Any))
        }
        Target::List => Data::List(List::new(vec![error])),
    };
    Value::of(data, OriginId::NONE)
}

/// Turns nodes of the text that `holder` holds into values.
struct Reader<'r> {
    holder: &'r Value,
    env: &'r mut Env,
}

impl Reader<'_> {
    fn value(&mut self, node: &Node) -> Outcome {
        self.env.spend_elements(4)?;
        let data = match &node.content {
            Content::Null => Data::Nil,
            Content::Bool(bool) => Data::Bool(*bool),
            Content::Number(number) => Data::Float(number.as_f64()),
            Content::String(text) => return self.string(text, node.span),
            Content::Sequence(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.value(item)?);
                }
                Data::List(List::new(values))
            }
            Content::Mapping(entries) => {
                let mut values = Vec::with_capacity(entries.len());
                for entry in entries {
                    self.env.spend(entry.key.len())?;
                    values.push((std::sync::Arc::clone(&entry.key), self.value(&entry.value)?));
                }
                Data::Map(Map::from_entries(values.into_iter().collect(), MapKind::Any))
            }
        };
        let origin = match data {
            Data::List(_) => self.list_origin(node),
            Data::Map(_) => self.env.slice_origin(self.holder, node.span.start),
            _ => self.origin(node.span),
        };
        Ok(Value::of(data, origin))
    }

    /// A list owes to its beginning and to what decides about items that are not there.
    fn list_origin(&mut self, node: &Node) -> OriginId {
        let origin = self.env.slice_origin(self.holder, node.span.start);
        let (Content::Sequence(items), Some(text)) = (&node.content, self.holder.as_text()) else {
            return origin;
        };
        let above = text.as_str().get(..node.span.start).unwrap_or("");
        let column = above.len() - above.rfind('\n').map_or(0, |at| at + 1);
        let inside = |at: usize| {
            let next = items.partition_point(|item| item.span.start < at);
            next > 0 && at < items[next - 1].span.end
        };
        let marks = text.marks().unwrap_or_default();
        let first = marks.partition_point(|mark| mark.end < node.span.start);
        let mut before = if first == 0 { 0 } else { marks[first - 1].end };
        let mut missing = Vec::new();
        for mark in marks[first..].iter().take_while(|mark| mark.end <= node.span.end) {
            let is_gap = mark.end == before;
            before = mark.end;
            if is_gap && !inside(mark.end) && self.env.trace.missing(mark.origin).is_item(column) {
                missing.push(mark.origin);
            }
        }
        missing.into_iter().fold(origin, |origin, of| self.env.trace.join(origin, of))
    }

    /// A string keeps the origins of its parts where the text shows it as it is.
    fn string(&mut self, text: &str, span: Span) -> Outcome {
        self.env.spend(text.len())?;
        let whole = self.holder.as_text().map_or("", Text::as_str);
        let shown = whole.get(span.start..span.end).unwrap_or("");
        let inner = shown.strip_prefix(['"', '\'']).unwrap_or(shown);
        if !text.is_empty() && inner.starts_with(text) {
            let start = span.end - inner.len();
            return Ok(self.part(Span::new(start, start + text.len())));
        }
        let origin = self.origin(span);
        Ok(Value::of(Data::Str(Text::plain(text)), origin))
    }

    /// The text at `span`, which does not own what is missing on the next line.
    fn part(&mut self, span: Span) -> Value {
        let mut out = TextBuilder::new();
        let mut at = span.start;
        for (piece, origin) in self.env.pieces(self.holder, span.start..span.end) {
            at += piece.len();
            if !piece.is_empty()
                || (span.start < at && at < span.end)
                || self.env.trace.missing(origin).continues()
            {
                out.push(&piece, origin);
            }
        }
        out.finish()
    }

    /// The origin of all bytes of `span`; of an empty one, of the byte before it.
    fn origin(&mut self, span: Span) -> OriginId {
        if span.start >= span.end {
            return self.env.slice_origin(self.holder, span.start.saturating_sub(1));
        }
        let mut origin = OriginId::NONE;
        let mut at = span.start;
        for (piece, of) in self.env.pieces(self.holder, span.start..span.end) {
            at += piece.len();
            let is_edge = piece.is_empty() && (at == span.start || at == span.end);
            if is_edge && !self.env.trace.missing(of).continues() {
                continue;
            }
            origin = self.env.trace.join(origin, of);
        }
        origin
    }
}
