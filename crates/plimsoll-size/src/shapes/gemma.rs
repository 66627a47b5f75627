//! What Gemma 3n and Gemma 4 add to a Gemma.

use super::{Form, Shapes};
use crate::config::Mixture;
use crate::{Cache, Reach};

impl Shapes<'_> {
    /// Tables and matrices beside the layers.
    pub(super) fn gemma_whole(&mut self, form: Form) {
        let config = self.config;
        let own = config.per_layer;
        let hidden = config.hidden;
        if own.width > 0 {
            let width = own.width * config.layers;
            // GGUF pads this table to the vocabulary of the other.
            let vocabulary = if form == Form::Gguf { config.vocabulary } else { own.vocabulary };
            self.add("per_layer_token_embd.weight", &[width, vocabulary]);
            self.add("per_layer_model_proj.weight", &[hidden, width]);
            self.add("per_layer_proj_norm.weight", &[own.width]);
        }
        if config.family.gguf == "gemma3n" {
            let streams = own.streams.saturating_sub(1);
            self.add("altup_proj.weight", &[hidden, hidden, streams]);
            self.add("altup_unembd_proj.weight", &[hidden, hidden, streams]);
        }
        let global = config.kinds.iter().find_map(|layer| match layer.cache {
            Cache::Attention { key, reach: Reach::Full, .. } => Some(key),
            _ => None,
        });
        if let Some(head) = global.filter(|_| config.family.gguf == "gemma4" && form == Form::Gguf)
        {
            self.add("rope_freqs.weight", &[head / 2]);
        }
    }

    /// Gemma 4's attention: heads differ by layer, and some layers have keys without values, or
    /// neither.
    pub(super) fn gemma4_attention(&mut self, layer: u64) {
        let config = self.config;
        let hidden = config.hidden;
        let at = usize::try_from(layer).unwrap_or(usize::MAX);
        let reach = config.reaches.get(at).copied().unwrap_or(Reach::Full);
        let (kv_heads, head) = config.heads_of(reach);
        let query = config.heads * head;
        self.block(layer, "attn_q.weight", &[hidden, query]);
        self.block(layer, "attn_q_norm.weight", &[head]);
        self.block(layer, "attn_output.weight", &[query, hidden]);
        if config.shares_cache(layer) {
            return;
        }
        self.block(layer, "attn_k.weight", &[hidden, kv_heads * head]);
        self.block(layer, "attn_k_norm.weight", &[head]);
        if !(config.per_layer.keys_are_values && reach == Reach::Full) {
            self.block(layer, "attn_v.weight", &[hidden, kv_heads * head]);
        }
    }

    /// What a layer has beside both halves.
    pub(super) fn gemma_layer(&mut self, layer: u64) {
        let config = self.config;
        let own = config.per_layer;
        let hidden = config.hidden;
        if own.width > 0 {
            self.block(layer, "inp_gate.weight", &[hidden, own.width]);
            self.block(layer, "proj.weight", &[own.width, hidden]);
            self.block(layer, "post_norm.weight", &[hidden]);
        }
        if config.family.gguf == "gemma4" {
            self.block(layer, "layer_output_scale.weight", &[1]);
            return;
        }
        let streams = own.streams;
        self.block(layer, "altup_correct_coef.weight", &[streams, streams]);
        self.block(layer, "altup_correct_scale.weight", &[hidden]);
        self.block(layer, "altup_predict_coef.weight", &[streams, streams * streams]);
        self.block(layer, "altup_router.weight", &[hidden, streams]);
        self.block(layer, "altup_router_norm.weight", &[hidden]);
        self.block(layer, "laurel_l.weight", &[hidden, own.laurel]);
        self.block(layer, "laurel_r.weight", &[own.laurel, hidden]);
        self.block(layer, "laurel_post_norm.weight", &[hidden]);
    }

    /// Gemma 4's experts stand beside the common feed-forward block.
    pub(super) fn gemma4_experts(&mut self, layer: u64, mixture: &Mixture) {
        let hidden = self.config.hidden;
        let Mixture { count, width, .. } = *mixture;
        self.block(layer, "ffn_gate_inp.weight", &[hidden, count]);
        self.block(layer, "ffn_gate_inp.scale", &[hidden]);
        self.block(layer, "pre_ffw_norm_2.weight", &[hidden]);
        self.block(layer, "post_ffw_norm_1.weight", &[hidden]);
        self.block(layer, "post_ffw_norm_2.weight", &[hidden]);
        self.block(layer, "ffn_gate_up_exps.weight", &[hidden, 2 * width, count]);
        self.block(layer, "ffn_down_exps.weight", &[width, hidden, count]);
        self.block(layer, "ffn_down_exps.scale", &[count]);
    }
}
