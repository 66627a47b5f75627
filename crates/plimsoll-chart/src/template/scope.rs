//! The templates that can be called by name.

use std::rc::Rc;
use std::sync::Arc;

use ahash::AHashMap;

use super::ast::Tree;
use crate::trace::SourceId;

/// A parsed template in one rendering: trees are shared between renderings, places are not.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) tree: Arc<Tree>,
    /// The text in which the tree's spans count.
    pub(crate) source: SourceId,
}

/// Named templates. Text given to `tpl` sees those around it and may add its own, which vanish
/// with it: a scope in a scope.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    own: AHashMap<Arc<str>, Template>,
    outer: Option<Rc<Self>>,
}

impl Scope {
    /// An empty scope inside `outer`.
    pub(crate) fn inside(outer: Rc<Self>) -> Self {
        Self { own: AHashMap::new(), outer: Some(outer) }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Template> {
        let mut scope = self;
        loop {
            if let Some(template) = scope.own.get(name) {
                return Some(template);
            }
            scope = scope.outer.as_deref()?;
        }
    }

    /// Adds a template. A later one of the same name wins, unless it is blank.
    pub(crate) fn add(&mut self, tree: Arc<Tree>, source: SourceId) {
        if self.get(&tree.name).is_some() && tree.is_blank {
            return;
        }
        self.own.insert(Arc::clone(&tree.name), Template { tree, source });
    }
}
