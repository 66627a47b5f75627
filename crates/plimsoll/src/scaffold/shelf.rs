//! The charts that ship, inside the program.

/// Name of the library chart.
pub(super) const LIBRARY: &str = "ai-app";

/// Chart, path in it, text.
const FILES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/shelf.rs"));

/// The files of a chart: paths and texts.
pub(super) fn chart(name: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().filter(move |(chart, _, _)| *chart == name).map(|(_, path, text)| (*path, *text))
}
