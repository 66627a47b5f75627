//! Places for trouble that the renderer knows only by the file's name.

use std::path::Path;

use plimsoll_chart::{Error, ErrorKind, MAX_FILE_BYTES};
use plimsoll_yaml::{LineIndex, Node, Place};

use crate::file;

/// Finds the line of the chart's own `Chart.yaml` that an error is about.
pub(super) fn in_chart_yaml(error: &Error, chart: &Path) -> Option<Place> {
    let message = error.to_string();
    // What is wrong with a chart inside another one stands in another file.
    if message.contains("error unpacking") {
        return None;
    }
    let path = chart.join("Chart.yaml");
    let is_about_it = matches!(
        error.kind(),
        ErrorKind::Metadata
            | ErrorKind::MissingDependency
            | ErrorKind::KubeVersion
            | ErrorKind::NotInstallable
    );
    if !is_about_it || !path.is_file() {
        return None;
    }
    let bytes = file::read(&path, MAX_FILE_BYTES).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let root = plimsoll_yaml::parse_one(text).ok()?.root;
    let node = node(error.kind(), &message, &root).unwrap_or(&root);
    let mut span = node.span;
    span.end = span.end.min(text[span.start..].find('\n').map_or(text.len(), |at| span.start + at));
    let position = LineIndex::new(text).position(text, span.start);
    Some(Place { file: path.display().to_string().into(), span, position })
}

fn node<'a>(kind: ErrorKind, message: &str, root: &'a Node) -> Option<&'a Node> {
    match kind {
        ErrorKind::MissingDependency => {
            let (_, names) = message.rsplit_once(": ")?;
            let first = names.split(", ").next()?;
            let dependencies = root.get("dependencies")?.items();
            dependencies
                .iter()
                .filter_map(|one| one.get("name"))
                .find(|name| name.as_str() == Some(first))
        }
        ErrorKind::KubeVersion => root.get("kubeVersion"),
        ErrorKind::NotInstallable => root.get("type"),
        _ if message.contains("apiVersion") || message.contains("chart version") => {
            root.get("apiVersion")
        }
        _ => {
            let (_, field) = message.split_once("chart.metadata.")?;
            let end = field.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(field.len());
            root.get(&field[..end])
        }
    }
}
