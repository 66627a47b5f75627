//! The header of a GGUF file for a model that is known by its configuration.
//!
//! Source: llama.cpp of llama-cpp-python 0.3.36, `load_arch_hparams` in src/models and
//! src/llama-model.cpp: the keys that it asks for.

mod sparse;

use crate::config::Config;
use crate::{Cache, Known, Metadata, Reach, Recipe, Result, Value, gguf_bytes};

impl Known {
    /// Returns the header of this model's GGUF file by a recipe, without a vocabulary, and the
    /// length of the whole file: what llama.cpp needs to tell how much memory it would take.
    ///
    /// # Errors
    ///
    /// `Unsupported` for architectures whose shapes are not known.
    pub fn gguf_header(&self, recipe: &Recipe) -> Result<(Vec<u8>, u64)> {
        let config = self.config()?;
        Ok(gguf_bytes(&metadata(&config), &recipe.tensors(&config)?))
    }
}

fn metadata(config: &Config) -> Metadata {
    let mut metadata = Metadata::default();
    let name = config.family.gguf;
    metadata.set("general.architecture", Value::Text(name.to_owned()));
    metadata.set("general.type", Value::Text("model".to_owned()));
    metadata.set("tokenizer.ggml.model", Value::Text("no_vocab".to_owned()));
    let mut set = |key: &str, value: Value| metadata.set(format!("{name}.{key}"), value);
    // The precision of norms is asked for and does not matter here.
    for key in ["attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "logit_scale"] {
        set(key, Value::Float(1e-5));
    }
    let mut number = |key: &str, value: u64| set(key, Value::Unsigned(value));
    number("block_count", config.layers);
    number("context_length", config.context.unwrap_or(4096));
    number("embedding_length", config.hidden);
    number("feed_forward_length", config.feed_forward);
    number("vocab_size", config.vocabulary);
    number("attention.head_count", config.heads);
    match config.latent {
        // All heads share one vector, of which the rank is the value.
        Some(latent) => {
            number("attention.head_count_kv", 1);
            number("attention.key_length", latent.kv_rank + latent.rope);
            number("attention.value_length", latent.kv_rank);
            number("attention.key_length_mla", latent.nope + latent.rope);
            number("attention.value_length_mla", latent.value);
            number("attention.kv_lora_rank", latent.kv_rank);
            if latent.q_rank > 0 {
                number("attention.q_lora_rank", latent.q_rank);
            }
            number("rope.dimension_count", latent.rope);
        }
        None => {
            number("attention.head_count_kv", config.kv_heads);
            number("attention.key_length", config.head);
            number("attention.value_length", config.head);
            number("rope.dimension_count", config.head);
        }
    }
    if let Some(window) = config.kinds.iter().find_map(|layer| match layer.cache {
        Cache::Attention { reach: Reach::Window(window) | Reach::Chunk(window), .. } => {
            Some(window)
        }
        _ => None,
    }) {
        number("attention.sliding_window", window);
    }
    if let Some(mixture) = &config.mixture {
        number("expert_count", mixture.count);
        number("expert_used_count", mixture.used);
        number("expert_feed_forward_length", mixture.width);
        number("expert_shared_feed_forward_length", mixture.shared);
        number("expert_shared_count", mixture.shared / mixture.width.max(1));
        number("leading_dense_block_count", mixture.dense_first);
        number("interleave_moe_layer_step", mixture.step);
    }
    if let Some(linear) = config.linear {
        number("ssm.conv_kernel", linear.conv);
        number("ssm.inner_size", linear.value_heads * linear.value);
        number("ssm.state_size", linear.key);
        number("ssm.time_step_rank", linear.value_heads);
        number("ssm.group_count", linear.key_heads);
    }
    if let Some(mamba) = config.mamba {
        number("ssm.conv_kernel", mamba.conv);
        number("ssm.inner_size", mamba.inner);
        number("ssm.state_size", mamba.state);
        number("ssm.time_step_rank", mamba.heads);
        number("ssm.group_count", mamba.groups);
    }
    if name.starts_with("qwen35") || name == "qwen2vl" {
        // How positions are shared out between text, height and width.
        set("rope.dimension_sections", Value::Numbers(vec![11, 11, 10, 0]));
    }
    sparse::describe(config, &mut set);
    if name == "gemma4" {
        gemma4(config, &mut set);
    }
    metadata
}

/// Gemma 4's layers differ: which look over the window, their heads, their widths.
fn gemma4(config: &Config, set: &mut dyn FnMut(&str, Value)) {
    let list = |of: &dyn Fn(Reach) -> u64| config.reaches.iter().map(|reach| of(*reach)).collect();
    let is_windowed = |reach: Reach| u64::from(reach != Reach::Full);
    set("attention.sliding_window_pattern", Value::Numbers(list(&is_windowed)));
    let kv_heads = |reach: Reach| config.heads_of(reach).0;
    set("attention.head_count_kv", Value::Numbers(list(&kv_heads)));
    let (_, wide) = config.heads_of(Reach::Full);
    for (key, length) in [
        ("attention.key_length", wide),
        ("attention.value_length", wide),
        ("attention.key_length_swa", config.head),
        ("attention.value_length_swa", config.head),
        ("rope.dimension_count", wide),
        ("rope.dimension_count_swa", config.head),
        ("embedding_length_per_layer_input", config.per_layer.width),
    ] {
        set(key, Value::Unsigned(length));
    }
    let shared = (0..config.layers).filter(|layer| config.shares_cache(*layer)).count();
    set("attention.shared_kv_layers", Value::Unsigned(shared as u64));
    if !config.feed_forwards.is_empty() {
        set("feed_forward_length", Value::Numbers(config.feed_forwards.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Gguf, catalogue};

    #[test]
    fn a_header_says_the_same_as_its_configuration() {
        for known in catalogue() {
            let recipe = Recipe::named(&known.quant).unwrap();
            let (bytes, length) = known.gguf_header(recipe).unwrap();
            let mut reader = std::io::Cursor::new(bytes);
            let gguf = Gguf::read(&mut reader, Some(length)).unwrap();
            let read = gguf.architecture().unwrap();
            let config = known.config().unwrap().architecture().unwrap();
            // What llama.cpp does not keep a window for is written as one all the same.
            assert_eq!(read.layers, config.layers, "{}", known.title);
            assert_eq!(
                (read.hidden, read.vocabulary, read.experts),
                (config.hidden, config.vocabulary, config.experts),
                "{}",
                known.title
            );
        }
    }
}
