//! Tests of how Helm cuts and sorts manifests, asked of ours.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{Manifest, Rendered, RenderedFile, order, split};
use crate::Profile;
use crate::acceptance::text;
use crate::resolve::Rendering;
use crate::trace::{OriginId, Trace};
use crate::value::Text;

/// What we make of a row.
pub(crate) fn answer(row: &Json, profile: Profile) -> Json {
    match text(row, "kind") {
        "split" => {
            let content = text(row, "text");
            let parts = split::parts(content, profile);
            json!({ "parts": parts.iter().map(|part| part.of(content)).collect::<Vec<_>>() })
        }
        "kinds" => {
            let mut kinds: Vec<&str> = row["kinds"]
                .as_array()
                .unwrap()
                .iter()
                .map(|kind| kind.as_str().unwrap())
                .collect();
            let kind = |shown: &str| shown.split(' ').next().unwrap().to_owned();
            kinds.sort_by_key(|one| order::place(&Arc::from(kind(one)), profile));
            json!({ "sorted": kinds })
        }
        _ => sort(row, profile),
    }
}

fn sort(row: &Json, profile: Profile) -> Json {
    let trace = Arc::new(Trace::new());
    let files = row["files"].as_object().unwrap().iter();
    let files = files
        // Helm skips partials here; we never render them.
        .filter(|(name, _)| !name.rsplit('/').next().unwrap().starts_with('_'))
        .map(|(name, content)| RenderedFile {
            name: Arc::from(name.as_str()),
            rendering: Arc::new(Rendering {
                trace: Arc::clone(&trace),
                text: Text::plain(content.as_str().unwrap()),
                whole: OriginId::NONE,
            }),
        });
    match Rendered::assemble(files.collect(), "chart", Vec::new(), Vec::new(), profile) {
        Err(error) => json!({ "error": error.to_string() }),
        Ok(rendered) => json!({
            "hooks": rendered.hooks().iter().map(hook).collect::<Vec<_>>(),
            "manifests": rendered.manifests().iter().map(|manifest| {
                json!([manifest.template(), manifest.kind(), manifest.text()])
            }).collect::<Vec<_>>(),
        }),
    }
}

fn hook(manifest: &Manifest) -> Json {
    let hook = manifest.hook().unwrap();
    json!([
        manifest.template(),
        manifest.kind(),
        manifest.name(),
        manifest.text(),
        hook.events,
        hook.weight
    ])
}
