//! The language of `--set`, `--set-string`, `--set-json` and `--set-file`.
//!
//! A port of the behaviour of Helm's `pkg/strvals` (v4.2.4 and v3.21.4), slips included: what it
//! reads without complaint is read here, and its complaints are worded alike.

use plimsoll_yaml::Span;

use super::argument::{
    Step, Stop, fail, next_level, read_index, set, typed, unexpected, wrong_type,
};
use super::plant::{Planter, push_index, push_key, site};
use crate::Profile;
use crate::go::quote::quote;
use crate::trace::{Leaf, OriginId, SourceId, Trace};
use crate::value::{Data, List, Map, Text, Value};

/// The largest index that a list may get.
pub(super) const MAX_INDEX: usize = 65_536;

/// How many indexes a key may have; Helm has no limit but its stack.
const MAX_BRACKETS: usize = 256;

/// How many list elements one argument may make room for; Helm has no limit but its memory.
const MAX_SLOTS: usize = 1 << 20;

/// How the text after `=` becomes a value.
pub(super) enum Reading<'r> {
    /// Booleans, null and integers are recognised.
    Typed,
    /// Everything is text.
    Text,
    /// JSON.
    Json,
    /// The name of a file whose contents are the value.
    File(&'r mut dyn FnMut(&str, OriginContext<'_>) -> Result<Value, String>),
}

impl std::fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Typed => "Typed",
            Self::Text => "Text",
            Self::Json => "Json",
            Self::File(_) => "File",
        })
    }
}

/// What a file's contents need to become a value with an origin.
#[derive(Debug)]
pub(super) struct OriginContext<'c> {
    pub(super) trace: &'c mut Trace,
    pub(super) path: &'c str,
}

/// A reader of one argument.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    text: &'t str,
    pub(super) at: usize,
    trace: &'t mut Trace,
    source: SourceId,
    pub(super) profile: Profile,
    /// Values path of what is being set.
    pub(super) path: String,
    reading: Reading<'t>,
    slots: usize,
    brackets: usize,
}

impl<'t> Parser<'t> {
    pub(super) fn new(
        text: &'t str,
        trace: &'t mut Trace,
        source: SourceId,
        profile: Profile,
        reading: Reading<'t>,
    ) -> Self {
        let path = String::new();
        let (slots, brackets) = (MAX_SLOTS, 0);
        Self { text, at: 0, trace, source, profile, path, reading, slots, brackets }
    }

    /// Applies the argument to `data`; an error comes with the byte where reading stopped.
    pub(super) fn apply(mut self, data: &Map) -> Result<(), (String, usize)> {
        loop {
            self.restart();
            match self.key(data, 0) {
                Ok(()) => {}
                Err(Stop::End) => return Ok(()),
                Err(Stop::Failed(message)) => return Err((message, self.at)),
            }
        }
    }

    /// Reads `key=value`, with everything that a key may be.
    fn key(&mut self, data: &Map, level: usize) -> Step<()> {
        let start = self.at;
        let (key, last) = self.until(&['=', '[', ',', '.'], true);
        let Some(last) = last else {
            return if key.is_empty() {
                Err(Stop::End)
            } else {
                fail(format!("key {} has no value", quote(&key)))
            };
        };
        let key_span = Span::new(start, self.at - last.len_utf8());
        let length = self.path.len();
        push_key(&mut self.path, &key);
        let done = match last {
            '[' => self.indexed_key(data, &key, key_span, level),
            '=' => self.assign(data, &key),
            ',' => {
                self.put(data, &key, |parser| parser.made(Data::Str(Text::plain("")), key_span));
                fail(format!("key {} has no value (cannot end with ,)", quote(&key)))
            }
            _ => self.inner_key(data, &key, key_span, level),
        };
        self.path.truncate(length);
        done
    }

    /// After `key.`: the rest goes into the map under the key.
    fn inner_key(&mut self, data: &Map, key: &str, span: Span, level: usize) -> Step<()> {
        let level = next_level(level)?;
        let inner = match data.get(key) {
            None => self.made(Data::Map(Map::new()), span),
            Some(value) => value,
        };
        let Data::Map(map) = &inner.data else {
            return wrong_type(&inner, "map[string]interface {}");
        };
        let map = map.clone();
        let done = self.key(&map, level);
        if done.is_ok() && map.is_empty() {
            return fail(format!("key map {} has no value", quote(key)));
        }
        if !map.is_empty() {
            set(data, key, inner);
        }
        done
    }

    /// After `key[`: the rest goes into the list under the key.
    fn indexed_key(&mut self, data: &Map, key: &str, span: Span, level: usize) -> Step<()> {
        let index = self.index()?;
        let list = match data.get(key) {
            None => self.made(Data::List(List::new(Vec::new())), span),
            Some(value) => value,
        };
        let Data::List(items) = &list.data else { return wrong_type(&list, "[]interface {}") };
        let mut items = items.clone();
        let done = self.list_item(&mut items, index, level);
        set(data, key, Value::of(Data::List(items), list.origin));
        done
    }

    /// After `key=`: the value.
    fn assign(&mut self, data: &Map, key: &str) -> Step<()> {
        if matches!(self.reading, Reading::Json) {
            let value = self.json()?;
            set(data, key, value);
            return Ok(());
        }
        match self.value_list() {
            Ok(Some(list)) => {
                set(data, key, list);
                Ok(())
            }
            Err(Stop::End) => {
                let end = Span::new(self.at, self.at);
                self.put(data, key, |parser| parser.made(Data::Str(Text::plain("")), end));
                Err(Stop::End)
            }
            Err(failed) => Err(failed),
            Ok(None) => {
                let value = self.scalar()?;
                set(data, key, value);
                Ok(())
            }
        }
    }

    /// After `list[index]`: what comes next decides what the element is.
    fn list_item(&mut self, items: &mut List, index: usize, level: usize) -> Step<()> {
        let start = self.at;
        let (key, last) = self.until(&['[', '.', '='], true);
        if !key.is_empty() {
            return unexpected(&key);
        }
        let Some(last) = last else { return Err(Stop::End) };
        let span = Span::new(start, self.at);
        let length = self.path.len();
        push_index(&mut self.path, index);
        let done = match last {
            '=' => self.assign_item(items, index),
            '[' => self.inner_list(items, index, span, level),
            _ => self.inner_item(items, index, span, level),
        };
        self.path.truncate(length);
        done
    }

    /// After `list[index]=`: the value.
    fn assign_item(&mut self, items: &mut List, index: usize) -> Step<()> {
        let value = if matches!(self.reading, Reading::Json) {
            self.json()?
        } else {
            match self.value_list() {
                Ok(Some(list)) => list,
                Ok(None) => self.scalar()?,
                Err(Stop::End) => {
                    let end = Span::new(self.at, self.at);
                    self.made(Data::Str(Text::plain("")), end)
                }
                Err(failed) => return Err(failed),
            }
        };
        self.set_index(items, index, value)
    }

    /// After `list[index][`: the rest goes into a list in the list.
    fn inner_list(&mut self, items: &mut List, at: usize, span: Span, level: usize) -> Step<()> {
        self.enter_brackets()?;
        let index = self.index()?;
        let inner = match items.items().get(at) {
            None => self.made(Data::List(List::new(Vec::new())), span),
            Some(value) if value.is_nil() => self.made(Data::List(List::new(Vec::new())), span),
            Some(value) => value.clone(),
        };
        let Data::List(list) = &inner.data else { return wrong_type(&inner, "[]interface {}") };
        let mut list = list.clone();
        self.list_item(&mut list, index, level)?;
        self.set_index(items, at, Value::of(Data::List(list), inner.origin))
    }

    /// After `list[index].`: the rest goes into a map in the list.
    fn inner_item(&mut self, items: &mut List, at: usize, span: Span, level: usize) -> Step<()> {
        self.enter_brackets()?;
        let inner = match items.items().get(at) {
            Some(value) if matches!(value.data, Data::Map(_)) => value.clone(),
            existing => {
                let exists = existing.is_some();
                let made = self.made(Data::Map(Map::new()), span);
                if exists {
                    self.set_index(items, at, made.clone())?;
                }
                made
            }
        };
        let Data::Map(map) = &inner.data else { return Ok(()) };
        let map = map.clone();
        self.key(&map, level)?;
        self.set_index(items, at, inner)
    }

    /// Reads `index]`.
    fn index(&mut self) -> Step<usize> {
        let (digits, last) = self.until(&[']'], true);
        read_index(&digits, last.is_some(), self.profile)
    }

    /// Reads `{a,b}`; nothing if the value is no list.
    fn value_list(&mut self) -> Step<Option<Value>> {
        let start = self.at;
        match self.next() {
            None => return Err(Stop::End),
            Some('{') => {}
            Some(_) => {
                self.at = start;
                return Ok(None);
            }
        }
        let mut items = Vec::new();
        let length = self.path.len();
        loop {
            let from = self.at;
            let (text, last) = self.until(&[',', '}'], true);
            let Some(last) = last else { return fail("list must terminate with '}'") };
            let span = Span::new(from, self.at - 1);
            push_index(&mut self.path, items.len());
            let item = self.read(&text, span);
            self.path.truncate(length);
            items.push(item?);
            if last == '}' {
                let after = self.at;
                if self.next() != Some(',') {
                    self.at = after;
                }
                let list = Data::List(List::new(items));
                return Ok(Some(self.made(list, Span::new(start, after))));
            }
        }
    }

    /// Reads the text up to the next comma.
    fn scalar(&mut self) -> Step<Value> {
        let from = self.at;
        let (text, last) = self.until(&[','], true);
        let end = self.at - last.map_or(0, char::len_utf8);
        self.read(&text, Span::new(from, end))
    }

    /// Turns the text of a value into the value.
    fn read(&mut self, text: &str, span: Span) -> Step<Value> {
        let data = match &mut self.reading {
            Reading::File(read) => {
                let context = OriginContext { trace: self.trace, path: &self.path };
                return read(text, context).map_err(Stop::Failed);
            }
            Reading::Typed => typed(text),
            Reading::Text | Reading::Json => Data::Str(Text::plain(text)),
        };
        Ok(self.made(data, span))
    }

    /// Reads one JSON value and the comma after it; an empty value is null.
    fn json(&mut self) -> Step<Value> {
        let start = self.at;
        if self.is_empty_value() {
            return Ok(self.made(Data::Nil, Span::new(start, start)));
        }
        let from = self.at;
        let rest = self.text.get(from..).unwrap_or("");
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
        let json = match values.next() {
            Some(Ok(json)) => json,
            Some(Err(error)) => return fail(error.to_string()),
            None => return Err(Stop::End),
        };
        self.at = from + values.byte_offset();
        let span = Span::new(from, self.at);
        let value = Planter::new(self.trace, self.source, &self.path).json(&json, span);
        self.is_empty_value();
        Ok(value)
    }

    /// Skips blanks; tells whether a comma or the end follows, and skips the comma.
    fn is_empty_value(&mut self) -> bool {
        loop {
            let before = self.at;
            match self.next() {
                None | Some(',') => return true,
                Some(c) if c.is_whitespace() => {}
                Some(_) => {
                    self.at = before;
                    return false;
                }
            }
        }
    }
}

impl Parser<'_> {
    /// Reads up to one of `stops`, which is taken; a backslash takes the next character as it is.
    pub(super) fn until(&mut self, stops: &[char], escapes: bool) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(c) = self.next() {
            if stops.contains(&c) {
                return (text, Some(c));
            }
            if escapes && c == '\\' {
                match self.next() {
                    Some(literal) => text.push(literal),
                    None => break,
                }
            } else {
                text.push(c);
            }
        }
        (text, None)
    }

    /// Counts the indexes of one key.
    pub(super) fn enter_brackets(&mut self) -> Step<()> {
        self.brackets += 1;
        if self.brackets > MAX_BRACKETS {
            return fail(format!("a key has more than {MAX_BRACKETS} indexes"));
        }
        Ok(())
    }

    /// Starts the next key of the argument.
    pub(super) fn restart(&mut self) {
        self.path.clear();
        self.brackets = 0;
    }

    fn next(&mut self) -> Option<char> {
        let c = self.text.get(self.at..)?.chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// A value that the bytes `span` of the argument set.
    pub(super) fn made(&mut self, data: Data, span: Span) -> Value {
        let path = self.path.as_str().into();
        let origin = self.trace.leaf(Leaf::Value { path, site: site(self.source, span) });
        Value::of(data, origin)
    }

    fn put(&mut self, data: &Map, key: &str, make: impl FnOnce(&mut Self) -> Value) {
        let value = make(self);
        set(data, key, value);
    }

    /// Puts a value into a list, which grows as needed.
    pub(super) fn set_index(&mut self, items: &mut List, at: usize, value: Value) -> Step<()> {
        if at > MAX_INDEX {
            return fail(format!(
                "index of {at} is greater than maximum supported index of {MAX_INDEX}"
            ));
        }
        let missing = (at + 1).saturating_sub(items.len());
        let Some(left) = self.slots.checked_sub(missing) else {
            return fail(format!("lists of more than {MAX_SLOTS} elements are not made"));
        };
        self.slots = left;
        let filler = Value::of(Data::Nil, OriginId::NONE);
        let items = items.items_mut();
        items.extend(std::iter::repeat_n(filler, missing));
        if let Some(slot) = items.get_mut(at) {
            *slot = value;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::load::SourceFile;
    use crate::values::plant::register;

    #[derive(Clone, Copy)]
    enum Way {
        Typed,
        Text,
        Json,
    }

    fn apply(text: &str, reading: Way, literal: bool, profile: Profile) -> bool {
        let mut trace = Trace::new();
        let source = register(&mut trace, &SourceFile::new("--set", text));
        let reading = match reading {
            Way::Typed => Reading::Typed,
            Way::Text => Reading::Text,
            Way::Json => Reading::Json,
        };
        let parser = Parser::new(text, &mut trace, source, profile, reading);
        let data = Map::new();
        let done = if literal { parser.apply_literal(&data) } else { parser.apply(&data) };
        // An error lies within the argument.
        done.map_err(|(_, at)| assert!(at <= text.len() && text.is_char_boundary(at))).is_ok()
    }

    #[test]
    fn endless_nesting_is_refused() {
        let text = format!("a{}=1", "[0]".repeat(5000));
        assert!(!apply(&text, Way::Typed, false, Profile::Helm4));
        assert!(!apply(&text, Way::Typed, true, Profile::Helm4));
        let text = format!("a{}=1", "[0].a".repeat(5000));
        assert!(!apply(&text, Way::Typed, false, Profile::Helm4));
        assert!(!apply(&text, Way::Typed, true, Profile::Helm4));
        let text = format!("a{}=1", "[65536]".repeat(200));
        assert!(!apply(&text, Way::Typed, false, Profile::Helm4));
    }

    proptest! {
        #[test]
        fn reading_never_panics(
            text in "[ab01.,=\\[\\]{}\\\\\"ä -]{0,40}", literal: bool, old: bool,
        ) {
            let profile = if old { Profile::Helm3 } else { Profile::Helm4 };
            for reading in [Way::Typed, Way::Text, Way::Json] {
                apply(&text, reading, literal, profile);
            }
        }
    }
}
