//! Families of their own shape: the Falcons, MPT and the Starcoders.

use super::Shapes;
use crate::config::Mamba;
use crate::config::family::Shape;

impl Shapes<'_> {
    /// Falcon, MPT and the Starcoders: norms with or without biases, queries, keys and values in
    /// one matrix or three, and a feed-forward block without a gate.
    pub(super) fn older(&mut self) {
        let config = self.config;
        let (hidden, vocabulary) = (config.hidden, config.vocabulary);
        let shape = config.family.shape;
        let is_biased = config.has_qkv_bias;
        // Falcon's norms have biases, its matrices none.
        let has_norm_bias = is_biased || shape == Shape::Falcon;
        self.add("token_embd.weight", &[hidden, vocabulary]);
        if shape == Shape::Starcoder {
            self.add("position_embd.weight", &[hidden, config.context.unwrap_or(8192)]);
        }
        self.add("output_norm.weight", &[hidden]);
        if has_norm_bias {
            self.add("output_norm.bias", &[hidden]);
        }
        if !config.is_tied {
            self.add("output.weight", &[hidden, vocabulary]);
        }
        for layer in 0..config.layers {
            self.norm(layer, "attn_norm", has_norm_bias);
            if shape == Shape::Falcon {
                // The larger ones normalise each half by itself.
                if config.kv_heads > 1 {
                    self.norm(layer, "attn_norm_2", true);
                }
            } else {
                self.norm(layer, "ffn_norm", has_norm_bias);
            }
            self.older_attention(layer, is_biased);
            let inner = config.feed_forward;
            self.block(layer, "ffn_up.weight", &[hidden, inner]);
            self.block(layer, "ffn_down.weight", &[inner, hidden]);
            if is_biased {
                self.block(layer, "ffn_up.bias", &[inner]);
                self.block(layer, "ffn_down.bias", &[hidden]);
            }
        }
    }

    fn norm(&mut self, layer: u64, name: &str, has_bias: bool) {
        let hidden = self.config.hidden;
        self.block(layer, &format!("{name}.weight"), &[hidden]);
        if has_bias {
            self.block(layer, &format!("{name}.bias"), &[hidden]);
        }
    }

    fn older_attention(&mut self, layer: u64, is_biased: bool) {
        let config = self.config;
        let hidden = config.hidden;
        let (query, key) = (config.heads * config.head, config.kv_heads * config.head);
        let parts: &[(&str, u64)] = if config.family.shape == Shape::Starcoder2 {
            &[("attn_q", query), ("attn_k", key), ("attn_v", key)]
        } else {
            &[("attn_qkv", query + 2 * key)]
        };
        for (name, side) in parts {
            self.block(layer, &format!("{name}.weight"), &[hidden, *side]);
            if is_biased {
                self.block(layer, &format!("{name}.bias"), &[*side]);
            }
        }
        self.block(layer, "attn_output.weight", &[query, hidden]);
        if is_biased {
            self.block(layer, "attn_output.bias", &[hidden]);
        }
    }

    /// Falcon-H1's state space, which stands beside the attention of each layer.
    pub(super) fn mamba(&mut self, layer: u64, mamba: Mamba) {
        let hidden = self.config.hidden;
        let width = mamba.conv_width();
        self.block(layer, "ssm_in.weight", &[hidden, mamba.inner + width + mamba.heads]);
        self.block(layer, "ssm_conv1d.weight", &[mamba.conv, width]);
        if mamba.has_conv_bias {
            self.block(layer, "ssm_conv1d.bias", &[width]);
        }
        self.block(layer, "ssm_dt.bias", &[mamba.heads]);
        self.block(layer, "ssm_a", &[1, mamba.heads]);
        self.block(layer, "ssm_d", &[1, mamba.heads]);
        if mamba.has_norm {
            let groups = mamba.groups.max(1);
            self.block(layer, "ssm_norm.weight", &[mamba.inner / groups, groups]);
        }
        self.block(layer, "ssm_out.weight", &[mamba.inner, hidden]);
    }
}
