//! What each layer remembers, by the rules of each family.

use super::Config;
use super::family::Pattern;
use super::fields::Fields;
use super::sparse::{Compressed, FINE, Indexer};
use crate::{Cache, Error, Layer, Reach, Result};

/// What each layer remembers, and how far it looks.
pub(super) fn kinds(config: &Config, fields: &Fields<'_>) -> Result<(Vec<Layer>, Vec<Reach>)> {
    match uniform(config) {
        Some(layers) => Ok((layers, Vec::new())),
        None => mixed(config, fields),
    }
}

/// Layers that do not look over windows.
fn uniform(config: &Config) -> Option<Vec<Layer>> {
    if config.family.is_encoder {
        return Some(vec![Layer { cache: Cache::Nothing }; config.layers as usize]);
    }
    if let Some(compressed) = &config.compressed {
        let layer = |ratio: &u64| Layer { cache: of_compressed(config.head, compressed, *ratio) };
        let count = config.layers as usize;
        return Some(compressed.ratios.iter().take(count).map(layer).collect());
    }
    if let Some(latent) = config.latent {
        let width = latent.kv_rank + latent.rope;
        let layer = |layer: usize| Layer {
            cache: Cache::Latent { width, index: index_width(config.indexer.as_ref(), layer) },
        };
        return Some((0..config.layers as usize).map(layer).collect());
    }
    if let Some(mamba) = config.mamba {
        let cache = Cache::AttentionAndState {
            kv_heads: config.kv_heads,
            key: config.head,
            value: config.head,
            conv: (mamba.conv - 1).saturating_mul(mamba.conv_width()),
            state: mamba.state * mamba.inner,
        };
        return Some(vec![Layer { cache }; config.layers as usize]);
    }
    None
}

fn mixed(config: &Config, fields: &Fields<'_>) -> Result<(Vec<Layer>, Vec<Reach>)> {
    let types = fields.texts("layer_types");
    if let Some(types) = &types
        && types.len() as u64 != config.layers
    {
        return Err(Error::invalid(format!(
            "layer_types has {} entries for {} layers",
            types.len(),
            config.layers
        )));
    }
    let window = window(config, fields)?;
    let shared = fields.number(&["num_kv_shared_layers"])?.unwrap_or(0);
    let own = config.layers.saturating_sub(shared);
    let interval = fields.number(&["full_attention_interval"])?.unwrap_or(4).max(1);
    let first_windowed = fields.number(&["max_window_layers"])?;
    let period = fields.number(&["sliding_window_pattern"])?;
    let mut kinds = Vec::new();
    let mut reaches = Vec::new();
    for layer in 0..config.layers {
        let kind = types.as_ref().map(|types| types[layer as usize]);
        let is_linear = match kind {
            Some(kind) => kind == "linear_attention",
            None => config.linear.is_some() && !(layer + 1).is_multiple_of(interval),
        };
        if let Some(linear) = config.linear.filter(|_| is_linear) {
            let inner = linear.value_heads * linear.value;
            let width = inner + 2 * linear.key_heads * linear.key;
            let conv = (linear.conv - 1).saturating_mul(width);
            kinds.push(Layer {
                cache: Cache::Recurrent { conv, state: linear.key.saturating_mul(inner) },
            });
            reaches.push(Reach::Full);
            continue;
        }
        let reach = match (kind, window) {
            (Some("full_attention" | "attention"), _) | (_, None) => Reach::Full,
            (Some("sliding_attention"), Some(window)) => Reach::Window(window),
            (Some("chunked_attention"), Some(window)) => Reach::Chunk(window),
            (Some(other), _) => {
                return Err(Error::unsupported(format!("a layer of type {other}")));
            }
            (None, Some(window)) => reach(config, layer, window, period, first_windowed),
        };
        reaches.push(reach);
        let (kv_heads, head) = config.heads_of(reach);
        let cache = Cache::Attention { kv_heads, key: head, value: head, reach };
        kinds.push(Layer { cache: if layer < own { cache } else { Cache::Nothing } });
    }
    Ok((kinds, reaches))
}

/// What an indexer keeps for a token in this layer.
fn index_width(indexer: Option<&Indexer>, layer: usize) -> u64 {
    indexer.map_or(0, |indexer| {
        if indexer.picks.get(layer).copied().unwrap_or(true) { indexer.width } else { 0 }
    })
}

fn of_compressed(width: u64, compressed: &Compressed, ratio: u64) -> Cache {
    let index = if ratio == FINE { compressed.index_width } else { 0 };
    Cache::Compressed { width, window: compressed.window, ratio, index }
}

fn reach(
    config: &Config,
    layer: u64,
    window: u64,
    period: Option<u64>,
    first: Option<u64>,
) -> Reach {
    let is_last = |of: u64| (layer + 1).is_multiple_of(of.max(1));
    match config.family.pattern {
        Pattern::Full => Reach::Full,
        Pattern::All => {
            let is_windowed = first.is_none_or(|first| layer >= first);
            if is_windowed { Reach::Window(window) } else { Reach::Full }
        }
        Pattern::LastOf(of) if is_last(period.unwrap_or(of)) => Reach::Full,
        Pattern::LastOf(_) => Reach::Window(window),
        Pattern::ChunkLastOf(of) if is_last(of) => Reach::Full,
        Pattern::ChunkLastOf(_) => Reach::Chunk(window),
    }
}

/// The window, where layers have one.
fn window(config: &Config, fields: &Fields<'_>) -> Result<Option<u64>> {
    // The Qwens name a window in every configuration and use it where they say so.
    if config.family.gguf.starts_with("qwen") && fields.flag("use_sliding_window") != Some(true) {
        return Ok(None);
    }
    let window = match config.family.gguf {
        "llama4" => fields.number(&["attention_chunk_size"])?.or(Some(8192)),
        "gemma2" => fields.number(&["sliding_window"])?.or(Some(4096)),
        "gemma3" => fields.number(&["sliding_window"])?.or(Some(1024)),
        _ => fields.number(&["sliding_window"])?,
    };
    Ok(window.filter(|window| *window > 0))
}
