//! vLLM.
//!
//! Source: vllm-project/vllm vllm/v1/worker/gpu_worker.py and vllm/config/cache.py (main, 2026);
//! constants from kaito-project/kaito website/docs/memory-estimator.md.

use super::{EXACT, context_term, speed, term, whole};
use crate::{
    Bytes, Cache, Confidence, Error, ErrorKind, Estimate, Model, Place, Result, Setting, Term,
    vllm_cache,
};

pub(super) fn estimate(model: &Model, setting: &Setting) -> Result<Estimate> {
    let ranks = setting.tensor_parallel;
    check(model, ranks)?;
    if model.architecture.layers.iter().any(|layer| matches!(layer.cache, Cache::Compressed { .. }))
    {
        return Err(Error::new(
            ErrorKind::Setting,
            format!(
                "{} in vLLM cannot be sized: vLLM keeps its compressed tokens in a layout of its own, \
                 for which no figures were found to check a formula by; size it for llama.cpp \
                 with --quant Q4_K_M, or start vLLM and read \"Available KV cache memory\" in its log",
                model.name
            ),
        ));
    }
    if setting.gpu.is_none() {
        return Err(Error::new(
            ErrorKind::Setting,
            "vLLM needs a GPU: leave --gpu out to see the smallest that holds it, or, for a machine \
             without one, size it for llama.cpp with --quant Q4_K_M",
        ));
    }
    let cache = vllm_cache(&model.architecture, setting);
    let weights = weights(model, setting);
    let (activation, what) = activation(model, setting);
    let mut terms = vec![
        term(
            "weights",
            Place::Gpu,
            weights,
            "weights-tensor-parallel",
            format!("{} over {} GPUs", model.weights.total(), setting.gpus),
            (model.confidence, model.band),
        ),
        term(
            "cache of keys and values",
            Place::Gpu,
            Bytes::wide(u128::from(cache.0) * u128::from(setting.parallel)),
            "kv-vllm",
            format!(
                "{} tokens in blocks of 16 × {} sequences at full length, {} keys and values",
                setting.context, setting.parallel, setting.key.name
            ),
            EXACT,
        ),
        term(
            "buffers to compute",
            Place::Gpu,
            activation,
            "activation-vllm",
            what,
            (Confidence::Recipe, 0.4),
        ),
    ];
    terms.extend(graphs(setting));
    terms.extend(repack(model, weights));
    terms.extend(context_term(setting));
    terms.extend(host_terms(model, setting));
    let mut estimate = whole(model, setting, terms);
    estimate.taken = setting.gpu.map(|gpu| gpu.usable().scaled(setting.utilization));
    estimate.tokens_per_second = speed(model, setting, cache, ranks);
    estimate.warnings.push(format!(
        "vLLM takes {:.0} % of each GPU whatever the model; watch the use of its cache, not of the GPU",
        setting.utilization * 100.0
    ));
    estimate.warnings.extend(fewer_sequences(model, setting, activation));
    let lacks = |gpu: crate::Gpu| WITHOUT_BF16.iter().any(|name| gpu.name.starts_with(name));
    if let Some(gpu) = setting.gpu.filter(|gpu| lacks(*gpu) && model.format == "BF16") {
        estimate.warnings.push(format!("{gpu} has no bfloat16: vLLM needs --dtype half on it"));
    }
    Ok(estimate)
}

/// GPUs that cannot compute in bfloat16, which most models are published in.
const WITHOUT_BF16: &[&str] = &["T4", "V100", "P40", "P100", "RTX 2080", "GTX 1080"];

fn check(model: &Model, ranks: u64) -> Result<()> {
    let heads = model.architecture.heads;
    if !heads.is_multiple_of(ranks) {
        return Err(Error::new(
            ErrorKind::Setting,
            format!("{heads} heads do not divide over {ranks} GPUs; vLLM refuses it"),
        ));
    }
    Ok(())
}

fn weights(model: &Model, setting: &Setting) -> Bytes {
    // Layers are shared out over stages, and each tensor over ranks; vLLM loads no draft layers
    // unless it is told to.
    let draft: Bytes = model
        .weights
        .layers
        .iter()
        .skip(model.architecture.layers.len())
        .map(|layer| layer.total())
        .sum();
    let whole = model.weights.total().less(draft);
    match model.architecture.experts.filter(|_| setting.has_expert_parallel) {
        Some(experts) if experts.count > 0 => {
            // Each GPU has whole experts; the rest stands once for each group of ranks.
            let count = model.architecture.layers.len();
            let routed: Bytes =
                model.weights.layers.iter().take(count).map(|layer| layer.experts).sum();
            let own = u128::from(experts.count.div_ceil(setting.gpus));
            let own = u128::from(routed.0) * own / u128::from(experts.count);
            Bytes(whole.less(routed).0.div_ceil(setting.tensor_parallel)) + Bytes::wide(own)
        }
        _ => Bytes(whole.0.div_ceil(setting.gpus)),
    }
}

/// What the kernels for four-bit experts add when they lay the weights out anew.
///
/// 65.97 GiB of 60.8 GiB: vllm issue 23278.
fn repack(model: &Model, weights: Bytes) -> Option<Term> {
    let is_packed = model.format.starts_with("MXFP4") && model.architecture.experts.is_some();
    is_packed.then(|| {
        term(
            "weights laid out anew",
            Place::Gpu,
            weights.scaled(0.085),
            "repack",
            "8.5 % for experts in MXFP4, vllm issue 23278".to_owned(),
            (Confidence::Catalogue, 0.3),
        )
    })
}

/// Bytes for each number that the sampler makes: in half and in single precision, sorted with its
/// place, the copies that sorting makes, and a probability.
///
/// 1.19 and 1.26 GiB for 256 sequences of Llama 3 8B, the same on two ranks (vllm pull request 10511);
/// 7.2 GiB for 1024 of gpt-oss 120B (vllm issue 27508): 37 to 39.
const SAMPLED: u128 = 38;

/// What vLLM measures when it starts: a pass with as many tokens as it ever computes at once, and then
/// a choice of the next token for as many sequences; the larger of both.
fn activation(model: &Model, setting: &Setting) -> (Bytes, String) {
    let architecture = &model.architecture;
    let ranks = u128::from(setting.tensor_parallel);
    let tokens = u128::from(setting.batch_tokens());
    let hidden = u128::from(architecture.hidden);
    let dense = 3 * u128::from(architecture.feed_forward) / ranks;
    // Each token's copy goes through each of its experts.
    let routed = architecture.experts.map_or(0, |experts| {
        u128::from(experts.used) * (3 * u128::from(experts.width) / ranks + hidden)
    });
    let pass = 2 * tokens * (dense.max(routed) + 4 * hidden);
    let sequences = u128::from(setting.max_sequences());
    let vocabulary = u128::from(architecture.vocabulary);
    let sampled = if architecture.is_encoder() { 0 } else { sequences * vocabulary * SAMPLED };
    let what = if sampled > pass {
        format!(
            "the next token of {sequences} sequences (--max-num-seqs) × {vocabulary} in the \
             vocabulary × {SAMPLED} bytes"
        )
    } else {
        format!("a pass with {tokens} tokens (--max-num-batched-tokens) through the widest layer")
    };
    (Bytes::wide(pass.max(sampled)), what)
}

/// How much less room fewer sequences at once would take, where that is much.
fn fewer_sequences(model: &Model, setting: &Setting, now: Bytes) -> Option<String> {
    const FEWER: u64 = 256;
    let (then, _) = activation(model, &Setting { max_sequences: Some(FEWER), ..setting.clone() });
    let saved = now.less(then);
    (saved > Bytes::GIB).then(|| {
        format!(
            "with --max-num-seqs {FEWER} instead of {} vLLM needs {saved} less to choose tokens",
            setting.max_sequences()
        )
    })
}

/// What recorded graphs keep: some of it whatever their number, and some for each.
///
/// Sixteen logs of vLLM 0.6 to 0.27 give 0.21 to 1.21 GiB for 2 to 102 graphs; twelve lie within
/// half of this. The farthest are hybrid models with few graphs, 0.6 and 1.2 GiB. Among them: vllm
/// pull request 11349 (0.21 GiB, 35 graphs), gpustack/runner pull request 251 (0.36 GiB, 16).
fn graphs(setting: &Setting) -> Option<Term> {
    const BASE: u64 = 256;
    const EACH: u64 = 5;
    let count = graph_count(setting.max_sequences());
    setting.compiles.then(|| {
        term(
            "recorded graphs",
            Place::Gpu,
            Bytes::mib(BASE + EACH * count),
            "graphs-vllm",
            format!("{BASE} MiB + {count} graphs × {EACH} MiB; none with --enforce-eager"),
            (Confidence::Catalogue, 0.5),
        )
    })
}

/// How many graphs vLLM records: for 1, 2, 4, each eighth number of tokens up to 256 and each
/// sixteenth beyond, up to twice the sequences at once and 512, and once more up to the sequences.
///
/// Source: vllm-project/vllm vllm/config/vllm.py, `_set_cudagraph_sizes` (2026); its logs give 51
/// and 35 for 256 sequences, 35 and 19 for 128, 11 and 7 for 32, 5 and 4 for 8.
fn graph_count(sequences: u64) -> u64 {
    const LARGEST: u64 = 512;
    let up_to = |most: u64| {
        let few = [1, 2, 4].into_iter().filter(|tokens| *tokens <= most).count() as u64;
        let eighths = most.min(255) / 8;
        let sixteenths = if most < 256 { 0 } else { (most - 256) / 16 + 1 };
        few + eighths + sixteenths
    };
    up_to(sequences.saturating_mul(2).min(LARGEST)) + up_to(sequences.min(LARGEST))
}

fn host_terms(model: &Model, setting: &Setting) -> Vec<Term> {
    let ranks = setting.gpus;
    let shared = if ranks > 1 { 10 } else { 2 };
    let has_copies =
        model.architecture.layers.iter().any(|layer| matches!(layer.cache, Cache::Latent { .. }));
    vec![
        term(
            "runtime",
            Place::Host,
            Bytes::mib((6 + ranks) * 1024),
            "host-runtime",
            format!("6 GiB, and 1 GiB for each of {ranks} GPUs"),
            (Confidence::Guess, 0.4),
        ),
        term(
            "shared memory",
            Place::Shared,
            Bytes::mib(shared * 1024),
            "shared-memory",
            if has_copies && ranks > 1 {
                "an emptyDir in memory at /dev/shm; each GPU has all of the latent cache".to_owned()
            } else {
                "an emptyDir in memory at /dev/shm".to_owned()
            },
            (Confidence::Guess, 0.5),
        ),
        term(
            "files in the page cache",
            Place::Cached,
            model.disk(),
            "page-cache",
            "files are read once, charged to the container and given back".to_owned(),
            (model.confidence, model.band),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::graph_count;

    #[test]
    fn graphs_are_counted_as_logs_count_them() {
        for (sequences, graphs) in
            [(1024, 51 + 51), (256, 51 + 35), (128, 35 + 19), (32, 11 + 7), (8, 5 + 4)]
        {
            assert_eq!(graph_count(sequences), graphs, "{sequences}");
        }
    }
}
