//! Lists that are not at their end yet.

use crate::template::ast::List;

/// A list whose elements lie at the end of a vector, where they stay if nothing else has to be put
/// there before the list ends; else they wait elsewhere.
#[derive(Clone, Copy, Default)]
pub(super) struct Open {
    last: usize,
    held: usize,
}

impl Open {
    #[inline]
    pub(super) fn push<T>(&mut self, element: T, all: &mut Vec<T>) {
        all.push(element);
        self.last += 1;
    }

    /// Makes room for what does not belong to the list.
    #[inline]
    pub(super) fn give_way<T: Copy>(&mut self, all: &mut Vec<T>, held: &mut Vec<T>) {
        if self.last > 0 {
            move_last(self.last, all, held);
            self.held += std::mem::take(&mut self.last);
        }
    }

    /// Ends the list, and begins another one.
    #[inline]
    pub(super) fn close<T: Copy>(&mut self, all: &mut Vec<T>, held: &mut Vec<T>) -> List {
        if self.held > 0 {
            self.give_way(all, held);
            move_last(self.held, held, all);
            self.last = std::mem::take(&mut self.held);
        }
        List::since(all.len() - std::mem::take(&mut self.last), all)
    }
}

/// Moves the last `count` elements.
fn move_last<T: Copy>(count: usize, from: &mut Vec<T>, to: &mut Vec<T>) {
    let start = from.len() - count;
    to.extend_from_slice(&from[start..]);
    from.truncate(start);
}
