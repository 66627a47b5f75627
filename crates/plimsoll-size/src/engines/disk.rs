//! The volume for a model's files.

use crate::{Bytes, Engine, Model, Setting};

/// What a file system keeps for itself.
const FREE: f64 = 0.95;

/// Returns the size of the volume: the files, the largest once more (an update keeps old and new
/// side by side), a reserve, and what vLLM compiles; in whole binary gigabytes.
#[must_use]
pub fn volume(model: &Model, setting: &Setting) -> Bytes {
    let compiled = if setting.engine == Engine::Vllm && setting.compiles { 5.0 } else { 0.0 };
    let twice = match model.parts.as_slice() {
        [_] => model.largest_part(),
        // A split model is replaced file by file.
        _ => model.largest_part().max(Bytes(model.disk().0 / model.parts.len().max(1) as u64)),
    };
    let needed = model.disk() + twice + Bytes::gib(1.0 + compiled);
    Bytes(needed.scaled(1.0 / FREE).ceil_gib() << 30)
}
