//! Words that the messages of several rules share.

/// Returns `1 GPU`, `2 GPUs` and so on.
pub(crate) fn count(number: i64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}
