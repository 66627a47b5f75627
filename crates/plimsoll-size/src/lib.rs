//! What an AI model needs before it is deployed: bytes on disk, memory, GPUs, time to load.
//!
//! Data flows one way. *Readers* turn a file's header, a configuration or a manifest into a
//! [`Model`]: its [`Architecture`] and its [`Weights`]. A [`Model`] under a setting of an engine
//! becomes an estimate made of terms, and each term says by which formula it was found and how
//! sure it is.
//!
//! Nothing here opens a file: bytes come through [`std::io::Read`] and [`Folder`], which the caller
//! gives.

mod architecture;
mod bytes;
mod catalogue;
mod confidence;
mod config;
mod convert;
mod engines;
mod error;
mod estimate;
mod fit;
mod folder;
mod gguf;
mod gpu;
mod header;
mod hub;
mod kv;
mod listing;
mod model;
mod oci;
mod ollama;
mod open;
mod quant;
mod rate;
mod recipe;
mod reference;
mod safetensors;
mod setting;
mod shapes;
mod sniff;
mod tensor;
mod ways;
mod weights;

pub use architecture::{Architecture, Cache, Experts, Layer, Reach};
pub use bytes::Bytes;
pub use catalogue::{Known, KnownFile, catalogue};
pub use confidence::Confidence;
pub use config::Config;
pub use engines::{adam_bytes, estimate, startup, volume};
pub use error::{Error, ErrorKind};
pub use estimate::{Estimate, Place, Startup, Term};
pub use fit::{GpuRow, gpu_table, max_context, max_parallel, smallest_gpu};
pub use folder::{Entry, Folder, MemoryFolder};
pub use gguf::{
    GGML_TYPES, GgmlType, Gguf, Metadata, SplitName, Value, ggml_type, ggml_type_named, gguf_bytes,
};
pub use gpu::{GPUS, Gpu, Vendor};
pub use kv::{LlamaCache, llama_cache, vllm_blocks, vllm_cache};
pub use listing::read_listing;
pub use model::{Model, Part, PartKind};
pub use oci::{Layer as OciLayer, Manifest};
pub use ollama::{BlobName, OllamaName};
pub use open::{open_file, open_folder, pick_manifest};
pub use quant::Quant;
pub use rate::Rate;
pub use recipe::{RECIPES, Recipe};
pub use reference::Reference;
pub use safetensors::{Index, Safetensors};
pub use setting::{Engine, KvType, MAX_CONTEXT, MAX_PARALLEL, Method, Setting, Storage, Training};
pub use sniff::{FileKind, sniff};
pub use tensor::{Dtype, Tensor};
pub use ways::{Way, ways};
pub use weights::{LayerWeights, Weights};

/// The result of this crate's functions.
pub type Result<T> = std::result::Result<T, Error>;
