//! How a model is to be run.

use std::fmt;
use std::str::FromStr;

use crate::rate::Rate;
use crate::{Bytes, Error, ErrorKind, Gpu, Result};

/// What runs the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// llama.cpp's server.
    LlamaCpp,
    /// Ollama, which since the middle of 2026 starts llama.cpp's server.
    Ollama,
    /// Ollama with the runner of its own that it had before.
    OllamaRunner,
    /// vLLM with its first engine's successor (v1).
    Vllm,
    /// Text Embeddings Inference.
    Tei,
    /// Training with torchrun and transformers.
    Training,
}

impl Engine {
    /// Every engine with its name.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::LlamaCpp, "llama.cpp"),
        (Self::Ollama, "ollama"),
        (Self::OllamaRunner, "ollama-runner"),
        (Self::Vllm, "vllm"),
        (Self::Tei, "tei"),
        (Self::Training, "training"),
    ];

    /// Returns its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(engine, _)| *engine == self).map_or("", |(_, name)| name)
    }

    /// Tells whether llama.cpp computes in it.
    #[must_use]
    pub const fn is_llama(self) -> bool {
        matches!(self, Self::LlamaCpp | Self::Ollama | Self::OllamaRunner)
    }
}

impl FromStr for Engine {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let plain = text.to_ascii_lowercase().replace('_', ".").replace("llama-cpp", "llama.cpp");
        let found = Self::ALL.iter().find(|(_, name)| *name == plain);
        found.map(|(engine, _)| *engine).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|(_, name)| *name).collect();
            Error::new(
                ErrorKind::Setting,
                format!("no engine {text}; {} are known", names.join(", ")),
            )
        })
    }
}

/// How keys or values are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KvType {
    /// The name that flags take.
    pub name: &'static str,
    block: u64,
    bytes: u64,
}

impl KvType {
    /// Half precision, which engines take unless they are told otherwise.
    pub const F16: Self = Self { name: "f16", block: 1, bytes: 2 };

    /// llama.cpp's eight bits.
    pub const Q8_0: Self = Self { name: "q8_0", block: 32, bytes: 34 };

    /// vLLM's eight bits.
    pub const FP8: Self = Self { name: "fp8", block: 1, bytes: 1 };

    /// Every type: those of llama.cpp's `--cache-type-k`, and vLLM's `fp8`.
    pub const ALL: [Self; 10] = [
        Self { name: "f32", block: 1, bytes: 4 },
        Self::F16,
        Self { name: "bf16", block: 1, bytes: 2 },
        Self::Q8_0,
        Self { name: "q5_1", block: 32, bytes: 24 },
        Self { name: "q5_0", block: 32, bytes: 22 },
        Self { name: "q4_1", block: 32, bytes: 20 },
        Self { name: "q4_0", block: 32, bytes: 18 },
        Self { name: "iq4_nl", block: 32, bytes: 18 },
        Self::FP8,
    ];

    /// Tells whether several elements share a scale.
    #[must_use]
    pub const fn is_quantised(self) -> bool {
        self.block > 1
    }

    /// Returns the bytes of so many elements.
    pub(crate) const fn of(self, elements: u128) -> u128 {
        elements * self.bytes as u128 / self.block as u128
    }
}

impl FromStr for KvType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let plain = match text {
            "fp16" | "auto" => "f16",
            "fp8_e4m3" | "fp8_e5m2" => "fp8",
            other => other,
        };
        Self::ALL.into_iter().find(|kind| kind.name == plain).ok_or_else(|| {
            let names = Self::ALL.map(|kind| kind.name).join(", ");
            Error::new(
                ErrorKind::Setting,
                format!("no type {text} for the cache; {names} are known"),
            )
        })
    }
}

/// Where the weights are read from when the engine starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// A local NVMe drive.
    Nvme,
    /// A drive over iSCSI or SATA.
    Ssd,
    /// A cloud's general-purpose volume without further throughput.
    Cloud,
    /// A network file system.
    Nfs,
    /// The node's memory, where the files were read before.
    PageCache,
    /// Anything that was measured, in bytes a second.
    Measured(u64),
}

impl Storage {
    /// Every kind with its name and its rate in bytes a second.
    ///
    /// Source: rates reported in threads about loading times, gathered in 2026; they differ by
    /// cluster, so measure the first load.
    pub const ALL: [(Self, &'static str, f64); 5] = [
        (Self::Nvme, "nvme", 2e9),
        (Self::Ssd, "ssd", 0.4e9),
        (Self::Cloud, "cloud", 0.125e9),
        (Self::Nfs, "nfs", 1e9),
        (Self::PageCache, "page-cache", 5e9),
    ];

    /// Returns its rate in bytes a second.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a rate has few digits")]
    pub fn rate(self) -> f64 {
        if let Self::Measured(rate) = self {
            return rate as f64;
        }
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or(1e9, |(.., rate)| *rate)
    }

    /// Returns its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("storage as measured", |(_, name, _)| name)
    }
}

impl FromStr for Storage {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let known = Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(kind, ..)| *kind);
        known.or_else(|| Some(Self::Measured(text.parse::<Rate>().ok()?.0))).ok_or_else(|| {
            let names = Self::ALL.map(|(_, name, _)| name).join(", ");
            Error::new(
                ErrorKind::Setting,
                format!("no storage {text}; {names} are known, and rates such as 500MB/s"),
            )
        })
    }
}

/// How a model is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training {
    /// Which weights change.
    pub method: Method,
    /// How far states are spread over GPUs: 0, 1, 2 or 3 as ZeRO counts; FSDP is 3.
    pub stage: u8,
    /// Rank of the adapters.
    pub rank: u64,
    /// Sequences that a GPU computes at once.
    pub batch: u64,
    /// Whether activations are computed again instead of kept.
    pub recomputes: bool,
}

/// Which weights change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// All, with Adam in mixed precision.
    Full,
    /// Adapters beside frozen weights.
    Lora,
    /// Adapters beside frozen weights in four bits.
    Qlora,
}

impl Default for Training {
    fn default() -> Self {
        Self { method: Method::Lora, stage: 0, rank: 16, batch: 1, recomputes: true }
    }
}

/// How a model is to be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// What runs it.
    pub engine: Engine,
    /// Tokens of one sequence.
    pub context: u64,
    /// Sequences at once.
    pub parallel: u64,
    /// Whether the sequences share one cache of llama.cpp (`--kv-unified`).
    pub is_unified: bool,
    /// How keys are stored.
    pub key: KvType,
    /// How values are stored.
    pub value: KvType,
    /// Whether attention is computed without its matrix (flash attention).
    pub has_flash: bool,
    /// Whether layers with a window keep everything all the same (`--swa-full`).
    pub keeps_all: bool,
    /// Tokens that llama.cpp computes at once (`--ubatch-size`).
    pub micro_batch: u64,
    /// Tokens that vLLM or TEI compute at once; nothing for the engine's own choice.
    pub batch_tokens: Option<u64>,
    /// Sequences that vLLM computes at once (`--max-num-seqs`); nothing for its own choice.
    pub max_sequences: Option<u64>,
    /// The GPU; nothing for none.
    pub gpu: Option<Gpu>,
    /// How many of them.
    pub gpus: u64,
    /// Over how many of them each layer is spread (vLLM).
    pub tensor_parallel: u64,
    /// Whether vLLM gives whole experts to each GPU (`--enable-expert-parallel`); what is not spread
    /// then stands once for each group of GPUs.
    pub has_expert_parallel: bool,
    /// Whether llama.cpp splits matrices by rows (`--split-mode row`).
    pub splits_rows: bool,
    /// Layers on GPUs, the output counted as one more (llama.cpp); nothing for all.
    pub gpu_layers: Option<u64>,
    /// Layers from the first whose experts stay with the processor (`--n-cpu-moe`).
    pub cpu_experts: u64,
    /// The share of the GPU that vLLM takes.
    pub utilization: f64,
    /// What llama.cpp's server keeps of past prompts (`--cache-ram`).
    pub cache_ram: Bytes,
    /// Whether vLLM compiles and records graphs.
    pub compiles: bool,
    /// Where the weights are read from.
    pub storage: Storage,
    /// The network's rate, where the files are fetched when the engine starts.
    pub network: Option<Rate>,
    /// How it is trained.
    pub training: Training,
}

/// The largest context that is computed; beyond it no model goes.
pub const MAX_CONTEXT: u64 = 1 << 27;

/// llama.cpp takes no more sequences.
pub const MAX_PARALLEL: u64 = 1 << 16;

impl Setting {
    /// Returns the engine's own defaults with this context.
    #[must_use]
    pub fn new(engine: Engine, context: u64) -> Self {
        Self {
            engine,
            context,
            parallel: 1,
            is_unified: false,
            key: KvType::F16,
            value: KvType::F16,
            has_flash: true,
            keeps_all: false,
            micro_batch: 512,
            batch_tokens: None,
            max_sequences: None,
            gpu: None,
            gpus: 1,
            tensor_parallel: 1,
            has_expert_parallel: false,
            splits_rows: false,
            gpu_layers: None,
            cpu_experts: 0,
            utilization: 0.92,
            cache_ram: Bytes::mib(8192),
            compiles: true,
            storage: Storage::Nvme,
            network: None,
            training: Training::default(),
        }
    }

    /// Returns how many tokens vLLM or TEI compute at once.
    #[must_use]
    pub fn batch_tokens(&self) -> u64 {
        let own = match self.engine {
            Engine::Tei => 16_384,
            _ if self.is_on_large_gpu() => 8192,
            _ => 2048,
        };
        self.batch_tokens.unwrap_or(own)
    }

    /// Returns how many sequences vLLM computes at once.
    #[must_use]
    pub fn max_sequences(&self) -> u64 {
        self.max_sequences.unwrap_or(if self.is_on_large_gpu() { 1024 } else { 256 })
    }

    /// Whether vLLM takes its larger defaults: from 70 GiB on, but for the A100.
    ///
    /// Source: vllm-project/vllm vllm/engine/arg_utils.py, `get_batch_defaults`.
    fn is_on_large_gpu(&self) -> bool {
        self.gpu.is_none_or(|gpu| {
            gpu.memory_gib / gpu.parts.max(1) >= 70 && !gpu.name.starts_with("A100")
        })
    }

    /// Checks that the setting makes sense by itself.
    ///
    /// # Errors
    ///
    /// `Setting`, with the flag.
    pub fn check(&self) -> Result<()> {
        let wrong = |message: String| Err(Error::new(ErrorKind::Setting, message));
        if self.context == 0 || self.context > MAX_CONTEXT {
            return wrong(format!(
                "a context of {} tokens; 1 to {MAX_CONTEXT} make sense",
                self.context
            ));
        }
        if self.parallel == 0 || self.parallel > MAX_PARALLEL {
            return wrong(format!(
                "{} sequences at once; 1 to {MAX_PARALLEL} make sense",
                self.parallel
            ));
        }
        if self.gpus == 0 || self.gpus > 1024 || self.tensor_parallel == 0 {
            return wrong(format!("{} GPUs; 1 to 1024 make sense", self.gpus));
        }
        if !self.gpus.is_multiple_of(self.tensor_parallel) {
            return wrong(format!(
                "{} GPUs do not divide into groups of {}",
                self.gpus, self.tensor_parallel
            ));
        }
        if self.micro_batch == 0 || self.micro_batch > 1 << 20 {
            return wrong(format!(
                "{} tokens at once (-ub); 1 to 1048576 make sense",
                self.micro_batch
            ));
        }
        if !(1..=1 << 24).contains(&self.batch_tokens()) {
            return wrong(format!(
                "{} tokens at once (--max-num-batched-tokens); 1 to 16777216 make sense",
                self.batch_tokens()
            ));
        }
        if !(1..=MAX_PARALLEL).contains(&self.max_sequences()) {
            return wrong(format!(
                "{} sequences at once (--max-num-seqs); 1 to {MAX_PARALLEL} make sense",
                self.max_sequences()
            ));
        }
        if !(0.0..=1.0).contains(&self.utilization) {
            return wrong(format!(
                "a share of {} of the GPU (--utilization); 0 to 1 makes sense",
                self.utilization
            ));
        }
        if self.engine.is_llama() {
            if self.value.is_quantised() && !self.has_flash {
                return wrong(format!(
                    "llama.cpp stores values as {} only with flash attention",
                    self.value.name
                ));
            }
            if self.key.name == "fp8" || self.value.name == "fp8" {
                return wrong("llama.cpp has no fp8 cache; q8_0 is its closest".to_owned());
            }
        } else if self.key.is_quantised() || self.value.is_quantised() {
            return wrong(format!(
                "{} has no {} cache; fp8 is its closest",
                self.engine, self.key.name
            ));
        }
        if self.training.stage > 3 {
            return wrong(format!("ZeRO has stages 0 to 3, not {}", self.training.stage));
        }
        Ok(())
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
