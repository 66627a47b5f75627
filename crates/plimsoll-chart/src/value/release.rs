//! Nested values given up one after the other: a template can nest them deeper than any stack.

use std::cell::Cell;

use super::{Data, List, Map, Value};

/// How deep values may be given up each inside the other.
const MOST_DEPTH: usize = 128;

thread_local! {
    /// How deep they are now.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

impl Drop for List {
    fn drop(&mut self) {
        if self.owns_nested() && !nested(|| drop(self.take())) {
            let mut values = Vec::new();
            self.give_up(&mut values);
            release(values);
        }
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        if self.owns_nested() && !nested(|| drop(self.take())) {
            let mut values = Vec::new();
            self.give_up(&mut values);
            release(values);
        }
    }
}

/// Gives something up, unless too much is being given up already; tells whether it did.
fn nested(give_up: impl FnOnce()) -> bool {
    let depth = DEPTH.get();
    if depth >= MOST_DEPTH {
        return false;
    }
    DEPTH.set(depth + 1);
    give_up();
    DEPTH.set(depth);
    true
}

impl Value {
    /// Tells whether there may be values in it.
    pub(super) const fn is_nested(&self) -> bool {
        matches!(self.data, Data::List(_) | Data::Map(_))
    }
}

/// Drops `values` and all that only they hold.
fn release(values: Vec<Value>) {
    let mut values = values;
    while let Some(mut value) = values.pop() {
        match &mut value.data {
            Data::List(list) => list.give_up(&mut values),
            Data::Map(map) => map.give_up(&mut values),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_nesting_needs_no_deep_stack() {
        let mut value = Value::nil();
        for _ in 0..500_000 {
            let map = Map::new();
            map.insert("k", Value::new(Data::List(List::new(vec![value]))));
            value = Value::new(Data::Map(map));
        }
        drop(value);
    }

    #[test]
    fn shared_values_live_on() {
        let map = Map::new();
        map.insert("k", Value::int(1));
        let list = List::new(vec![Value::new(Data::Map(map.clone()))]);
        let other = list.clone();
        drop(list);
        assert_eq!(other.len(), 1);
        drop(other);
        assert_eq!(map.len(), 1);
    }
}
