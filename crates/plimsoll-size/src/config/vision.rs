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
    /// Reads `vision_config`; the shapes are those of SigLIP, which Gemma 3 uses, and hold within a
    /// few per cent for other towers of the same sizes.
    pub(super) fn read(outer: &Fields<'_>, hidden: u64) -> Result<Option<Self>> {
        let Some(vision) = outer.object("vision_config") else { return Ok(None) };
        let width = vision.number(&["hidden_size", "embed_dim"])?.unwrap_or(1152);
        let layers = vision.number(&["num_hidden_layers", "depth"])?.unwrap_or(27);
        let inner = vision.number(&["intermediate_size"])?.unwrap_or(4 * width);
        let patch = vision.number(&["patch_size"])?.unwrap_or(14);
        let image = vision.number(&["image_size"])?.unwrap_or(896);
        let (width, layers, inner) = (u128::from(width), u128::from(layers), u128::from(inner));
        let (patch, image) = (u128::from(patch.max(1)), u128::from(image));
        let places = (image / patch).pow(2);
        let attention = 4 * (width * width + width);
        let feed_forward = 2 * width * inner + inner + width;
        let layer = attention + feed_forward + 4 * width;
        let embeddings = 3 * patch * patch * width + width + places * width;
        let joint = width * u128::from(hidden) + width;
        let parameters = layers * layer + embeddings + 2 * width + joint;
        let parameters = u64::try_from(parameters).unwrap_or(u64::MAX).min(1 << 50);
        Ok(Some(Self { parameters }))
    }
}
