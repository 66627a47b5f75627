//! Holding values against a plan. The outcome of every part is exact, so that it may be negated;
//! nothing comes out where it would take too long or is not surely known.

use super::super::to_json;
use super::pattern::Pattern;
use super::{Bound, Check, Node, NodeId, Plan, Properties, Types, equality};
use crate::value::{Data, List, Map, Text, Value};

/// How deep schemas may be held within schemas. A reference that comes back to itself ends here.
const DEEPEST: u32 = 200;

/// How often a schema may be held against a value.
const MOST: usize = 500_000;

/// So many steps of an expression, or comparisons with one choice, count as much as a schema.
const SMALL: usize = 32;

/// Tells whether values meet a schema, if that is certain.
pub(super) fn hold(plan: &Plan, values: &Value) -> Option<bool> {
    Holding { plan, left: MOST, depth: 0 }.value(plan.root, values)
}

struct Holding<'p> {
    plan: &'p Plan,
    left: usize,
    depth: u32,
}

impl<'p> Holding<'p> {
    fn value(&mut self, schema: NodeId, value: &Value) -> Option<bool> {
        let node = self.plan.nodes.get(schema)?;
        self.spend(1)?;
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let holds = self.node(node, value);
        self.depth -= 1;
        holds
    }

    fn spend(&mut self, work: usize) -> Option<()> {
        self.left = self.left.checked_sub(work)?;
        Some(())
    }

    fn node(&mut self, node: &'p Node, value: &Value) -> Option<bool> {
        if node.types != Types::default() && !types_of(value).meets(node.types) {
            return Some(false);
        }
        for check in &node.checks {
            if !self.check(check, value)? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn check(&mut self, check: &'p Check, value: &Value) -> Option<bool> {
        match check {
            Check::Never => Some(false),
            Check::Reference(schema) => self.value(*schema, value),
            Check::Enum(wanted) => {
                self.spend(wanted.len() / SMALL)?;
                Some(wanted.iter().any(|wanted| equality::equals(value, wanted)))
            }
            Check::Not(schema) => self.value(*schema, value).map(|holds| !holds),
            Check::All(schemas) => self.count(schemas, value, false),
            Check::Any(schemas) => self.count(schemas, value, true),
            Check::One(schemas) => self.exactly_one(schemas, value),
            Check::If { condition, then, otherwise } => {
                let branch = if self.value(*condition, value)? { then } else { otherwise };
                branch.map_or(Some(true), |branch| self.value(branch, value))
            }
            _ => match &value.data {
                Data::Map(map) => self.object(check, map),
                Data::List(list) => self.array(check, list),
                Data::Str(text) => self.string(check, text.as_str()),
                Data::Octets(bytes) => self.string(check, &String::from_utf8_lossy(bytes)),
                _ => number(value).map_or(Some(true), |number| Some(bounded(check, number))),
            },
        }
    }

    /// Goes on until one schema gives `last`.
    fn count(&mut self, schemas: &[NodeId], value: &Value, last: bool) -> Option<bool> {
        for schema in schemas {
            if self.value(*schema, value)? == last {
                return Some(last);
            }
        }
        Some(!last)
    }

    fn exactly_one(&mut self, schemas: &[NodeId], value: &Value) -> Option<bool> {
        let mut found = false;
        for schema in schemas {
            if self.value(*schema, value)? && std::mem::replace(&mut found, true) {
                return Some(false);
            }
        }
        Some(found)
    }

    fn object(&mut self, check: &'p Check, map: &Map) -> Option<bool> {
        match check {
            Check::PropertyCount(count) => Some(count.allows(map.len())),
            Check::Required(names) => {
                let entries = map.borrow();
                Some(names.iter().all(|name| entries.get(name).is_some()))
            }
            Check::Properties(properties) => self.properties(properties, map),
            Check::PropertyNames(schema) => {
                for (name, _) in &*map.borrow() {
                    let name = Value::new(Data::Str(Text::plain(name.clone())));
                    if !self.value(*schema, &name)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            _ => Some(true),
        }
    }

    fn properties(&mut self, properties: &Properties, map: &Map) -> Option<bool> {
        for (name, value) in &*map.borrow() {
            let known = properties.named.binary_search_by(|(known, _)| known.as_str().cmp(name));
            let mut is_other = known.is_err();
            if let Ok(at) = known
                && !self.value(properties.named.get(at)?.1, value)?
            {
                return Some(false);
            }
            for (pattern, schema) in &properties.matching {
                if self.is_match(pattern, name)? {
                    is_other = false;
                    if !self.value(*schema, value)? {
                        return Some(false);
                    }
                }
            }
            if let Some(others) = properties.others
                && is_other
                && !self.value(others, value)?
            {
                return Some(false);
            }
        }
        Some(true)
    }

    fn array(&mut self, check: &'p Check, list: &List) -> Option<bool> {
        let items = list.items();
        match check {
            Check::ItemCount(count) => Some(count.allows(items.len())),
            Check::UniqueItems => {
                let items: Vec<_> = items.iter().map(to_json).collect();
                equality::is_unique(&items)
            }
            Check::Items { first, rest } => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(schema) = first.get(index).or(rest.as_ref())
                        && !self.value(*schema, item)?
                    {
                        return Some(false);
                    }
                }
                Some(true)
            }
            _ => Some(true),
        }
    }

    fn string(&mut self, check: &Check, text: &str) -> Option<bool> {
        match check {
            Check::Length(count) => Some(count.allows(text.chars().count())),
            Check::Pattern(pattern) => self.is_match(pattern, text),
            Check::Format => None,
            _ => Some(true),
        }
    }

    fn is_match(&mut self, pattern: &Pattern, text: &str) -> Option<bool> {
        self.spend(pattern.effort(text) / SMALL)?;
        pattern.is_match(text)
    }
}

fn bounded(check: &Check, number: f64) -> bool {
    match check {
        Check::Bound(Bound::Least, least) => number >= *least,
        Check::Bound(Bound::Above, least) => number > *least,
        Check::Bound(Bound::Most, most) => number <= *most,
        Check::Bound(Bound::Below, most) => number < *most,
        Check::MultipleOf(part) => (number / part).fract() == 0.0,
        _ => true,
    }
}

/// What a value is in JSON; whole numbers are integers, too.
fn types_of(value: &Value) -> Types {
    match &value.data {
        Data::Bool(_) => Types::BOOLEAN,
        Data::Str(_) | Data::Octets(_) => Types::STRING,
        Data::List(_) => Types::ARRAY,
        Data::Map(_) => Types::OBJECT,
        _ => match number(value) {
            Some(number) if number.fract() == 0.0 => Types::NUMBER.and(Types::INTEGER),
            Some(_) => Types::NUMBER,
            None => Types::NULL,
        },
    }
}

/// The number that a value is in JSON, which has no infinity.
#[expect(clippy::cast_precision_loss, reason = "bounds are compared as floats, as `boon` does")]
fn number(value: &Value) -> Option<f64> {
    match &value.data {
        Data::Int(int, _) => Some(*int as f64),
        Data::Uint(uint) => Some(*uint as f64),
        Data::Float(float) => Some(*float).filter(|float| float.is_finite()),
        _ => None,
    }
}
