//! Paths of nodes that share what they have in common.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use plimsoll_yaml::{FieldPath, Step};

/// A node's path from the root of its document; the root's own is empty.
///
/// A model holds thousands of paths, most of which begin alike, so each holds only its last step
/// and its parent. It is displayed, compared and ordered as a [`FieldPath`].
#[derive(Clone, Default)]
pub struct NodePath(Option<Arc<Link>>);

struct Link {
    parent: NodePath,
    step: Part,
}

enum Part {
    Key(Arc<str>),
    Index(usize),
}

impl NodePath {
    /// Returns the path of the value under `key`.
    #[must_use]
    pub fn key(&self, key: Arc<str>) -> Self {
        self.below(Part::Key(key))
    }

    /// Returns the path of the element at `index`.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.below(Part::Index(index))
    }

    /// Returns the path of the mapping or sequence that holds the node; nothing for the root.
    #[must_use]
    pub fn parent(&self) -> Option<&Self> {
        self.0.as_ref().map(|link| &link.parent)
    }

    /// Returns the path as a list of steps.
    #[must_use]
    pub fn to_field_path(&self) -> FieldPath {
        let mut steps = Vec::new();
        let mut path = self;
        while let Some(link) = &path.0 {
            steps.push(match &link.step {
                Part::Key(key) => Step::Key(key.to_string()),
                Part::Index(index) => Step::Index(*index),
            });
            path = &link.parent;
        }
        steps.reverse();
        FieldPath(steps)
    }

    fn below(&self, step: Part) -> Self {
        Self(Some(Arc::new(Link { parent: self.clone(), step })))
    }

    fn is_same_place(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            _ => false,
        }
    }
}

impl fmt::Display for NodePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_field_path().fmt(f)
    }
}

impl fmt::Debug for NodePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodePath({self})")
    }
}

impl PartialEq for NodePath {
    fn eq(&self, other: &Self) -> bool {
        self.is_same_place(other) || self.to_field_path() == other.to_field_path()
    }
}

impl Eq for NodePath {}

impl PartialOrd for NodePath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NodePath {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.is_same_place(other) {
            return Ordering::Equal;
        }
        self.to_field_path().cmp(&other.to_field_path())
    }
}

impl Hash for NodePath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_field_path().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_what_they_are_displayed_as() {
        let root = NodePath::default();
        let list = root.key("spec".into()).key("a.b".into());
        let (first, second) = (list.index(0), list.index(1));
        assert_eq!(first.to_string(), "spec[\"a.b\"][0]");
        assert_eq!(first.to_string().parse(), Ok(first.to_field_path()));
        assert_eq!(root.to_string(), "");
        assert!(first < second && list < first && root < list);
        assert_eq!(first.parent(), Some(&list));
        assert_eq!(root.parent(), None);
        let again = NodePath::default().key("spec".into()).key("a.b".into()).index(0);
        assert_eq!(first, again);
        assert_ne!(first, second);
    }
}
