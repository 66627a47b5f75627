//! `config.json` as the Hub keeps it.
//!
//! Source: huggingface/transformers 5.23.0, `configuration_*.py` of each architecture.

pub(crate) mod family;
mod fields;
mod layers;
mod vision;

use serde_json::Value as Json;

use crate::architecture::{MAX_LAYERS, check_side};
use crate::{Architecture, Error, Experts, Result};
use family::{Family, Shape};
use fields::Fields;

pub(crate) use vision::Vision;

/// How large a configuration may be.
pub(crate) const MAX_CONFIG: u64 = 4 << 20;

/// How the weights are quantised in safetensors files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quantization {
    /// `quant_method`, such as `awq`, `gptq`, `fp8` or `mxfp4`.
    pub(crate) method: String,
    /// Bits of a weight.
    pub(crate) bits: u64,
    /// Weights that share a scale.
    pub(crate) group: u64,
}

/// Latent attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Latent {
    pub(crate) kv_rank: u64,
    pub(crate) q_rank: u64,
    pub(crate) rope: u64,
    pub(crate) nope: u64,
    pub(crate) value: u64,
}

/// Linear attention of the hybrid Qwens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Linear {
    pub(crate) key_heads: u64,
    pub(crate) value_heads: u64,
    pub(crate) key: u64,
    pub(crate) value: u64,
    pub(crate) conv: u64,
}

/// The experts of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mixture {
    pub(crate) count: u64,
    pub(crate) used: u64,
    /// Elements between the halves of one expert.
    pub(crate) width: u64,
    /// The same of the expert that every token goes through; 0 where there is none.
    pub(crate) shared: u64,
    /// Layers at the start that have no experts.
    pub(crate) dense_first: u64,
    /// Every so many-th layer has experts.
    pub(crate) step: u64,
    /// Layers that have none in spite of it.
    pub(crate) dense: Vec<u64>,
}

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
    pub(crate) latent: Option<Latent>,
    pub(crate) linear: Option<Linear>,
    pub(crate) mixture: Option<Mixture>,
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
        let hidden = fields.need(&["hidden_size", "n_embd"])?;
        let heads = fields.need(&["num_attention_heads", "n_head"])?.max(1);
        let kv_heads = fields.number(&["num_key_value_heads"])?.unwrap_or(heads);
        let head = fields.number(&["head_dim"])?.unwrap_or(hidden / heads);
        let feed_forward = fields.number(&["intermediate_size", "n_inner"])?;
        let mut config = Self {
            model_type: outer_type.to_owned(),
            family,
            layers,
            hidden,
            heads,
            kv_heads,
            head,
            vocabulary: fields.need(&["vocab_size"])?,
            feed_forward: feed_forward.unwrap_or(4 * hidden),
            context: fields.number(&["max_position_embeddings", "n_positions"])?,
            is_tied: fields
                .flag("tie_word_embeddings")
                .or(outer.flag("tie_word_embeddings"))
                .unwrap_or(
                    // What the classes of these families take where nothing is written.
                    family.gguf.starts_with("gemma")
                        || matches!(family.shape, Shape::Cohere | Shape::Bert),
                ),
            weight_bytes: fields.weight_bytes(&outer)?,
            quantization: fields.quantization(&outer)?,
            kinds: Vec::new(),
            latent: fields.latent()?,
            linear: fields.linear()?,
            mixture: fields.mixture()?,
            draft_layers: fields
                .number(&["num_nextn_predict_layers", "mtp_num_hidden_layers"])?
                .unwrap_or(0),
            has_qkv_bias: fields
                .flag("attention_bias")
                .unwrap_or(family.gguf.starts_with("qwen2") || family.gguf == "gpt-oss"),
            vision: Vision::read(&outer, hidden)?,
            has_rope_factors: fields
                .object("rope_scaling")
                .is_some_and(|scaling| scaling.text("rope_type") == Some("llama3")),
            token_types: fields.number(&["type_vocab_size"])?.unwrap_or(2),
        };
        if family.gguf == "llama4" {
            // Its dense layers have a width of their own, and its experts the common one.
            config.feed_forward =
                fields.number(&["intermediate_size_mlp"])?.unwrap_or(config.feed_forward);
        }
        config.kinds = layers::kinds(&config, &fields)?;
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
            context: self.context,
            experts: self.mixture.as_ref().map(|mixture| Experts {
                count: mixture.count,
                used: mixture.used,
                width: mixture.width,
            }),
        }
        .checked()
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

pub(crate) fn unknown(name: &str) -> Error {
    if name.is_empty() {
        return Error::invalid("the configuration has no model_type");
    }
    match family::REFUSED.iter().find(|(refused, _)| *refused == name) {
        Some((_, why)) => Error::unsupported(format!("architecture {name}: {why}")),
        None => Error::unsupported(format!(
            "architecture {name}, which is not known here; its memory cannot be told"
        )),
    }
}

#[cfg(test)]
mod tests;
