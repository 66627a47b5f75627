//! `.Files`

use std::any::Any;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::glob::Glob;
use crate::Profile;
use crate::functions::{Call, Env, Failure, Outcome, Run, Signature, Type, base64, find};
use crate::load::Part;
use crate::trace::{Leaf, OriginId, Trace};
use crate::value::{Data, Entries, Host, List, ListKind, Map, MapKind, Text, Value};

/// The files of a chart that have no meaning of their own, by name.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    entries: Rc<BTreeMap<Arc<str>, Entry>>,
}

#[derive(Clone, Debug)]
struct Entry {
    data: Arc<[u8]>,
    origin: OriginId,
    /// Helm 4 panics on the lines of an empty file, unless the file is from an archive.
    has_no_lines: bool,
}

const NAME: Signature = Signature { params: &[Type::Str], variadic: None };
const NOTHING: Signature = Signature { params: &[], variadic: None };

impl Files {
    /// The files as an object; of files with the same name the last one counts.
    pub(crate) fn object(parts: &[Part], profile: Profile, trace: &mut Trace) -> Value {
        let entries = parts
            .iter()
            .map(|part| {
                let origin = trace.leaf(Leaf::File(Arc::clone(&part.label)));
                let has_no_lines = profile.lacks_lines_of_empty_files()
                    && part.data.is_empty()
                    && !part.label.contains(".tgz/");
                let data = Arc::clone(&part.data);
                (Arc::clone(&part.name), Entry { data, origin, has_no_lines })
            })
            .collect();
        let origin = trace.leaf(Leaf::Builtin("Files".into()));
        Value::of(Data::Host(Rc::new(Self { entries: Rc::new(entries) })), origin)
    }

    /// A file's bytes and origin; a missing file is empty.
    fn read(&self, name: &str, trace: &mut Trace) -> (Arc<[u8]>, OriginId) {
        match self.entries.get(name) {
            Some(entry) => (Arc::clone(&entry.data), entry.origin),
            None => (Arc::from([]), trace.leaf(Leaf::File(Arc::from(name)))),
        }
    }

    fn lines(&self, name: &str, trace: &mut Trace) -> Outcome {
        if self.entries.get(name).is_some_and(|entry| entry.has_no_lines) {
            return Err(Failure::error("runtime error: index out of range [-1]"));
        }
        let (data, origin) = self.read(name, trace);
        let lines = data.strip_suffix(b"\n").unwrap_or(&data);
        let items = if data.is_empty() {
            Vec::new()
        } else {
            let line = |line| Value::of(Data::string_of(line), origin);
            lines.split(|byte| *byte == b'\n').map(line).collect()
        };
        Ok(Value::of(Data::List(List::of_kind(items, ListKind::Strings)), origin))
    }

    /// The files whose names match; a pattern that cannot be read matches everything.
    fn glob(&self, pattern: &str) -> Self {
        let glob = Glob::compile(pattern).ok();
        let entries = self
            .entries
            .iter()
            .filter(|(name, _)| glob.as_ref().is_none_or(|glob| glob.matches(name)))
            .map(|(name, entry)| (Arc::clone(name), entry.clone()))
            .collect();
        Self { entries: Rc::new(entries) }
    }

    /// Takes what a method makes from the budget.
    fn charge(&self, name: &str, argument: &str, env: &mut Env) -> Result<(), Failure> {
        match name {
            "Glob" => {
                // Each file's name is held against the pattern, and kept where it fits.
                let names: usize = self.entries.keys().map(|name| name.len()).sum();
                env.spend_elements(self.entries.len())?;
                env.work((names as u64).saturating_mul(1 + argument.len() as u64 / 8))
            }
            "AsConfig" | "AsSecrets" => {
                self.entries.values().try_for_each(|entry| env.spend(2 * entry.data.len()))
            }
            "Lines" => {
                let data = self.entries.get(argument).map(|entry| &entry.data);
                env.spend_elements(data.map_or(0, |data| lines_in(data)))
            }
            _ => env.spend(self.entries.get(argument).map_or(0, |entry| entry.data.len())),
        }
    }

    /// The files by their last path element, as `string` makes them.
    fn flat(&self, string: impl Fn(&[u8]) -> Data) -> Map {
        let mut flat = Entries::default();
        for (name, entry) in self.entries.iter() {
            let base = name.trim_end_matches('/').rsplit('/').next().unwrap_or(name);
            flat.insert(Arc::from(base), Value::of(string(&entry.data), entry.origin));
        }
        Map::from_entries(flat, MapKind::Strings)
    }
}

impl Host for Files {
    fn type_name(&self) -> &'static str {
        "engine.files"
    }

    fn kind(&self) -> &'static str {
        "map"
    }

    fn truth(&self) -> bool {
        !self.entries.is_empty()
    }

    fn field(&self, name: &str) -> Option<Value> {
        // Like any Go map it answers with the element type's zero where there is no such key.
        Some(match self.entries.get(name) {
            Some(entry) => Value::of(Data::Bytes(Arc::clone(&entry.data)), entry.origin),
            None => Value::of(Data::Bytes(Arc::from([])), OriginId::NONE),
        })
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        match name {
            "Get" | "GetBytes" | "Glob" | "Lines" => Some(&NAME),
            "AsConfig" | "AsSecrets" => Some(&NOTHING),
            _ => None,
        }
    }

    fn call(&self, name: &str, call: &mut Call<'_>) -> Outcome {
        let argument = call.str(0);
        let asked = call.origin(0);
        self.charge(name, argument, call.env)?;
        let trace = &mut call.env.trace;
        let mut value = match name {
            "Get" => {
                let (data, origin) = self.read(argument, trace);
                Value::of(Data::string_of(&data), origin)
            }
            "GetBytes" => {
                let (data, origin) = self.read(argument, trace);
                Value::of(Data::Bytes(data), origin)
            }
            "Lines" => self.lines(argument, trace)?,
            "Glob" => {
                let origin = trace.leaf(Leaf::File(Arc::from(argument)));
                Value::of(Data::Host(Rc::new(self.glob(argument))), origin)
            }
            "AsConfig" => return yaml(&self.flat(Data::string_of), call),
            _ => return yaml(&self.flat(|data| Data::Str(Text::plain(base64(data)))), call),
        };
        value.origin = trace.decided(value.origin, asked);
        Ok(value)
    }

    fn plain(&self) -> Value {
        let entries = self
            .entries
            .iter()
            .map(|(name, entry)| {
                (Arc::clone(name), Value::of(Data::Bytes(Arc::clone(&entry.data)), entry.origin))
            })
            .collect();
        Value::of(Data::Map(Map::from_entries(entries, MapKind::Any)), OriginId::NONE)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
/// How many lines there are.
fn lines_in(data: &[u8]) -> usize {
    1 + data.iter().filter(|byte| **byte == b'\n').count()
}

/// Writes a map as `toYaml` does; every piece keeps the file that it comes from.
fn yaml(map: &Map, call: &mut Call<'_>) -> Outcome {
    let origin = call.env.trace.leaf(Leaf::Builtin("Files".into()));
    let value = Value::of(Data::Map(map.clone()), origin);
    match find("toYaml", call.env.profile).map(|function| function.run) {
        Some(Run::Plain(run)) => run(&mut Call::new(&[value], call.env)),
        _ => Err(Failure::error("there is no toYaml")),
    }
}
