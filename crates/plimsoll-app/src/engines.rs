//! AI engines: how they are recognised, and what is known of them.

mod facts;
mod setting;

pub use facts::{
    AuthFact, CommandFact, DirectoryFact, EngineFacts, GpuNeed, HealthFact, HealthMeaning,
    ImageFact, KnobFact, OwnAuth, PathRole, PortFact,
};
pub use setting::{Engine, EngineKind, Evidence, Knob, Setting, SettingBy};
