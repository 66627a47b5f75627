//! Text Embeddings Inference.
//!
//! Source: huggingface/text-embeddings-inference README.md, flags; the buffers are a rule of thumb.

use super::{context_term, term, whole};
use crate::{Bytes, Confidence, Estimate, Model, Place, Setting, Term};

pub(super) fn estimate(model: &Model, setting: &Setting) -> Estimate {
    let place = if setting.gpu.is_some() { Place::Gpu } else { Place::Host };
    // On a GPU weights are loaded in half precision, whatever the file has.
    let is_halved = setting.gpu.is_some() && model.format == "F32";
    let weights =
        if is_halved { Bytes(model.weights.total().0 / 2) } else { model.weights.total() };
    let element: u128 = if setting.gpu.is_some() { 2 } else { 4 };
    let hidden = u128::from(model.architecture.hidden);
    let inner = u128::from(model.architecture.feed_forward);
    let tokens = u128::from(setting.batch_tokens());
    let mut terms = vec![
        term(
            "weights",
            place,
            weights,
            "weights",
            if is_halved { "in half precision".to_owned() } else { "as in the file".to_owned() },
            (model.confidence, model.band),
        ),
        term(
            "buffers to compute",
            place,
            Bytes::wide(element * tokens * (8 * hidden + 2 * inner)),
            "activation-tei",
            format!("--max-batch-tokens {tokens} × (8 × {hidden} + 2 × {inner}) × {element} bytes"),
            (Confidence::Guess, 0.5),
        ),
        term(
            "runtime",
            Place::Host,
            Bytes::mib(1024),
            "host-runtime",
            "the server, its tokenizers and queues".to_owned(),
            (Confidence::Guess, 0.4),
        ),
    ];
    terms.extend(context_term(setting));
    terms.push(Term {
        name: "files in the page cache",
        place: Place::Cached,
        bytes: model.disk(),
        formula: "page-cache",
        detail: "mapped files are charged to the container and given back".to_owned(),
        confidence: model.confidence,
        band: model.band,
    });
    whole(model, setting, terms)
}
