//! llama.cpp's recipes for quantising, replayed on a model's shapes.
//!
//! Source: llama.cpp of llama-cpp-python 0.3.36, src/llama-quant.cpp, without a matrix of
//! importance but for the recipes that need one. Files that others quantised by recipes of their
//! own ("UD", "_L", "_XL") differ by a few per cent.

use crate::config::Config;
use crate::config::family::Shape;
use crate::shapes::{Form, Named, shapes};
use crate::{Dtype, Error, GgmlType, Result, Tensor, ggml_type_named};

/// A recipe, by the name that files carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Recipe {
    /// Its name, such as `Q4_K_M`.
    pub name: &'static str,
    /// The type that most tensors get.
    base: &'static str,
}

const fn row(name: &'static str, base: &'static str) -> Recipe {
    Recipe { name, base }
}

/// The recipes that can be replayed.
pub static RECIPES: &[Recipe] = &[
    row("F32", "F32"),
    row("F16", "F16"),
    row("BF16", "BF16"),
    row("Q8_0", "Q8_0"),
    row("Q4_0", "Q4_0"),
    row("Q4_1", "Q4_1"),
    row("Q5_0", "Q5_0"),
    row("Q5_1", "Q5_1"),
    row("Q2_K", "Q2_K"),
    row("Q2_K_S", "Q2_K"),
    row("Q3_K_S", "Q3_K"),
    row("Q3_K_M", "Q3_K"),
    row("Q3_K_L", "Q3_K"),
    row("Q4_K_S", "Q4_K"),
    row("Q4_K_M", "Q4_K"),
    row("Q5_K_S", "Q5_K"),
    row("Q5_K_M", "Q5_K"),
    row("Q6_K", "Q6_K"),
    row("IQ1_S", "IQ1_S"),
    row("IQ1_M", "IQ1_M"),
    row("IQ2_XXS", "IQ2_XXS"),
    row("IQ2_XS", "IQ2_XS"),
    row("IQ2_S", "IQ2_XS"),
    row("IQ2_M", "IQ2_S"),
    row("IQ3_XXS", "IQ3_XXS"),
    row("IQ3_XS", "IQ3_S"),
    row("IQ3_S", "IQ3_S"),
    row("IQ3_M", "IQ3_S"),
    row("IQ4_XS", "IQ4_XS"),
    row("IQ4_NL", "IQ4_NL"),
    row("MXFP4", "MXFP4"),
];

impl Recipe {
    /// Returns the recipe of this name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        RECIPES.iter().find(|recipe| recipe.name.eq_ignore_ascii_case(name))
    }

    /// Returns the tensors of a GGUF file of this model by this recipe.
    ///
    /// # Errors
    ///
    /// `Unsupported` for architectures whose shapes are not known.
    pub fn tensors(&self, config: &Config) -> Result<Vec<Tensor>> {
        let shapes = shapes(config, Form::Gguf)?;
        let mut kitchen = Kitchen::new(self, config, &shapes)?;
        shapes
            .iter()
            .map(|(name, sides)| {
                Tensor::new(name.clone(), sides, Dtype::Ggml(kitchen.kind(name, sides)?))
            })
            .collect()
    }

    fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.name)
    }
}

/// What the recipes tell apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Category {
    Output,
    Embedding,
    /// Values, or values fused with queries and keys.
    Value,
    Key,
    Query,
    AttentionOutput,
    Down,
    Gate,
    Up,
    Other,
}

fn category(name: &str) -> Category {
    let has = |part: &str| name.contains(part);
    match name {
        "output.weight" => Category::Output,
        "token_embd.weight" | "per_layer_token_embd.weight" => Category::Embedding,
        _ if has("attn_qkv.weight") || has("attn_kv_b.weight") || has("attn_v.weight") => {
            Category::Value
        }
        _ if has("attn_k.weight") => Category::Key,
        _ if has("attn_q.weight") => Category::Query,
        _ if has("attn_output.weight") => Category::AttentionOutput,
        _ if has("ffn_up") => Category::Up,
        _ if has("ffn_gate") => Category::Gate,
        _ if has("ffn_down") => Category::Down,
        _ => Category::Other,
    }
}

/// Parts of the names of tensors that stay in single precision.
const KEPT: &[&str] = &[
    "ffn_gate_inp",
    "ssm_conv1d",
    "position_embd",
    "token_types",
    "altup_correct",
    "altup_predict",
    "altup_router",
    "hc_",
    "indexer.proj",
];

/// The same of those that stay in half precision.
const HALVED: &[&str] = &["altup_", "laurel_", "per_layer_model_proj"];

struct Kitchen<'a> {
    recipe: &'a Recipe,
    base: &'static GgmlType,
    layers: u64,
    /// Tensors with values, and how many came by.
    values: u64,
    value: u64,
    /// Queries for one key.
    sharing: u64,
    experts: u64,
    is_tied: bool,
    /// The recipes give the values of these more.
    is_seventy: bool,
}

impl<'a> Kitchen<'a> {
    fn new(recipe: &'a Recipe, config: &Config, shapes: &[Named]) -> Result<Self> {
        let base = ggml_type_named(recipe.base)
            .ok_or_else(|| Error::invalid(format!("{} has no type", recipe.name)))?;
        let is_value = |(name, _): &&Named| category(name) == Category::Value;
        let has_sharing = config.heads != config.kv_heads;
        let is_seventy = config.layers == 80
            && (config.family.gguf == "qwen2" || (config.family.gguf == "llama" && has_sharing));
        // With latent attention all heads share one key.
        let kv_heads = if config.latent.is_some() { 1 } else { config.kv_heads };
        Ok(Self {
            recipe,
            base,
            layers: config.layers,
            values: shapes.iter().filter(is_value).count() as u64,
            value: 0,
            sharing: config.heads / kv_heads.max(1),
            experts: config.mixture.as_ref().map_or(0, |mixture| mixture.count),
            is_tied: config.is_tied && config.family.shape != Shape::Bert,
            is_seventy,
        })
    }

    /// The type of a tensor in the file.
    fn kind(&mut self, name: &str, sides: &[u64]) -> Result<&'static GgmlType> {
        if let Some(kept) = self.kept(name, sides) {
            return named(kept);
        }
        if self.base.block == 1 {
            return Ok(self.base);
        }
        let chosen = self.chosen(name, sides);
        fall_back(named(chosen)?, sides)
    }

    /// The type of a tensor that no recipe touches; conversion keeps these as they are here.
    fn kept(&self, name: &str, sides: &[u64]) -> Option<&'static str> {
        let is_small = sides.len() < 2
            || name.ends_with("_norm.weight")
            || KEPT.iter().any(|part| name.contains(part));
        if is_small {
            return Some("F32");
        }
        // Tables of expert numbers, and projections that conversion leaves in half precision.
        if name.contains("tid2eid") {
            return Some("I32");
        }
        if HALVED.iter().any(|part| name.contains(part)) {
            return Some(if self.recipe.name == "F32" { "F32" } else { "BF16" });
        }
        // Two-sided biases of experts are neither norms nor weights.
        (!name.ends_with("weight")).then_some("F32")
    }

    fn chosen(&mut self, name: &str, sides: &[u64]) -> &'static str {
        let category = category(name);
        let is_top =
            category == Category::Output || (category == Category::Embedding && self.is_tied);
        if is_top {
            return self.top(sides);
        }
        if self.recipe.name == "MXFP4" {
            return if sides.len() > 2 { "MXFP4" } else { "Q8_0" };
        }
        if category == Category::Embedding {
            return match self.recipe.name {
                "IQ2_XXS" | "IQ2_XS" | "IQ1_S" | "IQ1_M" => "Q2_K",
                "IQ2_S" | "IQ2_M" | "IQ3_XXS" => "IQ3_S",
                _ => self.base.name,
            };
        }
        let layer = layer_of(name);
        if self.recipe.is(&["IQ2_XXS", "IQ2_XS", "IQ1_S", "IQ2_S", "IQ2_M", "IQ1_M"]) {
            return self.tiny(category, layer);
        }
        match category {
            Category::Value => self.values(),
            Category::Key | Category::Query => self.key_or_query(category),
            Category::Down => self.down(layer),
            Category::AttentionOutput => self.attention_output(),
            Category::Gate | Category::Up
                if self.recipe.name == "IQ3_XS" && self.is_middle(layer) =>
            {
                "IQ3_XXS"
            }
            _ => self.base.name,
        }
    }

    /// What turns vectors into tokens gets more.
    fn top(&self, sides: &[u64]) -> &'static str {
        let row = sides.first().copied().unwrap_or(1);
        if self.recipe.name == "MXFP4" || row % u64::from(self.base.block) != 0 {
            "Q8_0"
        } else if self
            .recipe
            .is(&["IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ2_S", "IQ2_M", "IQ1_M"])
        {
            "Q5_K"
        } else if self.base.name == "Q8_0" {
            "Q8_0"
        } else {
            "Q6_K"
        }
    }

    /// The recipes below three bits.
    fn tiny(&self, category: Category, layer: u64) -> &'static str {
        let is_larger = self.recipe.is(&["IQ2_S", "IQ2_M"]);
        match category {
            Category::Value if self.sharing >= 4 || self.experts >= 4 => "Q4_K",
            Category::Value => {
                if is_larger {
                    "IQ3_S"
                } else {
                    "Q2_K"
                }
            }
            Category::Key if self.experts == 8 => "Q4_K",
            Category::Down if layer < self.layers / 8 => {
                if is_larger {
                    "IQ3_S"
                } else {
                    "Q2_K"
                }
            }
            Category::AttentionOutput if self.experts == 8 => "Q5_K",
            Category::AttentionOutput if self.recipe.is(&["IQ1_S", "IQ1_M"]) => "IQ2_XXS",
            Category::AttentionOutput if is_larger => "IQ3_S",
            _ => self.base.name,
        }
    }

    fn values(&mut self) -> &'static str {
        let at = self.value;
        self.value += 1;
        let is_shared = self.sharing >= 4;
        let kind = match self.recipe.name {
            "Q2_K" => {
                if is_shared {
                    "Q4_K"
                } else {
                    "Q3_K"
                }
            }
            "Q2_K_S" | "IQ3_XS" | "IQ3_S" | "IQ3_XXS" if is_shared => "Q4_K",
            "IQ3_M" => "Q4_K",
            "Q3_K_M" => {
                if at < 2 {
                    "Q5_K"
                } else {
                    "Q4_K"
                }
            }
            "Q3_K_L" => "Q5_K",
            "IQ4_NL" | "IQ4_XS" if is_shared => "Q5_K",
            "Q4_K_M" | "Q5_K_M" if gets_more(at, self.values) => "Q6_K",
            "Q4_K_S" if at < 4 => "Q5_K",
            _ => self.base.name,
        };
        if self.experts == 8 {
            "Q8_0"
        } else if self.is_seventy && matches!(kind, "Q3_K" | "Q4_K") {
            "Q5_K"
        } else {
            kind
        }
    }

    fn key_or_query(&self, category: Category) -> &'static str {
        match self.recipe.name {
            _ if category == Category::Key && self.experts == 8 => "Q8_0",
            "IQ3_XS" => "IQ3_XXS",
            "IQ3_XXS" => "IQ2_S",
            _ => self.base.name,
        }
    }

    fn down(&self, layer: u64) -> &'static str {
        let is_early = layer < self.layers / 8;
        match self.recipe.name {
            "Q2_K" => "Q3_K",
            "Q2_K_S" if is_early => "Q4_K",
            "Q3_K_M" => {
                if layer < self.layers / 16 {
                    "Q5_K"
                } else {
                    "Q4_K"
                }
            }
            "IQ3_M" if is_early || (self.experts == 8 && gets_more(layer, self.layers)) => "Q4_K",
            "Q3_K_L" => "Q5_K",
            "Q4_K_M" | "Q5_K_M" if gets_more(layer, self.layers) => "Q6_K",
            "IQ4_NL" | "IQ4_XS" | "Q4_K_S" if is_early => "Q5_K",
            _ => self.base.name,
        }
    }

    fn attention_output(&self) -> &'static str {
        if self.experts == 8 {
            let recipes = [
                "Q2_K", "IQ3_XS", "IQ3_XXS", "Q3_K_S", "Q3_K_M", "IQ4_NL", "Q4_K_S", "Q4_K_M",
                "IQ3_S", "IQ3_M", "IQ4_XS",
            ];
            return if self.recipe.is(&recipes) { "Q5_K" } else { self.base.name };
        }
        match self.recipe.name {
            "Q2_K" => "Q3_K",
            "IQ3_XXS" => "IQ3_S",
            "Q3_K_M" | "IQ3_M" => "Q4_K",
            "Q3_K_L" => "Q5_K",
            _ => self.base.name,
        }
    }

    const fn is_middle(&self, layer: u64) -> bool {
        layer >= self.layers / 8 && layer < 7 * self.layers / 8
    }
}

/// The first and the last eighth, and every third in between.
const fn gets_more(at: u64, of: u64) -> bool {
    at < of / 8 || at >= 7 * of / 8 || (at - of / 8) % 3 == 2
}

/// Types whose blocks are longer than a row give way to shorter ones.
fn fall_back(kind: &'static GgmlType, sides: &[u64]) -> Result<&'static GgmlType> {
    let row = sides.first().copied().unwrap_or(1);
    let fits = |kind: &GgmlType| row.is_multiple_of(u64::from(kind.block));
    if fits(kind) {
        return Ok(kind);
    }
    let shorter = match kind.name {
        "Q2_K" | "Q3_K" => "Q4_0",
        "Q4_K" => "Q5_0",
        "Q5_K" => "Q5_1",
        "Q6_K" => "Q8_0",
        name if name.starts_with("IQ") => "IQ4_NL",
        _ => "F16",
    };
    let shorter = named(shorter)?;
    if fits(shorter) { Ok(shorter) } else { named("F16") }
}

fn named(name: &str) -> Result<&'static GgmlType> {
    ggml_type_named(name).ok_or_else(|| Error::invalid(format!("ggml has no type {name}")))
}

fn layer_of(name: &str) -> u64 {
    name.split('.').nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}
