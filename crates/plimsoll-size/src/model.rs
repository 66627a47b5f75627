//! A model: what it is made of, and where its bytes lie.

use crate::{Architecture, Bytes, Confidence, Weights};

/// What a file of a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PartKind {
    /// Weights.
    Weights,
    /// What sees or hears (mmproj).
    Projector,
    /// An adapter (LoRA).
    Adapter,
    /// A draft model.
    Draft,
    /// Everything else: configuration, vocabulary, template, license.
    Other,
}

/// A file of a model, as it lies on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name or digest.
    pub name: String,
    /// What it is for.
    pub kind: PartKind,
    /// How large it is.
    pub bytes: Bytes,
}

/// A model: what it is made of, and where its bytes lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What people call it.
    pub name: String,
    /// Whether its weights are GGUF; otherwise they are safetensors.
    pub is_gguf: bool,
    /// How its weights are stored, such as `Q4_K_M` or `BF16`.
    pub format: String,
    /// What it is made of.
    pub architecture: Architecture,
    /// Where the bytes of its weights lie.
    pub weights: Weights,
    /// How sure the weights are.
    pub confidence: Confidence,
    /// How far off they may be, as a fraction.
    pub band: f64,
    /// Its files.
    pub parts: Vec<Part>,
    /// Where all this was read.
    pub source: String,
    /// What a reader should know, such as files that were left out.
    pub notes: Vec<String>,
}

impl Model {
    /// Returns what all its files take on disk.
    #[must_use]
    pub fn disk(&self) -> Bytes {
        self.parts.iter().map(|part| part.bytes).sum()
    }
}
