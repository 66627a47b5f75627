//! Words that the messages of several rules share.

use plimsoll_app::{App, ObjectId};

/// Returns `1 GPU`, `2 GPUs` and so on.
pub(crate) fn count(number: i64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// Returns what people call the object `id`: `Deployment/ollama`.
pub(crate) fn title(app: &App, id: ObjectId) -> String {
    app.object(id).title()
}
