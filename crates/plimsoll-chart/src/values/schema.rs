//! `values.schema.json`: values against JSON schemas.
//!
//! Helm uses `santhosh-tekuri/jsonschema` v6; the crate used here is by the same author and makes
//! the same tree of errors, which `complaint` words as the Go library does. It takes long to start,
//! so `quick` comes first and lets those values pass that surely meet their schema.

mod complaint;
mod quick;
mod work;

use std::sync::{Arc, Mutex, OnceLock};

use boon::{Compiler, SchemaIndex, Schemas, UrlLoader};
use serde_json::{Map as JsonMap, Number, Value as Json};

use super::copy::as_map;
use super::family::{Family, MemberId};
use super::plant::place_of;
use crate::trace::Trace;
use crate::value::{Data, Value};
use crate::{Error, ErrorKind};
use complaint::{Complaint, compile_error};
use quick::Plan;

/// What a chart's schema is called inside; the name shows in errors.
const LOCATION: &str = "file:///values.schema.json";

/// A chart's schema, read and compiled when first needed and kept for all renderings.
#[derive(Default)]
pub(crate) struct SchemaFile {
    bytes: Arc<[u8]>,
    plan: OnceLock<Option<Plan>>,
    compiled: OnceLock<Result<Compiled, String>>,
}

struct Compiled {
    source: Json,
    schemas: Schemas,
    root: SchemaIndex,
    warnings: Vec<String>,
}

impl std::fmt::Debug for SchemaFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SchemaFile").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl SchemaFile {
    pub(crate) fn new(bytes: Arc<[u8]>) -> Self {
        Self { bytes, plan: OnceLock::new(), compiled: OnceLock::new() }
    }

    /// Tells whether `values` meet the schema, as far as that shows at once.
    fn surely_holds(&self, values: &Value) -> bool {
        let plan = self.plan.get_or_init(|| Plan::read(&self.bytes));
        plan.as_ref().is_some_and(|plan| plan.surely_holds(values))
    }

    fn compiled(&self) -> Result<&Compiled, String> {
        self.compiled.get_or_init(|| compile(&self.bytes)).as_ref().map_err(Clone::clone)
    }
}

fn compile(bytes: &[u8]) -> Result<Compiled, String> {
    let json: Json = serde_json::from_slice(bytes).map_err(|error| match error.is_eof() {
        true if bytes.iter().all(u8::is_ascii_whitespace) => "EOF".to_owned(),
        true => "unexpected EOF".to_owned(),
        false => error.to_string(),
    })?;
    if work::has_costly_patterns(&json) {
        return Err("the patterns of values.schema.json take more steps to compile than allowed\n"
            .to_owned());
    }
    let warnings = Arc::new(Mutex::new(Vec::new()));
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.use_loader(Box::new(Offline { warnings: Arc::clone(&warnings) }));
    let source = json.clone();
    compiler.add_resource(LOCATION, json).map_err(|error| compile_error(&error))?;
    let root = compiler.compile(LOCATION, &mut schemas).map_err(|error| compile_error(&error))?;
    let warnings = warnings.lock().map(|warnings| warnings.clone()).unwrap_or_default();
    Ok(Compiled { source, schemas, root, warnings })
}

/// Loads no schema from anywhere; Helm would fetch by HTTP and read files.
struct Offline {
    warnings: Arc<Mutex<Vec<String>>>,
}

impl UrlLoader for Offline {
    fn load(&self, url: &str) -> Result<Json, Box<dyn std::error::Error>> {
        if url.starts_with("urn:") {
            // Helm, too, lets everything pass where it cannot resolve one.
            if let Ok(mut warnings) = self.warnings.lock() {
                warnings.push(format!(
                    "unresolved URN reference ignored; using permissive schema: {url}"
                ));
            }
            return Ok(Json::Bool(true));
        }
        Err("schemas outside the chart's values.schema.json are never fetched: copy it into \
             \"$defs\""
            .into())
    }
}

/// Checks the values of all charts that have a schema.
///
/// The place of the error is where the first value that does not fit is set.
pub(crate) fn validate(family: &mut Family, values: &Value, trace: &Trace) -> Result<(), Error> {
    let mut checking = Checking { family, trace, text: String::new(), place: None };
    checking.chart(Family::ROOT, values);
    let Checking { text, place, .. } = checking;
    if text.is_empty() {
        return Ok(());
    }
    let error = Error::new(
        ErrorKind::Schema,
        format!(
            "values don't meet the specifications of the schema(s) in the following chart(s):\n{text}"
        ),
    );
    Err(match place {
        Some(place) => error.at(place),
        None => error,
    })
}

struct Checking<'c> {
    family: &'c mut Family,
    trace: &'c Trace,
    text: String,
    place: Option<plimsoll_yaml::Place>,
}

impl Checking<'_> {
    fn chart(&mut self, chart: MemberId, values: &Value) {
        let name = self.family.name(chart);
        let loaded = Arc::clone(&self.family.member(chart).chart.0);
        if let Some(schema) = &loaded.schema
            && !schema.surely_holds(values)
        {
            match schema.compiled() {
                Err(message) => self.text.push_str(&format!("{name}:\n{message}")),
                Ok(compiled) => {
                    for warning in &compiled.warnings {
                        self.family.warn(warning.clone());
                    }
                    self.check(&name, compiled, values);
                }
            }
        }
        for sub in self.family.dependencies(chart) {
            let name = self.family.name(sub);
            let Some(below) = as_map(values).and_then(|map| map.get(&name)) else { continue };
            if below.is_nil() {
                continue;
            }
            if as_map(&below).is_none() {
                self.text.push_str(&format!(
                    "{name}:\ninvalid type for values: expected object (map), got {}\n",
                    below.type_name()
                ));
                continue;
            }
            self.chart(sub, &below);
        }
    }

    fn check(&mut self, name: &str, compiled: &Compiled, values: &Value) {
        let json = to_json(values);
        if work::is_too_much(&compiled.source, &json) {
            self.text.push_str(&format!(
                "{name}:\nholding the values against the schema takes more steps than allowed\n"
            ));
            return;
        }
        let Err(error) = compiled.schemas.validate(&json, compiled.root) else { return };
        let complaint = Complaint::of(&error);
        self.text.push_str(&format!("{name}:\n{}\n", complaint.text));
        if self.place.is_none() {
            self.place =
                find(values, &complaint.first).and_then(|value| place_of(self.trace, value.origin));
        }
    }
}

/// The deepest value on the way down a path.
fn find(values: &Value, path: &[String]) -> Option<Value> {
    let mut at = values.clone();
    for step in path {
        let next = match &at.data {
            Data::Map(map) => map.get(step),
            Data::List(list) => {
                step.parse().ok().and_then(|index: usize| list.items().get(index).cloned())
            }
            _ => None,
        };
        let Some(next) = next else { break };
        at = next;
    }
    Some(at)
}

/// Values as JSON; whole floats become integers, which the Go library counts as such, too.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked before the cast")]
fn to_json(value: &Value) -> Json {
    match &value.data {
        Data::Bool(value) => Json::Bool(*value),
        Data::Int(int, _) => Json::from(*int),
        Data::Uint(uint) => Json::from(*uint),
        Data::Float(float) if float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0 => {
            Json::from(*float as i64)
        }
        Data::Float(float) => Number::from_f64(*float).map_or(Json::Null, Json::Number),
        Data::Str(text) => Json::from(text.as_str()),
        Data::List(list) => list.items().iter().map(to_json).collect(),
        Data::Map(map) => {
            let entries = map.borrow();
            let made: JsonMap<String, Json> =
                entries.iter().map(|(key, value)| (key.to_string(), to_json(value))).collect();
            Json::Object(made)
        }
        Data::Octets(bytes) => Json::from(String::from_utf8_lossy(bytes)),
        Data::Nil | Data::Invalid | Data::Bytes(_) | Data::Host(_) => Json::Null,
    }
}
