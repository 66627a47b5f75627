//! Ollama's store, and OCI layouts.

use serde::Deserialize;

use super::gguf_model;
use crate::oci::{MAX_MANIFEST, is_hash};
use crate::{BlobName, Error, Folder, Gguf, Manifest, Model, OllamaName, Part, PartKind, Result};

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

pub(super) fn open_oci_layout(name: &str, folder: &dyn Folder) -> Result<Model> {
    #[derive(Deserialize)]
    struct Index {
        manifests: Vec<Pointer>,
    }
    #[derive(Deserialize)]
    struct Pointer {
        digest: String,
    }
    let index: Index = serde_json::from_slice(&folder.read_short("index.json", MAX_MANIFEST)?)
        .map_err(|error| Error::invalid(format!("index.json: {error}")))?;
    let [Pointer { digest }] = index.manifests.as_slice() else {
        return Err(Error::unsupported(format!(
            "the layout holds {} manifests; one is expected",
            index.manifests.len()
        )));
    };
    let locate = |digest: &str| {
        let hash = digest.strip_prefix("sha256:").filter(|hash| is_hash(hash))?;
        Some(format!("blobs/sha256/{hash}"))
    };
    let path = locate(digest).ok_or_else(|| Error::invalid("index.json names no sha256"))?;
    let manifest = Manifest::read(&folder.read_short(&path, MAX_MANIFEST)?)
        .map_err(|error| error.in_file(&path))?;
    of_manifest(name, folder, &manifest, &locate)
}

/// The model of a manifest whose layers lie in the folder.
fn of_manifest(
    name: &str,
    folder: &dyn Folder,
    manifest: &Manifest,
    locate: &dyn Fn(&str) -> Option<String>,
) -> Result<Model> {
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
        if layer.is_compressed || layer.media_type.contains(".tar") {
            return Err(Error::unsupported(format!(
                "its weights are packed as {}; unpack them, and name the folder",
                layer.media_type
            )));
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
