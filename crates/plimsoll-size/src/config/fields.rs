//! Reading fields of a configuration.

use serde_json::{Map, Value as Json};

use super::family::Family;
use super::{Latent, Linear, Mamba, Mixture, PerLayer, Quantization};
use crate::architecture::MAX_SIDE;
use crate::{Error, Result};

/// An object of a configuration.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(&'a Map<String, Json>);

impl<'a> Fields<'a> {
    pub(crate) fn of(json: &'a Json) -> Result<Self> {
        json.as_object().map(Self).ok_or_else(|| Error::invalid("the configuration is no object"))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a Json> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        self.get(name)?.as_object().map(Self)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    /// The first of these names that has a value.
    pub(crate) fn number(&self, names: &[&str]) -> Result<Option<u64>> {
        let Some((name, value)) = names.iter().find_map(|name| Some((name, self.get(name)?)))
        else {
            return Ok(None);
        };
        let number = value
            .as_u64()
            .ok_or_else(|| Error::invalid(format!("{name} is {}, no count", short(value))))?;
        if number > MAX_SIDE {
            return Err(Error::limit(format!("{name} is {number}; up to {MAX_SIDE} makes sense")));
        }
        Ok(Some(number))
    }

    pub(crate) fn need(&self, names: &[&str]) -> Result<u64> {
        self.number(names)?
            .ok_or_else(|| Error::invalid(format!("the configuration has no {}", names[0])))
    }

    pub(crate) fn texts(&self, name: &str) -> Option<Vec<&'a str>> {
        self.get(name)?.as_array().map(|all| all.iter().filter_map(Json::as_str).collect())
    }

    pub(crate) fn weight_bytes(&self, outer: &Self) -> Result<u64> {
        let of = |fields: &Self| fields.text("dtype").or_else(|| fields.text("torch_dtype"));
        match of(self).or_else(|| of(outer)) {
            None | Some("bfloat16" | "float16" | "auto") => Ok(2),
            Some("float32") => Ok(4),
            Some("float8_e4m3fn" | "float8_e5m2") => Ok(1),
            Some(other) => Err(Error::unsupported(format!("weights of type {other}"))),
        }
    }

    pub(crate) fn quantization(&self, outer: &Self) -> Result<Option<Quantization>> {
        let Some(fields) =
            outer.object("quantization_config").or_else(|| self.object("quantization_config"))
        else {
            return Ok(None);
        };
        let method = fields.text("quant_method").unwrap_or("unknown").to_owned();
        let bits = match (fields.number(&["bits", "w_bit"])?, method.as_str()) {
            (Some(bits), _) => bits,
            (None, "mxfp4" | "awq" | "gptq") => 4,
            (None, "bitsandbytes") if fields.flag("load_in_4bit") == Some(true) => 4,
            (None, "fp8" | "bitsandbytes") => 8,
            (None, _) => fields.compressed_bits()?.unwrap_or(8),
        };
        let group = match fields.number(&["group_size", "q_group_size"])? {
            Some(group) => group.max(1),
            None => match (method.as_str(), fields.compressed_weights()) {
                ("mxfp4", _) => 32,
                (_, Some(weights)) => weights.number(&["group_size"])?.unwrap_or(0),
                ("compressed-tensors", None) => 0,
                _ => 128,
            },
        };
        let expert = fields.text("expert_dtype").or_else(|| self.text("expert_dtype"));
        let left: Vec<&str> = ["ignore", "modules_to_not_convert", "ignored_layers"]
            .iter()
            .filter_map(|name| fields.texts(name))
            .flatten()
            .collect();
        // Patterns name modules of a layer; single layers that are listed do not matter.
        let skips = |part: &str| {
            left.iter().any(|name| name.contains(part) && !name.contains(|c: char| c.is_numeric()))
        };
        Ok(Some(Quantization {
            method,
            bits: bits.clamp(1, 16),
            group,
            has_fp4_experts: expert == Some("fp4"),
            skips_attention: skips("self_attn"),
            skips_shared: skips("shared_expert"),
            skips_dense: skips("mlp") && skips("gate_up"),
        }))
    }

    /// The layout of compressed-tensors: what its first group says of weights.
    fn compressed_weights(&self) -> Option<Self> {
        let groups = self.object("config_groups")?;
        let group = groups.0.values().next().and_then(Json::as_object)?;
        group.get("weights").and_then(Json::as_object).map(Fields)
    }

    fn compressed_bits(&self) -> Result<Option<u64>> {
        self.compressed_weights().map_or(Ok(None), |weights| weights.number(&["num_bits"]))
    }

    pub(crate) fn mamba(&self) -> Result<Option<Mamba>> {
        let Some(inner) = self.number(&["mamba_d_ssm"])? else { return Ok(None) };
        Ok(Some(Mamba {
            inner,
            heads: self.need(&["mamba_n_heads"])?,
            groups: self.number(&["mamba_n_groups"])?.unwrap_or(1),
            state: self.number(&["mamba_d_state"])?.unwrap_or(256),
            conv: self.number(&["mamba_d_conv"])?.unwrap_or(4).max(1),
            has_conv_bias: self.flag("mamba_conv_bias").unwrap_or(true),
            has_norm: self.flag("mamba_rms_norm").unwrap_or(false),
        }))
    }

    /// What the newer Gemmas have; the rules are those of their configuration classes.
    pub(crate) fn per_layer(&self, family: &Family) -> Result<PerLayer> {
        if !matches!(family.gguf, "gemma3n" | "gemma4") {
            return Ok(PerLayer::default());
        }
        let is_fourth = family.gguf == "gemma4";
        let keys_are_values = self.flag("attention_k_eq_v").unwrap_or(false);
        let head = self.number(&["global_head_dim"])?.unwrap_or(512);
        let kv_heads = self.number(&["num_global_key_value_heads"])?;
        Ok(PerLayer {
            global_head: is_fourth.then_some(head),
            global_kv_heads: kv_heads.filter(|_| is_fourth && keys_are_values),
            width: self.number(&["hidden_size_per_layer_input"])?.unwrap_or(0),
            vocabulary: self.number(&["vocab_size_per_layer_input"])?.unwrap_or(262_144),
            keys_are_values,
            streams: self.number(&["altup_num_inputs"])?.unwrap_or(4),
            laurel: self.number(&["laurel_rank"])?.unwrap_or(64),
        })
    }

    /// A number for each layer, where there is a list of them.
    pub(crate) fn numbers(&self, name: &str, layers: u64) -> Result<Option<Vec<u64>>> {
        let Some(all) = self.get(name).and_then(Json::as_array) else { return Ok(None) };
        if all.len() as u64 != layers {
            return Err(Error::invalid(format!(
                "{name} has {} entries for {layers} layers",
                all.len()
            )));
        }
        let numbers = all.iter().map(|value| match value.as_u64() {
            Some(number) if number <= MAX_SIDE => Ok(number),
            Some(number) => {
                Err(Error::limit(format!("{name} has {number}; up to {MAX_SIDE} makes sense")))
            }
            None => Err(Error::invalid(format!("{name} has {}, no count", short(value)))),
        });
        numbers.collect::<Result<_>>().map(Some)
    }

    pub(crate) fn latent(&self) -> Result<Option<Latent>> {
        let Some(kv_rank) = self.number(&["kv_lora_rank"])? else { return Ok(None) };
        Ok(Some(Latent {
            kv_rank,
            q_rank: self.number(&["q_lora_rank"])?.unwrap_or(0),
            rope: self.need(&["qk_rope_head_dim"])?,
            nope: self.need(&["qk_nope_head_dim"])?,
            value: self.need(&["v_head_dim"])?,
        }))
    }

    pub(crate) fn linear(&self) -> Result<Option<Linear>> {
        let Some(key_heads) = self.number(&["linear_num_key_heads"])? else { return Ok(None) };
        Ok(Some(Linear {
            key_heads,
            value_heads: self.need(&["linear_num_value_heads"])?,
            key: self.need(&["linear_key_head_dim"])?,
            value: self.need(&["linear_value_head_dim"])?,
            conv: self.number(&["linear_conv_kernel_dim"])?.unwrap_or(4).max(1),
        }))
    }

    pub(crate) fn mixture(&self) -> Result<Option<Mixture>> {
        let names = ["n_routed_experts", "num_local_experts", "num_experts"];
        let Some(count) = self.number(&names)?.filter(|count| *count > 0) else { return Ok(None) };
        let used = self.number(&["num_experts_per_tok", "experts_per_token", "top_k_experts"])?;
        let width = self.number(&["moe_intermediate_size", "intermediate_size"])?.unwrap_or(0);
        let shared = match self.number(&["shared_expert_intermediate_size"])? {
            Some(shared) => shared,
            None => self.number(&["n_shared_experts"])?.unwrap_or(0).saturating_mul(width),
        };
        let is_llama4 = self.get("interleave_moe_layer_step").is_some();
        let dense = self.get("mlp_only_layers").and_then(Json::as_array);
        Ok(Some(Mixture {
            count,
            used: used.unwrap_or(1).clamp(1, count),
            width,
            shared: if is_llama4 { width } else { shared },
            dense_first: self.number(&["first_k_dense_replace"])?.unwrap_or(0),
            step: self.number(&["interleave_moe_layer_step", "decoder_sparse_step"])?.unwrap_or(1),
            dense: dense
                .map(|all| all.iter().filter_map(Json::as_u64).collect())
                .unwrap_or_default(),
        }))
    }
}

fn short(value: &Json) -> String {
    value.to_string().chars().take(40).collect()
}
