//! The shape of what is known of an engine.

use crate::Source;
use crate::gpu::Vendor;

use super::{EngineKind, Knob};

/// Whether an engine needs a GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GpuNeed {
    /// It does not start without one (with the image in question).
    Required,
    /// It uses one and works without.
    Optional,
    /// It never uses one.
    None,
}

/// An image that holds the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageFact {
    /// The repository without registry; `*` at an end stands for any text.
    pub repository: &'static str,
    /// A part of the tag, or empty for any tag.
    pub tag: &'static str,
    /// Vendors whose GPUs it can use; empty for CPU only.
    pub vendors: &'static [Vendor],
    /// Whether it starts without a GPU.
    pub gpu: GpuNeed,
    /// Where this was read.
    pub source: Source,
}

/// A way of calling the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandFact {
    /// Words that must follow each other; the first may be a path that ends in it.
    pub words: &'static [&'static str],
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
    /// Up only once the model is loaded: readiness by itself, deadly as liveness while loading.
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
    /// On unless switched off.
    UnlessOff(&'static [Knob]),
    /// On always.
    Always,
}

/// What is known of the engine's authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthFact {
    /// Its own authentication.
    pub own: OwnAuth,
    /// Paths that stay open once it is on.
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
    /// Results of training, kept between runs.
    Checkpoints,
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
    /// Variables.
    pub envs: &'static [&'static str],
    /// The value in the stock image; empty where there is none.
    pub default: &'static str,
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
    /// Ways of calling it.
    pub commands: &'static [CommandFact],
    /// Its port; absent for what does not listen.
    pub port: Option<PortFact>,
    /// Its health paths.
    pub health: &'static [HealthFact],
    /// Its authentication.
    pub auth: AuthFact,
    /// The home directory in the stock image.
    pub home: &'static str,
    /// Directories that it writes to.
    pub directories: &'static [DirectoryFact],
    /// Settings.
    pub knobs: &'static [KnobFact],
    /// Prefixes of variables that it reads, which Services of that name collide with.
    pub env_prefixes: &'static [&'static str],
    /// Variables that it reads and that a Service's variable overrides, with what then happens.
    pub env_clashes: &'static [(&'static str, &'static str)],
    /// True where it loads models itself, so that its start takes as long as the model is large.
    pub loads_models: bool,
    /// The path of its OpenAPI description; empty where it has none.
    pub openapi: &'static str,
    /// The path of its metrics; empty where it has none.
    pub metrics: &'static str,
}
