//! The built-in objects: what templates see besides the values.

mod capabilities;
mod chart;
mod files;
mod glob;
mod plan;
mod record;
mod release;
#[cfg(test)]
mod rendered;
mod versions;

pub use capabilities::Capabilities;
#[cfg(test)]
pub(crate) use files::Files;
pub(crate) use plan::PlannedTemplate;
pub use release::Release;
pub use versions::{HelmVersion, KubeVersion};
