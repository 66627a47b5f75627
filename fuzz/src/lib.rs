//! What each fuzz target does with its bytes. A target panics where something that must always
//! hold does not.
//!
//! An input of several parts has a form feed between them.

pub mod archive;
pub mod chart;
pub mod evaluate;
pub mod model;
mod rendering;
pub mod template;
pub mod values;
pub mod yaml;

/// A target: its name and what it does with its bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets by name.
pub const TARGETS: &[Target] = &[
    ("archive", archive::run),
    ("chart", chart::run),
    ("config", model::config),
    ("evaluate", evaluate::run),
    ("gguf", model::gguf),
    ("manifest", model::manifest),
    ("safetensors", model::safetensors),
    ("template", template::run),
    ("values", values::run),
    ("yaml", yaml::run),
];

/// Stands between the parts of an input.
const SEPARATOR: char = '\u{c}';
