//! Merging by an order that need not be a total one.

/// Merges `right` into `left`, both in order: what is less goes first, and of equals the left.
///
/// Go's orders of keys are not always total; this accepts that, which the standard library's sorting
/// would not.
pub fn merge<T>(left: &mut Vec<T>, right: Vec<T>, is_less: impl Fn(&T, &T) -> bool) {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let mut right = right.into_iter().peekable();
    for entry in left.drain(..) {
        while let Some(smaller) = right.next_if(|other| is_less(other, &entry)) {
            merged.push(smaller);
        }
        merged.push(entry);
    }
    merged.extend(right);
    *left = merged;
}
