//! Models that make vectors of texts.

use super::Shapes;

impl Shapes<'_> {
    pub(super) fn bert(&mut self) {
        let config = self.config;
        let (hidden, inner) = (config.hidden, config.feed_forward);
        let is_nomic = config.family.gguf == "nomic-bert";
        self.add("token_embd.weight", &[hidden, config.vocabulary]);
        self.add("token_types.weight", &[hidden, config.token_types]);
        if !is_nomic {
            self.add("position_embd.weight", &[hidden, config.context.unwrap_or(512)]);
        }
        self.add("token_embd_norm.weight", &[hidden]);
        self.add("token_embd_norm.bias", &[hidden]);
        for layer in 0..config.layers {
            if is_nomic {
                self.block(layer, "attn_qkv.weight", &[hidden, 3 * hidden]);
                self.block(layer, "ffn_gate.weight", &[hidden, inner]);
            } else {
                for name in ["attn_q", "attn_k", "attn_v"] {
                    self.block(layer, &format!("{name}.weight"), &[hidden, hidden]);
                    self.block(layer, &format!("{name}.bias"), &[hidden]);
                }
                self.block(layer, "attn_output.bias", &[hidden]);
                self.block(layer, "ffn_up.bias", &[inner]);
                self.block(layer, "ffn_down.bias", &[hidden]);
            }
            self.block(layer, "attn_output.weight", &[hidden, hidden]);
            self.block(layer, "ffn_up.weight", &[hidden, inner]);
            self.block(layer, "ffn_down.weight", &[inner, hidden]);
            for name in ["attn_output_norm", "layer_output_norm"] {
                self.block(layer, &format!("{name}.weight"), &[hidden]);
                self.block(layer, &format!("{name}.bias"), &[hidden]);
            }
        }
    }
}
