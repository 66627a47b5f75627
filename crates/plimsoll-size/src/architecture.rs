//! What a model is made of, as far as memory depends on it.

use crate::config::family::Family;
use crate::{Error, Result};

/// How far back a layer looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// To the first token.
    Full,
    /// Over the last so many tokens.
    Window(u64),
    /// To the start of its chunk of so many tokens.
    Chunk(u64),
}

/// What a layer remembers of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cache {
    /// Keys and values for each token.
    Attention {
        /// Heads with keys and values of their own.
        kv_heads: u64,
        /// Elements of a key in one head.
        key: u64,
        /// Elements of a value in one head.
        value: u64,
        /// How far back it looks.
        reach: Reach,
    },
    /// One compressed vector for each token (multi-head latent attention).
    Latent {
        /// Elements for each token, the rotated part included.
        width: u64,
        /// Elements of the key by which an indexer picks tokens; 0 where there is none.
        index: u64,
    },
    /// One vector for each token of a window, and one for so many tokens before it (DeepSeek V4).
    Compressed {
        /// Elements of a vector.
        width: u64,
        /// Tokens of the window.
        window: u64,
        /// Tokens that become one vector; 0 where only the window is kept.
        ratio: u64,
        /// Elements of the key by which an indexer picks; 0 where there is none.
        index: u64,
    },
    /// Keys and values for each token, and a state of constant size for each sequence.
    AttentionAndState {
        /// Heads with keys and values of their own.
        kv_heads: u64,
        /// Elements of a key in one head.
        key: u64,
        /// Elements of a value in one head.
        value: u64,
        /// Elements of the convolution's past.
        conv: u64,
        /// Elements of the state.
        state: u64,
    },
    /// A state of constant size for each sequence.
    Recurrent {
        /// Elements of the convolution's past.
        conv: u64,
        /// Elements of the state.
        state: u64,
    },
    /// Nothing of its own: it reads the cache of another layer, or has none.
    Nothing,
}

/// One layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layer {
    /// What it remembers.
    pub cache: Cache,
}

/// A mixture of experts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Experts {
    /// How many there are in a layer.
    pub count: u64,
    /// How many a token goes through.
    pub used: u64,
    /// Elements between the halves of one.
    pub width: u64,
}

/// What a model is made of, as far as memory depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Architecture {
    /// The name that its configuration or header gives, such as `qwen3_moe` or `qwen3moe`.
    pub name: String,
    pub(crate) family: &'static Family,
    /// Its layers, without those that only draft tokens.
    pub layers: Vec<Layer>,
    /// Layers that only draft further tokens (MTP, NextN).
    pub draft_layers: u64,
    /// Elements of a token between layers.
    pub hidden: u64,
    /// Heads that ask, in the layer that has most.
    pub heads: u64,
    /// Heads with keys and values, in the layer that has most.
    pub kv_heads: u64,
    /// Elements between the halves of a feed-forward block.
    pub feed_forward: u64,
    /// Tokens in the vocabulary.
    pub vocabulary: u64,
    /// The longest context that it was trained for, where it is said.
    pub context: Option<u64>,
    /// Its experts, where it has any.
    pub experts: Option<Experts>,
}

/// llama.cpp has room for 512 layers; no published model has half as many.
pub(crate) const MAX_LAYERS: u64 = 512;

/// No side of a real model is longer; beyond it arithmetic would only produce nonsense.
pub(crate) const MAX_SIDE: u64 = 1 << 24;

impl Architecture {
    /// Tells whether it makes vectors of texts and keeps no cache.
    #[must_use]
    pub const fn is_encoder(&self) -> bool {
        self.family.is_encoder
    }

    /// Tells whether layers look over a window only.
    #[must_use]
    pub fn has_windows(&self) -> bool {
        self.layers.iter().any(|layer| {
            matches!(
                layer.cache,
                Cache::Compressed { .. }
                    | Cache::Attention { reach: Reach::Window(_) | Reach::Chunk(_), .. }
            )
        })
    }

    /// Tells whether layers keep a state instead of a cache.
    #[must_use]
    pub fn is_recurrent(&self) -> bool {
        self.layers.iter().any(|layer| {
            matches!(layer.cache, Cache::Recurrent { .. } | Cache::AttentionAndState { .. })
        })
    }

    pub(crate) fn checked(self) -> Result<Self> {
        let layers = self.layers.len() as u64;
        if layers == 0 || layers > MAX_LAYERS {
            return Err(Error::limit(format!(
                "it has {layers} layers; from 1 to {MAX_LAYERS} make sense"
            )));
        }
        for (name, side) in [
            ("hidden size", self.hidden),
            ("number of heads", self.heads),
            ("feed-forward size", self.feed_forward),
            ("vocabulary", self.vocabulary),
        ] {
            check_side(name, side)?;
        }
        if let Some(experts) = self.experts {
            check_side("number of experts", experts.count)?;
            check_side("experts' width", experts.width)?;
        }
        for layer in &self.layers {
            layer.cache.check()?;
        }
        Ok(self)
    }
}

impl Cache {
    fn check(self) -> Result<()> {
        match self {
            Self::Attention { kv_heads, key, value, reach } => {
                check_heads(kv_heads, key, value)?;
                if let Reach::Window(window) | Reach::Chunk(window) = reach {
                    check_side("window", window)?;
                }
            }
            Self::Latent { width, index } => {
                check_side("latent vector", width)?;
                check_side("indexer's key", index)?;
            }
            Self::Compressed { width, window, index, .. } => {
                check_side("compressed vector", width)?;
                check_side("window", window)?;
                check_side("indexer's key", index)?;
            }
            Self::Recurrent { conv, state } => check_state(conv, state)?,
            Self::AttentionAndState { kv_heads, key, value, conv, state } => {
                check_heads(kv_heads, key, value)?;
                check_state(conv, state)?;
            }
            Self::Nothing => {}
        }
        Ok(())
    }
}

fn check_heads(kv_heads: u64, key: u64, value: u64) -> Result<()> {
    check_side("number of heads with keys and values", kv_heads)?;
    check_side("key's length", key)?;
    check_side("value's length", value)
}

fn check_state(conv: u64, state: u64) -> Result<()> {
    if conv.max(state) > MAX_SIDE * MAX_SIDE {
        return Err(Error::limit("its recurrent state is absurdly large"));
    }
    Ok(())
}

pub(crate) fn check_side(name: &str, side: u64) -> Result<()> {
    if side > MAX_SIDE {
        return Err(Error::limit(format!("its {name} is {side}; up to {MAX_SIDE} makes sense")));
    }
    Ok(())
}
