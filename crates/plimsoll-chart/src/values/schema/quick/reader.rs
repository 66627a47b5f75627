//! Reading a schema into a plan. Every keyword of the schema's draft is either checked here as its
//! meta-schema does, or makes the schema one that is not understood; any other word is no keyword,
//! and ignored.

mod parts;

use std::collections::HashMap;

use serde_json::Value as Json;

use super::keywords::{self, Draft};
use super::pattern::Pattern;
use super::{Check, Node, NodeId, Plan};
use crate::functions::regex_cost;
use crate::values::schema::work::MOST_PATTERNS;
use parts::{Items, Parts};

pub(super) fn read(schema: Json) -> Option<Plan> {
    let draft = Draft::of(&schema)?;
    let mut reader = Reader {
        draft,
        nodes: Vec::new(),
        definitions: HashMap::new(),
        unknown: HashMap::new(),
        references: Vec::new(),
        patterns: 0,
    };
    let root = reader.schema(schema)?;
    // What is referred to may refer to more.
    while let Some((from, pointer)) = reader.references.pop() {
        let target = reader.resolve(root, &pointer)?;
        reader.nodes.get_mut(from)?.checks.push(Check::Reference(target));
    }
    Some(Plan { nodes: reader.nodes, root })
}

struct Reader {
    draft: Draft,
    nodes: Vec<Node>,
    /// By the schema that holds them, keyword and name.
    definitions: HashMap<(NodeId, &'static str, String), NodeId>,
    /// What stands under words that are no keywords, by the schema that holds them: a schema, if
    /// somebody refers to it.
    unknown: HashMap<(NodeId, String), Unknown>,
    /// Which schemas refer to which places.
    references: Vec<(NodeId, String)>,
    /// What compiling all expressions so far costs elsewhere.
    patterns: u64,
}

enum Unknown {
    Unread(Json),
    Schema(NodeId),
}

impl Reader {
    fn schema(&mut self, json: Json) -> Option<NodeId> {
        if json.is_boolean() && self.draft == Draft::V4 {
            return None;
        }
        self.schema_or_bool(json)
    }

    /// A schema where draft 4 takes `true` and `false`, too.
    fn schema_or_bool(&mut self, json: Json) -> Option<NodeId> {
        let id = self.nodes.len();
        self.nodes.push(Node::default());
        let node = match json {
            Json::Bool(true) => Node::default(),
            Json::Bool(false) => Node { checks: vec![Check::Never], ..Node::default() },
            Json::Object(keywords) => {
                let mut parts = Parts::default();
                for (keyword, value) in keywords {
                    self.keyword(id, &mut parts, &keyword, value)?;
                }
                self.references.extend(parts.reference.clone().map(|pointer| (id, pointer)));
                parts.finish(self.draft)?
            }
            _ => return None,
        };
        *self.nodes.get_mut(id)? = node;
        Some(id)
    }

    fn schemas(&mut self, json: Json) -> Option<Vec<NodeId>> {
        let schemas = keywords::list(json).filter(|schemas| !schemas.is_empty())?;
        schemas.into_iter().map(|schema| self.schema(schema)).collect()
    }

    fn named_schemas(&mut self, json: Json) -> Option<Vec<(String, NodeId)>> {
        let Json::Object(schemas) = json else { return None };
        schemas.into_iter().map(|(name, schema)| Some((name, self.schema(schema)?))).collect()
    }

    fn pattern(&mut self, source: &str) -> Option<Pattern> {
        self.patterns = self.patterns.saturating_add(regex_cost(source));
        (self.patterns <= MOST_PATTERNS).then(|| Pattern::read(source))?
    }

    fn keyword(&mut self, id: NodeId, parts: &mut Parts, word: &str, json: Json) -> Option<()> {
        use Draft::{V4, V6, V7, V2019, V2020};
        let draft = self.draft;
        match word {
            "$schema" => Draft::named(json.as_str()?).map(drop),
            "$id" if draft >= V6 => {
                (id == 0 && keywords::is_plain_address(json.as_str()?)).then_some(())
            }
            "id" if draft == V4 => {
                (id == 0 && keywords::is_plain_address(json.as_str()?)).then_some(())
            }
            "title" | "description" => json.is_string().then_some(()),
            "default" => Some(()),
            "$comment" | "contentEncoding" | "contentMediaType" if draft >= V7 => {
                json.is_string().then_some(())
            }
            "examples" if draft >= V7 => json.is_array().then_some(()),
            "readOnly" | "writeOnly" if draft >= V7 => json.is_boolean().then_some(()),
            "deprecated" if draft >= V2019 => json.is_boolean().then_some(()),
            // Not understood, nor are they wanted often.
            "dependencies" => None,
            "contains" if draft >= V6 => None,
            "$anchor"
            | "$recursiveRef"
            | "$recursiveAnchor"
            | "$vocabulary"
            | "$dynamicRef"
            | "$dynamicAnchor"
            | "dependentSchemas"
            | "dependentRequired"
            | "minContains"
            | "maxContains"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "contentSchema"
                if draft >= V2019 =>
            {
                None
            }
            "additionalItems" if draft == V2020 => None,
            "$ref" => {
                parts.reference = Some(pointer(keywords::text(json)?)?);
                Some(())
            }
            "definitions" | "$defs" => self.definitions(id, word, json),
            _ => match self.assertion(parts, word, json)? {
                None => Some(()),
                Some(json) => self.applicator(id, parts, word, json),
            },
        }
    }

    fn definitions(&mut self, id: NodeId, word: &str, json: Json) -> Option<()> {
        let word = if word == "$defs" { "$defs" } else { "definitions" };
        for (name, schema) in self.named_schemas(json)? {
            self.definitions.insert((id, word, name), schema);
        }
        Some(())
    }

    /// Reads a keyword without schemas; gives back what belongs to another.
    fn assertion(&mut self, parts: &mut Parts, word: &str, json: Json) -> Option<Option<Json>> {
        let draft = self.draft;
        let check = match word {
            "type" => {
                parts.node.types = keywords::types(&json)?;
                return Some(None);
            }
            "enum" => Check::Enum(keywords::choices(json, draft)?),
            "const" if draft >= Draft::V6 => {
                parts.has_const = true;
                Check::Enum(vec![json])
            }
            "multipleOf" => Check::MultipleOf(json.as_f64().filter(|part| *part > 0.0)?),
            "minimum" => {
                parts.least.inclusive = Some(json.as_f64()?);
                return Some(None);
            }
            "maximum" => {
                parts.most.inclusive = Some(json.as_f64()?);
                return Some(None);
            }
            "exclusiveMinimum" => {
                parts.least.exclusive = Some(json);
                return Some(None);
            }
            "exclusiveMaximum" => {
                parts.most.exclusive = Some(json);
                return Some(None);
            }
            "minLength" => Check::Length(keywords::at_least(&json)?),
            "maxLength" => Check::Length(keywords::at_most(&json)?),
            "pattern" => Check::Pattern(self.pattern(json.as_str()?)?),
            "format" if draft < Draft::V2019 && keywords::is_asserted(json.as_str()?) => {
                Check::Format
            }
            "format" => return json.is_string().then_some(None),
            "minItems" => Check::ItemCount(keywords::at_least(&json)?),
            "maxItems" => Check::ItemCount(keywords::at_most(&json)?),
            "uniqueItems" if json.as_bool()? => Check::UniqueItems,
            "uniqueItems" => return Some(None),
            "minProperties" => Check::PropertyCount(keywords::at_least(&json)?),
            "maxProperties" => Check::PropertyCount(keywords::at_most(&json)?),
            "required" => Check::Required(keywords::names(json, draft)?),
            _ => return Some(Some(json)),
        };
        parts.node.checks.push(check);
        Some(None)
    }

    /// Reads a keyword with schemas, or ignores it.
    fn applicator(&mut self, id: NodeId, parts: &mut Parts, word: &str, json: Json) -> Option<()> {
        use Draft::{V6, V7, V2020};
        let draft = self.draft;
        match word {
            "properties" => {
                let named = self.named_schemas(json)?;
                parts.properties.get_or_insert_default().named = named;
            }
            "patternProperties" => {
                for (pattern, schema) in self.named_schemas(json)? {
                    let pattern = self.pattern(&pattern)?;
                    parts.properties.get_or_insert_default().matching.push((pattern, schema));
                }
            }
            "additionalProperties" => {
                let others = self.schema_or_bool(json)?;
                parts.properties.get_or_insert_default().others = Some(others);
            }
            "propertyNames" if draft >= V6 => {
                let names = self.schema(json)?;
                parts.node.checks.push(Check::PropertyNames(names));
            }
            "items" if json.is_array() => {
                parts.items = Some(Items::InTurn((draft < V2020).then(|| self.schemas(json))??));
            }
            "items" => parts.items = Some(Items::Each(self.schema(json)?)),
            "additionalItems" => parts.additional_items = Some(self.schema_or_bool(json)?),
            "prefixItems" if draft >= V2020 => parts.first_items = self.schemas(json)?,
            "allOf" => parts.node.checks.push(Check::All(self.schemas(json)?)),
            "anyOf" => parts.node.checks.push(Check::Any(self.schemas(json)?)),
            "oneOf" => parts.node.checks.push(Check::One(self.schemas(json)?)),
            "not" => parts.node.checks.push(Check::Not(self.schema(json)?)),
            "if" if draft >= V7 => parts.condition = Some(self.schema(json)?),
            "then" if draft >= V7 => parts.then = Some(self.schema(json)?),
            "else" if draft >= V7 => parts.otherwise = Some(self.schema(json)?),
            _ if json.is_object() => {
                self.unknown.insert((id, word.to_owned()), Unknown::Unread(json));
            }
            _ => {}
        }
        Some(())
    }

    /// The schema at a place that is reached through definitions, properties and what are no
    /// keywords alone.
    fn resolve(&mut self, root: NodeId, pointer: &str) -> Option<NodeId> {
        let mut at = root;
        let mut steps = pointer.split('/').skip(1);
        while let Some(word) = steps.next() {
            at = match word {
                "definitions" => {
                    let name = steps.next()?.to_owned();
                    *self.definitions.get(&(at, "definitions", name))?
                }
                "$defs" => *self.definitions.get(&(at, "$defs", steps.next()?.to_owned()))?,
                "properties" => self.property(at, steps.next()?)?,
                _ => self.unknown(at, word)?,
            };
        }
        Some(at)
    }

    /// The schema under a word that is no keyword.
    fn unknown(&mut self, holder: NodeId, word: &str) -> Option<NodeId> {
        let key = (holder, word.to_owned());
        let id = match self.unknown.remove(&key)? {
            Unknown::Unread(json) => self.schema(json)?,
            Unknown::Schema(id) => id,
        };
        self.unknown.insert(key, Unknown::Schema(id));
        Some(id)
    }

    fn property(&self, schema: NodeId, name: &str) -> Option<NodeId> {
        let named = self.nodes.get(schema)?.checks.iter().find_map(|check| match check {
            Check::Properties(properties) => Some(&properties.named),
            _ => None,
        })?;
        named.iter().find(|(known, _)| known == name).map(|(_, schema)| *schema)
    }
}

/// What follows the `#` of a reference to a place within the schema.
fn pointer(reference: String) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-$".contains(&byte);
    let pointer = reference.strip_prefix('#')?;
    let fits = pointer.is_empty() || pointer.starts_with('/');
    (fits && pointer.bytes().all(plain)).then(|| pointer.to_owned())
}
