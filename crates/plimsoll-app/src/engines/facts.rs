//! The shape of what is known of an engine.

use crate::Source;
use crate::gpu::Vendor;

use super::{EngineKind, Knob};

/// Whether an engine needs a GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GpuNeed {
    /// It does not start without one.
    Required,
    /// It uses one and works without.
    Optional,
    /// It never uses one.
    None,
    /// It is up to the model or the script.
    Unknown,
}

/// An image that holds the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageFact {
    /// The end of the repository's path, whole parts only; a `*` at its end stands for any text.
    pub repository: &'static str,
    /// A word of the tag, or empty for any tag.
    pub tag: &'static str,
    /// Vendors whose GPUs it can use; empty for CPU only; absent where the name does not tell.
    pub vendors: Option<&'static [Vendor]>,
    /// Vendors whose GPUs it can use from some version on, or through a general interface such as
    /// Vulkan.
    pub maybe: &'static [Vendor],
    /// Whether it starts without a GPU.
    pub gpu: GpuNeed,
    /// Whether the image's own entrypoint is the engine's server.
    pub serves: bool,
    /// The home directory of its user, where it differs from the stock image's; else empty.
    pub home: &'static str,
    /// Where this was read.
    pub source: Source,
}

/// A way of calling the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandFact {
    /// Words that follow each other; the first may be the end of a path.
    pub words: &'static [&'static str],
    /// What the next word means, where it is no flag.
    pub positional: Option<Knob>,
    /// Whether the engine then serves; false for its other tools.
    pub serves: bool,
    /// Where this was read.
    pub source: Source,
}

/// The port that the engine listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortFact {
    /// The port in the stock image.
    pub default: u16,
    /// Where this was read.
    pub source: Source,
}

/// What an answer of a health path means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HealthMeaning {
    /// The process answers; says nothing of a model.
    Alive,
    /// A model can serve.
    Ready,
    /// It answers only once the model is loaded: readiness by itself, deadly as liveness while
    /// loading.
    Loaded,
    /// It asks other systems, such as a database.
    Dependencies,
    /// It calls models or other systems at a cost.
    Costly,
    /// It does not exist: 404.
    Absent,
    /// It answers the same whatever the state, such as a page of the user interface.
    Meaningless,
}

/// A path that is, or should not be, probed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HealthFact {
    /// The path.
    pub path: &'static str,
    /// What an answer means.
    pub meaning: HealthMeaning,
    /// Whether it asks for credentials once authentication is on.
    pub needs_auth: bool,
    /// Where this was read.
    pub source: Source,
}

/// Authentication that the engine has of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwnAuth {
    /// None, and no switch for it.
    None,
    /// Off until one of the knobs is set.
    WhenSet(&'static [Knob]),
    /// On unless one of the knobs is set to false or to nothing.
    UnlessOff(&'static [Knob]),
    /// On always.
    Always,
}

/// What is known of the engine's authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthFact {
    /// Its own authentication.
    pub own: OwnAuth,
    /// Paths that stay open once it is on and that do more than tell health.
    pub open_paths: &'static [&'static str],
    /// Where this was read.
    pub source: Source,
}

/// What a directory is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathRole {
    /// Models, kept between runs.
    Models,
    /// Data of users, kept between runs.
    Data,
    /// Compiled code or the like, that can be made again.
    Cache,
    /// A key or a setting that is written at the start.
    State,
}

/// A directory that the engine writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectoryFact {
    /// What it is for.
    pub role: PathRole,
    /// The path in the stock image; `~` stands for the home directory.
    pub path: &'static str,
    /// Knobs that move it, the strongest first, with what follows the knob's value.
    pub moved_by: &'static [(Knob, &'static str)],
    /// True where the image brings files there, which a volume hides.
    pub is_seeded: bool,
    /// Where this was read.
    pub source: Source,
}

/// A setting and the ways to make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnobFact {
    /// Which setting.
    pub knob: Knob,
    /// Flags, with their dashes.
    pub flags: &'static [&'static str],
    /// Variables, the strongest first.
    pub envs: &'static [&'static str],
    /// The value in the stock image; empty where there is none.
    pub default: &'static str,
    /// Where this was read.
    pub source: Source,
}

/// A variable that the engine reads and that a Service of a certain name sets to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClashFact {
    /// The variable.
    pub variable: &'static str,
    /// What happens then, as the rest of a sentence that the engine begins.
    pub effect: &'static str,
    /// Where this was read.
    pub source: Source,
}

/// All that is known of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineFacts {
    /// Which engine.
    pub kind: EngineKind,
    /// What people call it.
    pub name: &'static str,
    /// Images that hold it, the more exact ones first.
    pub images: &'static [ImageFact],
    /// The stock image's entrypoint, before which a container's `args` do not go.
    pub entrypoint: &'static [&'static str],
    /// The stock image's arguments, which a container's `args` replace.
    pub arguments: &'static [&'static str],
    /// Ways of calling it, the more exact ones first.
    pub commands: &'static [CommandFact],
    /// Its port; absent for what does not listen.
    pub port: Option<PortFact>,
    /// Its health paths, the ones to use first.
    pub health: &'static [HealthFact],
    /// Its authentication.
    pub auth: AuthFact,
    /// The home directory in the stock image.
    pub home: &'static str,
    /// Home directories of the image's other users, by their number. A user that the image does not
    /// know has `/`, unless the image fixes the home directory.
    pub users: &'static [(i64, &'static str)],
    /// True where the image sets HOME itself, so that it is the same for every user.
    pub home_is_fixed: bool,
    /// Directories that it writes to.
    pub directories: &'static [DirectoryFact],
    /// Settings.
    pub knobs: &'static [KnobFact],
    /// Prefixes of the variables that it reads.
    pub env_prefixes: &'static [&'static str],
    /// Variables that a Service of a certain name breaks.
    pub clashes: &'static [ClashFact],
    /// Whether it needs a GPU where the image does not tell.
    pub gpu: GpuNeed,
    /// True where it loads models itself, so that its start takes as long as the model is large.
    pub loads_models: bool,
    /// The path of its OpenAPI description; empty where it has none.
    pub openapi: &'static str,
    /// The path of its metrics; empty where it has none.
    pub metrics: &'static str,
}

impl EngineFacts {
    /// Returns what is known of a health path, its query left out.
    #[must_use]
    pub fn health(&self, path: &str) -> Option<&'static HealthFact> {
        let path = path.split('?').next().unwrap_or(path);
        let plain = if path.len() > 1 { path.trim_end_matches('/') } else { path };
        self.health.iter().find(|fact| fact.path == plain)
    }

    /// Returns the ways to make a setting.
    #[must_use]
    pub fn knob(&self, knob: Knob) -> Option<&'static KnobFact> {
        self.knobs.iter().find(|fact| fact.knob == knob)
    }
}
