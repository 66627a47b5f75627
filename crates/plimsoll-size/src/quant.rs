//! How the weights of a configuration are to be stored.

use std::str::FromStr;

use crate::config::{Config, Quantization};
use crate::{Error, ErrorKind, Model, Recipe, Result};

/// How the weights of a configuration are to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quant {
    /// GGUF, by a recipe of llama.cpp's.
    Gguf(&'static Recipe),
    /// Safetensors in eight bits with a scale for each square, as vLLM's `--quantization fp8` keeps
    /// them.
    Fp8,
    /// Safetensors in four bits with a scale for each 128, as repositories in AWQ hold them.
    Awq,
}

impl Quant {
    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gguf(recipe) => recipe.name,
            Self::Fp8 => "fp8",
            Self::Awq => "awq",
        }
    }

    /// Returns the model of a configuration, stored so.
    ///
    /// # Errors
    ///
    /// `Unsupported` for architectures whose shapes are not known.
    pub fn model(self, name: &str, source: &str, config: &Config) -> Result<Model> {
        let bits = match self {
            Self::Gguf(recipe) => return Model::of_config(name, source, config, Some(recipe)),
            Self::Fp8 => 8,
            Self::Awq => 4,
        };
        let mut config = config.clone();
        config.quantization = Some(Quantization {
            method: self.name().to_owned(),
            bits,
            group: 128,
            has_fp4_experts: false,
            skips_attention: false,
            skips_shared: false,
            skips_dense: false,
        });
        Model::of_config(name, source, &config, None)
    }
}

impl FromStr for Quant {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.to_ascii_lowercase().as_str() {
            "fp8" => return Ok(Self::Fp8),
            "awq" => return Ok(Self::Awq),
            _ => {}
        }
        Recipe::named(text).map(Self::Gguf).ok_or_else(|| {
            let names: Vec<&str> = crate::RECIPES.iter().map(|recipe| recipe.name).collect();
            Error::new(
                ErrorKind::Setting,
                format!("{text} is no recipe of llama.cpp's; {}, fp8, awq are", names.join(", ")),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reference;

    #[test]
    fn weights_shrink_with_their_bits() {
        let gib = |reference: &str, quant: &str| {
            let reference: Reference = reference.parse().unwrap();
            let model = reference.quantised(quant.parse().unwrap()).unwrap();
            (model.weights.total().in_gib(), model.is_gguf, model.format)
        };
        // Half of 127.5 GiB of matrices, and two tables of 1.96 as they were.
        let (fp8, is_gguf, format) = gib("hf://meta-llama/Llama-3.3-70B-Instruct", "FP8");
        assert!((66.0..69.0).contains(&fp8) && !is_gguf && format == "FP8", "{fp8} {format}");
        // 4.16 of 16 bits of the matrices.
        let (awq, ..) = gib("hf://meta-llama/Llama-3.3-70B-Instruct", "awq");
        assert!((36.0..38.0).contains(&awq), "{awq}");
        let (q3, is_gguf, _) = gib("qwen3:32b", "q3_k_m");
        assert!((14.0..16.0).contains(&q3) && is_gguf, "{q3}");
        assert!("Q9_Z".parse::<Quant>().unwrap_err().to_string().contains("Q4_K_M"));
    }
}
