//! Safetensors: one file's header, and the index of a model in several files.
//!
//! Source: huggingface/safetensors README.md, format section.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use crate::header::Header;
use crate::sniff::sniff;
use crate::{Dtype, Error, ErrorKind, FileKind, Result, Tensor};

/// The format's own bound on a header.
const MAX_JSON: u64 = 100 << 20;

/// The bits of the elements of each type.
const DTYPES: &[(&str, u32)] = &[
    ("F64", 64),
    ("I64", 64),
    ("U64", 64),
    ("C64", 64),
    ("F32", 32),
    ("I32", 32),
    ("U32", 32),
    ("F16", 16),
    ("BF16", 16),
    ("I16", 16),
    ("U16", 16),
    ("F8_E5M2", 8),
    ("F8_E4M3", 8),
    ("F8_E8M0", 8),
    ("F8_E4M3FNUZ", 8),
    ("F8_E5M2FNUZ", 8),
    ("I8", 8),
    ("U8", 8),
    ("BOOL", 8),
    ("F6_E2M3", 6),
    ("F6_E3M2", 6),
    ("F4", 4),
];

/// The header of one safetensors file.
#[derive(Clone, Debug)]
pub struct Safetensors {
    /// The tensors, by name.
    pub tensors: Vec<Tensor>,
    /// What the whole file must have, in bytes.
    pub file_bytes: u64,
}

#[derive(Deserialize)]
struct Info {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: (u64, u64),
}

/// An object whose names are all different; serde's maps would keep the last of two.
struct Unique(BTreeMap<String, Option<Info>>);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Unique;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<Unique, A::Error> {
                let mut all = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    let info = if name == "__metadata__" {
                        map.next_value::<serde::de::IgnoredAny>()?;
                        None
                    } else {
                        Some(map.next_value::<Info>()?)
                    };
                    if all.insert(name.clone(), info).is_some() {
                        return Err(A::Error::custom(format!("two tensors are named {name}")));
                    }
                }
                Ok(Unique(all))
            }
        }
        deserializer.deserialize_map(Names)
    }
}

impl Safetensors {
    /// Reads a header. `length` is the file's length, where it is known.
    ///
    /// # Errors
    ///
    /// `NotAModel` for other files, `Truncated` for one that ends early, `Unsupported` for unknown
    /// types, `Invalid` and `Limit` for headers that make no sense.
    pub fn read(reader: &mut dyn Read, length: Option<u64>) -> Result<Self> {
        let mut header = Header::new(reader);
        let mut head = Vec::new();
        while head.len() < 9 {
            let mut byte = [0];
            if !header.try_fill(&mut byte)? {
                break;
            }
            head.extend(byte);
        }
        let kind = sniff(&head);
        let Some((size, rest)) = head.split_first_chunk::<8>() else {
            let is_start = head.len() < 8 && !head.is_empty() && kind == FileKind::Unknown;
            return Err(if is_start { ends(head.len() as u64) } else { kind.refusal(&head) });
        };
        let size = u64::from_le_bytes(*size);
        if rest.is_empty() && (2..=MAX_JSON).contains(&size) {
            return Err(ends(8));
        }
        if kind != FileKind::Safetensors {
            return Err(if (MAX_JSON..=1 << 40).contains(&size) && rest == b"{" {
                Error::limit(format!("a header of {size} bytes; the format allows 100 MB"))
            } else {
                let head = header.read_on(&head);
                sniff(&head).refusal(&head)
            });
        }
        let mut json = vec![b'{'];
        json.extend(header.bytes(size - 1)?);
        let Unique(infos) = serde_json::from_slice(&json).map_err(|error| {
            Error::invalid(format!("its header is no list of tensors: {error}")).at(8)
        })?;
        drop(json);
        Self::of(infos, 8 + size, length)
    }

    fn of(infos: BTreeMap<String, Option<Info>>, start: u64, length: Option<u64>) -> Result<Self> {
        let mut tensors = Vec::new();
        let mut spans = Vec::new();
        for (name, info) in infos {
            let Some(Info { dtype, shape, data_offsets: (begin, end) }) = info else { continue };
            let known = DTYPES.iter().find(|(known, _)| *known == dtype);
            let (dtype, bits) = *known.ok_or_else(|| {
                Error::unsupported(format!(
                    "{name} is of type {}",
                    dtype.chars().take(40).collect::<String>()
                ))
            })?;
            let dtype = Dtype::Plain(dtype, bits);
            let bytes = dtype.bytes(&shape).map_err(|error| error.in_file(&name))?;
            if end.checked_sub(begin) != Some(bytes) {
                return Err(Error::invalid(format!(
                    "{name} takes bytes {begin} to {end}, and its shape {bytes} bytes"
                )));
            }
            spans.push((begin, end));
            tensors.push(Tensor { name, shape, dtype, bytes });
        }
        spans.sort_unstable();
        let mut expected = 0;
        for (begin, end) in spans {
            if begin != expected {
                return Err(Error::invalid(format!(
                    "its tensors leave a hole or overlap at byte {expected} of the data"
                )));
            }
            expected = end;
        }
        let file_bytes = start
            .checked_add(expected)
            .ok_or_else(|| Error::limit("its tensors together take more than 64 bits hold"))?;
        match length {
            Some(length) if length < file_bytes => Err(Error::new(
                ErrorKind::Truncated,
                format!(
                    "it has {length} bytes and its header promises {file_bytes}; the download or \
                     copy was cut short"
                ),
            )),
            Some(length) if length > file_bytes => Err(Error::invalid(format!(
                "it has {length} bytes and its header describes {file_bytes}"
            ))),
            _ => Ok(Self { tensors, file_bytes }),
        }
    }
}

fn ends(offset: u64) -> Error {
    Error::new(ErrorKind::Truncated, "the file ends inside its header; the download was cut short")
        .at(offset)
}

/// The index of a model in several files: `model.safetensors.index.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The bytes of all tensors together, where it says so.
    pub total: Option<u64>,
    /// The file of each tensor.
    pub files: BTreeMap<String, String>,
}

impl Index {
    /// Reads an index.
    ///
    /// # Errors
    ///
    /// `Invalid` for what is no index, and for files outside the folder.
    pub fn read(text: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Raw {
            metadata: Option<serde_json::Map<String, serde_json::Value>>,
            weight_map: BTreeMap<String, String>,
        }
        let raw: Raw = serde_json::from_slice(text)
            .map_err(|error| Error::invalid(format!("the index is not readable: {error}")))?;
        for file in raw.weight_map.values() {
            if file.contains("..") || file.starts_with('/') || file.contains('\\') {
                return Err(Error::invalid(format!("the index names {file}, outside its folder")));
            }
        }
        let total = raw.metadata.as_ref().and_then(|metadata| metadata.get("total_size"));
        // Some tools write it as a float.
        let total = total.and_then(|total| {
            total.as_u64().or_else(|| total.as_f64().map(|total| crate::Bytes::rounded(total).0))
        });
        Ok(Self { total, files: raw.weight_map })
    }

    /// Returns the files that it names, each once.
    #[must_use]
    pub fn shards(&self) -> BTreeSet<&str> {
        self.files.values().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests;
