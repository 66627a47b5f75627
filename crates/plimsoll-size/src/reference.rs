//! References to models: names, addresses, paths.

use std::fmt;
use std::str::FromStr;

use crate::catalogue::{by_hub, by_ollama, names, not_known};
use crate::{Confidence, Error, ErrorKind, Known, Model, OllamaName, Quant, Recipe, Result};

/// A reference to a model.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A model in Ollama's library: `llama3.1:8b-instruct-q4_K_M`.
    Ollama(OllamaName),
    /// A repository on the Hub: `hf://org/repo[@revision][/file]`.
    Hub {
        /// `org/repo`.
        repository: String,
        /// A branch, a tag or a commit.
        revision: Option<String>,
        /// A file in it.
        file: Option<String>,
    },
    /// An artifact in a registry: `oci://host/repository[:tag|@digest]`.
    Oci {
        /// The registry.
        host: String,
        /// The path in it.
        repository: String,
        /// A tag or a digest.
        version: Option<String>,
    },
    /// A file or folder.
    Path(String),
    /// A list of what lies on a volume: `listing:FILE`.
    Listing(String),
    /// The standard input.
    Stdin,
}

impl FromStr for Reference {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.is_empty() || text.len() > 4096 || text.contains(['\n', '\0']) {
            return Err(wrong("a reference is one line of up to 4096 characters"));
        }
        if text == "-" {
            return Ok(Self::Stdin);
        }
        if let Some(rest) = text.strip_prefix("hf://") {
            return hub(rest);
        }
        if let Some(rest) = text.strip_prefix("oci://") {
            return oci(rest);
        }
        if let Some(rest) = text.strip_prefix("ollama://") {
            return OllamaName::parse(rest)
                .map(Self::Ollama)
                .ok_or_else(|| wrong(format!("{rest:?} is no name of a model in Ollama")));
        }
        if let Some(path) = text.strip_prefix("listing:") {
            return Ok(Self::Listing(path.to_owned()));
        }
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(wrong(format!(
                "{scheme}:// is no scheme that is known; hf://, oci:// and ollama:// are"
            )));
        }
        let is_path = text.starts_with(['/', '.', '~'])
            || text.contains('\\')
            || [".gguf", ".safetensors", ".json", "/"].iter().any(|end| text.ends_with(end));
        if is_path {
            return Ok(Self::Path(text.to_owned()));
        }
        OllamaName::parse(text)
            .map(Self::Ollama)
            .ok_or_else(|| wrong(format!("{text:?} is neither a path nor the name of a model")))
    }
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Reference, message)
}

fn hub(rest: &str) -> Result<Reference> {
    let mut parts = rest.splitn(3, '/');
    let (Some(org), Some(name)) = (parts.next(), parts.next()) else {
        return Err(wrong("hf:// goes on with org/repo, then @revision and /file if need be"));
    };
    let file = parts.next().filter(|file| !file.is_empty());
    let (name, revision) = match name.split_once('@') {
        Some((name, revision)) => (name, Some(revision)),
        None => (name, None),
    };
    let sound = |text: &str| {
        !text.is_empty()
            && !text.contains("..")
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    if !sound(org) || !sound(name) || revision.is_some_and(|revision| !sound(revision)) {
        return Err(wrong(format!("hf://{rest} is no repository of the Hub")));
    }
    if file.is_some_and(|file| file.contains("..")) {
        return Err(wrong(format!("hf://{rest} leaves its repository")));
    }
    Ok(Reference::Hub {
        repository: format!("{org}/{name}"),
        revision: revision.map(str::to_owned),
        file: file.map(str::to_owned),
    })
}

fn oci(rest: &str) -> Result<Reference> {
    let Some((host, path)) =
        rest.split_once('/').filter(|(host, path)| !host.is_empty() && !path.is_empty())
    else {
        return Err(wrong("oci:// goes on with host/repository, then :tag or @digest"));
    };
    let (repository, version) = match (path.split_once('@'), path.rsplit_once(':')) {
        (Some((repository, digest)), _) => (repository, Some(digest)),
        (None, Some((repository, tag))) => (repository, Some(tag)),
        (None, None) => (path, None),
    };
    if repository.is_empty() || repository.contains("..") {
        return Err(wrong(format!("oci://{rest} names no repository")));
    }
    Ok(Reference::Oci {
        host: host.to_owned(),
        repository: repository.to_owned(),
        version: version.map(str::to_owned),
    })
}

impl Reference {
    /// Returns the model by what the embedded catalogue knows, without any file.
    ///
    /// # Errors
    ///
    /// `Reference` for a model that is not in the catalogue, and for a path.
    pub fn from_catalogue(&self) -> Result<Model> {
        match self {
            Self::Ollama(name) => ollama_model(&name.model, &name.tag, &name.to_string()),
            Self::Oci { repository, version, .. } => {
                let model = repository.rsplit('/').next().unwrap_or(repository);
                ollama_model(model, version.as_deref().unwrap_or("latest"), &self.to_string())
            }
            Self::Hub { repository, file, .. } => {
                let known = by_hub(repository).ok_or_else(|| unknown(&self.to_string()))?;
                let is_gguf = repository.to_ascii_lowercase().ends_with("gguf");
                match file.as_deref() {
                    Some(file) if file.ends_with(".gguf") => {
                        quantised(known, &quant_in(file), &self.to_string())
                    }
                    None if is_gguf => {
                        let mut model = quantised(known, "Q4_K_M", &self.to_string())?;
                        model.notes.push("no file was named; Q4_K_M was taken".to_owned());
                        Ok(model)
                    }
                    _ => Ok(Model { name: self.to_string(), ..known.safetensors()? }),
                }
            }
            Self::Path(path) | Self::Listing(path) => {
                Err(wrong(format!("{path} is a path, not a name")))
            }
            Self::Stdin => Err(wrong("the standard input is no name")),
        }
    }

    /// Returns the model by what the embedded catalogue knows, with its weights stored in another
    /// way than the name says.
    ///
    /// # Errors
    ///
    /// As [`Reference::from_catalogue`].
    pub fn quantised(&self, quant: Quant) -> Result<Model> {
        let plain = self.from_catalogue()?;
        let known = match self {
            Self::Ollama(name) => known_by_tag(&name.model, &name.tag).map(|(known, _)| known),
            Self::Oci { repository, version, .. } => {
                let model = repository.rsplit('/').next().unwrap_or(repository);
                let tag = version.as_deref().unwrap_or("latest");
                known_by_tag(model, tag).map(|(known, _)| known)
            }
            Self::Hub { repository, .. } => by_hub(repository),
            Self::Path(_) | Self::Listing(_) | Self::Stdin => None,
        };
        let known = known.ok_or_else(|| unknown(&self.to_string()))?;
        let mut model = quant.model(&plain.name, &known.source, &known.config()?)?;
        if model.is_gguf && !matches!(self, Self::Hub { .. }) {
            model = in_ollama(known, model)?;
        }
        Ok(model)
    }
}

/// The error for a name that is not known, with the closest ones that are.
fn unknown(reference: &str) -> Error {
    let wanted = plain(reference);
    let model = wanted.split([':', '@']).next().unwrap_or(&wanted);
    let is_same = |name: &String| plain(name) == model;
    if let Some(name) = names().find(is_same) {
        let own = reference.trim_end_matches(":latest");
        return wrong(format!("{own} is a repository and no name in Ollama: write {name}"));
    }
    let starts = |name: &String| plain(name).starts_with(model);
    let mut close: Vec<String> = names().filter(starts).take(6).collect();
    if close.is_empty() {
        close = similar(model);
    }
    if close.is_empty() {
        return not_known(reference);
    }
    wrong(format!(
        "{reference} is not in the catalogue; it has {}; others are asked for with --online",
        close.join(", ")
    ))
}

/// A name as it is compared: without its scheme, in one case.
fn plain(name: &str) -> String {
    name.trim_start_matches("hf://").to_ascii_lowercase()
}

/// Names that a slip or two of the fingers turn into this one.
fn similar(wanted: &str) -> Vec<String> {
    let most = (wanted.len() / 4).min(3);
    let mut found: Vec<(usize, String)> = names()
        .filter_map(|name| {
            let whole = plain(&name);
            let own = whole.split(':').next().unwrap_or(&whole);
            let slips = slips(own.as_bytes(), wanted.as_bytes(), most)?;
            Some((slips, name))
        })
        .collect();
    found.sort();
    found.into_iter().take(6).map(|(_, name)| name).collect()
}

/// How many letters have to be changed, added or left out, if they are no more than `most`.
fn slips(one: &[u8], other: &[u8], most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most || one.len().max(other.len()) > 256 {
        return None;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut before = row[0];
        row[0] = at + 1;
        for (to, wanted) in other.iter().enumerate() {
            let changed = before + usize::from(letter != wanted);
            before = row[to + 1];
            row[to + 1] = changed.min(before + 1).min(row[to] + 1);
        }
    }
    let slips = row[other.len()];
    (slips <= most).then_some(slips)
}

/// Ollama quantises some models by a recipe of its own: `qwen3:32b` has 18.81 GiB, and llama.cpp's
/// recipe makes 18.40 (ollama issue 14774).
const OLLAMA_BAND: f64 = 0.04;

/// The model of a tag such as `8b-instruct-q4_K_M`: a size, words, a recipe.
fn ollama_model(model: &str, tag: &str, reference: &str) -> Result<Model> {
    let (known, rest) = known_by_tag(model, tag).ok_or_else(|| unknown(reference))?;
    let quant = if rest.is_empty() { known.quant.clone() } else { quant_in(rest) };
    let has_quant = recipe(&quant).is_some() || near_recipe(&quant).is_some();
    let model = quantised(known, if has_quant { &quant } else { &known.quant }, reference)?;
    in_ollama(known, model)
}

/// A model as Ollama keeps it.
fn in_ollama(known: &Known, mut model: Model) -> Result<Model> {
    model.band = model.band.max(OLLAMA_BAND);
    model.parts.extend(known.projector()?);
    Ok(model)
}

/// The longest start of the tag that is a size of this model, and what follows it.
fn known_by_tag<'a>(model: &str, tag: &'a str) -> Option<(&'static Known, &'a str)> {
    let mut size = tag;
    loop {
        if let Some(known) = by_ollama(model, size) {
            return Some((known, tag[size.len()..].trim_start_matches('-')));
        }
        let Some(end) = size.rfind('-') else { break };
        size = &size[..end];
    }
    // A tag that is only words or a recipe, such as `instruct`, belongs to the latest.
    let latest = by_ollama(model, "latest")?;
    let has_size = tag.split('-').next().is_some_and(|word| {
        word.ends_with(['b', 'B', 'm', 'M'])
            && word.starts_with(|first: char| first.is_ascii_digit())
    });
    (!has_size).then_some((latest, tag))
}

fn quantised(known: &Known, quant: &str, reference: &str) -> Result<Model> {
    let (recipe, is_near) = match (recipe(quant), near_recipe(quant)) {
        (Some(recipe), _) => (recipe, false),
        (None, Some(recipe)) => (recipe, true),
        (None, None) => {
            return Err(wrong(format!("{reference}: {quant} is no recipe that is known")));
        }
    };
    let mut model = known.gguf(recipe)?;
    reference.clone_into(&mut model.name);
    if is_near {
        model.confidence = Confidence::Guess;
        model.band = 0.08;
        quant.clone_into(&mut model.format);
        model.notes.push(format!(
            "{quant} is a recipe of its maker's own; {} was taken in its place",
            recipe.name
        ));
    }
    Ok(model)
}

fn recipe(quant: &str) -> Option<&'static Recipe> {
    match quant.to_ascii_lowercase().as_str() {
        "fp16" => Recipe::named("F16"),
        "fp32" => Recipe::named("F32"),
        other => Recipe::named(other),
    }
}

/// Recipes that others made by giving some tensors more: `Q4_K_XL`, `UD-Q4_K_XL`, `Q6_K_L`.
fn near_recipe(quant: &str) -> Option<&'static Recipe> {
    let upper = quant.to_ascii_uppercase();
    let plain = upper.strip_prefix("UD-").unwrap_or(&upper);
    let base = plain.strip_suffix("_XL").or_else(|| plain.strip_suffix("_L")).unwrap_or(plain);
    Recipe::named(base).or_else(|| Recipe::named(&format!("{base}_M")))
}

/// The recipe in the name of a file or a tag: what follows its last `-` or `.`.
fn quant_in(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    let stem = name.strip_suffix(".gguf").unwrap_or(name);
    // A shard's number comes last.
    let stem = match stem.rsplit_once("-of-") {
        Some((rest, _)) => rest.rsplit_once('-').map_or(rest, |(rest, _)| rest),
        None => stem,
    };
    let last = stem.rsplit(['-', '.']).next().unwrap_or(stem);
    if stem.to_ascii_uppercase().contains("-UD-") { format!("UD-{last}") } else { last.to_owned() }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ollama(name) => name.fmt(f),
            Self::Hub { repository, revision, file } => {
                write!(f, "hf://{repository}")?;
                if let Some(revision) = revision {
                    write!(f, "@{revision}")?;
                }
                file.as_ref().map_or(Ok(()), |file| write!(f, "/{file}"))
            }
            Self::Oci { host, repository, version } => {
                write!(f, "oci://{host}/{repository}")?;
                match version {
                    Some(digest) if digest.contains(':') => write!(f, "@{digest}"),
                    Some(tag) => write!(f, ":{tag}"),
                    None => Ok(()),
                }
            }
            Self::Path(path) => f.write_str(path),
            Self::Listing(path) => write!(f, "listing:{path}"),
            Self::Stdin => f.write_str("-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_keep_their_spelling() {
        for text in [
            "llama3.1:8b-instruct-q4_K_M",
            "hf://meta-llama/Llama-3.1-8B-Instruct",
            "hf://a/b@main/dir/m-Q4_K_M.gguf",
            "oci://registry.example:5000/models/llama:8b",
            "oci://registry.example/m@sha256:00",
            "./m.gguf",
            "/models",
            "-",
            "listing:pvc.txt",
        ] {
            let reference: Reference = text.parse().unwrap();
            assert_eq!(reference.to_string(), text);
        }
        for text in [
            "",
            "hf://a",
            "hf://a/",
            "hf://a/../b",
            "hf://a/b/../../c",
            "oci://host",
            "oci:///x",
            "ftp://x/y",
            "a b",
            "a\nb",
            "x:y:z",
        ] {
            let error = text.parse::<Reference>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Reference, "{text}");
        }
    }

    #[test]
    fn names_become_models() {
        for (text, format, gib) in [
            ("llama3.1:8b-instruct-q4_K_M", "Q4_K_M", 4.58),
            ("llama3.1", "Q4_K_M", 4.58),
            ("llama3.1:8b", "Q4_K_M", 4.58),
            ("llama3.1:8b-instruct-fp16", "F16", 14.96),
            ("llama3.1:70b-instruct-q8_0", "Q8_0", 69.82),
            ("hf://meta-llama/Llama-3.1-8B-Instruct", "BF16", 14.96),
            (
                "hf://bartowski/Meta-Llama-3.1-8B-Instruct-GGUF/Meta-Llama-3.1-8B-Instruct-Q6_K.gguf",
                "Q6_K",
                6.14,
            ),
            ("hf://unsloth/Qwen3-30B-A3B-GGUF/Qwen3-30B-A3B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL", 17.28),
            (
                "hf://unsloth/DeepSeek-V3-GGUF/Q4_K_M/DeepSeek-V3-Q4_K_M-00001-of-00009.gguf",
                "Q4_K_M",
                376.7,
            ),
            ("oci://docker.io/ai/llama3.1:8B-Q4_K_M", "Q4_K_M", 4.58),
        ] {
            let model = text.parse::<Reference>().unwrap().from_catalogue().unwrap();
            assert_eq!(model.format, format, "{text}");
            let found = model.weights.total().in_gib();
            assert!((found / gib - 1.0).abs() < 0.002, "{text}: {found}");
            let is_own = format.starts_with("UD");
            assert_eq!(model.confidence == Confidence::Guess, is_own, "{text}");
        }
        for (text, words) in [
            ("llama3.1:13b", "it has llama3.1:8b"),
            ("frobnicate", "not in the catalogue"),
            ("hf://a/b", "not in the catalogue"),
            ("openai/gpt-oss-20b", "write hf://openai/gpt-oss-20b"),
            ("lama3.1:8b", "it has llama3.1:"),
            (
                "hf://meta-lama/Llama-3.3-70B-Instuct",
                "it has hf://meta-llama/Llama-3.3-70B-Instruct",
            ),
            ("hf://someone/Something-Else-7B", "ask its registry with --online"),
            ("./x.gguf", "a path"),
        ] {
            let error = text.parse::<Reference>().unwrap().from_catalogue().unwrap_err();
            assert!(error.to_string().contains(words), "{text}: {error}");
        }
    }
}
