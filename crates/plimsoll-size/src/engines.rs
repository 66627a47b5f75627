//! From a model and a setting to an estimate, by engine.

mod disk;
mod llama;
mod startup;
mod tei;
mod training;
mod vllm;

use crate::{
    Bytes, Confidence, Engine, Error, ErrorKind, Estimate, Gpu, Model, Place, Result, Setting,
    Term, Vendor,
};

pub use disk::volume;
pub use startup::startup;
pub use training::adam_bytes;

/// Returns what a model needs under a setting.
///
/// # Errors
///
/// `Setting` for a setting that makes no sense for the engine or the model.
pub fn estimate(model: &Model, setting: &Setting) -> Result<Estimate> {
    setting.check()?;
    if setting.engine == Engine::Tei && !model.architecture.is_encoder() {
        return Err(Error::new(
            ErrorKind::Setting,
            format!("TEI serves models that make vectors, and {} writes text", model.name),
        ));
    }
    match setting.engine {
        Engine::LlamaCpp | Engine::Ollama | Engine::OllamaRunner => llama::estimate(model, setting),
        Engine::Vllm => vllm::estimate(model, setting),
        Engine::Tei => Ok(tei::estimate(model, setting)),
        Engine::Training => training::estimate(model, setting),
    }
}

/// Makes a term.
fn term(
    name: &'static str,
    place: Place,
    bytes: Bytes,
    formula: &'static str,
    detail: String,
    (confidence, band): (Confidence, f64),
) -> Term {
    Term { name, place, bytes, formula, detail, confidence, band }
}

const EXACT: (Confidence, f64) = (Confidence::Exact, 0.0);

/// An estimate of these terms, with all that does not depend on the engine.
fn whole(model: &Model, setting: &Setting, terms: Vec<Term>) -> Estimate {
    let terms: Vec<Term> = terms.into_iter().filter(|term| term.bytes.0 > 0).collect();
    let mut estimate = Estimate {
        usable: setting.gpu.map(Gpu::usable),
        taken: None,
        gpus: if setting.gpu.is_some() { setting.gpus } else { 0 },
        volume: volume(model, setting),
        startup: startup(model, setting),
        tokens_per_second: None,
        warnings: warnings(model, setting),
        terms,
    };
    if setting.gpu.is_some_and(|gpu| gpu.is_unified) {
        share(&mut estimate);
    }
    estimate
}

/// A GPU without memory of its own takes the node's, of which the container needs some too.
///
/// Source: rocm.docs.amd.com, how-to/system-optimization/strixhalo (2026-02).
fn share(estimate: &mut Estimate) {
    let host = estimate.host_request();
    estimate.usable = estimate.usable.map(|usable| usable.less(host));
    estimate.warnings.push(format!(
        "this GPU shares the node's memory: {} for it and {host} for the container come out of one \
         pool, and only the latter counts against the container's limit; reserve the rest on the node",
        estimate.total(Place::Gpu)
    ));
    estimate.warnings.push(
        "the driver may give less than all of it: on AMD some half of the node's memory, unless the \
         kernel is told more (ttm.pages_limit) or the firmware sets it apart"
            .to_owned(),
    );
}

fn warnings(model: &Model, setting: &Setting) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(trained) = model.architecture.context.filter(|trained| setting.context > *trained) {
        warnings.push(format!(
            "a context of {} tokens is more than the {trained} that the model was trained for",
            setting.context
        ));
    }
    if model.confidence > Confidence::Recipe {
        warnings.push(format!(
            "the weights are a {}: within {:.0} %",
            model.confidence.word(),
            model.band * 100.0
        ));
    }
    warnings
}

/// What a process has on a GPU before it computes: the driver's context and its kernels.
fn context_term(setting: &Setting) -> Option<Term> {
    let gpu = setting.gpu?;
    let is_vllm = !setting.engine.is_llama();
    let (mib, detail, confidence) = match gpu.vendor {
        // vLLM calls it non-torch memory: 0.25 to 0.35 GiB in its logs.
        Vendor::Nvidia if is_vllm => {
            (358, "0.25 to 0.35 GiB in vLLM's logs", Confidence::Catalogue)
        }
        Vendor::Nvidia => (
            457,
            "451 to 457 MiB: llama.cpp pull request 15860, ollama ml/device.go",
            Confidence::Catalogue,
        ),
        Vendor::Amd => (492, "0.48 GiB: tmac1973/llama-toolchest issue 163", Confidence::Catalogue),
        Vendor::Intel => (614, "no published figure for Level Zero", Confidence::Guess),
    };
    let band = if confidence == Confidence::Guess { 0.5 } else { 0.25 };
    Some(term(
        "driver's context",
        Place::Gpu,
        Bytes::mib(mib),
        "gpu-context",
        detail.to_owned(),
        (confidence, band),
    ))
}

/// Tokens a second for one sequence: a token reads every weight that it goes through, and the cache.
#[expect(clippy::cast_precision_loss, reason = "a handful of GPUs")]
fn speed(model: &Model, setting: &Setting, cache: Bytes, spread: u64) -> Option<f64> {
    // Vectors are computed for all tokens of a text at once.
    let gpu = setting.gpu.filter(|_| !model.architecture.is_encoder())?;
    let bandwidth = gpu.bandwidth_gb? / gpu.parts.max(1);
    let read = model.weights.active(model.architecture.experts) + cache;
    let rate = f64::from(bandwidth) * 1e9 * spread as f64;
    (read.0 > 0).then(|| rate / read.in_f64())
}
