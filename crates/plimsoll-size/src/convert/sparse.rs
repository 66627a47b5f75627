//! Keys of attention that looks at some tokens only.

use crate::Value;
use crate::config::{Compressed, Config, Indexer};

/// Sets the keys that llama.cpp asks for; nothing for other architectures.
pub(super) fn describe(config: &Config, set: &mut dyn FnMut(&str, Value)) {
    if let Some(indexer) = &config.indexer {
        indexed(config, indexer, set);
    }
    if let Some(compressed) = &config.compressed {
        keys_of_compressed(config, compressed, set);
    }
}

fn indexed(config: &Config, indexer: &Indexer, set: &mut dyn FnMut(&str, Value)) {
    set("attention.indexer.head_count", Value::Unsigned(indexer.heads));
    set("attention.indexer.key_length", Value::Unsigned(indexer.width));
    // How many tokens are picked does not change what is kept.
    set("attention.indexer.top_k", Value::Unsigned(2048));
    // A sigmoid, which the DeepSeeks and GLMs route by.
    set("expert_gating_func", Value::Unsigned(2));
    if config.family.gguf == "glm-dsa" {
        let picks = indexer.picks.iter().take(config.layers as usize).map(|pick| u64::from(*pick));
        set("attention.indexer.types", Value::Numbers(picks.collect()));
    }
}

fn keys_of_compressed(config: &Config, compressed: &Compressed, set: &mut dyn FnMut(&str, Value)) {
    let ratios = compressed.ratios.iter().copied().take(config.layers as usize).collect();
    set("attention.compress_ratios", Value::Numbers(ratios));
    for (key, number) in [
        ("attention.sliding_window", compressed.window),
        ("attention.q_lora_rank", compressed.q_rank),
        ("attention.indexer.head_count", compressed.index_heads),
        ("attention.indexer.key_length", compressed.index_width),
        ("attention.indexer.top_k", 512),
        ("attention.output_group_count", compressed.out_groups),
        ("attention.output_lora_rank", compressed.out_rank),
        ("hyper_connection.count", compressed.streams),
        ("hyper_connection.sinkhorn_iterations", 20),
        ("hash_layer_count", compressed.hashed),
        // The square root of softplus, the only one that is known for it.
        ("expert_gating_func", 4),
        ("rope.dimension_count", 64),
    ] {
        set(key, Value::Unsigned(number));
    }
    for (key, number) in [
        ("attention.compress_rope_freq_base", 160_000.0),
        ("hyper_connection.epsilon", 1e-6),
        ("expert_weights_scale", 1.5),
        ("swiglu_clamp_exp", 10.0),
    ] {
        set(key, Value::Float(number));
    }
    set("expert_weights_norm", Value::Bool(true));
}
