//! Parts of architectures that only some have.

/// How the weights are quantised in safetensors files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quantization {
    /// `quant_method`, such as `awq`, `gptq`, `fp8` or `mxfp4`.
    pub(crate) method: String,
    /// Bits of a weight.
    pub(crate) bits: u64,
    /// Weights that share a scale; 0 where a row does.
    pub(crate) group: u64,
    /// Whether routed experts are stored in four bits beside the rest (`expert_dtype`).
    pub(crate) has_fp4_experts: bool,
    /// Whether attention is left as it is.
    pub(crate) skips_attention: bool,
    /// Whether the experts that every token goes through are left as they are.
    pub(crate) skips_shared: bool,
    /// Whether feed-forward blocks without experts are left as they are.
    pub(crate) skips_dense: bool,
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

/// A state space beside attention (Falcon-H1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mamba {
    pub(crate) inner: u64,
    pub(crate) heads: u64,
    pub(crate) groups: u64,
    pub(crate) state: u64,
    pub(crate) conv: u64,
    pub(crate) has_conv_bias: bool,
    pub(crate) has_norm: bool,
}

impl Mamba {
    /// What the convolution runs over.
    pub(crate) const fn conv_width(self) -> u64 {
        self.inner + 2 * self.groups * self.state
    }
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

/// What Gemma 3n and Gemma 4 have in each layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PerLayer {
    /// Elements that each layer looks up for a token in a table of its own.
    pub(crate) width: u64,
    /// Tokens in that table.
    pub(crate) vocabulary: u64,
    /// Whether layers that look at everything use their keys as values.
    pub(crate) keys_are_values: bool,
    /// Elements of a head in layers that look at everything, where they are others.
    pub(crate) global_head: Option<u64>,
    /// Heads with keys and values in these layers, where they are others.
    pub(crate) global_kv_heads: Option<u64>,
    /// Streams between layers (AltUp).
    pub(crate) streams: u64,
    /// Rank of the learned residual (LAuReL).
    pub(crate) laurel: u64,
}
