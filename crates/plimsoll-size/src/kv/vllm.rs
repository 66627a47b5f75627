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
            Cache::Latent { width, index } => {
                let page = (latent(width, index, setting) + indexed(index)) * u128::from(BLOCK);
                (length.div_ceil(BLOCK), page)
            }
            Cache::Recurrent { conv, state } => (1, recurrent(conv, state) / u128::from(ranks)),
            Cache::AttentionAndState { kv_heads, key, value, conv, state } => {
                let heads = u128::from(kv_heads.div_ceil(ranks).max(1));
                let token = setting.key.of(heads * u128::from(key))
                    + setting.value.of(heads * u128::from(value));
                let tokens = length.div_ceil(BLOCK) * BLOCK;
                let state = recurrent(conv, state) / u128::from(ranks);
                (1, u128::from(tokens) * token + state)
            }
            // vLLM's layout of these is not known; its estimate refuses them.
            Cache::Compressed { .. } | Cache::Nothing => (0, 0),
        };
        u128::from(pages) * page
    });
    // Stages in a row share out the layers; groups that share only experts do not.
    let stages = if setting.has_expert_parallel { 1 } else { u128::from(setting.gpus / ranks) };
    Bytes::wide(bytes.sum::<u128>().div_ceil(stages.max(1)))
}

/// A latent vector of one token. Beside an indexer eight-bit ones are stored with their scales, and
/// the rotated part as it is: 656 bytes for 512 + 64.
fn latent(width: u64, index: u64, setting: &Setting) -> u128 {
    const ROTATED: u64 = 64;
    if index > 0 && setting.key.name == "fp8" && width > ROTATED {
        let plain = u128::from(width - ROTATED);
        return plain + 4 * plain.div_ceil(128) + 2 * u128::from(ROTATED);
    }
    setting.key.of(width.into())
}

/// An indexer's key of one token: eight bits for each element, and a scale for each 128.
fn indexed(index: u64) -> u128 {
    u128::from(index) + 4 * u128::from(index.div_ceil(128))
}

/// The convolution's past in half precision, the state in single.
fn recurrent(conv: u64, state: u64) -> u128 {
    2 * u128::from(conv) + 4 * u128::from(state)
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
            let tokens = (window.saturating_sub(1) + setting.batch_tokens()).min(length);
            (tokens.div_ceil(BLOCK) + 1).min(full)
        }
        Reach::Chunk(chunk) => (chunk + setting.batch_tokens()).min(length).div_ceil(BLOCK),
    }
}
