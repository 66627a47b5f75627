//! `config.json` as the Hub keeps it.
//!
//! Source: huggingface/transformers 5.23.0, `configuration_*.py` of each architecture.

pub(crate) mod family;
mod fields;
mod layers;
mod parts;
mod sparse;
mod vision;

use serde_json::Value as Json;

use crate::architecture::{MAX_LAYERS, check_side};
use crate::{Architecture, Error, Experts, Reach, Result};
use family::{Family, Shape};
use fields::Fields;

pub(crate) use parts::{Latent, Linear, Mamba, Mixture, PerLayer, Quantization};
pub(crate) use sparse::{COARSE, Compressed, FINE, Indexer};
pub(crate) use vision::Vision;

/// How large a configuration may be.
pub(crate) const MAX_CONFIG: u64 = 4 << 20;

/// A model's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// `model_type`.
    pub model_type: String,
    pub(crate) family: &'static Family,
    pub(crate) layers: u64,
    pub(crate) hidden: u64,
    pub(crate) heads: u64,
    pub(crate) kv_heads: u64,
    pub(crate) head: u64,
    pub(crate) vocabulary: u64,
    pub(crate) feed_forward: u64,
    pub(crate) context: Option<u64>,
    pub(crate) is_tied: bool,
    /// Bytes of a weight that is not quantised.
    pub(crate) weight_bytes: u64,
    /// How the weights are quantised, where they are.
    pub(crate) quantization: Option<Quantization>,
    /// What each layer looks at, and what it remembers.
    pub(crate) kinds: Vec<crate::Layer>,
    /// How far each layer looks, also where it reads the cache of another; empty where none has a
    /// window.
    pub(crate) reaches: Vec<Reach>,
    pub(crate) latent: Option<Latent>,
    pub(crate) linear: Option<Linear>,
    pub(crate) mixture: Option<Mixture>,
    /// What picks the tokens that sparse attention looks at.
    pub(crate) indexer: Option<Indexer>,
    /// Attention over compressed tokens.
    pub(crate) compressed: Option<Compressed>,
    /// A state beside the attention of each layer.
    pub(crate) mamba: Option<Mamba>,
    /// What the newer Gemmas have in each layer.
    pub(crate) per_layer: PerLayer,
    /// The widths of the layers' feed-forward blocks, where they differ.
    pub(crate) feed_forwards: Vec<u64>,
    pub(crate) draft_layers: u64,
    /// Whether queries, keys and values have biases.
    pub(crate) has_qkv_bias: bool,
    /// The tower that sees pictures, where there is one.
    pub(crate) vision: Option<Vision>,
    /// Whether GGUF carries factors that stretch the positions.
    pub(crate) has_rope_factors: bool,
    /// Places in BERT's table of positions, and its types of tokens.
    pub(crate) token_types: u64,
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// `Invalid` for what is no configuration, `Unsupported` for an architecture that is unknown,
    /// `Limit` for absurd numbers.
    pub fn read(text: &[u8]) -> Result<Self> {
        if text.len() as u64 > MAX_CONFIG {
            return Err(Error::limit("a configuration of more than 4 MiB"));
        }
        let json: Json = serde_json::from_slice(text)
            .map_err(|error| Error::invalid(format!("the configuration is no JSON: {error}")))?;
        Self::of_json(&json)
    }

    pub(crate) fn of_json(json: &Json) -> Result<Self> {
        let outer = Fields::of(json)?;
        let outer_type = outer.text("model_type").unwrap_or_default();
        // Models that also see or hear keep the language model in an object of its own.
        let inner = outer.object("text_config").or_else(|| outer.object("language_config"));
        let fields = inner.unwrap_or(outer);
        let inner_type = fields.text("model_type").unwrap_or(outer_type);
        let family = Family::of_model_type(outer_type)
            .or_else(|| Family::of_model_type(inner_type))
            .ok_or_else(|| unknown(if outer_type.is_empty() { inner_type } else { outer_type }))?;
        let layers = fields.need(&["num_hidden_layers", "n_layer", "n_layers"])?;
        if layers == 0 || layers > MAX_LAYERS {
            return Err(Error::limit(format!("num_hidden_layers is {layers}")));
        }
        let hidden = fields.need(&["hidden_size", "n_embd", "d_model"])?;
        let heads = fields.need(&["num_attention_heads", "n_head", "n_heads"])?.max(1);
        let kv_heads = kv_heads(family, &fields, heads)?;
        let head = fields.number(&["head_dim"])?.unwrap_or(hidden / heads);
        let feed_forwards = fields.numbers("intermediate_size", layers)?.unwrap_or_default();
        let feed_forward = match feed_forwards.iter().max() {
            Some(widest) => Some(*widest),
            None => {
                fields.number(&["intermediate_size", "n_inner", "ffn_hidden_size", "ffn_dim"])?
            }
        };
        let is_sparse = family.shape == Shape::Compressed;
        let mut config = Self {
            model_type: outer_type.to_owned(),
            family,
            layers,
            hidden,
            heads,
            kv_heads,
            head,
            vocabulary: fields.need(&["vocab_size"])?,
            feed_forward: feed_forward
                .unwrap_or(fields.number(&["expansion_ratio"])?.unwrap_or(4) * hidden),
            context: fields.number(&["max_position_embeddings", "n_positions", "max_seq_len"])?,
            is_tied: fields
                .flag("tie_word_embeddings")
                .or(outer.flag("tie_word_embeddings"))
                .unwrap_or(family.is_tied()),
            weight_bytes: fields.weight_bytes(&outer)?,
            quantization: fields.quantization(&outer)?,
            kinds: Vec::new(),
            reaches: Vec::new(),
            latent: fields.latent()?,
            linear: fields.linear()?,
            mixture: fields.mixture()?,
            indexer: Indexer::read(&fields, layers)?,
            compressed: is_sparse.then(|| Compressed::read(&fields, layers)).transpose()?,
            mamba: fields.mamba()?,
            per_layer: fields.per_layer(family)?,
            feed_forwards,
            draft_layers: fields
                .number(&["num_nextn_predict_layers", "mtp_num_hidden_layers"])?
                .unwrap_or(0),
            has_qkv_bias: fields
                .flag("attention_bias")
                .or(fields.flag("use_bias"))
                .or(fields.flag("bias"))
                .or(fields.flag("no_bias").map(|without| !without))
                .unwrap_or(family.has_qkv_bias()),
            vision: Vision::read(&outer, hidden)?,
            has_rope_factors: fields
                .object("rope_scaling")
                .is_some_and(|scaling| scaling.text("rope_type") == Some("llama3")),
            token_types: fields.number(&["type_vocab_size"])?.unwrap_or(2),
        };
        match family.gguf {
            // Its dense layers have a width of their own, and its experts the common one.
            "llama4" => {
                config.feed_forward =
                    fields.number(&["intermediate_size_mlp"])?.unwrap_or(config.feed_forward);
            }
            // Layers that share the cache of others may be twice as wide.
            "gemma4" if fields.flag("use_double_wide_mlp") == Some(true) => {
                let shared = fields.number(&["num_kv_shared_layers"])?.unwrap_or(0);
                let own = layers.saturating_sub(shared);
                let width = |layer| config.feed_forward * if layer < own { 1 } else { 2 };
                config.feed_forwards = (0..layers).map(width).collect();
                config.feed_forward = config.feed_forwards.iter().copied().max().unwrap_or(0);
            }
            _ => {}
        }
        (config.kinds, config.reaches) = layers::kinds(&config, &fields)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        for (name, side) in [
            ("head_dim", self.head),
            ("num_key_value_heads", self.kv_heads),
            ("hidden_size", self.hidden),
            ("vocab_size", self.vocabulary),
        ] {
            check_side(name, side)?;
            if side == 0 {
                return Err(Error::invalid(format!("{name} is 0")));
            }
        }
        if self.draft_layers > MAX_LAYERS {
            return Err(Error::limit(format!("{} layers that only draft", self.draft_layers)));
        }
        self.architecture().map(|_| ())
    }

    /// Returns what the model is made of.
    ///
    /// # Errors
    ///
    /// `Limit` for absurd numbers.
    pub fn architecture(&self) -> Result<Architecture> {
        Architecture {
            name: self.model_type.clone(),
            family: self.family,
            layers: self.kinds.clone(),
            draft_layers: self.draft_layers,
            hidden: self.hidden,
            heads: self.heads,
            kv_heads: self.kv_heads,
            feed_forward: self.feed_forward,
            vocabulary: self.vocabulary,
            // The table of RoBERTa's positions has two more rows, for padding.
            context: self.context.map(|rows| {
                if self.model_type.ends_with("roberta") { rows.saturating_sub(2) } else { rows }
            }),
            experts: self.mixture.as_ref().map(|mixture| Experts {
                count: mixture.count,
                used: mixture.used,
                width: mixture.width,
            }),
        }
        .checked()
    }

    /// Returns the width of the feed-forward block of layer `layer`.
    pub(crate) fn feed_forward(&self, layer: u64) -> u64 {
        let own = usize::try_from(layer).ok().and_then(|layer| self.feed_forwards.get(layer));
        own.copied().unwrap_or(self.feed_forward)
    }

    /// Tells whether layer `layer` reads the cache of another.
    pub(crate) fn shares_cache(&self, layer: u64) -> bool {
        let own = usize::try_from(layer).ok().and_then(|layer| self.kinds.get(layer));
        own.is_none_or(|layer| layer.cache == crate::Cache::Nothing)
    }

    /// Returns the heads with keys and values, and their elements, of layers that look so far:
    /// Gemma 4 gives layers that look at everything heads of their own.
    pub(crate) fn heads_of(&self, reach: Reach) -> (u64, u64) {
        match reach {
            Reach::Full => (
                self.per_layer.global_kv_heads.unwrap_or(self.kv_heads),
                self.per_layer.global_head.unwrap_or(self.head),
            ),
            Reach::Window(_) | Reach::Chunk(_) => (self.kv_heads, self.head),
        }
    }

    /// Tells whether layer `layer` has experts.
    pub(crate) fn has_experts(&self, layer: u64) -> bool {
        self.mixture.as_ref().is_some_and(|mixture| {
            layer >= mixture.dense_first
                && (layer + 1).is_multiple_of(mixture.step.max(1))
                && !mixture.dense.contains(&layer)
        })
    }
}

/// Heads with keys and values, by the names that each family gives them.
fn kv_heads(family: &Family, fields: &Fields<'_>, heads: u64) -> Result<u64> {
    let is_single = match family.gguf {
        // The first Falcons have one for all, whatever `num_kv_heads` says.
        "falcon" if fields.flag("new_decoder_architecture") != Some(true) => {
            fields.flag("multi_query").unwrap_or(true)
        }
        "starcoder" => fields.flag("multi_query").unwrap_or(true),
        _ => false,
    };
    if is_single {
        return Ok(1);
    }
    let own = fields.number(&["num_key_value_heads", "num_kv_heads"])?;
    let nested = match fields.object("attn_config") {
        Some(attention) => attention.number(&["kv_n_heads"])?,
        None => None,
    };
    Ok(own.or(nested).unwrap_or(heads))
}

pub(crate) fn unknown(name: &str) -> Error {
    if name.is_empty() {
        return Error::invalid("the configuration has no model_type");
    }
    match family::REFUSED.iter().find(|(refused, _)| *refused == name) {
        Some((_, why)) => Error::unsupported(format!("architecture {name}: {why}")),
        None => Error::unsupported(format!(
            "architecture {name} is not known here; its weights take what its files take, and its \
             cache has to be read in the log of its engine"
        )),
    }
}

#[cfg(test)]
mod tests;
