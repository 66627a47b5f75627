//! The volume for a model's files.

use crate::{Bytes, Engine, Model, PartKind, Setting};

/// What a file system keeps for itself.
const FREE: f64 = 0.95;

/// Returns the size of the volume: the files, the weights once more (an update keeps old and new
/// side by side), a reserve, and what vLLM compiles; in whole binary gigabytes.
#[must_use]
pub fn volume(model: &Model, setting: &Setting) -> Bytes {
    let compiled = if setting.engine == Engine::Vllm && setting.compiles { 5.0 } else { 0.0 };
    let weights = model.parts.iter().filter(|part| part.kind == PartKind::Weights);
    let twice: Bytes = weights.map(|part| part.bytes).sum();
    let needed = model.disk() + twice + Bytes::gib(1.0 + compiled);
    Bytes(needed.scaled(1.0 / FREE).ceil_gib() << 30)
}
