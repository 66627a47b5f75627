//! The keys of a GGUF file become an architecture, by llama.cpp's rules.
//!
//! Source: llama.cpp of llama-cpp-python 0.3.36, src/llama-model.cpp and src/models.

use super::Gguf;
use crate::architecture::MAX_LAYERS;
use crate::config::family::{Family, Pattern};
use crate::config::{FINE, unknown};
use crate::{Architecture, Cache, Error, Experts, Layer, Metadata, Reach, Result};

/// Reads keys below the architecture's name.
struct Keys<'a> {
    metadata: &'a Metadata,
    name: &'a str,
    layers: usize,
}

impl Keys<'_> {
    fn key(&self, key: &str) -> String {
        format!("{}.{key}", self.name)
    }

    fn number(&self, key: &str) -> Result<Option<u64>> {
        // Some keys are one number for all layers, or one for each; then the largest counts.
        match self.metadata.numbers(&self.key(key), 1) {
            Ok(_) if self.metadata.length(&self.key(key)).is_some() => {
                Ok(self.each(key)?.and_then(|all| all.into_iter().max()))
            }
            other => other.map(|numbers| numbers.and_then(|numbers| numbers.first().copied())),
        }
    }

    fn need(&self, key: &str) -> Result<u64> {
        self.number(key)?
            .ok_or_else(|| Error::invalid(format!("its header has no {}", self.key(key))))
    }

    fn each(&self, key: &str) -> Result<Option<Vec<u64>>> {
        self.metadata.numbers(&self.key(key), self.layers)
    }
}

impl Gguf {
    /// Returns what the model is made of.
    ///
    /// # Errors
    ///
    /// `Unsupported` for an architecture that is unknown, `Invalid` where keys are missing or make
    /// no sense, `Limit` for absurd numbers.
    pub fn architecture(&self) -> Result<Architecture> {
        let name = self.metadata.text("general.architecture");
        let name = name.ok_or_else(|| {
            Error::invalid(
                "its header has no general.architecture; it is no language model, or a later shard",
            )
        })?;
        let family = Family::of_gguf(name).ok_or_else(|| unknown(name))?;
        let mut keys = Keys { metadata: &self.metadata, name, layers: 0 };
        let all = keys.need("block_count")?;
        if all == 0 || all > MAX_LAYERS {
            return Err(Error::limit(format!(
                "its {name}.block_count is {all}; from 1 to {MAX_LAYERS} make sense"
            )));
        }
        keys.layers = all as usize;
        let draft_layers = keys.number("nextn_predict_layers")?.unwrap_or(0).min(all - 1);
        let mut layers = layers(&keys, family)?;
        layers.truncate((all - draft_layers) as usize);
        let experts = keys.number("expert_count")?.filter(|count| *count > 0);
        let used = keys.number("expert_used_count")?.unwrap_or(1);
        let width = keys.number("expert_feed_forward_length")?;
        let width = width.or(keys.number("feed_forward_length")?).unwrap_or(0);
        Architecture {
            name: name.to_owned(),
            family,
            layers,
            draft_layers,
            hidden: keys.need("embedding_length")?,
            heads: keys.number("attention.head_count")?.unwrap_or(1),
            kv_heads: keys
                .number("attention.head_count_kv")?
                .or(keys.number("attention.head_count")?)
                .unwrap_or(1),
            feed_forward: keys
                .number("feed_forward_length")?
                .or(keys.number("expert_feed_forward_length")?)
                .unwrap_or(0),
            vocabulary: keys
                .number("vocab_size")?
                .or(self.metadata.length("tokenizer.ggml.tokens"))
                .or_else(|| self.vocabulary())
                .unwrap_or(0),
            context: keys.number("context_length")?,
            experts: experts.map(|count| Experts { count, used: used.clamp(1, count), width }),
        }
        .checked()
    }

    /// The rows of the table of embeddings.
    fn vocabulary(&self) -> Option<u64> {
        self.tensors.iter().find(|tensor| tensor.name == "token_embd.weight")?.shape.get(1).copied()
    }
}

fn layers(keys: &Keys<'_>, family: &'static Family) -> Result<Vec<Layer>> {
    if family.is_encoder {
        return Ok(vec![Layer { cache: Cache::Nothing }; keys.layers]);
    }
    let hidden = keys.need("embedding_length")?;
    let heads = keys.each("attention.head_count")?;
    let heads = heads.ok_or_else(|| Error::invalid("its header has no attention.head_count"))?;
    let kv_heads = keys.each("attention.head_count_kv")?.unwrap_or_else(|| heads.clone());
    let most = heads.iter().copied().max().filter(|most| *most > 0).unwrap_or(1);
    let key = keys.number("attention.key_length")?.unwrap_or(hidden / most);
    let value = keys.number("attention.value_length")?.unwrap_or(hidden / most);
    let key_window = keys.number("attention.key_length_swa")?.unwrap_or(key);
    let value_window = keys.number("attention.value_length_swa")?.unwrap_or(value);
    // A file with absorbed projections says so with the lengths of the heads before absorption.
    let is_latent = keys.number("attention.key_length_mla")?.is_some_and(|length| length > 0);
    let reaches = reaches(keys, family)?;
    let recurrent = recurrent(keys, family)?;
    let own = own_caches(keys, family)?;
    let (conv, state) = state(keys)?;
    let index = indexes(keys, family)?;
    let ratios = keys.metadata.numbers(&keys.key("attention.compress_ratios"), keys.layers)?;
    let window = keys.number("attention.sliding_window")?.unwrap_or(0);
    let layers = (0..keys.layers).map(|layer| {
        let cache = if layer >= own {
            Cache::Nothing
        } else if let Some(ratios) = ratios.as_ref().filter(|_| family.gguf == "deepseek4") {
            let ratio = ratios[layer];
            let index = if ratio == FINE { index[layer] } else { 0 };
            Cache::Compressed { width: key, window, ratio, index }
        } else if recurrent[layer] {
            Cache::Recurrent { conv, state }
        } else if is_latent {
            Cache::Latent { width: key.saturating_mul(kv_heads[layer]), index: index[layer] }
        } else if family.gguf == "falcon-h1" {
            let kv_heads = kv_heads[layer];
            Cache::AttentionAndState { kv_heads, key, value, conv, state }
        } else if kv_heads[layer] == 0 {
            Cache::Nothing
        } else {
            let reach = reaches[layer];
            let is_full = reach == Reach::Full;
            let (key, value) = if is_full { (key, value) } else { (key_window, value_window) };
            Cache::Attention { kv_heads: kv_heads[layer], key, value, reach }
        };
        Layer { cache }
    });
    Ok(layers.collect())
}

/// What the indexer of each layer keeps for a token.
fn indexes(keys: &Keys<'_>, family: &'static Family) -> Result<Vec<u64>> {
    let width = match family.gguf {
        "deepseek32" | "deepseek4" | "glm-dsa" => keys.number("attention.indexer.key_length")?,
        _ => None,
    };
    let width = width.unwrap_or(0);
    if family.gguf != "glm-dsa" {
        return Ok(vec![width; keys.layers]);
    }
    let picks = match keys.each("attention.indexer.types")? {
        Some(listed) => listed,
        // Files from before the key: GLM 5 picks in every layer, 5.2 in the first two and then in
        // every fourth (src/models/glm-dsa.cpp tells them by their context).
        None if keys.number("context_length")?.unwrap_or(0) < 1 << 20 => vec![1; keys.layers],
        None => (0..keys.layers).map(|at| u64::from(at < 2 || at % 4 == 2)).collect(),
    };
    Ok(picks.into_iter().map(|picks| if picks == 0 { 0 } else { width }).collect())
}

fn reaches(keys: &Keys<'_>, family: &'static Family) -> Result<Vec<Reach>> {
    let full = vec![Reach::Full; keys.layers];
    let window = keys.number("attention.sliding_window")?;
    let window = match family.gguf {
        // llama.cpp fixes the chunk (src/models/llama4.cpp) and Gemma 2's default.
        "llama4" if window != Some(0) => Some(8192),
        "gemma2" => window.or(Some(4096)),
        _ => window,
    };
    let Some(window) = window.filter(|window| *window > 0) else { return Ok(full) };
    let at = |is_windowed: bool, is_chunk: bool| match (is_windowed, is_chunk) {
        (false, _) => Reach::Full,
        (true, false) => Reach::Window(window),
        (true, true) => Reach::Chunk(window),
    };
    let is_chunk = matches!(family.pattern, Pattern::ChunkLastOf(_));
    let pattern = "attention.sliding_window_pattern";
    let is_list = keys.metadata.length(&keys.key(pattern)).is_some();
    if is_list && let Some(listed) = keys.each(pattern)? {
        return Ok(listed.into_iter().map(|windowed| at(windowed != 0, is_chunk)).collect());
    }
    let period = match family.pattern {
        Pattern::Full => return Ok(full),
        Pattern::All => return Ok(vec![Reach::Window(window); keys.layers]),
        Pattern::LastOf(period) | Pattern::ChunkLastOf(period) => {
            keys.number(pattern)?.unwrap_or(period)
        }
    };
    let is_windowed = |layer: usize| period == 0 || layer as u64 % period < period - 1;
    Ok((0..keys.layers).map(|layer| at(is_windowed(layer), is_chunk)).collect())
}

fn recurrent(keys: &Keys<'_>, family: &'static Family) -> Result<Vec<bool>> {
    if !matches!(family.gguf, "qwen3next" | "qwen35" | "qwen35moe") {
        return Ok(vec![false; keys.layers]);
    }
    if let Some(listed) = keys.each("attention.recurrent_layers")? {
        return Ok(listed.into_iter().map(|recurrent| recurrent != 0).collect());
    }
    let interval = keys.number("full_attention_interval")?.unwrap_or(4).max(1);
    let draft = keys.number("nextn_predict_layers")?.unwrap_or(0);
    let trunk = (keys.layers as u64).saturating_sub(draft);
    let is_recurrent = |layer: u64| layer < trunk && !(layer + 1).is_multiple_of(interval);
    Ok((0..keys.layers as u64).map(is_recurrent).collect())
}

/// How many layers, from the first, have a cache of their own.
fn own_caches(keys: &Keys<'_>, family: &'static Family) -> Result<usize> {
    match family.gguf {
        // Fixed in src/models/gemma3n.cpp.
        "gemma3n" => Ok(20),
        "gemma4" => {
            let shared = keys.number("attention.shared_kv_layers")?.unwrap_or(0);
            Ok(keys.layers.saturating_sub(usize::try_from(shared).unwrap_or(usize::MAX)))
        }
        _ => Ok(keys.layers),
    }
}

/// Elements of the convolution's past and of the state.
fn state(keys: &Keys<'_>) -> Result<(u64, u64)> {
    let number = |key: &str| keys.number(key).map(|number| number.unwrap_or(0));
    let conv = number("ssm.conv_kernel")?.saturating_sub(1);
    let inner = number("ssm.inner_size")?;
    let size = number("ssm.state_size")?;
    let groups = number("ssm.group_count")?;
    let width = groups.saturating_mul(size).saturating_mul(2).saturating_add(inner);
    Ok((conv.saturating_mul(width), size.saturating_mul(inner)))
}
