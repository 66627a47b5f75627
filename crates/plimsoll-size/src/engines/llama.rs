//! llama.cpp's server, and Ollama.
//!
//! Source: llama.cpp of llama-cpp-python 0.3.36, src/llama-model.cpp (layers on devices),
//! src/llama-context.cpp (output buffer), tools/server; ollama/ollama llm and ml (main, 2026).

use super::{EXACT, context_term, speed, term, whole};
use crate::{
    Architecture, Bytes, Cache, Confidence, Engine, Error, ErrorKind, Estimate, LlamaCache, Model,
    PartKind, Place, Result, Setting, Term, llama_cache,
};

pub(super) fn estimate(model: &Model, setting: &Setting) -> Result<Estimate> {
    let layers = model.architecture.layers.len() as u64;
    let on_gpu = match (setting.gpu, setting.gpu_layers) {
        (None, _) => 0,
        (Some(_), Some(asked)) => asked.min(layers + 1),
        (Some(_), None) => layers + 1,
    };
    if on_gpu > 0 && setting.gpus > on_gpu {
        return Err(Error::new(
            ErrorKind::Setting,
            format!("{} GPUs for {on_gpu} layers: some would hold nothing", setting.gpus),
        ));
    }
    if setting.cpu_experts > 0 && model.architecture.experts.is_none() {
        return Err(Error::setting(format!(
            "{} has no experts that --cpu-moe could leave with the processor; --gpu-layers leaves \
             whole layers",
            model.name
        )));
    }
    let cache = llama_cache(&model.architecture, setting);
    let split = Split { model, setting, cache: &cache, on_gpu };
    let weights_class = (model.confidence, model.band);
    let mut terms = Vec::new();
    if on_gpu > 0 {
        terms.extend(split.gpu_terms(weights_class));
        terms.push(compute_term(&model.architecture, setting, &cache, split.host_experts()));
        terms.extend(context_term(setting));
        terms.extend(projector_terms(model));
    }
    terms.extend(split.host_terms(weights_class));
    let mut estimate = whole(model, setting, terms);
    let one = Setting { parallel: 1, ..setting.clone() };
    let spread = if on_gpu > layers { 1 } else { 0 };
    estimate.tokens_per_second =
        speed(model, setting, llama_cache(&model.architecture, &one).total(), spread)
            .filter(|speed| *speed > 0.0);
    estimate.warnings.extend(warnings(model, setting, on_gpu));
    Ok(estimate)
}

/// Which layers lie where.
struct Split<'a> {
    model: &'a Model,
    setting: &'a Setting,
    cache: &'a LlamaCache,
    /// Layers on GPUs, the output counted as one more.
    on_gpu: u64,
}

impl Split<'_> {
    fn layers(&self) -> usize {
        self.model.architecture.layers.len()
    }

    /// The last layers go to GPUs, and the output is the very last.
    fn first(&self) -> usize {
        (self.layers() + 1).saturating_sub(self.on_gpu as usize)
    }

    /// The layers of each GPU, and which of them has the output.
    fn ranges(&self) -> Vec<(std::ops::Range<usize>, bool)> {
        let (first, layers) = (self.first(), self.layers());
        let gpus = self.setting.gpus as usize;
        let all = layers + 1 - first;
        let at = |gpu: usize| first + (all * gpu).div_ceil(gpus.max(1));
        (0..gpus)
            .map(|gpu| (at(gpu).min(layers)..at(gpu + 1).min(layers), gpu + 1 == gpus && all > 0))
            .collect()
    }

    fn fullest(&self) -> (std::ops::Range<usize>, bool) {
        let bytes = |(range, has_output): &(std::ops::Range<usize>, bool)| {
            let cache: Bytes = range.clone().map(|layer| self.cache.layer(layer)).sum();
            self.gpu_weights(range.clone(), *has_output) + cache
        };
        self.ranges().into_iter().max_by_key(bytes).unwrap_or((0..0, false))
    }

    /// Weights and cache of the fullest GPU. By rows all GPUs have a part of each matrix, and the first
    /// has the cache.
    fn gpu_terms(&self, class: (Confidence, f64)) -> [Term; 2] {
        let Self { model, setting, cache, .. } = self;
        let layers = self.layers();
        let is_by_rows = setting.splits_rows && setting.gpus > 1;
        let (range, has_output) =
            if is_by_rows { (self.first()..layers, true) } else { self.fullest() };
        let mut weights = self.gpu_weights(range.clone(), has_output);
        let mut what = format!(
            "layers {} to {} of {layers}{}",
            range.start,
            range.end.saturating_sub(1),
            if has_output { ", and the output" } else { "" }
        );
        if is_by_rows {
            weights = Bytes(weights.0.div_ceil(setting.gpus));
            what.push_str(&format!(", a row in {}; the cache lies on the main GPU", setting.gpus));
        }
        let kv: Bytes = range.map(|layer| cache.layer(layer)).sum();
        [
            term("weights", Place::Gpu, weights, "weights", what, class),
            cache_term(Place::Gpu, kv, model, setting, cache),
        ]
    }

    fn layer_weights(&self, layer: usize) -> Bytes {
        let weights = self.model.weights.layers.get(layer).copied().unwrap_or_default();
        if (layer as u64) < self.setting.cpu_experts { weights.dense } else { weights.total() }
    }

    /// The weights of some layers, and of the output where it is there. A table of embeddings that
    /// is also the output is copied: the processor looks up in its own.
    fn gpu_weights(&self, range: std::ops::Range<usize>, has_output: bool) -> Bytes {
        let weights = &self.model.weights;
        let layers: Bytes = range.map(|layer| self.layer_weights(layer)).sum();
        let output = weights.output
            + weights.other
            + if weights.is_tied { weights.embedding } else { Bytes(0) };
        layers + if has_output { output } else { Bytes(0) }
    }

    /// Experts that stay with the processor.
    fn host_experts(&self) -> Bytes {
        let count = self.setting.cpu_experts as usize;
        self.model.weights.layers.iter().take(count).map(|layer| layer.experts).sum()
    }

    fn host_terms(&self, class: (Confidence, f64)) -> Vec<Term> {
        let Self { model, setting, cache, .. } = self;
        let weights = &model.weights;
        let below: Bytes = weights
            .layers
            .iter()
            .take(self.first().min(self.layers()))
            .map(|layer| layer.total())
            .sum();
        let above = Bytes(self.host_experts().0).less(
            weights
                .layers
                .iter()
                .take(self.first().min(setting.cpu_experts as usize))
                .map(|layer| layer.experts)
                .sum(),
        );
        let output = if self.on_gpu == 0 { weights.output + weights.other } else { Bytes(0) };
        let kv: Bytes = (0..self.first().min(self.layers())).map(|layer| cache.layer(layer)).sum();
        let vocabulary = model.architecture.vocabulary;
        let mut terms = vec![
            term(
                "runtime",
                Place::Host,
                Bytes::mib(512),
                "host-runtime",
                "the process without the model".to_owned(),
                (Confidence::Guess, 0.3),
            ),
            term(
                "weights with the processor",
                Place::Host,
                weights.embedding + weights.tables + below + above + output,
                "weights",
                "the table of embeddings, and what was not given to GPUs".to_owned(),
                class,
            ),
            cache_term(Place::Host, kv, model, setting, cache),
            term(
                "output buffer",
                Place::Host,
                Bytes::wide(4 * u128::from(vocabulary) * u128::from(setting.parallel)),
                "output-buffer",
                format!("{vocabulary} tokens × 4 bytes × {} sequences", setting.parallel),
                EXACT,
            ),
            term(
                "files in the page cache",
                Place::Cached,
                model.disk(),
                "page-cache",
                "mapped files are charged to the container and given back".to_owned(),
                (model.confidence, model.band),
            ),
        ];
        if self.on_gpu == 0 {
            let compute = compute_term(&model.architecture, setting, cache, Bytes(0));
            terms.push(Term { place: Place::Host, ..compute });
        }
        if setting.engine != Engine::OllamaRunner && !model.architecture.is_encoder() {
            terms.push(term(
                "cache of past prompts",
                Place::Growing,
                setting.cache_ram,
                "cache-ram",
                "--cache-ram; fills over hours, and is never given back".to_owned(),
                (Confidence::Catalogue, 0.0),
            ));
        }
        terms
    }
}

fn cache_term(
    place: Place,
    bytes: Bytes,
    model: &Model,
    setting: &Setting,
    cache: &LlamaCache,
) -> Term {
    let is_recurrent = model.architecture.is_recurrent();
    let window = if cache.window_cells == cache.cells {
        String::new()
    } else {
        format!(", {} of layers with a window", cache.window_cells)
    };
    term(
        "cache of keys and values",
        place,
        bytes,
        if is_recurrent { "kv-llama-hybrid" } else { "kv-llama" },
        format!(
            "{} cells{window} × {} × ({} keys + {} values)",
            cache.cells, cache.streams, setting.key.name, setting.value.name
        ),
        EXACT,
    )
}

/// Buffers for what is computed.
///
/// With flash attention the peak is either at the output, which makes a number for each token of the
/// vocabulary and needs what went in and the norm of it, or in a layer: both halves of the
/// feed-forward block, seven and a half times what goes between layers, what latent attention
/// unfolds, and the mask. The first is exact for a build that computes on the processor; the second
/// was fitted to 38 models in seven settings, of which nine in ten lie within a tenth.
fn compute_term(
    architecture: &Architecture,
    setting: &Setting,
    cache: &LlamaCache,
    host_experts: Bytes,
) -> Term {
    let batch = u128::from(setting.micro_batch);
    let hidden = u128::from(architecture.hidden);
    let vocabulary = u128::from(architecture.vocabulary);
    let cells = u128::from(cache.cells);
    let heads = u128::from(architecture.heads);
    let output = 4 * batch * (vocabulary + 2 * hidden + 1);
    let experts = architecture.experts.map_or(0, |experts| experts.used * experts.width);
    let inner = u128::from(architecture.feed_forward.max(experts));
    // A gate is as wide as what it gates.
    let halves = if architecture.family.has_gate() { 4 } else { 2 };
    let copied = copied_experts(setting, host_experts);
    let (bytes, formula) = if setting.has_flash {
        let unfolded = architecture.layers.iter().map(|layer| match layer.cache {
            Cache::Latent { width, .. } => 2 * u128::from(width) * heads,
            _ => 0,
        });
        let unfolded = unfolded.max().unwrap_or(0);
        let layer = 2 * batch * (halves * inner + 15 * hidden + 2 * unfolded + cells);
        (output.max(layer + copied), "compute-flash")
    } else {
        let layer = 4 * batch * (1 + 4 * hidden + cells * (1 + heads));
        (output.max(layer + copied), "compute-matrix")
    };
    let bytes = bytes + indexed(architecture, batch, cells);
    term(
        "buffers to compute",
        Place::Gpu,
        Bytes::wide(bytes),
        formula,
        format!("{batch} tokens at once, {vocabulary} in the vocabulary, {cells} cells"),
        (Confidence::Recipe, 0.3),
    )
}

/// Experts of the processor are copied for large batches: a layer's gates and what they gate, and
/// then the rest in their place.
fn copied_experts(setting: &Setting, host_experts: Bytes) -> u128 {
    u128::from(host_experts.0) * 2 / 3 / u128::from(setting.cpu_experts.max(1))
}

/// What an indexer adds: its scores of all cells, and the pick. Fitted to DeepSeek V3.2 and GLM 5.2.
fn indexed(architecture: &Architecture, batch: u128, cells: u128) -> u128 {
    let has_index = |layer: &crate::Layer| matches!(layer.cache, Cache::Latent { index: 1.., .. });
    if architecture.layers.iter().any(has_index) { batch * (6 * cells + 450_000) } else { 0 }
}

fn projector_terms(model: &Model) -> Vec<Term> {
    let files = model.parts.iter().filter(|part| part.kind == PartKind::Projector);
    let bytes = files.map(|part| part.bytes).sum::<Bytes>();
    if bytes.0 == 0 {
        return Vec::new();
    }
    vec![
        term(
            "projector",
            Place::Gpu,
            bytes,
            "projector",
            "what sees or hears, loaded with --mmproj".to_owned(),
            (model.confidence, model.band),
        ),
        term(
            "projector's buffers",
            Place::Gpu,
            bytes.scaled(0.4).max(Bytes::GIB),
            "projector",
            "1.0 GiB beside Gemma 3's, ollama pull request 12000; elsewhere 40 % of the file"
                .to_owned(),
            (Confidence::Guess, 0.5),
        ),
    ]
}

/// Smaller models fit beside anything else on one socket.
const NODE: Bytes = Bytes(16 << 30);

fn warnings(model: &Model, setting: &Setting, on_gpu: u64) -> Vec<String> {
    let mut warnings = Vec::new();
    let layers = model.architecture.layers.len() as u64;
    if !model.is_gguf {
        warnings.push(format!(
            "{} reads GGUF, and these are safetensors: say by which recipe they are converted, such \
             as --quant Q4_K_M",
            setting.engine
        ));
    }
    if on_gpu > 0 && on_gpu <= layers {
        warnings.push(format!(
            "{} of {layers} layers stay with the processor, which sets the speed",
            layers + 1 - on_gpu
        ));
    }
    if on_gpu == 0 && model.weights.total() > NODE {
        warnings.push(format!(
            "on a machine with several sockets each token reads {} over the link between them: bind \
             the pod to one NUMA node that holds it, or start with --numa distribute",
            model.weights.active(model.architecture.experts)
        ));
    }
    if setting.engine == Engine::Ollama && !model.architecture.is_encoder() {
        warnings.push(format!(
            "pin the context (OLLAMA_CONTEXT_LENGTH={}): Ollama chooses 4096, 32768 or 262144 by the \
             card's memory",
            setting.context
        ));
    }
    let has_prompts = setting.engine != Engine::OllamaRunner && !model.architecture.is_encoder();
    if has_prompts && setting.cache_ram >= Bytes::mib(8192) {
        warnings.push(
            "the cache of past prompts grows to 8 GiB of host memory; set --cache-ram, or \
             LLAMA_ARG_CACHE_RAM, to less where memory is dear"
                .to_owned(),
        );
    }
    warnings
}
