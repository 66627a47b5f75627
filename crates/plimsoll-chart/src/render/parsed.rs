//! Templates parsed once and kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ahash::AHashMap;

use crate::Profile;
use crate::objects::PlannedTemplate;
use crate::template::{ParseError, Tree, parse};

type Trees = Arc<[Arc<Tree>]>;

/// Templates that were parsed, for all renderings of one chart, or of many charts that share it:
/// charts of one repository carry the same library, each several times.
///
/// Cheap to clone; clones are the same cache.
#[derive(Clone, Debug, Default)]
pub struct ParsedTemplates(Arc<Mutex<Cache>>);

#[derive(Debug, Default)]
struct Cache {
    /// By the length of the text, which is long and seldom that of another, and the profile whose
    /// functions it may call. A template's name is no part of the key: see [`renamed`].
    entries: AHashMap<(usize, Profile), Vec<Entry>>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    text: Arc<str>,
    trees: Trees,
}

/// How many texts of one length are kept, which are compared one after the other.
const MAX_OF_ONE_LENGTH: usize = 64;

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
        let text = &template.text;
        let key = (text.len(), profile);
        if let Some(trees) = self.cache().find(key, text)
            && let Some(trees) = renamed(trees, &template.name)
        {
            return Ok(trees);
        }
        let trees: Trees =
            parse(&template.name, text, profile)?.into_iter().map(Arc::new).collect();
        self.cache().keep(key, text, &trees);
        Ok(trees)
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cache {
    fn find(&self, key: (usize, Profile), text: &str) -> Option<Trees> {
        let entry = self.entries.get(&key)?.iter().find(|entry| *entry.text == *text)?;
        Some(Arc::clone(&entry.trees))
    }

    /// Keeps trees, unless there is no room or the text has some already.
    fn keep(&mut self, key: (usize, Profile), text: &Arc<str>, trees: &Trees) {
        let bytes = self.bytes + text.len();
        if bytes > MAX_BYTES {
            return;
        }
        let entries = self.entries.entry(key).or_default();
        if entries.len() < MAX_OF_ONE_LENGTH && entries.iter().all(|entry| entry.text != *text) {
            entries.push(Entry { text: Arc::clone(text), trees: Arc::clone(trees) });
            self.bytes = bytes;
        }
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
