//! What each layer remembers, by the rules of each family.

use super::Config;
use super::family::Pattern;
use super::fields::Fields;
use crate::{Cache, Error, Layer, Reach, Result};

pub(super) fn kinds(config: &Config, fields: &Fields<'_>) -> Result<Vec<Layer>> {
    if config.family.is_encoder {
        return Ok(vec![Layer { cache: Cache::Nothing }; config.layers as usize]);
    }
    if let Some(latent) = config.latent {
        let width = latent.kv_rank + latent.rope;
        return Ok(vec![Layer { cache: Cache::Latent { width } }; config.layers as usize]);
    }
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
    let global_heads = fields.number(&["num_global_key_value_heads"])?;
    let global_head = fields.number(&["global_head_dim"])?;
    let period = fields.number(&["sliding_window_pattern"])?;
    let mut kinds = Vec::new();
    for layer in 0..config.layers {
        let kind = types.as_ref().map(|types| types[layer as usize]);
        let is_linear = match kind {
            Some(kind) => kind == "linear_attention",
            None => config.linear.is_some() && !(layer + 1).is_multiple_of(interval),
        };
        if layer >= own {
            kinds.push(Layer { cache: Cache::Nothing });
            continue;
        }
        if let Some(linear) = config.linear.filter(|_| is_linear) {
            let inner = linear.value_heads * linear.value;
            let conv = (linear.conv - 1) * (inner + 2 * linear.key_heads * linear.key);
            kinds.push(Layer { cache: Cache::Recurrent { conv, state: linear.key * inner } });
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
        // Gemma 4 gives layers that look at everything heads of their own.
        let is_global = reach == Reach::Full;
        let kv_heads = global_heads.filter(|_| is_global).unwrap_or(config.kv_heads);
        let head = global_head.filter(|_| is_global).unwrap_or(config.head);
        kinds.push(Layer { cache: Cache::Attention { kv_heads, key: head, value: head, reach } });
    }
    Ok(kinds)
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
