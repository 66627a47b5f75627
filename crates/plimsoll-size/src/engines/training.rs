//! Training with transformers and torchrun.
//!
//! Source: ZeRO (arXiv 1910.02054), activations by Korthikanti and others (arXiv 2205.05198), QLoRA
//! (arXiv 2305.14314); unslothai/unsloth VRAM_ESTIMATION.md.

use super::{context_term, term, whole};
use crate::{Bytes, Confidence, Estimate, Method, Model, Place, Result, Setting};

/// Bytes of weights, gradients and the optimizer's states for each parameter on one GPU: full
/// training with Adam in mixed precision.
///
/// Source: arXiv 1910.02054, section 5.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of parameters and GPUs need no last digit")]
pub fn adam_bytes(parameters: u64, stage: u8, gpus: u64) -> Bytes {
    let (parameters, gpus) = (parameters as f64, gpus.max(1) as f64);
    let each = match stage {
        0 => 16.0,
        1 => 4.0 + 12.0 / gpus,
        2 => 2.0 + 14.0 / gpus,
        _ => 16.0 / gpus,
    };
    Bytes::rounded(parameters * each)
}

pub(super) fn estimate(model: &Model, setting: &Setting) -> Result<Estimate> {
    let training = setting.training;
    let parameters = model.weights.parameters;
    let gpus = setting.gpus;
    let adapters = model.weights.sides.saturating_mul(training.rank);
    let shared = if training.stage == 3 { gpus } else { 1 };
    let paper = (Confidence::Recipe, 0.05);
    let mut terms = Vec::new();
    match training.method {
        Method::Full => terms.push(term(
            "weights, gradients, optimizer",
            Place::Gpu,
            adam_bytes(parameters, training.stage, gpus),
            "adam-zero",
            format!(
                "{parameters} parameters, Adam in mixed precision, stage {} over {gpus}",
                training.stage
            ),
            paper,
        )),
        Method::Lora | Method::Qlora => {
            let is_packed = training.method == Method::Qlora;
            let frozen =
                if is_packed { packed(model) } else { Bytes(parameters.saturating_mul(2)) };
            terms.push(term(
                "frozen weights",
                Place::Gpu,
                Bytes(frozen.0 / shared),
                if is_packed { "nf4" } else { "weights" },
                if is_packed {
                    "layers in NF4 with scales quantised once more, the rest in half precision"
                        .to_owned()
                } else {
                    format!("{parameters} parameters in half precision")
                },
                paper,
            ));
            terms.push(term(
                "adapters and their optimizer",
                Place::Gpu,
                Bytes(adapters.saturating_mul(16) / if training.stage > 0 { gpus } else { 1 }),
                "lora",
                format!("rank {} × {} sides × 16 bytes", training.rank, model.weights.sides),
                paper,
            ));
        }
    }
    terms.extend(activations(model, setting));
    terms.extend(context_term(setting));
    terms.push(term(
        "runtime",
        Place::Host,
        Bytes::mib(8 * 1024),
        "host-runtime",
        "Python, data loaders, and the staging of checkpoints".to_owned(),
        (Confidence::Guess, 0.5),
    ));
    terms.push(term(
        "shared memory",
        Place::Shared,
        Bytes::mib(if gpus > 1 { 10 } else { 2 } * 1024),
        "shared-memory",
        "an emptyDir in memory at /dev/shm".to_owned(),
        (Confidence::Guess, 0.5),
    ));
    let mut estimate = whole(model, setting, terms);
    let checkpoint = match training.method {
        Method::Full => Bytes(parameters.saturating_mul(14)),
        Method::Lora | Method::Qlora => Bytes(adapters.saturating_mul(2)),
    };
    // Two checkpoints lie side by side while the older is replaced.
    estimate.volume += checkpoint + checkpoint;
    Ok(estimate)
}

/// Weights in NF4: half a byte and 0.127 bits of scales; embeddings and norms stay.
fn packed(model: &Model) -> Bytes {
    let weights = &model.weights;
    let blocks = weights.blocks();
    let share = blocks.in_f64() / weights.total().in_f64().max(1.0);
    #[expect(clippy::cast_precision_loss, reason = "counts of parameters need no last digit")]
    let parameters = weights.parameters as f64;
    Bytes::rounded(parameters * share * (0.5 + 0.127 / 8.0) + parameters * (1.0 - share) * 2.0)
}

fn activations(model: &Model, setting: &Setting) -> Vec<crate::Term> {
    let architecture = &model.architecture;
    let tokens = u128::from(setting.context) * u128::from(setting.training.batch);
    let hidden = u128::from(architecture.hidden);
    let layers = architecture.layers.len() as u128;
    // Recomputing keeps what goes into each layer, and one layer whole.
    let bytes = if setting.training.recomputes {
        2 * tokens * hidden * layers + 34 * tokens * hidden
    } else {
        34 * tokens * hidden * layers
    };
    vec![
        term(
            "activations",
            Place::Gpu,
            Bytes::wide(bytes),
            "activations",
            format!(
                "{tokens} tokens × {hidden} × {layers} layers × {}",
                if setting.training.recomputes { "2 bytes, recomputed" } else { "34 bytes" }
            ),
            (Confidence::Recipe, 0.25),
        ),
        term(
            "logits",
            Place::Gpu,
            Bytes::wide(8 * tokens * u128::from(architecture.vocabulary)),
            "logits",
            format!("{tokens} tokens × {} in the vocabulary × 8 bytes", architecture.vocabulary),
            (Confidence::Recipe, 0.5),
        ),
    ]
}
