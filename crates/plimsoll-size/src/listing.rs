//! What lies on a volume, from a list of its files.

use crate::open::is_sidecar;
use crate::{
    Bytes, Confidence, Entry, Error, Model, OllamaName, Part, PartKind, Reference, Result,
    SplitName,
};

/// A list may be this long.
const MAX_LINES: usize = 1 << 20;

/// Reads a list of files and returns the models that it shows, by what the catalogue knows of them.
///
/// A line is a size in bytes and a path, as `find -type f -printf '%s %p\n'` and `du -ab` write it.
///
/// # Errors
///
/// `Invalid` for lines that are neither, `Missing` where the list shows no model that is known.
pub fn read_listing(text: &str) -> Result<Vec<Model>> {
    let mut entries = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if number >= MAX_LINES {
            return Err(Error::limit(format!("a list of more than {MAX_LINES} lines")));
        }
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let (size, path) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let bytes: u64 = size.parse().map_err(|_| {
            Error::invalid(format!(
                "line {} is not a size in bytes and a path; write the list with: find DIR -type f \
                 -printf '%s %p\\n'",
                number + 1
            ))
        })?;
        entries.push(Entry { path: path.trim().to_owned(), bytes });
    }
    let mut models = Vec::new();
    for (reference, part) in found(&entries) {
        if let Ok(mut model) = reference.from_catalogue() {
            // The file's own size tells whether the recipe is the right one.
            if let Some(bytes) = part {
                let expected = model.weights.total();
                let off = bytes.in_f64() / expected.in_f64().max(1.0) - 1.0;
                if off.abs() > 0.02 {
                    model.confidence = Confidence::Guess;
                    model.band = off.abs().max(0.08);
                    model.notes.push(format!(
                        "its files take {bytes}, and by recipe its weights take {expected}"
                    ));
                }
                let kind = PartKind::Weights;
                model.parts = vec![Part { name: reference.to_string(), kind, bytes }];
            }
            model.source = format!("list of files; {}", model.source);
            models.push(model);
        }
    }
    if models.is_empty() {
        return Err(Error::missing(
            "the list shows no model that the catalogue knows by its name; size its files where they lie, or name the model",
        ));
    }
    Ok(models)
}

/// References to what the paths show, with the bytes of its files where they are plain.
fn found(entries: &[Entry]) -> Vec<(Reference, Option<Bytes>)> {
    let mut all: Vec<(Reference, Option<Bytes>)> = Vec::new();
    let mut add = |reference: Reference, bytes: Option<Bytes>| match all
        .iter_mut()
        .find(|(other, _)| *other == reference)
    {
        Some((_, sum)) => *sum = sum.zip(bytes).map(|(one, other)| one + other),
        None => all.push((reference, bytes)),
    };
    for entry in entries {
        let path = entry.path.as_str();
        let manifest =
            path.find("manifests/").and_then(|at| OllamaName::of_manifest_path(&path[at..]));
        if let Some(name) = manifest {
            add(Reference::Ollama(name), None);
        } else if path.ends_with(".gguf") && !is_sidecar(path) {
            let file = path.rsplit('/').next().unwrap_or(path);
            let name =
                SplitName::parse(file).map_or_else(|| file.to_owned(), |split| split.sibling(1));
            if let Some(repository) = repository_of_file(&name) {
                let reference = Reference::Hub { repository, revision: None, file: Some(name) };
                add(reference, Some(Bytes(entry.bytes)));
            }
        } else if path.ends_with(".safetensors")
            && let Some(repository) = repository_of_path(path)
        {
            let reference = Reference::Hub { repository, revision: None, file: None };
            add(reference, Some(Bytes(entry.bytes)));
        }
    }
    all
}

/// The name of a GGUF file up to its recipe, as a repository of nobody in particular.
fn repository_of_file(file: &str) -> Option<String> {
    let stem = file.strip_suffix(".gguf")?;
    let stem = stem
        .rsplit_once("-of-")
        .map_or(stem, |(rest, _)| rest.rsplit_once('-').map_or(rest, |(rest, _)| rest));
    let (name, _) = stem.rsplit_once(['-', '.'])?;
    let name = name.strip_suffix("-UD").unwrap_or(name);
    Some(format!("files/{name}-GGUF"))
}

/// `models--org--repo` in the Hub's cache, or the last two folders.
fn repository_of_path(path: &str) -> Option<String> {
    for part in path.split('/') {
        if let Some(rest) = part.strip_prefix("models--") {
            return rest.split_once("--").map(|(org, name)| format!("{org}/{name}"));
        }
    }
    let mut folders = path.rsplit('/').skip(1);
    let name = folders.next()?;
    Some(format!("{}/{name}", folders.next().unwrap_or("files")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_shows_models() {
        let text = "\
            4920739232 /models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf\n\
            485 ./manifests/registry.ollama.ai/library/qwen3/8b\n\
            4976698672\t/hub/models--meta-llama--Llama-3.1-8B-Instruct/snapshots/x/model-00001-of-00004.safetensors\n\
            11083823856 /hub/models--meta-llama--Llama-3.1-8B-Instruct/snapshots/x/model-00002-of-00004.safetensors\n\
            12 /models/README.md\n";
        let models = read_listing(text).unwrap();
        let formats: Vec<_> = models.iter().map(|model| model.format.as_str()).collect();
        assert_eq!(formats, ["Q4_K_M", "Q4_K_M", "BF16"]);
        assert_eq!(models[0].disk(), Bytes(4_920_739_232));
        assert_eq!(models[2].disk(), Bytes(16_060_522_528));
        assert!(models.iter().all(|model| model.confidence == Confidence::Recipe));
        assert!(read_listing("hello").is_err());
        assert!(read_listing("12 x\n").is_err());
        let short = read_listing("100 /m/Qwen3-8B-Q4_K_M.gguf").unwrap();
        assert_eq!(short[0].confidence, Confidence::Guess);
    }
}
