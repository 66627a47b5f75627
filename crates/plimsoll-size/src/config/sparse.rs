//! Attention that looks at some tokens only, picked by an indexer or compressed.
//!
//! Source: huggingface/transformers 5.23.0, configuration and modeling files of `deepseek_v32`,
//! `glm_moe_dsa` and `deepseek_v4`.

use serde_json::Value as Json;

use super::fields::Fields;
use crate::{Error, Result};

/// What picks the tokens that sparse attention looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Indexer {
    pub(crate) heads: u64,
    /// Elements of its one key for each token.
    pub(crate) width: u64,
    /// Layers that pick for themselves; the rest take the pick of the one before.
    pub(crate) picks: Vec<bool>,
}

impl Indexer {
    /// Reads what the DeepSeeks since V3.2 and the GLMs since 5 have.
    pub(super) fn read(fields: &Fields<'_>, layers: u64) -> Result<Option<Self>> {
        let Some(width) = fields.number(&["index_head_dim"])? else { return Ok(None) };
        if fields.get("kv_lora_rank").is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            heads: fields.need(&["index_n_heads"])?,
            width,
            picks: picks(fields, layers)?,
        }))
    }
}

fn picks(fields: &Fields<'_>, layers: u64) -> Result<Vec<bool>> {
    let listed: Option<Vec<bool>> = match fields.get("index_topk_pattern") {
        Some(Json::String(pattern)) => Some(pattern.chars().map(|kind| kind == 'F').collect()),
        _ => fields
            .texts("indexer_types")
            .map(|kinds| kinds.iter().map(|kind| *kind == "full").collect()),
    };
    if let Some(listed) = listed {
        if (listed.len() as u64) < layers {
            return Err(Error::invalid(format!(
                "indexer_types has {} entries for {layers} layers",
                listed.len()
            )));
        }
        return Ok(listed);
    }
    let every = fields.number(&["index_topk_freq"])?.unwrap_or(1).max(1);
    let offset = fields.number(&["index_skip_topk_offset"])?.unwrap_or(2);
    Ok((0..layers).map(|layer| (layer + 1).saturating_sub(offset).is_multiple_of(every)).collect())
}

/// Attention over a window and over compressed tokens (DeepSeek V4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compressed {
    /// Tokens that become one, of each layer: 0 for none, 4, 128.
    pub(crate) ratios: Vec<u64>,
    pub(crate) q_rank: u64,
    pub(crate) out_groups: u64,
    pub(crate) out_rank: u64,
    /// Streams between layers (hyper-connections).
    pub(crate) streams: u64,
    /// Layers at the start that route by a table of tokens.
    pub(crate) hashed: u64,
    pub(crate) index_heads: u64,
    pub(crate) index_width: u64,
    pub(crate) window: u64,
}

/// Tokens that become one in layers with an indexer.
pub(crate) const FINE: u64 = 4;
/// Tokens that become one in the others.
pub(crate) const COARSE: u64 = 128;

impl Compressed {
    /// Reads what DeepSeek V4 has.
    pub(super) fn read(fields: &Fields<'_>, layers: u64) -> Result<Self> {
        Ok(Self {
            ratios: ratios(fields, layers)?,
            q_rank: fields.need(&["q_lora_rank"])?,
            out_groups: fields.need(&["o_groups"])?.max(1),
            out_rank: fields.need(&["o_lora_rank"])?,
            streams: fields.number(&["hc_mult"])?.unwrap_or(4),
            hashed: match fields.texts("mlp_layer_types") {
                Some(kinds) => kinds.iter().filter(|kind| **kind == "hash_moe").count() as u64,
                None => fields.number(&["num_hash_layers"])?.unwrap_or(3),
            },
            index_heads: fields.need(&["index_n_heads"])?,
            index_width: fields.need(&["index_head_dim"])?,
            window: fields.number(&["sliding_window"])?.unwrap_or(128),
        })
    }
}

fn ratios(fields: &Fields<'_>, layers: u64) -> Result<Vec<u64>> {
    let listed: Option<Vec<Option<u64>>> =
        match (fields.texts("layer_types"), fields.get("compress_ratios")) {
            (Some(kinds), _) => Some(
                kinds
                    .iter()
                    .map(|kind| match *kind {
                        "compressed_sparse_attention" => Some(FINE),
                        "heavily_compressed_attention" => Some(COARSE),
                        "sliding_attention" => Some(0),
                        _ => None,
                    })
                    .collect(),
            ),
            (None, Some(ratios)) => {
                ratios.as_array().map(|ratios| ratios.iter().map(Json::as_u64).collect())
            }
            (None, None) => None,
        };
    let Some(listed) = listed else {
        // Two coarse layers, then both kinds in turn.
        let is_coarse = |layer: u64| layer < 2 || layer.is_multiple_of(2);
        return Ok((0..layers).map(|at| if is_coarse(at) { COARSE } else { FINE }).collect());
    };
    let listed: Vec<u64> = listed.into_iter().flatten().collect();
    if (listed.len() as u64) < layers {
        return Err(Error::invalid(format!(
            "its layers' types of attention are known for {} of {layers}",
            listed.len()
        )));
    }
    match listed.iter().find(|ratio| ![0, FINE, COARSE].contains(ratio)) {
        Some(other) => Err(Error::unsupported(format!(
            "a layer that makes one of {other} tokens; 4 and 128 are known"
        ))),
        None => Ok(listed),
    }
}
