//! An engine as it was found in a container.

use crate::gpu::Vendor;
use crate::{Field, Spot};

use super::{EngineFacts, GpuNeed};

/// An engine that this model knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EngineKind {
    /// Ollama.
    Ollama,
    /// vLLM's OpenAI server.
    Vllm,
    /// llama.cpp's server.
    LlamaCpp,
    /// The LiteLLM proxy.
    LiteLlm,
    /// Open WebUI.
    OpenWebUi,
    /// Jupyter: a notebook server.
    Jupyter,
    /// Hugging Face's text embeddings inference.
    Tei,
    /// A training process started by torchrun or its kin.
    Torchrun,
}

/// A setting that more than one engine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Knob {
    /// The port it listens on.
    Port,
    /// The address it listens on, with or without a port.
    Host,
    /// The home directory.
    Home,
    /// The directory of models or of their download.
    ModelDirectory,
    /// The root of Hugging Face's cache.
    HfHome,
    /// The hub part of Hugging Face's cache.
    HfHubCache,
    /// The directory of users' data.
    DataDirectory,
    /// The root of caches by the XDG convention.
    XdgCache,
    /// The engine's own cache.
    CacheDirectory,
    /// The model that is served or trained: a name, a repository or a path.
    Model,
    /// The model's revision.
    Revision,
    /// The name under which it is served.
    ServedName,
    /// Processes or devices over which one layer is split.
    TensorParallel,
    /// Stages over which layers are split.
    PipelineParallel,
    /// Copies of the model.
    DataParallel,
    /// Processes on one node.
    ProcessesPerNode,
    /// Nodes.
    Nodes,
    /// The part of the GPU's memory that is taken.
    GpuMemoryShare,
    /// The longest context in tokens.
    ContextLength,
    /// Requests served at once.
    ParallelRequests,
    /// Models in memory at once.
    LoadedModels,
    /// Layers put on the GPU.
    GpuLayers,
    /// Host memory for the prompt cache.
    CacheRam,
    /// Compute type: `cuda`, `cpu`, ….
    Device,
    /// A key that callers must send.
    ApiKey,
    /// A file with such keys.
    ApiKeyFile,
    /// Authentication as a switch.
    Auth,
    /// A token that opens a notebook.
    Token,
    /// A password that opens a notebook.
    Password,
    /// The address of a database.
    Database,
    /// The key that signs sessions.
    SessionKey,
    /// The key that encrypts stored credentials.
    SaltKey,
    /// Where shared state is kept, such as Redis.
    SharedState,
    /// Where files are kept, such as S3.
    ObjectStorage,
    /// Engines that it talks to.
    Upstream,
    /// The configuration file.
    ConfigFile,
    /// The address where ranks meet.
    Rendezvous,
    /// Switch for developers that must stay off.
    DeveloperMode,
    /// Prompts in the log.
    LogRequests,
    /// Usage statistics.
    Telemetry,
}

/// How a setting is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingBy {
    /// By a flag, as written.
    Flag(String),
    /// By a variable.
    Env(String),
    /// By a positional argument.
    Argument,
}

/// A setting found in a container.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    /// Which setting.
    pub knob: Knob,
    /// How it is made.
    pub by: SettingBy,
    /// Its text; absent for a switch, and where it comes from a Secret or ConfigMap.
    pub value: Option<Field<String>>,
    /// The flag or variable.
    pub at: Spot,
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = match (&self.value, self.knob.is_secret()) {
            (Some(_), true) => "hidden",
            (Some(value), false) => value.value.as_str(),
            (None, _) => "none",
        };
        write!(f, "Setting({:?} by {:?}: {value})", self.knob, self.by)
    }
}

impl Knob {
    /// Tells whether a value of it must not be shown.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(
            self,
            Self::ApiKey
                | Self::Token
                | Self::Password
                | Self::Database
                | Self::SessionKey
                | Self::SaltKey
                | Self::SharedState
        )
    }
}

/// Why an engine was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What says so: the image, or a word of the command line.
    pub at: Spot,
    /// In words, such as `image vllm/vllm-openai`.
    pub why: String,
}

/// The engine of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    /// Which engine.
    pub kind: EngineKind,
    /// What is known of it.
    pub facts: &'static EngineFacts,
    /// Why it was recognised; never empty.
    pub evidence: Vec<Evidence>,
    /// Vendors whose GPUs the image can use, by its repository and tag; absent where the image is
    /// not known, empty for CPU only.
    pub vendors: Option<Field<&'static [Vendor]>>,
    /// Whether this image needs a GPU.
    pub gpu: GpuNeed,
    /// Settings found, in the order in which the container states them.
    pub settings: Vec<Setting>,
}

impl Engine {
    /// Returns the setting of `knob` that counts: flags win over variables, later over earlier.
    #[must_use]
    pub fn setting(&self, knob: Knob) -> Option<&Setting> {
        let own = || self.settings.iter().rev().filter(|setting| setting.knob == knob);
        own().find(|setting| !matches!(setting.by, SettingBy::Env(_))).or_else(|| own().next())
    }

    /// Returns the text of `knob`, where it stands in the manifest.
    #[must_use]
    pub fn text(&self, knob: Knob) -> Option<&Field<String>> {
        self.setting(knob).and_then(|setting| setting.value.as_ref())
    }

    /// Returns the number of `knob`, where it stands in the manifest.
    #[must_use]
    pub fn number(&self, knob: Knob) -> Option<Field<i64>> {
        let text = self.text(knob)?;
        let value = text.value.trim().parse().ok()?;
        Some(Field { value, at: text.at.clone(), written: text.written })
    }
}
