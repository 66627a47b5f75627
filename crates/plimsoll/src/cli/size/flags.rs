//! The setting that flags describe, with the engine's defaults where they are silent.

use plimsoll_size::{
    Bytes, Engine, Error, Gpu, KvType, Method, Model, Rate, Setting, Storage, Training,
};

/// How the model is to be run.
#[derive(Debug, clap::Args)]
pub(super) struct Flags {
    /// What runs it: llama.cpp, ollama, ollama-runner, vllm, tei, training.
    ///
    /// By default what the reference suggests.
    #[arg(long, value_name = "ENGINE")]
    engine: Option<Engine>,
    /// Tokens of one sequence; llama.cpp's -c is this times --parallel. By default 8192, or what
    /// the model was trained for where that is less. 32k is 32768.
    #[arg(long, value_name = "TOKENS", value_parser = tokens, allow_negative_numbers = true)]
    ctx: Option<u64>,
    /// Sequences at once.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = count, allow_negative_numbers = true)]
    parallel: u64,
    /// How keys and values are stored: f16, q8_0, q4_0, fp8 and others; two, as KEYS,VALUES, where
    /// they differ.
    #[arg(long, value_name = "TYPE", value_delimiter = ',', num_args = 1..=2)]
    kv_type: Vec<KvType>,
    /// The GPU: a name, a node label's product or a PCI number such as 10de:26b9; `none` for none.
    ///
    /// By default the smallest common one that holds the model.
    #[arg(long, value_name = "NAME")]
    pub(super) gpu: Option<String>,
    /// How many GPUs; with llama.cpp's RPC servers those of all machines.
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    gpus: Option<u64>,
    /// The memory of one GPU in GiB, where it is not what the catalogue says: a part of a card, or
    /// what a node gives to a GPU without memory of its own.
    #[arg(long, value_name = "GIB", value_parser = clap::value_parser!(u32).range(1..=4096))]
    gpu_memory: Option<u32>,
    /// Over how many GPUs vLLM spreads each layer; the rest are stages in a row.
    #[arg(long, value_name = "N")]
    tensor_parallel: Option<u64>,
    /// vLLM gives whole experts to each GPU (--enable-expert-parallel); with --tensor-parallel the rest
    /// is spread over fewer.
    #[arg(long)]
    expert_parallel: bool,
    /// How llama.cpp splits the model over GPUs (--split-mode).
    #[arg(long, value_enum, value_name = "MODE", default_value_t = Split::Layer)]
    split_mode: Split,
    /// Layers on GPUs (-ngl), the output counted as one more.
    #[arg(long, value_name = "N")]
    gpu_layers: Option<u64>,
    /// Layers whose experts stay with the processor (--n-cpu-moe).
    #[arg(long, value_name = "N", default_value_t = 0)]
    cpu_moe: u64,
    /// The sequences share one cache (--kv-unified).
    #[arg(long)]
    kv_unified: bool,
    /// Layers with a window keep everything all the same (--swa-full; in vLLM, without its hybrid
    /// allocator).
    #[arg(long)]
    swa_full: bool,
    /// Compute attention with its matrix (-fa off).
    #[arg(long)]
    no_flash_attention: bool,
    /// Tokens that llama.cpp computes at once (-ub).
    #[arg(long, value_name = "TOKENS", default_value_t = 512)]
    ubatch: u64,
    /// Tokens that vLLM or TEI compute at once. By default vLLM's 2048, and 8192 on the same large GPUs.
    #[arg(long, value_name = "TOKENS")]
    batch_tokens: Option<u64>,
    /// Sequences that vLLM computes at once. By default 256, and 1024 on GPUs from 70 GiB on but the
    /// A100.
    #[arg(long, value_name = "N")]
    max_num_seqs: Option<u64>,
    /// The share of each GPU that vLLM takes.
    #[arg(long, value_name = "SHARE", default_value_t = 0.92)]
    utilization: f64,
    /// What llama.cpp keeps of past prompts in host memory, in MiB (--cache-ram).
    #[arg(long, value_name = "MIB", default_value_t = 8192)]
    cache_ram: u64,
    /// vLLM neither compiles nor records graphs (--enforce-eager).
    #[arg(long)]
    eager: bool,
    /// Where the weights are read from: nvme, ssd, cloud, nfs, page-cache, or a rate that was measured,
    /// such as 500MB/s.
    #[arg(long, value_name = "KIND", default_value = "nvme")]
    storage: Storage,
    /// The network's rate, such as 1Gbit/s, where the files are fetched at each start.
    #[arg(long, value_name = "RATE")]
    network: Option<Rate>,
    /// Which weights are trained: full, lora, qlora.
    #[arg(long, value_enum, value_name = "METHOD", default_value_t = Train::Lora)]
    train: Train,
    /// How far training spreads its states, as ZeRO counts; FSDP is 3.
    #[arg(long, value_name = "STAGE", default_value_t = 0)]
    zero: u8,
    /// The rank of adapters.
    #[arg(long, value_name = "RANK", default_value_t = 16)]
    rank: u64,
    /// Sequences that a GPU trains on at once.
    #[arg(long, value_name = "N", default_value_t = 1)]
    train_batch: u64,
    /// Keep activations instead of computing them again.
    #[arg(long)]
    no_recompute: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Split {
    /// Whole layers, each with its cache.
    Layer,
    /// A part of each matrix; the main GPU has the cache.
    Row,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Train {
    Full,
    Lora,
    Qlora,
}

fn count(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "it is no count, such as 1 or 8192".to_owned())
}

fn tokens(text: &str) -> Result<u64, String> {
    match text.strip_suffix(['k', 'K']) {
        Some(thousands) => Ok(count(thousands)?.saturating_mul(1024)),
        None => count(text),
    }
}

/// A context that most requests keep to.
const CONTEXT: u64 = 8192;

impl Flags {
    pub(super) fn setting(&self, model: &Model, reference: &str) -> Result<Setting, Error> {
        let engine = self.engine.unwrap_or_else(|| engine_for(model, reference));
        let trained = model.architecture.context.unwrap_or(CONTEXT).max(1);
        let mut setting = Setting::new(engine, self.ctx.unwrap_or(CONTEXT.min(trained)));
        setting.parallel = self.parallel;
        if let Some(first) = self.kv_type.first() {
            setting.key = *first;
            setting.value = *self.kv_type.get(1).unwrap_or(first);
        }
        setting.gpu_layers = self.gpu_layers;
        setting.cpu_experts = self.cpu_moe;
        setting.is_unified = self.kv_unified;
        setting.keeps_all = self.swa_full;
        setting.has_flash = !self.no_flash_attention;
        setting.micro_batch = self.ubatch;
        setting.batch_tokens = self.batch_tokens;
        setting.max_sequences = self.max_num_seqs;
        setting.has_expert_parallel = self.expert_parallel;
        setting.splits_rows = self.split_mode == Split::Row;
        setting.network = self.network;
        setting.utilization = self.utilization;
        setting.cache_ram = Bytes::mib(self.cache_ram);
        setting.compiles = !self.eager;
        setting.storage = self.storage;
        setting.training = Training {
            method: match self.train {
                Train::Full => Method::Full,
                Train::Lora => Method::Lora,
                Train::Qlora => Method::Qlora,
            },
            stage: self.zero,
            rank: self.rank,
            batch: self.train_batch,
            recomputes: !self.no_recompute,
        };
        match self.gpu.as_deref() {
            None | Some("none") if self.gpu_memory.is_some() => Err(Error::setting(
                "--gpu-memory is the memory of the GPU that --gpu names: name it, too",
            )),
            None | Some("none") => Ok(setting),
            Some(name) => Ok(self.on(setting, self.gpu(name)?, self.gpus.unwrap_or(1))),
        }
    }

    /// The GPU of this name, with the memory that was named.
    fn gpu(&self, name: &str) -> Result<Gpu, Error> {
        let gpu = Gpu::named(name)?;
        Ok(match self.gpu_memory {
            Some(memory_gib) => Gpu { memory_gib, label_mib: None, parts: 1, ..gpu },
            None => gpu,
        })
    }

    /// The setting on these GPUs.
    pub(super) fn on(&self, setting: Setting, gpu: Gpu, gpus: u64) -> Setting {
        let spread = if setting.engine == Engine::Vllm { gpus } else { 1 };
        let gpus = self.gpus.unwrap_or(gpus);
        let tensor_parallel = self.tensor_parallel.unwrap_or(spread.min(gpus));
        Setting { gpu: Some(gpu), gpus, tensor_parallel, ..setting }
    }
}

/// What usually runs a model of this form.
fn engine_for(model: &Model, reference: &str) -> Engine {
    let is_file = reference.contains(".gguf") || reference.starts_with("hf://") || reference == "-";
    match (model.is_gguf, model.architecture.is_encoder()) {
        (false, true) => Engine::Tei,
        (false, false) => Engine::Vllm,
        (true, _) if is_file => Engine::LlamaCpp,
        (true, _) => Engine::Ollama,
    }
}
