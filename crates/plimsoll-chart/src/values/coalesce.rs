//! Merging what is set with the charts' defaults.
//!
//! The behaviour is that of Helm's `coalesce.go` (v4.2.4 and v3.21.4). Maps are shared between
//! charts exactly as Helm shares them, because it changes them in place and that shows.

use std::collections::HashSet;
use std::sync::Arc;

use super::copy::{as_map, copy_map, deep_copy, shallow_copy};
use super::family::{Family, MemberId};
use crate::trace::{Leaf, Trace};
use crate::value::{Data, Map, Value};
use crate::{Error, ErrorKind, Profile};

/// The key of values that all charts see.
pub(super) const GLOBAL: &str = "global";

/// Merges `values` with the defaults of `chart` and its subcharts; null removes a default.
pub(crate) fn coalesce_values(
    family: &mut Family,
    trace: &mut Trace,
    profile: Profile,
    chart: MemberId,
    values: &Map,
) -> Result<Value, Error> {
    Coalescing { family, trace, profile }.run(chart, values, Nulls::Remove)
}

/// Merges `values` with the defaults of `chart` and its subcharts; null stays.
pub(super) fn merge_values(
    family: &mut Family,
    trace: &mut Trace,
    profile: Profile,
    chart: MemberId,
    values: &Map,
) -> Result<Value, Error> {
    Coalescing { family, trace, profile }.run(chart, values, Nulls::Keep)
}

/// Merges `src` into `dst`, which wins; null stays. Returns the warnings.
pub(super) fn merge_tables(dst: &Map, src: &Map) -> Vec<String> {
    let mut warnings = Vec::new();
    coalesce_tables(dst, src, "", Nulls::Keep, &mut warnings);
    warnings
}

/// Merges `src` into `dst`, which wins; null stays or removes.
#[cfg(test)]
pub(super) fn coalesce_tables_keeping(dst: &Map, src: &Map, keep: bool) {
    let nulls = if keep { Nulls::Keep } else { Nulls::Remove };
    coalesce_tables(dst, src, "", nulls, &mut Vec::new());
}

/// What null in the values does to a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nulls {
    /// It stays; somebody else removes later.
    Keep,
    /// It removes the default.
    Remove,
}

#[derive(Debug)]
struct Coalescing<'c> {
    family: &'c mut Family,
    trace: &'c mut Trace,
    profile: Profile,
}

impl Coalescing<'_> {
    fn run(&mut self, chart: MemberId, values: &Map, nulls: Nulls) -> Result<Value, Error> {
        let origin = self.family.values(chart, self.trace).origin;
        let dest = Value::of(Data::Map(copy_map(values)), origin);
        self.chart(chart, &dest, "", nulls)?;
        Ok(dest)
    }

    fn chart(
        &mut self,
        chart: MemberId,
        dest: &Value,
        prefix: &str,
        nulls: Nulls,
    ) -> Result<(), Error> {
        let Data::Map(map) = &dest.data else { return Ok(()) };
        self.defaults(chart, map, prefix, nulls);
        let below = concat(prefix, &self.family.name(chart));
        for sub in self.family.dependencies(chart) {
            let name = self.family.name(sub);
            let values = match map.get(&name) {
                Some(values) if as_map(&values).is_some() => values,
                Some(other) => {
                    let message = format!("type mismatch on {name}: {}", as_boolean(&other));
                    return Err(Error::new(ErrorKind::Values, message));
                }
                None => {
                    let origin = self.family.values(sub, self.trace).origin;
                    let made = Value::of(Data::Map(Map::new()), origin);
                    map.insert(Arc::clone(&name), made.clone());
                    made
                }
            };
            self.globals(&values, dest, &below);
            self.chart(sub, &values, &below, nulls)?;
        }
        Ok(())
    }

    /// Hands the globals of a chart, `src`, down to its subchart, `dest`.
    fn globals(&mut self, dest: &Value, src: &Value, prefix: &str) {
        let (Data::Map(dest_map), Data::Map(src_map)) = (&dest.data, &src.data) else { return };
        let from = src_map.get(GLOBAL);
        let into = match dest_map.get(GLOBAL) {
            Some(into) => into,
            None => {
                let origin = from.as_ref().map_or_else(
                    || self.trace.leaf(Leaf::Unset { parent: src.origin, key: GLOBAL.into() }),
                    |from| from.origin,
                );
                Value::of(Data::Map(Map::new()), origin)
            }
        };
        let Data::Map(into_map) = &into.data else {
            self.warn("skipping globals because destination global is not a table.");
            return;
        };
        let from_entries = match from.as_ref().map(|from| &from.data) {
            None => Vec::new(),
            Some(Data::Map(from)) => from.snapshot(),
            Some(_) => {
                self.warn("skipping globals because source global is not a table.");
                return;
            }
        };
        for (key, value) in from_entries {
            self.global(into_map, &key, &value, prefix);
        }
        dest_map.insert(GLOBAL, into);
    }

    fn global(&mut self, into: &Map, key: &Arc<str>, value: &Value, prefix: &str) {
        let existing = into.get(key);
        if let Data::Map(table) = &value.data {
            let copy = shallow_copy(table);
            if let Some(existing) = existing {
                let Data::Map(below) = &existing.data else {
                    let key = crate::go::quote::quote(key);
                    self.warn(&format!(
                        "Conflict: cannot merge map onto non-map for {key}. Skipping."
                    ));
                    return;
                };
                self.tables(&copy, below, &concat(prefix, key), Nulls::Keep);
            }
            into.insert(Arc::clone(key), Value::of(Data::Map(copy), value.origin));
        } else if existing.as_ref().and_then(as_map).is_some() {
            self.warn(&format!("key {key} is table. Skipping"));
        } else {
            into.insert(Arc::clone(key), value.clone());
        }
    }

    /// Puts the chart's own values under `values`, which win.
    fn defaults(&mut self, chart: MemberId, values: &Map, prefix: &str, nulls: Nulls) {
        let below = concat(prefix, &self.family.name(chart));
        let own = deep_copy(&self.family.values(chart, self.trace));
        let Data::Map(own) = &own.data else { return };
        let drops = self.profile.drops_null_defaults();
        for (key, default) in own.snapshot() {
            let Some(value) = values.get(&key) else {
                if nulls == Nulls::Remove && drops {
                    if default.is_nil() {
                        continue;
                    }
                    drop_nulls(&default);
                }
                values.insert(key, default);
                continue;
            };
            if value.is_nil() && nulls == Nulls::Remove {
                values.remove(&key);
            } else if let Data::Map(dest) = &value.data {
                let Data::Map(src) = &default.data else {
                    if !default.is_nil() {
                        self.warn(&format!("skipped value for {below}.{key}: Not a table."));
                    }
                    continue;
                };
                // What is the same on both sides stays as it is, null included.
                if dest.is_untouched_like(src) {
                    continue;
                }
                let nulls = if self.is_subchart(chart, &key) { Nulls::Keep } else { nulls };
                if nulls == Nulls::Remove && drops {
                    drop_nulls(&default);
                }
                self.tables(dest, src, &concat(&below, &key), nulls);
            }
        }
    }

    fn is_subchart(&self, chart: MemberId, key: &str) -> bool {
        self.family.member(chart).dependencies.iter().any(|sub| *self.family.name(*sub) == *key)
    }

    fn tables(&mut self, dst: &Map, src: &Map, prefix: &str, nulls: Nulls) {
        let mut warnings = Vec::new();
        coalesce_tables(dst, src, prefix, nulls, &mut warnings);
        for warning in warnings {
            self.family.warn(warning);
        }
    }

    fn warn(&mut self, warning: &str) {
        self.family.warn(warning.to_owned());
    }
}

/// Merges `src` into `dst`, which wins. Helm changes both maps, and so does this.
fn coalesce_tables(dst: &Map, src: &Map, prefix: &str, nulls: Nulls, warnings: &mut Vec<String>) {
    // What is the same on both sides stays as it is, null included.
    if dst.is_untouched_like(src) {
        return;
    }
    // Null in the values removes a default that is set, but stays where the default is null, too.
    let mut unset: Vec<(Arc<str>, Value)> = Vec::new();
    for (key, value) in &*dst.borrow() {
        if value.is_nil() {
            unset.push((Arc::clone(key), value.clone()));
        }
    }
    let mut set: HashSet<Arc<str>> = HashSet::new();
    for (key, value) in unset {
        if src.get(&key).is_some_and(|default| !default.is_nil()) {
            set.insert(Arc::clone(&key));
        }
        src.insert(key, value);
    }
    for (key, default) in src.snapshot() {
        let full = || concat(prefix, &key);
        let Some(value) = dst.get(&key) else {
            dst.insert(Arc::clone(&key), default);
            continue;
        };
        if value.is_nil() && nulls == Nulls::Remove && set.contains(&key) {
            dst.remove(&key);
            continue;
        }
        match (&default.data, &value.data) {
            (Data::Map(below), Data::Map(above)) => {
                coalesce_tables(above, below, &full(), nulls, warnings);
            }
            (Data::Map(_), _) => {
                warnings.push(format!("cannot overwrite table with non table for {}", full()));
            }
            (_, Data::Map(_)) if !default.is_nil() => warnings
                .push(format!("destination for {} is a table. Ignoring non-table value", full())),
            _ => {}
        }
    }
}

/// Removes null from a map and the maps in it.
fn drop_nulls(value: &Value) {
    let Data::Map(map) = &value.data else { return };
    if map.is_untouched_without_nulls() {
        return;
    }
    map.remove_nulls();
    map.borrow().values().for_each(drop_nulls);
}

fn concat(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

/// What Go's `%t` makes of a value that is no boolean.
fn as_boolean(value: &Value) -> String {
    match &value.data {
        Data::Bool(value) => value.to_string(),
        Data::List(list) => {
            let items: Vec<String> = list.items().iter().map(as_boolean).collect();
            format!("[{}]", items.join(" "))
        }
        Data::Nil | Data::Invalid => "%!t(<nil>)".to_owned(),
        Data::Int(int, _) => format!("%!t({}={int})", value.type_name()),
        Data::Float(float) => format!("%!t(float64={})", plimsoll_yaml::format_g(*float)),
        Data::Str(text) => format!("%!t(string={})", text.as_str()),
        _ => format!("%!t({})", value.type_name()),
    }
}
