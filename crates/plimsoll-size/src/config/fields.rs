//! Reading fields of a configuration.

use serde_json::{Map, Value as Json};

use super::{Latent, Linear, Mixture, Quantization};
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
        let group = fields.number(&["group_size", "q_group_size"])?;
        let group = group.unwrap_or(if method == "mxfp4" { 32 } else { 128 });
        Ok(Some(Quantization { method, bits: bits.clamp(1, 16), group: group.max(1) }))
    }

    /// The layout of compressed-tensors.
    fn compressed_bits(&self) -> Result<Option<u64>> {
        let Some(groups) = self.object("config_groups") else { return Ok(None) };
        let Some(group) = groups.0.values().next().and_then(Json::as_object) else {
            return Ok(None);
        };
        let weights = group.get("weights").and_then(Json::as_object);
        weights.map_or(Ok(None), |weights| Fields(weights).number(&["num_bits"]))
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
