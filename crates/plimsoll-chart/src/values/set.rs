//! What the user sets: values files and flags, in Helm's order of precedence.

use std::collections::HashMap;
use std::sync::Arc;

use plimsoll_yaml::{Node, NodeList, Span};

use super::copy::{as_map, merge};
use super::plant::{Planter, register};
use super::strvals::{MAX_INDEX, OriginContext, Parser, Reading};
use crate::load::{Documents, SourceFile};
use crate::trace::{Leaf, OriginId, Trace};
use crate::value::{Data, Map, Text, Value};
use crate::{Error, ErrorKind, MAX_NODES, Profile};

/// A flag that sets values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flag {
    /// `--set-json`
    Json,
    /// `--set`
    Set,
    /// `--set-string`
    String,
    /// `--set-file`
    File,
    /// `--set-literal`
    Literal,
}

impl Flag {
    /// All flags from the weakest to the strongest, whatever their order on the command line.
    const ALL: [Self; 5] = [Self::Json, Self::Set, Self::String, Self::File, Self::Literal];

    /// Returns the flag as it is written on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "--set-json",
            Self::Set => "--set",
            Self::String => "--set-string",
            Self::File => "--set-file",
            Self::Literal => "--set-literal",
        }
    }
}

/// Values files and flags, read once and usable for many renderings.
#[derive(Clone, Debug, Default)]
pub struct ValuesSet {
    profile: Profile,
    files: Vec<Documents>,
    flags: Vec<Argument>,
}

#[derive(Clone, Debug)]
struct Argument {
    flag: Flag,
    source: SourceFile,
    /// For `--set-file`: what the named files hold.
    contents: HashMap<String, Contents>,
}

/// What a file named by `--set-file` holds.
#[derive(Clone, Debug)]
struct Contents {
    /// The file as text, in which places lie.
    source: SourceFile,
    /// Its bytes, where they are no UTF-8.
    octets: Option<Arc<[u8]>>,
}

impl Contents {
    fn new(name: &str, bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self { source: SourceFile::new(name, text), octets: None },
            Err(error) => {
                Self { source: SourceFile::new(name, ""), octets: Some(error.into_bytes().into()) }
            }
        }
    }

    fn data(&self) -> Data {
        match &self.octets {
            Some(octets) => Data::Octets(Arc::clone(octets)),
            None => Data::Str(Text::plain(Arc::clone(&self.source.text))),
        }
    }
}

impl ValuesSet {
    /// Returns an empty set.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self { profile, ..Self::default() }
    }

    /// Adds a values file (`-f`); later files win.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Yaml`] if it is no YAML or no mapping.
    pub fn add_file(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let documents =
            Documents::read(SourceFile::new(name, text), self.profile.reads_all_documents())
                .map_err(|error| error.within(format_args!("failed to parse {name}")))?;
        self.files.push(documents);
        Ok(())
    }

    /// Adds values that were read from a file already; later ones win.
    ///
    /// The spans in `root` count in `text`, the text of the file called `name`.
    pub fn add_tree(&mut self, name: &str, text: &Arc<str>, root: &Node) {
        let source = SourceFile::new(name, Arc::clone(text));
        self.files.push(Documents { source, lists: vec![Arc::new(NodeList::of(root))] });
    }

    /// Adds a flag's argument; of the same flag, later arguments win.
    ///
    /// `read` returns the contents of a file that `--set-file` names, or why it cannot; other
    /// flags never call it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Values`] if a file cannot be read. Whether the argument can be read and fits the
    /// values below it shows when the chart is rendered.
    pub fn add_flag(
        &mut self,
        flag: Flag,
        argument: &str,
        read: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    ) -> Result<(), Error> {
        let source = SourceFile::new(flag.name(), argument);
        let mut contents = HashMap::new();
        let mut unread = None;
        if flag == Flag::File {
            let mut keep = |name: &str, _: OriginContext<'_>| match read(name) {
                Ok(bytes) => {
                    contents.insert(name.to_owned(), Contents::new(name, bytes));
                    Ok(Value::nil())
                }
                Err(error) => Err(unread.insert(error).clone()),
            };
            let mut trace = Trace::new();
            let id = register(&mut trace, &source);
            // Only the files matter here: whether the keys fit shows on top of other values.
            let _ = Parser::new(argument, &mut trace, id, self.profile, Reading::File(&mut keep))
                .apply(&Map::new());
        }
        if let Some(error) = unread {
            return Err(refusal(flag, &source, &error, 0));
        }
        self.flags.push(Argument { flag, source, contents });
        Ok(())
    }

    /// Refuses flags that fill lists with more elements than values may have: `a[65536]=1` makes as
    /// many.
    fn check_indices(&self) -> Result<(), Error> {
        let fills = |argument: &&Argument| !matches!(argument.flag, Flag::Json | Flag::Literal);
        let sum: usize = self.flags.iter().filter(fills).map(|one| indices(&one.source.text)).sum();
        if sum <= MAX_NODES {
            return Ok(());
        }
        let message = format!("the flags fill lists with more than {MAX_NODES} values");
        Err(Error::new(ErrorKind::Limit, message))
    }

    /// Merges everything into one map (Helm's `Options.MergeValues`).
    pub(crate) fn merged(&self, trace: &mut Trace) -> Result<Map, Error> {
        self.check_indices()?;
        let mut base = Value::of(Data::Map(Map::new()), OriginId::NONE);
        for documents in &self.files {
            let source = register(trace, &documents.source);
            let planted = Planter::new(trace, source, "").documents(documents);
            base = merge(&base, planted);
        }
        for flag in Flag::ALL {
            for argument in self.flags.iter().filter(|argument| argument.flag == flag) {
                base = argument.apply(trace, self.profile, base)?;
            }
        }
        Ok(as_map(&base).cloned().unwrap_or_else(Map::new))
    }
}

impl Argument {
    /// Sets what the argument says in `base`.
    fn apply(&self, trace: &mut Trace, profile: Profile, base: Value) -> Result<Value, Error> {
        let source = register(trace, &self.source);
        let text = &*self.source.text;
        let trimmed = text.trim();
        if self.flag == Flag::Json && profile.set_json_takes_objects() && trimmed.starts_with('{') {
            let Ok(json) = serde_json::from_str(trimmed) else {
                return Err(refusal(self.flag, &self.source, "", 0));
            };
            let start = text.len() - text.trim_start().len();
            let span = Span::new(start, start + trimmed.len());
            let over = Planter::new(trace, source, "").json(&json, span);
            return Ok(merge(&base, over));
        }
        let map = as_map(&base).cloned().unwrap_or_else(Map::new);
        let mut load = |name: &str, context: OriginContext<'_>| self.contents(name, context);
        let reading = match self.flag {
            Flag::Json => Reading::Json,
            Flag::Set => Reading::Typed,
            Flag::String | Flag::Literal => Reading::Text,
            Flag::File => Reading::File(&mut load),
        };
        let parser = Parser::new(text, trace, source, profile, reading);
        let done = match self.flag {
            Flag::Literal => parser.apply_literal(&map),
            _ => parser.apply(&map),
        };
        done.map_err(|(message, at)| refusal(self.flag, &self.source, &message, at))?;
        Ok(base)
    }

    /// The contents of a file that `--set-file` names, as a value set by that file.
    fn contents(&self, name: &str, context: OriginContext<'_>) -> Result<Value, String> {
        let Some(file) = self.contents.get(name) else {
            return Err(format!("{name} was not read"));
        };
        let source = register(context.trace, &file.source);
        let site = super::plant::site(source, Span::new(0, file.source.text.len()));
        let origin = context.trace.leaf(Leaf::Value { path: Arc::from(context.path), site });
        Ok(Value::of(file.data(), origin))
    }
}

/// The error for an argument that cannot be read or does not fit the values below it.
///
/// Helm repeats the argument of `--set-json`; it may hold a secret, so it is left out here.
fn refusal(flag: Flag, source: &SourceFile, message: &str, at: usize) -> Error {
    let flag = flag.name();
    let text = if message.is_empty() {
        format!("failed parsing {flag} data")
    } else {
        format!("failed parsing {flag} data: {message}")
    };
    let at = at.min(source.text.len());
    Error::new(ErrorKind::Values, text).at(source.place(Span::new(at, at)))
}
/// The sum of all indices in the keys of an argument, of those that are not refused anyway.
fn indices(argument: &str) -> usize {
    let after = argument.split('[').skip(1);
    let index = |rest: &str| {
        let (index, rest) = rest.split_once(']')?;
        let is_key = rest.starts_with(['=', '.']) || rest.is_empty();
        index.parse::<usize>().ok().filter(|index| is_key && *index <= MAX_INDEX)
    };
    after.filter_map(index).sum()
}
