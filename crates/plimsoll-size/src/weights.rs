//! Where the bytes of the weights lie.

use crate::{Bytes, Experts, Tensor};

/// The weights of one layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerWeights {
    /// What every token goes through.
    pub dense: Bytes,
    /// All experts together.
    pub experts: Bytes,
}

impl LayerWeights {
    /// Returns both together.
    #[must_use]
    pub fn total(self) -> Bytes {
        self.dense + self.experts
    }
}

/// Where the bytes of the weights lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    /// The tables that turn tokens into vectors.
    pub embedding: Bytes,
    /// The matrix that turns vectors into tokens, where it is not the table itself, and its norm.
    pub output: Bytes,
    /// The layers, in order; those that only draft come last.
    pub layers: Vec<LayerWeights>,
    /// Further tables that are looked up for each token and stay with the processor in llama.cpp.
    pub tables: Bytes,
    /// What sees pictures or hears.
    pub projector: Bytes,
    /// The rest.
    pub other: Bytes,
    /// How many weights there are, where the format does not pack several into one element.
    pub parameters: u64,
    /// The inputs and outputs of the layers' matrices, which adapters join, all summed up.
    pub sides: u64,
    /// Whether the table of embeddings also turns vectors into tokens.
    pub is_tied: bool,
}

/// The inputs and outputs of a layer's matrix; experts stay without adapters.
fn sides(tensor: &Tensor) -> u64 {
    match (role(&tensor.name), tensor.shape.as_slice()) {
        (Role::Layer(_), [one, other])
            if *one > 1 && *other > 1 && !tensor.name.contains("gate_inp") =>
        {
            one.saturating_add(*other)
        }
        _ => 0,
    }
}

/// What a tensor belongs to.
enum Role {
    Embedding,
    Table,
    Output,
    Layer(usize),
    Experts(usize),
    Projector,
    Other,
}

impl Weights {
    /// Sums up tensors; names of GGUF and of transformers are known.
    #[must_use]
    pub fn of(tensors: &[Tensor]) -> Self {
        let mut weights = Self { is_tied: true, ..Self::default() };
        for tensor in tensors {
            weights.add(&tensor.name, Bytes(tensor.bytes));
            weights.parameters = weights.parameters.saturating_add(tensor.elements());
            weights.sides = weights.sides.saturating_add(sides(tensor));
        }
        weights
    }

    fn add(&mut self, name: &str, bytes: Bytes) {
        match role(name) {
            Role::Embedding => self.embedding += bytes,
            Role::Table => self.tables += bytes,
            Role::Output => {
                if !name.contains("norm") {
                    self.is_tied = false;
                }
                self.output += bytes;
            }
            Role::Layer(layer) => self.layer(layer).dense += bytes,
            Role::Experts(layer) => self.layer(layer).experts += bytes,
            Role::Projector => self.projector += bytes,
            Role::Other => self.other += bytes,
        }
    }

    fn layer(&mut self, layer: usize) -> &mut LayerWeights {
        if self.layers.len() <= layer {
            self.layers.resize(layer + 1, LayerWeights::default());
        }
        &mut self.layers[layer]
    }

    /// Returns all bytes together.
    #[must_use]
    pub fn total(&self) -> Bytes {
        self.embedding + self.tables + self.output + self.blocks() + self.projector + self.other
    }

    /// Returns the bytes of the layers.
    #[must_use]
    pub fn blocks(&self) -> Bytes {
        self.layers.iter().map(|layer| layer.total()).sum()
    }

    /// Returns the bytes of all experts.
    #[must_use]
    pub fn experts(&self) -> Bytes {
        self.layers.iter().map(|layer| layer.experts).sum()
    }

    /// Returns what is read from memory for one token.
    #[must_use]
    pub fn active(&self, experts: Option<Experts>) -> Bytes {
        let dense: Bytes = self.layers.iter().map(|layer| layer.dense).sum();
        let share = experts.map_or(1.0, |experts| {
            if experts.count == 0 { 1.0 } else { ratio(experts.used, experts.count) }
        });
        let output = if self.is_tied { self.embedding + self.output } else { self.output };
        dense + self.experts().scaled(share) + output
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of experts are small")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

fn role(name: &str) -> Role {
    if ["v.", "mm.", "a.", "vision_", "visual.", "audio_", "multi_modal_projector"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || [
            ".vision_tower.",
            ".visual.",
            ".vision_model.",
            ".multi_modal_projector.",
            ".audio_tower.",
        ]
        .iter()
        .any(|part| name.contains(part))
    {
        return Role::Projector;
    }
    if let Some(layer) = layer_number(name) {
        // The experts that not every token goes through; the shared one is dense.
        let is_expert = (name.contains("_exps") || name.contains(".experts."))
            && !name.contains("shared_expert");
        return if is_expert { Role::Experts(layer) } else { Role::Layer(layer) };
    }
    if name.contains("per_layer_token_embd") || name.contains("embed_tokens_per_layer") {
        return Role::Table;
    }
    if name.contains("token_embd")
        || name.contains("embed_tokens")
        || name.contains("word_embeddings")
    {
        return Role::Embedding;
    }
    if name.starts_with("output") || name.contains("lm_head") || name.ends_with("model.norm.weight")
    {
        return Role::Output;
    }
    Role::Other
}

/// The number after `blk.`, `layers.` or `layer.`, within the bound on layers.
fn layer_number(name: &str) -> Option<usize> {
    let mut parts = name.split('.');
    while let Some(part) = parts.next() {
        if matches!(part, "blk" | "layers" | "layer" | "h") {
            let number: usize = parts.next()?.parse().ok()?;
            return (number as u64 <= crate::architecture::MAX_LAYERS).then_some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dtype;

    #[test]
    fn tensors_find_their_place() {
        let tensor = |name: &str| Tensor::new(name, &[4], Dtype::Plain("BF16", 16)).unwrap();
        let weights = Weights::of(&[
            tensor("token_embd.weight"),
            tensor("model.embed_tokens.weight"),
            tensor("output_norm.weight"),
            tensor("blk.1.ffn_up_exps.weight"),
            tensor("model.layers.1.mlp.experts.7.up_proj.weight"),
            tensor("blk.0.attn_q.weight"),
            tensor("model.layers.0.mlp.shared_expert.up_proj.weight"),
            tensor("vision_tower.encoder.layers.3.mlp.weight"),
            tensor("rope_freqs.weight"),
        ]);
        assert_eq!(weights.embedding, Bytes(16));
        assert_eq!(weights.output, Bytes(8));
        assert!(weights.is_tied);
        assert_eq!(weights.layers[1].experts, Bytes(16));
        assert_eq!(weights.layers[0].dense, Bytes(16));
        assert_eq!(weights.projector, Bytes(8));
        assert_eq!(weights.other, Bytes(8));
        assert_eq!(weights.total(), Bytes(72));
        let experts = Experts { count: 4, used: 1, width: 1 };
        assert_eq!(weights.active(Some(experts)), Bytes(16 + 4 + 16 + 8));
    }
}
