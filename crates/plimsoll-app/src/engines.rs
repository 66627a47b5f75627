//! AI engines: how they are recognised, and what is known of them.
//!
//! Each engine has a file of facts; every row names its source. [`ALL`] lists them.

mod config;
mod facts;
mod image;
mod jupyter;
mod litellm;
mod llama_cpp;
mod ollama;
mod open_webui;
mod recognise;
mod setting;
mod tei;
mod torchrun;
mod vllm;

pub use facts::{
    AuthFact, ClashFact, CommandFact, DirectoryFact, EngineFacts, GpuNeed, HealthFact,
    HealthMeaning, ImageFact, KnobFact, OwnAuth, PathRole, PortFact,
};
pub use setting::{Auth, Directory, Engine, EngineKind, Evidence, Knob, Role, Setting, SettingBy};

pub(crate) use recognise::recognise_all;

/// All engines that this model knows.
pub static ALL: [&EngineFacts; 8] = [
    &ollama::FACTS,
    &vllm::FACTS,
    &llama_cpp::FACTS,
    &litellm::FACTS,
    &open_webui::FACTS,
    &jupyter::FACTS,
    &tei::FACTS,
    &torchrun::FACTS,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_engine_is_there_once_and_every_row_has_a_source() {
        let kinds: BTreeSet<_> = ALL.iter().map(|facts| facts.kind).collect();
        assert_eq!(kinds.len(), ALL.len());
        for facts in ALL {
            let sources = facts
                .images
                .iter()
                .map(|row| row.source)
                .chain(facts.commands.iter().map(|row| row.source))
                .chain(facts.port.iter().map(|row| row.source))
                .chain(facts.health.iter().map(|row| row.source))
                .chain(facts.directories.iter().map(|row| row.source))
                .chain(facts.knobs.iter().map(|row| row.source))
                .chain(facts.clashes.iter().map(|row| row.source))
                .chain([facts.auth.source]);
            for source in sources {
                assert!(
                    !source.document.is_empty() && !source.version.is_empty(),
                    "{}",
                    facts.name
                );
            }
        }
    }

    #[test]
    fn facts_do_not_contradict_each_other() {
        for facts in ALL {
            let paths: BTreeSet<_> = facts.health.iter().map(|row| row.path).collect();
            assert_eq!(paths.len(), facts.health.len(), "{}: a path twice", facts.name);
            let knobs: Vec<_> = facts.knobs.iter().map(|row| row.knob).collect();
            let needed = match facts.auth.own {
                OwnAuth::WhenSet(knobs) | OwnAuth::UnlessOff(knobs) => knobs,
                OwnAuth::None | OwnAuth::Always => &[],
            };
            let moved = facts.directories.iter().flat_map(|row| row.moved_by).map(|(knob, _)| knob);
            for knob in needed.iter().chain(moved) {
                assert!(knobs.contains(knob), "{}: no way to set {knob:?}", facts.name);
            }
            for row in facts.knobs {
                assert!(!row.flags.is_empty() || !row.envs.is_empty(), "{:?}", row.knob);
                assert!(row.flags.iter().all(|flag| flag.starts_with('-')), "{:?}", row.knob);
            }
        }
    }
}
