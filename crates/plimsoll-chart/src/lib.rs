//! Helm chart rendering with provenance.
//!
//! The crate loads charts from files in memory, merges values as Helm does, runs Go templates with
//! Helm's functions and returns the manifests as documents in which each byte knows its origin:
//! the template line that wrote it, the calls that led there, and the values it was computed from.
//! It touches no disk, no network and no clock; the world comes in through [`World`].

#[cfg(test)]
mod acceptance;
mod error;
mod functions;
#[doc(hidden)]
pub mod fuzz;
mod go;
mod limits;
mod load;
mod manifest;
mod objects;
mod profile;
mod render;
mod resolve;
mod stack;
mod template;
mod trace;
mod value;
mod values;
mod world;

pub use error::{Error, ErrorKind};
pub use functions::{FunctionDoc, GoRegex, base64_bytes, functions, is_strict_version};
pub use limits::{HELD_BYTES, Limits, MAX_NODES, MAX_TEMPLATE_NODES};
pub use load::{
    Chart, ChartFile, Dependency, Fit, IgnoreRules, Lock, MAX_CHART_BYTES, MAX_ENTRIES,
    MAX_FILE_BYTES, Maintainer, Metadata,
};
pub use manifest::{Hook, Manifest, Printing, Rendered};
pub use objects::{Capabilities, HelmVersion, KubeVersion, Release};
pub use profile::{Difference, Effect, Mixture, Profile};
pub use render::{Options, ParsedTemplates, RenderedSome, Selection, TemplateText, expand_name};
pub use stack::deep as with_deep_stack;
pub use values::{Flag, Switches, ValuesSet};
pub use world::{Instant, World};
