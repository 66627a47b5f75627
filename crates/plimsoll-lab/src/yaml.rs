//! YAML as Kubernetes' clients read it: through JSON.

use anyhow::{Context, Result, anyhow};
use plimsoll_yaml::{Content, LineIndex, Node};
use serde_json::Value;

/// A document of a text: the object, and where it stands.
pub(crate) struct Document {
    /// The tree, with spans in the text.
    pub(crate) root: Node,
    /// The same as JSON.
    pub(crate) value: Value,
    /// The line of its first key, from 1.
    pub(crate) line: usize,
}

/// Reads the documents that hold anything.
pub(crate) fn documents(text: &str) -> Result<Vec<Document>> {
    let lines = LineIndex::new(text);
    let mut documents = Vec::new();
    for parsed in plimsoll_yaml::documents(text) {
        let root = parsed.map_err(|error| anyhow!("{error}"))?.root;
        if matches!(root.content, Content::Null) {
            continue;
        }
        let json = plimsoll_yaml::to_json(&&root).map_err(|error| anyhow!("{error:?}"))?;
        let value = serde_json::from_str(&json).context("YAML that is no JSON")?;
        let line = lines.position(text, root.span.start).line;
        documents.push(Document { root, value, line });
    }
    Ok(documents)
}
