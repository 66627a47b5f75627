//! The language of `--set-literal`: keys as in `--set`, without escapes, and one value that is the
//! rest of the argument.

use plimsoll_yaml::Span;

use super::argument::{Step, Stop, fail, next_level, read_index, set, unexpected, wrong_type};
use super::plant::{push_index, push_key};
use super::strvals::Parser;
use crate::go::quote::quote;
use crate::value::{Data, List, Map, Text, Value};

impl Parser<'_> {
    /// Applies a literal argument to `data`; an error comes with the byte where reading stopped.
    pub(super) fn apply_literal(mut self, data: &Map) -> Result<(), (String, usize)> {
        loop {
            self.restart();
            match self.literal_key(data, 0) {
                Ok(()) => {}
                Err(Stop::End) => return Ok(()),
                Err(Stop::Failed(message)) => return Err((message, self.at)),
            }
        }
    }

    fn literal_key(&mut self, data: &Map, level: usize) -> Step<()> {
        let start = self.at;
        let (key, last) = self.until(&['=', '[', '.'], false);
        let Some(last) = last else {
            return if key.is_empty() {
                Err(Stop::End)
            } else {
                fail(format!("key {} has no value", quote(&key)))
            };
        };
        let span = Span::new(start, self.at - 1);
        let length = self.path.len();
        push_key(&mut self.path, &key);
        let done = match last {
            '=' => {
                let value = self.literal();
                set(data, &key, value);
                Ok(())
            }
            '.' => self.literal_inner_key(data, &key, span, level),
            _ => self.literal_indexed_key(data, &key, span, level),
        };
        self.path.truncate(length);
        done
    }

    fn literal_inner_key(&mut self, data: &Map, key: &str, span: Span, level: usize) -> Step<()> {
        let level = next_level(level)?;
        let inner = match data.get(key) {
            None => self.made(Data::Map(Map::new()), span),
            Some(value) => value,
        };
        let Data::Map(map) = &inner.data else {
            return wrong_type(&inner, "map[string]interface {}");
        };
        let map = map.clone();
        let done = self.literal_key(&map, level);
        if done.is_ok() && map.is_empty() {
            return fail(format!("key map {} has no value", quote(key)));
        }
        if !map.is_empty() {
            set(data, key, inner);
        }
        done
    }

    fn literal_indexed_key(&mut self, data: &Map, key: &str, span: Span, level: usize) -> Step<()> {
        let index = self.literal_index()?;
        let list = match data.get(key) {
            None => self.made(Data::List(List::new(Vec::new())), span),
            Some(value) => value,
        };
        let Data::List(items) = &list.data else { return wrong_type(&list, "[]interface {}") };
        let mut items = items.clone();
        let done = self.literal_item(&mut items, index, level);
        set(data, key, Value::of(Data::List(items), list.origin));
        done
    }

    fn literal_item(&mut self, items: &mut List, index: usize, level: usize) -> Step<()> {
        let start = self.at;
        let (key, last) = self.until(&['[', '.', '='], false);
        if !key.is_empty() {
            return unexpected(&key);
        }
        let Some(last) = last else { return Err(Stop::End) };
        let span = Span::new(start, self.at);
        let length = self.path.len();
        push_index(&mut self.path, index);
        let done = match last {
            '=' => {
                let value = self.literal();
                self.set_index(items, index, value)
            }
            '.' => self.literal_inner_item(items, index, span, level),
            _ => self.literal_inner_list(items, index, span, level),
        };
        self.path.truncate(length);
        done
    }

    fn literal_inner_item(
        &mut self,
        items: &mut List,
        at: usize,
        span: Span,
        level: usize,
    ) -> Step<()> {
        self.enter_brackets()?;
        let inner = match items.items().get(at) {
            Some(value) if matches!(value.data, Data::Map(_)) => value.clone(),
            _ => self.made(Data::Map(Map::new()), span),
        };
        let Data::Map(map) = &inner.data else { return Ok(()) };
        let map = map.clone();
        if at < items.len() {
            self.set_index(items, at, inner.clone())?;
        }
        self.literal_key(&map, level)?;
        self.set_index(items, at, inner)
    }

    fn literal_inner_list(
        &mut self,
        items: &mut List,
        at: usize,
        span: Span,
        level: usize,
    ) -> Step<()> {
        self.enter_brackets()?;
        let index = self.literal_index()?;
        let inner = match items.items().get(at) {
            Some(value) if !value.is_nil() => value.clone(),
            _ => self.made(Data::List(List::new(Vec::new())), span),
        };
        let Data::List(list) = &inner.data else { return wrong_type(&inner, "[]interface {}") };
        let mut list = list.clone();
        self.literal_item(&mut list, index, level)?;
        self.set_index(items, at, Value::of(Data::List(list), inner.origin))
    }

    fn literal_index(&mut self) -> Step<usize> {
        let (digits, last) = self.until(&[']'], false);
        read_index(&digits, last.is_some(), self.profile)
    }

    /// All that is left of the argument.
    fn literal(&mut self) -> Value {
        let from = self.at;
        let (text, _) = self.until(&[], false);
        self.made(Data::Str(Text::plain(text)), Span::new(from, self.at))
    }
}
