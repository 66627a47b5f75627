//! Words that the messages of several rules share.

use plimsoll_app::gpu::Vendor;
use plimsoll_app::{App, ObjectId};

/// Returns what people call a vendor's devices.
pub(crate) const fn vendor(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Nvidia => "NVIDIA",
        Vendor::Amd => "AMD",
        Vendor::Intel => "Intel",
        Vendor::Gaudi => "Gaudi",
        _ => "another vendor's",
    }
}

/// Returns `1 GPU`, `2 GPUs` and so on.
pub(crate) fn count(number: i64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// Returns what people call the object `id`: `Deployment/ollama`.
pub(crate) fn title(app: &App, id: ObjectId) -> String {
    app.object(id).title()
}
