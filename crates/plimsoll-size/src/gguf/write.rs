//! Writing headers, for tests and for asking llama.cpp what it thinks of one.

use super::{Metadata, Value};
use crate::{Dtype, Tensor};

/// Returns the header of a GGUF file of version 3 with these keys and tensors, padded so that the
/// data could follow, and the length of the whole file.
///
/// Numbers are written as `u32` where they fit, as llama.cpp expects of most keys. Tensors that are
/// not of a ggml type are left out.
#[must_use]
pub fn gguf_bytes(metadata: &Metadata, tensors: &[Tensor]) -> (Vec<u8>, u64) {
    const ALIGNMENT: u64 = 32;
    let mut out = b"GGUF".to_vec();
    out.extend(3_u32.to_le_bytes());
    let tensors: Vec<_> = tensors
        .iter()
        .filter_map(|tensor| match tensor.dtype {
            Dtype::Ggml(kind) => Some((tensor, kind.id)),
            Dtype::Plain(..) => None,
        })
        .collect();
    out.extend((tensors.len() as u64).to_le_bytes());
    out.extend((metadata.values.len() as u64).to_le_bytes());
    for (key, value) in &metadata.values {
        write_text(&mut out, key);
        write_value(&mut out, value);
    }
    let mut end: u64 = 0;
    for (tensor, id) in tensors {
        write_text(&mut out, &tensor.name);
        out.extend((tensor.shape.len() as u32).to_le_bytes());
        tensor.shape.iter().for_each(|side| out.extend(side.to_le_bytes()));
        out.extend(id.to_le_bytes());
        out.extend(end.to_le_bytes());
        end = end.saturating_add(tensor.bytes).next_multiple_of(ALIGNMENT);
    }
    let start = (out.len() as u64).next_multiple_of(ALIGNMENT);
    out.resize(start as usize, 0);
    (out, start.saturating_add(end))
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

fn write_number(out: &mut Vec<u8>, number: u64) {
    match u32::try_from(number) {
        Ok(small) => {
            out.extend(4_u32.to_le_bytes());
            out.extend(small.to_le_bytes());
        }
        Err(_) => {
            out.extend(10_u32.to_le_bytes());
            out.extend(number.to_le_bytes());
        }
    }
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Unsigned(number) => write_number(out, *number),
        Value::Negative(number) => {
            out.extend(11_u32.to_le_bytes());
            out.extend(number.to_le_bytes());
        }
        Value::Float(number) => {
            #[expect(clippy::cast_possible_truncation, reason = "llama.cpp keeps these as f32")]
            let number = *number as f32;
            out.extend(6_u32.to_le_bytes());
            out.extend(number.to_le_bytes());
        }
        Value::Bool(value) => {
            out.extend(7_u32.to_le_bytes());
            out.push(u8::from(*value));
        }
        Value::Text(text) => {
            out.extend(8_u32.to_le_bytes());
            write_text(out, text);
        }
        Value::Numbers(numbers) => {
            out.extend(9_u32.to_le_bytes());
            out.extend(4_u32.to_le_bytes());
            out.extend((numbers.len() as u64).to_le_bytes());
            for number in numbers {
                out.extend(u32::try_from(*number).unwrap_or(u32::MAX).to_le_bytes());
            }
        }
        // A list that was not kept: as many empty texts.
        Value::List(length) => {
            out.extend(9_u32.to_le_bytes());
            out.extend(8_u32.to_le_bytes());
            out.extend(length.to_le_bytes());
            (0..*length).for_each(|_| write_text(out, ""));
        }
    }
}
