//! Templates parsed once and kept.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use ahash::{AHashMap, RandomState};

use crate::Profile;
use crate::objects::PlannedTemplate;
use crate::template::{ParseError, Tree, parse};

type Trees = Arc<[Arc<Tree>]>;

/// Templates that were parsed, for all renderings of one chart, or of many charts that share it:
/// charts of one repository carry the same library, each several times.
///
/// Cheap to clone; clones are the same cache.
#[derive(Clone, Debug, Default)]
pub struct ParsedTemplates(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    hasher: RandomState,
    cache: Mutex<Cache>,
}

#[derive(Debug, Default)]
struct Cache {
    /// A template's name is no part of the key: see [`renamed`].
    entries: AHashMap<Key, Trees>,
    bytes: usize,
}

/// A template's text, and the profile whose functions it may call.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    /// Of the text, which is long: it is read once.
    hash: u64,
    text: Arc<str>,
    profile: Profile,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// How many bytes of templates are kept: more than the largest public repository has of different
/// ones. Their trees take several times as much.
const MAX_BYTES: usize = 16 * 1024 * 1024;

impl ParsedTemplates {
    /// The trees of a template: those that it defines, and its own last.
    pub(crate) fn trees(
        &self,
        template: &PlannedTemplate,
        profile: Profile,
    ) -> Result<Trees, Box<ParseError>> {
        let hash = self.0.hasher.hash_one(&*template.text);
        let key = Key { hash, text: Arc::clone(&template.text), profile };
        let known = self.cache().entries.get(&key).cloned();
        if let Some(trees) = known.and_then(|trees| renamed(trees, &template.name)) {
            return Ok(trees);
        }
        let trees: Trees =
            parse(&template.name, &template.text, profile)?.into_iter().map(Arc::new).collect();
        let mut cache = self.cache();
        let bytes = cache.bytes + template.text.len();
        if bytes <= MAX_BYTES && cache.entries.insert(key, Arc::clone(&trees)).is_none() {
            cache.bytes = bytes;
        }
        Ok(trees)
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.0.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The trees of the same text under another name; nothing if the text itself uses one of the two
/// names, which then means something else.
fn renamed(trees: Trees, name: &Arc<str>) -> Option<Trees> {
    let (own, defined) = trees.split_last()?;
    if own.name == *name {
        return Some(trees);
    }
    if defined.iter().any(|tree| tree.name == *name || tree.name == own.name) {
        return None;
    }
    Some(trees.iter().map(|tree| Arc::new(tree.of_file(name))).collect())
}
