//! Models in folders: a checkout of the Hub, GGUF files, a store of Ollama's, an OCI layout.

use std::collections::{BTreeMap, BTreeSet};

use super::{gguf_model, store};
use crate::config::MAX_CONFIG;
use crate::{
    Bytes, Confidence, Config, Entry, Error, Folder, Gguf, Index, Model, Part, PartKind, Result,
    Safetensors, SplitName, Weights,
};

/// An index of a large mixture of experts has some 10 MiB.
const MAX_INDEX: u64 = 64 << 20;

const INDEX: &str = "model.safetensors.index.json";

/// Reads the model in a folder. `want` names a file in it, or, in a store, a model; it may be left
/// out where there is only one model.
///
/// # Errors
///
/// `Missing` where files are missing, `Invalid` where the folder holds several models or its index
/// disagrees with its files, and as the readers of the formats.
pub fn open_folder(name: &str, folder: &dyn Folder, want: Option<&str>) -> Result<Model> {
    if store::is_ollama(folder) {
        return store::open_ollama(folder, want);
    }
    if store::is_oci_layout(folder) {
        return store::open_oci_layout(name, folder, want);
    }
    let models = gguf_models(folder);
    let has_safetensors = folder.entries().iter().any(|entry| entry.path.ends_with(".safetensors"))
        || folder.entry(INDEX).is_some();
    if let Some(want) = want {
        return match want {
            SAFETENSORS if has_safetensors => open_safetensors(name, folder),
            _ if want.ends_with(".gguf") => open_gguf(folder, want),
            _ if models.is_empty() && !has_safetensors => Err(nothing(name, folder)),
            _ => Err(Error::missing(format!(
                "{want}: no such model in {name}; it has {}",
                listed(&models, has_safetensors)
            ))),
        };
    }
    match (models.as_slice(), has_safetensors) {
        ([one], false) => open_gguf(folder, one),
        ([], true) => open_safetensors(name, folder),
        ([], false) => Err(nothing(name, folder)),
        (several, _) => Err(Error::invalid(format!(
            "{name} holds several models: {}; name one with --model",
            listed(several, has_safetensors)
        ))),
    }
}

/// What `--model` calls the safetensors of a folder that also holds other models.
const SAFETENSORS: &str = "safetensors";

fn listed(models: &[String], has_safetensors: bool) -> String {
    let mut names: Vec<&str> = models.iter().map(String::as_str).take(8).collect();
    if has_safetensors {
        names.push(SAFETENSORS);
    }
    names.join(", ")
}

fn nothing(name: &str, folder: &dyn Folder) -> Error {
    let other = folder.entries().iter().find(|entry| {
        [".bin", ".pth", ".pt", ".ckpt", ".onnx", ".h5", ".msgpack"]
            .iter()
            .any(|ending| entry.path.ends_with(ending))
    });
    match other {
        Some(entry) => Error::unsupported(format!(
            "{name} has {} and neither GGUF nor safetensors; PyTorch's own format cannot be read \
             without running it",
            entry.path
        )),
        None => Error::missing(format!("{name} has neither GGUF nor safetensors files")),
    }
}

/// Files that belong to a model and are none.
pub(crate) fn is_sidecar(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    file.starts_with("mmproj")
        || file.contains("-lora")
        || file.contains("-vocab")
        || file.starts_with("mtp-")
}

/// The first file of each GGUF model.
fn gguf_models(folder: &dyn Folder) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let paths = folder.entries().iter().map(|entry| entry.path.as_str());
    let models = paths.filter(|path| path.ends_with(".gguf") && !is_sidecar(path));
    let models = models.filter(|path| {
        SplitName::parse(path).is_none_or(|split| seen.insert((split.base, split.count)))
    });
    models.map(str::to_owned).collect()
}

fn open_gguf(folder: &dyn Folder, path: &str) -> Result<Model> {
    let read = |path: &str| -> Result<Gguf> {
        let entry = folder.entry(path);
        let entry = entry.ok_or_else(|| Error::missing("there is no such file").in_file(path))?;
        let mut reader = folder.open(path)?;
        Gguf::read(&mut reader, Some(entry.bytes)).map_err(|error| error.in_file(path))
    };
    let mut files = Vec::new();
    match SplitName::parse(path) {
        Some(split) => {
            for number in 1..=split.count {
                let shard = split.sibling(number);
                if folder.entry(&shard).is_none() {
                    return Err(Error::missing(format!(
                        "shard {number} of {} is missing: {shard}; fetch it, too",
                        split.count
                    )));
                }
                let gguf = read(&shard)?;
                files.push((shard, gguf));
            }
        }
        None => {
            let gguf = read(path)?;
            if let Some(split) = gguf.split()? {
                return Err(Error::missing(format!(
                    "it says that it is shard {} of {}, and is not named like one",
                    split.number + 1,
                    split.count
                ))
                .in_file(path));
            }
            files.push((path.to_owned(), gguf));
        }
    }
    let mut model = gguf_model(path, files)?;
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    for entry in folder.entries() {
        let beside = entry.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        if beside == directory && entry.path.ends_with(".gguf") && is_sidecar(&entry.path) {
            add_sidecar(&mut model, entry);
        }
    }
    Ok(model)
}

fn add_sidecar(model: &mut Model, entry: &Entry) {
    let is_projector = entry.path.to_ascii_lowercase().contains("mmproj");
    let kind = if is_projector { PartKind::Projector } else { PartKind::Adapter };
    model.notes.push(format!(
        "{} lies beside it ({}); it counts on disk, and in memory only where it is loaded",
        entry.path,
        Bytes(entry.bytes)
    ));
    model.parts.push(Part { name: entry.path.clone(), kind, bytes: Bytes(entry.bytes) });
}

/// A checkout of the Hub: `config.json` and safetensors.
fn open_safetensors(name: &str, folder: &dyn Folder) -> Result<Model> {
    if folder.entry("config.json").is_none() {
        return Err(Error::missing(format!(
            "{name} has safetensors and no config.json beside them"
        )));
    }
    let config = Config::read(&folder.read_short("config.json", MAX_CONFIG)?)
        .map_err(|error| error.in_file("config.json"))?;
    let (files, index) = match folder.entry(INDEX) {
        Some(_) => {
            let index = Index::read(&folder.read_short(INDEX, MAX_INDEX)?)
                .map_err(|error| error.in_file(INDEX))?;
            let files = index.shards().into_iter().map(str::to_owned).collect();
            (files, Some(index))
        }
        None => (single(name, folder)?, None),
    };
    let mut tensors = Vec::new();
    let mut parts = Vec::new();
    for path in &files {
        let entry = folder.entry(path).ok_or_else(|| {
            let why = if index.is_some() { ", which the index names: fetch it, too" } else { "" };
            Error::missing(format!("{path} is missing{why}"))
        })?;
        let mut reader = folder.open(path)?;
        let file = Safetensors::read(&mut reader, Some(entry.bytes))
            .map_err(|error| error.in_file(path))?;
        parts.push(Part { name: path.clone(), kind: PartKind::Weights, bytes: Bytes(entry.bytes) });
        if let Some(index) = &index {
            agree(index, path, &file)?;
        }
        tensors.extend(file.tensors);
    }
    let mut notes = Vec::new();
    if let Some(index) = &index {
        let found: u64 = tensors.iter().map(|tensor| tensor.bytes).fold(0, u64::saturating_add);
        if tensors.len() != index.files.len() {
            return Err(Error::invalid(format!(
                "the index names {} tensors and the files hold {}",
                index.files.len(),
                tensors.len()
            )));
        }
        if let Some(total) = index.total.filter(|total| *total != found) {
            notes.push(format!("the index promises {total} bytes, and the files hold {found}"));
        }
    }
    left_out(folder, &files, &mut parts, &mut notes);
    let weights = Weights::of(&tensors);
    Ok(Model {
        name: name.to_owned(),
        is_gguf: false,
        format: format_of(&config, &tensors),
        architecture: config.architecture()?,
        weights,
        confidence: Confidence::Exact,
        band: 0.0,
        parts,
        source: format!("headers of {} safetensors files in {name}", files.len()),
        notes,
    })
}

/// Without an index there must be one file, or the same in another precision.
fn single(name: &str, folder: &dyn Folder) -> Result<Vec<String>> {
    if folder.entry("model.safetensors").is_some() {
        return Ok(vec!["model.safetensors".to_owned()]);
    }
    let paths = folder.entries().iter().map(|entry| entry.path.as_str());
    let files: Vec<&str> =
        paths.filter(|path| path.ends_with(".safetensors") && !path.contains('/')).collect();
    match files.as_slice() {
        [one] => Ok(vec![(*one).to_owned()]),
        [] => Err(Error::missing(format!("{name} has no safetensors at its top"))),
        several if several.iter().any(|path| path.contains("-of-")) => {
            Err(Error::missing(format!(
                "{name} has {} shards and no {INDEX} that says what belongs together",
                several.len()
            )))
        }
        several => Err(Error::invalid(format!(
            "{name} has {} safetensors files and no index: {}",
            several.len(),
            several.iter().take(4).copied().collect::<Vec<_>>().join(", ")
        ))),
    }
}

fn agree(index: &Index, path: &str, file: &Safetensors) -> Result<()> {
    for tensor in &file.tensors {
        match index.files.get(&tensor.name) {
            Some(said) if said == path => {}
            Some(said) => {
                return Err(Error::invalid(format!(
                    "the index puts {} into {said}, and it lies in {path}",
                    tensor.name
                )));
            }
            None => {
                return Err(Error::invalid(format!(
                    "{path} holds {}, which the index does not name",
                    tensor.name
                )));
            }
        }
    }
    Ok(())
}

/// Everything else counts on disk only, and weights in it are the same once more.
fn left_out(folder: &dyn Folder, files: &[String], parts: &mut Vec<Part>, notes: &mut Vec<String>) {
    let mut doubled: BTreeMap<&str, Bytes> = BTreeMap::new();
    for entry in folder.entries().iter().filter(|entry| !files.contains(&entry.path)) {
        let ending = [".safetensors", ".bin", ".pth", ".pt", ".gguf", ".onnx", ".h5", ".msgpack"];
        if ending.iter().any(|ending| entry.path.ends_with(ending)) {
            let place = entry.path.split_once('/').map_or(entry.path.as_str(), |(top, _)| top);
            *doubled.entry(place).or_default() += Bytes(entry.bytes);
        }
        let bytes = Bytes(entry.bytes);
        parts.push(Part { name: entry.path.clone(), kind: PartKind::Other, bytes });
    }
    for (place, bytes) in doubled {
        notes.push(format!(
            "{place} ({bytes}) is not loaded: the index does not name it; leave it out of the download"
        ));
    }
}

fn format_of(config: &Config, tensors: &[crate::Tensor]) -> String {
    if let Some(quantization) = &config.quantization {
        return format!("{}-{}bit", quantization.method.to_uppercase(), quantization.bits);
    }
    let mut sums = BTreeMap::new();
    for tensor in tensors {
        *sums.entry(tensor.dtype.name()).or_insert(0_u64) += tensor.bytes >> 10;
    }
    let most = sums.into_iter().max_by_key(|(_, bytes)| *bytes);
    most.map_or_else(|| "unknown".to_owned(), |(name, _)| name.to_owned())
}
