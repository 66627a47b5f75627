//! The tensors of a model that is known by its configuration only, by the names of GGUF.
//!
//! Source: llama.cpp of llama-cpp-python 0.3.36, `load_arch_tensors` in src/models; it refuses a
//! file whose shapes differ, and `tools/size-examiner` feeds it files of these shapes.

mod bert;
mod gemma;
mod latent;
mod older;

use crate::config::family::Shape;
use crate::config::{Config, Linear, Mixture};
use crate::{Cache, Error, Result};

/// A tensor's name and sides.
pub(crate) type Named = (String, Vec<u64>);

struct Shapes<'a> {
    config: &'a Config,
    all: Vec<Named>,
}

/// In which form a model is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Converted for llama.cpp, without layers that only draft.
    Gguf,
    /// As its makers train it.
    Hub,
}

/// Returns the tensors.
///
/// # Errors
///
/// `Unsupported` for architectures whose shapes are not known.
pub(crate) fn shapes(config: &Config, form: Form) -> Result<Vec<Named>> {
    let mut shapes = Shapes { config, all: Vec::new() };
    match config.family.shape {
        Shape::Unknown => {
            return Err(Error::unsupported(format!(
                "the weights of {} cannot be told from its configuration; name its files",
                config.model_type
            )));
        }
        Shape::Bert => shapes.bert(),
        Shape::Falcon | Shape::Mpt | Shape::Starcoder | Shape::Starcoder2 => shapes.older(),
        _ => shapes.decoder(form),
    }
    Ok(shapes.all)
}

impl Shapes<'_> {
    fn add(&mut self, name: impl Into<String>, sides: &[u64]) {
        self.all.push((name.into(), sides.to_vec()));
    }

    fn block(&mut self, layer: u64, name: &str, sides: &[u64]) {
        self.add(format!("blk.{layer}.{name}"), sides);
    }

    fn decoder(&mut self, form: Form) {
        let config = self.config;
        let (hidden, vocabulary) = (config.hidden, config.vocabulary);
        self.add("token_embd.weight", &[hidden, vocabulary]);
        self.add("output_norm.weight", &[hidden]);
        if !config.is_tied {
            self.add("output.weight", &[hidden, vocabulary]);
        }
        for layer in 0..config.layers {
            self.layer(layer, config.kinds[layer as usize].cache);
        }
        if let Some(compressed) = &config.compressed {
            let streams = compressed.streams;
            self.add("output_hc_fn.weight", &[streams * hidden, streams]);
            self.add("output_hc_base.weight", &[streams]);
            self.add("output_hc_scale.weight", &[1]);
        }
        if matches!(config.family.gguf, "gemma3n" | "gemma4") {
            self.gemma_whole(form);
        }
        match form {
            Form::Hub => self.draft(),
            Form::Gguf if config.has_rope_factors => {
                self.add("rope_freqs.weight", &[config.head / 2]);
            }
            Form::Gguf => {}
        }
    }

    fn layer(&mut self, layer: u64, cache: Cache) {
        let hidden = self.config.hidden;
        // OLMo normalises what comes out of a half, the others what goes in.
        if self.config.family.shape != Shape::Olmo {
            self.block(layer, "attn_norm.weight", &[hidden]);
        }
        match (cache, self.config.latent, self.config.linear) {
            (Cache::Compressed { .. }, ..) => {
                if let Some(compressed) = self.config.compressed.clone() {
                    self.compressed(layer, &compressed);
                }
            }
            (_, Some(latent), _) => {
                self.latent(layer, latent);
                self.indexer(layer, latent.q_rank);
            }
            (Cache::Recurrent { .. }, _, Some(linear)) => self.linear(layer, linear),
            _ if self.config.family.gguf == "gemma4" => self.gemma4_attention(layer),
            _ => self.attention(layer),
        }
        if let Some(mamba) = self.config.mamba {
            self.mamba(layer, mamba);
        }
        self.norms(layer);
        let mixture = self.config.mixture.clone().filter(|_| self.config.has_experts(layer));
        let is_gemma = matches!(self.config.family.gguf, "gemma3n" | "gemma4");
        match mixture {
            Some(mixture) if is_gemma => {
                self.gemma4_experts(layer, &mixture);
                self.feed_forward(layer);
            }
            Some(mixture) => self.experts(layer, &mixture),
            None => self.feed_forward(layer),
        }
        if is_gemma {
            self.gemma_layer(layer);
        }
    }

    /// Norms of the halves, but for the first.
    fn norms(&mut self, layer: u64) {
        let hidden = self.config.hidden;
        match self.config.family.shape {
            // These normalise once, and both halves of the layer read it.
            Shape::Cohere => {}
            Shape::Oss | Shape::QwenHybrid => {
                self.block(layer, "post_attention_norm.weight", &[hidden]);
            }
            Shape::Olmo => {
                self.block(layer, "post_attention_norm.weight", &[hidden]);
                self.block(layer, "post_ffw_norm.weight", &[hidden]);
            }
            Shape::Gemma => {
                self.block(layer, "ffn_norm.weight", &[hidden]);
                if self.config.family.gguf != "gemma" {
                    self.block(layer, "post_attention_norm.weight", &[hidden]);
                    self.block(layer, "post_ffw_norm.weight", &[hidden]);
                }
            }
            // llama.cpp names this one without an ending.
            Shape::FalconH1 => self.block(layer, "ffn_norm", &[hidden]),
            _ => self.block(layer, "ffn_norm.weight", &[hidden]),
        }
    }

    fn attention(&mut self, layer: u64) {
        let config = self.config;
        let hidden = config.hidden;
        let (query, key) = (config.heads * config.head, config.kv_heads * config.head);
        let gguf = config.family.gguf;
        if config.family.shape == Shape::Phi {
            self.block(layer, "attn_qkv.weight", &[hidden, query + 2 * key]);
        } else {
            // The hybrid Qwens also compute a gate where the query is.
            let gate = if config.family.shape == Shape::QwenHybrid { 2 } else { 1 };
            self.block(layer, "attn_q.weight", &[hidden, query * gate]);
            self.block(layer, "attn_k.weight", &[hidden, key]);
            self.block(layer, "attn_v.weight", &[hidden, key]);
            if config.has_qkv_bias {
                self.block(layer, "attn_q.bias", &[query]);
                self.block(layer, "attn_k.bias", &[key]);
                self.block(layer, "attn_v.bias", &[key]);
            }
        }
        self.block(layer, "attn_output.weight", &[query, hidden]);
        if gguf.starts_with("qwen3") || gguf == "gemma3" || gguf == "gemma3n" {
            self.block(layer, "attn_q_norm.weight", &[config.head]);
            self.block(layer, "attn_k_norm.weight", &[config.head]);
        }
        if config.family.shape == Shape::Olmo {
            self.block(layer, "attn_q_norm.weight", &[query]);
            self.block(layer, "attn_k_norm.weight", &[key]);
        }
        if config.family.shape == Shape::Oss {
            self.block(layer, "attn_output.bias", &[hidden]);
            self.block(layer, "attn_sinks.weight", &[config.heads]);
        }
    }

    fn linear(&mut self, layer: u64, linear: Linear) {
        let hidden = self.config.hidden;
        let keys = linear.key_heads * linear.key;
        let values = linear.value_heads * linear.value;
        self.block(layer, "attn_qkv.weight", &[hidden, 2 * keys + values]);
        self.block(layer, "attn_gate.weight", &[hidden, values]);
        self.block(layer, "ssm_conv1d.weight", &[linear.conv, 2 * keys + values]);
        self.block(layer, "ssm_dt.bias", &[linear.value_heads]);
        self.block(layer, "ssm_a", &[linear.value_heads]);
        if self.config.family.gguf == "qwen3next" {
            self.block(layer, "ssm_ba.weight", &[hidden, 2 * linear.value_heads]);
        } else {
            self.block(layer, "ssm_beta.weight", &[hidden, linear.value_heads]);
            self.block(layer, "ssm_alpha.weight", &[hidden, linear.value_heads]);
        }
        self.block(layer, "ssm_norm.weight", &[linear.value]);
        self.block(layer, "ssm_out.weight", &[values, hidden]);
    }

    fn feed_forward(&mut self, layer: u64) {
        let (hidden, inner) = (self.config.hidden, self.config.feed_forward(layer));
        if self.config.family.shape == Shape::Phi {
            self.block(layer, "ffn_up.weight", &[hidden, 2 * inner]);
        } else {
            self.block(layer, "ffn_gate.weight", &[hidden, inner]);
            self.block(layer, "ffn_up.weight", &[hidden, inner]);
        }
        self.block(layer, "ffn_down.weight", &[inner, hidden]);
    }

    fn experts(&mut self, layer: u64, mixture: &Mixture) {
        let hidden = self.config.hidden;
        let Mixture { count, width, shared, .. } = *mixture;
        self.block(layer, "ffn_gate_inp.weight", &[hidden, count]);
        self.block(layer, "ffn_gate_exps.weight", &[hidden, width, count]);
        self.block(layer, "ffn_up_exps.weight", &[hidden, width, count]);
        self.block(layer, "ffn_down_exps.weight", &[width, hidden, count]);
        if shared > 0 {
            self.block(layer, "ffn_gate_shexp.weight", &[hidden, shared]);
            self.block(layer, "ffn_up_shexp.weight", &[hidden, shared]);
            self.block(layer, "ffn_down_shexp.weight", &[shared, hidden]);
        }
        match self.config.family.shape {
            Shape::Oss => {
                self.block(layer, "ffn_gate_inp.bias", &[count]);
                self.block(layer, "ffn_gate_exps.bias", &[width, count]);
                self.block(layer, "ffn_up_exps.bias", &[width, count]);
                self.block(layer, "ffn_down_exps.bias", &[hidden, count]);
            }
            Shape::QwenHybrid => self.block(layer, "ffn_gate_inp_shexp.weight", &[hidden]),
            // The configurations of the third generation route with a bias, the second's do not.
            Shape::Latent | Shape::Indexed if self.config.model_type != "deepseek_v2" => {
                self.block(layer, "exp_probs_b.bias", &[count]);
            }
            Shape::Compressed => {
                let hashed = self.config.compressed.as_ref().map_or(0, |own| own.hashed);
                if layer < hashed {
                    let vocabulary = self.config.vocabulary;
                    let used = self.config.mixture.as_ref().map_or(1, |own| own.used);
                    self.block(layer, "ffn_gate_tid2eid.weight", &[used, vocabulary]);
                } else {
                    self.block(layer, "exp_probs_b.bias", &[count]);
                }
            }
            _ => {}
        }
    }

    fn draft(&mut self) {
        let config = self.config;
        let (hidden, vocabulary) = (config.hidden, config.vocabulary);
        for layer in config.layers..config.layers + config.draft_layers {
            // Drafting layers of the hybrid Qwens attend, whatever their number would mean.
            let cache = config.kinds.last().map_or(Cache::Nothing, |layer| layer.cache);
            self.layer(layer, cache);
            self.block(layer, "nextn.eh_proj.weight", &[2 * hidden, hidden]);
            self.block(layer, "nextn.enorm.weight", &[hidden]);
            self.block(layer, "nextn.hnorm.weight", &[hidden]);
            self.block(layer, "nextn.shared_head_norm.weight", &[hidden]);
            if matches!(config.family.shape, Shape::Latent) {
                self.block(layer, "nextn.embed_tokens.weight", &[hidden, vocabulary]);
                self.block(layer, "nextn.shared_head_head.weight", &[hidden, vocabulary]);
            }
        }
    }
}
