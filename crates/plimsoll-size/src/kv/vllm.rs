//! vLLM's cache: blocks of tokens.
//!
//! Source: vllm-project/vllm vllm/v1/kv_cache_interface.py (main, 2026).

use crate::{Architecture, Bytes, Cache, Reach, Setting};

/// Tokens of a block.
const BLOCK: u64 = 16;

/// What each GPU needs for one sequence of the setting's context.
#[must_use]
pub fn vllm_cache(architecture: &Architecture, setting: &Setting) -> Bytes {
    let ranks = setting.tensor_parallel;
    let length = setting.context;
    let bytes = architecture.layers.iter().map(|layer| {
        let (pages, page) = match layer.cache {
            Cache::Attention { kv_heads, key, value, reach } => {
                // Beyond the number of heads they are copied.
                let heads = kv_heads.div_ceil(ranks).max(1);
                let keys = setting.key.of(u128::from(heads) * u128::from(key));
                let values = setting.value.of(u128::from(heads) * u128::from(value));
                (pages(reach, length, setting), (keys + values) * u128::from(BLOCK))
            }
            // Every GPU has all of it, and it counts once.
            Cache::Latent { width } => {
                let page = setting.key.of(width.into()) * u128::from(BLOCK);
                (length.div_ceil(BLOCK), page)
            }
            Cache::Recurrent { conv, state } => {
                // The convolution's past in half precision, the state in single.
                let bytes = 2 * u128::from(conv) + 4 * u128::from(state);
                (1, bytes / u128::from(ranks))
            }
            Cache::Nothing => (0, 0),
        };
        u128::from(pages) * page
    });
    // Stages in a row share out the layers.
    let stages = u128::from(setting.gpus / ranks);
    Bytes::wide(bytes.sum::<u128>().div_ceil(stages.max(1)))
}

/// Returns what so many blocks take on each GPU.
#[must_use]
pub fn vllm_blocks(architecture: &Architecture, setting: &Setting, blocks: u64) -> Bytes {
    let mut full = architecture.clone();
    for layer in &mut full.layers {
        if let Cache::Attention { reach, .. } = &mut layer.cache {
            *reach = Reach::Full;
        }
    }
    let setting = Setting { context: blocks.saturating_mul(BLOCK), ..setting.clone() };
    vllm_cache(&full, &setting)
}

fn pages(reach: Reach, length: u64, setting: &Setting) -> u64 {
    let full = length.div_ceil(BLOCK);
    match reach {
        _ if setting.keeps_all => full,
        Reach::Full => full,
        Reach::Window(window) => {
            let tokens = (window.saturating_sub(1) + setting.batch_tokens).min(length);
            (tokens.div_ceil(BLOCK) + 1).min(full)
        }
        Reach::Chunk(chunk) => (chunk + setting.batch_tokens).min(length).div_ceil(BLOCK),
    }
}
