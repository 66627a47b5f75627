//! Families of architectures: what they are called, and which layers look over a window.

/// Which layers look over a window when a configuration does not list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pattern {
    /// All look at everything.
    Full,
    /// All have the window, where one is set.
    All,
    /// Every so many-th layer looks at everything, counting from the end of each group.
    LastOf(u64),
    /// The same with chunks.
    ChunkLastOf(u64),
}

/// How weights are laid out, for models that are known by their configuration only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    Dense,
    Gemma,
    Phi,
    Latent,
    Oss,
    Llama4,
    QwenHybrid,
    Cohere,
    Olmo,
    /// Latent attention with an indexer.
    Indexed,
    /// DeepSeek V4.
    Compressed,
    Falcon,
    FalconH1,
    Mpt,
    /// The first Starcoder, of GPT-2's shape.
    Starcoder,
    Starcoder2,
    Bert,
    /// Weights are not known from the configuration.
    Unknown,
}

/// A family of architectures.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Family {
    /// `model_type` in configurations, the newest name first.
    pub(crate) model_types: &'static [&'static str],
    /// `general.architecture` in GGUF.
    pub(crate) gguf: &'static str,
    pub(crate) pattern: Pattern,
    /// Whether llama.cpp keeps small caches for layers with a window.
    pub(crate) llama_windows: bool,
    pub(crate) is_encoder: bool,
    pub(crate) shape: Shape,
}

const fn row(
    model_types: &'static [&'static str],
    gguf: &'static str,
    pattern: Pattern,
    llama_windows: bool,
    shape: Shape,
) -> Family {
    Family { model_types, gguf, pattern, llama_windows, is_encoder: false, shape }
}

const fn encoder(model_types: &'static [&'static str], gguf: &'static str, shape: Shape) -> Family {
    Family {
        model_types,
        gguf,
        pattern: Pattern::Full,
        llama_windows: false,
        is_encoder: true,
        shape,
    }
}

/// The families that are known.
///
/// Source: huggingface/transformers 5.23.0, configuration files of these names; llama.cpp of
/// llama-cpp-python 0.3.36, src/models.
pub(crate) static FAMILIES: &[Family] = &[
    // In GGUF Mistrals are Llamas; llama.cpp keeps no small cache for the one that set a window.
    row(&["llama"], "llama", Pattern::All, false, Shape::Dense),
    row(
        &["mistral", "mistral3", "ministral", "mixtral"],
        "llama",
        Pattern::All,
        false,
        Shape::Dense,
    ),
    row(&["qwen2"], "qwen2", Pattern::All, false, Shape::Dense),
    row(&["qwen2_vl", "qwen2_5_vl"], "qwen2vl", Pattern::All, false, Shape::Dense),
    row(&["qwen3"], "qwen3", Pattern::All, false, Shape::Dense),
    row(&["qwen3_moe"], "qwen3moe", Pattern::All, false, Shape::Dense),
    row(&["qwen3_next"], "qwen3next", Pattern::Full, false, Shape::QwenHybrid),
    row(&["qwen3_5", "qwen3_5_text"], "qwen35", Pattern::Full, false, Shape::QwenHybrid),
    row(&["qwen3_5_moe", "qwen3_5_moe_text"], "qwen35moe", Pattern::Full, false, Shape::QwenHybrid),
    row(&["gemma"], "gemma", Pattern::Full, false, Shape::Gemma),
    row(&["gemma2"], "gemma2", Pattern::LastOf(2), true, Shape::Gemma),
    row(&["gemma3", "gemma3_text"], "gemma3", Pattern::LastOf(6), true, Shape::Gemma),
    row(&["gemma3n", "gemma3n_text"], "gemma3n", Pattern::LastOf(5), true, Shape::Gemma),
    row(
        &["gemma4", "gemma4_text", "gemma4_unified", "gemma4_unified_text"],
        "gemma4",
        Pattern::LastOf(6),
        true,
        Shape::Gemma,
    ),
    // llama.cpp has switched Phi's window off (src/models/phi3.cpp).
    row(&["phi3"], "phi3", Pattern::All, false, Shape::Phi),
    row(
        &["deepseek_v3", "deepseek_v2", "kimi_k2"],
        "deepseek2",
        Pattern::Full,
        false,
        Shape::Latent,
    ),
    row(&["deepseek_v32"], "deepseek32", Pattern::Full, false, Shape::Indexed),
    row(&["glm_moe_dsa"], "glm-dsa", Pattern::Full, false, Shape::Indexed),
    row(&["deepseek_v4"], "deepseek4", Pattern::Full, true, Shape::Compressed),
    row(&["gpt_oss"], "gpt-oss", Pattern::LastOf(2), true, Shape::Oss),
    row(&["llama4", "llama4_text"], "llama4", Pattern::ChunkLastOf(4), true, Shape::Llama4),
    row(&["cohere"], "command-r", Pattern::Full, false, Shape::Cohere),
    row(&["cohere2"], "cohere2", Pattern::LastOf(4), true, Shape::Cohere),
    row(&["olmo2", "olmo3"], "olmo2", Pattern::LastOf(4), true, Shape::Olmo),
    row(&["falcon"], "falcon", Pattern::Full, false, Shape::Falcon),
    row(&["falcon_h1"], "falcon-h1", Pattern::Full, false, Shape::FalconH1),
    row(&["mpt"], "mpt", Pattern::Full, false, Shape::Mpt),
    row(&["gpt_bigcode"], "starcoder", Pattern::Full, false, Shape::Starcoder),
    // llama.cpp keeps no small cache for its window (src/models/starcoder2.cpp).
    row(&["starcoder2"], "starcoder2", Pattern::All, false, Shape::Starcoder2),
    row(&["granite"], "granite", Pattern::Full, false, Shape::Dense),
    encoder(&["bert"], "bert", Shape::Bert),
    encoder(&["xlm-roberta", "roberta"], "bert", Shape::Bert),
    encoder(&["nomic_bert"], "nomic-bert", Shape::Bert),
    encoder(&["modernbert"], "modern-bert", Shape::Unknown),
];

/// Architectures that are known by name and refused, each with the next step.
pub(crate) const REFUSED: &[(&str, &str)] = &[
    ("whisper", SPEECH),
    ("wav2vec2", SPEECH),
    ("parakeet", SPEECH),
    ("clip", PICTURES),
    ("siglip", PICTURES),
    ("t5", PAIRS),
    ("mt5", PAIRS),
    ("bart", PAIRS),
    ("t5encoder", PAIRS),
    ("mamba", STATES),
    ("mamba2", STATES),
    ("rwkv6", STATES),
    ("rwkv7", STATES),
];

const SPEECH: &str = "a model of speech, which none of the engines here serves by tokens of text; \
                      its weights are the size of its files, and its runtime says the rest";
const PICTURES: &str = "a model of pictures alone; size the language model that it belongs to, \
                        with it as the projector";
const PAIRS: &str = "an encoder with a decoder, whose cache also holds the encoder's output; that \
                     is not computed here, so measure it in its engine";
const STATES: &str = "a model without attention, whose state is not computed here; its weights are \
                      the size of its files";

impl Family {
    pub(crate) fn of_model_type(name: &str) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.model_types.contains(&name))
    }

    /// Whether the table of embeddings is also the output where nothing is written: what the
    /// classes of these families take, and what their files hold.
    pub(crate) fn is_tied(&self) -> bool {
        self.gguf.starts_with("gemma")
            || matches!(
                self.shape,
                Shape::Cohere | Shape::Bert | Shape::Mpt | Shape::Starcoder | Shape::Starcoder2
            )
    }

    /// Whether a feed-forward block has a gate beside what it widens.
    pub(crate) const fn has_gate(&self) -> bool {
        !matches!(self.shape, Shape::Falcon | Shape::Mpt | Shape::Starcoder | Shape::Starcoder2)
    }

    /// Whether queries, keys and values have biases where nothing is written.
    pub(crate) fn has_qkv_bias(&self) -> bool {
        self.gguf.starts_with("qwen2")
            || self.gguf == "gpt-oss"
            || matches!(self.shape, Shape::Starcoder | Shape::Starcoder2)
    }

    pub(crate) fn of_gguf(name: &str) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.gguf == name)
    }
}
