//! Attention through a latent vector, with and without an indexer, and DeepSeek V4's.

use super::Shapes;
use crate::config::{COARSE, Compressed, FINE, Latent};

impl Shapes<'_> {
    pub(super) fn latent(&mut self, layer: u64, latent: Latent) {
        let Latent { kv_rank, q_rank, rope, nope, value } = latent;
        let (hidden, heads) = (self.config.hidden, self.config.heads);
        self.block(layer, "attn_kv_a_norm.weight", &[kv_rank]);
        if q_rank > 0 {
            self.block(layer, "attn_q_a_norm.weight", &[q_rank]);
            self.block(layer, "attn_q_a.weight", &[hidden, q_rank]);
            self.block(layer, "attn_q_b.weight", &[q_rank, heads * (nope + rope)]);
        } else {
            self.block(layer, "attn_q.weight", &[hidden, heads * (nope + rope)]);
        }
        self.block(layer, "attn_kv_a_mqa.weight", &[hidden, kv_rank + rope]);
        self.block(layer, "attn_k_b.weight", &[nope, kv_rank, heads]);
        self.block(layer, "attn_v_b.weight", &[kv_rank, value, heads]);
        self.block(layer, "attn_output.weight", &[heads * value, hidden]);
    }

    /// What picks the tokens that are looked at.
    pub(super) fn indexer(&mut self, layer: u64, q_rank: u64) {
        let Some(indexer) = self.config.indexer.clone() else { return };
        // Layers that take the pick of the one before have none; drafting layers have their own.
        let at = usize::try_from(layer).unwrap_or(usize::MAX);
        if !indexer.picks.get(at).copied().unwrap_or(true) {
            return;
        }
        let hidden = self.config.hidden;
        self.block(layer, "indexer.k_norm.weight", &[indexer.width]);
        self.block(layer, "indexer.k_norm.bias", &[indexer.width]);
        self.block(layer, "indexer.proj.weight", &[hidden, indexer.heads]);
        self.block(layer, "indexer.attn_k.weight", &[hidden, indexer.width]);
        self.block(layer, "indexer.attn_q_b.weight", &[q_rank, indexer.heads * indexer.width]);
    }

    /// DeepSeek V4's attention, and what joins its streams.
    pub(super) fn compressed(&mut self, layer: u64, compressed: &Compressed) {
        let (hidden, heads, head) = (self.config.hidden, self.config.heads, self.config.head);
        let Compressed { q_rank, out_groups, out_rank, streams, .. } = *compressed;
        self.block(layer, "attn_sinks.weight", &[heads]);
        self.block(layer, "attn_q_a.weight", &[hidden, q_rank]);
        self.block(layer, "attn_q_a_norm.weight", &[q_rank]);
        self.block(layer, "attn_q_b.weight", &[q_rank, heads * head]);
        self.block(layer, "attn_kv.weight", &[hidden, head]);
        self.block(layer, "attn_kv_a_norm.weight", &[head]);
        let group = heads * head / out_groups;
        self.block(layer, "attn_output_a.weight", &[group, out_rank * out_groups]);
        self.block(layer, "attn_output_b.weight", &[out_groups * out_rank, hidden]);
        for half in ["attn", "ffn"] {
            let mixed = (2 + streams) * streams;
            self.block(layer, &format!("hc_{half}_fn.weight"), &[streams * hidden, mixed]);
            self.block(layer, &format!("hc_{half}_base.weight"), &[mixed]);
            self.block(layer, &format!("hc_{half}_scale.weight"), &[3]);
        }
        let at = usize::try_from(layer).unwrap_or(usize::MAX);
        match compressed.ratios.get(at).copied().unwrap_or(0) {
            // The fine ones overlap, and so are twice as wide.
            FINE => {
                self.compressor(layer, "attn_compressor", 2 * head, head, FINE);
                let (heads, width) = (compressed.index_heads, compressed.index_width);
                self.block(layer, "indexer.proj.weight", &[hidden, heads]);
                self.block(layer, "indexer.attn_q_b.weight", &[q_rank, heads * width]);
                self.compressor(layer, "indexer_compressor", 2 * width, width, FINE);
            }
            COARSE => self.compressor(layer, "attn_compressor", head, head, COARSE),
            _ => {}
        }
    }

    fn compressor(&mut self, layer: u64, name: &str, wide: u64, width: u64, ratio: u64) {
        let hidden = self.config.hidden;
        self.block(layer, &format!("{name}_kv.weight"), &[hidden, wide]);
        self.block(layer, &format!("{name}_gate.weight"), &[hidden, wide]);
        self.block(layer, &format!("{name}_ape.weight"), &[wide, ratio]);
        self.block(layer, &format!("{name}_norm.weight"), &[width]);
    }
}
