//! An engine as it was found in a container.

use std::fmt;

use crate::gpu::Vendor;
use crate::{Field, Spot};

use super::{DirectoryFact, EngineFacts, GpuNeed, OwnAuth, PathRole};

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
    /// A notebook server of Jupyter.
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
    /// The path under which it serves.
    BasePath,
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
    /// The root of settings by the XDG convention.
    XdgConfig,
    /// The engine's own cache.
    CacheDirectory,
    /// The engine's own settings.
    ConfigDirectory,
    /// Triton's cache of compiled kernels.
    TritonCache,
    /// The compiler's cache of PyTorch.
    InductorCache,
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
    /// Devices over which one prompt is split.
    ContextParallel,
    /// Copies of the model.
    DataParallel,
    /// Copies of the model in this pod.
    DataParallelLocal,
    /// Processes on one node.
    ProcessesPerNode,
    /// Nodes.
    Nodes,
    /// What carries out several devices, such as `ray` or `mp`.
    ParallelBackend,
    /// The part of the GPU's memory that is taken.
    GpuMemoryShare,
    /// The longest context in tokens.
    ContextLength,
    /// Requests served at once.
    ParallelRequests,
    /// Models in memory at once.
    LoadedModels,
    /// How long a model stays in memory.
    KeepAlive,
    /// Layers put on the GPU.
    GpuLayers,
    /// Host memory for the prompt cache, in MiB.
    CacheRam,
    /// What it computes on: `cuda`, `cpu`, ….
    Device,
    /// A key that callers must send.
    ApiKey,
    /// A file with such keys.
    ApiKeyFile,
    /// Authentication as a switch.
    Auth,
    /// A token that opens a notebook.
    Token,
    /// A password, or its hash, that opens a notebook.
    Password,
    /// The address of a database.
    Database,
    /// The key that signs sessions.
    SessionKey,
    /// The key that encrypts stored credentials.
    SaltKey,
    /// Where shared state is kept, such as Redis.
    SharedState,
    /// What carries messages between copies.
    MessageBroker,
    /// Where files are kept, such as `s3`.
    ObjectStorage,
    /// Engines that it talks to.
    Upstream,
    /// The configuration file.
    ConfigFile,
    /// The address where ranks meet.
    Rendezvous,
    /// The port where ranks meet.
    RendezvousPort,
    /// How often a failed gang starts again.
    MaxRestarts,
    /// A switch for developers that must stay off.
    DeveloperMode,
    /// Prompts in the log.
    LogRequests,
    /// Usage statistics, as a switch that is on or off.
    Telemetry,
    /// Usage statistics, as a switch that turns them off.
    NoTelemetry,
    /// Use of the cache alone, without a download.
    Offline,
    /// Whether whoever comes may make an account.
    Signup,
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
                | Self::MessageBroker
        )
    }
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
    /// In a configuration file, at this path in it.
    Config(String),
}

/// A setting found in a container.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    /// Which setting.
    pub knob: Knob,
    /// How it is made.
    pub by: SettingBy,
    /// Its text, references to variables filled in. Absent for a switch, where it comes from a
    /// Secret, and where the text depends on something that the release does not hold.
    pub value: Option<Field<String>>,
    /// True where the text comes from a Secret or a field of the pod.
    pub is_reference: bool,
    /// The flag, the variable, or the text that a configuration file stands in.
    pub at: Spot,
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match (&self.value, self.knob.is_secret()) {
            (Some(_), true) => "hidden",
            (Some(value), false) => value.value.as_str(),
            (None, _) => "none",
        };
        write!(f, "Setting({:?} by {:?}: {value})", self.knob, self.by)
    }
}

impl Setting {
    /// Tells whether the setting says no: false, 0, off, or nothing at all.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.value.as_ref().is_some_and(|value| {
            let text = value.value.trim().to_ascii_lowercase();
            matches!(text.as_str(), "" | "false" | "0" | "no" | "off")
        })
    }

    /// Tells whether the setting turns off what is on without it. A switch does so by saying no. A
    /// secret does so by being empty, and only where it is a flag: an empty variable is as good as
    /// none.
    fn turns_off(&self) -> bool {
        if self.knob.is_secret() {
            return !matches!(self.by, SettingBy::Env(_))
                && self.value.as_ref().is_some_and(|value| value.value.trim().is_empty());
        }
        self.is_off()
    }

    /// Tells whether the setting holds something: a text that is not empty, or a reference.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.value.as_ref().map_or(self.is_reference, |value| !value.value.trim().is_empty())
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

/// What the container does with the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// It runs the engine itself.
    Server,
    /// It runs one of the engine's tools, such as a download.
    Tool,
    /// The image holds the engine, and what runs is not known.
    Unsure,
}

/// Whether callers must prove who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth<'a> {
    /// The engine cannot ask.
    Absent,
    /// It can and does not; the setting that switches it off, where there is one.
    Off(Option<&'a Setting>),
    /// It asks; the setting that switches it on, where there is one.
    On(Option<&'a Setting>),
    /// It depends on keys of an object that the release does not hold.
    Unsure(&'a Spot),
}

/// A directory that the engine writes to, as the container sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// What is known of it.
    pub fact: &'static DirectoryFact,
    /// Its path; absent where it comes from something that the release does not hold.
    pub path: Option<Field<String>>,
    /// The setting that moves it.
    pub moved_by: Option<Knob>,
}

/// The engine of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    /// Which engine.
    pub kind: EngineKind,
    /// What is known of it.
    pub facts: &'static EngineFacts,
    /// What the container does with it.
    pub role: Role,
    /// Why it was recognised; never empty.
    pub evidence: Vec<Evidence>,
    /// Vendors whose GPUs the image can use, by its repository and tag, empty for CPU only; the
    /// field is the image. Absent where the image does not tell.
    pub vendors: Option<Field<&'static [Vendor]>>,
    /// Vendors whose GPUs the image can use from some version on, or through Vulkan.
    pub maybe_vendors: &'static [Vendor],
    /// Whether this image needs a GPU.
    pub gpu: GpuNeed,
    /// The home directory, as the image and the user of the container decide, unless a setting
    /// does; the field is the user's number or the image.
    pub home: Field<String>,
    /// Settings found, by knob in the order of the facts.
    pub settings: Vec<Setting>,
    /// Objects whose keys all become variables and that the release does not hold: they may set
    /// anything.
    pub unknown_env: Vec<Spot>,
}

impl Engine {
    /// Tells whether the container runs the engine itself.
    #[must_use]
    pub fn is_server(&self) -> bool {
        self.role == Role::Server
    }

    /// Returns the setting of `knob` that counts: flags win over variables, later over earlier.
    #[must_use]
    pub fn setting(&self, knob: Knob) -> Option<&Setting> {
        let own = || self.settings.iter().filter(|setting| setting.knob == knob);
        let is_weak =
            |setting: &&Setting| matches!(setting.by, SettingBy::Env(_) | SettingBy::Config(_));
        own().rfind(|setting| !is_weak(setting)).or_else(|| own().next())
    }

    /// Returns the text of `knob`, where it is known; no default.
    #[must_use]
    pub fn text(&self, knob: Knob) -> Option<&Field<String>> {
        self.setting(knob).and_then(|setting| setting.value.as_ref())
    }

    /// Returns the number of `knob`, where it is known; no default.
    #[must_use]
    pub fn number(&self, knob: Knob) -> Option<Field<i64>> {
        let text = self.text(knob)?;
        let value = text.value.trim().parse().ok()?;
        Some(Field { value, at: text.at.clone(), written: text.written })
    }

    /// Returns the port that it listens on: the setting, else the stock image's. Nothing where it
    /// does not listen, or where the setting is not known.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        let default = self.facts.port?.default;
        if let Some(setting) = self.setting(Knob::Port) {
            return setting.value.as_ref()?.value.trim().parse().ok();
        }
        let Some(host) = self.setting(Knob::Host) else { return Some(default) };
        let text = host.value.as_ref()?.value.trim().trim_end_matches('/');
        let (_, address) = text.rsplit_once("://").unwrap_or(("", text));
        match address.rsplit_once(':') {
            // An IPv6 address alone has colons too; only with brackets can a port follow.
            Some((before, port)) if before.ends_with(']') || !before.contains(':') => {
                port.parse().ok()
            }
            _ => Some(default),
        }
    }

    /// Returns whether callers must prove who they are.
    #[must_use]
    pub fn auth(&self) -> Auth<'_> {
        let settings =
            |knobs: &[Knob]| knobs.iter().filter_map(|knob| self.setting(*knob)).collect();
        match self.facts.auth.own {
            OwnAuth::None => Auth::Absent,
            OwnAuth::Always => Auth::On(None),
            OwnAuth::WhenSet(knobs) => {
                let found: Vec<&Setting> = settings(knobs);
                if let Some(on) = found.iter().find(|setting| setting.is_set()) {
                    return Auth::On(Some(on));
                }
                match self.unknown_env.first() {
                    Some(unknown) if found.is_empty() => Auth::Unsure(unknown),
                    _ => Auth::Off(found.first().copied()),
                }
            }
            OwnAuth::UnlessOff(knobs) => {
                let found: Vec<&Setting> = settings(knobs);
                let off = found.iter().find(|setting| setting.turns_off());
                let on = found.iter().find(|setting| setting.is_set() && !setting.turns_off());
                match (off, on) {
                    (Some(off), None) => Auth::Off(Some(off)),
                    _ => Auth::On(on.copied()),
                }
            }
        }
    }

    /// Returns how many devices one pod needs for the parallelism that is set, or its group where the
    /// pipeline goes over several pods; 1 where none is set. Nothing where some part of it is not
    /// known.
    #[must_use]
    pub fn devices(&self) -> Option<i64> {
        const SPLITS: [Knob; 3] =
            [Knob::TensorParallel, Knob::PipelineParallel, Knob::ContextParallel];
        let copies = if self.setting(Knob::DataParallelLocal).is_some() {
            Knob::DataParallelLocal
        } else {
            Knob::DataParallel
        };
        if self.kind == EngineKind::Torchrun {
            return Some(self.number(Knob::ProcessesPerNode)?.value);
        }
        let mut devices = 1_i64;
        for knob in SPLITS.into_iter().chain([copies]) {
            match self.setting(knob) {
                Some(_) => devices = devices.checked_mul(self.number(knob)?.value.max(1))?,
                None if self.setting(Knob::ConfigFile).is_some() => return None,
                None => {}
            }
        }
        Some(devices)
    }

    /// Returns the directories of a role, as the settings move them.
    #[must_use]
    pub fn directories(&self, role: PathRole) -> Vec<Directory> {
        let facts = self.facts.directories.iter().filter(|fact| fact.role == role);
        facts.map(|fact| self.directory(fact)).collect()
    }

    /// Returns where a directory lies, as the settings move it.
    #[must_use]
    pub fn directory(&self, fact: &'static DirectoryFact) -> Directory {
        for (knob, rest) in fact.moved_by {
            let Some(setting) = self.setting(*knob) else { continue };
            let path = setting.value.clone().map(|text| text.map(|text| join(&text, rest)));
            return Directory { fact, path, moved_by: Some(*knob) };
        }
        let Some(below_home) = fact.path.strip_prefix('~') else {
            let path = Field::default_in(fact.path.to_owned(), self.home.at.clone());
            return Directory { fact, path: Some(path), moved_by: None };
        };
        let home = self.setting(Knob::Home);
        let path = match home {
            Some(setting) => setting.value.clone(),
            None => Some(self.home.clone()),
        };
        let path = path.map(|text| text.map(|home| join(&home, below_home)));
        Directory { fact, path, moved_by: home.map(|_| Knob::Home) }
    }

    /// Returns where models are read from: the model itself where it is named by a path, else the
    /// directories of models, of which the engine uses one, by its version.
    #[must_use]
    pub fn model_directories(&self) -> Vec<Directory> {
        let directories = self.directories(PathRole::Models);
        let Some(path) = self.text(Knob::Model).filter(|text| text.value.starts_with('/')) else {
            return directories;
        };
        let named = |own: Directory| Directory {
            path: Some(path.clone()),
            moved_by: Some(Knob::Model),
            ..own
        };
        directories.into_iter().take(1).map(named).collect()
    }
}

fn join(directory: &str, rest: &str) -> String {
    format!("{}{rest}", directory.trim_end_matches('/'))
}
