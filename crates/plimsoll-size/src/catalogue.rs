//! Models that are known without a file: the embedded catalogue.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::hub::hub_tensors;
use crate::{Bytes, Confidence, Config, Error, Model, Part, PartKind, Recipe, Result, Weights};

/// A file whose size is known.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct KnownFile {
    /// The recipe by which it was quantised.
    pub quant: String,
    /// Its size.
    pub bytes: u64,
    /// Where this was read.
    pub source: String,
}

/// A model of the catalogue.
#[derive(Clone, Debug, Deserialize)]
pub struct Known {
    /// What people call it.
    pub title: String,
    /// Its names in Ollama's library, as `model:size`.
    pub ollama: Vec<String>,
    /// Its repositories on the Hub.
    pub hub: Vec<String>,
    /// How Ollama quantises it where a tag does not say.
    pub quant: String,
    config: serde_json::Value,
    /// Where its facts come from.
    pub source: String,
    /// Files whose sizes are known.
    #[serde(default)]
    pub files: Vec<KnownFile>,
}

static TEXT: &str = include_str!("catalogue/models.json");

static CATALOGUE: LazyLock<Vec<Known>> =
    LazyLock::new(|| serde_json::from_str(TEXT).expect("a test reads the catalogue"));

/// Weights by recipe are this far off at most, where the file was made by llama.cpp's own recipe.
const RECIPE_BAND: f64 = 0.01;

/// Returns the models that are known.
#[must_use]
pub fn catalogue() -> &'static [Known] {
    &CATALOGUE
}

impl Known {
    /// Returns its configuration.
    ///
    /// # Errors
    ///
    /// None for the rows of this crate.
    pub fn config(&self) -> Result<Config> {
        Config::of_json(&self.config)
    }

    /// Returns the model as GGUF by a recipe.
    ///
    /// # Errors
    ///
    /// `Unsupported` for architectures whose shapes are not known.
    pub fn gguf(&self, recipe: &Recipe) -> Result<Model> {
        let mut model = Model::of_config(&self.title, &self.source, &self.config()?, Some(recipe))?;
        if let Some(known) = self.files.iter().find(|file| file.quant == recipe.name) {
            model.parts[0].bytes = Bytes(known.bytes);
            model.source = format!("{}; the size of the file: {}", model.source, known.source);
        }
        Ok(model)
    }

    /// Returns the model as its makers publish it: safetensors.
    ///
    /// # Errors
    ///
    /// `Unsupported` for architectures whose shapes are not known.
    pub fn safetensors(&self) -> Result<Model> {
        Model::of_config(&self.title, &self.source, &self.config()?, None)
    }

    /// Returns what sees pictures as Ollama keeps it, in half precision beside the weights; nothing
    /// where there is none.
    ///
    /// # Errors
    ///
    /// None for the rows of this crate.
    pub(crate) fn projector(&self) -> Result<Option<Part>> {
        Ok(self.config()?.vision.map(|vision| Part {
            name: "projector".to_owned(),
            kind: PartKind::Projector,
            bytes: Bytes(vision.parameters.saturating_mul(2)),
        }))
    }
}

impl Model {
    /// Returns the model of a configuration: as GGUF by a recipe, or as safetensors without one.
    ///
    /// # Errors
    ///
    /// `Unsupported` for architectures whose shapes are not known.
    pub fn of_config(
        name: &str,
        source: &str,
        config: &Config,
        recipe: Option<&Recipe>,
    ) -> Result<Self> {
        let mut architecture = config.architecture()?;
        let (weights, format, header) = match recipe {
            Some(recipe) => {
                // Layers that only draft are not converted unless somebody asks for it.
                architecture.draft_layers = 0;
                let tensors = recipe.tensors(config)?;
                (Weights::of(&tensors), recipe.name.to_owned(), header_bytes(config))
            }
            None => {
                let format = config.quantization.as_ref().map_or_else(
                    || if config.weight_bytes == 4 { "F32".to_owned() } else { "BF16".to_owned() },
                    |quantization| quantization.method.to_uppercase(),
                );
                (Weights::of(&hub_tensors(config)?), format, Bytes(0))
            }
        };
        let part = Part {
            name: "weights".to_owned(),
            kind: PartKind::Weights,
            bytes: weights.total() + header,
        };
        let notes = match (&config.vision, recipe) {
            (Some(_), None) => vec![SEES.to_owned()],
            _ => Vec::new(),
        };
        Ok(Self {
            name: name.to_owned(),
            is_gguf: recipe.is_some(),
            format,
            architecture,
            weights,
            confidence: Confidence::Recipe,
            band: RECIPE_BAND,
            parts: vec![part],
            source: source.to_owned(),
            notes,
        })
    }
}

/// What is not computed of models that see.
const SEES: &str = "it sees pictures: vLLM also tries the largest one when it starts, whose memory is \
                    not counted here; bound it with --limit-mm-per-prompt and --mm-processor-kwargs";

/// What the vocabulary adds to a file: some 65 bytes for each token with its merges, between 23
/// (SentencePiece) and 65 (byte pairs) in files whose headers were measured.
fn header_bytes(config: &Config) -> Bytes {
    let bytes = if config.vocabulary > 60_000 { 65 } else { 23 };
    Bytes(config.vocabulary * bytes)
}

/// Finds a model by its name in Ollama's library: the model and the size of its tag.
pub(crate) fn by_ollama(model: &str, size: &str) -> Option<&'static Known> {
    let name = format!("{model}:{size}");
    catalogue().iter().find(|known| known.ollama.iter().any(|own| own.eq_ignore_ascii_case(&name)))
}

/// Finds a model by its repository on the Hub; for a repository of GGUF files made by others, by
/// the model's name in it.
pub(crate) fn by_hub(repository: &str) -> Option<&'static Known> {
    let is = |own: &&Known| own.hub.iter().any(|own| own.eq_ignore_ascii_case(repository));
    if let Some(known) = catalogue().iter().find(is) {
        return Some(known);
    }
    let name = plain_name(repository)?;
    catalogue()
        .iter()
        .find(|known| known.hub.iter().filter_map(|own| plain_name(own)).any(|own| own == name))
}

/// The model's name in a repository's, without what quantisers add.
fn plain_name(repository: &str) -> Option<String> {
    let name = repository.rsplit('/').next()?.to_ascii_lowercase();
    let name = name.strip_suffix("-gguf").unwrap_or(&name);
    let name = name.strip_prefix("meta-").unwrap_or(name);
    Some(name.to_owned())
}

/// Returns all names, as references spell them.
pub(crate) fn names() -> impl Iterator<Item = String> {
    catalogue().iter().flat_map(|known| {
        let hub = known.hub.iter().map(|name| format!("hf://{name}"));
        known.ollama.iter().cloned().chain(hub)
    })
}

/// What is often asked for and no model of language that engines serve: the starts of names, and why.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (
        &["whisper", "wav2vec", "parakeet", "kokoro", "xtts"],
        "a model of speech, which none of the engines here serves: its weights take what its files \
         take, and its own runtime says the rest",
    ),
    (
        &["stable-diffusion", "sdxl", "sd3", "flux", "clip-vit", "siglip", "yolo"],
        "a model of pictures, which none of the engines here serves: its weights take what its files \
         take, and its own runtime says the rest",
    ),
    (
        &["gpt-3", "gpt-4", "gpt-5", "claude", "gemini", "o1-", "o3-"],
        "served by its makers only: there are no weights to keep; size a model that you run yourself",
    ),
];

pub(crate) fn not_known(reference: &str) -> Error {
    let name = reference.rsplit('/').next().unwrap_or(reference).to_ascii_lowercase();
    let is = |starts: &&[&str]| starts.iter().any(|start| name.starts_with(start));
    if let Some((_, why)) = ELSEWHERE.iter().find(|(starts, _)| is(starts)) {
        return Error::new(crate::ErrorKind::Reference, format!("{reference} is {why}"));
    }
    // A repository of the Hub is often written without its scheme.
    let own = reference.trim_end_matches(":latest");
    let asked = if own.contains('/') && !own.contains([':', '@']) {
        format!("ask the Hub with hf://{own} --online")
    } else {
        "ask its registry with --online".to_owned()
    };
    Error::new(
        crate::ErrorKind::Reference,
        format!(
            "{own} is not in the catalogue of this version; {asked}, or name its GGUF file, or the \
             folder with its config.json"
        ),
    )
}

#[cfg(test)]
mod tests;
