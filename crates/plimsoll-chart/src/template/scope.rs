//! The templates that can be called by name.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::ast::Tree;
use super::parser::is_empty;

/// Named templates. Text given to `tpl` sees those around it and may add its own, which vanish
/// with it: a scope in a scope.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    own: HashMap<Arc<str>, Arc<Tree>>,
    outer: Option<Rc<Self>>,
}

impl Scope {
    /// An empty scope inside `outer`.
    pub(crate) fn inside(outer: Rc<Self>) -> Self {
        Self { own: HashMap::new(), outer: Some(outer) }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Arc<Tree>> {
        let mut scope = self;
        loop {
            if let Some(tree) = scope.own.get(name) {
                return Some(tree);
            }
            scope = scope.outer.as_deref()?;
        }
    }

    /// Adds a template. A later one of the same name wins, unless it is blank.
    pub(crate) fn add(&mut self, tree: Arc<Tree>) {
        if self.get(&tree.name).is_some() && is_empty(&tree.root, &tree.text) {
            return;
        }
        self.own.insert(Arc::clone(&tree.name), tree);
    }
}
