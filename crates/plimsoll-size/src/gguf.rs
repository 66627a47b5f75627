//! GGUF, versions 2 and 3: the header of one file, and files that are split.
//!
//! Source: ggml-org/ggml docs/gguf.md and ggml-org/llama.cpp ggml/src/gguf.cpp (ggml 0.25.3).

mod keys;
mod metadata;
mod split;
mod types;
mod write;

use std::collections::HashSet;
use std::io::Read;

use crate::header::Header;
use crate::sniff::sniff;
use crate::{Dtype, Error, ErrorKind, Result, Tensor};

pub use metadata::{Metadata, Value};
pub use split::SplitName;
pub use types::{GGML_TYPES, GgmlType, ggml_type, ggml_type_named};
pub use write::gguf_bytes;

pub(crate) use split::join;

/// More tensors or keys than this have no model; DeepSeek-V3 has 1025 tensors.
const MAX_ENTRIES: u64 = 1 << 20;

/// ggml's bounds on a tensor.
const MAX_DIMENSIONS: u32 = 4;
const MAX_NAME: u64 = 64;

/// A shard says which part of how many it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Split {
    /// From 0.
    pub(crate) number: u64,
    pub(crate) count: u64,
    /// In all shards together.
    pub(crate) tensors: Option<u64>,
}

/// The header of one GGUF file.
#[derive(Clone, Debug)]
pub struct Gguf {
    /// 2 or 3.
    pub version: u32,
    /// Whether numbers have their largest byte first.
    pub is_big_endian: bool,
    /// What the file says of the model; empty in later shards of a split model.
    pub metadata: Metadata,
    /// The tensors of this file.
    pub tensors: Vec<Tensor>,
    /// Where the data of the tensors begin.
    pub data_start: u64,
    /// What the whole file must have, in bytes.
    pub file_bytes: u64,
}

impl Gguf {
    /// Reads a header. `length` is the file's length, where it is known.
    ///
    /// # Errors
    ///
    /// `NotAModel` for other files, `Truncated` for one that ends early, `Unsupported` for other
    /// versions and unknown types of tensors, `Invalid` and `Limit` for headers that make no sense.
    pub fn read(reader: &mut dyn Read, length: Option<u64>) -> Result<Self> {
        let mut header = Header::new(reader);
        let (version, is_big_endian) = start(&mut header)?;
        let tensor_count = count(&mut header, "tensors")?;
        let key_count = count(&mut header, "keys")?;
        let metadata = Metadata::read(&mut header, key_count)?;
        let alignment = alignment(&metadata)?;
        let mut tensors = Vec::new();
        let mut names = HashSet::new();
        let mut end: u64 = 0;
        for _ in 0..tensor_count {
            let tensor = read_tensor(&mut header, &mut end, alignment)?;
            if !names.insert(tensor.name.clone()) {
                return Err(Error::invalid(format!("it has two tensors named {}", tensor.name)));
            }
            tensors.push(tensor);
        }
        let data_start = header.offset().next_multiple_of(alignment);
        let file_bytes = data_start
            .checked_add(end)
            .ok_or_else(|| Error::limit("its tensors together take more than 64 bits hold"))?;
        if let Some(length) = length.filter(|length| *length < file_bytes) {
            return Err(Error::new(
                ErrorKind::Truncated,
                format!(
                    "it has {length} bytes and its header promises {file_bytes}; the download or \
                     copy was cut short"
                ),
            ));
        }
        Ok(Self { version, is_big_endian, metadata, tensors, data_start, file_bytes })
    }

    pub(crate) fn split(&self) -> Result<Option<Split>> {
        let count = self.metadata.number("split.count")?.unwrap_or(0);
        if count < 2 {
            return Ok(None);
        }
        let number = self.metadata.number("split.no")?.unwrap_or(0);
        let tensors = self.metadata.number("split.tensors.count")?;
        if number >= count {
            return Err(Error::invalid(format!("it says that it is shard {number} of {count}")));
        }
        Ok(Some(Split { number, count, tensors }))
    }
}

fn start(header: &mut Header<'_>) -> Result<(u32, bool)> {
    let mut head = [0; 8];
    let mut read = 0;
    // Byte by byte, so that a short file is still recognised for what it is.
    while read < head.len() {
        if !header.try_fill(&mut head[read..=read])? {
            if head.starts_with(b"GGUF") && read >= 4 {
                break;
            }
            return Err(if b"GGUF".starts_with(&head[..read]) && read > 0 {
                Error::new(ErrorKind::Truncated, "the file ends inside its header").at(read as u64)
            } else {
                sniff(&head[..read]).refusal(&head[..read])
            });
        }
        read += 1;
    }
    if !head.starts_with(b"GGUF") {
        let head = header.read_on(&head);
        return Err(sniff(&head).refusal(&head));
    }
    if read < head.len() {
        return Err(
            Error::new(ErrorKind::Truncated, "the file ends inside its header").at(read as u64)
        );
    }
    let [_, _, _, _, version @ ..] = head;
    let mut version = u32::from_le_bytes(version);
    // There is no flag for the order of bytes; real versions are small (gguf.cpp).
    let is_big_endian = version != 0 && version & 0xFFFF == 0;
    if is_big_endian {
        header.swap();
        version = version.swap_bytes();
    }
    match version {
        2 | 3 => Ok((version, is_big_endian)),
        1 => {
            Err(Error::unsupported("GGUF version 1, which llama.cpp no longer loads; convert it")
                .at(4))
        }
        other => Err(Error::unsupported(format!("GGUF version {other}; 2 and 3 are known")).at(4)),
    }
}

fn count(header: &mut Header<'_>, of: &str) -> Result<u64> {
    let at = header.offset();
    let count = header.u64()?;
    if count > MAX_ENTRIES {
        return Err(Error::limit(format!("it claims {count} {of}, which no model has")).at(at));
    }
    Ok(count)
}

fn alignment(metadata: &Metadata) -> Result<u64> {
    let alignment = metadata.number("general.alignment")?.unwrap_or(32);
    if alignment.is_power_of_two() && alignment <= 1 << 30 {
        return Ok(alignment);
    }
    Err(Error::invalid(format!("general.alignment is {alignment}, which is no power of two")))
}

fn read_tensor(header: &mut Header<'_>, end: &mut u64, alignment: u64) -> Result<Tensor> {
    let at = header.offset();
    let length = header.u64()?;
    if length >= MAX_NAME {
        return Err(
            Error::limit(format!("a tensor's name of {length} bytes; ggml takes 63")).at(at)
        );
    }
    let name = String::from_utf8(header.bytes(length)?)
        .map_err(|_| Error::invalid("a tensor's name is not UTF-8").at(at))?;
    let count = header.u32()?;
    if count > MAX_DIMENSIONS {
        return Err(Error::invalid(format!("{name} has {count} dimensions; ggml takes 4")).at(at));
    }
    let mut shape = Vec::new();
    for _ in 0..count {
        let side = header.u64()?;
        if side > i64::MAX as u64 {
            let side = side.cast_signed();
            return Err(Error::invalid(format!("{name} has a dimension of {side}")).at(at));
        }
        shape.push(side);
    }
    let id = header.u32()?;
    let kind = ggml_type(id).map_err(|error| error.in_file(&name).at(at))?;
    let tensor = Tensor::new(name, &shape, Dtype::Ggml(kind));
    let tensor = tensor.map_err(|error| error.at(at))?;
    let offset = header.u64()?;
    // gguf.cpp refuses gaps and overlaps alike.
    if offset != *end {
        return Err(Error::invalid(format!(
            "{} begins at {offset} of the data, and the tensor before it ends at {end}",
            tensor.name
        ))
        .at(at));
    }
    *end = offset
        .checked_add(tensor.bytes)
        .and_then(|end| end.checked_next_multiple_of(alignment))
        .ok_or_else(|| Error::limit("its tensors together take more than 64 bits hold").at(at))?;
    Ok(tensor)
}

#[cfg(test)]
mod tests;
