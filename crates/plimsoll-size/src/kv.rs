//! The cache of keys and values.

mod llama;
mod vllm;

pub use llama::{LlamaCache, llama_cache};
pub use vllm::{vllm_blocks, vllm_cache};
