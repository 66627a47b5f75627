//! From files to a model.

mod folder;
mod image;
mod packed;
mod quant;
mod store;

use std::io::Read;

use crate::gguf::join;
use crate::sniff::sniff;
use crate::{
    Bytes, Confidence, Error, FileKind, Gguf, Model, Part, PartKind, Result, Safetensors, Weights,
};

pub(crate) use folder::is_sidecar;
pub use folder::open_folder;
pub use image::pick_manifest;
pub(crate) use quant::file_type_name;

/// Reads a model from one file or stream, whose length may be unknown.
///
/// Only GGUF holds all that is needed in one file; safetensors need their configuration beside
/// them, and so a folder.
///
/// # Errors
///
/// As the readers of the formats.
pub fn open_file(name: &str, reader: &mut dyn Read, length: Option<u64>) -> Result<Model> {
    let mut head = [0; 512];
    let mut filled = 0;
    while filled < head.len() {
        match reader.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::from(error).in_file(name)),
        }
    }
    let head = &head[..filled];
    let mut whole = head.chain(reader);
    match sniff(head) {
        FileKind::Gguf => {
            let gguf = Gguf::read(&mut whole, length).map_err(|error| error.in_file(name))?;
            if let Some(split) = gguf.split()? {
                return Err(Error::missing(format!(
                    "it is shard {} of {}; name the folder or the first shard on disk",
                    split.number + 1,
                    split.count
                ))
                .in_file(name));
            }
            gguf_model(name, vec![(name.to_owned(), gguf)])
        }
        FileKind::Safetensors => {
            // The header is read all the same, so that a broken file is said to be broken.
            Safetensors::read(&mut whole, length).map_err(|error| error.in_file(name))?;
            Err(Error::missing(
                "safetensors hold no architecture; name the folder that also has config.json",
            )
            .in_file(name))
        }
        // Fewer bytes than the magic has.
        _ if filled > 0 && b"GGUF".starts_with(head) => Err(Gguf::read(&mut whole, length)
            .map_or_else(|error| error, |_| Error::invalid("it is too short"))
            .in_file(name)),
        other => Err(other.refusal(head).in_file(name)),
    }
}

/// A model of GGUF files: one, or the shards of one.
fn gguf_model(name: &str, files: Vec<(String, Gguf)>) -> Result<Model> {
    let parts: Vec<Part> = files
        .iter()
        .map(|(name, gguf)| Part {
            name: name.clone(),
            kind: PartKind::Weights,
            bytes: Bytes(gguf.file_bytes),
        })
        .collect();
    let is_split = files.len() > 1;
    let gguf = if is_split {
        join(files)?
    } else {
        files.into_iter().next().map(|(_, gguf)| gguf).ok_or_else(|| Error::missing("no file"))?
    };
    let architecture = gguf.architecture().map_err(|error| error.in_file(name))?;
    let weights = Weights::of(&gguf.tensors);
    if gguf.tensors.is_empty() {
        return Err(
            Error::invalid("it has no tensors; it is a vocabulary, not a model").in_file(name)
        );
    }
    let mut notes = Vec::new();
    if let Some(base) = gguf.metadata.text("general.type").filter(|kind| *kind != "model") {
        return Err(Error::unsupported(format!(
            "it is of type {base}; name the model that it belongs to"
        ))
        .in_file(name));
    }
    if gguf.is_big_endian {
        notes
            .push("its numbers have the largest byte first: only such machines load it".to_owned());
    }
    let said = gguf.metadata.text("general.name").filter(|name| !name.is_empty());
    Ok(Model {
        name: said.map_or_else(|| name.to_owned(), |said| said.chars().take(120).collect()),
        is_gguf: true,
        format: file_type_name(&gguf),
        architecture,
        weights,
        confidence: Confidence::Exact,
        band: 0.0,
        parts,
        source: format!("header of {name}"),
        notes,
    })
}

#[cfg(test)]
mod tests;
