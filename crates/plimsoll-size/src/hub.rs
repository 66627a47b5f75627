//! The bytes of a model's safetensors, by its configuration.

use crate::config::{Config, Quantization};
use crate::shapes::{Form, shapes};
use crate::{Dtype, Result, Tensor};

/// Returns the tensors as a checkout of the Hub holds them, by the names of GGUF: those that are
/// quantised with their scales, those that are not in the configuration's own type, and what sees
/// pictures.
///
/// # Errors
///
/// `Unsupported` for architectures whose shapes are not known.
pub(crate) fn hub_tensors(config: &Config) -> Result<Vec<Tensor>> {
    let plain = match config.weight_bytes {
        4 => Dtype::Plain("F32", 32),
        _ => Dtype::Plain("BF16", 16),
    };
    let mut tensors = Vec::new();
    for (name, sides) in shapes(config, Form::Hub)? {
        let is_table = name.contains("tid2eid");
        let is_single = name.contains(".hc_") || name.starts_with("output_hc");
        let dtype = match (is_table, is_single) {
            (true, _) => Dtype::Plain("I64", 64),
            (_, true) => Dtype::Plain("F32", 32),
            _ => plain,
        };
        let mut tensor = Tensor::new(name, &sides, dtype)?;
        if let Some(quantization) = &config.quantization
            && is_quantised(&tensor, quantization)
        {
            tensor.bytes = quantised(&tensor, quantization);
        }
        tensors.push(tensor);
    }
    if let Some(vision) = config.vision {
        tensors.push(Tensor::new("v.all", &[vision.parameters], plain)?);
    }
    Ok(tensors)
}

/// Embeddings, norms, routers and what sees are left alone by every method.
fn is_quantised(tensor: &Tensor, quantization: &Quantization) -> bool {
    let name = tensor.name.as_str();
    let is_expert = name.contains("_exps.weight");
    if quantization.method == "mxfp4" {
        return is_expert;
    }
    let is_left = if is_expert {
        false
    } else if name.contains("shexp") {
        quantization.skips_shared
    } else if name.contains("ffn_") {
        quantization.skips_dense
    } else {
        quantization.skips_attention
    };
    tensor.shape.len() >= 2
        && name.starts_with("blk.")
        && name.ends_with(".weight")
        && !is_left
        && !LEFT.iter().any(|part| name.contains(part))
}

/// Matrices of layers that no method touches.
const LEFT: &[&str] = &[
    "ffn_gate_inp",
    "ffn_gate_tid2eid",
    "ssm_conv1d",
    "ssm_alpha",
    "ssm_beta",
    "ssm_ba",
    "nextn.e",
    "nextn.s",
    "indexer.proj",
    "hc_",
    "_compressor_",
];

fn quantised(tensor: &Tensor, quantization: &Quantization) -> u64 {
    let elements = u128::from(tensor.elements());
    let rows = u128::from(tensor.shape.iter().skip(1).product::<u64>().max(1));
    let row = u128::from(tensor.shape.first().copied().unwrap_or(1));
    // A row shares a scale where no group is named.
    let group = match quantization.group {
        0 => row.max(1),
        group => u128::from(group),
    };
    let packed = (elements * u128::from(quantization.bits)).div_ceil(8);
    if quantization.has_fp4_experts && tensor.name.contains("_exps.weight") {
        // Half a byte each, and a scale of one byte for each 32.
        let bytes = elements.div_ceil(2) + elements.div_ceil(32);
        return u64::try_from(bytes).unwrap_or(u64::MAX);
    }
    let bytes = match quantization.method.as_str() {
        // A scale of one byte for each block.
        "mxfp4" => packed + elements.div_ceil(group),
        // A scale of four bytes for each square.
        "fp8" => packed + 4 * row.div_ceil(128) * rows.div_ceil(128),
        // A scale of two bytes and a packed zero for each group; GPTQ also lists the groups.
        "awq" => packed + rows * row.div_ceil(group) * 2 + rows * row.div_ceil(group).div_ceil(2),
        "gptq" => {
            packed
                + rows * row.div_ceil(group) * 2
                + rows * row.div_ceil(group).div_ceil(2)
                + 4 * row
        }
        // NF4: a byte for each 64, quantised once more.
        "bitsandbytes" if quantization.bits == 4 => {
            packed + elements.div_ceil(64) + elements.div_ceil(16384) * 4
        }
        // A scale of two bytes for each group.
        _ => packed + 2 * rows * row.div_ceil(group),
    };
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
