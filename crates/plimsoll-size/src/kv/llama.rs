//! llama.cpp's cache, layer by layer.
//!
//! Source: llama.cpp of llama-cpp-python 0.3.36, src/llama-context.cpp, src/llama-kv-cache.cpp,
//! src/llama-kv-cache-iswa.cpp, src/llama-memory-recurrent.cpp; for Ollama's former runner,
//! ollama/ollama model/models/gptoss and kvcache/causal.go (2025).

use crate::config::FINE;
use crate::{Architecture, Bytes, Cache, Engine, Reach, Setting};

/// What llama.cpp sets aside for sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LlamaCache {
    /// Keys and values of each layer.
    pub attention: Vec<Bytes>,
    /// States of each layer.
    pub recurrent: Vec<Bytes>,
    /// Cells of a layer that looks at everything.
    pub cells: u64,
    /// Cells of a layer with a window; the same where there is none.
    pub window_cells: u64,
    /// Copies of the cells: one for each sequence, or one for all.
    pub streams: u64,
}

impl LlamaCache {
    /// Returns everything together.
    #[must_use]
    pub fn total(&self) -> Bytes {
        self.attention.iter().chain(&self.recurrent).copied().sum()
    }

    /// Returns what one layer has.
    #[must_use]
    pub fn layer(&self, layer: usize) -> Bytes {
        let of = |all: &[Bytes]| all.get(layer).copied().unwrap_or_default();
        of(&self.attention) + of(&self.recurrent)
    }
}

/// llama.cpp rounds all lengths up to this.
const PAD: u64 = 256;

/// What Ollama's former runner kept for gpt-oss, whatever the window.
const RUNNER_WINDOW: u64 = 4096;

/// Returns llama.cpp's cache. The setting's context is that of one sequence: the server's `-c` is
/// that times the sequences.
#[must_use]
pub fn llama_cache(architecture: &Architecture, setting: &Setting) -> LlamaCache {
    let parallel = setting.parallel;
    let total = setting.context.saturating_mul(parallel).next_multiple_of(PAD);
    let is_runner = setting.engine == Engine::OllamaRunner;
    let (cells, streams) = if setting.is_unified || is_runner {
        (total, 1)
    } else {
        ((total / parallel).next_multiple_of(PAD), parallel)
    };
    let has_windows = architecture.family.llama_windows && !setting.keeps_all;
    let window_cells = |window: u64| {
        let window =
            if is_runner && architecture.family.gguf == "gpt-oss" { RUNNER_WINDOW } else { window };
        let sequences = if setting.is_unified || is_runner { parallel } else { 1 };
        let wanted = window.saturating_mul(sequences).saturating_add(setting.micro_batch);
        wanted.min(cells).next_multiple_of(PAD)
    };
    // Without flash attention values lie across, and all layers take the widest one's room.
    let widest = architecture.layers.iter().map(|layer| width(layer.cache).1).max().unwrap_or(0);
    let mut cache = LlamaCache {
        attention: Vec::new(),
        recurrent: Vec::new(),
        cells,
        window_cells: cells,
        streams,
    };
    for layer in &architecture.layers {
        let (key, value) = width(layer.cache);
        let value = if setting.has_flash || value == 0 { value } else { widest };
        let own_cells = match layer.cache {
            Cache::Attention { reach: Reach::Window(window) | Reach::Chunk(window), .. }
                if has_windows =>
            {
                cache.window_cells = window_cells(window);
                cache.window_cells
            }
            _ => cells,
        };
        let rows = u128::from(own_cells) * u128::from(streams);
        let mut bytes = rows * (setting.key.of(key.into()) + setting.value.of(value.into()));
        let mut state = state(layer.cache, parallel);
        if let Cache::Compressed { width, window, ratio, index } = layer.cache {
            let sparse = Sparse { width, window, ratio, index };
            cache.window_cells = sparse.window_cells(cells, setting);
            bytes = sparse.bytes(cells, setting);
            state = sparse.state(parallel);
        }
        cache.attention.push(Bytes::wide(bytes));
        cache.recurrent.push(state);
    }
    cache
}

/// States of constant size: single precision, for each sequence.
fn state(cache: Cache, parallel: u64) -> Bytes {
    match cache {
        Cache::Recurrent { conv, state } | Cache::AttentionAndState { conv, state, .. } => {
            Bytes::wide(4 * (u128::from(conv) + u128::from(state)) * u128::from(parallel))
        }
        _ => Bytes(0),
    }
}

/// A layer of DeepSeek V4, whose caches are apart for each sequence even where others share one.
///
/// Source: llama.cpp, src/llama-kv-cache-dsv4.cpp.
struct Sparse {
    width: u64,
    window: u64,
    ratio: u64,
    index: u64,
}

impl Sparse {
    fn window_cells(&self, cells: u64, setting: &Setting) -> u64 {
        if setting.keeps_all {
            return cells;
        }
        self.window.saturating_add(setting.micro_batch).min(cells).next_multiple_of(PAD)
    }

    fn bytes(&self, cells: u64, setting: &Setting) -> u128 {
        let row = setting.key.of(self.width.into());
        let window = u128::from(self.window_cells(cells, setting)) * row;
        let compressed = match self.ratio {
            0 => 0,
            ratio => {
                let cells = cells.div_ceil(ratio).max(1).next_multiple_of(PAD);
                u128::from(cells) * (row + setting.key.of(self.index.into()))
            }
        };
        (window + compressed) * u128::from(setting.parallel)
    }

    /// What is not compressed yet: vectors and their scores in single precision. The fine layers
    /// overlap, and keep two halves of two vectors.
    fn state(&self, parallel: u64) -> Bytes {
        let (elements, tokens) = match self.ratio {
            0 => (0, 0),
            FINE => (2 * (self.width + self.index), 2 * FINE),
            ratio => (self.width, ratio),
        };
        Bytes::wide(4 * 2 * u128::from(elements) * u128::from(tokens) * u128::from(parallel))
    }
}

/// Elements of keys and of values for one token.
const fn width(cache: Cache) -> (u64, u64) {
    match cache {
        Cache::Attention { kv_heads, key, value, .. } => (kv_heads * key, kv_heads * value),
        Cache::AttentionAndState { kv_heads, key, value, .. } => (kv_heads * key, kv_heads * value),
        // One compressed vector serves as both; the indexer's key lies in a cache beside it.
        Cache::Latent { width, index } => (width + index, 0),
        Cache::Compressed { .. } | Cache::Recurrent { .. } | Cache::Nothing => (0, 0),
    }
}
