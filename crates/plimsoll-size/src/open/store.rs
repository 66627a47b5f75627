//! Ollama's store, and OCI layouts.

use std::io::Read;

use super::image::{is_index, pick};
use super::packed::Packed;
use super::{gguf_model, open_folder};
use crate::oci::{Layer, MAX_MANIFEST, is_hash};
use crate::{
    BlobName, Entry, Error, Folder, Gguf, Manifest, Model, OllamaName, Part, PartKind, Result,
};

pub(super) fn is_ollama(folder: &dyn Folder) -> bool {
    let has = |prefix: &str| folder.entries().iter().any(|entry| entry.path.starts_with(prefix));
    has("manifests/") && (has("blobs/sha256-") || !has("blobs/"))
}

pub(super) fn is_oci_layout(folder: &dyn Folder) -> bool {
    folder.entry("oci-layout").is_some() && folder.entry("index.json").is_some()
}

pub(super) fn open_ollama(folder: &dyn Folder, want: Option<&str>) -> Result<Model> {
    let paths = folder.entries().iter().map(|entry| entry.path.as_str());
    let names: Vec<OllamaName> = paths.filter_map(OllamaName::of_manifest_path).collect();
    let name = match want {
        Some(want) => OllamaName::parse(want)
            .ok_or_else(|| Error::invalid(format!("{want} is no name of a model in Ollama")))?,
        None => match names.as_slice() {
            [one] => one.clone(),
            [] => return Err(Error::missing("the store has no manifest; pull a model first")),
            several => {
                let list: Vec<String> = several.iter().take(8).map(ToString::to_string).collect();
                return Err(Error::invalid(format!(
                    "the store holds {} models: {}; name one",
                    several.len(),
                    list.join(", ")
                )));
            }
        },
    };
    let path = name.manifest_path();
    if folder.entry(&path).is_none() {
        return Err(Error::missing(format!("the store has no {name}; pull it first")));
    }
    let manifest = Manifest::read(&folder.read_short(&path, MAX_MANIFEST)?)
        .map_err(|error| error.in_file(&path))?;
    of_manifest(&name.to_string(), folder, &manifest, &|digest| BlobName::path_of(digest))
}

pub(super) fn open_oci_layout(
    name: &str,
    folder: &dyn Folder,
    want: Option<&str>,
) -> Result<Model> {
    let locate = |digest: &str| {
        let hash = digest.strip_prefix("sha256:").filter(|hash| is_hash(hash))?;
        Some(format!("blobs/sha256/{hash}"))
    };
    let mut file = "index.json".to_owned();
    let mut text = folder.read_short(&file, MAX_MANIFEST)?;
    let mut want = want;
    // An index may name an index of platforms.
    for _ in 0..MAX_INDEXES {
        if !is_index(&text) {
            break;
        }
        let digest = match pick(&text, want) {
            // What was named may be in the index that is named here.
            Err(_) if want.is_some() => pick(&text, None),
            found => found.inspect(|_| want = None),
        };
        let digest = digest.map_err(|error| error.in_file(&file))?;
        file = locate(&digest).ok_or_else(|| {
            Error::invalid(format!("it names {digest}, no sha256")).in_file(&file)
        })?;
        text = folder.read_short(&file, MAX_MANIFEST)?;
    }
    if let Some(want) = want {
        return Err(Error::missing(format!("{want}: no such manifest in {name}")));
    }
    let manifest = Manifest::read(&text).map_err(|error| error.in_file(&file))?;
    of_manifest(name, folder, &manifest, &locate)
}

/// Indexes in indexes: one of tags, one of platforms.
const MAX_INDEXES: usize = 3;

/// The model of a manifest whose layers lie in the folder.
fn of_manifest(
    name: &str,
    folder: &dyn Folder,
    manifest: &Manifest,
    locate: &dyn Fn(&str) -> Option<String>,
) -> Result<Model> {
    let weights = manifest.layers.iter().filter(|layer| layer.kind == PartKind::Weights);
    let is_plain = |layer: &Layer| {
        let is_named = layer.path.as_ref().is_some_and(|path| path.ends_with(".safetensors"));
        !layer.media_type.contains(".tar") && !layer.media_type.contains("safetensors") && !is_named
    };
    if !weights.clone().all(is_plain) {
        return of_packed(name, folder, manifest, locate);
    }
    let mut files = Vec::new();
    let mut parts = Vec::new();
    for layer in &manifest.layers {
        let path = locate(&layer.digest)
            .ok_or_else(|| Error::invalid(format!("the manifest names {}", layer.digest)))?;
        let part = Part { name: layer.digest.clone(), kind: layer.kind, bytes: layer.bytes };
        if !parts.contains(&part) {
            parts.push(part);
        }
        if layer.kind != PartKind::Weights {
            continue;
        }
        let Some(entry) = folder.entry(&path) else {
            let is_partial = folder.entries().iter().any(|entry| {
                entry
                    .path
                    .strip_prefix(path.as_str())
                    .is_some_and(|rest| rest.starts_with("-partial"))
            });
            let why = if is_partial { "is still being downloaded" } else { "is missing" };
            return Err(Error::missing(format!("the blob {path} of {name} {why}; pull it again")));
        };
        if entry.bytes != layer.bytes.0 {
            return Err(Error::invalid(format!(
                "the manifest gives the blob {} bytes, and it has {}; pull it again",
                layer.bytes.0, entry.bytes
            ))
            .in_file(&path));
        }
        let mut reader = folder.open(&path)?;
        let gguf =
            Gguf::read(&mut reader, Some(entry.bytes)).map_err(|error| error.in_file(&path))?;
        files.push((path, gguf));
    }
    if files.is_empty() {
        return Err(Error::missing(format!("the manifest of {name} has no weights")));
    }
    let mut model = gguf_model(name, files)?;
    model.name = name.to_owned();
    model.parts = parts;
    model.source = format!("{} manifest and header of its weights", manifest.flavour);
    Ok(model)
}

/// The model of layers that are archives, or files of a checkout.
fn of_packed(
    name: &str,
    folder: &dyn Folder,
    manifest: &Manifest,
    locate: &dyn Fn(&str) -> Option<String>,
) -> Result<Model> {
    let packed = Packed::list(folder, &manifest.layers, locate)?;
    let mut model = open_folder(name, &Below::of(&packed), None)?;
    let is_compressed = manifest.layers.iter().any(|layer| layer.is_compressed);
    if is_compressed {
        model.notes.push(format!(
            "its layers are packed: pulling them takes {}, and while they are unpacked both lie on \
             the volume",
            manifest.total()
        ));
        let bytes = manifest.total();
        let name = "packed layers".to_owned();
        model.parts.push(Part { name, kind: PartKind::Other, bytes });
    }
    if packed.is_cut {
        model.notes.push(
            "of packed layers only the files at the start were looked at; what lies behind them \
             does not count"
                .to_owned(),
        );
    }
    model.name = name.to_owned();
    model.source = format!("{} manifest, and headers inside its layers", manifest.flavour);
    Ok(model)
}

/// The files of a folder below the one folder that holds them all, where there is one.
struct Below<'a> {
    folder: &'a dyn Folder,
    top: String,
    entries: Vec<Entry>,
}

impl<'a> Below<'a> {
    fn of(folder: &'a dyn Folder) -> Self {
        let is_weights = |path: &str| path.ends_with(".safetensors") || path.ends_with(".gguf");
        let mut tops: Vec<&str> = folder
            .entries()
            .iter()
            .filter(|entry| is_weights(&entry.path))
            .map(|entry| entry.path.rsplit_once('/').map_or("", |(top, _)| top))
            .collect();
        tops.dedup();
        let top = match tops.as_slice() {
            [one] if !one.is_empty() => format!("{one}/"),
            _ => String::new(),
        };
        let mut entries: Vec<Entry> = Vec::new();
        for entry in folder.entries() {
            // A configuration in a layer of its own lies at the top.
            let path = entry.path.strip_prefix(&top).unwrap_or(&entry.path).to_owned();
            if entries.iter().all(|other| other.path != path) {
                entries.push(Entry { path, bytes: entry.bytes });
            }
        }
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Self { folder, top, entries }
    }
}

impl Folder for Below<'_> {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>> {
        let below = format!("{}{path}", self.top);
        let is_there = self.folder.entry(&below).is_some();
        self.folder.open(if is_there { &below } else { path })
    }
}
