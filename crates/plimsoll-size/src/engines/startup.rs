//! How long an engine takes until it answers.

use crate::{Engine, Model, Setting, Startup, Storage};

/// Mapped files on a network file system are read in small pieces.
///
/// 194 s instead of 6 s: vllm issue 3182.
const MAPPED_OVER_NETWORK: f64 = 30.0;

/// Bytes a second from host to GPU, for each GPU.
const TO_GPU: f64 = 8e9;

/// Seconds that vLLM compiles and records graphs for: 54.7 + 54 s on an L40S.
const COMPILE: f64 = 110.0;

/// The startup probe's `periodSeconds`.
const PERIOD: u64 = 10;

/// Returns how long the engine takes until it answers, and a probe that waits twice as long.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds and counts of GPUs are small, and a cast keeps to the range of the target"
)]
pub fn startup(model: &Model, setting: &Setting) -> Startup {
    let weights = model.weights.total().in_f64();
    let gpus = setting.gpus.max(1) as f64;
    let base = match setting.engine {
        Engine::Vllm => 60.0 + 10.0 * setting.tensor_parallel as f64,
        Engine::Training => 60.0,
        _ => 5.0,
    };
    let is_mapped = setting.engine.is_llama() && setting.storage == Storage::Nfs;
    let slower = if is_mapped { MAPPED_OVER_NETWORK } else { 1.0 };
    let read = weights / setting.storage.rate() * slower;
    let copied = if setting.gpu.is_some() { weights / (TO_GPU * gpus) } else { 0.0 };
    let compiled = if setting.engine == Engine::Vllm && setting.compiles { COMPILE } else { 0.0 };
    let fetched = setting.network.map_or(0.0, |rate| model.disk().in_f64() / rate.0 as f64);
    let seconds = base + fetched + read + copied + compiled;
    let mut detail = format!("{base:.0} s to start");
    if let Some(rate) = setting.network {
        detail.push_str(&format!(", {fetched:.0} s to fetch {} at {rate}", model.disk()));
    }
    detail.push_str(&format!(", {read:.0} s to read from {}", setting.storage.name()));
    if is_mapped {
        detail.push_str(" (mapped over a network: 30 times slower; use --no-mmap)");
    }
    if copied > 0.0 {
        detail.push_str(&format!(", {copied:.0} s to GPUs"));
    }
    if compiled > 0.0 {
        detail.push_str(&format!(", {compiled:.0} s to compile"));
    }
    let failures = (2.0 * seconds / PERIOD as f64).ceil() as u64;
    Startup { seconds, detail, period_seconds: PERIOD, failure_threshold: failures.max(30) }
}
