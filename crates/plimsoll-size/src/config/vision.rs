//! The part of a model that sees pictures.

use super::fields::Fields;
use crate::Result;

/// A vision transformer and what joins it to the language model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vision {
    /// How many weights it has, by the shapes of its configuration.
    pub(crate) parameters: u64,
}

impl Vision {
    /// Reads `vision_config`; the shapes are those of SigLIP, which Gemma 3 uses, with the
    /// joint of the hybrid Qwens where neighbours are merged; other towers of the same sizes differ
    /// by a few per cent.
    pub(super) fn read(outer: &Fields<'_>, hidden: u64) -> Result<Option<Self>> {
        let Some(vision) = outer.object("vision_config") else { return Ok(None) };
        let width = vision.number(&["hidden_size", "embed_dim"])?.unwrap_or(1152);
        let layers = vision.number(&["num_hidden_layers", "depth"])?.unwrap_or(27);
        let inner = vision.number(&["intermediate_size"])?.unwrap_or(4 * width);
        let patch = vision.number(&["patch_size"])?.unwrap_or(14);
        let image = vision.number(&["image_size"])?.unwrap_or(896);
        let frames = vision.number(&["temporal_patch_size"])?.unwrap_or(1);
        let places = vision.number(&["num_position_embeddings"])?;
        let places = u128::from(places.unwrap_or((image / patch.max(1)).pow(2)));
        let merged = vision.number(&["spatial_merge_size"])?.map(|side| u128::from(side).pow(2));
        let out = u128::from(vision.number(&["out_hidden_size"])?.unwrap_or(hidden));
        let (width, layers, inner) = (u128::from(width), u128::from(layers), u128::from(inner));
        let attention = 4 * (width * width + width);
        let feed_forward = 2 * width * inner + inner + width;
        let layer = attention + feed_forward + 4 * width;
        let pixels = 3 * u128::from(frames) * u128::from(patch).pow(2);
        let embeddings = pixels * width + width + places * width;
        let joint = match merged {
            // The Qwens join neighbours and send them through two layers.
            Some(merged) => {
                let wide = merged * width;
                wide * wide + wide + wide * out + out
            }
            None => width * out + width,
        };
        let parameters = match vision.text("model_type") {
            Some("gemma4_vision") => gemma4(&vision, [width, layers, inner], out)?,
            Some("qwen2_5_vl") => {
                // Blocks with gates, whose norms have no biases, and no table of places.
                let gated = 3 * width * inner + 2 * inner + width;
                layers * (attention + gated + 2 * width) + pixels * width + width + joint
            }
            _ => layers * layer + embeddings + 2 * width + joint,
        };
        let parameters = u64::try_from(parameters).unwrap_or(u64::MAX).min(1 << 50);
        Ok(Some(Self { parameters }))
    }
}

/// Gemma 4's tower: blocks with gates, four norms and norms of heads, without biases, and a table of
/// places for each axis.
///
/// Source: huggingface/transformers 5.23.0, models/gemma4/modeling_gemma4.py.
fn gemma4(vision: &Fields<'_>, [width, layers, inner]: [u128; 3], out: u128) -> Result<u128> {
    let heads = u128::from(vision.number(&["num_attention_heads"])?.unwrap_or(12)).max(1);
    let head = vision.number(&["head_dim"])?.map_or(width / heads, u128::from);
    let places = u128::from(vision.number(&["position_embedding_size"])?.unwrap_or(10_240));
    let patch = u128::from(vision.number(&["patch_size"])?.unwrap_or(16));
    let layer = 4 * width * heads * head + 2 * head + 3 * width * inner + 4 * width;
    let embeddings = 3 * patch * patch * width + 2 * places * width;
    Ok(layers * layer + embeddings + 2 * width + width * out)
}
